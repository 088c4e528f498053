"""What is reviewed, as every stage reads it: sources of numbered lines. Values only.

Made by `bot.review.reading.classify` from whatever people post; nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["snippet", "file", "diff", "pr"]
Change: TypeAlias = Literal["added", "deleted", "modified", "renamed", "copied"]
LineEnd: TypeAlias = Literal["\n", "\r\n", ""]
"""How the lines of a file end; empty where some end so and some so."""

MISSING = (
    "cut",
    "damaged_hunks",
    "broken_lines",
    "lines_missing",
    "unnumbered_hunks",
    "files_left_out",
    "combined_diff",
)
"""Notes of reading that mean that something was not read; the others moved no line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its end. Numbers count from 1; a side on which it does not stand is None.

    `position` counts the lines of the file's diff below its first hunk header, further headers
    included, as GitHub does; 0 outside of diffs.
    """

    text: str
    new: int | None
    old: int | None = None
    position: int = 0

    @property
    def is_added(self) -> bool:
        """Tell whether the change brought it; in a plain file no line is."""
        return self.new is not None and self.old is None and self.position > 0

    @property
    def is_removed(self) -> bool:
        """Tell whether the change took it away."""
        return self.new is None


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that stand together: a hunk of a diff, or a whole file or snippet."""

    lines: tuple[Line, ...]
    heading: str = ""
    """What a diff tells behind the second `@@`: usually the enclosing function."""

    def new_side(self) -> Iterator[Line]:
        """Yield the lines that stand after the change."""
        return (line for line in self.lines if line.new is not None)


@dataclass(frozen=True, slots=True)
class Source:
    """One file, snippet, or file's part of a diff. `path` is as it was written, empty for a snippet
    without a name; `language` is a lower-case name such as `python`, empty when unknown."""

    path: str
    pieces: tuple[Piece, ...]
    is_diff: bool = False
    change: Change = "modified"
    old_path: str = ""
    language: str = ""
    is_fragment: bool = False
    """It may begin or end in the middle of something: nothing is said about what is not there."""
    line_end: LineEnd = "\n"
    final_newline: bool = True
    """Its last line has an end, too."""

    def new_side(self) -> Iterator[Line]:
        """Yield the lines that stand after the change, in order."""
        for piece in self.pieces:
            yield from piece.new_side()

    def text(self) -> str:
        """Return the new side as one text; hunks follow each other without a gap."""
        return "".join(f"{line.text}\n" for line in self.new_side())


@dataclass(frozen=True, slots=True)
class Material:
    """All that one review is about. `skipped` tells, by path, why a file is not read at all, and
    `partial` why not in full; `notes` are stable words for what was noticed while reading, such as
    `combined_diff`."""

    kind: Kind
    sources: tuple[Source, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    partial: Mapping[str, str] = field(default_factory=dict)
