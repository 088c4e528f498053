"""A review as Markdown, for a file or a comment: what strangers and models wrote stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.review.rendering import phrases
from bot.review.rendering.visible import inert, one_line, visible
from bot.review.rendering.worded import worded
from bot.review.values import Finding, Fix, Review, Severity
from bot.wording import say

SIGNS: Mapping[Severity, str] = {
    "critical": "🛑",
    "high": "🔴",
    "medium": "🟠",
    "low": "🟡",
    "nit": "⚪",
}

_CODE = re.compile(r"(`+)(?!`)(?:.*?)(?<!`)\1(?!`)", re.DOTALL)
_LIVE = re.compile(r"[\\`<\[\]*]|(?<!\w)_|_(?!\w)|~(?=~)")
_OPENS = re.compile(r"^([ ]{0,3}\d{0,9})(?=[-+=#>]|[.)](?:\s|$))", re.MULTILINE)
"""What begins a heading, a list, a quotation or a line across the page."""


def render(review: Review, locale: str = "en") -> str:
    """Write a review as Markdown (CommonMark with tables and fences)."""
    parts = list(_head(review, locale))
    if review.summary:
        parts.append(plain(review.summary.strip()))
    if note := phrases.model_note(review, locale):
        parts.append(f"> {note}")
    if not review.findings:
        parts.append(phrases.nothing_found(review, locale))
    # Only beside older ones is it worth a word that one is new.
    again = any(each.status != "new" for each in review.findings)
    for number, finding in enumerate(review.findings, start=1):
        parts += _finding(number, worded(finding, locale), locale, again)
    if review.recommendations:
        parts.append(f"## {say('review_recommendations', locale)}")
        parts.append("\n".join(f"- {plain(one_line(each))}" for each in review.recommendations))
    if gaps := phrases.gaps(review, locale):
        parts.append(f"## {say('review_coverage', locale)}")
        parts.append("\n".join(f"- {plain(gap)}" for gap in gaps))
    return inert("\n\n".join(parts)) + "\n"


def plain(text: str) -> str:
    """Return a text in which only code spans are Markdown: no links, pictures, tags or mentions."""
    pieces: list[str] = []
    at = 0
    text = visible(text)
    for span in _CODE.finditer(text):
        pieces += (_escaped(text[at : span.start()]), span[0])
        at = span.end()
    return "".join((*pieces, _escaped(text[at:])))


def fence(text: str, tag: str = "") -> str:
    """Return a code block that its content cannot end."""
    text = visible(text).removesuffix("\n")
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{tag}\n{text}\n{ticks}"


def _escaped(text: str) -> str:
    text = _LIVE.sub(lambda found: "\\" + found[0], text.replace("&", "&amp;"))
    text = _OPENS.sub(r"\1\\", text)
    return text.replace("@", "&#64;")  # nobody is called by a stranger's text


def _head(review: Review, locale: str) -> Iterator[str]:
    subject, score = phrases.subject(review, locale), phrases.score(review, locale)
    yield f"# {say('review_title', locale)} · {plain(subject)} · {score}"
    facts = (
        phrases.verdict(review, locale),
        phrases.language_name(review.language),
        phrases.counts(review, locale),
        phrases.read_share(review, locale),
        phrases.readers(review),
        *phrases.cost(review, locale),
    )
    yield " · ".join(plain(fact) for fact in facts if fact)


def _finding(number: int, finding: Finding, locale: str, again: bool) -> Iterator[str]:
    severity = say(f"review_severity_{finding.severity}", locale)
    yield f"## {number}. {SIGNS[finding.severity]} {severity} · {plain(one_line(finding.title))}"
    yield " · ".join(_facts(finding, locale, again))
    if told := phrases.message(finding):
        yield plain(told)
    for key, told in (("trigger", finding.trigger), ("suggestion", finding.suggestion)):
        if told.strip():
            yield f"**{say(f'review_{key}', locale)}:** {plain(one_line(told))}"
    if lines := phrases.numbered(finding.anchor):
        yield fence("\n".join(lines))
    if finding.fix is not None:
        yield from _fix(finding.fix, locale)


def _facts(finding: Finding, locale: str, again: bool) -> Iterator[str]:
    anchor = finding.anchor
    if again:
        yield f"**{say(f'review_status_{finding.status}', locale)}**"
    yield plain(f"{phrases.name(anchor.path, locale)}, {phrases.place(anchor, locale)}")
    yield say(f"review_type_{finding.type}", locale)
    for number in finding.cwe:
        yield f"[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)"
    yield plain(phrases.sources(finding, locale))
    yield phrases.confidence(finding, locale)
    if not finding.in_change:
        yield say("review_unchanged", locale)


def _fix(fix: Fix, locale: str) -> Iterator[str]:
    key = "review_fix_verified" if fix.verified else "review_fix_unverified"
    told = f": {plain(one_line(fix.description))}" if fix.description.strip() else ""
    yield f"**{say(key, locale)}**{told}"
    shown = fix.patch.replace("\r\n", "\n") or "\n".join(_changes(fix))
    yield fence(shown, "diff")


def _changes(fix: Fix) -> Iterator[str]:
    for edit in fix.edits:
        yield from (f"-{line}" for line in edit.old.removesuffix("\n").split("\n") if edit.old)
        yield from (f"+{line}" for line in edit.new.removesuffix("\n").split("\n") if edit.new)
