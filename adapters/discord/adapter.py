"""Discord as a `Platform`: a gateway that only listens, and a client that reads and writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from adapters.discord import threads
from adapters.discord.answers import answering, telling
from adapters.discord.carded import CardSurface
from adapters.discord.chains import cards_among, keep_card, keep_tag, remember, tag_for
from adapters.discord.client import DiscordClient
from adapters.discord.closed import Closed
from adapters.discord.faults import CallRefused
from adapters.discord.files import download
from adapters.discord.listener import DiscordListener
from adapters.discord.opening import Ground, Opening
from adapters.discord.payloads import snowflake
from adapters.discord.people import People
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import footer
from adapters.discord.surfaces.desk import Desk
from adapters.discord.surfaces.tongues import Tongues
from adapters.streaming import Delivery, Pace, cut
from bot.cards import ReviewDesk
from bot.events import Attachment, Author, Message, ThreadRef, TurnEvent
from bot.metrics import Metrics
from bot.platform import Allowance, Batch, Download, Health, Part, Receipt, Sink
from bot.replies import Reply
from bot.store.heard import Heard
from bot.store.notes import Notes
from bot.wording import say

TYPING_AGAIN = 8.0
"""Typing is seen for 10 s: until the answer stands it is renewed this often, in seconds."""

SKEW_SECONDS = 300
"""How far our clock may be ahead of Discord's: of a pressed button only ours may tell the time."""


class DiscordPlatform:
    """The Discord adapter."""

    name = "discord"

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        shard_ids: Sequence[int] = (),
        shard_count: int | None = None,
        allowance: Allowance,
        metrics: Metrics,
        notes: Notes,
        heard: Heard | None = None,
        allowed: Callable[[Collection[str]], bool] = lambda _: True,
        follow_ups: bool = True,
        history_ttl: float = 0.0,
        pace: Pace | None = None,
        operator_channels: Sequence[str] = (),
        reviews: ReviewDesk | None = None,
    ) -> None:
        self._client = DiscordClient(token, api_url, allowance, metrics)
        self._pace = replace(pace or Pace(), life_again=TYPING_AGAIN)
        self._notes = notes
        self._typing = Typing(self._client)
        self._means = answering.Means(self._client, self._typing, notes, self._pace)
        self._tongues = Tongues(notes)
        self._closed = Closed(self._client, notes, self._tongues, operator_channels)
        self._desk = Desk(
            self._client,
            notes,
            self._tongues,
            history_ttl=history_ttl,
            allowed=allowed,
            reads_all=lambda: self._listener.lifeline.reads_all,
            reviews=reviews,
        )
        self._listener = DiscordListener(
            self._client,
            desk=self._desk,
            tongues=self._tongues,
            notes=notes,
            metrics=metrics,
            on_stored=self._typing.greet,
            heard=heard,
            follow_ups=follow_ups,
            shard_ids=shard_ids,
            shard_count=shard_count,
            tell=self._closed.tell_operator,
        )
        self._people = People(self._client, self._listener.guild)
        self._listens = False

    async def start(self) -> None:
        """Find out who the bot is. Waits out passing faults; raises `ConfigError` for a refused
        token."""
        await self._client.login()

    async def listen(self, sink: Sink) -> None:
        """Receive until cancelled."""
        self._listens = True
        self._desk.open(sink)
        await self._listener.run(sink)

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read what stands in the thread before `message`, oldest first."""
        ear = self._listener.ear(message.thread.workspace)
        return await threads.earlier(self._client, message, limit, ear)

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Read what people wrote in the thread after a time, oldest first."""
        workspace = message.thread.workspace
        ear, role = self._listener.ear(workspace), await self._people.own_role(workspace)
        return await threads.later(self._client, message, after, limit, ear, role)

    async def complete(self, message: Message) -> Message:
        """Return `message` as it is: events carry their files."""
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell who the people with these ids are."""
        return await self._people.named(thread, ids)

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        """Fetch a file from Discord's own hosts."""
        return await download(self._client, attachment, limit)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Make the reply stream visible in its thread; where that is closed to the bot, say so to
        who asked."""
        try:
            await self._show(batch, replies, receipt)
        except CallRefused as error:
            receipt.check()
            if not batch.is_unasked:
                await self._closed.tell(error, batch, receipt.key)
            raise

    async def _show(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        words = partial(_say, _locale(batch))
        replies = telling.privately(self._client, batch, replies)
        if (asked := answering.asked_in(batch)) is not None:
            await answering.deliver(asked, self._means, batch, replies, receipt, words=words)
            return
        surface = await self._surface(batch, receipt.key, receipt.parts, receipt.check)
        surface.begin()
        await Delivery(surface, receipt, pace=self._pace, words=words).run(replies)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Remove posts that carry the key of a finished turn and are not among its parts, and mend
        what a former owner wrote late."""
        if (asked := answering.asked_in(batch)) is not None:
            words = partial(_say, _locale(batch))
            await answering.tidy(asked, self._means, batch, key, parts, text, words=words)
            return
        known = [Part(index, id) for index, id in enumerate(parts)]
        surface = await self._surface(batch, key, known, lambda: None)
        await surface.repair(parts, cut(text, len(parts), surface.limit, surface.measure))

    def health(self) -> Health:
        """Tell whether Discord is connected, as far as this process's role needs it."""
        health = self._client.health()
        return self._listener.health() if health.ready and self._listens else health

    async def close(self) -> None:
        """Let go of every connection."""
        await self._listener.close()
        await self._desk.close()
        await self._people.close()
        await self._client.close()

    async def _surface(
        self, batch: Batch, key: str, parts: Sequence[Part], check: Callable[[], None]
    ) -> CardSurface:
        words = partial(_say, _locale(batch))
        begun = any(part.id for part in parts)
        return CardSurface(
            self._client,
            self._typing,
            Opening(self._client, self._notes, batch, check, begun=begun),
            await keep_tag(self._notes, tag_for(batch, key)),
            _before(batch.last),
            check,
            buttons=lambda stage, name: footer(stage, name, words),
            words=words,
            posted=partial(self._remember, batch.thread),
            parts=parts,
            cards=await cards_among(self._notes, [part.id for part in parts]),
            carded=partial(keep_card, self._notes),
        )

    async def _remember(self, thread: ThreadRef, id: str, ground: Ground) -> None:
        """Keep to which conversation a post belongs that stands outside of a thread of its own."""
        if ground.in_place:
            await remember(self._notes, id, thread)


def _say(locale: str, key: str, **values: object) -> str:
    return say(key, locale, **values)


def _locale(batch: Batch) -> str:
    return batch.first.author.locale or batch.first.place.locale


def _before(event: TurnEvent) -> str:
    """Return an id before that of any post that answers `event`, by Discord's clock."""
    if isinstance(event, Message):
        return event.id
    return snowflake(event.at - SKEW_SECONDS * 1_000_000)
