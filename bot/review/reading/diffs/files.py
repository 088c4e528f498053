"""A file of a diff while it is read: what its headers say, its hunks, and what it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.review.material import Change, Line, LineEnd, Piece, Source
from bot.review.reading.diffs import paths
from bot.review.reading.diffs.hunks import Body, Header, Row

CONTEXT = 3
"""Lines of context around a change, unless somebody asked for others (git-diff, `-U`)."""

_GUESSED = {"bare": "markers_lost", "broken": "broken_lines"}
_MODE = re.compile(r"(?:old mode|new mode) \d{6}")


@dataclass(frozen=True, slots=True)
class Hunk:
    """A hunk's header and lines; `is_last` if the text ends with it."""

    head: Header
    body: Body
    is_last: bool = False

    @property
    def is_shortened(self) -> bool:
        """Tell whether it lacks as many lines on both sides, and not for being cut at its end."""
        is_short = self.body.standing == "short" and self.body.missing > 0
        return is_short and (not self.is_last or self.trailing >= CONTEXT)

    @property
    def is_miscounted(self) -> bool:
        """Tell whether its header is wrong for certain, whatever else was done to the text."""
        is_uneven = self.body.standing == "short" and not self.body.missing and not self.is_last
        return is_uneven or self.body.standing == "recounted"

    @property
    def new_end(self) -> int:
        """Return the number behind its last line on the new side."""
        return self.head.new_start + sum(mark in "+ " for mark, _ in self.body.rows)

    @property
    def old_end(self) -> int:
        """Return the number behind its last line on the old side."""
        return self.head.old_start + sum(mark in "- " for mark, _ in self.body.rows)

    @property
    def trailing(self) -> int:
        """Return how many lines of context it ends with."""
        count = 0
        for mark, _ in reversed(self.body.rows):
            if mark == " ":
                count += 1
            elif mark != "\\":
                break
        return count

    def note(self) -> str:
        """Name what is wrong with it; empty if nothing is that matters.

        At the end of the text, a few lines of context may be missing: chat trims empty ones.
        """
        standing, rest = self.body.standing, self.body.missing
        if standing in ("recounted", "refused", "cut"):
            return {"recounted": "wrong_counts", "refused": "damaged_hunks"}.get(standing, "cut")
        if standing == "exact" or (self.is_last and 0 < rest <= CONTEXT - self.trailing):
            return ""
        return "cut" if self.is_last else "wrong_counts"


@dataclass(slots=True)
class Draft:
    """What is known of a file so far. Names are as written, with their prefixes."""

    old: str = ""
    new: str = ""
    alike: tuple[str, str] = ("", "")
    """Both names in the line `diff --git`."""
    index: str = ""
    """The name in a line that has only one: Subversion's, Mercurial's, a combined diff's."""
    moved_from: str = ""
    moved_to: str = ""
    change: Change | None = None
    is_git: bool = False
    is_binary: bool = False
    is_combined: bool = False
    has_mode: bool = False
    hunks: list[Hunk] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether anything was said about a file, and not only a line that looks so."""
        flags = (self.is_git, self.is_binary, self.is_combined, self.notes)
        return bool(self.hunks) or any(flags)

    @property
    def is_named(self) -> bool:
        """Tell whether a header gave it a name."""
        return any((self.old, self.new, self.index, self.moved_to, *self.alike))

    @property
    def has_blank_context(self) -> bool:
        """Tell whether an empty line of context survived."""
        return any(
            mark == " " and not text.strip() for hunk in self.hunks for mark, text in hunk.body.rows
        )

    def extended(self, line: str) -> None:
        """Read one of git's header lines between `diff --git` and the first hunk."""
        key, _, value = line.partition(" from ")
        if key in ("rename", "copy") and value:
            self.moved_from = paths.plain(value)
            self.change = "renamed" if key == "rename" else "copied"
            return
        key, _, value = line.partition(" to ")
        if key in ("rename", "copy") and value:
            self.moved_to = paths.plain(value)
        elif line.startswith("new file mode"):
            self.change = "added"
        elif line.startswith("deleted file mode"):
            self.change = "deleted"
        elif _MODE.match(line):
            self.has_mode = True

    @property
    def names(self) -> tuple[str, str]:
        """Return the old and the new name without prefixes; a side that is missing takes the
        other's."""
        if self.old or self.new:
            old, new = paths.without_prefixes(
                self.old or paths.UNTOLD, self.new or paths.UNTOLD, alike=self.alike
            )
        elif any(self.alike):
            old, new = paths.without_prefixes(*self.alike)
        else:
            old = new = self.index
        if paths.UNTOLD in (old, new):
            told = new if old == paths.UNTOLD else old
            old = new = self.index or ("" if told == paths.NOWHERE else told)
        return self.moved_from or old, self.moved_to or new

    @property
    def path(self) -> str:
        """Return the name after the change, or the last one of a deleted file."""
        old, new = self.names
        return old if new == paths.NOWHERE else new

    def settle(self, *, lines_missing: bool) -> None:
        """Decide which hunks count, and whether the file can be read at all."""
        kept: list[Hunk] = []
        for hunk in self.hunks:
            doubtful = lines_missing and hunk.body.standing == "short" and hunk.body.missing > 0
            if note := "lines_missing" if doubtful else hunk.note():
                self.notes.append(note)
            if hunk.body.guess != "none":
                self.notes.append(_GUESSED[hunk.body.guess])
            if hunk.body.rows and not doubtful:
                kept.append(hunk)
        damaged, self.hunks = len(kept) < len(self.hunks), kept
        self.skipped = self._reason(damaged=damaged)
        if self.is_combined:
            self.notes.append("combined_diff")

    def _reason(self, *, damaged: bool) -> str:
        if self.is_combined:
            return "combined_diff"
        if self.hunks:
            return ""
        if self.is_binary:
            return "binary"
        if "unnumbered_hunks" in self.notes:
            return "unnumbered"
        if damaged:
            return "damaged"
        explained = self.change or self.has_mode
        if not explained or (self.old and self.change not in ("renamed", "copied")):
            self.notes.append("cut")
            return "cut"
        return ""

    def source(self) -> Source:
        """Return the file as everybody reads it."""
        old, new = self.names
        change = self._change(old, new)
        path = old if new == paths.NOWHERE else new
        whole = (
            change == "added" and len(self.hunks) == 1 and self.hunks[0].body.standing == "exact"
        )
        return Source(
            path=path,
            pieces=_numbered(self.hunks),
            is_diff=True,
            change=change,
            old_path="" if old in (path, paths.NOWHERE) else old,
            is_fragment=not whole,
            line_end=_line_end(self.hunks),
            final_newline=not (self.hunks and _lacks_end(self.hunks[-1])),
        )

    def _change(self, old: str, new: str) -> Change:
        if self.change:
            return self.change
        if paths.NOWHERE in (new, self.new):
            return "deleted"
        heads = [hunk.head for hunk in self.hunks]
        only = heads[0] if len(heads) == 1 else None
        if old == paths.NOWHERE or (only and not only.old_start and not only.old_count):
            return "added"
        if only and not only.new_start and not only.new_count:
            return "deleted"
        return "modified"


def _line_end(hunks: list[Hunk]) -> LineEnd:
    """Tell how the lines after the change end; a last one without an end tells nothing."""
    lines = [text for hunk in hunks for mark, text in hunk.body.rows if mark in ("+", " ")]
    if lines and _lacks_end(hunks[-1]):
        lines.pop()
    ends = {text.endswith("\r") for text in lines}
    return "" if len(ends) > 1 else "\r\n" if True in ends else "\n"


def _lacks_end(last: Hunk) -> bool:
    """Tell whether the last line after the change has no end: then a mark says so behind it."""
    marks = [mark for mark, _ in last.body.rows]
    at = max((at for at, mark in enumerate(marks) if mark in ("+", " ")), default=-1)
    return at >= 0 and marks[at + 1 : at + 2] == ["\\"]


def _numbered(hunks: list[Hunk]) -> tuple[Piece, ...]:
    """Number the lines of each hunk, and count positions through the file as GitHub does: the first
    header is 0, further ones and marks such as `\\ No newline` count
    (docs.github.com/rest/pulls/comments)."""
    pieces: list[Piece] = []
    position = 0
    for hunk in hunks:
        lines, position = _lines(hunk.head, hunk.body.rows, position)
        pieces.append(Piece(tuple(lines), hunk.head.heading))
        position += 1
    return tuple(pieces)


def _lines(head: Header, rows: tuple[Row, ...], position: int) -> tuple[list[Line], int]:
    lines: list[Line] = []
    old, new = max(head.old_start, 1), max(head.new_start, 1)
    for mark, written in rows:
        position += 1
        text = written.removesuffix("\r")
        if mark == "+":
            lines.append(Line(text, new, None, position))
            new += 1
        elif mark == "-":
            lines.append(Line(text, None, old, position))
            old += 1
        elif mark == " ":
            lines.append(Line(text, new, old, position))
            old, new = old + 1, new + 1
    return lines, position
