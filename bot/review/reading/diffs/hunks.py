"""Which lines belong to a hunk, settled by its counts: that is what keeps numbers right. Pure.

Counts that come out exactly prove a reading. Where they do not, lines are kept as far as nothing
speaks against them; where something is missing at an unknown place, the hunk is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.review.reading.diffs.marks import (
    UNKNOWN,
    begins_file,
    is_boundary,
    is_end_mark,
    is_signature,
    mark_of,
    text_of,
)

Standing: TypeAlias = Literal["exact", "short", "recounted", "cut", "refused"]
"""`exact`: as many lines as promised. `short`: fewer, and the next header or the text's end comes.
`recounted`: more, so that the header was wrong. `cut`: it stops at a line that is none of a diff.
`refused`: which line has which number cannot be told."""

Row: TypeAlias = tuple[str, str]
"""A line's mark, one of `+`, `-`, a space and a backslash, and its text."""

Guess: TypeAlias = Literal["none", "bare", "broken"]
"""What a line without a mark is taken for: nothing; context whose space was stripped; the rest of
the line before it, which something broke in two."""

_HEADER = re.compile(
    r"@@\s*-(\d{1,9})(?:,(\d{1,9}))?\s+\+(\d{1,9})(?:,(\d{1,9}))?\s*@@(?: ?)(?P<heading>.*)"
)
_STRAIGHT = str.maketrans({"\xa0": " ", "\u202f": " ", "−": "-", "–": "-", "‒": "-"})


@dataclass(frozen=True, slots=True)
class Header:
    """The numbers behind `@@`: where the hunk begins on either side and how many lines it has."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    heading: str


@dataclass(frozen=True, slots=True)
class Body:
    """A hunk's lines, where the text goes on behind them, and what is to be thought of them.

    `missing` counts the lines that the header promises on both sides, 0 where the sides differ.
    `guess` is what lines without a mark were taken for, if there were any.
    """

    rows: tuple[Row, ...]
    end: int
    standing: Standing
    missing: int = 0
    guess: Guess = "none"


def header(line: str) -> Header | None:
    """Read a hunk's header, a typographer's minus and no-break spaces forgiven."""
    found = _HEADER.fullmatch(line) or _HEADER.fullmatch(line.translate(_STRAIGHT))
    if found is None:
        return None
    old_start, old_count, new_start, new_count = found.group(1, 2, 3, 4)
    return Header(
        int(old_start),
        1 if old_count is None else int(old_count),
        int(new_start),
        1 if new_count is None else int(new_count),
        found["heading"].rstrip(),
    )


def body(lines: Sequence[str], at: int, head: Header, *, spaces_lost: bool = False) -> Body:
    """Read the lines behind a hunk's header, which stands at `at - 1`.

    `spaces_lost` tells that no line of the text begins with a space: what looks like a change may
    then be context with a dash of its own, and only exact counts prove otherwise.
    """
    read = _Count(lines, at, head).read()
    in_doubt = spaces_lost and head.old_count > 0 and head.new_count > 0
    if read.standing == "exact" or not (in_doubt or read.standing in ("cut", "refused")):
        return read
    guessed = _Count(lines, at, head, "bare" if spaces_lost else "broken").read()
    if guessed.standing == "exact":
        return guessed
    return Body((), read.end, "refused") if in_doubt else read


class _Count:
    """One attempt at a hunk: takes lines until both counts are used up."""

    def __init__(self, lines: Sequence[str], at: int, head: Header, guess: Guess = "none") -> None:
        self.lines = lines
        self.start = self.at = at
        self.old, self.new = head.old_count, head.new_count
        self.guess = guess
        self.guessed = False
        self.rows: list[Row] = []

    def read(self) -> Body:
        """Settle which lines belong to the hunk."""
        while True:
            self._take_plain()
            if self.at >= len(self.lines) or not (self.old or self.new):
                break
            line = self.lines[self.at]
            mark = mark_of(line)
            if (mark == UNKNOWN and is_boundary(line)) or (mark == "-" and self._ends_before()):
                break
            if is_end_mark(line) and (mark == "\\" or not (self.old and self.new)):
                mark = "\\"
            if mark == UNKNOWN and not self._guess(line):
                return _ended(self.rows, self.at, "cut")
            if mark != UNKNOWN and not self._take(mark, line):
                return _recounted(self.lines, self.start)
            self.at += 1
        if self.old or self.new:
            return _ended(self.rows, self.at, "short", self.old if self.old == self.new else 0)
        return self._satisfied()

    def _take_plain(self) -> None:
        """Take lines as long as nothing about them is in doubt: nearly all, so this is quick."""
        lines, rows, at = self.lines, self.rows, self.at
        old, new, end = self.old, self.new, len(self.lines)
        while at < end:
            line = lines[at]
            mark = line[:1]
            if mark == " " and old and new:
                old, new = old - 1, new - 1
            elif mark == "+" and new:
                new -= 1
            elif mark == "-" and old and line[1:2] != "-":
                old -= 1
            else:
                break
            rows.append((mark, line[1:]))
            at += 1
        self.at, self.old, self.new = at, old, new

    def _ends_before(self) -> bool:
        """Tell whether dashes open the next file or a mail's signature, and are no removed line."""
        return begins_file(self.lines, self.at, self.old, self.new) or is_signature(
            self.lines, self.at, lacking=True
        )

    def _take(self, mark: str, line: str) -> bool:
        """Count a line; False if the hunk cannot hold it any more."""
        needs_old, needs_new = mark in ("-", " ", ""), mark in ("+", " ", "")
        if (needs_old and not self.old) or (needs_new and not self.new):
            return False
        self.old -= needs_old
        self.new -= needs_new
        self.rows.append((mark or " ", text_of(line)))
        return True

    def _guess(self, line: str) -> bool:
        """Take a line without a mark for what this attempt takes it for, if that can be."""
        self.guessed = True
        if self.guess == "bare":
            return self._take(" ", " " + line)
        if self.guess == "broken" and self.rows:
            mark, text = self.rows[-1]
            self.rows[-1] = (mark, f"{text} {line}")
        return self.guess == "broken"  # above the first line, it is the rest of the header

    def _satisfied(self) -> Body:
        """Look behind the last line that the counts promise."""
        while self.at < len(self.lines) and is_end_mark(self.lines[self.at]):
            self.rows.append(("\\", ""))
            self.at += 1
        if self.guess == "broken":
            self._rest_of_last()
        if _goes_on(self.lines, self.at):
            if self.guessed:
                return _ended(self.rows, self.at, "cut")
            return _recounted(self.lines, self.start)
        guess = self.guess if self.guessed else "none"
        return Body(tuple(self.rows), self.at, "exact", guess=guess)

    def _rest_of_last(self) -> None:
        """Give the last line its rest where the next header shows that it is one."""
        end = self.at
        while end < len(self.lines) and mark_of(self.lines[end]) == UNKNOWN:
            if is_boundary(self.lines[end]):
                for line in self.lines[self.at : end]:
                    self._guess(line)
                self.at = end
                return
            end += 1


def _ended(rows: list[Row], at: int, standing: Standing, missing: int = 0) -> Body:
    """End a hunk before its count. Empty lines at its end are as likely the space behind it."""
    while rows and rows[-1] == (" ", ""):
        rows.pop()
        missing += bool(missing)
    return Body(tuple(rows), at, standing, missing)


def _recounted(lines: Sequence[str], at: int) -> Body:
    """Take lines as their marks say, since the counts are wrong, up to whatever begins next.

    A line without a mark right below a line of the hunk is no prose that follows: lines were broken
    as well, and then no number is sure.
    """
    rows: list[Row] = []
    start = at
    while at < len(lines):
        line = lines[at]
        mark = mark_of(line)
        if mark == UNKNOWN:
            if not is_boundary(line) and at > start and lines[at - 1]:
                return Body((), at, "refused")
            break
        if (mark == "-" and begins_file(lines, at)) or is_signature(lines, at):
            break
        rows.append((mark or " ", text_of(line)))
        at += 1
    return _ended(rows, at, "recounted")


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Tell whether lines of a hunk follow where its counts say that it is over.

    Behind an empty line they count only with context among them and nothing else up to the next
    header: prose with a list below a diff must not become part of it.
    """
    has_context = False
    for position in range(at, len(lines)):
        line = lines[position]
        mark = mark_of(line)
        if mark == UNKNOWN:
            return has_context and is_boundary(line)
        if (mark == "-" and begins_file(lines, position)) or is_signature(lines, position):
            break
        if position == at and mark:
            return True
        has_context = has_context or (mark == " " and bool(line.strip()))
    return has_context
