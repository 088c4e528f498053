"""Reads from Discord what an event did not bring: what a thread held before it, and after.

A thread's first message may stand in the channel above it, a forum post's in the post itself; where
there are no threads, a conversation is a chain of answers. The newest messages come first.
Source: https://docs.discord.com/developers/resources/message#get-channel-messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from adapters.common.payloads import Payload, mapping
from adapters.common.retries import persist
from adapters.discord import inbound
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.inbound import Ear
from adapters.discord.limits import MESSAGE, MESSAGES
from adapters.discord.meant import STARTER, kind_of
from adapters.discord.payloads import id_of, snowflake
from adapters.discord.places import DIRECT, Spot
from bot.errors import PlatformTemporary
from bot.events import Message
from bot.platform import PartlyRead

PAGE = 100
"""Messages of one page: the most that Discord gives."""

MOST_LINKS = 12
"""Messages of a chain that are asked for one by one; most stand on its first page."""

PATIENCE = 4.0
"""Seconds for which a read is waited for while a person waits for an answer."""

READ_SECONDS = 12.0
"""For all reads of one thread together."""


class Ask(Protocol):
    """Calls a reading method and returns its answer. Raises `PlatformError`."""

    def __call__(
        self, method: str, query: Mapping[str, str | int] | None = None, **where: str
    ) -> Awaitable[Any]: ...


def patiently(client: DiscordClient) -> Ask:
    """Return a way to read for an answer that somebody waits for: it gives up where the limits of
    Discord would make them wait long. Raises `PlatformTemporary` then."""

    async def ask(method: str, query: Mapping[str, str | int] | None = None, **where: Any) -> Any:
        place = where.get("channel_id", "")

        async def once() -> Any:
            rest = await client.allowance.paused(client.workspace, method, place)
            if rest > PATIENCE:
                raise PlatformTemporary(f"{method}: not allowed now", retry_after=rest)
            await client.slot(method, place)
            return await client.call(method, query=query, **where)

        return await persist(once, client.sleep, PATIENCE)

    return ask


def spot_of(message: Message) -> Spot:
    """Tell where a message stands, as far as its event carries it."""
    thread, place = message.thread, message.place
    in_thread = place.can_thread and thread.thread and thread.thread != message.id
    return Spot(
        guild="" if thread.workspace == DIRECT else thread.workspace,
        channel=thread.channel,
        thread=thread.thread if in_thread else "",
        kind=place.kind,
        name=place.name,
        locale=place.locale,
        can_thread=place.can_thread,
        can_attach=place.can_attach,
    )


async def earlier(client: DiscordClient, message: Message, limit: int, ear: Ear) -> list[Message]:
    """Read the first and the newest messages before `message`, oldest first, at most `limit`: of
    its thread, or of the chain of answers that it is the end of.

    Raises `PartlyRead` with what could be read before somebody would have to wait.
    """
    spot = spot_of(message)
    walk = _Walk(patiently(client), message, limit)
    chained = not spot.thread and not spot.is_direct
    missing = ""
    try:
        async with asyncio.timeout(READ_SECONDS):
            await (walk.chain() if chained else walk.thread(spot))
    except (PlatformTemporary, TimeoutError) as error:
        missing = str(error) or f"the thread was not read within {READ_SECONDS:.0f} s"
    found = walk.chosen(ear, spot)
    if missing:
        raise PartlyRead(missing, found)
    return found


async def later(
    client: DiscordClient, message: Message, after: int, limit: int, ear: Ear, role: str = ""
) -> list[Message]:
    """Read what people wrote in the message's thread after the time `after` (microseconds), oldest
    first, at most `limit`, each as its event would have told it. `role` is the bot's own."""
    thread, place = message.thread, message.place
    if not place.can_thread:
        return []  # in a chain everything names the message that it answers
    spot = Spot(
        guild="" if thread.workspace == DIRECT else thread.workspace,
        channel=thread.channel,
        thread=thread.thread,
        kind=place.kind,
        name=place.name,
        locale=place.locale,
        can_attach=place.can_attach,
        role=role,
    )
    where, ask = thread.thread or thread.channel, patiently(client)
    found: list[Message] = []
    since, more = snowflake(after), True
    while more and len(found) < limit:
        try:
            page = await messages(ask, where, after=since)
        except CallRefused:
            return found  # no thread was opened, or it is gone
        said = (inbound.spoken(raw, spot, ear) for raw in page)
        found += [one for one in said if one is not None and one.at > after]
        more = len(page) == PAGE
        since = id_of(page[-1]) if page else since
    return found[:limit]


async def messages(ask: Ask, channel: str, **beside: str) -> list[Payload]:
    """Read one page of a channel, oldest first: the messages `before` an id, the first `after` one,
    or the newest."""
    page = await ask(MESSAGES, {"limit": PAGE, **beside}, channel_id=channel)
    raw = [mapping(one) for one in page] if isinstance(page, list) else []
    return sorted((one for one in raw if id_of(one)), key=lambda one: int(id_of(one)))


class _Walk:
    """The messages before one of a thread or chain, as far as they were read."""

    def __init__(self, ask: Ask, message: Message, limit: int) -> None:
        self._ask = ask
        self._message = message
        self._limit = limit
        self._found: dict[str, Payload] = {}
        self._root: Payload | None = None

    async def thread(self, spot: Spot) -> None:
        """Read back from the message, and the thread's first one."""
        where, before = spot.thread or spot.channel, self._message.id
        exhausted = False
        while not exhausted and len(self._found) < self._limit:
            page = await messages(self._ask, where, before=before)
            self._found |= {id_of(raw): raw for raw in page}
            exhausted = len(page) < PAGE
            before = id_of(page[0]) if page else before
        if not spot.thread:
            return  # a direct message has no first one of its own
        oldest = min(self._found.values(), key=lambda raw: int(id_of(raw)), default={})
        told = bool(inbound.starter(oldest)) or id_of(oldest) == spot.thread
        # What stands for the message that a thread was made from is the first in its history.
        made_from_none = exhausted and kind_of(oldest) != STARTER
        if not (told or made_from_none):
            self._root = await self._first_of(spot)

    async def _first_of(self, spot: Spot) -> Payload | None:
        """Read the message that a thread was made from, which has the thread's own id; a post's
        first message stands in the post. Not every thread has one."""
        for channel in (spot.channel, spot.thread):
            try:
                return mapping(await self._ask(MESSAGE, channel_id=channel, message_id=spot.thread))
            except CallRefused:
                continue
        return None

    async def chain(self) -> None:
        """Follow the answers upwards, from the message on."""
        channel = self._message.thread.channel
        page = await messages(self._ask, channel, before=str(int(self._message.id) + 1))
        near = {id_of(raw): raw for raw in page}
        id, asked = self._message.id, 0
        while id and len(self._found) <= self._limit:
            raw = near.get(id)
            if raw is None:
                if (asked := asked + 1) > MOST_LINKS:
                    return
                raw = await self._one(channel, id)
                near |= {id_of(one): one for one in (mapping(raw.get("referenced_message")),)}
            if id in self._found or not raw:
                return
            self._found[id] = raw
            id = inbound.refers_to(raw)

    async def _one(self, channel: str, id: str) -> Payload:
        try:
            return mapping(await self._ask(MESSAGE, channel_id=channel, message_id=id))
        except CallRefused:
            return {}  # deleted: what stood above it cannot be found any more

    def chosen(self, ear: Ear, spot: Spot) -> list[Message]:
        """Return the first message and the newest ones as events."""
        oldest_first = sorted(self._found.values(), key=lambda raw: int(id_of(raw)))
        root = [self._root] if self._root is not None else oldest_first[:1]
        rest = oldest_first if self._root is not None else oldest_first[1:]
        kept = rest[max(0, len(rest) - max(self._limit - len(root), 0)) :]
        thread, end = self._message.thread, self._message.at
        read = (inbound.earlier(raw, thread, ear, spot) for raw in [*root, *kept])
        unique = {one.id: one for one in read if one is not None and one.at < end}
        return sorted(unique.values(), key=lambda one: one.at)
