"""Native streams on the local Slack: whatever breaks, one message, all said, nothing twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.slack import limits
from adapters.slack.client import SlackClient
from adapters.slack.native.mending import PAUSES
from adapters.slack.native.room import ASKED_AGAIN_SECONDS, Refusals
from adapters.slack.native.streams import SlackStreams
from adapters.slack.standing import Spot
from adapters.slack.status import StatusLines
from adapters.slack.surfaces.buttons import Tag, footer
from adapters.streaming import Delivery, Pace, Stage
from bot.errors import LostLease, PlatformError
from bot.replies import (
    Done,
    Failed,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
)
from tests.adapters.slack.parts import Counted, asked, client_of, me
from tests.bounds import PATIENCE
from tests.fakes import Crash, MemoryReceipt
from tests.servers.slack import LocalSlack, Message

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
UPDATE, POST = "chat.update", "chat.postMessage"
SESSION = "agents.sessions.setStatus"

WORDS = [f"w{number}" for number in range(40)]
TEXT = " ".join(WORDS)


class Room(Counted):
    """An allowance that has room, but none for the `short` methods; it knows what is held."""

    def __init__(self, *short: str) -> None:
        super().__init__()
        self.short = short
        self.held: set[tuple[str, str]] = set()

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        return method not in self.short

    async def hold(self, workspace: str, method: str, hold: str) -> bool:
        if method not in self.short:
            self.held.add((method, hold))
        return method not in self.short

    async def reserve(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> float:
        self.held.discard((method, hold))
        return 0.0

    async def release(self, workspace: str, method: str, hold: str) -> None:
        self.held.discard((method, hold))


@dataclass
class Thread:
    """A thread in alice's direct messages, with the bot's client on it."""

    slack: LocalSlack
    client: SlackClient
    question: Message
    allowance: Room
    refusals: Refusals = field(default_factory=Refusals)
    lasts: float = limits.STREAM_SECONDS
    lines: StatusLines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = StatusLines(self.client)

    def surface(self, receipt: MemoryReceipt) -> SlackStreams:
        return SlackStreams(
            Spot(
                self.client,
                self.lines,
                asked(self.slack, self.question).thread,
                receipt.key,
                self.question.ts,
                receipt.check,
            ),
            buttons=lambda stage: footer(stage, TAG, str),
            me=me(self.slack),
            parts=receipt.parts,
            end=receipt.end,
            refusals=self.refusals,
            lasts=self.lasts,
        )

    async def answer(
        self, *replies: Reply | float, receipt: MemoryReceipt | None = None
    ) -> MemoryReceipt:
        receipt = receipt or MemoryReceipt()
        pace = Pace(least=0.01, most=0.02, life_after=0.05)
        delivery = Delivery(self.surface(receipt), receipt, pace=pace, words=str)
        await delivery.run(_said(replies))
        return receipt

    async def words(self, receipt: MemoryReceipt | None = None) -> MemoryReceipt:
        """Say forty words, one after the other."""
        said: list[Reply | float] = []
        for word in WORDS:
            said += [TextDelta(word if word == "w0" else f" {word}"), 0.003]
        return await self.answer(*said, Done(TEXT), receipt=receipt)

    @property
    def session(self) -> dict[str, str]:
        return {"channel_id": self.question.channel, "thread_ts": self.question.ts}

    @property
    def replies(self) -> list[Message]:
        return self.slack.replies(self.question)

    def calls(self, method: str) -> list[Any]:
        return self.slack.calls_to(method)

    def only(self) -> Message:
        (reply,) = self.replies
        return reply


TAG = Tag("thread", "key", ("alice",))


async def _said(replies: tuple[Reply | float, ...]) -> AsyncIterator[Reply]:
    for reply in replies:
        if isinstance(reply, float):
            await asyncio.sleep(reply)
        else:
            await asyncio.sleep(0)
            yield reply


@asynccontextmanager
async def thread(allowance: Room | None = None, **how: Any) -> AsyncIterator[Thread]:
    allowance = allowance or Room()
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        slack.app.events.clear()
        question = await slack.user_posts(slack.dm("alice"), "alice", "question")
        yield Thread(slack, client, question, allowance, **how)


def whole(there: Thread) -> Message:
    """Check that one message says all of it, claimed, finished, and never said anything twice."""
    reply = there.only()
    assert there.slack.visible(reply).split() == WORDS
    assert reply.stream is None
    assert reply.metadata == {
        "event_type": "parley_reply",
        "event_payload": {"key": "key", "part": 0},
    }
    for version in reply.versions:
        said = re.findall(r"w\d+", version.text)
        assert said == WORDS[: len(said)], "something was said twice, or out of order"
    actions = [block["type"] for block in reply.blocks]
    assert actions[-2:] == ["context_actions", "actions"]
    return reply


# -- as it should be ------------------------------------------------------------------------------


async def test_an_answer_is_a_stream_from_its_first_word_to_its_end() -> None:
    async with thread() as there:
        await there.words()
        reply = whole(there)
        assert len(there.calls(START)) == len(there.calls(STOP)) == 1
        assert len(there.calls(APPEND)) >= 3
        assert there.calls(POST) == there.calls(UPDATE) == []
        assert reply.text == TEXT
        assert there.allowance.held == set()
        told = [chunk for call in there.slack.calls for chunk in call.args.get("chunks") or ()]
        assert "".join(chunk["text"] for chunk in told) == TEXT


async def test_an_answer_in_one_piece_is_a_post() -> None:
    async with thread() as there:
        surface = there.surface(MemoryReceipt())
        await surface.post(0, TEXT, Stage.ANSWERED)
        await surface.close()
        whole(there)
        assert there.calls(START) == []


async def test_a_long_answer_goes_on_in_further_streams() -> None:
    said: list[Reply | float] = []
    for number in range(160):
        said += [TextDelta(f"w{number} " + "word " * 12 + "\n\n"), 0.001]
    async with thread() as there:
        receipt = await there.answer(*said, Done("x"))
        shown = " ".join(there.slack.visible(reply) for reply in there.replies)
        assert re.findall(r"w\d+", shown) == [f"w{number}" for number in range(160)]
        assert len(there.replies) == len(receipt.parts) >= 3
        assert len(there.calls(STOP)) >= 2
        assert not [call for call in there.slack.calls if call.error]
        assert all(reply.metadata and reply.stream is None for reply in there.replies)


async def test_where_the_bucket_has_no_room_it_is_a_post_that_grows() -> None:
    for allowance in (Room(START), Room(STOP)):
        async with thread(allowance) as there:
            await there.words()
            whole(there)
            assert there.calls(START) == there.calls(STOP) == []
            assert len(there.calls(POST)) == 1
            assert allowance.held == set()


async def test_when_appends_run_low_the_end_still_says_everything() -> None:
    async with thread(Room(APPEND)) as there:
        await there.words()
        whole(there)
        assert [len(there.calls(method)) for method in (START, APPEND, STOP, UPDATE)] == [
            1,
            0,
            1,
            0,
        ]


async def test_a_text_that_was_taken_back_is_replaced_in_place() -> None:
    async with thread() as there:
        replies = (TextDelta("wrong start"), 0.05, TextRewritten(""), TextDelta("right "), 0.05)
        await there.answer(*replies, TextDelta("end"), Done("right end"))
        assert there.slack.visible(there.only()) == "right end"
        assert there.only().metadata
        assert len(there.calls(STOP)) == 1


async def test_a_failure_and_a_stop_are_appended() -> None:
    for end in (Failed("Sorry.", "broke", partial="So far"), Done("So far", stopped=True)):
        async with thread() as there:
            await there.answer(TextDelta("So far"), 0.05, end)
            shown = there.slack.visible(there.only())
            assert shown.startswith("So far\n\n")
            assert len(shown) > len("So far") + 2
            assert there.calls(UPDATE) == []


# -- tools ----------------------------------------------------------------------------------------


async def test_tools_are_tasks_before_and_between_the_text() -> None:
    async with thread() as there:
        tool = ToolStarted("1", "weather", "Looking up the weather")
        again = ToolStarted("1", "time", "Looking at the clock")
        await there.answer(
            tool,
            0.1,
            ToolFinished("1", "weather", ok=True),
            0.05,
            TextDelta("It rains."),
            0.05,
            again,
            0.05,
            ToolFinished("1", "time", ok=False),
            0.05,
            TextDelta(" Late."),
            Done("It rains. Late."),
        )
        reply = there.only()
        assert there.slack.visible(reply) == "It rains. Late."
        cards = [(b["title"], b["status"]) for b in reply.blocks if b["type"] == "task_card"]
        assert cards == [("Looking up the weather", "complete"), ("Looking at the clock", "error")]
        told = [
            (chunk["title"], chunk["status"])
            for call in there.slack.calls
            for chunk in call.args.get("chunks") or ()
            if chunk["type"] == "task_update"
        ]
        assert ("Looking up the weather", "in_progress") in told
        assert ("Looking at the clock", "in_progress") in told
        assert there.calls(POST) == there.calls(UPDATE) == []


async def test_a_tool_whose_answer_never_comes_is_not_left_running() -> None:
    async with thread() as there:
        await there.answer(ToolStarted("1", "time", "Clock"), 0.05, Failed("Sorry.", "broke"))
        assert there.slack.visible(there.only()) == "Sorry."
        assert [b["status"] for b in there.only().blocks if b["type"] == "task_card"] == ["error"]


async def test_cards_that_somebody_deleted_do_not_come_back_before_the_end() -> None:
    async with thread() as there:
        said = (
            ToolStarted("1", "time", "Clock"),
            0.2,
            ToolFinished("1", "time", ok=True),
            ToolStarted("2", "time", "Clock"),
            0.1,
            Failed("Sorry.", "broke"),
        )
        task = asyncio.create_task(there.answer(*said))
        await there.slack.wait_for(lambda: there.replies)
        _, where = there.slack.place(there.question.channel)
        there.slack.retract(where, there.only())
        await task
        assert [there.slack.visible(reply) for reply in there.replies] == ["Sorry."]
        assert len(there.calls(START)) == 1


# -- faults ---------------------------------------------------------------------------------------

NAMES = [
    "message_not_in_streaming_state",
    "streaming_state_conflict",
    "streaming_mode_mismatch",
    "stopped_by_user",
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_chunks",
    "invalid_blocks",
    "missing_recipient_user_id",
    "missing_recipient_team_id",
    "not_allowed",
    "not_allowed_token_type_x",
    "channel_type_not_supported",
    "messages_tab_disabled",
    "unknown_method",
    "no_text",
    "rate_limited",
    "ratelimited",
    "internal_error",
    "service_unavailable",
    "500",
    "503",
    "html",
    "not_json",
    "reset",
    "lost",
    "lost_500",
]


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("method", [START, APPEND, STOP])
async def test_whatever_a_call_is_answered_with_the_answer_is_there_once(
    method: str, kind: str
) -> None:
    async with thread() as there:
        fault = there.slack.fail(method, kind)
        await there.words()
        assert fault.hits == 1
        whole(there)


@pytest.mark.parametrize("kind", ["500", "lost", "reset", "message_not_in_streaming_state"])
@pytest.mark.parametrize("method", [START, APPEND, STOP])
async def test_also_when_it_happens_again_and_again(method: str, kind: str) -> None:
    async with thread() as there:
        there.slack.fail(method, kind, 2)
        await there.words()
        whole(there)


@pytest.mark.parametrize("skip", [1, 2, 3])
async def test_an_append_whose_answer_is_lost_is_never_repeated(skip: int) -> None:
    async with thread() as there:
        there.slack.fail(APPEND, "lost", skip=skip)
        await there.words()
        whole(there)
        assert len(there.calls(APPEND)) == skip + 1
        assert there.calls(UPDATE)


@pytest.mark.parametrize("kind", ["hang", "lost_hang"])
@pytest.mark.parametrize("method", [START, APPEND, STOP])
async def test_a_call_that_hangs_is_given_up(
    method: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.client.CALL_SECONDS", 1.0)
    async with thread() as there:
        there.slack.fail(method, kind)
        await there.words()
        whole(there)


async def test_a_stream_that_slack_has_ended_goes_on_by_updates() -> None:
    async with thread() as there:
        task = asyncio.create_task(
            there.answer(TextDelta("w0"), 0.3, TextDelta(" w1"), 0.3, Done("w0 w1"))
        )
        await there.slack.wait_for(lambda: there.replies and there.only().stream)
        there.slack.clock.advance(301)
        await task
        assert there.slack.visible(there.only()) == "w0 w1"
        assert there.only().metadata
        assert len(there.replies) == 1


async def test_a_stream_is_ended_before_slack_does_it() -> None:
    async with thread(lasts=0.05) as there:
        said = (TextDelta("w0"), 0.2, TextDelta(" w1"), 0.1, TextDelta(" w2"), 0.1)
        await there.answer(*said, Done("w0 w1 w2"))
        assert there.slack.visible(there.only()) == "w0 w1 w2"
        assert [call.error for call in there.slack.calls if call.error] == []
        assert len(there.calls(STOP)) == 1
        assert there.only().metadata


async def test_slack_s_own_stop_ends_the_answer_and_what_was_said_is_marked() -> None:
    async with thread() as there:
        receipt = MemoryReceipt()

        async def replies() -> AsyncIterator[Reply]:
            yield TextDelta("As far as")
            await there.slack.wait_for(lambda: there.replies)
            await there.client.call(SESSION, **there.session, status="processing")
            await there.slack.user_stops(there.only())
            yield TextDelta(" this")
            while "end" not in receipt.log:  # noqa: ASYNC110 - the log announces nothing
                await asyncio.sleep(0.01)
            yield Done("As far as this", stopped=True)

        pace = Pace(least=0.01, most=0.02)
        surface = there.surface(receipt)
        async with asyncio.timeout(PATIENCE):
            await Delivery(surface, receipt, pace=pace, words=str).run(replies())
        assert there.slack.visible(there.only()).startswith("As far as this\n\n")
        assert there.only().stream is None
        assert there.only().metadata


@pytest.mark.parametrize("first", [APPEND, STOP])
@pytest.mark.parametrize("pauses", [1, 3])
async def test_after_slack_s_own_stop_the_mark_is_set_as_soon_as_slack_lets_it(
    pauses: int, first: str
) -> None:
    async with thread() as there:
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == pauses:
                there.only().stream = None  # Slack is done with it

        there.client.sleep = sleep
        if first == APPEND:
            there.slack.fail(APPEND, "stopped_by_user", 99)
        there.slack.fail(STOP, "stopped_by_user", 99)
        receipt = await there.answer(
            TextDelta("As far"), 0.05, TextDelta(" as this"), 0.05, Done("As far", stopped=True)
        )
        assert there.slack.visible(there.only()) == "As far as this\n\nstopped"
        assert there.only().metadata
        assert "end" in receipt.log
        assert len(there.calls(STOP)) == 2
        assert len(there.calls(UPDATE)) == pauses + 1
        assert waits == sorted(set(waits))


async def test_what_a_person_has_stopped_stays_when_slack_keeps_it_and_the_turn_ends() -> None:
    async with thread() as there:
        there.slack.fail(STOP, "stopped_by_user", 99)
        there.slack.fail(UPDATE, "streaming_state_conflict", 99)
        await there.answer(TextDelta("As far as this"), 0.05, Done("As far", stopped=True))
        assert there.slack.visible(there.only()) == "As far as this"
        assert len(there.calls(STOP)) == 2
        assert len(there.calls(UPDATE)) == len(PAUSES) + 1
        assert 3 < sum(there.allowance.slept) < 10


async def test_what_a_person_has_stopped_can_be_removed_a_little_later() -> None:
    async with thread() as there:
        surface = there.surface(MemoryReceipt())
        assert await surface.may_grow(first=True)
        id = await surface.post(0, "w0", Stage.GROWING)
        there.slack.fail(STOP, "stopped_by_user", 9)
        there.slack.fail("chat.delete", "streaming_state_conflict")
        await surface.remove(id)
        await surface.close()
        assert there.replies == []


async def test_a_message_deleted_while_it_streams_is_said_again_at_the_end() -> None:
    async with thread() as there:
        task = asyncio.create_task(
            there.answer(TextDelta("w0"), 0.3, TextDelta(" w1"), 0.2, Done("w0 w1"))
        )
        await there.slack.wait_for(lambda: there.replies)
        _, where = there.slack.place(there.question.channel)
        there.slack.retract(where, there.only())
        await task
        assert [there.slack.visible(reply) for reply in there.replies] == ["w0 w1"]


async def test_where_slack_refuses_streams_it_is_not_asked_for_each_answer() -> None:
    now = 0.0
    async with thread(refusals=Refusals(lambda: now)) as there:
        there.slack.fail(START, "channel_type_not_supported", 5)
        for _ in range(3):
            await there.words(MemoryReceipt())
        assert len(there.calls(START)) == 1
        now = ASKED_AGAIN_SECONDS + 1
        await there.words(MemoryReceipt())
        assert len(there.calls(START)) == 2


async def test_where_no_status_is_shown_a_word_stands_in_and_is_no_stream() -> None:
    async with thread() as there:
        there.slack.fail("assistant.threads.setStatus", "not_allowed", 5)
        await there.answer(0.2, TextDelta("w0"), 0.05, Done("w0"))
        assert there.slack.visible(there.only()) == "w0"
        assert there.calls(START) == []


async def test_who_lost_the_lease_while_it_streams_writes_nothing_more() -> None:
    async with thread() as there:
        receipt = MemoryReceipt()

        async def losing() -> AsyncIterator[Reply]:
            yield TextDelta("mine")
            await there.slack.wait_for(lambda: there.replies)
            receipt.fails = {"check": LostLease("lost")}
            yield TextDelta(" and more")
            yield Done("mine and more")

        surface = there.surface(receipt)
        with pytest.raises(LostLease):
            await Delivery(surface, receipt, pace=Pace(least=0.01), words=str).run(losing())
        assert there.only().text == "mine"
        assert there.calls(STOP) == []
        assert there.allowance.held == set()


# -- after a crash --------------------------------------------------------------------------------


async def _crash(there: Thread, receipt: MemoryReceipt, *replies: Reply | float) -> MemoryReceipt:
    async def cut() -> AsyncIterator[Reply]:
        async for reply in _said(replies):
            yield reply
        raise Crash

    surface = there.surface(receipt)
    with pytest.raises(Crash):
        await Delivery(surface, receipt, pace=Pace(least=0.01), words=str).run(cut())
    return receipt.after_a_crash()


async def test_the_successor_takes_over_a_message_that_still_streams() -> None:
    async with thread() as there:
        successor = await _crash(there, MemoryReceipt(), TextDelta("w0 w1"), 0.1)
        left = there.only().ts
        assert there.only().stream is not None
        await there.words(successor)
        assert whole(there).ts == left


async def test_a_stream_nobody_knows_of_is_found_because_it_is_new_and_unclaimed() -> None:
    async with thread() as there:
        crashes = MemoryReceipt(fails={"posted": Crash()})
        successor = await _crash(there, crashes, TextDelta("w0 w1"), 0.1)
        assert successor.known == {0: ""}
        left = there.only().ts
        await there.words(successor)
        assert whole(there).ts == left


async def test_of_two_unclaimed_streams_the_oldest_is_kept() -> None:
    async with thread() as there:
        for _ in range(2):
            await _crash(there, MemoryReceipt(fails={"posted": Crash()}), TextDelta("w0"), 0.05)
        oldest = there.replies[0].ts
        await there.words(MemoryReceipt(known={0: ""}))
        assert whole(there).ts == oldest


async def test_other_own_messages_are_left_alone() -> None:
    async with thread() as there:
        where = {"channel": there.question.channel, "thread_ts": there.question.ts}
        await there.client.call(POST, **where, text="something of another feature")
        await there.words()
        assert len(there.replies) == 2
        early = await there.slack.user_posts(
            there.question.channel, "alice", "next", there.question.ts
        )
        there.question.ts, root = early.ts, there.question.ts
        there.question.ts = root
        surface = there.surface(MemoryReceipt(known={0: ""}))
        surface._stamp = early.ts  # the batch is newer than both
        assert await surface.find() == []


async def test_a_later_look_ends_what_was_left_streaming() -> None:
    async with thread() as there:
        await _crash(there, MemoryReceipt(), TextDelta("w0"), 0.05)
        surface = there.surface(MemoryReceipt())
        await surface.repair([there.only().ts], [TEXT])
        whole(there)
        updates = len(there.calls(UPDATE))
        await there.surface(MemoryReceipt()).repair([there.only().ts], [TEXT])
        assert len(there.calls(UPDATE)) == updates


async def test_a_message_that_streams_can_be_removed() -> None:
    async with thread() as there:
        surface = there.surface(MemoryReceipt())
        assert await surface.may_grow(first=True)
        id = await surface.post(0, "w0", Stage.GROWING)
        there.slack.fail("chat.delete", "streaming_state_conflict")
        await surface.remove(id)
        await surface.close()
        assert there.replies == []


async def test_a_place_that_is_gone_is_told_as_such() -> None:
    async with thread() as there:
        there.slack.fail(START, "is_archived")
        there.slack.fail(POST, "is_archived", 5)
        with pytest.raises(PlatformError):
            await there.words()
