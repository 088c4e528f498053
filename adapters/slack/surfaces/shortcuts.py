"""The shortcut in a message's menu: opens the dialog about that message, within the three seconds
that Slack gives for it (https://docs.slack.dev/interactivity/handling-user-interaction).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from adapters.common.promptness import reading
from adapters.slack.answers.responding import ResponseUrl, until
from adapters.slack.limits import VIEW
from adapters.slack.surfaces import about, modals
from adapters.slack.surfaces.promptness import LOOK_UP_SECONDS
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformError, PlatformTemporary, StoreUnavailable
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""Longer Slack is not waited for: it waits itself, for the acknowledgement."""

SLOT_SECONDS = 0.3
"""Of them, for the store."""


class Shortcuts:
    """Handles message shortcuts."""

    def __init__(self, notes: Notes, tongues: Tongues) -> None:
        self._notes = notes
        self._tongues = tongues

    async def handle(self, body: Mapping[str, Any], workspace: Workspace) -> str:
        """Open the dialog; where it may not have opened, return what the person is to be told."""
        if body.get("callback_id") != modals.CALLBACK:
            return ""
        message = about.read_shortcut(body, workspace.team, until())
        user = body.get("user")
        person = str(user.get("id") or "") if isinstance(user, Mapping) else ""
        if message is None or not person:
            _log.warning("a shortcut without a message")
            return ""
        chosen = await self._tongues.chosen(workspace, person)
        locale = await self._tongues.of(workspace, person, LOOK_UP_SECONDS, chosen)
        view = modals.dialog(message, locale, private=chosen.answers == "private")
        trigger = str(body.get("trigger_id") or "")
        opened, _ = await asyncio.gather(_open(workspace, trigger, view), self._keep(message))
        return "" if opened else say("dialog_not_opened", locale)

    async def tell(self, body: Mapping[str, Any], workspace: Workspace, text: str) -> None:
        """Say something that only who chose the shortcut sees. Raises the `PlatformError`
        family."""
        url = ResponseUrl(workspace.client, str(body.get("response_url") or ""), until())
        await workspace.client.persist(lambda: url.say(text))

    async def _keep(self, message: about.About) -> None:
        try:
            async with reading(OPEN_SECONDS):  # kept later, it does no harm
                await self._notes.keep(message.note, message.write(), about.NOTE_SECONDS)
        except StoreUnavailable:
            _log.warning("only an excerpt of a message is kept: the store is away")


async def _may_open(workspace: Workspace) -> bool:
    """Take a slot, if one is free; a dialog does not depend on the store that counts them."""
    try:
        async with reading(SLOT_SECONDS):
            return await workspace.client.allowance.try_take(workspace.client.workspace, VIEW)
    except StoreUnavailable:
        return True


async def _open(workspace: Workspace, trigger: str, view: Mapping[str, Any]) -> bool:
    """Tell whether the dialog has opened for certain. No second try: a trigger is good once."""
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            if not await _may_open(workspace):
                raise PlatformTemporary("no slot is free")  # a trigger outlives no wait for one
            await workspace.client.call(VIEW, trigger_id=trigger, view=view)
    except (PlatformError, StoreUnavailable, TimeoutError) as error:
        _log.warning("a dialog was not opened: %s", str(error) or type(error).__name__)
        return False
    return True
