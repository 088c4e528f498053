"""A model's Markdown as Discord shows it: nobody is mentioned, every link shows its host.

Pure. Lines and blocks are read here, `text.inline` writes what is inside a line, `pacing.tables`
lays out tables as code. Called by outbound for every snapshot, and by the pager to measure.
Source: https://support.discord.com/hc/en-us/articles/210298617 (what Discord's Markdown knows).
"""

from __future__ import annotations

import re
from functools import lru_cache

from adapters.discord.text.inline import CELL, HEADING, inline
from adapters.discord.text.safety import INERT
from adapters.pacing.blocks import Kind, Level, Line, State, cells, step
from adapters.pacing.tables import aligned

_RULE = "─" * 12
_QUOTE = "> "
_DEEPEST_HEADING = 3
_TASKS = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}
_LANGUAGE = re.compile(r"[a-z0-9_+\-.#]+", re.I)


@lru_cache(maxsize=64)  # a snapshot is measured by the pager and then rendered by outbound
def to_discord(markdown: str) -> str:
    """Render Markdown as the content of a message."""
    page, state = _Page(), State()
    for text in markdown.split("\n"):
        line, state = step(state, text)
        page.add(line, text.rstrip("\r"), state)
    return page.finish()


def measure(markdown: str) -> int:
    """Return the UTF-16 units of `markdown` once it is rendered."""
    return units(to_discord(markdown))


def units(text: str) -> int:
    """Count UTF-16 units; halves of characters count as one."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Page:
    """Collects lines into paragraphs, code blocks and tables, and writes them."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._lines: list[str] = []
        self._margins: list[str] = []
        self._code: list[str] | None = None
        self._language = ""
        self._rows: list[list[str]] = []
        self._delimiters: list[str] = []
        self._quote = ""
        """What stands before each line of the open code block or table."""

    def add(self, line: Line, text: str, after: State) -> None:
        """Take the next line, as `step` read it."""
        content = text[line.content :]
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
            self._start_table(content, line)
        elif line.kind is Kind.TEXT and self._lines and not self._rows:
            self._put(line, _indent(after.lists), content)
        else:
            self._end()
            self._start(line, content, after)

    def finish(self) -> str:
        """End what is open and return everything written."""
        if self._code is not None:
            self._end_code()
        self._end()
        return "\n".join(self._written)

    def _start(self, line: Line, content: str, after: State) -> None:
        quote = _QUOTE if line.quote else ""
        match line.kind:
            case Kind.OPEN:
                if line.marker:
                    self._put(line, _marker(after.lists).rstrip(), "")
                    self._end()
                self._code, self._quote = [], quote
                self._language = _language(after)
            case Kind.BLANK:
                self._written.append(quote)
            case Kind.RULE:
                self._written.append(quote + _RULE)
            case Kind.HEADING:
                self._written.append(quote + _heading(line, content))
            case Kind.ITEM:
                box = _TASKS.get(content[:3], "") if not content[3:4].strip() else ""
                margin = _marker(after.lists) + (f"{box} " if box else "")
                self._put(line, margin, content[4:] if box else content)
            case _:
                self._put(line, _indent(after.lists), content)

    def _put(self, line: Line, margin: str, content: str) -> None:
        self._lines.append(content)
        self._margins.append((_QUOTE if line.quote else "") + margin)

    def _start_table(self, delimiter: str, line: Line) -> None:
        header = self._lines.pop()
        del self._margins[-1]
        self._end()
        self._rows, self._delimiters = [cells(header)], cells(delimiter)
        self._quote = _QUOTE if line.quote else ""

    def _end(self) -> None:
        if self._rows:
            rows = [[inline(cell, CELL) for cell in row] for row in self._rows]
            self._block(aligned(rows, self._delimiters))
            self._rows = []
        if self._lines:
            lines = inline("\n".join(self._lines)).split("\n")
            self._written += [a + b for a, b in zip(self._margins, lines, strict=True)]
            self._lines, self._margins = [], []

    def _end_code(self) -> None:
        self._block(self._code or [], self._language)
        self._code = None

    def _block(self, lines: list[str], language: str = "") -> None:
        """Write a code block; three backticks inside it must not end it."""
        body = "\n".join(lines)
        while "```" in body:
            body = body.replace("```", f"``{INERT}`")
        if not body.strip("\n"):
            body = " "
        block = ["```" + language, *body.split("\n"), "```"]
        self._written += [self._quote + one for one in block]


def _heading(line: Line, content: str) -> str:
    text = content.strip()
    bare = text.rstrip("#")
    text = (bare if not bare or bare.endswith(" ") else text).strip()
    if not text:
        return ""
    depth = len(line.marker)
    if depth > _DEEPEST_HEADING:
        return f"**{inline(text, HEADING)}**"
    return f"{'#' * depth} {inline(text)}"


def _marker(lists: tuple[Level, ...]) -> str:
    """Return what an item begins with; Discord knows no other signs than these."""
    return _indent(lists[:-1]) + _sign(lists[-1])


def _sign(level: Level) -> str:
    return f"{level.number}. " if level.delimiter in (".", ")") else "- "


def _indent(lists: tuple[Level, ...]) -> str:
    """Return the margin of what belongs to the innermost of `lists`."""
    return " " * sum(len(_sign(level)) for level in lists)


def _language(after: State) -> str:
    found = _LANGUAGE.match(after.fence.info) if after.fence is not None else None
    return found[0] if found else ""
