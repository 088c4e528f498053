"""A review as a chat message: Markdown that every platform shows, short, with numbered findings.

What does not fit stands in the attached file, under the same numbers. The pieces of it are what a
card consists of, too (`bot.reviews.cards`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.review.rendering import phrases
from bot.review.rendering.markdown import SIGNS, fence, plain
from bot.review.rendering.visible import one_line
from bot.review.rendering.worded import worded
from bot.review.values import Finding, Fix, Review
from bot.wording import say

FILE = "review.md"

MOST_FINDINGS = 12
"""Findings that are shown; they are sorted by gravity, and nobody reads more in a chat."""

MOST_QUOTED = 6
MOST_FIX = 30
"""Lines of a quotation and of a fix."""

MOST_CHANGES = 400
"""Lines of a fix that somebody asks to see; the attached patch holds all of it."""

LONGEST = 700
"""Characters of an explanation; the file holds all of it."""

_CHECKS = ("applies", "parses", "relint_ok", "finding_gone")

Notes = Mapping[str, str]
"""What is to be said of single findings besides, by id: plain text."""


def render(
    review: Review,
    locale: str = "en",
    *,
    pending: str = "",
    has_file: bool = True,
    file: str = FILE,
    notes: Notes | None = None,
    again: bool = False,
) -> str:
    """Write a review for a chat: what still counts, and by one line what no longer does.

    `pending` stands in for what the model will say; `again` when the same was reviewed before.
    """
    parts = _parts(review, locale, pending, file if has_file else "", notes or {}, again)
    return "\n\n".join(filter(None, parts))


def title(review: Review, locale: str, *, pending: bool = False) -> str:
    """Say in one line what was reviewed, and the score."""
    parts = [say("review_title", locale), plain(phrases.subject(review, locale))]
    if not pending:
        parts.append(phrases.score(review, locale))
    return " · ".join(parts)


def facts(review: Review, locale: str, *, pending: bool = False) -> str:
    """Say in one line the verdict, how many findings there are, who read what, what it cost."""
    return plain(" · ".join(filter(None, _facts(review, locale, pending))))


def summary(review: Review, locale: str) -> str:
    """Return what the review says as a whole, and that nothing was found."""
    told = [plain(review.summary.strip())]
    if not review.findings:
        told.append(phrases.nothing_found(review, locale))
    elif not phrases.living(review):
        told.append(say("review_none_open", locale))
    return "\n\n".join(filter(None, told))


def heading(number: int, finding: Finding, locale: str) -> str:
    """Name a finding in one line: its number, gravity and title."""
    finding = worded(finding, locale)
    severity = say(f"review_severity_{finding.severity}", locale)
    return f"{number}. {SIGNS[finding.severity]} {severity} · {plain(one_line(finding.title))}"


def where(finding: Finding, locale: str, *, again: bool = False) -> str:
    """Say in one line how a finding stands, where, of what kind it is, who found it and how sure
    that is. Only beside older ones (`again`) is one called new."""
    return plain(" · ".join(_where(finding, locale, again)))


def spot(finding: Finding, locale: str) -> str:
    """Name the place of a finding, as plain text."""
    anchor = finding.anchor
    return f"{phrases.name(anchor.path, locale)}, {phrases.place(anchor, locale)}"


def explanation(finding: Finding, locale: str) -> str:
    """Say what is wrong and what to do, and quote the lines."""
    return "\n".join(_explanation(worded(finding, locale), locale))


def fix(fix: Fix, locale: str, most: int = MOST_CHANGES) -> str:
    """Show a fix, and say how far it was checked; empty for one of more than `most` lines."""
    shown = _changes(fix)
    if not shown or len(shown) > most:
        return ""
    key = "review_fix_verified" if fix.verified else "review_fix_unverified"
    told = f": {plain(one_line(fix.description))}" if fix.description.strip() else ""
    return f"**{say(key, locale)}**{told}\n" + fence("\n".join(shown), "diff")


def checks(fix: Fix, locale: str) -> str:
    """Say in one line what of a fix was checked, and how that came out."""
    known = {name: getattr(fix, name) for name in _CHECKS}
    return " · ".join(
        say(f"review_{name}_{'yes' if value else 'no'}", locale)
        for name, value in known.items()
        if value is not None
    )


def closing(review: Review, locale: str) -> str:
    """Say what is recommended, and what was not read and why, each under its name."""
    recommended = [plain(one_line(each, LONGEST)) for each in review.recommendations]
    gaps = [plain(each) for each in phrases.gaps(review, locale)]
    listed = (("review_recommendations", recommended), ("review_coverage", gaps))
    return "\n\n".join(
        "\n".join((f"**{say(key, locale)}**", *(f"- {each}" for each in lines)))
        for key, lines in listed
        if lines
    )


def _parts(
    review: Review, locale: str, pending: str, file: str, notes: Notes, again: bool
) -> Iterator[str]:
    yield f"**{title(review, locale, pending=bool(pending))}**"
    yield facts(review, locale, pending=bool(pending))
    if note := pending or phrases.model_note(review, locale):
        yield f"> {plain(note)}"
    yield summary(review, locale)
    numbered = list(enumerate(review.findings, start=1))
    living = [pair for pair in numbered if pair[1].status in ("new", "open")]
    for number, finding in living[:MOST_FINDINGS]:
        yield "\n".join(_finding(number, finding, locale, notes.get(finding.id, ""), again))
    if (more := len(living) - MOST_FINDINGS) > 0:
        yield _more(more, locale, file)
    gone = [pair for pair in numbered if pair[1].status not in ("new", "open")]
    yield "\n".join(_gone(gone, locale, notes))
    yield closing(review, locale)


def _facts(review: Review, locale: str, pending: bool) -> Iterator[str]:
    if not pending:
        yield phrases.verdict(review, locale)
    yield phrases.language_name(review.language)
    yield phrases.counts(review, locale)
    yield phrases.read_share(review, locale)
    yield phrases.readers(review)
    yield from phrases.cost(review, locale)


def _more(count: int, locale: str, file: str) -> str:
    if file:
        return say("review_more_in_file", locale, count=count, name=file)
    return say("review_more", locale, count=count)


def _finding(number: int, finding: Finding, locale: str, note: str, again: bool) -> Iterator[str]:
    yield f"**{heading(number, finding, locale)}**"
    yield where(finding, locale, again=again)
    if note:
        yield f"_{plain(note)}_"
    yield explanation(finding, locale)
    # A longer one, or one that git would not take, stands in the file.
    one = finding.fix
    if one is not None and one.patch and (shown := fix(one, locale, MOST_FIX)):
        yield shown


def _gone(gone: list[tuple[int, Finding]], locale: str, notes: Notes) -> Iterator[str]:
    for number, finding in gone[:MOST_FINDINGS]:
        status = say(f"review_status_{finding.status}", locale)
        named = one_line(worded(finding, locale).title)
        told = [f"{named} · {spot(finding, locale)}", notes.get(finding.id, "")]
        yield f"- **{status}** · {number}. {plain(' · '.join(filter(None, told)))}"
    if (more := len(gone) - MOST_FINDINGS) > 0:
        yield f"- {say('review_more', locale, count=more)}"


def _where(finding: Finding, locale: str, again: bool) -> Iterator[str]:
    if again or finding.status != "new":
        yield say(f"review_status_{finding.status}", locale)
    yield spot(finding, locale)
    yield say(f"review_type_{finding.type}", locale)
    if finding.cwe:
        yield phrases.cwes(finding)
    yield phrases.sources(finding, locale)
    yield phrases.confidence(finding, locale)
    if not finding.in_change:
        yield say("review_unchanged", locale)


def _explanation(finding: Finding, locale: str) -> Iterator[str]:
    if finding.message.strip():
        yield plain(one_line(finding.message, LONGEST))
    for key, told in (("trigger", finding.trigger), ("suggestion", finding.suggestion)):
        if told.strip():
            yield f"**{say(f'review_{key}', locale)}:** {plain(one_line(told, LONGEST))}"
    if lines := phrases.numbered(finding.anchor, MOST_QUOTED):
        yield fence("\n".join(lines))


def _changes(fix: Fix) -> list[str]:
    """Return a fix as lines of a diff."""
    if fix.patch:
        lines = fix.patch.replace("\r\n", "\n").removesuffix("\n").split("\n")
        return [line for line in lines if not line.startswith(("diff --git ", "--- ", "+++ "))]
    made: list[str] = []
    for edit in fix.edits:
        for mark, text in (("-", edit.old), ("+", edit.new)):
            made += [f"{mark}{line}" for line in text.removesuffix("\n").split("\n") if text]
    return made
