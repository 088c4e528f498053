"""What is typed behind `/parley`, and how it is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.commands import Commands, plain, read
from adapters.slack.inbound import Self
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace, furnish
from bot.errors import StoreUnavailable
from bot.events import Command, ControlEvent, Leave, Reset, TurnEvent
from bot.platform import Controlled, Stored
from tests.adapters.slack.parts import Memory, book_of, client_of, recorded
from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack

BODY = {
    "command": "/parley",
    "text": "ask how deep is the sea?",
    "team_id": "T1",
    "channel_id": "C1",
    "channel_name": "general",
    "user_id": "U1",
    "user_name": "ana",
    "trigger_id": "13.37.abc",
    "response_url": "https://hooks.slack.com/commands/T1/1/x",
}


class Sink:
    """Takes everything, or nothing."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.put_events: list[TurnEvent] = []
        self.controls: list[ControlEvent] = []

    async def put(self, event: TurnEvent) -> Stored:
        if self.away:
            raise StoreUnavailable("away")
        self.put_events.append(event)
        return Stored.STORED

    async def control(self, event: ControlEvent) -> Controlled:
        if self.away:
            raise StoreUnavailable("away")
        self.controls.append(event)
        return Controlled.DONE


async def typed(
    text: str, sink: Sink | None = None, memory: Memory | None = None, **body: Any
) -> tuple[str, Sink]:
    """Type a command; returns what its author sees, and the sink."""
    sink, memory = sink or Sink(), memory or Memory()
    async with LocalSlack() as slack, client_of(slack) as client:
        workspace: Workspace = furnish(client, Self("UME", "BME", "T1"))
        commands = Commands(Tongues(book_of(memory)), history_ttl=3600, clock=lambda: 1_000.0)
        answer = await commands.handle({**BODY, "text": text, **body}, workspace, sink)
        await workspace.people.close()
    assert answer is not None
    return answer, sink


@pytest.mark.parametrize(
    ("text", "asked", "private"),
    [
        ("ask how deep is the sea?", "how deep is the sea?", False),
        ("ASK  how deep?", "how deep?", False),
        ("ask private how deep?", "how deep?", True),
        ("ask Private: how deep?", "how deep?", True),
        ("ask --private how deep?", "how deep?", True),
        ("ask -private how deep?", "how deep?", True),
        ("ask --me how deep?", "how deep?", True),
        ("ask privately how deep?", "how deep?", True),
        ("ask 私下 海有多深？", "海有多深？", True),
        ("ask --public how deep?", "how deep?", False),
        ("ask privateers, who were they?", "privateers, who were they?", False),
        ("ask me a riddle", "me a riddle", False),
        ("ask private", "private", False),
        ("ask is 1 &lt; 2 &amp;&amp; x &gt; y?", "is 1 < 2 && x > y?", False),
        ("ask who is <@U2|bob> in <#C2|random>?", "who is @bob in #random?", False),
        ("ask what is *this* and _that_?", "what is *this* and _that_?", False),
        ("ask line one\nline two", "line one\nline two", False),
    ],
)
async def test_a_question_is_read_with_who_may_see_its_answer(
    text: str, asked: str, private: bool
) -> None:
    _, sink = await typed(text)
    (event,) = sink.put_events
    assert isinstance(event, Command)
    assert (event.name, event.text, event.private) == ("ask", asked, private)
    assert (event.author.id, event.id, event.at) == ("U1", "13.37.abc", 1_000_000_000)
    assert event.thread.channel == "C1"
    assert event.thread.thread  # one of its own


async def test_a_persons_own_setting_decides_unless_they_say_otherwise() -> None:
    memory = Memory()
    await book_of(memory).choose("slack/T1/U1", "answers", "private")
    for text, private in (("ask x", True), ("ask --public x", False), ("ask private x", True)):
        _, sink = await typed(text, memory=memory)
        assert isinstance(event := sink.put_events[0], Command)
        assert (event.text, event.private) == ("x", private)


async def test_without_a_store_the_person_is_told_in_time() -> None:
    memory = Memory()
    memory.away = True
    for text in ("ask x", "reset", "leave"):
        answer, _ = await typed(text, Sink(away=True), memory)
        assert "cannot store" in answer


async def test_an_address_that_is_not_slacks_is_not_kept() -> None:
    for url in ("https://evil.example/x", "http://hooks.slack.com/x", ""):
        _, sink = await typed("ask x", response_url=url)
        assert sink.put_events[0].place.address["url"] == ""
    _, sink = await typed("ask x")
    assert sink.put_events[0].place.address["url"] == BODY["response_url"]


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP", "frobnicate", "wo ist die Hilfe?"])
async def test_everything_else_is_answered_with_help(text: str) -> None:
    answer, sink = await typed(text)
    assert "/parley ask" in answer
    assert "<@UME>" in answer
    assert not sink.put_events
    assert not sink.controls


async def test_an_ask_without_a_question_says_how_to_ask() -> None:
    answer, sink = await typed("ask")
    assert "/parley ask What" in answer
    assert not sink.put_events


async def test_reset_and_leave_act_on_the_callers_part_of_a_channel() -> None:
    _, sink = await typed("reset")
    assert [type(c) for c in sink.controls] == [Reset]
    assert all(isinstance(c, Reset) and c.whole_channel for c in sink.controls)
    answer, sink = await typed("leave")
    assert [type(c) for c in sink.controls] == [Leave]
    assert "leave” in it" in answer


async def test_a_client_that_tells_the_thread_has_that_one_left() -> None:
    answer, sink = await typed("leave", thread_ts="1700000000.000100")
    (leave,) = sink.controls
    assert isinstance(leave, Leave)
    assert (leave.thread.thread, leave.whole_channel) == ("1700000000.000100", False)
    assert "until someone mentions me" in answer


async def test_a_direct_message_is_reset_whole_and_cannot_be_left() -> None:
    direct = {"channel_id": "D1", "channel_name": "directmessage"}
    _, sink = await typed("reset", **direct)
    assert [c.whole_channel for c in sink.controls if isinstance(c, Reset)] == [True, False]
    answer, sink = await typed("leave", **direct)
    assert "always answer" in answer
    assert not sink.controls


@pytest.mark.parametrize("missing", ["channel_id", "user_id"])
def test_a_command_from_nowhere_is_none(missing: str) -> None:
    assert read({**BODY, missing: ""}, "T1") is None


@given(st.text(max_size=200))
def test_any_text_can_be_typed(text: str) -> None:
    found = read({**BODY, "text": text}, "T1")
    assert found is not None
    assert isinstance(plain(text)[0], str)


def test_what_somebody_typed_as_an_entity_stays_one() -> None:
    assert plain("a &amp;lt; b") == ("a &lt; b", ())


def test_who_is_named_in_a_command_is_to_be_shown_by_name() -> None:
    said, ids = plain("what did <@U2BOB> say to <!subteam^S1> in <#C9|general> and <#G1|>")
    assert said == "what did @U2BOB say to @S1 in #general and #G1"
    assert ids == ("U2BOB", "S1", "G1")


def test_a_recorded_command_is_read() -> None:
    body = recorded("slash_reset")
    found = read(body, "T0ACME001")
    assert found is not None
    assert (found.word, found.rest) == ("reset", "")
    assert (found.person, found.thread.channel) == (body["user_id"], body["channel_id"])
    assert found.url == body["response_url"]


class Hanging(Sink):
    """Never says whether it has taken something."""

    async def put(self, event: TurnEvent) -> Stored:
        return await asyncio.Event().wait() and Stored.STORED

    async def control(self, event: ControlEvent) -> Controlled:
        return await asyncio.Event().wait() and Controlled.DONE


@pytest.mark.parametrize("text", ["ask x", "ask private x", "reset", "leave"])
async def test_what_may_have_been_taken_is_not_said_to_be_refused(text: str) -> None:
    async with asyncio.timeout(PATIENCE):
        answer, _ = await typed(text, Hanging())
    assert "cannot tell whether" in answer
    assert "cannot store" not in answer
