"""Proves a proposed fix before it is offered: it applies to exactly what was read, parses, its
finding is gone and nothing new came. Asks the static tools, which are handed in, and nobody else.

What can not be put in its place without a doubt is no fix, and stays words; so does what would say
a secret aloud.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.guard.masking import MASK, mask
from bot.review.findings.anchor import Places
from bot.review.findings.identity import squeezed
from bot.review.findings.merge import LLM
from bot.review.fixes.edits import applied, lines_of
from bot.review.fixes.parsing import still_parses
from bot.review.fixes.patch import Ends, patch
from bot.review.fixes.refit import cleaned, fitted
from bot.review.material import Line, Material, Source
from bot.review.salvage.raw import RawFix
from bot.review.values import Edit, Finding, Fix, ToolRun

MOST_LINES = 200
"""Lines of a fix; what is longer is a rewrite, and nobody proves one."""

MOST_WAYS = 4
"""Ways to fit a fix into its place that are tried."""

Lint: TypeAlias = Callable[[Material], Awaitable[tuple[Sequence[Finding], Sequence[ToolRun]]]]
"""The static part of a review, `bot.review.static.examining.examine`."""


@dataclass(frozen=True, slots=True)
class _Region:
    """The lines that a fix replaces. `part` is the text within its one line that is meant, empty
    for the lines as a whole."""

    source: Source
    piece: int
    lines: tuple[Line, ...]
    part: str = ""

    @property
    def texts(self) -> list[str]:
        """Return the lines as they stand."""
        return [line.text.rstrip("\r") for line in self.lines]


async def verify(
    material: Material,
    finding: Finding,
    proposed: RawFix,
    *,
    quote: str = "",
    lint: Lint | None = None,
    before: Iterable[Finding] | None = None,
    ends: Ends | None = None,
) -> Fix | None:
    """Fit a proposed fix into its place and find out what it does; None if it has no sure place.

    `quote` is what the finding quoted, for a fix that does not say what it replaces. `before` is
    what `lint` said of the material as it is, if that is known already.
    """
    old = proposed.old or quote or finding.anchor.quote
    fitted_in = await asyncio.to_thread(_fitted, material, finding, proposed, old, ends)
    if fitted_in is None:
        return None
    source, fix = fitted_in
    if lint is None or fix.parses is False:
        return fix
    return await _linted(material, finding, source, fix, lint, before)


def _fitted(
    material: Material, finding: Finding, proposed: RawFix, old: str, ends: Ends | None
) -> tuple[Source, Fix] | None:
    """Fit a fix into its place, in a way that parses if there is one; else the likeliest tells why
    it is not offered."""
    region = _region(material, finding, old)
    if region is None:
        return None
    judged = (
        _judged(region, edit, proposed.description, ends)
        for edit in _edits(region, proposed.new)[:MOST_WAYS]
    )
    first: Fix | None = None
    for fix in judged:
        if fix is not None and fix.parses is not False:
            return region.source, fix
        first = first or fix
    return (region.source, first) if first is not None else None


# -- where -------------------------------------------------------------------------------------


def _region(material: Material, finding: Finding, old: str) -> _Region | None:
    """Find the lines that a fix is for: exactly these, on the new side."""
    anchor = finding.anchor
    place = Places(material).place(anchor.path, old, anchor.start_line)
    if place.start_line is None or place.side != "new" or place.status not in ("exact", "moved"):
        return None
    wanted = range(place.start_line, (place.end_line or place.start_line) + 1)
    for source in material.sources:
        if source.path != place.path:
            continue
        for number, piece in enumerate(source.pieces):
            lines = tuple(line for line in piece.new_side() if line.new in wanted)
            if lines and len(lines) == len(wanted) <= MOST_LINES:
                return _part(_Region(source, number, lines), old)
    return None


def _part(region: _Region, old: str) -> _Region | None:
    """Tell whether a fix means whole lines or a part of one; None if neither is sure."""
    told = squeezed("".join(cleaned(old, region.texts)))
    if told == squeezed("".join(region.texts)):
        return region
    part = old.strip().strip("`")
    if len(region.lines) == 1 and region.texts[0].count(part) == 1:
        return replace(region, part=part)
    return None


def _edits(region: _Region, new: str) -> list[Edit]:
    """Return the ways in which a fix may be meant, the likeliest first; none if nothing changes."""
    texts = region.texts
    if region.part:
        ways = (
            [[texts[0].replace(region.part, new.strip().strip("`"), 1)]]
            if "\n" not in new.strip()
            else []
        )
    else:
        around = list(region.source.pieces[region.piece].new_side())
        at = around.index(region.lines[0])
        above = around[at - 1].text if at else ""
        below = "".join(line.text for line in around[at + len(texts) : at + len(texts) + 1])
        ways = fitted(cleaned(new, texts), texts, above, below)
    first, last = region.lines[0].new or 0, region.lines[-1].new or 0
    return [
        Edit(start_line=first, end_line=last, old=_joined(texts), new=_joined(way))
        for way in ways
        if way != texts and len(way) <= MOST_LINES and not _tells_secret([*texts, *way])
    ]


def _tells_secret(lines: Sequence[str]) -> bool:
    text = _joined(lines)
    return MASK in text or mask(text) != text


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


# -- what it does ------------------------------------------------------------------------------


def _judged(region: _Region, edit: Edit, description: str, ends: Ends | None) -> Fix | None:
    changed = applied(region.source, [edit])
    if changed is None:
        return None
    return Fix(
        description=description,
        edits=(edit,),
        patch=patch(region.source, [edit], ends),
        applies=True,
        parses=_parses(region.source, changed),
    )


def _parses(before: Source, after: Source) -> bool | None:
    """Tell whether every piece that an edit touched still parses."""
    told: list[bool | None] = []
    for old, new in zip(before.pieces, after.pieces, strict=True):
        texts = [_joined([line.text for line in piece.new_side()]) for piece in (old, new)]
        if texts[0] != texts[1]:
            told.append(still_parses(texts[0], texts[1], before.language))
    return False if False in told else True if told and None not in told else None


async def _linted(
    material: Material,
    finding: Finding,
    source: Source,
    fix: Fix,
    lint: Lint,
    before: Iterable[Finding] | None,
) -> Fix:
    """Let the tools read the file as it would be, and compare rule by rule."""
    changed = await asyncio.to_thread(applied, source, fix.edits)
    if changed is None or fix.parses is False:
        return fix
    found, runs = await lint(replace(material, sources=(changed,)))
    if before is None:
        before, earlier = await lint(replace(material, sources=(source,)))
        runs = (*runs, *earlier)
    then = _counted(each for each in before if each.anchor.path == source.path)
    now = _counted(found)
    complete = all(run.state != "failed" for run in runs) and bool(runs)
    named = [rule for rule in finding.sources if rule != LLM]
    return fix.model_copy(
        update={
            "relint_ok": False if now - then else True if complete else None,
            "finding_gone": all(now[rule] < then[rule] for rule in named)
            if named and complete
            else None,
        }
    )


def _counted(findings: Iterable[Finding]) -> Counter[str]:
    """Count what each rule says. Places can not be compared: a fix moves and rewords them."""
    counts: Counter[str] = Counter()
    for each in findings:
        for rule in dict.fromkeys(each.sources):
            if rule != LLM:
                counts[rule] += 1 + each.more
    return counts


def shown(fix: Fix) -> list[tuple[str, str]]:
    """Return the lines of a fix as people read them, each with its mark, `-` or `+`."""
    return [
        (mark, line)
        for edit in fix.edits
        for mark, text in (("-", edit.old), ("+", edit.new))
        for line in lines_of(text)
    ]
