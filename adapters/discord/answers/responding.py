"""Interaction tokens: how a command is answered, also where the bot itself may not write.

A token is good for a quarter of an hour after the interaction, and only once that is acknowledged,
which the worker may be ahead of. That its time is over Discord alone says: by a clock of ours that
is wrong, every answer would stand elsewhere and Discord show for ever that the bot is thinking. Its
calls are no part of what the bot may call in all. Source:
https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.discord.client import DiscordClient, Upload, token_place
from adapters.discord.faults import CallRefused
from adapters.discord.limits import FOLLOW_UP, RESPONSE_DELETE, RESPONSE_EDIT
from adapters.discord.writing import BAD_FORM
from adapters.streaming import TooLong
from bot.errors import PlatformGone

ORIGINAL = "@original"
"""The message that the acknowledgement has opened."""

UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, INVALID_TOKEN = 10008, 10015, 50027
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

ACKNOWLEDGED_SECONDS = 4.0
"""So long a token that Discord does not know may still become known: the listener has 3 s."""

AGAIN_SECONDS = 0.2
"""The first pause before it is tried again; each further one is twice as long."""


class TokenClosed(PlatformGone):
    """The token is too old, or of an interaction that was never acknowledged."""


class Response:
    """One interaction's token; `clock` counts seconds."""

    def __init__(
        self,
        client: DiscordClient,
        app: str,
        token: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._where = {"application_id": app, "token": token}
        self._clock = clock
        self._since = clock()
        self._known = False
        """Discord has taken the token: from now on a refusal of it is the end."""
        self._closed = not token
        self._pause = AGAIN_SECONDS
        self.place = token_place(token)
        """Where its calls are counted."""

    @property
    def open(self) -> bool:
        """Tell whether it may still be used, as far as is known here."""
        return not self._closed

    async def edit(
        self, id: str, body: Mapping[str, Any], files: Sequence[Upload] = ()
    ) -> Mapping[str, Any]:
        """Change a message, or fill the original one, and return it.

        Raises `TokenClosed`, `TooLong`, and what `DiscordClient.call` raises.
        """
        answer = await self._call(RESPONSE_EDIT, id, json=body, files=files)
        return answer if isinstance(answer, Mapping) else {}

    async def follow(self, body: Mapping[str, Any], files: Sequence[Upload] = ()) -> str:
        """Post a further message and return its id. Raises as `edit` does."""
        answer = await self._call(FOLLOW_UP, json=body, files=files)
        return str(answer["id"])

    async def remove(self, id: str) -> None:
        """Delete a message. Raises as `edit` does."""
        await self._call(RESPONSE_DELETE, id)

    async def _call(
        self, method: str, id: str = "", *, json: Any = None, files: Sequence[Upload] = ()
    ) -> Any:
        where: dict[str, Any] = self._where | ({"message_id": id} if id else {})
        while self.open:
            try:
                answer = await self._client.call(method, json=json, files=files, **where)
            except CallRefused as error:
                await self._judge(error, id)
            else:
                self._known = True
                return answer
        raise TokenClosed("the token of an interaction is closed")

    async def _judge(self, error: CallRefused, id: str) -> None:
        """Wait a moment where the acknowledgement may be on its way; raise where it is not that."""
        unknown = error.code == UNKNOWN_WEBHOOK or (
            error.code == UNKNOWN_MESSAGE and id == ORIGINAL
        )
        early = not self._known and self._clock() - self._since < ACKNOWLEDGED_SECONDS
        if unknown and early:
            await self._client.sleep(self._pause)
            self._pause *= 2
        elif error.code in (UNKNOWN_WEBHOOK, INVALID_TOKEN) or error.status == 401:
            self._closed = True
        elif error.code == BAD_FORM and "content:BASE_TYPE_MAX_LENGTH" in error.words:
            raise TooLong(str(error)) from error
        else:
            raise error
