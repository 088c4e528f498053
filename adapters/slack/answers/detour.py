"""An answer that leaves the channel once Slack says that the bot may not write there.

It goes on by response URL and direct message (`asides`). Made by `answering`.
"""

from __future__ import annotations

from collections.abc import Collection

from adapters.slack.answers.asides import BY_URL, DIRECT
from adapters.slack.client import CallRefused
from adapters.streaming import Found, Moved, Stage, Surface, cards_of
from bot.cards import ReviewCard
from bot.replies import File

NO_ENTRY = frozenset({"not_in_channel", "channel_not_found", "restricted_action"})
"""The bot may not write in the channel, though whoever asks may."""


class Detour:
    """`inner` while the bot may write there, else `aside`."""

    def __init__(self, inner: Surface, aside: Surface) -> None:
        self._inner = inner
        self._aside = aside
        self._taken = False
        self.limit = min(inner.limit, aside.limit)

    @property
    def grows(self) -> bool:
        """Tell whether what is shown can be changed, wherever that is now."""
        return self._now.grows

    def measure(self, markdown: str) -> int:
        """Count as both do."""
        return self._inner.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Ask whichever it is now."""
        return await self._now.may_grow(first=first)

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Post a part. Where the other place begins, everything is kept back to the end."""
        if not self._taken:
            try:
                return await self._inner.post(index, markdown, stage)
            except CallRefused as error:
                self._take(error)
                raise Moved("the bot is no member: told whole, at the end") from error
        return await self._aside.post(index, markdown, stage)

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a card where it can be posted now."""
        if not self._taken:
            try:
                return await cards_of(self._inner).post_card(index, card)
            except CallRefused as error:
                self._take(error)
                raise Moved("the bot is no member") from error
        return await cards_of(self._aside).post_card(index, card)

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a part show a card where it stands."""
        await cards_of(self._of(id)).edit_card(id, card)

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Edit a part where it stands."""
        return await self._of(id).edit(id, markdown, stage)

    async def remove(self, id: str) -> None:
        """Delete a part where it stands."""
        await self._of(id).remove(id)

    async def find(self) -> list[Found]:
        """Read which parts stand in either place."""
        found: list[Found] = []
        if not self._taken:
            try:
                found = await self._inner.find()
            except CallRefused as error:
                self._take(error)
        return found + await self._aside.find()

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name posts that stand although their answer was lost."""
        return await self._now.strays(known)

    @property
    def alive(self) -> bool:
        """Tell whether a sign of life stands."""
        return self._now.alive

    async def status(self, text: str) -> bool:
        """Show a sign of life."""
        return await self._now.status(text)

    async def attach(self, file: File) -> None:
        """Put a file beside the reply."""
        await self._now.attach(file)

    async def close(self) -> None:
        """Give back what was kept."""
        await self._inner.close()
        await self._aside.close()

    @property
    def _now(self) -> Surface:
        return self._aside if self._taken else self._inner

    def _of(self, id: str) -> Surface:
        return self._aside if id.startswith((BY_URL, DIRECT)) else self._inner

    def _take(self, error: CallRefused) -> None:
        if error.code not in NO_ENTRY:
            raise error
        self._taken = True
