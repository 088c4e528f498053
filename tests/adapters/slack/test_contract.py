"""Slack passes the contract of a platform's delivery: in a channel, in a direct message, and by
native streams in a thread of one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.adapter import SlackPlatform
from adapters.slack.answers import answering
from adapters.streaming import Pace
from bot.events import Author, Command, Place, ThreadRef
from bot.metrics import Metrics
from bot.platform import Batch
from bot.replies import Done
from bot.setbacks import said
from tests.adapters.slack.answers.test_answering import Receipt
from tests.adapters.slack.parts import Counted, Memory, asked, book_of, notes_of
from tests.contracts.platform import PlatformContract
from tests.servers.slack import LocalSlack


class SlackStage:
    """A question in one of Slack's places."""

    def __init__(self, slack: LocalSlack, where: str) -> None:
        self.slack = slack
        self.where = where
        self.platform = SlackPlatform(
            bot_token=slack.bot_token,
            app_token=slack.app_token,
            api_url=slack.api_url,
            allowance=Counted(),
            metrics=Metrics(),
            notes=notes_of(Memory()),
            preferences=book_of(Memory()),
            pace=Pace(least=0.01, most=0.05, life_after=0.05),
        )

    async def question(self) -> Batch:
        channel = self.where == "channel"
        where = self.slack.channel("general") if channel else self.slack.dm("alice")
        posted = await self.slack.user_posts(where, "alice", "@parley hello")
        message = asked(self.slack, posted)
        if self.where == "direct":
            message = replace(message, thread=replace(message.thread, thread=""))
        return Batch(message.thread, (message,))

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        _, where = self.slack.place(batch.thread.channel)
        return [
            (message.ts, message.text)
            for message in where.messages.values()
            if message.bot_id and (message.thread_ts or "") == batch.thread.thread
        ]

    def tighten(self) -> None:
        for method in ("chat.postMessage", "chat.update", "chat.startStream"):
            self.slack.fail(method, "msg_too_long", 99, when=lambda args: len(str(args)) > 4_000)


@pytest.fixture(params=["channel", "direct", "thread"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[SlackStage]:
    async with LocalSlack() as slack:
        slack.app.events.clear()  # nobody listens
        made = SlackStage(slack, request.param)
        await made.platform.start()
        yield made
        await made.platform.close()


class TestSlackPlatform(PlatformContract):
    """On the local Slack."""


@pytest.mark.parametrize("stage", ["channel"], indirect=True)
async def test_a_commands_post_is_found_also_when_our_clock_is_ahead(stage: SlackStage) -> None:
    slack, channel = stage.slack, stage.slack.open_channel("room").id
    ahead = int((slack.clock.now() + 120) * 1_000_000)
    thread = ThreadRef("slack", slack.workspace.team_id, channel, "ask:1")
    place = Place(address=answering.address("", 0, "alice", "how deep?"))
    author = Author(slack.user("alice"), "alice")
    command = Command("1", thread, author, "ask", "how deep?", ahead, place=place)
    slack.fail("chat.postMessage", "lost")
    batch = Batch(thread, (command,))
    await stage.platform.deliver(batch, said(Done("Eleven")), Receipt())
    assert len([m for m in slack.messages(channel) if m.bot_id]) == 1
