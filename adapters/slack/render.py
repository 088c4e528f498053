"""A model's Markdown as the `text` of a Slack message (mrkdwn), and Slack's text as Markdown.

Pure. Lines and blocks are read here; `mrkdwn` renders what is inside a line, `tables` lays out
tables, `reading` goes the other way. Called by outbound for every snapshot, and by the pager.
"""

from __future__ import annotations

from functools import lru_cache

from adapters.pacing.blocks import Kind, Line, State, cells, step
from adapters.slack.mrkdwn import CELL, HEADING, inline
from adapters.slack.reading import from_blocks, from_mrkdwn
from adapters.slack.safety import INERT, escape
from adapters.slack.tables import aligned

__all__ = ["UPDATE_LIMIT", "from_blocks", "from_mrkdwn", "measure", "to_mrkdwn"]

UPDATE_LIMIT = 3900
"""Bytes of one part: `chat.update` refuses more than 4,000 bytes after escaping (`msg_too_long`);
the rest is left for what outbound appends."""

_BULLETS = "•◦▪"
_INDENT = "    "
_RULE = "─" * 12
_TASKS = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}


@lru_cache(maxsize=64)  # a snapshot is measured by the pager and then rendered by outbound
def to_mrkdwn(markdown: str) -> str:
    """Render Markdown as mrkdwn in which nobody can be mentioned and every link shows its host."""
    writer = _Writer()
    state = State()
    for text in markdown.split("\n"):
        line, state = step(state, text)
        writer.add(line, text, state)
    return writer.finish()


def measure(markdown: str) -> int:
    """Return the bytes of UTF-8 that Slack counts for `markdown` once it is rendered."""
    rendered = to_mrkdwn(markdown)
    return len(rendered) if rendered.isascii() else len(rendered.encode("utf-8", "replace"))


class _Writer:
    """Collects lines into paragraphs, code blocks and tables, and writes each when it ends."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._prefixes: list[str] = []
        self._paragraph: list[str] = []
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
        elif line.kind is Kind.TEXT and self._paragraph and not self._rows:
            self._put(_margin(line, after), content)
        else:
            self._end_paragraph()
            self._start(line, content, after)

    def finish(self) -> str:
        """End what is open and return everything written."""
        if self._code is not None:
            self._end_code()
        self._end_paragraph()
        return "\n".join(self._out)

    def _start(self, line: Line, content: str, after: State) -> None:
        if line.kind is Kind.OPEN:
            if line.marker:
                self._out.append(_bullet(line, after))
            self._code = []
        elif line.kind is Kind.BLANK:
            self._out.append(">" if line.quote else "")
        elif line.kind is Kind.RULE:
            self._out.append(_quote(line) + _RULE)
        elif line.kind is Kind.HEADING:
            self._out.append(_quote(line) + _heading(content))
        elif line.kind is Kind.ITEM:
            mark, content = _task(_bullet(line, after), content)
            self._put(f"{mark} ", content)
        else:
            self._put(_margin(line, after), content)

    def _put(self, prefix: str, content: str) -> None:
        self._prefixes.append(prefix)
        self._paragraph.append(content)

    def _start_table(self, delimiter: str) -> None:
        header = self._paragraph.pop()
        self._prefixes.pop()
        self._end_paragraph()
        self._rows = [cells(header)]
        self._delimiters = cells(delimiter)

    def _end_paragraph(self) -> None:
        if self._rows:
            rows = [[inline(cell, CELL) for cell in row] for row in self._rows]
            self._out.append(_block(aligned(rows, self._delimiters)))
            self._rows = []
        if self._paragraph:
            lines = inline("\n".join(self._paragraph)).split("\n")
            self._out += [a + b for a, b in zip(self._prefixes, lines, strict=True)]
            self._paragraph, self._prefixes = [], []

    def _end_code(self) -> None:
        self._out.append(_block([escape(line) for line in self._code or []]))
        self._code = None


def _block(lines: list[str]) -> str:
    """Return a code block; backticks inside it must not end it."""
    body = "\n".join(lines)
    if "``" in body or body.startswith("`") or body.endswith("`"):
        body = body.replace("``", f"`{INERT}`").replace("``", f"`{INERT}`")
    return f"```\n{body}\n```" if body else "```\n \n```"


def _quote(line: Line) -> str:
    return "> " if line.quote else ""


def _margin(line: Line, after: State) -> str:
    """Return what stands before a line of text; in an item it lines up with the item's text."""
    depth = len(after.lists)
    return _quote(line) + (_INDENT * (depth - 1) + "   " if depth else "")


def _bullet(line: Line, after: State) -> str:
    depth = max(0, len(after.lists) - 1)
    mark = line.marker if line.marker[:-1].isdecimal() else _BULLETS[min(depth, 2)]
    if line.number:
        mark = f"{line.number}{line.marker[-1]}"
    return _quote(line) + _INDENT * depth + mark


def _task(bullet: str, content: str) -> tuple[str, str]:
    """Turn a task's brackets into a box in the bullet's place."""
    box = _TASKS.get(content[:3])
    if box is None or content[3:4].strip():
        return bullet, content
    return bullet[:-1] + box if bullet[-1] in _BULLETS else f"{bullet} {box}", content[4:]


def _heading(content: str) -> str:
    text = content.strip()
    bare = text.rstrip("#")
    text = inline((bare if bare.endswith(" ") else text).strip(), HEADING)
    return f"*{text}*" if text else ""
