"""What counts as proof that a finding is wrong: a line of code near it, other than the accused one,
that does something with what that one is about. Pure; called by `doubt`.

A model that wants to be done, or was talked into it, cites the accused line itself, or any line at
all. What is in doubt is no proof, and the finding stays.
"""

from __future__ import annotations

import re

from bot.review.findings.anchor import Places
from bot.review.findings.identity import number_on, squeezed
from bot.review.material import Line, Material, Source
from bot.review.reading import lexing
from bot.review.values import Anchor, Finding

AROUND = 12
"""Lines of code above and below a finding that the one who doubts is shown."""

_SHORTEST = 4
_COMMENTS = ("#", "//", "/*", "*", "--", "<!--", '"""', "'''", ";", "%", "rem ")
_NO_NAMES = """
and as assert async await begin bool boolean break case catch char class const continue def default
delete do double elif else end enum except export extends false final finally float fn for foreach
from func function global if implements import in instanceof int interface is lambda let long match
mut new nil none not null or pass private protected pub public raise range return self static str
string struct super switch then this throw throws trait true try type typeof undefined unless until
use var void when while with yield
"""
_KEYWORDS = frozenset(_NO_NAMES.split())
_NAME = re.compile(r"[^\W\d]\w*")
_SIGNATURE = re.compile(
    r"(?:(?:export|default|public|private|protected|static|final|abstract|async|pub|override|virtual"
    r"|inline|unsafe|internal)\s+)*"
    r"(?:(?:def|class|function\*?|func|fn|fun|sub|proc|struct|interface|trait|impl|module|namespace"
    r"|enum|type|package|import|from|use|using|require|include|\#include|@)(?![\w.(=])"
    r"|@\w"
    r"|(?:const|let|var)\s+[\w$]+\s*=\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*=>|\w+\s*=>)"
    r"|(?:[\w<>\[\],.*&:?]+\s+)+[\w~:]+\s*\([^()]*\)\s*(?:const\s*)?(?:throws\s+[\w,. ]+)?\{$)"
)
"""The head of a function, a class or the like, a decorator, an import."""

_LONGEST_HEAD = 500
_CONTROL = frozenset(("if", "else", "elif", "for", "while", "switch", "catch", "with", "return"))
_RETURN = re.compile(r"(?:return|yield|break|continue|pass)\b")
_CHOICE = re.compile(r"\b(?:if|or|and|unless|else)\b|\?|\|\||&&")


class Proofs:
    """Judges proofs of findings in one material."""

    def __init__(self, material: Material) -> None:
        self._places = Places(material)
        self._read: dict[tuple[int, str], list[tuple[int, Line, str]]] = {}

    def holds(self, source: Source, finding: Finding, proof: str) -> bool:
        """Tell whether a quote disproves a finding in `source` as far as its looks can tell."""
        if not _is_code(proof) or "\n" in proof.strip():
            return False
        place = self._places.place(source.path, proof, finding.anchor.start_line)
        if place.path != source.path or place.side != finding.anchor.side:
            return False
        numbers = _numbers(place)
        lines = self._lines(source, finding.anchor.side)
        accused = set(_numbers(finding.anchor))
        at = [index for index, (number, _, _) in enumerate(lines) if number in accused]
        if not at or not numbers:
            return False
        around = lines[max(0, at[0] - AROUND) : at[-1] + AROUND + 1]
        said = [(line.text, bare) for number, line, bare in lines if number in accused]
        return any(
            _bears(line.text, bare, said)
            for number, line, bare in around
            if number in numbers and number not in accused
        )

    def _lines(self, source: Source, side: str) -> list[tuple[int, Line, str]]:
        """Return the lines of a side with their numbers, and what they are without comments and
        strings."""
        key = (id(source), side)
        if key not in self._read:
            self._read[key] = []
            for piece in source.pieces:
                lines = [line for line in piece.lines if number_on(line, side) is not None]
                text = "\n".join(line.text for line in lines)
                bare = lexing.read(text, source.language).bare.split("\n")
                self._read[key] += [
                    (number_on(line, side) or 0, line, code)
                    for line, code in zip(lines, bare, strict=True)
                ]
        return self._read[key]


def _numbers(anchor: Anchor) -> tuple[int, ...]:
    """Return the lines of a place; those that it may mean, where that is not certain."""
    if anchor.start_line is None:
        return anchor.candidates
    if anchor.status not in ("exact", "moved", "fuzzy"):
        return ()
    return tuple(range(anchor.start_line, (anchor.end_line or anchor.start_line) + 1))


def _bears(text: str, bare: str, accused: list[tuple[str, str]]) -> bool:
    """Tell whether a line is more than a form, other than what is accused, and about the same."""
    told = squeezed(text)
    if not _is_code(text) or not _is_code(bare) or _is_trivial(bare.strip()):
        return False
    if any(told in squeezed(line) or squeezed(line) in told for line, _ in accused if line.strip()):
        return False
    return bool(_names(bare) & {name for _, code in accused for name in _names(code)})


def _is_trivial(code: str) -> bool:
    """Tell a line that decides nothing: a head, a bare word, a plain return."""
    found = _SIGNATURE.match(code[:_LONGEST_HEAD])
    word = _NAME.match(code)
    if found is not None and (word is None or word[0] not in _CONTROL):
        return True
    if not _names(code):
        return True
    return _RETURN.match(code) is not None and _CHOICE.search(code) is None


def _names(code: str) -> set[str]:
    return {name for name in _NAME.findall(code) if name.lower() not in _KEYWORDS}


def _is_code(line: str) -> bool:
    """Tell whether a line is more than a comment."""
    stripped = line.strip().lower()
    return len(squeezed(stripped)) >= _SHORTEST and not stripped.startswith(_COMMENTS)
