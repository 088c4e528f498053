"""Away while people write: what was missed is read afterwards, and answered once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.processes import BotProcess
from tests.scenarios.slack.world import World
from tests.servers.slack import Message

SETTLED_SECONDS = 1.0
"""After this long nothing more is answered."""


@contextmanager
def deaf(world: World) -> Iterator[None]:
    """Let Slack send nothing, now or later: whatever is heard of this time was read."""
    events, world.slack.app.events = world.slack.app.events, set()
    try:
        yield
    finally:
        world.slack.app.events = events


class Conversation:
    """A thread that the bot follows and a direct message, in which people go on writing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.channel, self.other = world.channel(), world.channel(private=True)
        self.direct = world.slack.dm("alice")
        self.missed: list[Message] = []

    async def begin(self) -> None:
        self.root = await self.world.asks(self.channel, "a thread begins")
        await self.world.answer(self.root)
        self.hello = await self.world.slack.user_posts(self.direct, "alice", "hello")
        await self.world.eventually(lambda: sum(answered(self.world.bots)) == 2)

    async def go_on(self) -> None:
        """Write what must be answered, and what must not, while nobody listens."""
        slack = self.world.slack
        with deaf(self.world):
            await slack.user_posts(self.channel, "bob", "chatter among people")
            await slack.user_posts(self.channel, "bob", "@carol only for you", self.root.ts)
            mention = await self.world.asks(self.other, "a mention")
            self.missed = [
                mention,
                await slack.user_posts(self.channel, "bob", "a follow-up", self.root.ts),
                await slack.user_posts(self.other, "bob", "below the mention", mention.ts),
                await slack.user_posts(self.direct, "alice", "a direct word"),
                await slack.user_posts(self.direct, "alice", "in its thread", self.hello.ts),
            ]

    def _own(self, channel: str) -> Sequence[Message]:
        _, where = self.world.slack.place(channel)
        return [message for message in where.messages.values() if message.bot_id]

    async def is_answered_once(self, bots: Sequence[BotProcess], extra: int = 0) -> None:
        """Check that every missed message is in one turn, and every turn has one answer beside the
        two that stood there. `extra` turns of these bots were before."""
        wanted = len(self.missed) + extra
        await self.world.eventually(lambda: sum(answered(bots)) >= wanted)
        await asyncio.sleep(SETTLED_SECONDS)
        own = [m for c in (self.channel, self.other, self.direct) for m in self._own(c)]
        assert sum(answered(bots)) == wanted
        assert len(own) == 2 + len(answered(bots)) - extra
        shown = [self.world.spoken(request) for request in self.world.model.requests]
        for message in self.missed:
            words = message.text.split("> ")[-1]
            assert any(words in one for one in shown), words
        assert not any("chatter among people" in one for one in shown)
        assert not self.world.requests("only for you")


def answered(bots: Sequence[BotProcess]) -> list[int]:
    """Return of how many messages each turn of these bots was."""
    lines = [record for bot in bots for record in bot.records]
    return [line["batch"] for line in lines if line.get("msg") == "turn"]


def reads(world: World) -> int:
    """Count the readings: each asks once for the channels that the bot is in."""
    asked = world.slack.calls_to("users.conversations")
    return sum("public_channel" in call.args["types"] for call in asked)


async def test_what_was_written_while_it_was_stopped_is_answered_once(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        talk = Conversation(world)
        await talk.begin()
        assert await world.bots[0].terminate() == 0
        await talk.go_on()
        async with world.bot() as second:
            await second.ready()
            await talk.is_answered_once([second])
            assert await second.terminate() == 0
            said = sum(len(world.slack.replies(m)) for m in (talk.root, talk.missed[0]))
        async with world.bot() as third:  # which finds nothing more
            await third.ready()
            await world.until(lambda: reads(world) == 2)
            await asyncio.sleep(SETTLED_SECONDS)
            assert answered([third]) == []
            assert said == sum(len(world.slack.replies(m)) for m in (talk.root, talk.missed[0]))


async def test_after_a_first_installation_nothing_old_is_answered(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.slack, world.model:
        with deaf(world):
            old = await world.asks(world.channel(), "long before it was there")
            word = await world.slack.user_posts(world.slack.dm("alice"), "alice", "before, too")
        for _ in range(2):
            async with world.bot() as bot:
                await bot.ready()
                await asyncio.sleep(SETTLED_SECONDS)
                assert await bot.terminate() == 0
        assert reads(world) == 1  # the second one had somebody before it
        assert world.slack.replies(old) == []
        assert world.slack.messages(word.channel) == [word]
        assert not world.model.requests


async def test_killed_while_it_reads_it_is_followed_by_another(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        talk = Conversation(world)
        await talk.begin()
        await world.bots[0].kill()
        await talk.go_on()
        hung = world.slack.fail("conversations.replies", "hang")
        async with world.bot() as second:
            await world.until(lambda: hung.hits)
            await second.kill()
        async with world.bot() as third:
            await third.ready()
            await talk.is_answered_once([second, third])


async def test_of_two_that_start_at_once_one_reads(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        talk = Conversation(world)
        await talk.begin()
        await world.bots[0].kill()
        await talk.go_on()
        async with world.bot() as one, world.bot() as two:
            await asyncio.gather(one.ready(), two.ready())
            await talk.is_answered_once([one, two])
        assert reads(world) == 1


async def test_what_was_written_while_its_socket_was_lost_is_answered_once(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        talk = Conversation(world)
        await talk.begin()
        fault = world.slack.fail("apps.connections.open", "503", 1000)
        for socket in world.slack.hub.ready():
            socket.reset()
        await world.bots[0].ready(status=503)
        await talk.go_on()
        await asyncio.sleep(7.5)  # longer than what counts as listening
        fault.times = 0
        await world.eventually(lambda: reads(world) == 1)
        await talk.is_answered_once(world.bots, extra=2)
