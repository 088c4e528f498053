"""Single parts of the Slack room, each against the local Slack or by itself."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.common.retries import AnswerLost
from adapters.slack.client import CallRefused, SlackClient, WordsRefused
from adapters.slack.files import download, is_slack
from adapters.slack.inbound import Self
from adapters.slack.limits import LIMITS, UPDATE
from adapters.slack.listener import SlackListener
from adapters.slack.outbound import SlackSurface
from adapters.slack.people import People
from adapters.slack.standing import Spot
from adapters.slack.status import StatusLines
from adapters.slack.surfaces.clicks import Clicks
from adapters.slack.twins import Twins
from bot.errors import PlatformRefused, PlatformTemporary, StoreUnavailable
from bot.events import Attachment, Author, Message, ThreadRef
from bot.metrics import Metrics
from bot.platform import Controlled, Stored
from bot.store.budgets import Budgets
from bot.store.connection import Connection
from tests.adapters.slack.parts import Counted, Fixed, asked, client_of, reception_of
from tests.bounds import FOREVER, PATIENCE
from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import until

# -- the client ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        *((kind, AnswerLost) for kind in ("500", "502", "html", "html_ok", "not_json", "reset")),
        *((kind, AnswerLost) for kind in ("lost", "lost_500", "internal_error", "fatal_error")),
        *((kind, PlatformRefused) for kind in ("token_revoked", "missing_scope", "invalid_auth")),
        *((kind, CallRefused) for kind in ("channel_not_found", "is_archived")),
        *((kind, WordsRefused) for kind in ("msg_too_long", "no_text", "invalid_blocks")),
        ("ratelimited", PlatformTemporary),
        ("service_unavailable", PlatformTemporary),
    ],
)
async def test_every_fault_becomes_one_of_our_errors(kind: str, error: type[Exception]) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.fail("chat.postMessage", kind)
        with pytest.raises(error) as caught:
            await client.call("chat.postMessage", channel=slack.channel("general"), text="x")
        assert type(caught.value) is error
        assert slack.bot_token not in str(caught.value)


class _NoThreads(ThreadPoolExecutor):
    def submit(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("a thread waits for the processor as long as others keep it")


async def test_a_call_asks_no_thread_for_anything() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        asyncio.get_running_loop().set_default_executor(_NoThreads())
        await client.call("chat.postMessage", channel=slack.channel("general"), text="x")


async def test_files_are_fetched_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked_for.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntext")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        client = SlackClient("xoxb-1", "http://slack.test/api/", Counted(), Metrics())
        file = Attachment("F1", "notes.txt", "text/plain", 4, "http://slack.test/files/F1")
        assert (await download(client, file, 1000)).content == b"text"
        await client.close()
    assert asked_for == [b"GET http://slack.test/files/F1 HTTP/1.1\r\n"]


async def test_a_429_pauses_the_method_for_everybody() -> None:
    allowance = Counted()
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        channel = slack.channel("general")
        for method in ("chat.postMessage", "chat.update"):
            slack.fail(method, "ratelimited", retry_after=7)
            with pytest.raises(PlatformTemporary) as caught:
                await client.call(method, channel=channel, text="x", ts="1.000000")
            assert caught.value.retry_after == 7
    # Posting is limited by the channel, everything else by the workspace.
    assert allowance.pauses == [("chat.postMessage", 7, channel), ("chat.update", 7, "")]


class _Storeless(Counted):
    """An allowance whose store is away."""

    async def try_take(self, *_: Any, **__: Any) -> bool:
        raise StoreUnavailable("away")

    async def pause(self, *_: Any, **__: Any) -> None:
        raise StoreUnavailable("away")


async def test_a_429_is_one_also_while_the_store_is_away() -> None:
    async with LocalSlack() as slack, client_of(slack, _Storeless()) as client:
        slack.fail("auth.test", "ratelimited")
        with pytest.raises(PlatformTemporary):
            await client.call("auth.test")


async def test_who_waits_for_a_slot_honours_a_pause_that_begins_meanwhile() -> None:
    allowance = Counted(wait=1.5, rests=[7.0, 0.5, 0.0])
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        await client.slot("chat.postMessage", "C")
    assert allowance.slept == [1.5, 7.0, 0.5]


async def test_it_knows_that_its_token_is_refused_and_that_it_is_mended() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.revoke("account_inactive")
        with pytest.raises(PlatformRefused):
            await client.call("auth.test")
        assert "account_inactive" in client.refused
        slack.installation.refused_as = None
        await client.call("auth.test")
        assert client.refused == ""


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "url", "ours"),
    [
        ("https://slack.com/api/", "https://files.slack.com/files-pri/T-F/a", True),
        ("https://slack.com/api/", "https://slack.com/x", True),
        ("https://slack.com/api/", "http://files.slack.com/x", False),
        ("https://slack.com/api/", "https://files.slack.com.evil.example/x", False),
        ("https://slack.com/api/", "https://evilslack.com/x", False),
        ("https://slack.com/api/", "https://slack.com@evil.example/x", False),
        ("https://slack.com/api/", "https://me:x@files.slack.com/x", False),
        ("https://slack.com/api/", "//files.slack.com/x", False),
        ("https://slack.com/api/", "file:///etc/passwd", False),
        ("http://127.0.0.1:5/api/", "http://127.0.0.1:5/files-pri/x", True),
        ("http://127.0.0.1:5/api/", "http://127.0.0.1:6/files-pri/x", False),
        ("http://127.0.0.1:5/api/", "http://localhost:5/files-pri/x", False),
        ("http://127.0.0.1:5/api/", "https://files.slack.com/x", False),
    ],
)
def test_the_token_goes_to_slack_alone(base: str, url: str, ours: bool) -> None:
    assert is_slack(base, url) is ours


# -- people --------------------------------------------------------------------------------------


async def test_a_hundred_threads_ask_for_one_name_once() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        people = People(client, Author("U0", "Parley", is_bot=True))
        where = ThreadRef("slack", "T", "C")
        alice, general = slack.user("alice"), slack.channel("general")
        all_found = await asyncio.gather(
            *(people.named(where, {alice, general, "U0", "UNKNOWN"}) for _ in range(100))
        )
        found = all_found[0]
        await people.named(where, {alice, "UNKNOWN"})
        assert len(slack.calls_to("users.info")) == 2  # the unknown one is remembered as such
    assert all(one == found for one in all_found)
    assert found[alice].name == "alice"
    assert found[alice].timezone == "Europe/Berlin"
    assert found[general].name == "general"
    assert found["U0"].is_bot
    assert "UNKNOWN" not in found


async def test_groups_are_called_by_their_handles() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.workspace.usergroups |= {"S0ENG": "eng", "S0OPS": "ops"}
        people = People(client, Author("U0", "Parley", is_bot=True))
        where = ThreadRef("slack", "T", "C")
        assert (await people.named(where, {"S0ENG"}))["S0ENG"].name == "eng"
        assert (await people.named(where, {"S0OPS"}))["S0OPS"].name == "ops"
        assert await people.named(where, {"S0NONE"}) == {}
        assert len(slack.calls_to("usergroups.list")) == 2
        slack.installation.scopes.discard("usergroups:read")
        others = People(client, Author("U0", "Parley", is_bot=True))
        assert await others.named(where, {"S0ENG"}) == {}
        assert await others.named(where, {"S0ENG"}) == {}
        assert len(slack.calls_to("usergroups.list")) == 3  # what is refused is not asked again


async def test_names_are_left_out_while_the_store_is_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with LocalSlack() as slack, client_of(slack, _Storeless()) as client:
        people, alice = People(client, Author("UME", "Parley", is_bot=True)), slack.user("alice")
        assert await people.named(ThreadRef("slack", "T", "C"), {alice}) == {}
        await people.close()
    gc.collect()  # a fault that nobody asked for is told then
    assert caplog.records == []


async def test_a_name_is_not_waited_for_longer_than_it_is_worth() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        people = People(client, Author("U0", "Parley"))
        slack.fail("users.info", "slow", delay=30.0)
        assert await people.named(ThreadRef("slack", "T", "C"), {slack.user("bob")}, 0.05) == {}
        await people.close()


# -- the status ----------------------------------------------------------------------------------


async def test_a_status_that_a_post_took_away_is_not_taken_away_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        root = await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        assert await lines.show(where, "Thinking…")
        assert lines.alive(where)
        lines.posted(where)
        await lines.clear(where)
        assert len(slack.calls_to("assistant.threads.setStatus")) == 1


async def test_a_status_on_its_way_while_the_bot_posts_is_taken_away_at_the_end() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        root = await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        slow = slack.fail("assistant.threads.setStatus", "slow", delay=FOREVER)
        showing = asyncio.create_task(lines.show(where, "Thinking…"))
        await until(lambda: slow.hits)
        lines.posted(where)
        slow.release.set()
        await showing
        assert slack.status(root.channel, root.ts) is not None
        await lines.clear(where)
        assert slack.status(root.channel, root.ts) is None


async def test_a_status_that_another_process_has_set_is_taken_away_at_the_end() -> None:
    """As after a press of Regenerate that another process heard: the answer is only edited."""
    async with LocalSlack() as slack, client_of(slack) as client:
        root = await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        assert await StatusLines(client).show(where, "Thinking…")
        await StatusLines(client).clear(where)
        assert slack.status(root.channel, root.ts) is None


async def test_after_a_post_no_call_is_made_for_a_status_that_it_took_away() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines, root = StatusLines(client), await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        lines.posted(where)
        await lines.clear(where)
        assert not slack.calls_to("assistant.threads.setStatus")


async def test_a_status_that_arrives_after_the_end_does_not_stay() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines, root = StatusLines(client), await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        slow = slack.fail("assistant.threads.setStatus", "slow", delay=FOREVER)
        showing = asyncio.create_task(lines.show(where, "Thinking…"))
        await until(lambda: slow.hits)
        lines.posted(where)
        await lines.clear(where)  # overtakes it
        slow.release.set()
        await showing
        assert slack.status(root.channel, root.ts) is None


@pytest.mark.parametrize("fault", ["500", "ratelimited"])
async def test_a_status_is_taken_away_at_the_second_try(fault: str) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines, root = StatusLines(client), await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        await lines.show(where, "Thinking…")
        slack.fail("assistant.threads.setStatus", fault)
        await lines.clear(where)
        assert slack.status(root.channel, root.ts) is None


async def test_a_status_is_taken_away_also_when_there_is_no_slot_for_a_courtesy() -> None:
    allowance = Counted()
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        lines, root = StatusLines(client), await slack.user_posts("general", "alice", "x")
        where = ThreadRef("slack", "T", root.channel, root.ts)
        await lines.show(where, "Thinking…")
        allowance.empty = True
        await lines.clear(where)
        assert slack.status(root.channel, root.ts) is None


async def test_a_place_without_a_status_is_told_and_not_asked_again() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        where = ThreadRef("slack", "T", slack.channel("general"), "1.000000")
        slack.fail("assistant.threads.setStatus", "not_allowed")
        assert not await lines.show(where, "Thinking…")
        assert not await lines.show(where, "Thinking…")
        assert len(slack.calls_to("assistant.threads.setStatus")) == 1
        assert not await lines.show(ThreadRef("slack", "T", "D1"), "Thinking…")


async def test_a_crowd_is_greeted_one_by_one() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        roots = [await slack.user_posts("general", "alice", "x") for _ in range(40)]
        threads = [ThreadRef("slack", "T", root.channel, root.ts) for root in roots]
        async with asyncio.TaskGroup() as greetings:
            for thread in threads:
                greetings.create_task(lines.greet(thread, "Thinking…"))
            await slack.wait_for(lambda: slack.calls_to("assistant.threads.setStatus"))
            assert len(slack.calls_to("assistant.threads.setStatus")) < 20
            await slack.wait_for(lambda: all(lines.alive(thread) for thread in threads))
        calls = slack.calls_to("assistant.threads.setStatus")
        assert [call.args["thread_ts"] for call in calls[:3]] == [r.ts for r in roots[:3]]


async def test_a_greeting_is_not_held_back_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.status.SPREAD_SECONDS", FOREVER)
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        roots = [await slack.user_posts("general", "alice", "x") for _ in range(3)]
        threads = [ThreadRef("slack", "T", root.channel, root.ts) for root in roots]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(lines.greet(thread, "Thinking…") for thread in threads))
        assert all(lines.alive(thread) for thread in threads)


async def test_who_has_an_answer_by_then_is_not_greeted() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        lines = StatusLines(client)
        roots = [await slack.user_posts("general", "alice", "x") for _ in range(3)]
        one, two, three = [ThreadRef("slack", "T", root.channel, root.ts) for root in roots]
        async with asyncio.TaskGroup() as greetings:
            for thread in (one, two, three):
                greetings.create_task(lines.greet(thread, "Thinking…"))
            await asyncio.sleep(0)
            lines.posted(two)
            await lines.show(three, "Asking for the weather…")
        calls = slack.calls_to("assistant.threads.setStatus")
        assert sorted(call.args["thread_ts"] for call in calls) == [one.thread, three.thread]


# -- outbound ------------------------------------------------------------------------------------


async def _surface(slack: LocalSlack, client: Any, key: str = "k") -> SlackSurface:
    root = await slack.user_posts("general", "alice", "question")
    return SlackSurface(Spot(client, StatusLines(client), asked(slack, root).thread, key, root.ts))


async def test_what_a_former_owner_wrote_late_is_mended() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface = await _surface(slack, client)
        first = await surface.post(0, "The whole answer.")
        await surface.post(0, "The who")
        await surface.edit(first, "The")
        await surface.repair([first], ["The whole answer."])
        assert [(found.id, found.text) for found in await surface.find()] == [
            (first, "The whole answer.")
        ]
        await surface.edit(first, "Partial text, then: sorry.")
        await surface.repair([first], [])  # not a plain answer: nobody knows how it should read
        assert [f.text for f in await surface.find()] == ["Partial text, then: sorry."]


async def test_only_posts_with_our_key_are_ours() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface = await _surface(slack, client)
        spot = Spot(client, StatusLines(client), surface._thread, "another", surface._stamp)
        other = SlackSurface(spot)
        await surface.post(0, "one")
        await other.post(0, "two")
        assert [found.text for found in await surface.find()] == ["one"]


async def test_a_text_of_which_nothing_is_visible_is_still_a_message() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        surface = await _surface(slack, client)
        id = await surface.post(0, "\u200b \n")
        await surface.edit(id, "  ")
        await surface.remove(id)
        await surface.remove(id)  # gone already: no fault


async def test_what_is_shown_half_holds_a_slot_for_its_end_and_gives_it_back() -> None:
    allowance = Counted()
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        surface = await _surface(slack, client)
        assert await surface.may_grow(first=True)
        assert allowance.holds == ["k"]
        id = await surface.post(0, "Half")
        await surface.close()
        await surface.close()
        assert allowance.holds == []
        allowance.empty = True
        assert not await surface.may_grow(first=True)
        assert not await surface.may_grow(first=False)
        assert await surface.edit(id, "Half and half")


async def test_a_successor_ends_in_the_slots_that_were_held_before_it(
    connection: Connection,
) -> None:
    budgets = Budgets(connection, "slack", LIMITS)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with LocalSlack() as slack, client_of(slack, budgets) as client:
        surface = await _surface(slack, client)
        id = await surface.post(0, "Half")
        kept = [f"key {n}" for n in range(40)]
        kept = [key for key in kept if await budgets.hold(client.workspace, UPDATE, key)]
        assert len(kept) > 20
        while await budgets.reserve(client.workspace, UPDATE) == 0:
            pass  # others take what is left
        client.sleep = sleep
        for key in kept:  # another process goes on
            spot = Spot(client, StatusLines(client), surface._thread, key, surface._stamp)
            assert await SlackSurface(spot).edit(id, "Half and half")
        assert waits == []


# -- the listener --------------------------------------------------------------------------------


class _Sink:
    def __init__(self, outcome: Stored = Stored.STORED) -> None:
        self.put_events: list[Message] = []
        self.away = False
        self._outcome = outcome

    async def put(self, event: Any) -> Stored:
        if self.away:
            raise StoreUnavailable("away")
        self.put_events.append(event)
        return self._outcome

    async def control(self, event: Any) -> Controlled:
        return Controlled.NOTHING


class _Socket:
    logger = logging.getLogger("test")

    def __init__(self) -> None:
        self.answers: list[Any] = []

    async def send_socket_mode_response(self, response: Any) -> None:
        self.answers.append(response)


def _listener(client: Any, sink: _Sink) -> SlackListener:
    async def nothing(*_: object) -> str:
        return ""

    listener = SlackListener(
        Fixed(client, Self("UME", "BME", "T1")),
        follow_ups=True,
        metrics=Metrics(),
        reception=reception_of(),
        on_stored=nothing,
        clicks=Clicks(nothing),
    )
    listener.open(sink)
    return listener


def _request(event: dict[str, Any]) -> SocketModeRequest:
    body = {"type": "event_callback", "team_id": "T1", "event": event, "authorizations": []}
    return SocketModeRequest(type="events_api", envelope_id="e1", payload=body)


QUESTION = {
    "type": "message",
    "channel": "C1",
    "channel_type": "channel",
    "user": "U1",
    "text": "<@UME> hi",
    "ts": "1763640000.000100",
}


async def test_bolt_does_not_read_our_environment_and_has_nothing_to_warn_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET")
    for name in names:
        monkeypatch.setenv(f"SLACK_{name}", "xoxb-of-the-environment")
    async with LocalSlack() as slack, client_of(slack) as client:
        listener = _listener(client, _Sink())
    assert caplog.records == []
    assert listener._router is not None
    assert listener._router._app.oauth_flow is None
    assert os.environ["SLACK_BOT_TOKEN"] == "xoxb-of-the-environment"


async def test_an_event_is_acknowledged_only_when_it_is_stored() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        sink, socket = _Sink(), _Socket()
        listener = _listener(client, sink)
        sink.away = True
        await listener.answer(socket, _request(QUESTION))  # type: ignore[arg-type]
        assert socket.answers == []
        sink.away = False
        await listener.answer(socket, _request(QUESTION))  # type: ignore[arg-type]
        assert len(socket.answers) == 1
        assert [event.id for event in sink.put_events] == [QUESTION["ts"]]
        await listener.close()


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": "U1"},
        {"type": "message", "channel": {"odd": 1}, "user": ["x"], "ts": 3},
        {},
        {"type": "something_new"},
    ],
)
async def test_what_nobody_wants_or_understands_is_acknowledged(event: dict[str, Any]) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        socket = _Socket()
        await _listener(client, _Sink()).answer(socket, _request(event))  # type: ignore[arg-type]
        assert len(socket.answers) == 1


# -- twins ---------------------------------------------------------------------------------------


def _mention(known: bool) -> Message:
    return Message(
        "1.1", ThreadRef("slack", "T", "C", "1.1"), Author("U", ""), "", 1, attachments_known=known
    )


async def test_a_mention_waits_for_its_twin_and_not_for_ever() -> None:
    twins = Twins(seconds=3600.0)
    async with asyncio.timeout(PATIENCE):
        waiting = asyncio.create_task(twins.stored(_mention(known=False)))
        await asyncio.sleep(0.02)
        assert not waiting.done()
        twins.heard(_mention(known=True), stored=True)
        assert await waiting
        assert await twins.stored(_mention(known=False))  # heard before: no wait
        assert not await Twins(3600.0).stored(_mention(known=True))  # knows its files: no wait
        assert not await Twins(0.01).stored(_mention(known=False))  # the twin does not come


@pytest.mark.parametrize(
    ("outcome", "puts"), [(Stored.STORED, 1), (Stored.KNOWN, 1), (Stored.DROPPED, 2)]
)
async def test_a_mention_is_put_unless_the_inbox_has_its_twin(outcome: Stored, puts: int) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        sink, socket = _Sink(outcome), _Socket()
        listener = _listener(client, sink)
        mention = {**QUESTION, "type": "app_mention"}
        async with asyncio.TaskGroup() as group:
            for event in (mention, QUESTION):
                group.create_task(listener.answer(socket, _request(event)))  # type: ignore[arg-type]
        assert len(sink.put_events) == puts
        assert len(socket.answers) == 2
        await listener.close()


async def test_a_mention_is_put_when_its_twin_could_not_be() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        sink, socket = _Sink(), _Socket()
        listener = _listener(client, sink)
        sink.away = True
        await listener.answer(socket, _request(QUESTION))  # type: ignore[arg-type]
        sink.away = False
        await listener.answer(socket, _request({**QUESTION, "type": "app_mention"}))  # type: ignore[arg-type]
        assert len(sink.put_events) == len(socket.answers) == 1
        await listener.close()


async def test_an_edit_that_names_the_bot_asks_also_where_the_message_is_known() -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        sink, socket = _Sink(Stored.KNOWN), _Socket()
        listener = _listener(client, sink)
        overheard = {**QUESTION, "text": "<@U2> hi", "thread_ts": "1763639999.000100"}
        await listener.answer(socket, _request(overheard))  # type: ignore[arg-type]  # delivered again
        edited = {**QUESTION, "type": "app_mention", "thread_ts": overheard["thread_ts"]}
        await listener.answer(socket, _request(edited))  # type: ignore[arg-type]  # as above
        assert [event.relevance.value for event in sink.put_events] == ["overheard", "direct"]
        await listener.close()
