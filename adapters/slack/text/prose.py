"""A model's Markdown read once for both of Slack's looks: paragraphs, items, code, tables.

Pure. `render` writes its paragraphs as mrkdwn, `blocks` as Block Kit. Lines are read here; what is
inside a line is `mrkdwn`'s, and stays neutral until one of the two writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from adapters.pacing.blocks import Kind, Line, State, cells, step
from adapters.slack.text.mrkdwn import HEADING, NEUTRAL, inline, without_marks

_BULLETS = "•◦▪"
_INDENT = "    "
_TASKS = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}


@dataclass(frozen=True, slots=True)
class Item:
    """What makes a paragraph the start of a list's item: its level from 0, what it counts to (0
    for bullets), the box of a task."""

    level: int
    number: int = 0
    box: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of Markdown. `kind` is TEXT (a paragraph, also an item's), HEADING, RULE, BLANK,
    CODE or ROW (a whole table)."""

    kind: Kind
    lines: tuple[str, ...] = ()
    """Neutral inline text; of code the code itself."""
    quoted: tuple[bool, ...] = (False,)
    """By line."""
    margins: tuple[str, ...] = ("",)
    """By line: what mrkdwn puts before it."""
    item: Item | None = None
    level: int = 0
    """How many lists are open around it."""
    rows: tuple[tuple[str, ...], ...] = ()
    """A table's cells as they were written, the header first; each as many as `delimiters`."""
    delimiters: tuple[str, ...] = ()


@lru_cache(maxsize=64)  # a snapshot is measured by the pager and then written in both looks
def read(markdown: str) -> tuple[Piece, ...]:
    """Read Markdown into pieces."""
    reader = _Reader()
    state = State()
    for text in without_marks(markdown).split("\n"):
        line, state = step(state, text)
        reader.add(line, text, state)
    return reader.finish()


class _Reader:
    """Collects lines into paragraphs, code blocks and tables."""

    def __init__(self) -> None:
        self._found: list[Piece] = []
        self._lines: list[str] = []
        self._quoted: list[bool] = []
        self._margins: list[str] = []
        self._item: Item | None = None
        self._level = 0
        self._code: list[str] | None = None
        self._rows: list[list[str]] = []
        self._delimiters: list[str] = []

    def add(self, line: Line, text: str, after: State) -> None:
        """Take the next line, as `step` read it."""
        content = text[line.content :].rstrip("\r")
        if self._code is not None:
            if line.kind is Kind.CODE:
                self._code.append(content)
                return
            self._end_code()
            if line.kind is Kind.CLOSE:
                return
        if line.kind is Kind.ROW:
            self._rows.append(cells(text[len(line.quote) :]))
        elif line.kind is Kind.DELIMITER:
            self._start_table(content)
        elif line.kind is Kind.TEXT and self._lines and not self._rows:
            self._put(line, _margin(after), content)
        else:
            self._end()
            self._start(line, content, after)

    def finish(self) -> tuple[Piece, ...]:
        """End what is open and return everything found."""
        if self._code is not None:
            self._end_code()
        self._end()
        return tuple(self._found)

    def _start(self, line: Line, content: str, after: State) -> None:
        quoted = (bool(line.quote),)
        if line.kind is Kind.OPEN:
            if line.marker:
                self._start_item(line, "", after)
                self._margins[-1] = self._margins[-1].rstrip()
                self._end()
            self._code = []
        elif line.kind in (Kind.BLANK, Kind.RULE):
            self._found.append(Piece(line.kind, quoted=quoted))
        elif line.kind is Kind.HEADING:
            title = (inline(_title(content), HEADING),)
            self._found.append(Piece(Kind.HEADING, title, quoted))
        elif line.kind is Kind.ITEM:
            self._start_item(line, content, after)
        else:
            self._level = len(after.lists)
            self._put(line, _margin(after), content)

    def _start_item(self, line: Line, content: str, after: State) -> None:
        box = _TASKS.get(content[:3], "") if not content[3:4].strip() else ""
        self._item = Item(max(0, len(after.lists) - 1), line.number, box)
        self._level = len(after.lists)
        self._put(line, _bullet(line, self._item), content[4:] if box else content)

    def _put(self, line: Line, margin: str, content: str) -> None:
        self._lines.append(content)
        self._quoted.append(bool(line.quote))
        self._margins.append(("> " if line.quote else "") + margin)

    def _start_table(self, delimiter: str) -> None:
        header = self._lines.pop()
        del self._quoted[-1], self._margins[-1]
        self._end()
        self._rows = [cells(header)]
        self._delimiters = cells(delimiter)

    def _end(self) -> None:
        if self._rows:
            width = len(self._delimiters)
            rows = [(*row[:width], *[""] * (width - len(row))) for row in self._rows]
            table = Piece(Kind.ROW, rows=tuple(rows), delimiters=tuple(self._delimiters))
            self._found.append(table)
            self._rows = []
        if self._lines:
            lines = tuple(inline("\n".join(self._lines), NEUTRAL).split("\n"))
            quoted, margins = tuple(self._quoted), tuple(self._margins)
            self._found.append(Piece(Kind.TEXT, lines, quoted, margins, self._item, self._level))
            self._lines, self._quoted, self._margins = [], [], []
        self._item, self._level = None, 0

    def _end_code(self) -> None:
        self._found.append(Piece(Kind.CODE, tuple(self._code or ())))
        self._code = None


def _margin(after: State) -> str:
    """Return what stands before a line of text; in an item it lines up with the item's text."""
    depth = len(after.lists)
    return _INDENT * (depth - 1) + "   " if depth else ""


def _bullet(line: Line, item: Item) -> str:
    plain = _BULLETS[min(item.level, 2)]
    mark = line.marker if line.marker[:-1].isdecimal() else plain
    if line.number:
        mark = f"{line.number}{line.marker[-1]}"
    if item.box:
        mark = item.box if mark == plain else f"{mark} {item.box}"
    return f"{_INDENT * item.level}{mark} "


def _title(content: str) -> str:
    text = content.strip()
    bare = text.rstrip("#")
    return (bare if bare.endswith(" ") else text).strip()
