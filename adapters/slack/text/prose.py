"""A model's Markdown read once for both of Slack's looks: paragraphs, items, code, tables.

Pure. `render` writes its paragraphs as mrkdwn, `blocks` as Block Kit. Lines are gathered by
`pacing.paragraphs`; what is inside a line is `mrkdwn`'s, and stays neutral until one of the two
writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from adapters.pacing import paragraphs
from adapters.pacing.blocks import Kind
from adapters.slack.text.mrkdwn import HEADING, NEUTRAL, inline, without_marks

_BULLETS = "•◦▪"
_INDENT = "    "


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
    return tuple(map(_read, paragraphs.gathered(without_marks(markdown))))


def _read(piece: paragraphs.Piece) -> Piece:
    match piece.kind:
        case Kind.TEXT:
            return _paragraph(piece)
        case Kind.HEADING:
            return Piece(piece.kind, (inline(piece.lines[0], HEADING),), piece.quoted)
        case Kind.ROW:
            return Piece(piece.kind, rows=piece.rows, delimiters=piece.delimiters)
    return Piece(piece.kind, piece.lines, piece.quoted)


def _paragraph(piece: paragraphs.Piece) -> Piece:
    level, item = len(piece.lists[0]), None
    margins = [_margin(len(lists)) for lists in piece.lists]
    if piece.marker:
        item = Item(max(0, level - 1), piece.number, piece.box)
        bullet = _bullet(piece.marker, item)
        margins[0] = bullet.rstrip() if piece.holds_code else bullet
    lines = tuple(inline("\n".join(piece.lines), NEUTRAL).split("\n"))
    quotes = ("> " if quoted else "" for quoted in piece.quoted)
    shown = tuple(map("".join, zip(quotes, margins, strict=True)))
    return Piece(Kind.TEXT, lines, piece.quoted, shown, item, level)


def _margin(depth: int) -> str:
    """Return what stands before a line of text; in an item it lines up with the item's text."""
    return _INDENT * (depth - 1) + "   " if depth else ""


def _bullet(marker: str, item: Item) -> str:
    plain = _BULLETS[min(item.level, 2)]
    mark = marker if marker[:-1].isdecimal() else plain
    if item.number:
        mark = f"{item.number}{marker[-1]}"
    if item.box:
        mark = item.box if mark == plain else f"{mark} {item.box}"
    return f"{_INDENT * item.level}{mark} "
