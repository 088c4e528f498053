"""The shortcuts in a message's menu: one opens the dialog about that message, one has it reviewed
in its thread, within the three seconds that Slack gives for both
(https://docs.slack.dev/interactivity/handling-user-interaction).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from adapters.common.payloads import mapping
from adapters.common.promptness import apology, claiming, reading
from adapters.slack import inbound
from adapters.slack.answers import answering
from adapters.slack.answers.responding import ResponseUrl, may_call, until
from adapters.slack.places import place_of
from adapters.slack.surfaces import about, modals, opening
from adapters.slack.surfaces.promptness import LOOK_UP_SECONDS
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.events import Author, Message, Source
from bot.platform import Sink, Stored
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)


REVIEW = "review_message"
"""Names the shortcut that opens nothing, in the manifest."""


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
        opened, _ = await asyncio.gather(
            opening.opened(workspace, trigger, view), self._keep(message)
        )
        return "" if opened else say("dialog_not_opened", locale)

    async def review(
        self, body: Mapping[str, Any], workspace: Workspace, sink: Sink
    ) -> tuple[str, Message | None]:
        """Put the wish that a message be reviewed; returns what the person is to be told, and what
        was new."""
        message = about.read_shortcut(body, workspace.team, until())
        person = str(mapping(body.get("user")).get("id") or "")
        if message is None or not person:
            _log.warning("a shortcut without a message")
            return "", None
        locale = self._tongues.known(workspace, person)
        if not message.text.strip() and not message.files:
            return say("review_nothing_here", locale), None
        event = _wish(message, person, workspace)
        try:
            async with claiming():
                stored = await sink.put(event)
        except StoreUnavailable as error:
            return apology(error, locale), None
        return "", event if stored is Stored.STORED else None

    async def tell(self, body: Mapping[str, Any], workspace: Workspace, text: str) -> None:
        """Say something that only who chose the shortcut sees. Raises the `PlatformError`
        family."""
        url = ResponseUrl(workspace.client, str(body.get("response_url") or ""), until())
        await workspace.client.persist(lambda: url.say(text))

    async def _keep(self, message: about.About) -> None:
        try:
            async with reading(opening.OPEN_SECONDS):  # kept later, it does no harm
                await self._notes.keep(message.note, message.write(), about.NOTE_SECONDS)
        except StoreUnavailable:
            _log.warning("only an excerpt of a message is kept: the store is away")


def _wish(message: about.About, person: str, workspace: Workspace) -> Message:
    """Write the wish as a message in the thread of what is to be reviewed."""
    url = message.url if may_call(workspace.client.base_url, message.url) else ""
    return Message(
        id=message.at,  # by Slack's clock, as any message
        thread=message.thread,
        author=Author(person, ""),
        text=f"{answering.REVIEW}\n{message.text}",
        at=inbound.microseconds(message.at),
        attachments=message.files,
        attachments_known=all(file.url for file in message.files),
        starts_thread=False,
        mentions=message.mentions,
        place=place_of(
            message.channel,
            message.channel_name,
            answering.address(url, message.until, "", answering.REVIEW),
        ),
        source=Source(message.ts, message.author),
    )
