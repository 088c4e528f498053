"""In which language the bot's own words reach a person: as they chose, else as Slack is set."""

from __future__ import annotations

import asyncio

from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.events import Author, ThreadRef, person_key
from bot.store.preferences import PreferenceBook, Preferences

LOOK_UP_SECONDS = 0.5
"""Most who ask here acknowledge within Slack's 3 s: a language is not waited for longer."""


class Tongues:
    """Locales by person, and the rest of what they chose."""

    def __init__(self, book: PreferenceBook) -> None:
        self._book = book

    async def read(self, workspace: Workspace, person: str) -> Preferences:
        """Read what a person chose. Raises `StoreUnavailable`."""
        thread = ThreadRef("slack", workspace.team, "")
        return await self._book.load(person_key(thread, Author(person, "")))

    async def chosen(self, workspace: Workspace, person: str) -> Preferences:
        """Read what a person chose; nothing when the store does not tell at once."""
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await self.read(workspace, person)
        except (StoreUnavailable, TimeoutError):
            return Preferences()

    def known(self, workspace: Workspace, person: str) -> str:
        """Return a person's locale in Slack, empty where it would have to be asked for."""
        known = workspace.people.known(person)
        return known.locale if known is not None else ""

    async def of(
        self,
        workspace: Workspace,
        person: str,
        seconds: float = LOOK_UP_SECONDS,
        chosen: Preferences | None = None,
    ) -> str:
        """Return a person's locale, empty when it is not known within `seconds`."""
        chosen = chosen or await self.chosen(workspace, person)
        if chosen.language:
            return chosen.language
        if seconds and workspace.people.known(person) is None:
            await workspace.people.named(ThreadRef("slack", workspace.team, ""), {person}, seconds)
        return self.known(workspace, person)
