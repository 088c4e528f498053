"""What one write of a reply holds, and what is left out of it when Discord does not take all.

Every write forbids all mentions and previews, an edit too: else Discord reads that with its
defaults again. Called by outbound.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from adapters.common.payloads import Payload, sound
from adapters.discord import render
from adapters.discord.chains import part_name
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.surfaces.buttons import Component, offers_stop
from adapters.streaming import Stage, TooLong
from bot.guard.masking import mask

_log = logging.getLogger(__name__)

NO_MENTIONS: Mapping[str, Any] = {"parse": [], "replied_user": False}
"""https://docs.discord.com/developers/resources/message#allowed-mentions-object"""

NO_PREVIEWS = 1 << 2
"""The flag SUPPRESS_EMBEDS."""

NO_HISTORY = 160002
"""A reply needs the right to read what it answers."""

BAD_FORM = 50035

NOTHING = "…"
"""Stands for a text of which nothing is visible: Discord refuses an empty one."""


class Writing:
    """Makes the writes of the reply `name`. `buttons` are the components under a message of a
    stage, by the part's name; `check` raises when nothing more may be written."""

    def __init__(
        self,
        client: DiscordClient,
        name: str,
        buttons: Callable[[Stage, str], list[Component]],
        check: Callable[[], None],
    ) -> None:
        self._client = client
        self._name = name
        self._buttons = buttons
        self._check = check
        self._bare = False
        """Discord has refused this reply's buttons: the rest of it is told without."""
        self._alone = False
        """It may not be a reply to its question."""

    def body(self, markdown: str, stage: Stage, index: int | None) -> dict[str, Any]:
        """Return what a message of this text and stage holds; `index` names its part."""
        name = self._name if index is None else part_name(self._name, index)
        return {
            "content": shown(markdown),
            "components": [] if self._bare else self._buttons(stage, name),
            "flags": NO_PREVIEWS,
            "allowed_mentions": NO_MENTIONS,
        }

    def answering(self, question: str) -> dict[str, Any]:
        """Return what makes a message a reply to `question`."""
        if self._alone or not question:
            return {}
        return {"message_reference": {"message_id": question, "fail_if_not_exists": False}}

    def says(self, message: Payload, markdown: str, stage: Stage) -> bool:
        """Tell whether a message, as Discord tells of it, reads as it should at this stage."""
        same = str(message.get("content") or "").strip() == shown(markdown).strip()
        growing = stage is Stage.GROWING or self._bare
        return same and (growing or not offers_stop(message.get("components")))

    async def write(self, method: str, body: dict[str, Any], **where: Any) -> Any:
        """Write `body`; once more without what Discord does not take of it. Raises `TooLong`."""
        self._check()
        try:
            return await self._client.call(method, json=body, **where)
        except CallRefused as error:
            if error.code == BAD_FORM and "content:BASE_TYPE_MAX_LENGTH" in error.words:
                raise TooLong(str(error)) from error
            if error.code == NO_HISTORY and "message_reference" in body:
                self._alone = True
                del body["message_reference"]
            elif error.code == BAD_FORM and "components" in error.words and not self._bare:
                self._bare = True
                body["components"] = []
            else:
                raise
            _log.warning("told without what was refused: %s", error)
        await self._client.slot(method, where["channel_id"])
        self._check()
        return await self._client.call(method, json=body, **where)


def shown(markdown: str) -> str:
    """Return the content of a message that says `markdown`."""
    text = sound(render.to_discord(mask(markdown)))
    return text if text.strip() else NOTHING
