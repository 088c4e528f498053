"""The card of a delivery: the one that may stand already, and the one that takes the text's place.

Called by the delivery, which alone knows what is visible and posts.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from adapters.streaming.surface import (
    KeepsCards,
    MessageGone,
    Moved,
    NoCard,
    RenewsCards,
    ShowsCards,
    Surface,
)
from bot.cards import ReviewCard
from bot.errors import PlatformError, PlatformTemporary
from bot.replies import Done, Failed, Final

_log = logging.getLogger(__name__)


class Cards:
    """What becomes of a reply's card. `first` names the reply's first message, None while there is
    none; `lose` notes that it is gone; `post` posts a card as a new one."""

    def __init__(
        self,
        surface: Surface,
        words: Callable[[str], str],
        *,
        first: Callable[[], str | None],
        lose: Callable[[], Awaitable[None]],
        post: Callable[[ReviewCard], Awaitable[None]],
    ) -> None:
        self._surface = surface
        self._words = words
        self._first = first
        self._lose = lose
        self._post = post
        self._told = False
        self.stands = False
        """A card stands already, of which a newer one is on its way."""

    async def look(self) -> bool:
        """Find out whether the answer that is to be replaced is a card."""
        id, surface = self._first(), self._surface
        if id is not None and isinstance(surface, RenewsCards):
            self.stands = await surface.holds_card(id)
        return self.stands

    async def renew(self) -> bool:
        """Say once beneath a card that there will be a newer one; False while that is owed."""
        id, surface = self._first(), self._surface
        if self._told or id is None or not isinstance(surface, RenewsCards):
            return True
        try:
            if await self._surface.may_grow(first=False):
                self._told = await surface.renew_card(id, self._words("card_renewing"))
            return self._told
        except MessageGone:
            await self._lose()
        except PlatformTemporary as error:
            _log.info("not told beneath the card yet: %s", error)
            return False
        except PlatformError as error:
            _log.warning("not told beneath the card: %s", error)
            self._told = True
        return True

    async def keep(self, final: Final) -> bool:
        """Let a card that stands already stay where there is no newer one, and say why; False
        where none stands."""
        id, surface = self._first(), self._surface
        if id is None or not isinstance(surface, KeepsCards):
            return False
        if isinstance(final, Done) and not final.stopped:
            return False
        told = final.text if isinstance(final, Failed) else f"_{self._words('stopped')}_"
        try:
            return await surface.keep_card(id, told)
        except MessageGone:
            await self._lose()
            return False

    async def show(self, card: ReviewCard | None, final: Final) -> bool:
        """Let a card take the place of all text; False where there is none, or none is shown."""
        surface = self._surface
        if card is None or not isinstance(surface, ShowsCards) or not isinstance(final, Done):
            return False
        while True:
            try:
                await self._place(surface, card)
                return True
            except Moved as error:
                _log.info("told elsewhere: %s", error)
            except NoCard as error:
                _log.warning("told as text: %s", error)
                return False

    async def _place(self, surface: ShowsCards, card: ReviewCard) -> None:
        """Let the first message show a card, or post one that does."""
        id = self._first()
        if id is not None:
            try:
                await surface.edit_card(id, card)
                return
            except MessageGone:
                await self._lose()
        await self._post(card)
