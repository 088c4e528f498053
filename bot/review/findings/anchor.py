"""Puts a finding on its line by what it quotes; the cited number only decides between equals. Pure.

A wrong line is worse than none: where the evidence allows two places both are named, and where it
allows none the finding stands without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from bot.guard.masking import mask
from bot.review.findings.quotes import Reading, Side, readings
from bot.review.findings.sights import Sight, Spot
from bot.review.material import Material, Source
from bot.review.values import Anchor, Placed

DRIFT = 3
"""Lines by which a model miscounts; farther away it means another place."""

MOST_CANDIDATES = 12
"""More places than these help nobody."""

LONGEST_ELSEWHERE = 12
"""Characters of a quote that are enough to believe it over the file's name."""

_LONGEST_QUOTE = 2_000

_HEADERS = 5
_MORE_HEADERS = {"added": 1, "deleted": 1, "renamed": 3, "copied": 3}
"""Lines above a file's first hunk line, and what else stands there for some changes (git-diff,
"generating patch text with -p")."""

Choice: TypeAlias = tuple[Placed, Sequence[Spot]]


def place(
    material: Material, path: str, quote: str, line: int | None, side: Side = "new"
) -> Anchor:
    """Find where a quote stands; see `Places.place`, which does it for many."""
    return Places(material).place(path, quote, line, side)


class Places:
    """All places of a material; each side of a file is prepared when it is first asked for."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._sights: dict[tuple[int, Side], Sight] = {}
        self._above = dict(_heights(material))

    def place(self, path: str, quote: str, line: int | None, side: Side = "new") -> Anchor:
        """Find where `quote` stands in the file called `path`. `line` is the number that was
        cited, by whatever count; a path, side or number that is wrong is overruled by the quote."""
        named = self._named(path)
        known = named[0].path if len({source.path for source in named}) == 1 else path
        meant = readings(quote, side)
        if not meant:
            return self._unquoted(known, named, line, side)
        for found, placed in self._searches(named, quote, side):
            if found:
                return self._anchored(
                    known, quote, placed, _chosen(found, line, self._shown(found))
                )
        return Anchor(path=known, side=side, quote=_short(quote))

    def touches_change(self, anchor: Anchor) -> bool:
        """Tell whether a place lies in what was changed; outside of a diff everything does."""
        source = next((each for each in self._material.sources if each.path == anchor.path), None)
        if source is None or not source.is_diff or not (anchor.start_line or anchor.candidates):
            return True
        wanted: Iterable[int] = anchor.candidates
        if anchor.start_line is not None:
            wanted = range(anchor.start_line, (anchor.end_line or anchor.start_line) + 1)
        lines = self._sight(source, anchor.side).numbers
        there = [lines[number] for number in wanted if number in lines]
        return any(line.is_removed or line.is_added for line in there)

    def _searches(
        self, named: Sequence[Source], quote: str, side: Side
    ) -> Iterable[tuple[list[tuple[Spot, Reading]], Placed]]:
        """Yield what is found, the plainest way of finding first."""
        other: Side = "old" if side == "new" else "new"
        everywhere = named or self._material.sources
        for each in (side, other):
            yield self._spots(everywhere, quote, each), "moved"
        yield self._spots(everywhere, quote, side, Sight.alike), "fuzzy"
        if named and len("".join(quote.split())) >= LONGEST_ELSEWHERE:
            others = [source for source in self._material.sources if source not in named]
            yield self._spots(others, quote, side), "moved"

    def _spots(
        self,
        sources: Iterable[Source],
        quote: str,
        side: Side,
        search: Callable[[Sight, Reading], list[Spot]] = Sight.spots,
    ) -> list[tuple[Spot, Reading]]:
        """Find a quote by the reading that fits best: on whole lines, else the plainest."""
        parts: list[tuple[Spot, Reading]] = []
        sights = [self._sight(source, side) for source in sources]
        for reading in readings(quote, side):
            found = [(spot, reading) for sight in sights for spot in search(sight, reading)]
            if any(spot.is_whole for spot, _ in found):
                return [(spot, by) for spot, by in found if spot.is_whole]
            parts = parts or found
        return parts

    def _sight(self, source: Source, side: Side) -> Sight:
        key = (id(source), side)
        if key not in self._sights:
            self._sights[key] = Sight(source, side, self._above[id(source)])
        return self._sights[key]

    def _shown(self, found: Sequence[tuple[Spot, Reading]]) -> Callable[[int], bool]:
        """Return a question: does any of the files in question show a line of that number?"""
        sights = [self._sight(spot.source, spot.side) for spot, _ in found]
        return lambda number: any(number in sight.numbers for sight in sights)

    def _anchored(self, path: str, quote: str, way: Placed, choice: Choice) -> Anchor:
        """Write a choice down; places in several files are none."""
        placed, spots = choice
        paths = {spot.source.path for spot in spots}
        if placed == "approximate":
            if len(paths) > 1:
                return Anchor(path=path, side=spots[0].side, quote=_short(quote))
            numbers = tuple(sorted({spot.start for spot in spots}))[:MOST_CANDIDATES]
            return Anchor(
                path=spots[0].source.path,
                side=spots[0].side,
                quote=_short(quote),
                status="approximate",
                candidates=numbers,
            )
        spot = spots[0]
        code = self._sight(spot.source, spot.side).code(spot.start, spot.end)
        return Anchor(
            path=spot.source.path,
            side=spot.side,
            start_line=spot.start,
            end_line=spot.end,
            quote=_short(code),
            status="fuzzy" if way == "fuzzy" else placed,
        )

    def _named(self, path: str) -> list[Source]:
        """Find the files that a name may mean: spelled so, else ending so, else the only one."""
        sources = self._material.sources
        written = path.strip().replace("\\", "/")
        for form in (path, written, written.removeprefix("./").lstrip("/"), _unprefixed(written)):
            if found := [source for source in sources if form in (source.path, source.old_path)]:
                return found
        tail = "/" + written.lstrip("./")
        if tail != "/":
            ends = [each for each in sources if f"/{each.path}".endswith(tail)]
            ends = ends or [
                each for each in sources if each.path and tail.endswith(f"/{each.path}")
            ]
            if len(ends) == 1:
                return ends
        return list(sources) if len(sources) == 1 else []

    def _unquoted(self, path: str, named: Sequence[Source], line: int | None, side: Side) -> Anchor:
        """A number that nothing supports names a candidate, and never a place."""
        if len(named) != 1:
            return Anchor(path=path, side=side)
        if line is None or line not in self._sight(named[0], side).numbers:
            return Anchor(path=path, side=side, status="file")
        return Anchor(path=path, side=side, status="approximate", candidates=(line,))


def _heights(material: Material) -> Iterator[tuple[int, int]]:
    """Yield how many lines of the diff stand above each first hunk, as git writes headers."""
    at = 0
    for source in material.sources:
        if not source.is_diff:
            yield id(source), 0
            continue
        at += _HEADERS + _MORE_HEADERS.get(source.change, 0)
        yield id(source), at
        at += max((line.position for piece in source.pieces for line in piece.lines), default=0)


# -- choosing ----------------------------------------------------------------------------------


def _chosen(
    found: Sequence[tuple[Spot, Reading]], line: int | None, is_shown: Callable[[int], bool]
) -> Choice:
    """Choose among places that read the same."""
    spots = list(dict.fromkeys(spot for spot, _ in found))
    if len(spots) == 1:
        return "exact", spots
    reading = found[0][1]
    spots = _indented(spots, reading.first)
    # A number that came along with the code was copied; the cited one may have been counted.
    cited = [number for number in (reading.number, line) if number is not None]
    for number in cited:
        if hit := _only(_on(spots, number)):
            return "exact", [hit]
    for number in cited:
        if meant := _meant(spots, number, shown=is_shown(number)):
            return ("moved", meant) if len(meant) == 1 else ("approximate", meant)
    return ("moved" if len(spots) == 1 else "approximate"), spots


def _meant(spots: Sequence[Spot], number: int, *, shown: bool) -> list[Spot]:
    """Return the places that a number may mean which is on none of them: miscounted by a few,
    counted in the diff, or on the other side. What the diff does not show was not miscounted."""
    near = [spot for spot in spots if abs(spot.start - number) <= DRIFT]
    near = [spot for spot in near if spot.is_changed] or near
    position = [spot for spot in spots if number in spot.positions]
    other = [spot for spot in spots if number in spot.others]
    if shown:
        return list(dict.fromkeys([*near, *position, *other]))
    return position or other or near


def _on(spots: Sequence[Spot], number: int) -> list[Spot]:
    """Return the places that begin on a line, else those that reach over it."""
    begin = [spot for spot in spots if spot.start == number]
    return begin or [spot for spot in spots if spot.start <= number <= spot.end]


def _only(spots: Sequence[Spot]) -> Spot | None:
    return spots[0] if len(spots) == 1 else None


def _indented(spots: list[Spot], first: str) -> list[Spot]:
    """Keep the places whose indentation is the quote's, if it has any that fits."""
    if first[:1].isspace():
        same = [spot for spot in spots if spot.text.rstrip() == first.rstrip()]
        return same or spots
    return spots


def _unprefixed(path: str) -> str:
    return path[2:] if path[:2] in ("a/", "b/") else path


def _short(quote: str) -> str:
    return mask(quote[:_LONGEST_QUOTE])
