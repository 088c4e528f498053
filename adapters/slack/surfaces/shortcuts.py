"""The shortcut in a message's menu: opens the dialog about that message, within the three seconds
that Slack gives for it (https://docs.slack.dev/interactivity/handling-user-interaction).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack.answers.responding import until
from adapters.slack.limits import VIEW
from adapters.slack.surfaces import about, modals
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.store.notes import Notes

_log = logging.getLogger(__name__)

LOOK_UP_SECONDS = 0.4
"""The trigger runs out: a language is not waited for longer."""


class Shortcuts:
    """Handles message shortcuts."""

    def __init__(self, notes: Notes, tongues: Tongues) -> None:
        self._notes = notes
        self._tongues = tongues

    async def handle(self, body: Mapping[str, Any], workspace: Workspace) -> None:
        """Open the dialog. Raises the `PlatformError` family: what is not acknowledged, Slack tells
        the person itself."""
        if body.get("callback_id") != modals.CALLBACK:
            return
        message = about.read_shortcut(body, workspace.team, until())
        user = body.get("user")
        person = str(user.get("id") or "") if isinstance(user, Mapping) else ""
        if message is None or not person:
            _log.warning("a shortcut without a message")
            return
        chosen = await self._tongues.chosen(workspace, person)
        locale = await self._tongues.of(workspace, person, LOOK_UP_SECONDS, chosen)
        view = modals.dialog(message, locale, private=chosen.answers == "private")
        await asyncio.gather(
            workspace.client.call(VIEW, trigger_id=body.get("trigger_id"), view=view),
            self._keep(message),
        )

    async def _keep(self, message: about.About) -> None:
        try:
            await self._notes.keep(message.note, message.write(), about.NOTE_SECONDS)
        except StoreUnavailable:
            _log.warning("only an excerpt of a message is kept: the store is away")
