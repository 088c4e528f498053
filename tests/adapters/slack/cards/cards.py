"""Reviews as the core words them, to lay out and to press."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import CardFinding, Dismissal, Dismissed, ReviewCard
from bot.errors import StoreUnavailable
from bot.events import ThreadRef

CODE = "```python\n2 │     return eval(x)\n```"


def finding(number: int = 1, **changes: object) -> CardFinding:
    """Make a finding that still counts."""
    made = CardFinding(
        id=f"f{number}",
        number=number,
        severity="high",
        status="new",
        title=f"{number}. 🔴 High · Finding {number}",
        where=f"app.py, line {number} · security · CWE-95 · ruff S307 · confidence high",
        text=f"It runs whatever is passed.\n**What to do:** Use `literal_eval`.\n{CODE}",
        has_fix=number % 2 == 1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of a finding


def card(count: int = 3, **changes: object) -> ReviewCard:
    """Make a review with so many findings."""
    made = ReviewCard(
        id="0123456789abcdef",
        version="00000001",
        locale="en",
        title="Code review · app.py · 4/10",
        facts="Changes needed · Python · 3 high · 1 of 1 read in full · ruff · gpt-6 · 2.1 s",
        note="",
        summary="It runs strangers' code, and says so nowhere.",
        findings=tuple(finding(number + 1) for number in range(count)),
        closing="- Add tests for what is refused.",
        text="**Code review**\n\nall of it as text",
        askers=("U1",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of a card


class Desk:
    """A desk in memory. `away` refuses; `asked` are those who may dismiss."""

    def __init__(self, *cards: ReviewCard) -> None:
        self.cards = {one.id: one for one in cards}
        self.fixes = {"f1": "**Fix (checked)**\n```diff\n-    return eval(x)\n+    return x\n```"}
        self.dismissed: list[Dismissal] = []
        self.threads: list[ThreadRef] = []
        self.alone: list[str] = []
        self.away = False

    async def card(self, review: str, thread: ThreadRef, alone: str = "") -> ReviewCard | None:
        self.alone.append(alone)
        self._look(thread)
        return self.cards.get(review)

    async def fix(
        self, review: str, finding: str, thread: ThreadRef, locale: str, alone: str = ""
    ) -> str:
        self.alone.append(alone)
        self._look(thread)
        return self.fixes.get(finding, "") if review in self.cards else ""

    async def dismiss(self, dismissal: Dismissal) -> Dismissed:
        self._look(dismissal.thread)
        standing = self.cards.get(dismissal.review)
        if standing is None or dismissal.finding not in {one.id for one in standing.findings}:
            return Dismissed.GONE
        if dismissal.author.id not in standing.askers and not dismissal.anyone:
            return Dismissed.NOT_ALLOWED
        self.dismissed.append(dismissal)
        note = f"dismissed by {dismissal.author.name or dismissal.author.id}: {dismissal.reason}"
        findings = [
            replace(one, status="dismissed", note=note) if one.id == dismissal.finding else one
            for one in standing.findings
        ]
        findings.sort(key=lambda one: not one.is_living)
        version = f"{int(standing.version, 16) + 1:08x}"
        self.cards[standing.id] = replace(standing, findings=tuple(findings), version=version)
        return Dismissed.DONE

    def _look(self, thread: ThreadRef) -> None:
        self.threads.append(thread)
        if self.away:
            raise StoreUnavailable("away")
