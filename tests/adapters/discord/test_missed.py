"""What was said while nobody listened is read, and answered once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from adapters.common import absences
from adapters.discord import lifeline, missed
from bot.events import Edit
from bot.inbox import Inbox
from bot.platform import Stored
from bot.store.connection import Connection
from bot.store.heard import Heard
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.adapters.discord.ears import Ears, MemorySink, listening, until
from tests.servers.discord import LocalDiscord


@dataclass
class RealSink(MemorySink):
    """The real inbox, written down."""

    inbox: Inbox | None = None
    outcomes: list[tuple[str, Stored]] = field(default_factory=list)

    async def put(self, event):  # type: ignore[no-untyped-def]
        self._check()
        assert self.inbox is not None
        outcome = await self.inbox.put(event)
        self.outcomes.append((event.text, outcome))
        if outcome in (Stored.STORED, Stored.REMEMBERED):
            self.events.append(event)
        return outcome

    async def control(self, event):  # type: ignore[no-untyped-def]
        assert self.inbox is not None
        self.controls.append(event)
        return await self.inbox.control(event)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed, "NOTE_SECONDS", 0.1)
    monkeypatch.setattr(missed, "QUIET_SECONDS", 0.6)
    monkeypatch.setattr(missed, "STARTED_SECONDS", 0.2)
    monkeypatch.setattr(absences, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(lifeline, "FIRST_PAUSE", 0.05)


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


class StoreClock:
    """The store's clock, which a test moves on instead of waiting."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> int:
        return int((time.time() + self.ahead) * 1000)

    def wait(self) -> None:
        self.ahead += 60.0


@pytest.fixture
def clock() -> StoreClock:
    return StoreClock()


@pytest.fixture
def heard(connection: Connection, clock: StoreClock) -> Heard:
    return Heard(connection, "discord", clock)


@pytest.fixture
def sink(connection: Connection) -> RealSink:
    histories = Histories(connection, 3600)
    return RealSink(inbox=Inbox(Mailboxes(connection, 3600), histories))


async def noted(ears: Ears) -> None:
    """Wait until it is noted that this process hears."""
    part = ears.listener._missed._parts
    await until(lambda: part and all(one.stretch.noted_from for one in part.values()))


async def away(
    discord: LocalDiscord,
    sink: MemorySink,
    heard: Heard,
    meanwhile: Callable[[], Awaitable[object]],
    before: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Listen, end, let something happen, and come back until it was read."""
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        if before is not None:
            await before()
    await meanwhile()
    heard.clock.wait()  # type: ignore[union-attr]
    async with listening(discord, sink=sink, heard=heard) as ears:
        await until(lambda: ears.listener._missed._parts)
        part = ears.listener._missed._parts[0, 1]
        await until(lambda: part.watch.reading is not None and part.watch.reading.done())


async def test_mentions_and_direct_messages_of_an_absence_are_answered_once(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    direct = discord.dm("alice")

    async def before() -> None:
        await discord.user_posts(direct, "alice", "first")
        await discord.user_posts("general", "alice", "@parley known")
        await until(lambda: sorted(sink.texts) == ["first", "known"])

    async def meanwhile() -> None:
        await discord.user_posts("engineering", "bob", "@parley in a channel it never saw")
        await discord.user_posts(direct, "alice", "direct")
        await discord.user_posts("general", "alice", "chatter")

    await away(discord, sink, heard, meanwhile, before)
    assert sorted(sink.texts) == ["direct", "first", "in a channel it never saw", "known"]
    assert ("known", Stored.KNOWN) in sink.outcomes  # the overlap reads it again


async def test_a_followed_thread_is_read_and_a_thread_of_others_is_not_followed(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    threads = []

    async def before() -> None:
        asked = await discord.user_posts("general", "alice", "@parley hello")
        threads.append(await discord.user_opens_thread("general", "alice", "hello", message=asked))
        threads.append(await discord.user_opens_thread("general", "bob", "ours"))
        await until(lambda: sink.texts == ["hello"])

    async def meanwhile() -> None:
        await discord.user_posts(threads[0], "alice", "go on")
        await discord.user_posts(threads[1], "bob", "between us")

    await away(discord, sink, heard, meanwhile, before)
    assert sink.texts == ["hello", "go on"]
    assert ("between us", Stored.DROPPED) in sink.outcomes


@pytest.mark.parametrize("others", [0, 12])
async def test_what_is_said_now_stands_behind_what_was_missed_in_its_thread(
    discord: LocalDiscord, sink: RealSink, heard: Heard, others: int
) -> None:
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        asked = await discord.user_posts("general", "alice", "@parley hello")
        thread = await discord.user_opens_thread("general", "alice", "hello", message=asked)
        await until(lambda: sink.texts == ["hello"])
    await discord.user_posts(thread, "alice", "the number is 4")
    for n in range(others):  # newer, so read before it
        await discord.user_posts(discord.open_channel(f"other-{n}"), "bob", "chatter")
    discord.fail("GET /channels/{channel_id}/messages", "slow", times=99, delay=0.3)
    heard.clock.wait()  # type: ignore[union-attr]
    async with listening(discord, sink=sink, heard=heard):
        await discord.user_posts(thread, "alice", "double it")
        await until(lambda: "double it" in sink.texts)
    assert sink.texts == ["hello", "the number is 4", "double it"]


async def test_what_is_said_now_does_not_wait_for_ever_for_what_was_missed(
    discord: LocalDiscord, sink: RealSink, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "BEHIND_SECONDS", 0.2)
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
    await discord.user_posts("general", "alice", "chatter")
    discord.fail("GET /channels/{channel_id}/messages", "hang", times=99)
    heard.clock.wait()  # type: ignore[union-attr]
    async with listening(discord, sink=sink, heard=heard):
        await discord.user_posts("general", "alice", "@parley now")
        await until(lambda: sink.texts == ["now"])


async def test_an_edit_of_an_absence_is_followed(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    asked = []

    async def before() -> None:
        asked.append(await discord.user_posts(discord.dm("alice"), "alice", "befor"))
        await until(lambda: sink.texts == ["befor"])

    async def meanwhile() -> None:
        await discord.user_edits(asked[0], "before")
        await discord.user_posts(discord.dm("alice"), "alice", "next")

    await away(discord, sink, heard, meanwhile, before)
    assert "next" in sink.texts
    assert [e.text for e in sink.controls if isinstance(e, Edit)] == ["before"]


async def test_the_newest_of_a_busy_channel_are_read(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async def meanwhile() -> None:
        for n in range(130):
            await discord.user_posts("general", "bob", f"chatter {n}")
            if n in (3, 128):
                await discord.user_posts("general", "alice", f"@parley question {n}")

    await away(discord, sink, heard, meanwhile)
    assert sorted(sink.texts) == ["question 128", "question 3"]


async def test_what_was_said_before_it_was_there_is_old_history(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    await discord.user_posts("general", "alice", "@parley long ago")
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        await discord.user_posts("general", "alice", "@parley now")
        await until(lambda: sink.texts == ["now"])


async def test_after_a_new_session_what_was_missed_between_is_read(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        discord.gateway.forget_sessions()
        discord.gateway.drop()
        await discord.user_posts("general", "alice", "@parley between sessions")
        await until(lambda: ears.texts == ["between sessions"])


async def test_after_a_resume_nothing_is_read(
    discord: LocalDiscord, sink: RealSink, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "SKEW_SECONDS", 0.0)
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        part = ears.listener._missed._parts[0, 1]
        for _ in range(2):  # it is noted again and again that it hears
            last = part.noted_at
            await until(lambda last=last: part.noted_at > last)
        ears.listener.lifeline.shards[0].live = False  # a while without a connection
        await discord.user_posts("general", "alice", "@parley hello")
        await until(lambda: sink.texts == ["hello"])
        heard.clock.wait()  # type: ignore[union-attr]
        ears.listener.lifeline.shards[0].live = True
        await until(lambda: part.watch.reading is not None and part.watch.reading.done())
        assert sink.texts == ["hello"]
        assert not discord.calls_to("GET /channels/{channel_id}/messages")


async def test_what_was_not_stored_is_not_noted_as_heard(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        sink.away = True
        await discord.user_posts("general", "alice", "@parley while the store is away")
        await until(lambda: ears.listener.lines.stuck)
    heard.clock.wait()  # type: ignore[union-attr]
    sink.away = False
    assert sink.texts == []
    async with listening(discord, sink=sink, heard=heard):
        await until(lambda: sink.texts == ["while the store is away"])


async def test_each_shard_is_missed_by_itself(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    for n in range(4):
        guild = discord.open_guild(f"guild {n}", "alice")
        discord.text_channel(f"channel-{n}", guild=guild)
    names = [f"channel-{n}" for n in range(4)]
    mine = {"sink": sink, "heard": heard, "shard_count": 2}
    async with listening(discord, shard_ids=(0,), **mine) as left:
        async with listening(discord, shard_ids=(1,), **mine) as right:
            await noted(left)
            await noted(right)
        for name in names:
            await discord.user_posts(name, "alice", f"@parley {name}")
        heard.clock.wait()  # type: ignore[union-attr]
        async with listening(discord, shard_ids=(1,), **mine):
            await until(lambda: sorted(sink.texts) == names)


async def test_a_read_that_fails_is_tried_again(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async def meanwhile() -> None:
        await discord.user_posts("general", "alice", "@parley hello")
        discord.fail("GET /channels/{channel_id}/messages", "503", times=4)

    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
    await meanwhile()
    heard.clock.wait()  # type: ignore[union-attr]
    async with listening(discord, sink=sink, heard=heard):
        await until(lambda: sink.texts == ["hello"])


async def test_what_there_was_no_room_for_is_read_afterwards(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async with listening(discord, sink=sink, heard=heard) as ears:
        await noted(ears)
        ears.listener.lines._most = 2
        sink.away = True
        for n in range(6):
            await discord.user_posts("general", "alice", f"@parley {n}")
        await until(lambda: ears.listener.lines.lost)
        sink.away = False
        await until(lambda: sorted(sink.texts) == [str(n) for n in range(6)])
        assert len(sink.events) == 6


async def test_a_server_that_invited_the_bot_meanwhile_is_read_from_then_on(
    discord: LocalDiscord, sink: RealSink, heard: Heard
) -> None:
    async def meanwhile() -> None:
        new = discord.open_guild("New", "alice", with_bot=False)
        place = discord.text_channel("lobby", guild=new)
        await discord.user_posts(place, "alice", "@parley too early")
        await asyncio.sleep(0.05)
        discord.invite_bot(new)
        await asyncio.sleep(0.05)
        await discord.user_posts(place, "alice", "@parley welcome")

    await away(discord, sink, heard, meanwhile)
    assert sink.texts == ["welcome"]
