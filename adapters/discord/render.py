"""A model's Markdown as Discord shows it: nobody is mentioned, every link shows its host.

Pure. `pacing.paragraphs` gathers the lines, `text.inline` writes what is inside one,
`pacing.tables` lays out tables as code. Called by outbound for every snapshot, and by the pager.
Source: https://support.discord.com/hc/en-us/articles/210298617 (what Discord's Markdown knows).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from adapters.discord.text.inline import CELL, HEADING, inline
from adapters.pacing.blocks import Kind, Level
from adapters.pacing.links import INERT
from adapters.pacing.paragraphs import Piece, gathered
from adapters.pacing.tables import aligned

_RULE = "─" * 12
_QUOTE = "> "
_DEEPEST_HEADING = 3
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]+", re.I)


@lru_cache(maxsize=64)  # a snapshot is measured by the pager and then rendered by outbound
def to_discord(markdown: str) -> str:
    """Render Markdown as the content of a message."""
    return "\n".join([line for piece in gathered(markdown) for line in _written(piece)])


def measure(markdown: str) -> int:
    """Return the UTF-16 units of `markdown` once it is rendered."""
    return units(to_discord(markdown))


def units(text: str) -> int:
    """Count UTF-16 units; halves of characters count as one."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _written(piece: Piece) -> list[str]:
    quote = _QUOTE if piece.quoted[0] else ""
    match piece.kind:
        case Kind.BLANK:
            return [quote]
        case Kind.RULE:
            return [quote + _RULE]
        case Kind.HEADING:
            return [quote + _heading(piece)]
        case Kind.CODE:
            return _block(quote, piece.lines, _language(piece.info))
        case Kind.ROW:
            rows = [[inline(cell, CELL) for cell in row] for row in piece.rows]
            return _block(quote, aligned(rows, piece.delimiters))
    lines = inline("\n".join(piece.lines)).split("\n")
    return [a + b for a, b in zip(_margins(piece), lines, strict=True)]


def _block(quote: str, lines: Sequence[str], language: str = "") -> list[str]:
    """Write a code block; three backticks inside it must not end it."""
    body = "\n".join(lines)
    while "```" in body:
        body = body.replace("```", f"``{INERT}`")
    if not body.strip("\n"):
        body = " "
    block = ["```" + language, *body.split("\n"), "```"]
    return [quote + one for one in block]


def _heading(piece: Piece) -> str:
    (title,), depth = piece.lines, len(piece.marker)
    if not title:
        return ""
    if depth > _DEEPEST_HEADING:
        return f"**{inline(title, HEADING)}**"
    return f"{'#' * depth} {inline(title)}"


def _margins(piece: Piece) -> list[str]:
    """Return what stands before each line of a paragraph."""
    margins = [_indent(lists) for lists in piece.lists]
    if piece.holds_code:
        margins[0] = _marker(piece.lists[0]).rstrip()
    elif piece.marker:
        margins[0] = _marker(piece.lists[0]) + (f"{piece.box} " if piece.box else "")
    quotes = (_QUOTE if quoted else "" for quoted in piece.quoted)
    return ["".join(pair) for pair in zip(quotes, margins, strict=True)]


def _marker(lists: tuple[Level, ...]) -> str:
    """Return what an item begins with; Discord knows no other signs than these."""
    return _indent(lists[:-1]) + _sign(lists[-1])


def _sign(level: Level) -> str:
    return f"{level.number}. " if level.delimiter in (".", ")") else "- "


def _indent(lists: tuple[Level, ...]) -> str:
    """Return the margin of what belongs to the innermost of `lists`."""
    return " " * sum(len(_sign(level)) for level in lists)


def _language(info: str) -> str:
    found = _LANGUAGE.match(info)
    return found[0] if found else ""
