"""A review as a chat message: Markdown that every platform shows, short, with numbered findings.

What does not fit stands in the attached file, under the same numbers. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.review.rendering import phrases
from bot.review.rendering.markdown import SIGNS, fence, plain
from bot.review.rendering.visible import one_line
from bot.review.values import Finding, Fix, Review
from bot.wording import say

FILE = "review.md"

MOST_FINDINGS = 12
"""Findings that are shown; they are sorted by gravity, and nobody reads more in a chat."""

MOST_QUOTED = 6
MOST_FIX = 30
"""Lines of a quotation and of a fix."""

LONGEST = 700
"""Characters of an explanation; the file holds all of it."""


def render(review: Review, locale: str = "en", *, pending: str = "", has_file: bool = True) -> str:
    """Write a review for a chat. `pending` stands in for what the model will say."""
    return "\n\n".join(filter(None, _parts(review, locale, pending, has_file)))


def _parts(review: Review, locale: str, pending: str, has_file: bool) -> Iterator[str]:
    yield _title(review, locale, pending)
    yield plain(" · ".join(filter(None, _facts(review, locale, pending))))
    if note := pending or phrases.model_note(review, locale):
        yield f"> {plain(note)}"
    yield plain(review.summary.strip())
    if not review.findings:
        yield phrases.nothing_found(review, locale)
    for number, finding in enumerate(review.findings[:MOST_FINDINGS], start=1):
        yield "\n".join(_finding(number, finding, locale))
    if (more := len(review.findings) - MOST_FINDINGS) > 0:
        yield _more(more, locale, has_file)
    yield "\n".join(f"- {plain(one_line(each, LONGEST))}" for each in review.recommendations)
    yield "\n".join(f"- {plain(gap)}" for gap in phrases.gaps(review, locale))


def _title(review: Review, locale: str, pending: str) -> str:
    parts = [say("review_title", locale), plain(phrases.subject(review, locale))]
    if not pending:
        parts.append(phrases.score(review, locale))
    return f"**{' · '.join(parts)}**"


def _facts(review: Review, locale: str, pending: str) -> Iterator[str]:
    if not pending:
        yield phrases.verdict(review, locale)
    yield phrases.language_name(review.language)
    yield phrases.counts(review, locale)
    yield phrases.read_share(review, locale)
    yield phrases.readers(review)
    yield from phrases.cost(review, locale)


def _more(count: int, locale: str, has_file: bool) -> str:
    if has_file:
        return say("review_more_in_file", locale, count=count, name=FILE)
    return say("review_more", locale, count=count)


def _finding(number: int, finding: Finding, locale: str) -> Iterator[str]:
    severity = say(f"review_severity_{finding.severity}", locale)
    title = plain(one_line(finding.title))
    yield f"**{number}. {SIGNS[finding.severity]} {severity} · {title}**"
    yield plain(" · ".join(_where(finding, locale)))
    if finding.message.strip():
        yield plain(one_line(finding.message, LONGEST))
    for key, told in (("trigger", finding.trigger), ("suggestion", finding.suggestion)):
        if told.strip():
            yield f"**{say(f'review_{key}', locale)}:** {plain(one_line(told, LONGEST))}"
    if lines := phrases.numbered(finding.anchor, MOST_QUOTED):
        yield fence("\n".join(lines))
    if finding.fix is not None:
        yield from _fix(finding.fix, locale)


def _where(finding: Finding, locale: str) -> Iterator[str]:
    anchor = finding.anchor
    if finding.status != "new":
        yield say(f"review_status_{finding.status}", locale)
    yield f"{phrases.name(anchor.path, locale)}, {phrases.place(anchor, locale)}"
    yield say(f"review_type_{finding.type}", locale)
    if finding.cwe:
        yield phrases.cwes(finding)
    yield phrases.sources(finding, locale)
    yield phrases.confidence(finding, locale)
    if not finding.in_change:
        yield say("review_unchanged", locale)


def _fix(fix: Fix, locale: str) -> Iterator[str]:
    lines = fix.patch.replace("\r\n", "\n").removesuffix("\n").split("\n")
    shown = [line for line in lines if not line.startswith(("diff --git ", "--- ", "+++ "))]
    if not fix.patch or len(shown) > MOST_FIX:
        return  # the file shows it
    key = "review_fix_verified" if fix.verified else "review_fix_unverified"
    told = f": {plain(one_line(fix.description))}" if fix.description.strip() else ""
    yield f"**{say(key, locale)}**{told}"
    yield fence("\n".join(shown), "diff")
