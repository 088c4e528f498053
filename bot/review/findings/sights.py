"""One side of a file as it is searched: where a text without its whitespace stands in it. Pure.

A quote may be a part of a line, a line, or several; whitespace decides nothing. Built once per side
and searched for every finding.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby

from bot.guard.masking import MASK
from bot.review.findings.identity import number_on, squeezed
from bot.review.findings.quotes import Reading, Side
from bot.review.material import Line, Piece, Source

MOST_PLACES = 200
"""Places of one text that are looked at; what stands oftener is no help in finding anything."""

SHORTEST_PART = 6
"""Characters of a part of a line by which the line can be found."""

SHORTEST_ALIKE = 10
"""Characters of a line that may be found by being nearly alike."""

ALIKE = 0.80
CLEARLY = 0.05
"""How much more alike than the second the best one has to be."""

_MOST_WORK = 8_000_000
"""Pairs of characters that one search for what is alike may compare, about two seconds."""

_MOST_WORK_IN_ALL = 3 * _MOST_WORK
"""And all such searches in one side of a file together."""

_MOST_BLOCKS = 5

_SEAM = "\n"
"""Between pieces; no quote reaches across."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines `start` to `end` of a side, where a reading of a quote stands. `is_whole`: it begins
    and ends with them. `positions` and `others`: what its start is by other counts, in the diff of
    the file or of all files, and on the other side."""

    # Comparing whole files would cost more than everything else; `home` tells them apart.
    source: Source = field(compare=False)
    home: int
    side: Side
    start: int
    end: int
    text: str
    is_whole: bool
    is_changed: bool
    positions: frozenset[int]
    others: frozenset[int]


class Sight:
    """One side of one source. `above` counts the lines of the whole diff up to the file's first
    hunk header, that one included."""

    def __init__(self, source: Source, side: Side, above: int = 0) -> None:
        self.source = source
        self.side = side
        self.above = above
        self.lines: list[Line] = []
        self.others: list[frozenset[int]] = []
        self.starts: list[int] = []
        keys: list[str] = []
        at = 0
        for piece in source.pieces:
            for line, other in _counted(piece, side):
                if key := squeezed(line.text):
                    self.lines.append(line)
                    self.others.append(other)
                    self.starts.append(at)
                    keys.append(key)
                    at += len(key)
            keys.append(_SEAM)
            at += 1
        self._work = 0
        self.text = "".join(keys)
        self.where: dict[str, list[int]] = {}
        for index in range(len(self.lines)):
            self.where.setdefault(self._key(index), []).append(index)
        self.numbers: dict[int, Line] = {}
        """Every line of the side by its number, the blank ones too."""
        for piece in source.pieces:
            for line in piece.lines:
                if (number := number_on(line, side)) is not None:
                    self.numbers.setdefault(number, line)

    def spots(self, reading: Reading) -> list[Spot]:
        """Return every place of a reading, whole lines only where there are such."""
        first, *rest = reading.keys
        found = self._whole(squeezed(reading.first), first)
        if not found:
            found = [self._spot(begin, end) for begin, end in self._found(first)]
            whole = [spot for spot in found if spot.is_whole]
            found = whole or (found if len(first) >= SHORTEST_PART else [])
        return found if not rest else [self._up_to(spot, rest) for spot in found]

    def alike(self, reading: Reading) -> list[Spot]:
        """Return the places that read nearly like it, the likest first and those as like."""
        if len(reading.parts) == 1 and len(reading.parts[0]) > 1:
            return self._mostly(reading.parts[0])
        key = reading.keys[0]
        if len(key) < SHORTEST_ALIKE:
            return []
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key)
        scored: list[tuple[float, int]] = []
        work = 0
        for line, places in self.where.items():
            if not len(line) * 0.66 <= len(key) <= len(line) * 1.5:
                continue
            work += len(line) * len(key)
            if work > _MOST_WORK or not self._may_compare(len(line) * len(key)):
                return []
            matcher.set_seq1(line)
            if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
                scored += ((ratio, index) for index in places[:MOST_PLACES])
        best = max((ratio for ratio, _ in scored), default=0.0)
        likest = sorted(index for ratio, index in scored if ratio > best - CLEARLY)
        return [self._lines(index, index) for index in likest]

    def _may_compare(self, work: int) -> bool:
        """Count work; False once it was enough, and what is not found is told as not placed."""
        self._work += work
        return self._work <= _MOST_WORK_IN_ALL

    @cached_property
    def _index(self) -> dict[int, int]:
        """Where a line stands among those that are not blank, by its number."""
        numbers = (number_on(line, self.side) or 0 for line in self.lines)
        return {number: at for at, number in reversed(list(enumerate(numbers)))}

    def code(self, first: int, last: int) -> str:
        """Return the lines `first` to `last` as they stand."""
        wanted = range(first, last + 1)
        return "\n".join(self.numbers[at].text for at in wanted if at in self.numbers)

    # -- places ----------------------------------------------------------------------------------

    def _whole(self, line: str, key: str) -> list[Spot]:
        """Find whole lines that read `key`, of which `line` is the first."""
        spots = []
        for index in self.where.get(line, ()):
            at = self.starts[index]
            if self.text.startswith(key, at):
                spots.append(self._spot(at, at + len(key)))
        return [spot for spot in spots if spot.is_whole]

    def _found(self, key: str) -> Iterator[tuple[int, int]]:
        """Yield where a key stands; masked characters stand for any."""
        count = 0
        at = self.text.find(key)
        while at >= 0 and count < MOST_PLACES:
            yield at, at + len(key)
            count += 1
            at = self.text.find(key, at + 1)
        if not count and MASK in key and key.strip(MASK):
            runs = (re.escape(part) or "" for part in re.split(f"({MASK}+)", key))
            pattern = "".join(f"[^\n]{{{len(r)}}}" if r[:1] == MASK else r for r in runs)
            for number, found in enumerate(re.finditer(pattern, self.text)):
                if number < MOST_PLACES:
                    yield found.start(), found.end()

    def _spot(self, begin: int, end: int) -> Spot:
        first = bisect_right(self.starts, begin) - 1
        last = bisect_right(self.starts, end - 1) - 1
        whole = self.starts[first] == begin and self._end(last) == end
        return self._lines(first, last, is_whole=whole)

    def _lines(self, first: int, last: int, *, is_whole: bool = True) -> Spot:
        lines = self.lines[first : last + 1]
        return Spot(
            source=self.source,
            home=id(self.source),
            side=self.side,
            start=number_on(lines[0], self.side) or 0,
            end=number_on(lines[-1], self.side) or 0,
            text=lines[0].text,
            is_whole=is_whole,
            is_changed=any(line.is_added or line.is_removed for line in lines),
            positions=frozenset({lines[0].position, lines[0].position + self.above} - {0}),
            others=self.others[first],
        )

    def _up_to(self, spot: Spot, rest: Sequence[str]) -> Spot:
        """Let a spot end where the last of the parts stands that follow it."""
        index = self._index[spot.start]
        at = self.starts[index]
        seam = self.text.find(_SEAM, at)
        for key in rest:
            found = self.text.find(key, at, seam)
            if found < 0:
                return spot
            at = found + len(key)
        return self._lines(index, bisect_right(self.starts, at - 1) - 1, is_whole=spot.is_whole)

    def _mostly(self, lines: Sequence[str]) -> list[Spot]:
        """Find several lines most of which stand where they should: each votes for a beginning,
        and what has most votes is compared."""
        keys = [squeezed(line) for line in lines]
        votes: Counter[int] = Counter()
        for offset, key in enumerate(keys):
            for index in self.where.get(key, ())[:MOST_PLACES]:
                votes[max(0, index - offset)] += len(key)
        whole = "".join(keys)
        matcher = SequenceMatcher(b=whole, autojunk=False)
        scored: list[tuple[float, int, int]] = []
        for first, _ in votes.most_common(_MOST_BLOCKS):
            last = min(len(self.lines), first + len(keys)) - 1
            text, seam, _ = self.text[self.starts[first] : self._end(last)].partition(_SEAM)
            if seam:
                last = bisect_right(self.starts, self.starts[first] + len(text) - 1) - 1
            matcher.set_seq1(text)
            work = len(text) * len(whole)
            if work * _MOST_BLOCKS > _MOST_WORK or not self._may_compare(work):
                continue
            if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
                scored.append((ratio, first, last))
        best = max((ratio for ratio, *_ in scored), default=0.0)
        return [self._lines(*lines) for ratio, *lines in scored if ratio > best - CLEARLY]

    def _key(self, index: int) -> str:
        return self.text[self.starts[index] : self._end(index)]

    def _end(self, index: int) -> int:
        following = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        seam = self.text.find(_SEAM, self.starts[index], following)
        return following if seam < 0 else seam


def _counted(piece: Piece, side: Side) -> Iterator[tuple[Line, frozenset[int]]]:
    """Yield one side's lines, each with the numbers that the other side has at its place.

    Where lines replace others, that is the one in the same place among them, and the one behind.
    """
    theirs = "old" if side == "new" else "new"
    numbers = (number_on(line, theirs) for line in piece.lines)
    counter = next((number for number in numbers if number is not None), 0)
    for is_context, run in groupby(piece.lines, key=lambda line: None not in (line.new, line.old)):
        lines = list(run)
        count = sum(number_on(line, theirs) is not None for line in lines)
        ours = [line for line in lines if number_on(line, side) is not None]
        for offset, line in enumerate(ours):
            at = counter + offset
            yield (
                line,
                frozenset((at,) if is_context else (min(at, counter + count), counter + count)),
            )
        counter += count
