"""What a finished review is kept as: a step of its answer, the files beside it, and what history
holds of it. Pure.

The step is recorded before anybody sees the end: after a crash the review is told again, files and
all, and no model is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot import codec
from bot.guard.masking import mask
from bot.replies import File
from bot.review.asking.numbered import Hide, rows
from bot.review.findings import comparing
from bot.review.findings.identity import number_on
from bot.review.material import Material
from bot.review.reading.links import Link
from bot.review.reading.wishes import STEP
from bot.review.rendering import chat, phrases, render
from bot.review.rendering.chat import FILE, MOST_FINDINGS
from bot.review.values import Finding, Review
from bot.reviews.records import About
from bot.store.reviews import Kept
from bot.turns import Step
from bot.wording import say

MOST_RECORDED = 500_000
"""Characters of a record; a longer review is made again after a crash."""

MOST_KEPT = 6_000
"""Characters that history keeps of the findings beside the message that shows them."""

AROUND = 8
MOST_AROUND = 30
"""Lines of code that are kept before and behind a finding, and with it in all."""

MOST_EXPLAINED = 60
"""Findings whose code is kept, the gravest; of the others there is what they quote."""

LONGEST_LINE = 240


@dataclass(frozen=True, slots=True)
class PullRead:
    """The pull request that was read, and at which commit."""

    link: Link
    head: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finished review, the patch of its checked fixes, and the language that it is told in."""

    review: Review
    patch: str = ""
    locale: str = "en"
    model_score: float | None = None
    """The model's own number, which holds as the best one whatever is dismissed."""
    unseen: Mapping[str, str] = field(default_factory=dict)
    """By id, why an open finding was not looked at again."""
    past: tuple[Finding, ...] = ()
    """What was dismissed earlier and is not found any more."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Digests of what was read, by path."""
    around: Mapping[str, str] = field(default_factory=dict)
    """By id, the code around a finding, numbered, secrets hidden."""
    pull: PullRead | None = None
    focus: str = ""
    """What was to be looked for above all."""
    edition: int = 1
    notes: tuple[str, ...] = ()
    """What else is told at the end, as Markdown."""

    @property
    def is_again(self) -> bool:
        """Tell whether the same was reviewed before, so that what is new is worth a word."""
        return self.edition > 1

    @property
    def file(self) -> str:
        """The name of the file that holds all of it: each edition has its own."""
        return edition_name(FILE, self.edition)


@dataclass(frozen=True, slots=True)
class Standing:
    """A review that stands in a channel and is to be made anew, without what was dismissed."""

    kept: Kept
    about: About
    reviewed: Reviewed


def step(reviewed: Reviewed, hide: Callable[[str], str] = mask) -> Step:
    """Write a review as a step, secrets hidden at the same length."""
    return Step(STEP, STEP, "{}", write(reviewed, hide))


def write(reviewed: Reviewed, hide: Callable[[str], str] = mask) -> str:
    """Write a review as JSON, secrets hidden at the same length."""
    body = {
        "review": _plain(reviewed.review),
        "patch": reviewed.patch,
        "locale": reviewed.locale,
        "told": reviewed.model_score,
        "unseen": dict(reviewed.unseen),
        "past": [_plain(each) for each in reviewed.past],
        "texts": dict(reviewed.texts),
        "around": dict(reviewed.around),
        "pull": asdict(reviewed.pull) if reviewed.pull is not None else None,
        "focus": reviewed.focus,
        "edition": reviewed.edition,
        "notes": reviewed.notes,
    }
    return hide(codec.plain(body))


def parsed(text: str) -> Reviewed | None:
    """Read a review back; None for what another release wrote, or nobody."""
    try:
        body = json.loads(text)
        score = body.get("told")
        return Reviewed(
            Review.model_validate(body["review"]),
            str(body["patch"]),
            str(body["locale"]),
            float(score) if score is not None else None,
            _texts(body.get("unseen")),
            tuple(Finding.model_validate(each) for each in body.get("past") or ()),
            _texts(body.get("texts")),
            _texts(body.get("around")),
            _pull(body.get("pull")),
            str(body.get("focus") or ""),
            int(body.get("edition") or 1),
            tuple(map(str, body.get("notes") or ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read(steps: Iterable[Step]) -> Reviewed | None:
    """Read the review back that is among `steps`; None where there is none."""
    # What cannot be read is the engine's tool's, which is no record.
    found = (parsed(one.result) for one in steps if one.name == STEP and one.result[:1] == "{")
    return next((each for each in found if each is not None), None)


def with_dismissed(reviewed: Reviewed, ids: Collection[str]) -> Reviewed:
    """Return a review without what was dismissed of it meanwhile: it counts no more."""
    return replace(reviewed, review=comparing.dismissed(reviewed.review, ids, reviewed.model_score))


def without_model(review: Review, why: str) -> Review:
    """Return what the tools found as a whole review: `why` the model's part is missing."""
    coverage = review.coverage.model_copy(update={"llm": "failed", "llm_detail": why})
    return review.model_copy(update={"coverage": coverage})


def compared(earlier: Reviewed, made: Reviewed) -> Reviewed:
    """Hold a review of the same against the one before it, in which what was dismissed is so."""
    before = comparing.Earlier(earlier.review.findings, earlier.past, earlier.texts)
    now = comparing.compare(before, made.review, made.texts)
    review = comparing.rescored(made.review, now.findings, made.model_score)
    here = {each.id for each in now.findings}
    kept = {id: text for id, text in earlier.around.items() if id in here}
    fresh = {now.known.get(id, id): text for id, text in made.around.items()}
    return replace(
        made,
        review=review,
        past=now.past,
        unseen=now.unseen,
        around={**kept, **fresh},
        edition=earlier.edition + 1,
    )


def around(material: Material, findings: Sequence[Finding], hide: Hide) -> dict[str, str]:
    """Return the numbered code around each finding, secrets hidden."""
    told: dict[str, str] = {}
    for source in material.sources:
        mine = [
            each
            for each in findings[:MOST_EXPLAINED]
            if each.anchor.path == source.path and each.anchor.start_line is not None
        ]
        written = list(rows(source, hide)) if mine else []
        for finding in mine:
            anchor = finding.anchor
            first, last = anchor.start_line or 0, anchor.end_line or anchor.start_line or 0
            near = [
                row.text[:LONGEST_LINE]
                for row in written
                if first - AROUND <= (number_on(row.line, anchor.side) or 0) <= last + AROUND
            ]
            told[finding.id] = "\n".join(near[:MOST_AROUND])
    return told


def told_notes(reviewed: Reviewed) -> dict[str, str]:
    """Say by finding why an open one was not looked at again, as plain text."""
    return {id: say(f"review_unseen_{why}", reviewed.locale) for id, why in reviewed.unseen.items()}


def files(reviewed: Reviewed, hide: Callable[[str], str]) -> Iterator[File]:
    """Yield what belongs to the answer: the whole review for people and for programs, and the
    fixes; those of a later edition are named so. `hide` hides secrets; the patch holds none, for it
    must apply."""
    number = reviewed.edition
    markdown = render(reviewed.review, "markdown", reviewed.locale)
    yield File(reviewed.file, "text/markdown", hide(markdown).encode())
    sarif = render(reviewed.review, "sarif", reviewed.locale)
    named = edition_name("review.sarif", number)
    yield File(named, "application/sarif+json", hide(sarif).encode())
    if reviewed.patch:
        named = edition_name("fixes.patch", number)
        yield File(named, "text/x-diff", reviewed.patch.encode("utf-8", "surrogateescape"))


def edition_name(name: str, number: int) -> str:
    """Name a file of the edition `number` of a review."""
    stem, dot, ending = name.rpartition(".")
    return name if number < 2 else f"{stem}-{number}{dot}{ending}"


def brief_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps as history keeps them: of a review what the answer's text does not show."""
    return tuple(_brief(one) for one in steps)


def _brief(one: Step) -> Step:
    reviewed = read((one,))
    if reviewed is None:
        return one
    return Step(one.call_id, one.name, one.arguments, _told(reviewed), one.ok)


def _told(reviewed: Reviewed) -> str:
    """Write for the model's eyes, in its own language, where each finding is, also those that the
    message does not show, and the fixes that are too long for it."""
    review, locale = reviewed.review, "en"
    lines = [
        f"Reviewed {phrases.subject(review, locale)}: {phrases.verdict(review, locale)}, "
        f"{phrases.score(review, locale)}. The numbered findings stand in the answer that follows; "
        "people call them by these numbers:"
    ]
    numbered = list(enumerate(review.findings, start=1))
    for number, finding in numbered:
        shown = number <= MOST_FINDINGS and comparing.is_living(finding)
        told = "" if shown else f" {finding.title}:"
        named = reviewed.is_again or finding.status != "new"
        state = f", {finding.status}" if named else ""
        place = chat.spot(finding, locale)
        lines.append(f"{number}. {finding.severity}{state}:{told} {place}")
    for number, finding in numbered:
        if finding.fix is None or chat.fix(finding.fix, locale, chat.MOST_FIX):
            continue
        if written := chat.fix(finding.fix, locale):
            lines.append(f"Fix of {number}:\n{written}")
    return "\n".join(lines)[:MOST_KEPT]


def summary(reviewed: Reviewed) -> str:
    """Say in one short line what came of a review."""
    review, locale = reviewed.review, reviewed.locale
    if review.findings:
        return phrases.counts(review, locale) or say("review_none_open", locale)
    return phrases.nothing_found(review, locale)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", round_trip=True)


def _pull(found: Any) -> PullRead | None:
    return PullRead(Link(**found["link"]), str(found["head"])) if found else None


def _texts(found: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in (found or {}).items()}
