"""A reply in one place of Discord that may end as a review's card: one message with buttons.

Posted and edited as any other part, in the same slots and with the same repeats. A card that stands
already stays until there is a newer one: what goes on meanwhile, or fails, is told beneath it. The
surface that the adapter makes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from adapters.common.payloads import Payload, mapping, number
from adapters.discord.cards import layout
from adapters.discord.cards.layout import LAID_OUT
from adapters.discord.changing import UNKNOWN_MESSAGE
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import MESSAGE
from adapters.discord.opening import Ground, Opening
from adapters.discord.outbound import DiscordSurface
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import Component, offers_stop
from adapters.discord.writing import as_card, is_laid_out, new, of_components, shown
from adapters.streaming import MessageGone, Stage
from bot.cards import ReviewCard
from bot.platform import Part


class CardSurface(DiscordSurface):
    """A `DiscordSurface` that shows cards. `cards` are messages that show one already, `carded`
    hears of each that comes to, and `intro` (Markdown) stands above it."""

    def __init__(
        self,
        client: DiscordClient,
        typing: Typing,
        opening: Opening,
        name: str,
        stamp: str,
        check: Callable[[], None] = lambda: None,
        *,
        buttons: Callable[[Stage, str], list[Component]] = lambda _, __: [],
        words: Callable[..., str] = lambda key, **_: key,
        posted: Callable[[str, Ground], Awaitable[None]] | None = None,
        parts: Sequence[Part] = (),
        intro: str = "",
        cards: Collection[str] = (),
        carded: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(
            client,
            typing,
            opening,
            name,
            stamp,
            check,
            buttons=buttons,
            words=words,
            posted=posted,
            parts=parts,
        )
        self._intro = intro
        self._laid = set(cards)
        """Messages that hold components and can hold nothing else again."""
        self._carded = carded

    @property
    def grows(self) -> bool:
        """Tell whether text may grow here: a review that stands stays until there is a new one."""
        return not self._laid

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a review's card; waits for its slot. Returns its id. Raises `NoCard`."""

        async def write(tight: bool) -> tuple[str, Payload]:
            body = new(self._writing.card(card, index, self._intro, tight=tight))
            return await self._place(index, lambda: dict(body))

        id, answer = await as_card(write)
        if number(answer, "flags") & LAID_OUT:
            await self._note_card(id)
            return id
        try:  # text that an earlier attempt has posted
            await self.edit_card(id, card)
        except MessageGone:
            return await self.post_card(index, card)
        return id

    async def edit(self, id: str, markdown: str, stage: Stage = Stage.ANSWERED) -> bool:
        """Let a post read `markdown`; False when a growing one failed. Raises `MessageGone`."""
        try:
            return await super().edit(id, markdown, stage)
        except CallRefused as error:
            if not is_laid_out(error):
                raise
        self._laid.add(id)  # a review stands there, of which no note was left
        if stage is Stage.GROWING:
            return True
        kept = stage is not Stage.ANSWERED and await self.keep_card(id, markdown)
        return kept or await super().edit(id, markdown, stage)

    def _body(self, id: str, markdown: str, stage: Stage) -> dict[str, Any]:
        laid_out = id in self._laid
        return self._writing.body(markdown, stage, self._indices.get(id), laid_out=laid_out)

    async def _mend(self, there: Payload, id: str, text: str, stage: Stage) -> None:
        if not layout.is_card(there.get("components")):
            await super()._mend(there, id, text, stage)
        elif offers_stop(there.get("components")):  # a former owner's: that has ended
            await self._note(id, "", Stage.ANSWERED)
        # else it says the same, and more

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a post show a review's card. Raises `MessageGone` and `NoCard`."""

        async def write(tight: bool) -> None:
            index = self._indices.get(id)
            body = self._writing.card(card, index, self._intro, tight=tight)
            await self._change(id, lambda: dict(body), last=True)

        await as_card(write)
        await self._note_card(id)

    async def keep_card(self, id: str, text: str) -> bool:
        """Let a card stay and tell something beneath it; False where none stands. Raises
        `MessageGone`."""
        return id in self._laid and await self._note(id, text, Stage.ANSWERED)

    async def holds_card(self, id: str) -> bool:
        """Tell whether a post shows a card, as far as is known without looking."""
        return id in self._laid

    async def renew_card(self, id: str, text: str) -> bool:
        """Tell beneath a card that a newer one is on its way, with a way to stop; False when that
        failed. Raises `MessageGone`."""
        return await self._note(id, f"⏳ {text}", Stage.GROWING)

    async def _note(self, id: str, text: str, stage: Stage) -> bool:
        """Tell something beneath the card in a post; False where none stands, or that failed."""
        last = stage is not Stage.GROWING
        ground = await self._opening.settle()
        where: dict[str, Any] = {"channel_id": ground.channel, "message_id": id}
        if not last and not await self._client.may(MESSAGE, ground.channel):
            return False
        look = self._client.read if last else self._client.call
        try:
            raw = mapping(await look(MESSAGE, query=None, **where))
        except CallRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            raise MessageGone(str(error)) from error
        standing = raw.get("components")
        if not layout.is_card(standing):
            return False
        rows = [] if last else self._writing.rows(stage, self._indices.get(id))
        body = of_components(layout.noted(standing or (), shown(text) if text else "", rows))
        return await self._change(id, lambda: dict(body), last=last)

    async def _note_card(self, id: str) -> None:
        self._laid.add(id)
        if self._carded is not None:
            await self._carded(id)
