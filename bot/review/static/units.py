"""What the static tools read: a file, a snippet or a hunk, as rows of text that know their lines.

Pure. Tools count rows by their own idea of a line end, which a stranger may exploit; here a line
becomes as many rows as any tool would see, and each row knows where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.review.material import Line, Material, Piece, Source

LARGEST = 1_000_000
"""Characters in one unit; tools get slow and deep beyond it."""

LONGEST_LINE = 20_000
"""Characters; nobody wrote a longer line by hand."""

# JavaScript ends a line at U+2028 and U+2029 as well (ECMA-262, line terminators); elsewhere a row
# more than the tool counts would move what stands below it.
_ENDS = re.compile(r"\r\n?|\n")
_SCRIPT_ENDS = re.compile("\r\n?|\n|\u2028|\u2029")
SCRIPTS = frozenset({"javascript", "jsx", "typescript", "tsx", "vue", "svelte"})


@dataclass(frozen=True, slots=True)
class Row:
    """A line as a tool sees it: its text, the line it is a part of, and where it begins there."""

    text: str
    line: Line
    column: int = 0


@dataclass(frozen=True)
class Unit:
    """What a tool reads as one file. `is_whole`: it neither begins nor ends within something."""

    source: Source
    rows: tuple[Row, ...]
    is_whole: bool

    @cached_property
    def text(self) -> str:
        """Return the rows as one text; what cannot be written as UTF-8 is replaced, one by one."""
        text = "".join(f"{row.text}\n" for row in self.rows)
        return text.encode(errors="replace").decode()

    @property
    def too_large(self) -> str:
        """Say why it is not read, or nothing."""
        if sum(len(row.text) for row in self.rows) > LARGEST:
            return f"larger than {LARGEST:,} characters"
        if any(len(row.text) > LONGEST_LINE for row in self.rows):
            return f"a line longer than {LONGEST_LINE:,} characters"
        return ""


def units(material: Material) -> list[Unit]:
    """Cut what is reviewed into what tools read, sources and hunks in order."""
    return [
        Unit(source, tuple(_rows(source, piece)), _is_whole(source))
        for source in material.sources
        for piece in source.pieces
        if any(line.text.strip() for line in piece.new_side())
    ]


def _is_whole(source: Source) -> bool:
    """A file that a change adds stands in the diff from end to end."""
    if source.is_fragment:
        return False
    if not source.is_diff:
        return True
    first = next(source.new_side(), None)
    is_one = len(source.pieces) == 1 and first is not None and first.new == 1
    return source.change == "added" and is_one


def _rows(source: Source, piece: Piece) -> Iterator[Row]:
    ends = _SCRIPT_ENDS if source.language in SCRIPTS else _ENDS
    for line in piece.new_side():
        text = line.text.rstrip("\r\n")
        at = 0
        for end in ends.finditer(text):
            yield Row(text[at : end.start()], line, at)
            at = end.end()
        yield Row(text[at:], line, at)
