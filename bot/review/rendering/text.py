"""A review as plain text, for a terminal: each finding with the place that editors open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.review.rendering import phrases
from bot.review.rendering.visible import inert, one_line, visible
from bot.review.rendering.worded import worded
from bot.review.values import Finding, Fix, Review, Severity
from bot.wording import say

_INDENT = "   "
_COLOURS: Mapping[Severity, str] = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "nit": "2",
}
"""SGR parameters (ECMA-48, 8.3.117)."""


def render(review: Review, locale: str = "en", *, coloured: bool = False) -> str:
    """Write a review as text; `coloured` for a terminal."""
    parts = [head(review, locale)]
    if review.summary:
        parts.append(visible(review.summary.strip()))
    if note := phrases.model_note(review, locale):
        parts.append(note)
    if not review.findings:
        parts.append(phrases.nothing_found(review, locale))
    for number, finding in enumerate(review.findings, start=1):
        parts.append(
            "\n".join(_finding(number, worded(finding, locale), locale, coloured=coloured))
        )
    if review.recommendations:
        told = [f"- {one_line(each)}" for each in review.recommendations]
        parts.append("\n".join((f"{say('review_recommendations', locale)}:", *told)))
    if gaps := phrases.gaps(review, locale):
        parts.append("\n".join((f"{say('review_coverage', locale)}:", *(f"- {g}" for g in gaps))))
    return inert("\n\n".join(parts)) + "\n"


def head(review: Review, locale: str) -> str:
    """Say in two lines what was reviewed, and what came of it."""
    first = (
        say("review_title", locale),
        phrases.subject(review, locale),
        phrases.language_name(review.language),
        phrases.score(review, locale),
        phrases.verdict(review, locale),
    )
    second = (
        phrases.counts(review, locale),
        phrases.read_share(review, locale),
        phrases.readers(review),
        *phrases.cost(review, locale),
    )
    return "\n".join(" · ".join(filter(None, parts)) for parts in (first, second))


def line(number: int, finding: Finding, locale: str, *, coloured: bool = False) -> str:
    """Say on one line what a finding is and where it stands."""
    finding = worded(finding, locale)
    severity = say(f"review_severity_{finding.severity}", locale)
    if coloured:
        severity = f"\x1b[{_COLOURS[finding.severity]}m{severity}\x1b[0m"
    kind = say(f"review_type_{finding.type}", locale)
    return f"{number}. {severity} · {kind} · {_place(finding, locale)} · {one_line(finding.title)}"


def _finding(number: int, finding: Finding, locale: str, *, coloured: bool) -> Iterator[str]:
    yield line(number, finding, locale, coloured=coloured)
    if told := phrases.message(finding):
        yield from (_INDENT + each for each in visible(told).split("\n"))
    for key, told in (("trigger", finding.trigger), ("suggestion", finding.suggestion)):
        if told.strip():
            yield f"{_INDENT}{say(f'review_{key}', locale)}: {one_line(told)}"
    yield from (f"{_INDENT}  {visible(each)}" for each in phrases.numbered(finding.anchor))
    if finding.fix is not None:
        yield from (_INDENT + each for each in _fix(finding.fix, locale))
    yield _INDENT + " · ".join(_tail(finding, locale))


def _place(finding: Finding, locale: str) -> str:
    """Write `path:line`, which terminals and editors know, where the line is sure."""
    anchor = finding.anchor
    named = phrases.name(anchor.path, locale)
    if anchor.start_line is None or anchor.side == "old" or anchor.status == "fuzzy":
        return f"{named}, {phrases.place(anchor, locale)}"
    end = anchor.end_line or anchor.start_line
    return f"{named}:{anchor.start_line}" + (f"-{end}" if end > anchor.start_line else "")


def _fix(fix: Fix, locale: str) -> Iterator[str]:
    key = "review_fix_verified" if fix.verified else "review_fix_unverified"
    yield ": ".join(filter(None, (say(key, locale), one_line(fix.description))))
    for edit in fix.edits:
        yield from (f"  - {visible(each)}" for each in _lines(edit.old))
        yield from (f"  + {visible(each)}" for each in _lines(edit.new))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _tail(finding: Finding, locale: str) -> Iterator[str]:
    if finding.status != "new":
        yield say(f"review_status_{finding.status}", locale)
    yield phrases.sources(finding, locale)
    if told := phrases.cwes(finding):
        yield told
    yield phrases.confidence(finding, locale)
    if not finding.in_change:
        yield say("review_unchanged", locale)
