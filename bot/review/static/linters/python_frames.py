"""What has to stand around a piece of Python so that it parses: blocks, brackets, bodies. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.review.reading import lexing
from bot.review.static.linters.brackets import Brackets, scanned
from bot.review.static.linters.frames import Frame, around
from bot.review.static.linters.python_imports import imports
from bot.review.static.units import Unit

_STEP = 4
_HANDLERS = ("except", "finally")
_SECONDS = ("else", "elif", *_HANDLERS)
_TRIPLES = ('"""', "'''")
_KEYWORD = re.compile(r"\w+\s?=[^=]")
_CALLED = "__"
"""What a call is given for a name; by `_` people call for a translation, which has rules."""

_WORD = re.compile(r"[a-z]*")
_AWAITS = re.compile(r"\bawait\b|\basync[ \t]+(?:for|with)\b")
_FUNCTION = re.compile(r"(?:async[ \t]+)?def\b")
_BLOCKS = re.compile(r"(?:async\s+)?(?:def|class|if|elif|else|while|for|with|except|try|finally)\b")


@dataclass(frozen=True, slots=True)
class _Statement:
    """The first row of a statement: how far it is indented, its first word, its bare text."""

    indent: int
    word: str
    bare: str


def odd_quotes(unit: Unit) -> str:
    """Return the triple quotes that open or close a text beyond the fragment's edge, if any do."""
    return next((quotes for quotes in _TRIPLES if unit.text.count(quotes) % 2), "")


def framed(unit: Unit, first: int, last: int, *, inside: str = "") -> Frame:
    """Put what is missing around the rows `first` to `last` (behind it).

    `inside`: the quotes of the text in whose middle the rows begin.
    """
    text = "".join(f"{row.text}\n" for row in unit.rows[first:last])
    bare = lexing.read(f"{inside}\n{text}", "python").bare.split("\n")[1 : last - first + 1]
    brackets = scanned(bare)
    statements = list(_statements(bare, brackets))
    before: list[str] = []
    quotes = next((quotes for quotes in _TRIPLES if (inside + text).count(quotes) % 2), "")
    if inside:
        indent = statements[0].indent if statements else 0
        before.append(" " * indent + inside)
    elif brackets.missing:
        head, opening = _opening(bare, brackets, statements)
        statements.insert(0, head)
        before.append(opening)
    return around(
        unit,
        first,
        last,
        [
            *_imports(unit, text, "\n".join(bare)),
            *_openers(statements, waits=_waits(bare, brackets)),
            *before,
        ],
        [
            *([quotes] if quotes else []),
            *_closing(brackets, statements),
            *_endings(statements, brackets),
        ],
    )


def listed(unit: Unit) -> Frame | None:
    """Read rows that all stand within one pair of brackets, such as a part of a long table."""
    bare = lexing.read(unit.text, "python").bare.split("\n")
    rows = [row.strip() for row in bare if row.strip()]
    brackets = scanned(bare)
    if brackets.missing or not rows or not rows[0].endswith(","):
        return None
    opener = "(" if _KEYWORD.match(rows[0]) else "{" if ":" in rows[0] else "["
    return around(
        unit,
        before=[
            *_imports(unit, unit.text, "\n".join(bare)),
            f"{_CALLED}(" if opener == "(" else f"_ = {opener}",
        ],
        behind=["".join((*brackets.open, {"(": ")", "{": "}", "[": "]"}[opener]))],
    )


def _imports(unit: Unit, text: str, bare: str) -> list[str]:
    """Give a fragment its imports back; a whole file that does not parse has its own."""
    return [] if unit.is_whole else imports(text, bare)


def _waits(bare: Sequence[str], brackets: Brackets) -> bool:
    """Tell whether something waits outside of the functions that begin in the fragment.

    Only then may the function around it be asynchronous: rules about what must not stand in one
    would speak of our frame otherwise, and `yield from` or a generator's value would be mistakes.
    """
    functions: list[int] = []
    for row, text in enumerate(bare):
        stripped = text.strip()
        if stripped and row not in brackets.inside:
            indent = len(text.expandtabs(8)) - len(text.expandtabs(8).lstrip())
            while functions and functions[-1] >= indent:
                functions.pop()
            if _FUNCTION.match(stripped):
                functions.append(indent)
        if not functions and _AWAITS.search(text):
            return True
    return False


def _statements(bare: Sequence[str], brackets: Brackets) -> Iterator[_Statement]:
    for row, text in enumerate(bare):
        stripped = text.strip()
        if stripped and row not in brackets.inside:
            word = _WORD.match(stripped)
            indent = len(text.expandtabs(8)) - len(text.expandtabs(8).lstrip())
            yield _Statement(indent, word[0] if word else "", stripped)


def _opening(
    bare: Sequence[str], brackets: Brackets, statements: Sequence[_Statement]
) -> tuple[_Statement, str]:
    """Begin the call, the definition or the display whose end the fragment begins with."""
    end = bare[brackets.head_row]
    indent = len(end) - len(end.lstrip())
    is_block = end.rstrip().endswith(":")
    if statements:
        following = statements[0].indent
        indent = max(0, following - _STEP) if is_block else following
    start = "_ = " if brackets.missing[0] == "{" else _CALLED
    if is_block:
        inner = " ".join(bare[: brackets.head_row + 1])
        start = "def _" if "->" in end or ":" in inner.rstrip()[:-1] else "if _"
    text = start + "".join(brackets.missing)
    return _Statement(indent, "", end.strip()), " " * indent + text


def _openers(statements: Sequence[_Statement], *, waits: bool) -> Iterator[str]:
    """Open the blocks that the fragment lies in, the outermost first."""
    if not statements:
        return
    levels: list[_Statement] = []
    lowest = statements[0].indent
    for statement in statements:
        if statement.indent < lowest:
            lowest = statement.indent
            levels.append(statement)
    if lowest > 0:
        yield "async def _():" if waits else "def _():"
    for level in reversed(levels):
        yield " " * level.indent + ("try:" if level.word in _HANDLERS else "if _:")
    first = statements[0]
    if first.word in _SECONDS:
        yield " " * first.indent + ("try:" if first.word in _HANDLERS else "if _:")
        yield " " * (first.indent + 1) + "pass"


def _closing(brackets: Brackets, statements: Sequence[_Statement]) -> Iterator[str]:
    if brackets.open:
        needs_body = statements and _BLOCKS.match(statements[-1].bare)
        yield "".join(brackets.open) + (": pass" if needs_body else "")


def _endings(statements: Sequence[_Statement], brackets: Brackets) -> Iterator[str]:
    """Give the last statement the body it announces, and every open `try` its end."""
    if not statements:
        return
    last = statements[-1]
    if last.bare.endswith(":") and not brackets.open:
        # a handler that ends here is not one that swallows
        body = "raise" if last.word == "except" else "pass"
        yield " " * (last.indent + _STEP) + body
    elif last.bare.startswith("@"):
        yield " " * last.indent + "def _(): pass"
    for indent in reversed(_open_tries(statements)):
        yield " " * indent + "finally:"
        yield " " * (indent + 1) + "pass"


def _open_tries(statements: Sequence[_Statement]) -> list[int]:
    tries: list[int] = []
    for statement in statements:
        while tries and tries[-1] > statement.indent:
            tries.pop()
        if tries and tries[-1] == statement.indent:
            tries.pop()
        if statement.word == "try":
            tries.append(statement.indent)
    return tries
