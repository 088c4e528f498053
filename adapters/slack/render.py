"""A model's Markdown as the `text` of a Slack message (mrkdwn), and Slack's text as Markdown.

Pure. `prose` reads the Markdown; here it is written, and `pacing.tables` lays out tables. `reading`
goes the other way. Called by outbound for every snapshot, and by the pager.
"""

from __future__ import annotations

from functools import lru_cache

from adapters.pacing.blocks import Kind
from adapters.pacing.links import INERT
from adapters.pacing.tables import aligned
from adapters.slack.text.mrkdwn import CELL, inline, written
from adapters.slack.text.prose import Piece, read
from adapters.slack.text.reading import from_blocks, from_mrkdwn
from adapters.slack.text.safety import escape

__all__ = ["from_blocks", "from_mrkdwn", "measure", "to_mrkdwn"]

_RULE = "─" * 12


@lru_cache(maxsize=64)  # a snapshot is measured by the pager and then rendered by outbound
def to_mrkdwn(markdown: str) -> str:
    """Render Markdown as mrkdwn in which nobody can be mentioned and every link shows its host."""
    return written("\n".join([_written(piece) for piece in read(markdown)]))


def measure(markdown: str) -> int:
    """Return the bytes of UTF-8 that Slack counts for `markdown` once it is rendered."""
    rendered = to_mrkdwn(markdown)
    return len(rendered) if rendered.isascii() else len(rendered.encode("utf-8", "replace"))


def table(piece: Piece) -> list[str]:
    """Lay out a table as monospaced lines, escaped."""
    rows = [[written(inline(cell, CELL)) for cell in row] for row in piece.rows]
    return aligned(rows, piece.delimiters)


def _written(piece: Piece) -> str:
    quote = "> " if piece.quoted[0] else ""
    match piece.kind:
        case Kind.CODE:
            return _block([escape(line) for line in piece.lines])
        case Kind.ROW:
            return _block(table(piece))
        case Kind.BLANK:
            return quote.rstrip()
        case Kind.RULE:
            return quote + _RULE
        case Kind.HEADING:
            return quote + (f"*{piece.lines[0]}*" if piece.lines[0] else "")
    return "\n".join([a + b for a, b in zip(piece.margins, piece.lines, strict=True)])


def _block(lines: list[str]) -> str:
    """Return a code block; backticks inside it must not end it."""
    body = "\n".join(lines)
    if "``" in body or body.startswith("`") or body.endswith("`"):
        body = body.replace("``", f"`{INERT}`").replace("``", f"`{INERT}`")
    return f"```\n{body}\n```" if body else "```\n \n```"
