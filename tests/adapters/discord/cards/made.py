"""Reviews as the core words them, for tests: `card` with as many findings as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.cards import CardFinding, Dismissal, Dismissed, ReviewCard
from bot.errors import StoreUnavailable
from bot.events import ThreadRef

REVIEW = "0123456789abcdef"


def finding(number: int, severity: str = "high", **how: object) -> CardFinding:
    """Return one finding, whose id ends in its number."""
    made = CardFinding(
        id=f"{number:012x}",
        number=number,
        severity=severity,
        status="new",
        title=f"{number}. 🟠 High · Something is wrong in {number}",
        where=f"app.py, line {number} · bug · model · confidence high",
        text=f"It breaks when it is called.\n\n**What to do:** mend it.\n\n```\n{number} | x\n```",
    )
    return replace(made, **how)  # type: ignore[arg-type]


def card(*findings: CardFinding, version: str = "aaaaaaaa", **how: object) -> ReviewCard:
    """Return a review with these findings."""
    made = ReviewCard(
        id=REVIEW,
        version=version,
        locale="en",
        title="Code review · app.py · 4/10",
        facts="Changes needed · Python · 2 high · 1/1 read in full · ruff, model",
        note="",
        summary="Two things stand in the way.",
        findings=tuple(findings),
        closing="- Write a test.",
        text="**Code review · app.py · 4/10**\n\nTwo things stand in the way.",
    )
    return replace(made, **how)  # type: ignore[arg-type]


@dataclass
class MemoryDesk:
    """A `ReviewDesk` in memory, of one channel; `away` refuses."""

    cards: dict[str, ReviewCard] = field(default_factory=dict)
    fixes: dict[str, str] = field(default_factory=dict)
    dismissals: list[Dismissal] = field(default_factory=list)
    asked: list[ThreadRef] = field(default_factory=list)
    away: bool = False

    async def card(self, review: str, thread: ThreadRef, alone: str = "") -> ReviewCard | None:
        if self.away:
            raise StoreUnavailable("the store is away")
        self.asked.append(thread)
        return self.cards.get(review)

    async def fix(
        self, review: str, finding: str, thread: ThreadRef, locale: str, alone: str = ""
    ) -> str:
        if self.away:
            raise StoreUnavailable("the store is away")
        return self.fixes.get(finding, "")

    async def dismiss(self, dismissal: Dismissal) -> Dismissed:
        if self.away:
            raise StoreUnavailable("the store is away")
        found = self.cards.get(dismissal.review)
        if found is None or dismissal.finding not in {one.id for one in found.findings}:
            return Dismissed.GONE
        if not (dismissal.anyone or dismissal.author.id in found.askers):
            return Dismissed.NOT_ALLOWED
        self.dismissals.append(dismissal)
        self.cards[found.id] = replace(
            found, version="bbbbbbbb", findings=tuple(_closed(found.findings, dismissal))
        )
        return Dismissed.DONE


def _closed(findings: Sequence[CardFinding], dismissal: Dismissal) -> list[CardFinding]:
    told = f"Dismissed by {dismissal.author.name}: {dismissal.reason} {dismissal.note}".strip()
    changed = [
        replace(one, status="dismissed", note=told) if one.id == dismissal.finding else one
        for one in findings
    ]
    return sorted(changed, key=lambda one: not one.is_living)
