"""Markdown's block structure, one line at a time.

`step` takes what is open in front of a line and the line, and says what the line is and what is
open behind it. Fences, tables, lists and quotes live here; nothing inside a line does. It is
lenient where models are sloppy (nested items indented by two). Called by the pager and renderers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

_QUOTE = re.compile(r"(?:[ \t]{0,3}> ?){1,8}")
_RULE = re.compile(r"(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)\Z")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|\Z)")
_ITEM = re.compile(r"(?:[-+*]|(\d{1,9})([.)]))(?:[ \t]+(?=\S)|[ \t]*\Z)")
# Twenty marks are more than anybody nests; a longer run is text, so that a closing line has a
# known largest size.
_FENCE = re.compile(r"(?:(`{3,20})([^`]*)|(~{3,20})(.*))\Z")
_DELIMITER = re.compile(r"[ \t]*+\|?(?:[ \t]*+:?-++:?[ \t]*+(?:\||\Z))++[ \t]*+\Z")
_PIPE = re.compile(r"(?<!\\)\|")
_DEEPEST_PLAIN = 3  # columns; one more and the line would be indented code (CommonMark 4.4)


class Kind(Enum):
    """What a line is."""

    BLANK = auto()
    TEXT = auto()
    HEADING = auto()
    RULE = auto()
    ITEM = auto()
    OPEN = auto()
    CODE = auto()
    CLOSE = auto()
    DELIMITER = auto()
    ROW = auto()


@dataclass(frozen=True, slots=True)
class Fence:
    """An open code fence: the quote marks before it, its column, its marks and its info string."""

    quote: str
    indent: int
    marks: str
    info: str = ""

    @property
    def margin(self) -> str:
        return self.quote + " " * min(self.indent, _DEEPEST_PLAIN)

    def closes(self, inner: str) -> bool:
        """Tell whether `inner`, a line without its quote marks, ends this fence."""
        bare = inner.lstrip(" \t").rstrip(" \t\r")
        if len(bare) < len(self.marks) or bare.strip(self.marks[0]):
            return False
        return column(inner) <= self.indent + _DEEPEST_PLAIN

    def inside(self, line: str) -> str | None:
        """Return `line` without the quote marks around this fence; None when the quote is over."""
        depth = self.quote.count(">")
        if not depth:
            return line
        found = re.match(rf"(?:[ \t]{{0,3}}> ?){{{depth}}}", line)
        return line[found.end() :] if found else None


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its header and delimiter lines as they were written."""

    header: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an open list; `number` is its newest item's, 0 for bullets."""

    indent: int
    number: int
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """The line that follows is the rest of a broken line; `prefix` makes it whole again."""

    kind: Kind
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What is open in front of a line."""

    fence: Fence | None = None
    table: Table | None = None
    lists: tuple[Level, ...] = ()
    above: str | None = None  # the text line above, which may turn out to be a table's header
    blank: bool = True
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `content` is where its inline text (or code) starts; `marker` what stands there.

    `number` is what an ordered item counts to, whatever its author wrote (0 for other lines).
    """

    kind: Kind
    quote: str = ""
    indent: int = 0
    content: int = 0
    marker: str = ""
    number: int = 0


def column(text: str) -> int:
    """Return the column of the first visible character; a tab reaches to the next fourth."""
    if not text.startswith((" ", "\t")):
        return 0
    margin = text[: len(text) - len(text.lstrip(" \t"))]
    return len(margin.expandtabs(4))


def cells(row: str) -> list[str]:
    """Split a table row into its cells, without outer pipes and spaces; in a table an escaped pipe
    is a plain one everywhere, also within code (GitHub Flavored Markdown, section 4.10)."""
    bare = row.strip()
    bare = bare[1:] if bare.startswith("|") else bare
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(bare)]


def step(state: State, text: str) -> tuple[Line, State]:
    """Read one line (without its newline) and return what it is and what is open after it."""
    if state.rest is not None:
        return _resume(state, state.rest)
    if state.fence is not None:
        inner = state.fence.inside(text)
        if inner is not None:
            return _in_fence(state, state.fence, text, inner)
        state = replace(state, fence=None)
    found = _QUOTE.match(text)
    quote = found[0] if found else ""
    inner = text[len(quote) :]
    bare = inner.strip()
    if not bare:
        return Line(Kind.BLANK, quote), State(lists=state.lists if not quote else ())
    indent = column(inner)
    content = len(quote) + len(inner) - len(inner.lstrip())
    return _block(state, text, bare, Line(Kind.TEXT, quote, indent, content))


def _resume(state: State, rest: Rest) -> tuple[Line, State]:
    if rest.kind is Kind.CODE or rest.kind is Kind.ROW:
        return Line(rest.kind), replace(state, rest=None)
    return Line(rest.kind), State(lists=state.lists, blank=False)


def _in_fence(state: State, fence: Fence, text: str, inner: str) -> tuple[Line, State]:
    quote = text[: len(text) - len(inner)]
    if fence.closes(inner):
        return Line(Kind.CLOSE, quote), State(lists=state.lists, blank=False)
    margin = min(len(inner) - len(inner.lstrip(" ")), fence.indent)
    return Line(Kind.CODE, quote, content=len(quote) + margin), state


def _block(state: State, text: str, bare: str, line: Line) -> tuple[Line, State]:
    """Classify a visible line outside code."""
    if bare[0] in "`~" and (found := _FENCE.match(bare)):
        return _open(state, line, found, line.indent)
    if bare[0] == "#" and (found := _HEADING.match(bare)):
        line = replace(line, kind=Kind.HEADING, marker=found[1], content=line.content + found.end())
        return line, State(lists=_left(state.lists, line.indent), blank=False)
    if bare[0] in "-*_" and _RULE.match(bare) and not _is_delimiter(state, bare):
        return replace(line, kind=Kind.RULE), State(lists=_left(state.lists, line.indent))
    if (bare[0] in "-+*" or bare[0].isdecimal()) and (found := _ITEM.match(bare)):
        return _item(state, bare, line, found)
    if _is_delimiter(state, bare):
        table = Table(state.above or "", text)
        return replace(line, kind=Kind.DELIMITER), State(table=table, lists=state.lists)
    if state.table is not None and _depth(state.table.header) == line.quote.count(">"):
        return replace(line, kind=Kind.ROW), replace(state, above=None, blank=False)
    return _text(state, text, line)


def _text(state: State, text: str, line: Line) -> tuple[Line, State]:
    lists = _left(state.lists, line.indent) if state.blank else state.lists
    return line, State(lists=lists, above=text if "|" in text else None, blank=False)


def _open(state: State, line: Line, found: re.Match[str], indent: int) -> tuple[Line, State]:
    fence = Fence(line.quote, indent, found[1] or found[3], (found[2] or found[4] or "").strip())
    lists = _left(state.lists, indent)
    return replace(line, kind=Kind.OPEN), State(fence=fence, lists=lists, blank=False)


def _item(state: State, bare: str, line: Line, found: re.Match[str]) -> tuple[Line, State]:
    lists, number = _count(state.lists, line.indent, found)
    content = line.content + found.end()
    inner = bare[found.end() :]
    if inner.startswith(("```", "~~~")) and (fence := _FENCE.match(inner)):
        opened, after = _open(State(), line, fence, line.indent + found.end())
        return replace(opened, marker=found[0]), replace(after, lists=lists)
    line = replace(line, kind=Kind.ITEM, content=content, marker=found[0].rstrip(), number=number)
    return line, State(lists=lists, blank=False)


def _count(
    lists: tuple[Level, ...], indent: int, found: re.Match[str]
) -> tuple[tuple[Level, ...], int]:
    """Place an item among the open levels; a number that does not rise goes on by one."""
    number, delimiter = int(found[1] or 0), found[2] or found[0][0]
    while lists and indent < lists[-1].indent - 1:
        lists = lists[:-1]
    if lists and indent <= lists[-1].indent + 1:
        last, lists = lists[-1], lists[:-1]
        if found[1] and last.delimiter == delimiter and number <= last.number:
            number = last.number + 1
    return (*lists, Level(indent, number, delimiter)), number


def _left(lists: tuple[Level, ...], indent: int) -> tuple[Level, ...]:
    """Return the levels that a block in column `indent` still belongs to."""
    while lists and indent < lists[-1].indent + 2:
        lists = lists[:-1]
    return lists


def _is_delimiter(state: State, bare: str) -> bool:
    if state.above is None or not _DELIMITER.match(bare):
        return False
    above = state.above[_quoted(state.above) :]
    return len(cells(above)) == len(cells(bare))


def _quoted(text: str) -> int:
    found = _QUOTE.match(text)
    return found.end() if found else 0


def _depth(text: str) -> int:
    return text[: _quoted(text)].count(">")
