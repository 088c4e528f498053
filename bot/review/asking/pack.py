"""Packs what is reviewed into as many questions as a model is asked: the riskiest first, whole
files where they fit, and an account of what found no room. Pure; called by `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot import tokens
from bot.guard.masking import mask
from bot.models.port import ModelSpec
from bot.review.asking.numbered import Hide, Row, rows
from bot.review.asking.ranking import ranked
from bot.review.material import Material, Source
from bot.review.values import Finding

MOST_TOKENS = 24_000
"""Of code in one question. Models find less in more: a review of a part that is read well beats one
of everything that is not."""

LEAST_TOKENS = 400

OVERHEAD = 2_500
"""Tokens of instructions, static findings and fences around the code, about."""

_PER_SECTION = 60
"""Tokens of the fence around one file."""

_LEAST_ROOM = 150
"""Tokens; what is left of all bundles together holds nothing worth reading."""

_AT_HUNK = 0.6
_AT_BLOCK = 0.85
"""A section may end before a hunk, or before code that is not indented, once this share is full."""

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one source that are read together: numbered, without secrets. `first` and `last`
    are the numbers of its ends; `is_cut` tells that a line was too long to be written whole."""

    source: Source
    text: str
    tokens: int
    first: int
    last: int
    is_whole: bool
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one question shows."""

    sections: tuple[Section, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Name its files, each once."""
        return tuple(dict.fromkeys(section.source.path for section in self.sections))

    def halves(self) -> tuple[Bundle, ...]:
        """Return two of about half the size, none when it cannot be divided."""
        if len(self.sections) < 2:
            return ()
        half, room = len(self.sections), sum(section.tokens for section in self.sections) / 2
        for at, section in enumerate(self.sections):
            room -= section.tokens
            if room <= 0:
                half = max(1, min(at + 1, len(self.sections) - 1))
                break
        return Bundle(self.sections[:half]), Bundle(self.sections[half:])


@dataclass(frozen=True, slots=True)
class Packed:
    """All the questions, and the sections that no question had room for."""

    bundles: tuple[Bundle, ...]
    left_out: tuple[Section, ...] = ()


def room(spec: ModelSpec) -> int:
    """Return how many tokens of code one question may hold for a model of these sizes."""
    answer = min(spec.max_output, spec.context // 4)
    return max(LEAST_TOKENS, min(MOST_TOKENS, spec.context - answer - OVERHEAD))


def pack(
    material: Material,
    findings: Iterable[Finding] = (),
    *,
    budget: int = MOST_TOKENS,
    most: int = 4,
    hide: Hide = mask,
    count: Count = tokens.count,
) -> Packed:
    """Pack the sources into at most `most` bundles of `budget` tokens each.

    What is split is split between hunks, or where something ends. Counting may take as long as the
    text is; call it in a thread.
    """
    bundles: list[list[Section]] = []
    rooms: list[int] = []
    left_out: list[Section] = []
    for source in ranked(material.sources, findings):
        if len(bundles) == most and max(rooms) < _LEAST_ROOM:
            left_out += _uncounted(source, hide)
            continue
        for section in _sections(source, budget, hide, count):
            at = next((i for i, free in enumerate(rooms) if section.tokens <= free), None)
            if at is None and len(bundles) < most:
                at = len(bundles)
                bundles.append([])
                rooms.append(budget)
            if at is None:
                left_out.append(section)
                continue
            bundles[at].append(section)
            rooms[at] -= section.tokens
    return Packed(tuple(Bundle(tuple(each)) for each in bundles), tuple(left_out))


def _sections(source: Source, budget: int, hide: Hide, count: Count) -> Iterator[Section]:
    """Cut a source into sections that fit an empty bundle each; a small one stays whole."""
    written = list(rows(source, hide))
    if not written:
        return
    cost = count(_joined(written))
    if cost + _PER_SECTION <= budget:
        yield _section(source, written, cost + _PER_SECTION, is_whole=True)
        return
    for part, tokens_of_part in _parts(written, budget - _PER_SECTION, count):
        yield _section(source, part, tokens_of_part + _PER_SECTION, is_whole=False)


def _uncounted(source: Source, hide: Hide) -> Iterator[Section]:
    """There is no room left: only the place is told, and counting would take its time."""
    if written := list(rows(source, hide)):
        yield _section(source, written, 0, is_whole=True)


def _parts(written: Sequence[Row], budget: int, count: Count) -> Iterator[tuple[list[Row], int]]:
    """Cut rows where a piece begins or something ends, once a part is nearly full."""
    part: list[Row] = []
    cost = 0
    for row in written:
        more = count(_text(row)) + 1
        if part and (cost + more > budget or cost > budget * _begins(row)):
            yield part, cost
            part, cost = [], 0
        part.append(row)
        cost += more
    if part:
        yield part, cost


def _begins(row: Row) -> float:
    """Return from which share of a full section on it may end before this row."""
    if row.opens:
        return _AT_HUNK
    code = row.line.text
    return _AT_BLOCK if code[:1].strip() and code[0] not in "})]#/*" else 1.0


def _section(source: Source, part: Sequence[Row], cost: int, *, is_whole: bool) -> Section:
    numbers = [row.line.new if row.line.new is not None else row.line.old for row in part]
    known = [number for number in numbers if number is not None]
    return Section(
        source=source,
        text=_joined(part),
        tokens=cost,
        first=known[0] if known else 0,
        last=known[-1] if known else 0,
        is_whole=is_whole,
        is_cut=any(row.is_cut for row in part),
    )


def _joined(part: Sequence[Row]) -> str:
    return "\n".join(map(_text, part))


def _text(row: Row) -> str:
    return f"{row.opens}\n{row.text}" if row.opens else row.text
