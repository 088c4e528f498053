"""By what a finding is known again: an id that survives shifted lines and reformatting. Pure.

Made of the file, the rule or type, the code it points at and the function around it. Who dismissed
a finding, and what became of it in the next review, hangs on this id.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.review.material import Line, Material, Source
from bot.review.values import Finding

LENGTH = 12
"""Hexadecimal digits; 48 bits, for the few hundred findings that one thread ever sees."""

_FARTHEST = 2_000
"""Lines that are looked through for the enclosing function."""

_NAMED = re.compile(
    r"(?:^|[\s(])(?:def|class|function|func|fn|fun|sub|struct|interface|trait|impl|module|enum"
    r"|proc|object|namespace|type)\s{1,9}\*?\s{0,9}(?:\([^()]{0,100}\)\s{0,9})?(?P<name>[\w$.:]{1,200})"
)
_BOUND = re.compile(
    r"^\s{0,99}(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]{1,200})\s{0,9}(?::[^=]{0,100})?="
    r"\s{0,9}(?:async\s*)?(?:function\b|\([^()]{0,300}\)\s*(?::[^=]{0,100})?=>|[\w$]+\s*=>)"
)
_LAST_NAME = re.compile(r"[\w$~]{1,200}$")
_NO_METHODS = frozenset(
    {"if", "for", "while", "switch", "catch", "with", "return", "else", "do", "try", "synchronized"}
)


def squeezed(text: str) -> str:
    """Return `text` without any whitespace, by which lines are compared."""
    return "".join(text.split())


def number_on(line: Line, side: str) -> int | None:
    """Return the number that a line has on a side, `new` or `old`."""
    return line.new if side == "new" else line.old


def finding_id(path: str, kind: str, code: str, symbol: str = "", nth: int = 0) -> str:
    """Make an id. `kind`: the rule, else the type; `code`: the first line that it is about;
    `nth` sets apart what is equal in everything else, counted from 0."""
    parts = (path, kind, squeezed(code), symbol, *((str(nth),) if nth else ()))
    told = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha1(told, usedforsecurity=False).hexdigest()[:LENGTH]


def identified(material: Material, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with ids, no two alike, made from the code and not from how it was
    quoted; equal ones are told apart by their order in the file."""
    sources = {source.path: source for source in material.sources}
    told = list(findings)
    listed = {
        path: _Listed(sources[path]) for each in told if (path := each.anchor.path) in sources
    }
    keys = [(finding, _key(listed.get(finding.anchor.path), finding)) for finding in told]
    seen: Counter[tuple[str, ...]] = Counter()
    ids: dict[int, str] = {}
    for number in sorted(range(len(keys)), key=lambda number: _place(keys[number][0])):
        key = keys[number][1]
        ids[number] = finding_id(*key, nth=seen[key])
        seen[key] += 1
    return [
        finding.model_copy(update={"id": ids[number]}) for number, (finding, _) in enumerate(keys)
    ]


class _Listed:
    """The lines of a source by side and number, listed once for all that is asked about them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._sides: dict[str, tuple[list[Line], dict[int, tuple[int, int, str]]]] = {}

    def symbol(self, number: int, side: str) -> str:
        """Name the function, class or the like around a line; empty if none can be seen.

        It is the nearest line above that opens one and is indented less, else what the diff tells
        behind the hunk's numbers.
        """
        lines, places = self._side(side)
        if number not in places:
            return ""
        at, begin, heading = places[number]
        return _opened(lines[max(begin, at - _FARTHEST) : at + 1]) or _name(heading)

    def code(self, number: int, side: str) -> str:
        """Return the text of a line."""
        lines, places = self._side(side)
        return lines[places[number][0]].text if number in places else ""

    def _side(self, side: str) -> tuple[list[Line], dict[int, tuple[int, int, str]]]:
        """Return the lines of a side, and by number where each stands, where its piece begins, and
        what stands above that."""
        if side not in self._sides:
            lines: list[Line] = []
            places: dict[int, tuple[int, int, str]] = {}
            for piece in self._source.pieces:
                begin = len(lines)
                for line in piece.lines:
                    if (number := number_on(line, side)) is not None:
                        places.setdefault(number, (len(lines), begin, piece.heading))
                        lines.append(line)
            self._sides[side] = lines, places
        return self._sides[side]


def _key(source: _Listed | None, finding: Finding) -> tuple[str, str, str, str]:
    anchor = finding.anchor
    kind = finding.rule_id or finding.type
    number = anchor.start_line or (anchor.candidates[0] if anchor.candidates else None)
    if source is None or number is None:
        return anchor.path, kind, anchor.quote or finding.title, ""
    code = source.code(number, anchor.side) or anchor.quote
    return anchor.path, kind, code, source.symbol(number, anchor.side)


def _place(finding: Finding) -> tuple[str, str, int, int]:
    anchor = finding.anchor
    return anchor.path, anchor.side, anchor.start_line or 0, anchor.start_col or 0


def _opened(lines: Sequence[Line]) -> str:
    """Go up from the last line while lines are indented less and less."""
    depth: int | None = None
    for number, line in enumerate(reversed(lines)):
        if not line.text.strip():
            continue
        indent = len(line.text) - len(line.text.lstrip())
        if depth is None or indent < depth:
            depth = indent
            # A line that opens something belongs to itself: its name is in the code already.
            if number and (name := _name(line.text)):
                return name
        if depth == 0 and number:
            return ""
    return ""


def _name(text: str) -> str:
    """Read the name of what a line opens."""
    text = text[:1_000]
    if found := _NAMED.search(text) or _BOUND.search(text):
        return found["name"].rstrip(":.")
    before, bracket, _ = text.partition("(")
    if bracket and text.rstrip().endswith("{") and (last := _LAST_NAME.search(before.rstrip())):
        return "" if last[0] in _NO_METHODS else last[0]
    return ""
