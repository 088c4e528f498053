"""An answer that everybody sees and that may end as a review's card: one message with buttons.

A card that stands already stays until there is a newer one; what fails meanwhile is told beneath
it. What is no card is `shown`'s. Made by `answering`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from adapters.common.payloads import Payload
from adapters.discord.answers.asides import Later
from adapters.discord.answers.bodies import Body, plain
from adapters.discord.answers.filing import Filing
from adapters.discord.answers.responding import ORIGINAL, Response, TokenClosed
from adapters.discord.answers.shown import Shown
from adapters.discord.answers.standing import Spot
from adapters.discord.cards import layout
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.writing import as_card, is_laid_out, new, of_components, shown
from adapters.streaming import Found, MessageGone, NoCard, Stage
from bot.cards import ReviewCard

_log = logging.getLogger(__name__)


class CardShown(Shown):
    """A `Shown` that shows cards. `card` returns the body of one, `carded` hears the id of each
    part that comes to show one, and `cards` are those that do already."""

    def __init__(
        self,
        client: DiscordClient,
        response: Response,
        spot: Spot,
        filing: Filing,
        later: Later,
        message: Callable[[str, int, Stage], Body],
        card: Callable[[ReviewCard, int, bool], Body],
        *,
        posted: Callable[[str], Awaitable[None]] | None = None,
        parts: Mapping[int, str] | None = None,
        cards: Collection[str] = (),
        carded: Callable[[str], Awaitable[None]] | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            client, response, spot, filing, later, message, posted=posted, parts=parts, check=check
        )
        self._card = card
        self._cards = set(cards)
        self._carded = carded

    @property
    def grows(self) -> bool:
        """Tell whether what is shown here can be changed, and no card stands that is to stay."""
        return not self._cards and super().grows

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Show a review's card. Returns its id. Raises `NoCard`."""

        async def write(tight: bool) -> str:
            body = self._card(card, index, tight)
            try:
                if index == 0:
                    return await self._edited(ORIGINAL, body)
            except MessageGone:
                _log.info("somebody has deleted the response: it is told in another message")
            return await self._followed(index, lambda: new(body), granted=False)

        try:
            if not self._response.open:
                raise TokenClosed("the token's time is over")
            id = await as_card(write)
        except TokenClosed as error:
            id = await self._card_afterwards(index, card, error)
        self._ids[index] = id
        await self._note_card(id)
        if self._posted is not None:
            await self._posted(id)
        return id

    async def _card_afterwards(self, index: int, card: ReviewCard, error: TokenClosed) -> str:
        if not self._spot.reach:  # in a direct message its buttons would act on another channel
            raise NoCard(str(error)) from error
        return await (await self._afterwards()).post_card(index, card)

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a part show a review's card. Raises `MessageGone` and `NoCard`."""
        index = self._index(id)

        async def write(tight: bool) -> None:
            await self._edited(id, self._card(card, index, tight))

        try:
            if not self._response.open:
                raise TokenClosed("the token's time is over")
            await as_card(write)
        except TokenClosed as error:
            if not self._spot.reach:
                raise MessageGone(str(error)) from error
            await (await self._afterwards()).edit_card(id, card)
        await self._note_card(id)

    async def keep_card(self, id: str, text: str) -> bool:
        """Let a card stay and tell something beneath it, or beside it where it cannot be read."""
        if id not in self._cards:
            return False
        if self._spot.reach:
            return await (await self._afterwards()).keep_card(id, text)
        await self._response.follow(plain(shown(text)))
        return True

    async def _write(self, id: str, markdown: str, index: int, stage: Stage) -> None:
        """Let a message read `markdown`, by components where it can hold nothing else."""
        growing = stage is Stage.GROWING
        body = self._message(markdown, index, stage)
        laid_out = of_components(layout.plain(body["content"], body["components"]))
        try:
            await self._edited(id, laid_out if id in self._cards else body, growing=growing)
        except CallRefused as error:
            if not is_laid_out(error):
                raise
            self._cards.add(id)
            if not growing:
                await self._edited(id, laid_out)

    async def _mend(self, found: Found, raw: Payload, text: str, stage: Stage) -> None:
        if not layout.is_card(raw.get("components")):  # else it says the same, and more
            await super()._mend(found, raw, text, stage)

    async def _note_card(self, id: str) -> None:
        self._cards.add(id)
        if self._carded is not None:
            await self._carded(id)
