"""What a finished review is kept as: a step of its answer, the files beside it, and what history
holds of it. Pure.

The step is recorded before anybody sees the end: after a crash the review is told again, files and
all, and no model is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot import codec
from bot.guard.masking import mask
from bot.replies import File
from bot.review.reading.wishes import STEP
from bot.review.rendering import phrases, render
from bot.review.rendering.chat import FILE, MOST_FINDINGS
from bot.review.values import Review
from bot.turns import Step
from bot.wording import say

MOST_RECORDED = 500_000
"""Characters of a record; a longer review is made again after a crash."""

MOST_KEPT = 6_000
"""Characters that history keeps of the findings that the message does not show."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finished review, the patch of its checked fixes, and the language that it is told in."""

    review: Review
    patch: str = ""
    locale: str = "en"


def step(reviewed: Reviewed, hide: Callable[[str], str] = mask) -> Step:
    """Write a review as a step, secrets hidden at the same length."""
    review = reviewed.review.model_dump(mode="json", round_trip=True)
    body = {"review": review, "patch": reviewed.patch, "locale": reviewed.locale}
    return Step(STEP, STEP, "{}", hide(codec.plain(body)))


def read(steps: Iterable[Step]) -> Reviewed | None:
    """Read the review back that is among `steps`; None where there is none."""
    for one in steps:
        if one.name != STEP or not one.result.startswith("{"):
            continue
        try:
            body = json.loads(one.result)
            review = Review.model_validate(body["review"])
            return Reviewed(review, str(body["patch"]), str(body["locale"]))
        except (ValueError, KeyError, TypeError):
            continue  # another release wrote it, or the engine's tool; then it is what it says
    return None


def files(reviewed: Reviewed, hide: Callable[[str], str]) -> Iterator[File]:
    """Yield what belongs to the answer: the whole review for people and for programs, and the
    fixes. `hide` hides secrets; the patch holds none, for it must apply."""
    markdown = render(reviewed.review, "markdown", reviewed.locale)
    yield File(FILE, "text/markdown", hide(markdown).encode())
    sarif = render(reviewed.review, "sarif", reviewed.locale)
    yield File("review.sarif", "application/sarif+json", hide(sarif).encode())
    if reviewed.patch:
        yield File("fixes.patch", "text/x-diff", reviewed.patch.encode("utf-8", "surrogateescape"))


def remembered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps as history keeps them: of a review what the answer's text does not show."""
    return tuple(_brief(one) for one in steps)


def _brief(one: Step) -> Step:
    reviewed = read((one,))
    if reviewed is None:
        return one
    return Step(one.call_id, one.name, one.arguments, _told(reviewed), one.ok)


def _told(reviewed: Reviewed) -> str:
    review, locale = reviewed.review, "en"
    lines = [
        f"Reviewed {phrases.subject(review, locale)}: {phrases.verdict(review, locale)}, "
        f"{phrases.score(review, locale)}. The numbered findings stand in the answer that follows."
    ]
    for number, finding in enumerate(review.findings, start=1):
        if number > MOST_FINDINGS:
            place = f"{phrases.name(finding.anchor.path, locale)}, "
            place += phrases.place(finding.anchor, locale)
            lines.append(f"{number}. {finding.severity}: {finding.title} ({place})")
    return "\n".join(lines)[:MOST_KEPT]


def summary(reviewed: Reviewed) -> str:
    """Say in one short line what came of a review."""
    return phrases.counts(reviewed.review, reviewed.locale) or say(
        "review_none_found", reviewed.locale
    )
