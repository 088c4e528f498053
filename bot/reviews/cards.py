"""From what is kept of a review to what people see of it: the card, in the review's language.

Every sentence of it is one of `bot.review.rendering`'s: a card says what the text says. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace

from bot import codec
from bot.cards import REASONS, CardFinding, ReviewCard
from bot.review.findings.comparing import is_living
from bot.review.rendering import chat, phrases
from bot.review.rendering.markdown import plain
from bot.review.rendering.visible import one_line
from bot.review.values import Finding, Review
from bot.reviews.records import About, Decision
from bot.reviews.reviewed import Reviewed, told_notes, with_dismissed
from bot.wording import say


def card(
    id: str,
    reviewed: Reviewed,
    about: About | None = None,
    decisions: Mapping[str, Decision] | None = None,
    *,
    note: str = "",
    has_file: bool = True,
) -> ReviewCard:
    """Write a review as it stands, with what was dismissed of it since. `note` is a sentence that
    people have to know first."""
    decided = decisions or {}
    reviewed = with_dismissed(reviewed, decided)
    review, locale = reviewed.review, reviewed.locale
    notes = {**told_notes(reviewed), **told_decisions(decided, locale)}
    numbered = list(enumerate(review.findings, start=1))
    living = [pair for pair in numbered if is_living(pair[1])]
    gone = [pair for pair in numbered if not is_living(pair[1])]
    gone.sort(key=lambda pair: pair[1].status)  # dismissed before fixed, else as they are numbered
    told = (plain(note), plain(phrases.model_note(review, locale)))
    made = ReviewCard(
        id=id,
        version="",
        locale=locale,
        title=chat.title(review, locale),
        facts=chat.facts(review, locale),
        note=" ".join(filter(None, told)),
        summary=chat.summary(review, locale),
        findings=tuple(_finding(*pair, reviewed, notes) for pair in (*living, *gone)),
        closing="\n\n".join(filter(None, (chat.closing(review, locale), *reviewed.notes))),
        text=text(reviewed, notes, note=note, has_file=has_file),
        askers=about.askers if about is not None else (),
        file=reviewed.file if has_file else "",
        complete=_is_complete(review),
    )
    return replace(made, version=_version(made))


def text(
    reviewed: Reviewed, notes: Mapping[str, str], *, note: str = "", has_file: bool = True
) -> str:
    """Write all of a review as Markdown."""
    written = chat.render(
        reviewed.review,
        reviewed.locale,
        has_file=has_file,
        file=reviewed.file,
        notes=notes,
        again=reviewed.is_again,
    )
    first = f"> {plain(note)}" if note else ""
    return "\n\n".join(filter(None, (first, written, *reviewed.notes)))


def fix(finding: Finding, locale: str) -> str:
    """Write a finding's fix as Markdown, and how far it was checked; empty when there is none, or
    none that can be shown."""
    if finding.fix is None:
        return ""
    shown = chat.fix(finding.fix, locale)
    checked = chat.checks(finding.fix, locale)
    return "\n".join(filter(None, (shown, checked))) if shown else ""


def heading(number: int, finding: Finding, locale: str) -> str:
    """Name a finding and its place, with which an explanation begins."""
    return f"**{chat.heading(number, finding, locale)}** · {plain(chat.spot(finding, locale))}"


def _finding(
    number: int, finding: Finding, reviewed: Reviewed, notes: Mapping[str, str]
) -> CardFinding:
    locale = reviewed.locale
    return CardFinding(
        id=finding.id,
        number=number,
        severity=finding.severity,
        status=finding.status,
        title=chat.heading(number, finding, locale),
        where=chat.where(finding, locale, again=reviewed.is_again),
        text=chat.explanation(finding, locale),
        note=plain(notes.get(finding.id, "")),
        has_fix=bool(fix(finding, locale)),
    )


def told_decisions(decisions: Mapping[str, Decision], locale: str) -> dict[str, str]:
    """Say who dismissed what and why, as plain text."""
    told: dict[str, str] = {}
    for id, one in decisions.items():
        known = one.reason if one.reason in REASONS else "other"
        reason = say(f"dismiss_{known}", locale)
        if note := one_line(one.note):
            reason = f"{reason} (“{note}”)"
        if name := one_line(one.name, 60):
            told[id] = say("dismissed_by", locale, name=name, reason=reason)
        else:
            told[id] = say("dismissed_because", locale, reason=reason)
    return told


def _is_complete(review: Review) -> bool:
    """Tell whether all was read: also what is left out for a harmless reason is not."""
    coverage = review.coverage
    left_out = coverage.partial or coverage.skipped or coverage.missing
    whole = review.verdict != "incomplete" and coverage.llm == "ok" and bool(coverage.full)
    return whole and not left_out and all(run.state != "failed" for run in coverage.tools)


def _version(card: ReviewCard) -> str:
    """Name what people see of a card."""
    return hashlib.sha256(codec.plain(asdict(card)).encode()).hexdigest()[:8]
