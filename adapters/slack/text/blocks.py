"""A model's Markdown as Block Kit: rich text, headers, dividers and a native table.

Pure. `to_blocks` is called by outbound for every snapshot, beside the `text` that holds the same.
Rich text says everything by structure: nothing in a text element can ping, link or load anything.
Limits: https://docs.slack.dev/reference/block-kit/blocks, and of a whole message about 13,200
characters (https://github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from adapters.pacing.blocks import Kind
from adapters.slack.render import table
from adapters.slack.text.leaves import harmless, leaves, plain, text
from adapters.slack.text.mrkdwn import BOLD, NEUTRAL, inline
from adapters.slack.text.prose import Item, Piece, read
from adapters.slack.text.safety import unescape

Block: TypeAlias = dict[str, Any]

MOST_CHARACTERS = 11_000
"""Of a part's blocks as JSON, the buttons left out: what Slack counts lies between the bare text
and this, and it does not say what."""

MOST_BREAKS = 20
"""Headers and dividers of a part: each may begin a further rich text, and a message has 50 blocks
at most. More are written into the text."""

HEADER_CHARACTERS = 150
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
DEEPEST_INDENT = 8
"""As deep as Slack's own editor goes."""

_RULE = "─" * 12
_ALIGNMENTS = {(True, True): "center", (False, True): "right"}


def to_blocks(markdown: str) -> list[Block]:
    """Write Markdown as blocks; none where they would not fit into one message."""
    pieces = read(markdown)
    for write in (_native, _simple):
        blocks = write(pieces)
        if size(blocks) <= MOST_CHARACTERS:
            return blocks
    return []


def size(blocks: list[Block]) -> int:
    """Count the characters of blocks as they are sent, at most."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def _native(pieces: tuple[Piece, ...]) -> list[Block]:
    writer = _Writer()
    for piece in pieces:
        writer.add(piece)
    return writer.finish()


def _simple(pieces: tuple[Piece, ...]) -> list[Block]:
    """Write hundreds of short items or marks, each an element of its own, as plain lines."""
    elements: list[Block] = []
    said: list[str] = []
    for piece in pieces:
        if piece.kind in (Kind.CODE, Kind.ROW):
            elements += [_section(leaves("\n".join(said)))] if any(said) else []
            elements.append(_code(piece))
            said = []
        elif piece.kind is Kind.RULE:
            said.append(_RULE)
        elif piece.kind is Kind.TEXT:
            rows = zip(piece.margins, piece.lines, strict=True)
            said += [margin + _escaped_plain(line) for margin, line in rows]
        else:
            said += [_escaped_plain(line) for line in piece.lines] or [""]
    elements += [_section(leaves("\n".join(said)))] if any(said) else []
    return [{"type": "rich_text", "elements": elements}] if elements else []


class _Writer:
    """Collects pieces into rich texts, between headers, dividers and a table."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._elements: list[Block] = []
        self._said = ""
        """Neutral text of the open section or quote."""
        self._in_quote = False
        self._gap = False
        self._next = 0
        """What the next item of the open numbered list counts to."""
        self._breaks = 0
        self._has_table = False

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        if piece.kind is Kind.BLANK or (piece.kind is not Kind.CODE and not any(_shown(piece))):
            self._gap = True
            return
        if piece.kind is Kind.TEXT:
            self._paragraph(piece)
        elif piece.kind is Kind.HEADING:
            self._heading(piece)
        elif piece.kind is Kind.RULE:
            self._rule(piece)
        elif piece.kind is Kind.ROW and not self._has_table and _fits(piece):
            self._break(_table(piece))
            self._has_table = True
        else:
            self._end_said()
            self._elements.append(_code(piece))
        self._gap = False

    def finish(self) -> list[Block]:
        """End what is open and return all blocks."""
        self._end_rich()
        return self._blocks

    def _paragraph(self, piece: Piece) -> None:
        if piece.item is not None:
            self._end_said()
            self._begin_item(piece, piece.item)
        elif piece.level and self._last("rich_text_list") and not self._said:
            lead = "\n\n" if self._gap else "\n"
            self._elements[-1]["elements"][-1]["elements"] += leaves(lead + "\n".join(piece.lines))
        else:
            for line, quoted in zip(piece.lines, piece.quoted, strict=True):
                self._say(line, quoted=quoted)

    def _begin_item(self, piece: Piece, item: Item) -> None:
        quoted, level = piece.quoted[0], min(item.level, DEEPEST_INDENT)
        opening: Block = {
            "type": "rich_text_list",
            "style": "ordered" if item.number else "bullet",
            "indent": level,
        }
        opening |= {"border": 1} if quoted else {}
        last = self._elements[-1] if self._elements else {}
        goes_on = all(last.get(key) == opening.get(key) for key in (*opening, "border"))
        if not goes_on or (item.number and item.number != self._next):
            opening |= {"offset": item.number - 1} if item.number > 1 else {}
            self._elements.append(opening | {"elements": []})
        said = leaves(f"{item.box} " * bool(item.box) + "\n".join(piece.lines))
        self._elements[-1]["elements"].append(_section(said or [text(" ")]))
        self._next = item.number + 1

    def _say(self, neutral: str, *, quoted: bool) -> None:
        """Write a line into the open section or quote, or a new one."""
        if self._said and quoted is not self._in_quote:
            self._end_said()
        if self._said:
            self._said += "\n\n" if self._gap else "\n"
        elif self._gap and not quoted and self._last("rich_text_list", "rich_text_quote"):
            self._said = "\n"
        self._said, self._in_quote, self._gap = self._said + neutral, quoted, False

    def _heading(self, piece: Piece) -> None:
        (title,) = piece.lines
        shown = leaves(title)
        words = harmless("".join(leaf.get("text", "") for leaf in shown))
        linked = any(leaf["type"] == "link" for leaf in shown)
        too_many = self._breaks >= MOST_BREAKS
        if piece.quoted[0] or linked or too_many or len(words) > HEADER_CHARACTERS:
            self._say(f"{BOLD}{title}{BOLD}", quoted=piece.quoted[0])
        else:
            self._break({"type": "header", "text": {"type": "plain_text", "text": words}})

    def _rule(self, piece: Piece) -> None:
        if piece.quoted[0] or self._breaks >= MOST_BREAKS:
            self._say(_RULE, quoted=piece.quoted[0])
        else:
            self._break({"type": "divider"})

    def _break(self, block: Block) -> None:
        self._end_rich()
        self._blocks.append(block)
        self._breaks += 1

    def _end_said(self) -> None:
        if not self._said:
            return
        kind = "rich_text_quote" if self._in_quote else "rich_text_section"
        said = self._said + ("\n" if self._gap and not self._in_quote else "")
        self._elements.append({"type": kind, "elements": leaves(said)})
        self._said = ""

    def _end_rich(self) -> None:
        self._gap = False
        self._end_said()
        if self._elements:
            self._blocks.append({"type": "rich_text", "elements": self._elements})
            self._elements = []

    def _last(self, *kinds: str) -> bool:
        return bool(self._elements) and self._elements[-1]["type"] in kinds


def _shown(piece: Piece) -> tuple[str, ...]:
    """Return what a piece shows, to tell whether that is anything."""
    if piece.kind is Kind.RULE or piece.item is not None:
        return (_RULE,)
    return piece.lines if piece.kind is not Kind.ROW else tuple(map("".join, piece.rows))


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": elements}


def _code(piece: Piece) -> Block:
    """Return code, or a table that stands beside another, as a preformatted element."""
    lines = [unescape(row) for row in table(piece)] if piece.kind is Kind.ROW else piece.lines
    return {"type": "rich_text_preformatted", "elements": [text("\n".join(lines) or " ")]}


def _escaped_plain(neutral: str) -> str:
    return plain(neutral).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fits(piece: Piece) -> bool:
    characters = sum(len(cell) for row in piece.rows for cell in row)
    return (
        len(piece.rows) <= TABLE_ROWS
        and len(piece.delimiters) <= TABLE_COLUMNS
        and characters <= TABLE_CHARACTERS
    )


def _table(piece: Piece) -> Block:
    settings = [
        {"align": _alignment(mark.strip()), "is_wrapped": True} for mark in piece.delimiters
    ]
    rows = [[_cell(cell) for cell in row] for row in piece.rows]
    return {"type": "table", "column_settings": settings, "rows": rows}


def _alignment(mark: str) -> str:
    return _ALIGNMENTS.get((mark.startswith(":"), mark.endswith(":")), "left")


def _cell(markdown: str) -> Block:
    """Return a cell; Slack refuses an empty one."""
    said = leaves(inline(markdown, NEUTRAL)) or [text(" ")]
    if len(said) == 1 and set(said[0]) == {"type", "text"}:
        return {"type": "raw_text", "text": said[0]["text"]}
    return {"type": "rich_text", "elements": [_section(said)]}
