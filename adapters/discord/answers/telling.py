"""What a wish for another answer is refused with: told to who pressed, and to nobody else.

A line for everybody would be one more for each press. Called by the adapter.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator

from adapters.discord.answers.bodies import EPHEMERAL, plain
from adapters.discord.answers.responding import Response
from adapters.discord.client import DiscordClient
from adapters.discord.limits import FOLLOW_UP
from adapters.discord.writing import shown
from bot.errors import PlatformError
from bot.events import Regenerate
from bot.platform import Batch
from bot.replies import Done, Failed, Reply

_log = logging.getLogger(__name__)

_REFUSALS = frozenset({"nothing_to_repeat", "not_yours_to_repeat"})


async def privately(
    client: DiscordClient, batch: Batch, replies: AsyncIterator[Reply]
) -> AsyncGenerator[Reply, None]:
    """Pass a reply on, without what only who pressed has to know: they are told it by the token of
    their press."""
    async for reply in replies:
        if isinstance(reply, Failed) and reply.code in _REFUSALS:
            yield Done("") if await _told(client, batch, reply.text) else reply
        else:
            yield reply


async def _told(client: DiscordClient, batch: Batch, text: str) -> bool:
    event, address = batch.first, batch.first.place.address
    response = Response(client, address.get("app", ""), address.get("token", ""))
    if not (isinstance(event, Regenerate) and response.open):
        return False

    async def once() -> str:
        await client.slot(FOLLOW_UP, response.place)
        return await response.follow(plain(shown(text)) | {"flags": EPHEMERAL})

    try:
        await client.persist(once)
    except PlatformError as error:
        _log.info("told where everybody sees it: %s", error)
        return False
    return True
