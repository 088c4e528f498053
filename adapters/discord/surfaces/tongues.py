"""In which language the bot's own words reach a person.

Messages on Discord carry no locale: what counts is that of the person's last interaction, else the
server's. Listeners learn it from every interaction and ask for it with every message.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import StoreUnavailable
from bot.store.notes import Notes

KEPT_SECONDS = 180 * 24 * 3600

LOOK_UP_SECONDS = 0.5
"""A language is not waited for longer."""

FRESH_SECONDS = 10 * 60
"""How long what one process knows counts: the next interaction may reach another one."""

MOST_KNOWN = 10_000
"""People remembered in one process."""


@dataclass(frozen=True, slots=True)
class _Known:
    locale: str
    at: float


class Tongues:
    """Locales by a person's id, shared by every process; `clock` in seconds."""

    def __init__(self, notes: Notes, clock: Callable[[], float] = time.monotonic) -> None:
        self._notes = notes
        self._clock = clock
        self._people: OrderedDict[str, _Known] = OrderedDict()

    async def learn(self, user_id: str, locale: str) -> None:
        """Keep the locale of a person's interaction; a store that is away does not hinder it."""
        known = self._fresh(user_id)
        if not locale or (known is not None and known.locale == locale):
            return
        self._remember(user_id, locale)
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                await self._notes.keep(_name(user_id), locale, KEPT_SECONDS)
        except (StoreUnavailable, TimeoutError):
            self._people.pop(user_id, None)  # the next interaction tells it again

    async def of(self, user_id: str, guild_locale: str = "") -> str:
        """Return a person's locale, else the server's; empty when neither is known in time."""
        known = self._fresh(user_id)
        if known is None:
            try:
                async with asyncio.timeout(LOOK_UP_SECONDS):
                    locale = await self._notes.read(_name(user_id))
            except (StoreUnavailable, TimeoutError):
                return self.known(user_id) or guild_locale
            known = self._remember(user_id, locale)
        return known.locale or guild_locale

    def known(self, user_id: str) -> str:
        """Return a person's locale as far as it is known without asking."""
        known = self._people.get(user_id)
        return known.locale if known is not None else ""

    def _fresh(self, user_id: str) -> _Known | None:
        known = self._people.get(user_id)
        if known is None or self._clock() - known.at > FRESH_SECONDS:
            return None
        self._people.move_to_end(user_id)
        return known

    def _remember(self, user_id: str, locale: str) -> _Known:
        known = self._people[user_id] = _Known(locale, self._clock())
        self._people.move_to_end(user_id)
        while len(self._people) > MOST_KNOWN:
            self._people.popitem(last=False)
        return known


def _name(user_id: str) -> str:
    return f"discord/tongue/{user_id}"
