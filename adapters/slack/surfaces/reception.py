"""Where everything is received that people do beside writing: commands, shortcuts, dialogs, the App
Home, the pane, invitations. Each has a file of its own; here it is sent there.

What must be stored is stored before this returns, and so before the acknowledgement; courtesies run
beside it. Called by the listener.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from adapters.common.beside import Beside
from adapters.common.payloads import mapping
from adapters.common.promptness import claiming, not_pressed
from adapters.slack.commands import Commands
from adapters.slack.surfaces import home as homes
from adapters.slack.surfaces import leaving, shortcuts
from adapters.slack.surfaces.assistant import Assistant
from adapters.slack.surfaces.greeting import Greeting
from adapters.slack.surfaces.home import Home
from adapters.slack.surfaces.leaving import Leaving
from adapters.slack.surfaces.modals import Modals
from adapters.slack.surfaces.shortcuts import Shortcuts
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.events import Command, Message
from bot.platform import Sink
from bot.store.notes import Notes
from bot.store.preferences import PreferenceBook

_log = logging.getLogger(__name__)

PAGE = re.compile(f"^{homes.ACTION}")
"""The action ids of the App Home."""

PANES = frozenset(
    {
        "assistant_thread_started",
        "assistant_thread_context_changed",
        "app_context_changed",
    }
)
"""Events of the pane beside a channel."""


class Reception:
    """One process's reception. `allowed` tells of a channel's id and name whether the bot answers
    there; `on_stored` shows the sign of life of a question in a thread."""

    def __init__(
        self,
        notes: Notes,
        book: PreferenceBook,
        *,
        history_ttl: float,
        allowed: Callable[[Collection[str]], bool],
        on_stored: Callable[[Workspace, Message], Coroutine[Any, Any, object]],
    ) -> None:
        self.tongues = Tongues(book)
        self._on_stored = on_stored
        self._commands = Commands(self.tongues, history_ttl=history_ttl)
        self._shortcuts = Shortcuts(notes, self.tongues)
        self._modals = Modals(notes, self.tongues)
        self._home = Home(book, self.tongues, history_ttl=history_ttl)
        self._assistant = Assistant(notes, self.tongues)
        self._leaving = Leaving(notes, self.tongues)
        self._greeting = Greeting(notes, self.tongues, history_ttl=history_ttl, allowed=allowed)
        self._beside = Beside(_log)

    async def command(
        self, body: Mapping[str, Any], workspace: Workspace, sink: Sink
    ) -> str | None:
        """Do what a slash command says; returns what its author sees."""
        return await self._commands.handle(body, workspace, sink)

    async def shortcut(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        """Open the dialog about a message, or have it reviewed; where that fails, say so beside the
        acknowledgement."""
        if body.get("callback_id") == shortcuts.REVIEW:
            text, put = await self._shortcuts.review(body, workspace, sink)
            if put is not None:
                self._beside.start(self._on_stored(workspace, put))
        else:
            text = await self._shortcuts.handle(body, workspace)
        if text:
            self._beside.start(self._shortcuts.tell(body, workspace, text))

    async def submitted(
        self, body: Mapping[str, Any], workspace: Workspace, sink: Sink
    ) -> dict[str, Any]:
        """Put what was written into a dialog; returns the acknowledgement's payload."""
        payload, put = await self._modals.handle(body, workspace, sink)
        if isinstance(put, Message):
            self._beside.start(self._on_stored(workspace, put))
        elif isinstance(put, Command):
            self._beside.start(self._modals.acknowledge(put, workspace))
        return payload or {}

    async def pressed(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        """Act on a click in the App Home, and show the page anew. Raises nothing: every click is
        acknowledged."""
        actions, person = body.get("actions"), str(mapping(body.get("user")).get("id") or "")
        if not person or not isinstance(actions, list) or not actions:
            return
        try:
            async with claiming():
                note = await self._home.act(mapping(actions[0]), person, workspace, sink)
        except StoreUnavailable as error:
            _log.warning("a choice was not stored: %s", error)
            view = mapping(body.get("view"))
            sorry = self._home.apologize(view, workspace, person, not_pressed(error))
            self._beside.start(sorry)
        else:
            self._beside.start(self._home.show(workspace, person, note))

    async def event(self, body: Mapping[str, Any], workspace: Workspace) -> None:
        """Handle an event that is no message. Raises what keeps it unacknowledged."""
        event = body.get("event")
        if not isinstance(event, Mapping):
            return
        kind, person = event.get("type"), str(event.get("user") or "")
        if kind == "member_joined_channel":
            await self._greeting.handle(body, workspace)
        elif kind == "app_home_opened" and event.get("tab") == "home" and person:
            self._beside.start(self._home.show(workspace, person))
        elif kind in PANES or (kind == "app_home_opened" and event.get("tab") == "messages"):
            pane = await self._assistant.opened(event, workspace)
            if pane is not None:
                self._beside.start(self._assistant.suggest(pane, workspace))

    async def message(
        self, body: Mapping[str, Any], message: Message, workspace: Workspace, sink: Sink
    ) -> Message | None:
        """Return a message with what is open beside it; None for one that sent the bot away."""
        if leaving.is_wish(message):
            await self._leaving.act(message, sink)
            self._beside.start(self._leaving.confirm(message, workspace))
            return None
        beside = await self._assistant.looking_at(body["event"], message)
        return replace(message, place=replace(message.place, looking_at=beside))

    async def stored(self, message: Message, workspace: Workspace) -> None:
        """Give a conversation its title, by its first question."""
        await self._assistant.asked(message, workspace)

    async def close(self) -> None:
        """End what runs beside the acknowledgements."""
        await self._beside.close()
