"""Slack as a `Platform`: puts together what listens and what answers.

Every call is made with the token of the workspace that its thread belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from functools import partial

from aiohttp import web

from adapters.slack import threads
from adapters.slack.answers import answering
from adapters.slack.carded import Cards, CardSurface
from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.closed import Closed
from adapters.slack.doors.entrance import Entrance
from adapters.slack.files import download
from adapters.slack.inbound import timestamp
from adapters.slack.installation.installed import InstalledWorkspaces, Records
from adapters.slack.installation.installing import Installing, Many
from adapters.slack.listener import SlackListener
from adapters.slack.missed import Missed
from adapters.slack.native.mending import MendingSurface
from adapters.slack.native.room import Refusals, suits
from adapters.slack.native.streams import SlackStreams
from adapters.slack.standing import Spot
from adapters.slack.surfaces.buttons import footer, tag_of
from adapters.slack.surfaces.cards import CardPresses
from adapters.slack.surfaces.clicks import Clicks
from adapters.slack.surfaces.reception import Reception
from adapters.slack.workspaces import TOKEN_SECONDS, OneWorkspace, Workspace, Workspaces
from adapters.streaming import Delivery, Pace, cut
from adapters.streaming.introducing import introduced
from bot.cards import ReviewDesk
from bot.errors import ConfigError, ParleyError
from bot.events import (
    Attachment,
    Author,
    Command,
    Message,
    Regenerate,
    ThreadRef,
    TurnEvent,
)
from bot.metrics import Metrics
from bot.platform import Allowance, Batch, Download, Health, Problem, Receipt, Sink
from bot.replies import Reply
from bot.store.heard import Heard
from bot.store.notes import Notes
from bot.store.preferences import PreferenceBook
from bot.tasks import ended
from bot.wording import say

SKEW_SECONDS = 300
"""How far our clock may be ahead of Slack's: of a command only ours tells the time."""


class SlackPlatform:
    """The Slack adapter."""

    name = "slack"

    def __init__(
        self,
        *,
        bot_token: str = "",
        app_token: str = "",
        signing_secret: str = "",
        many: Many | None = None,
        api_url: str,
        allowance: Allowance,
        metrics: Metrics,
        notes: Notes,
        preferences: PreferenceBook,
        heard: Heard | None = None,
        allowed: Callable[[Collection[str]], bool] = lambda _: True,
        follow_ups: bool = True,
        history_ttl: float = 0.0,
        pace: Pace | None = None,
        token_seconds: float = TOKEN_SECONDS,
        operator_channels: Sequence[str] = (),
        reviews: ReviewDesk | None = None,
    ) -> None:
        client = SlackClient("", api_url, allowance, metrics)
        self._pace = pace or Pace()
        self._refusals = Refusals()
        home = OneWorkspace(client.beside(bot_token), token_seconds) if bot_token else None
        self._workspaces, self._installing = _opened(client, home, many)
        reception = Reception(
            notes,
            preferences,
            history_ttl=history_ttl,
            allowed=allowed,
            on_stored=self._greet,
        )
        self._notes = notes
        self._reviews = reviews
        self._tongues = reception.tongues
        self._closed = Closed(notes, self._tongues, operator_channels, home)
        self._listener = SlackListener(
            self._workspaces,
            follow_ups=follow_ups,
            metrics=metrics,
            reception=reception,
            on_stored=self._greet,
            clicks=Clicks(self._tongues.of),
            presses=CardPresses(reviews, self._tongues.of) if reviews is not None else None,
        )
        self._entrance = Entrance(client, app_token, signing_secret, self._listener)
        self._heard = heard

    async def start(self) -> None:
        """Find out who the bot is. Waits out passing faults; raises `ConfigError` for a refused
        token."""
        await self._workspaces.start()

    async def listen(self, sink: Sink) -> None:
        """Receive until cancelled, over Socket Mode or HTTP."""
        self._listener.open(sink)
        beside = asyncio.create_task(self._catch_up(sink))
        try:
            await self._entrance.run()
        finally:
            await ended(beside)

    async def _catch_up(self, sink: Sink) -> None:
        if self._heard is not None:
            hear = partial(self._listener.hear, sink=sink)
            await Missed(self._heard, self._workspaces, hear, self._hears).run()

    def _hears(self) -> bool:
        """Tell whether what is said now comes in."""
        return self._entrance.health().ready

    def routes(self) -> list[web.RouteDef]:
        """Return what the web server is to serve for Slack."""
        pages = self._installing.routes() if self._installing is not None else []
        return [*self._entrance.routes(), *pages]

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read what stands in the thread before `message`, oldest first."""
        workspace = await self._workspaces.of(message.thread.workspace)
        return await threads.earlier(workspace.client, message, limit, workspace.me)

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Read what people wrote in the thread after a time, oldest first."""
        workspace = await self._workspaces.of(message.thread.workspace)
        return await threads.later(
            threads.patiently(workspace.client),
            message.thread,
            after,
            limit,
            lambda raw: self._listener.read(raw, message, workspace),
        )

    async def complete(self, message: Message) -> Message:
        """Recover the files that an event does not carry."""
        workspace = await self._workspaces.of(message.thread.workspace)
        return await threads.complete(workspace.client, message)

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell who the people with these ids are."""
        try:
            workspace = await self._workspaces.of(thread.workspace)
        except ParleyError:
            return {}  # a name is not worth an answer
        return await workspace.people.named(thread, ids)

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        """Fetch a file; the token goes to Slack's own hosts only."""
        try:
            workspace = await self._workspaces.of(thread.workspace)
        except ParleyError:
            return Download(problem=Problem.UNREACHABLE)
        return await download(workspace.client, attachment, limit)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Make the reply stream visible in its thread; where that is closed to the bot, say so to
        who asked."""
        workspace = await self._workspaces.of(batch.thread.workspace)
        try:
            await self._show(workspace, batch, replies, receipt)
        except CallRefused as error:
            receipt.check()
            if not batch.is_unasked:
                await self._closed.tell(error, workspace, batch, receipt.key)
            raise

    async def _show(
        self, workspace: Workspace, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt
    ) -> None:
        make = partial(self._surface, workspace, batch, receipt.key, receipt.check)

        def words(key: str) -> str:  # the language may become known only on the way
            return say(key, workspace.locale(batch.first.author))

        if (asked := answering.asked_in(batch)) is not None:
            await answering.deliver(
                asked,
                workspace,
                batch,
                replies,
                receipt,
                make,
                pace=self._pace,
                words=words,
                notes=self._notes,
            )
            return
        parts = [part.id for part in receipt.parts]
        if intro := await answering.kept_introduction(batch, parts, self._notes):
            replies = introduced(replies, intro)
        surface = make(batch.thread, receipt, intro=intro)
        if isinstance(surface, SlackStreams):
            surface.begin()
        await Delivery(surface, receipt, pace=self._pace, words=words).run(replies)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Remove posts that carry the key of a finished turn and are not among its parts, and mend
        what a former owner wrote late."""
        workspace = await self._workspaces.of(batch.thread.workspace)
        make = partial(self._surface, workspace, batch, key, lambda: None)
        if (asked := answering.asked_in(batch)) is not None:
            await answering.tidy(asked, workspace, batch, parts, text, make)
            return
        if text and (intro := await answering.kept_introduction(batch, parts, self._notes)):
            text = f"{intro}\n\n{text}"
        surface = make(batch.thread)
        await surface.repair(parts, cut(text, len(parts), surface.limit, surface.measure))

    def health(self) -> Health:
        """Tell whether Slack is connected, as far as this process's role needs it."""
        health = self._workspaces.health()
        return self._entrance.health() if health.ready else health

    async def close(self) -> None:
        """Let go of every connection."""
        self._entrance.close()
        await self._listener.close()
        await self._workspaces.close()

    def _surface(
        self,
        workspace: Workspace,
        batch: Batch,
        key: str,
        check: Callable[[], None],
        thread: ThreadRef,
        receipt: Receipt | None = None,
        intro: str = "",
    ) -> CardSurface:
        def words(name: str) -> str:
            return say(name, workspace.locale(batch.first.author))

        spot = Spot(workspace.client, workspace.lines, thread, key, _before(batch.last), check)
        tag = tag_of(batch, key)
        buttons = partial(footer, tag=tag, words=words)
        cards = None
        if self._reviews is not None:
            cards = Cards(tag, intro, renewed=isinstance(batch.first, Regenerate))
        if not suits(thread):
            return CardSurface(spot, buttons=buttons, cards=cards)
        if receipt is None:
            return MendingSurface(spot, buttons=buttons, cards=cards, me=workspace.me)
        return SlackStreams(
            spot,
            buttons=buttons,
            cards=cards,
            me=workspace.me,
            parts=receipt.parts,
            end=receipt.end,
            refusals=self._refusals,
        )

    async def _greet(self, workspace: Workspace, message: Message) -> None:
        locale = await self._tongues.of(workspace, message.author.id, 0.0)
        await workspace.lines.greet(message.thread, say("thinking", locale))


def _opened(
    client: SlackClient, home: OneWorkspace | None, many: Many | None
) -> tuple[Workspaces, Installing | None]:
    """Choose between the workspace of one token and those that the bot is installed in."""
    if many is not None:
        records = Records(many.store, many.sealer)
        return InstalledWorkspaces(client, records, home), Installing(many, client, records)
    if home is None:
        raise ConfigError("Slack needs a bot token, or an app that can be installed.")
    return home, None


def _before(event: TurnEvent) -> str:
    """Spell a time before any post that answers `event`, by Slack's clock."""
    if isinstance(event, Message):
        return event.id
    return timestamp(event.at - (SKEW_SECONDS * 1_000_000 if isinstance(event, Command) else 0))
