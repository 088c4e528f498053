"""What a press is read as; what it does is played in `tests/scenarios/slack/test_buttons.py`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK, STOP, Tag
from adapters.slack.surfaces.clicks import OURS, SESSION_STOPPED, Clicks, read, session
from adapters.slack.workspaces import furnish
from bot.errors import StoreUnavailable
from bot.events import Feedback, Regenerate, Stop, ThreadRef
from bot.platform import Controlled, Stored
from tests.adapters.slack.parts import client_of, me
from tests.adapters.slack.test_commands import Hanging
from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack

TAG = Tag("1763640000.000100", "k1", ("U1",))


def _body(action: str, tag: Tag = TAG, **changes: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": "C1", "name": "general"},
        "container": {
            "type": "message",
            "message_ts": "1763640001.000200",
            "channel_id": "C1",
            "thread_ts": "1763640000.000100",
        },
        "actions": [
            {"action_id": action, "value": tag.write(), "action_ts": "1763640009.000300"},
        ],
        "response_url": "",
    } | changes


class _Sink:
    def __init__(self, outcome: Controlled = Controlled.DONE) -> None:
        self.heard: list[Any] = []
        self.outcome = outcome
        self.away = False

    async def put(self, event: Any) -> Stored:
        return await self._hear(event, Stored.STORED)

    async def control(self, event: Any) -> Controlled:
        return await self._hear(event, self.outcome)

    async def _hear(self, event: Any, outcome: Any) -> Any:
        if self.away:
            raise StoreUnavailable("away")
        self.heard.append(event)
        return outcome


async def _english(*_: object) -> str:
    return "en"


async def _press(slack: LocalSlack, body: dict[str, Any], sink: _Sink) -> None:
    async with client_of(slack) as client:
        clicks = Clicks(_english)
        await clicks.handle(body, furnish(client, me(slack)), sink)
        await clicks.settle()


def test_only_our_own_buttons_are_ours() -> None:
    assert all(OURS.match(action) for action in (STOP, AGAIN, FEEDBACK))
    assert not OURS.match("parley_stop_it")
    assert not OURS.match("home_language")


def test_a_press_acts_on_the_turn_s_thread_and_remembers_where_it_is_seen() -> None:
    press = read(_body(STOP), "T1")
    assert press is not None
    assert press.thread == press.home == ThreadRef("slack", "T1", "C1", "1763640000.000100")
    # At a direct message's top level the whole conversation is one thread.
    direct = read(_body(STOP, Tag("", "k")), "T1")
    assert direct is not None
    assert direct.home == ThreadRef("slack", "T1", "C1")
    # A command's answer has opened a thread of its own.
    command = read(_body(AGAIN, Tag("ask:1", "k")), "T1")
    assert command is not None
    assert command.thread.thread == "ask:1"
    assert command.home.thread == "1763640000.000100"
    alone = {"message_ts": "1763640001.000200", "channel_id": "C1"}
    top = read(_body(AGAIN, Tag("ask:1", "k"), container=alone), "T1")
    assert top is not None
    assert top.home.thread == "1763640001.000200"


@given(st.dictionaries(
    st.sampled_from(["actions", "container", "channel", "user", "response_url", "message"]),
    st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda inner: st.lists(inner)
                 | st.dictionaries(st.sampled_from(["id", "value", "message_ts"]), inner)),
))  # fmt: skip
def test_a_payload_of_any_shape_is_read_or_left(body: dict[str, Any]) -> None:
    read(body, "T1")
    session(body, "T1")


async def test_each_button_becomes_its_event() -> None:
    async with LocalSlack() as slack:
        sink = _Sink()
        for action in (STOP, AGAIN):
            await _press(slack, _body(action), sink)
        await _press(slack, _body(FEEDBACK, Tag("1763640000.000100", "k1", value=-1)), sink)
    stop, again, thumb = sink.heard
    assert isinstance(stop, Stop)
    assert not stop.anyone
    assert isinstance(again, Regenerate)
    assert (again.target, again.author.id) == ("1763640001.000200", "U1")
    assert again.at == 1763640009_000300
    assert isinstance(thumb, Feedback)
    assert (thumb.value, thumb.target, thumb.reply) == (-1, "1763640001.000200", "k1")


async def test_presses_of_one_moment_are_one_wish() -> None:
    async with LocalSlack() as slack:
        sink = _Sink()
        for _ in range(2):
            await _press(slack, _body(AGAIN), sink)
        await _press(slack, _body(AGAIN, Tag(TAG.thread, "k2", ("U1",))), sink)
    first, second, of_the_new_answer = (event.id for event in sink.heard)
    assert first == second
    assert first != of_the_new_answer


@pytest.mark.parametrize(
    ("body", "outcome", "told"),
    [
        (_body(STOP), Controlled.NOTHING, "already ended"),
        (_body(STOP), Controlled.NOT_ALLOWED, "Only those who asked can stop"),
        (_body(AGAIN, Tag("1.1", "k", ("U2",))), Controlled.DONE, "Only those who asked can have"),
        (_body(STOP, actions=[{"action_id": STOP, "value": "?"}]), Controlled.DONE, "too old"),
        (_body(FEEDBACK, Tag("1.1", "k", value=1)), Controlled.DONE, "Thank you"),
        (_body(FEEDBACK, Tag("1.1", "k", value=1)), Controlled.NOTHING, ""),
    ],
)
async def test_what_cannot_be_done_is_told_to_who_pressed_alone(
    body: dict[str, Any], outcome: Controlled, told: str
) -> None:
    async with LocalSlack() as slack:
        question = await slack.user_posts("general", "alice", "x")
        body = body | {
            "user": {"id": slack.user("alice")},
            "container": {
                "message_ts": question.ts, "channel_id": question.channel, "thread_ts": question.ts,
            },
        }  # fmt: skip
        await _press(slack, body, _Sink(outcome))
        shown = [slack.ephemeral_text(one) for one in slack.ephemerals_for("alice")]
    assert len(shown) == bool(told)
    assert all(told in text for text in shown)


async def test_without_a_store_the_press_is_acknowledged_and_the_person_told() -> None:
    async with LocalSlack() as slack:
        sink = _Sink()
        sink.away = True
        question = await slack.user_posts("general", "alice", "x")
        where = {"message_ts": question.ts, "channel_id": question.channel}
        await _press(slack, _body(STOP, container=where, user={"id": slack.user("alice")}), sink)
        (one,) = slack.ephemerals_for("alice")
        assert "press again" in slack.ephemeral_text(one)


async def test_a_press_of_which_nobody_knows_whether_it_worked_says_just_that() -> None:
    async with LocalSlack() as slack, asyncio.timeout(PATIENCE):
        question = await slack.user_posts("general", "alice", "x")
        where = {"message_ts": question.ts, "channel_id": question.channel}
        body = _body(STOP, container=where, user={"id": slack.user("alice")})
        await _press(slack, body, Hanging())  # type: ignore[arg-type]  # as a sink is
        (one,) = slack.ephemerals_for("alice")
        assert "cannot tell whether" in slack.ephemeral_text(one)


async def test_slack_s_own_stop_button_stops_and_is_not_acknowledged_without_a_store() -> None:
    event = {"type": SESSION_STOPPED, "channel": "D1", "thread_ts": "1.000002", "user": "U1"}
    async with LocalSlack() as slack, client_of(slack) as client:
        clicks, sink = Clicks(_english), _Sink(Controlled.NOTHING)
        workspace = furnish(client, me(slack))
        await clicks.session_stopped(event, workspace, sink)
        # In a direct message the whole conversation may be what runs.
        assert [stop.thread.thread for stop in sink.heard] == ["1.000002", ""]
        # Nothing else would take the button away.
        await clicks.settle()
        (call,) = slack.calls_to("agents.sessions.setStatus")
        assert (call.args["thread_ts"], call.args["status"]) == ("1.000002", "active")
        sink.away = True
        with pytest.raises(StoreUnavailable):
            await clicks.session_stopped(event, workspace, sink)
