"""A reply in one Slack thread that may end as a review's card: one message with buttons.

Posted and edited as any other part, in the same slots and with the same repeats. A card that stands
already stays until there is a newer one: what grows meanwhile, or fails, is told beneath it. Base
of the surfaces that the adapter makes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.cards.layout import Laid, lay, levels, noted, shows_card
from adapters.slack.cards.marks import Mark
from adapters.slack.cards.pieces import context, heading
from adapters.slack.client import CallRefused
from adapters.slack.limits import HISTORY, REPLIES
from adapters.slack.outbound import LOOK_REFUSED, Said, SlackSurface
from adapters.slack.standing import Spot, Stood
from adapters.slack.surfaces.buttons import Tag
from adapters.slack.text.blocks import Block
from adapters.streaming import NoCard, Stage
from bot.cards import ReviewCard
from bot.errors import PlatformError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cards:
    """How a reply's card is laid out. `intro` (Markdown) says who asked, empty where that is seen;
    `alone` when it can be neither answered anew nor rated; `renewed` when one may stand already."""

    tag: Tag
    intro: str = ""
    alone: bool = False
    renewed: bool = False

    def lay(self, card: ReviewCard, level: int) -> Laid:
        """Lay out the first page."""
        mark = Mark(card.id, card.version, self.tag.thread, self.tag.key)
        above = heading(self.intro) if self.intro else None
        return lay(card, replace(mark, level=level, alone=self.alone), above)


@dataclass(frozen=True, slots=True)
class _Shown(Said):
    """A card, or the blocks of one that stands already."""

    card: ReviewCard | None = None
    standing: tuple[str, tuple[Block, ...]] = ("", ())


class CardSurface(SlackSurface):
    """A `SlackSurface` that shows cards, where there are `cards`."""

    def __init__(
        self,
        spot: Spot,
        *,
        buttons: Callable[[Stage], list[Block]] = lambda _: [],
        cards: Cards | None = None,
    ) -> None:
        super().__init__(spot, buttons=buttons)
        self._cards = cards
        self._level = 0
        """How small the pages have to be that Slack takes."""
        self._before: dict[str, tuple[str, tuple[Block, ...]]] = {}
        """What messages showed, text and blocks, when the reply came to them; none without card."""

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a card under the reply's key, as `post` does. Raises `NoCard`."""
        return await self._put(index, self._said(card))

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a message, whatever it shows, show a card, as `edit` does. Raises `NoCard`."""
        await self._change(id, self._said(card))

    async def keep_card(self, id: str, text: str) -> bool:
        """Let the card in a message stay with a text beneath it; False where none stands."""
        if not await self.holds_card(id):
            return False
        said = _Shown(text, Stage.ANSWERED, standing=self._before[id])
        return await self._change(id, said)

    async def edit(self, id: str, markdown: str, stage: Stage = Stage.ANSWERED) -> bool:
        """Let a post read `markdown`; a card stays while that grows."""
        if stage is Stage.GROWING and await self.holds_card(id):
            return True
        return await super().edit(id, markdown, stage)

    async def renew_card(self, id: str, text: str) -> bool:
        """Tell beneath a card that a newer one is on its way, with a way to stop; False when that
        failed. Raises `MessageGone`."""
        if not await self.holds_card(id):
            return False
        said = _Shown(f"⏳ {text}", Stage.GROWING, standing=self._before[id])
        return await self._change(id, said)

    async def _settle_card(self, stood: Stood) -> None:
        """Take away what a former owner has said beneath a card: its answer has ended."""
        if stood.growing:
            standing = (stood.found.text, stood.card)
            await self._change(stood.found.id, _Shown("", Stage.ANSWERED, standing=standing))

    def _said(self, card: ReviewCard) -> _Shown:
        if self._cards is None:
            raise NoCard("cards have no buttons here")
        if self._level >= levels(card):
            raise NoCard("it is too long for a card, and no file holds the rest")
        return _Shown("", Stage.ANSWERED, card)

    async def holds_card(self, id: str) -> bool:
        """Tell whether a card stood in a message when the reply came to it; looks once."""
        if self._cards is None or not self._cards.renewed:
            return False
        if id not in self._before:
            self._before[id] = await self._look(id)
        return bool(self._before[id][1])

    async def _look(self, id: str) -> tuple[str, tuple[Block, ...]]:
        """Read a message; empty for one without a card, and where it cannot be read now."""
        method, where = HISTORY, {}
        if self._thread.thread:
            method, where = REPLIES, {"ts": self._thread.thread}
        try:
            if await self._client.allowance.try_take(self._client.workspace, method):
                reading = await self._client.call(
                    method,
                    channel=self._thread.channel,
                    oldest=id,
                    latest=id,
                    inclusive=True,
                    limit=2,
                    **where,
                )
                for message in reading.get("messages") or ():
                    if message.get("ts") == id and shows_card(message.get("blocks")):
                        return str(message.get("text") or ""), tuple(message["blocks"])
        except PlatformError as error:
            _log.info("not known what a message shows: %s", error)
        return "", ()

    def _forms(self, said: Said) -> list[dict[str, Any]]:
        if not isinstance(said, _Shown):
            return super()._forms(said)
        if said.card is None:
            return [self._beneath(said)]
        if self._cards is None:
            return []
        tried = range(self._level, levels(said.card))
        return [self._cards.lay(said.card, level).content for level in tried]

    def _beneath(self, said: _Shown) -> dict[str, Any]:
        text, blocks = said.standing
        notes = [context(said.markdown, "")] if said.markdown else []
        if said.stage is Stage.GROWING:
            notes += self._buttons(said.stage)
        return {"text": text, "blocks": noted(blocks, *notes)}

    def _look_refused(self, said: Said) -> None:
        if isinstance(said, _Shown):
            self._level += 1
        else:
            super()._look_refused(said)

    def _refused(self, said: Said, error: CallRefused) -> PlatformError:
        if isinstance(said, _Shown) and error.code in LOOK_REFUSED:
            return NoCard(str(error))
        return super()._refused(said, error)
