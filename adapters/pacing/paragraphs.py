"""Markdown's lines gathered into what belongs together: paragraphs, items, code, tables.

Pure. `blocks` tells what a line is; nothing inside one is read here. Called by the renderers of
chat platforms, which write each piece as theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adapters.pacing.blocks import Kind, Level, Line, State, cells, step

_TASKS = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of Markdown. `kind` is TEXT (a paragraph, also an item's), HEADING, RULE, BLANK,
    CODE or ROW (a whole table)."""

    kind: Kind
    lines: tuple[str, ...] = ()
    """Without quote marks and margins; of a heading its title."""
    quoted: tuple[bool, ...] = (False,)
    """By line; of code and tables for all of it."""
    lists: tuple[tuple[Level, ...], ...] = ()
    """By line of a paragraph: the lists that are open around it, an item's own too."""
    marker: str = ""
    """What an item or a heading begins with, as it was written."""
    number: int = 0
    """What a numbered item counts to."""
    box: str = ""
    """The box of a task."""
    holds_code: bool = False
    """An item that begins with a code block, which is the next piece."""
    info: str = ""
    """What stands behind the marks of code: its language."""
    rows: tuple[tuple[str, ...], ...] = ()
    """A table's cells as they were written, the header first; each as many as `delimiters`."""
    delimiters: tuple[str, ...] = ()


def gathered(markdown: str) -> Iterator[Piece]:
    """Yield the pieces of a text, first to last."""
    gatherer, state = _Gatherer(), State()
    for text in markdown.split("\n"):
        line, state = step(state, text)
        yield from gatherer.add(line, text, state)
    yield from gatherer.end()


@dataclass(slots=True)
class _Gatherer:
    """What is open: a paragraph, a code block or a table."""

    _first: Piece = field(default=Piece(Kind.TEXT))
    """What is known of the paragraph, but for its lines."""
    _lines: list[str] = field(default_factory=list)
    _quoted: list[bool] = field(default_factory=list)
    _lists: list[tuple[Level, ...]] = field(default_factory=list)
    _block: Piece | None = None
    """The open code block or table: `_body` are the lines of the one, `_rows` of the other."""
    _body: list[str] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)

    def add(self, line: Line, text: str, after: State) -> Iterator[Piece]:
        """Take the next line, as `step` read it; yields what it has ended."""
        content = text[line.content :].rstrip("\r")
        if line.kind is Kind.CODE:
            self._body.append(content)
        elif line.kind is Kind.ROW:
            self._rows.append(cells(text[len(line.quote) :]))
        elif line.kind is Kind.DELIMITER:
            yield from self._start_table(line, content)
        elif line.kind is Kind.TEXT and self._lines:
            if self._is_underlined(line, content):
                yield self._underlined()
            else:
                self._put(line, content, after)
        else:
            yield from self.end()
            if line.kind is not Kind.CLOSE:
                yield from self._start(line, content, after)

    def end(self) -> Iterator[Piece]:
        """End what is open."""
        if self._block is not None:
            rows = tuple(_fitting(row, len(self._block.delimiters)) for row in self._rows)
            yield replace(self._block, lines=tuple(self._body), rows=rows)
            self._block, self._body, self._rows = None, [], []
        if self._lines:
            yield replace(
                self._first,
                lines=tuple(self._lines),
                quoted=tuple(self._quoted),
                lists=tuple(self._lists),
            )
            self._lines, self._quoted, self._lists = [], [], []
        self._first = Piece(Kind.TEXT)

    def _start(self, line: Line, content: str, after: State) -> Iterator[Piece]:
        quoted = (bool(line.quote),)
        match line.kind:
            case Kind.OPEN:
                if line.marker:
                    self._start_item(line, "", after, holds_code=True)
                    yield from self.end()
                info = after.fence.info if after.fence is not None else ""
                self._block = Piece(Kind.CODE, quoted=quoted, info=info)
            case Kind.BLANK | Kind.RULE:
                yield Piece(line.kind, quoted=quoted)
            case Kind.HEADING:
                yield Piece(Kind.HEADING, (_title(content),), quoted, marker=line.marker)
            case Kind.ITEM:
                self._start_item(line, content, after)
            case _:
                self._put(line, content, after)

    def _start_item(
        self, line: Line, content: str, after: State, *, holds_code: bool = False
    ) -> None:
        box = _TASKS.get(content[:3], "") if not content[3:4].strip() else ""
        self._first = Piece(
            Kind.TEXT, marker=line.marker, number=line.number, box=box, holds_code=holds_code
        )
        self._put(line, content[4:] if box else content, after)

    def _put(self, line: Line, content: str, after: State) -> None:
        self._lines.append(content)
        self._quoted.append(bool(line.quote))
        self._lists.append(after.lists)

    def _is_underlined(self, line: Line, content: str) -> bool:
        """Tell whether a line of `=` makes a heading of the paragraph before it (CommonMark 4.3).
        One of `-` is left the rule that is mostly meant."""
        inside = bool(self._first.marker or self._lists[-1])
        same = self._quoted[-1] == bool(line.quote)
        return same and not inside and set(content.strip()) == {"="}

    def _underlined(self) -> Piece:
        title, quoted = " ".join(self._lines), self._quoted[:1]
        self._lines, self._quoted, self._lists = [], [], []
        self._first = Piece(Kind.TEXT)
        return Piece(Kind.HEADING, (title.strip(),), tuple(quoted), marker="#")

    def _start_table(self, line: Line, delimiter: str) -> Iterator[Piece]:
        """Begin a table, whose header has been taken for the end of a paragraph."""
        header = self._lines.pop()
        del self._quoted[-1], self._lists[-1]
        yield from self.end()
        delimiters = tuple(cells(delimiter))
        self._block = Piece(Kind.ROW, quoted=(bool(line.quote),), delimiters=delimiters)
        self._rows = [cells(header)]


def _fitting(row: list[str], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _title(content: str) -> str:
    """Return a heading's text without the signs that may close it (CommonMark 4.2)."""
    text = content.strip()
    bare = text.rstrip("#")
    return (bare if not bare or bare.endswith(" ") else text).strip()
