"""What is said when the bot may not write in the place in which it was asked.

Who asked learns it in a direct message, and the operator once an hour for each channel and reason.
Nothing that stands in the channel is repeated, only its name as Discord shows it to those who may
know it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from adapters.common.closed import ONCE_SECONDS, OPERATOR_SECONDS, tell_of_it
from adapters.discord import operators
from adapters.discord.answers.asides import direct_channel
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import POST
from adapters.discord.places import DIRECT
from adapters.discord.surfaces.tongues import Tongues
from adapters.discord.writing import NO_MENTIONS, NO_PREVIEWS
from bot.events import Command
from bot.platform import Batch
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)

REASONS: Mapping[int, str] = {
    10003: "discord_place_gone",
    10004: "discord_place_gone",
    50001: "place_not_allowed",
    50013: "place_not_allowed",
    50083: "discord_place_locked",
    160005: "discord_place_locked",
    200000: "discord_place_moderated",
}
"""Discord's numbers for a closed place, and the sentences that tell of them
(https://docs.discord.com/developers/topics/opcodes-and-status-codes#json)."""


class Closed:
    """Tells of places that are closed to the bot. `told` are the channels that operators named,
    other platforms' too."""

    def __init__(
        self, client: DiscordClient, notes: Notes, tongues: Tongues, told: Sequence[str] = ()
    ) -> None:
        self._client = client
        self._notes = notes
        self._tongues = tongues
        self._operators = operators.channels(told)
        if trouble := operators.trouble(told):
            _log.warning(trouble)

    async def tell(self, error: CallRefused, batch: Batch, key: str) -> None:
        """Tell of a reply (its `key`) that was refused. Raises nothing: the turn ends in any case,
        with its line in the log."""
        private = any(isinstance(event, Command) and event.private for event in batch.events)
        sentence = REASONS.get(error.code)
        if private or sentence is None or batch.thread.workspace == DIRECT:
            return

        async def person(one: str) -> None:
            await self._tell_person(sentence, batch, f"{key}/{one}", one)

        operator = partial(self._tell_operator, error.code, batch)
        await tell_of_it(batch, person, self._operators, operator)

    async def tell_operator(self, text: str) -> None:
        """Say something where operators are told. Raises the `PlatformError` family."""
        for operator in self._operators:
            await self._post(operator, text, text)

    async def _tell_person(self, sentence: str, batch: Batch, key: str, person: str) -> None:
        name = f"discord/closed/{key}"
        if not await self._notes.claim(name, "1", ONCE_SECONDS):
            return
        locale = await self._tongues.of(person, batch.first.place.locale)
        text = say(sentence, locale, channel=f"<#{batch.thread.channel}>")
        await self._post(await direct_channel(self._client, person), text, name)

    async def _tell_operator(self, code: int, batch: Batch, operator: str) -> None:
        channel, server = batch.thread.channel, batch.thread.workspace
        name = f"discord/closed/{server}/{channel}/{code}/{operator}"
        if not await self._notes.claim(name, "1", OPERATOR_SECONDS):
            return
        text = say(
            "discord_operator_closed", "", channel=f"<#{channel}>", server=server, reason=code
        )
        await self._post(operator, text, f"{name}/{batch.first.id}")

    async def _post(self, channel: str, content: str, key: str) -> None:
        """Post once, in its slot: its nonce keeps a repeated post from standing twice."""
        body = {
            "content": content,
            "flags": NO_PREVIEWS,
            "allowed_mentions": NO_MENTIONS,
            "nonce": hashlib.sha256(key.encode()).hexdigest()[:25],
            "enforce_nonce": True,
        }

        async def once() -> None:
            await self._client.slot(POST, channel)
            await self._client.call(POST, json=body, channel_id=channel)

        await self._client.persist(once)
