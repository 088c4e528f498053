"""The local Slack is as strict as the real one, seen through the real slack_sdk and slack_bolt."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import aiohttp.web
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def client(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    made = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
    made.retry_handlers = []
    return made


class Listener:
    """A real Socket Mode client that notes what it gets and acknowledges as told."""

    def __init__(self, slack: LocalSlack, ping_interval: float = 5.0) -> None:
        web = AsyncWebClient(base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web, ping_interval=ping_interval)
        self.requests: list[Any] = []
        self.events: list[dict[str, Any]] = []
        self.acks = True
        self.client.socket_mode_request_listeners.append(self._take)

    async def _take(self, client: SocketModeClient, request: Any) -> None:
        self.requests.append(request)
        if request.type == "events_api":
            self.events.append(request.payload["event"])
        if self.acks:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    async def __aenter__(self) -> Listener:
        await self.client.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()


async def refused(call: Any) -> dict[str, Any]:
    """Return the body of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return dict(caught.value.response.data)


async def error_of(call: Any) -> str:
    return str((await refused(call))["error"])


async def until(condition: Any, timeout: float = 5.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.005)


# -- tokens, bodies, scopes -----------------------------------------------------------------------


async def test_tokens_are_judged_by_kind_and_state(
    slack: LocalSlack, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    async def ask(method: str, token: str | None) -> str:
        asker = AsyncWebClient(token=token, base_url=slack.api_url, session=session)
        return await error_of(asker.api_call(method))

    assert await ask("auth.test", None) == "not_authed"
    assert await ask("auth.test", "xoxb-nobody") == "invalid_auth"
    assert await ask("users.info", slack.app_token) == "not_allowed_token_type"
    assert await ask("apps.connections.open", slack.bot_token) == "not_allowed_token_type"
    assert await ask("chat.nonsense", slack.bot_token) == "unknown_method"
    assert (await client.auth_test())["user_id"] == slack.bot_user
    slack.revoke("token_revoked")
    assert await ask("auth.test", slack.bot_token) == "token_revoked"


async def test_json_bodies_need_the_token_in_the_header_and_their_own_methods(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    async def post(method: str, **how: Any) -> dict[str, Any]:
        async with session.post(slack.api_url + method, **how) as answer:
            return await answer.json()

    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    body = {"channel": slack.channel("general"), "text": "hi", "ts": "1.000000"}
    in_body = await post("chat.postMessage", json=body | {"token": slack.bot_token})
    assert in_body["error"] == "not_authed"
    assert (await post("chat.postMessage", data=body | {"token": slack.bot_token}))["ok"]
    posted = await post("chat.postMessage", json=body, headers=bearer)
    assert posted["ok"]
    assert posted["warning"] == "missing_charset"
    unread = await post("conversations.replies", json=body, headers=bearer)
    assert unread["error"] == "invalid_arguments"
    assert "missing required field: channel" in unread["response_metadata"]["messages"][0]
    broken = bearer | {"Content-Type": "application/json; charset=utf-8"}
    assert (await post("chat.postMessage", data=b"{", headers=broken))["error"] == "invalid_json"
    assert (await post("chat.postMessage", data=b"[]", headers=broken))[
        "error"
    ] == "json_not_object"


async def test_a_missing_scope_names_what_is_needed_and_what_is_there(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.installation.scopes = {"chat:write", "channels:history"}
    body = await refused(client.users_info(user=slack.user("alice")))
    assert (body["error"], body["needed"]) == ("missing_scope", "users:read")
    assert body["provided"] == "channels:history,chat:write"
    question = await slack.user_posts(slack.dm(), "alice", "hello")
    body = await refused(client.conversations_replies(channel=slack.dm(), ts=question.ts))
    assert body["needed"] == "im:history"
    posted = await client.chat_postMessage(channel="general", text="hi")
    assert posted.headers["X-OAuth-Scopes"] == "channels:history,chat:write"


# -- posting, updating, deleting ------------------------------------------------------------------


async def test_posting_is_refused_with_slacks_own_error_names(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    reply = await slack.user_posts("general", "bob", "reply", question.ts)
    general = question.channel

    async def post(**how: Any) -> str:
        body = {"channel": general, "text": "x"} | how
        return await error_of(client.api_call("chat.postMessage", json=body))

    assert await post(channel="C00NOWHERE") == "channel_not_found"
    assert await post(channel=slack.channel("random")) == "not_in_channel"
    assert await post(text=" ") == "no_text"
    assert await post(thread_ts="1700000000.000001") == "thread_not_found"
    assert await post(thread_ts="yesterday") == "invalid_thread_ts"
    assert await post(thread_ts=reply.ts) == "cannot_reply_to_message"
    assert await post(metadata={"event_type": "x"}) == "invalid_metadata_format"
    big = {"event_type": "x", "event_payload": {"t": "y" * 17_000}}
    assert await post(metadata=big) == "metadata_too_large"
    assert await post(markdown_text="x") == "markdown_text_conflict"
    await slack.archive("general")
    assert await post() == "is_archived"


async def test_text_past_40000_characters_is_cut_with_a_warning(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="general", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["response_metadata"]["warnings"] == ["message_truncated"]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "invalid_blocks"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}], "invalid_blocks"),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([{"type": "divider", "colour": "red"}], "invalid_blocks"),
        ([{"type": "conjurer"}], "invalid_blocks"),
        ([{"type": "actions", "elements": []}], "invalid_blocks"),
        ([{"type": "markdown", "text": "x" * 12_001}], "invalid_blocks"),
        ([{"type": "markdown", "text": "x" * 7_000}] * 2, "msg_blocks_too_long"),
        ("no json", "invalid_blocks_format"),
        ({"type": "divider"}, "invalid_blocks_format"),
    ],
)
async def test_blocks_are_held_to_block_kits_rules(
    client: AsyncWebClient, blocks: Any, error: str
) -> None:
    call = client.api_call(
        "chat.postMessage", json={"channel": "general", "text": "x", "blocks": blocks}
    )
    assert await error_of(call) == error


async def test_an_update_counts_escaped_bytes_and_only_touches_own_living_messages(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    general = question.channel
    posted = await client.chat_postMessage(channel=general, text="one", thread_ts=question.ts)
    ts = posted["ts"]
    await client.chat_update(channel=general, ts=ts, text="x" * 4_000)
    for text in ("x" * 4_001, "é" * 2_001, "<" * 1_001):
        too_long = client.chat_update(channel=general, ts=ts, text=text)
        assert await error_of(too_long) == "msg_too_long"
    others = client.chat_update(channel=general, ts=question.ts, text="x")
    assert await error_of(others) == "cant_update_message"
    by_name = client.chat_update(channel="general", ts=ts, text="x")
    assert await error_of(by_name) == "channel_not_found"
    await client.chat_delete(channel=general, ts=ts)
    gone = client.chat_update(channel=general, ts=ts, text="x")
    assert await error_of(gone) == "message_not_found"


async def test_an_update_with_text_alone_takes_the_blocks_away_and_keeps_the_metadata(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "block"}}
    key = {"event_type": "reply", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(
        channel="general", text="x", blocks=[block], metadata=key
    )
    updated = await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="plain")
    assert "blocks" not in updated["message"]
    assert updated["message"]["metadata"] == key
    assert slack.edits(slack.messages("general")[-1]) == ["block", "plain"]


async def test_only_control_sequences_notify_and_escaped_ones_do_not(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    alice = slack.user("alice")
    await client.chat_postMessage(channel="general", text="@here &lt;!channel&gt; <!nobody>")
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<!channel>"}]}
    blocks = [{"type": "rich_text", "elements": [rich]}]
    await client.chat_postMessage(channel="general", text="x", blocks=blocks)
    await client.chat_postMessage(channel="general", markdown_text="in code: `<!here>`")
    assert slack.pings == []
    posted = await client.chat_postMessage(channel="general", text=f"<!channel> <@{alice}>")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="<!channel> <!here>")
    assert [(p.target, p.edit) for p in slack.pings] == [
        (alice, False),
        ("channel", False),
        ("here", True),
    ]


# -- reading --------------------------------------------------------------------------------------


async def test_replies_come_in_pages_with_the_parent_first_and_metadata_on_request(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    for number in range(5):
        await client.chat_postMessage(
            channel="general",
            text=f"r{number}",
            thread_ts=question.ts,
            metadata={"event_type": "t", "event_payload": {"n": number}},
        )
    where = {"channel": question.channel, "ts": question.ts}
    first = await client.conversations_replies(**where, limit=2)
    assert [m["text"] for m in first["messages"]] == ["question", "r0", "r1"]
    assert first["has_more"]
    assert "metadata" not in first["messages"][1]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(**where, cursor=cursor, include_all_metadata=True)
    assert [m["text"] for m in rest["messages"]] == ["question", "r2", "r3", "r4"]
    assert rest["messages"][1]["metadata"]["event_payload"] == {"n": 2}
    after = rest["messages"][2]["ts"]
    later = await client.conversations_replies(**where, oldest=after)
    assert [m["text"] for m in later["messages"]] == ["question", "r4"]
    including = await client.conversations_replies(**where, oldest=after, inclusive=True)
    assert [m["text"] for m in including["messages"]] == ["question", "r3", "r4"]
    bad_cursor = client.conversations_replies(**where, cursor="zzz")
    assert await error_of(bad_cursor) == "invalid_cursor"
    nowhere = client.conversations_replies(channel=question.channel, ts="1.000000")
    assert await error_of(nowhere) == "thread_not_found"
    history = await client.conversations_history(channel=question.channel)
    assert [m["text"] for m in history["messages"]] == ["question"]


# -- rate limits ----------------------------------------------------------------------------------


async def test_tiers_are_enforced_per_method_with_retry_after(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.limits.enforce = True
    posted = await client.chat_postMessage(channel="general", text="x")
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    for number in range(50):
        await client.chat_update(**where, text=f"{number}")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(**where, text="too much")
    assert caught.value.response.status_code == 429
    assert caught.value.response.data == {"ok": False, "error": "ratelimited"}
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60
    assert slack.limits.refused_by_method == {"chat.update": 1}
    slack.clock.advance(61)
    await client.chat_update(**where, text="again")


async def test_a_channel_takes_a_short_burst_and_then_one_post_a_second(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.limits.enforce = True
    general, engineering = slack.channel("general"), slack.channel("engineering")
    for _ in range(4):
        await client.chat_postMessage(channel=general, text="x")
    assert await error_of(client.chat_postMessage(channel=general, text="x")) == "ratelimited"
    await client.chat_postMessage(channel=engineering, text="x")
    slack.clock.advance(1.01)
    await client.chat_postMessage(channel=general, text="x")


# -- events and sockets ---------------------------------------------------------------------------


async def test_a_mention_is_one_message_and_one_app_mention_with_event_ids_of_their_own(
    slack: LocalSlack,
) -> None:
    async with Listener(slack) as listener:
        question = await slack.user_posts(
            "general", "alice", "@parley is <b> & `x<y`?", files=[slack.file("a.txt", "text")]
        )
        await until(lambda: len(listener.events) == 2)
        message, mention = listener.of("message")[0], listener.of("app_mention")[0]
        assert message["ts"] == mention["ts"] == question.ts
        assert message["subtype"] == "file_share"
        assert message["channel_type"] == "channel"
        assert "files" not in mention
        assert "channel_type" not in mention
        assert message["text"] == f"<@{slack.bot_user}> is &lt;b&gt; &amp; `x&lt;y`?"
        assert message["blocks"][0]["elements"][0]["elements"][1]["text"] == " is <b> & "
        assert len({d.event_id for d in slack.deliveries()}) == 2
        direct = await slack.user_posts(slack.dm(), "alice", "@parley hi")
        await until(lambda: len(listener.events) == 3)
        assert listener.events[-1]["channel_type"] == "im"
        assert listener.events[-1]["ts"] == direct.ts


async def test_edits_deletions_and_previews_have_their_true_shapes(slack: LocalSlack) -> None:
    async with Listener(slack) as listener:
        question = await slack.user_posts("general", "alice", "@parley one")
        reply = await slack.user_posts("general", "bob", "reply", question.ts)
        await slack.slack_unfurls(question, "https://example.org")
        await slack.user_edits(question, "@parley two")
        await slack.user_deletes(question)
        await slack.user_deletes(reply)
        await until(lambda: len(listener.events) == 8)
        assert [e["text"] for e in listener.of("app_mention")] == [
            f"<@{slack.bot_user}> one",
            f"<@{slack.bot_user}> two",
        ]
        preview, edit, tombstone, deleted = [e for e in listener.events if e.get("hidden")]
        assert "edited" not in preview["message"]
        assert edit["previous_message"]["text"].endswith("one")
        assert edit["message"]["edited"]["user"] == slack.user("alice")
        assert tombstone["subtype"] == "message_changed"
        assert tombstone["message"]["subtype"] == "tombstone"
        assert tombstone["message"]["user"] == "USLACKBOT"
        assert deleted["subtype"] == "message_deleted"
        assert deleted["deleted_ts"] == reply.ts


async def test_the_bots_own_posts_come_back_with_its_bot_id(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    async with Listener(slack) as listener:
        await client.chat_postMessage(channel="general", text="mine")
        await until(lambda: listener.events)
        assert listener.events[0]["bot_id"] == slack.installation.bot_id
        assert listener.events[0]["user"] == slack.bot_user


async def test_an_unacknowledged_event_comes_again_at_once_then_after_one_and_five_minutes(
    slack: LocalSlack,
) -> None:
    slack.hub.ack_seconds = 0.05
    async with Listener(slack) as listener:
        listener.acks = False
        await slack.user_posts(slack.dm(), "alice", "hello")
        await until(lambda: len(listener.requests) == 2)
        delivery = slack.deliveries()[0]
        await until(lambda: slack.hub.waiting == 0)
        assert len(delivery.attempts) == 2
        slack.clock.advance(60)
        await until(lambda: len(listener.requests) == 3 and slack.hub.waiting == 0)
        slack.clock.advance(299)
        await asyncio.sleep(0.05)
        assert len(delivery.attempts) == 3
        slack.clock.advance(1)
        await until(lambda: len(listener.requests) == 4)
        await slack.wait_for(lambda: delivery.given_up)
        assert [r.retry_attempt for r in listener.requests] == [0, 1, 2, 3]
        assert [r.retry_reason for r in listener.requests] == ["", "timeout", "timeout", "timeout"]
        assert len({r.envelope_id for r in listener.requests}) == 4
        assert {r.payload["event_id"] for r in listener.requests} == {delivery.event_id}


async def test_what_was_said_while_nobody_listened_is_delivered_by_a_retry(
    slack: LocalSlack,
) -> None:
    await slack.user_posts(slack.dm(), "alice", "anybody?")
    async with Listener(slack) as listener:
        slack.clock.advance(1)
        await until(lambda: listener.requests)
        assert listener.requests[0].retry_attempt == 1
        await slack.wait_for(lambda: slack.deliveries()[0].acked)


async def test_an_event_goes_to_exactly_one_of_several_sockets(slack: LocalSlack) -> None:
    async with Listener(slack) as first, Listener(slack) as second:
        for number in range(10):
            await slack.user_posts(slack.dm(), "alice", f"{number}")
        await until(lambda: len(first.events) + len(second.events) == 10)
        assert len(first.events) == len(second.events) == 5


async def test_a_ticket_is_good_once_and_for_a_short_time(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    web = AsyncWebClient(base_url=slack.api_url, session=session)

    async def fresh_url() -> str:
        return str((await web.apps_connections_open(app_token=slack.app_token))["url"])

    url = await fresh_url()
    async with session.ws_connect(url) as ws:
        hello = await ws.receive_json()
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": slack.app.id}
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)
    url = await fresh_url()
    slack.clock.advance(slack.hub.ticket_seconds + 1)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)


async def test_the_eleventh_socket_is_turned_away(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    web = AsyncWebClient(base_url=slack.api_url, session=session)
    sockets = []
    for _ in range(11):
        opened = await web.apps_connections_open(app_token=slack.app_token)
        sockets.append(await session.ws_connect(opened["url"]))
    for ws in sockets[:10]:
        assert (await ws.receive_json())["type"] == "hello"
    turned_away = await sockets[10].receive_json()
    assert (turned_away["type"], turned_away["reason"]) == ("disconnect", "too_many_websockets")
    assert (await sockets[10].receive()).type is aiohttp.WSMsgType.CLOSE
    for ws in sockets:
        await ws.close()


async def test_the_real_client_follows_a_disconnect_frame_and_survives_a_reset(
    slack: LocalSlack,
) -> None:
    async with Listener(slack, ping_interval=0.3) as listener:
        await slack.wait_for(slack.hub.ready)
        old = slack.hub.ready()[0]
        slack.hub.disconnect("refresh_requested")
        await slack.wait_for(lambda: slack.hub.ready() and slack.hub.ready()[0] is not old)
        slack.hub.ready()[0].reset()
        await slack.wait_for(lambda: slack.hub.connections == 3 and slack.hub.ready())
        await slack.user_posts(slack.dm(), "alice", "still there?")
        await until(lambda: listener.events)


async def test_a_half_open_socket_swallows_events_until_slack_sends_them_elsewhere(
    slack: LocalSlack,
) -> None:
    slack.hub.ack_seconds = 0.1
    async with Listener(slack, ping_interval=0.2) as listener:
        await slack.wait_for(slack.hub.ready)
        slack.hub.ready()[0].go_deaf()
        await slack.user_posts(slack.dm(), "alice", "hello?")
        await slack.wait_for(lambda: slack.hub.connections == 2 and slack.hub.ready(), 10)
        slack.clock.advance(60)
        await until(lambda: listener.events)
        assert len(slack.deliveries()[0].attempts) >= 2


# -- a whole Bolt app -----------------------------------------------------------------------------


async def test_a_bolt_app_answers_in_the_thread_and_serves_commands_and_clicks(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    app = AsyncApp(client=client)
    button = {
        "type": "button",
        "action_id": "stop",
        "value": "v",
        "text": {"type": "plain_text", "text": "Stop"},
    }
    clicked: list[dict[str, Any]] = []

    @app.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "a &lt;b&gt;"}}
        blocks = [section, {"type": "actions", "elements": [button]}]
        await say(text="fallback", blocks=blocks, thread_ts=event["ts"])

    @app.event("message")
    async def heard(event: dict[str, Any]) -> None:
        """Take every message, so that each is acknowledged."""

    @app.command("/parley")
    async def command(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"you said {command['text']}")

    @app.action("stop")
    async def stop(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        clicked.append(body)
        await respond("stopped", replace_original=True)

    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    try:
        question = await slack.user_posts("general", "alice", "@parley hello")
        await slack.wait_for(lambda: slack.replies(question))
        assert slack.reply_texts(question) == ["a <b>"]
        outcome = await slack.slash("/parley", "hi & <there>")
        assert outcome.acked
        await slack.wait_for(lambda: slack.ephemerals_for("alice"))
        private = slack.ephemerals_for("alice")[0]
        assert slack.ephemeral_text(private) == "you said hi & <there>"
        assert (await slack.click(slack.replies(question)[0], "stop", "bob")).acked
        await slack.wait_for(lambda: slack.reply_texts(question) == ["stopped"])
        assert clicked[0]["user"]["id"] == slack.user("bob")
        assert clicked[0]["message"]["ts"] == slack.replies(question)[0].ts
        with pytest.raises(LookupError):
            await slack.click(slack.replies(question)[0], "stop")
        await slack.wait_for(lambda: not slack.postmen[slack.app.id].unsettled)
        assert all(len(d.attempts) == 1 for d in slack.deliveries())
    finally:
        await handler.close_async()


async def test_a_command_without_acknowledgement_fails_for_the_person_and_is_not_retried(
    slack: LocalSlack,
) -> None:
    assert (await slack.slash("/parley", "x")).error == "dispatch_failed"
    slack.hub.ack_seconds = 0.05
    async with Listener(slack) as listener:
        listener.acks = False
        await slack.wait_for(slack.hub.ready)
        assert (await slack.slash("/parley", "x")).error == "operation_timeout"
        slack.clock.advance(600)
        await asyncio.sleep(0.05)
        assert len(listener.requests) == 1


async def test_a_response_url_is_good_for_five_answers_and_half_an_hour(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    async def answer(url: str) -> str:
        async with session.post(url, json={"text": "x", "response_type": "in_channel"}) as got:
            return await got.text()

    async with Listener(slack) as listener:
        await slack.wait_for(slack.hub.ready)
        await slack.slash("/parley", "x", channel="random")
        url = listener.requests[0].payload["response_url"]
        assert [await answer(url) for _ in range(5)] == ["ok"] * 5
        assert "used_url" in await answer(url)
        assert len(slack.messages("random")) == 5
        await slack.slash("/parley", "x")
        slack.clock.advance(1801)
        assert "expired_url" in await answer(listener.requests[1].payload["response_url"])


async def test_a_trigger_opens_one_dialog_within_three_seconds(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
    async with Listener(slack):
        await slack.wait_for(slack.hub.ready)
        trigger = (await slack.slash("/parley", "x")).trigger_id
        long = view | {"title": {"type": "plain_text", "text": "T" * 25}}
        too_long = client.views_open(trigger_id=trigger, view=long)
        assert await error_of(too_long) == "invalid_arguments"
        opened = await client.views_open(trigger_id=trigger, view=view)
        assert opened["view"]["id"] in slack.views
        again = client.views_open(trigger_id=trigger, view=view)
        assert await error_of(again) == "exchanged_trigger_id"
        late = (await slack.slash("/parley", "x")).trigger_id
        slack.clock.advance(3.1)
        expired = client.views_open(trigger_id=late, view=view)
        assert await error_of(expired) == "expired_trigger_id"


# -- native streams -------------------------------------------------------------------------------


async def test_the_real_chat_stream_grows_one_message_and_expires_after_five_minutes(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    general = question.channel
    alone = client.chat_startStream(channel=general, thread_ts=question.ts)
    assert await error_of(alone) == "missing_recipient_user_id"
    stream = await client.chat_stream(
        channel=general,
        thread_ts=question.ts,
        recipient_user_id=slack.user("alice"),
        recipient_team_id=slack.workspace.team_id,
        buffer_size=1,
    )
    await stream.append(markdown_text="**one** <!chan")
    await stream.append(markdown_text="nel>")
    ts = str(stream.ts)
    assert slack.reply_texts(question) == ["**one** @channel"]
    assert [p.target for p in slack.pings] == ["channel"]
    mixed = client.chat_appendStream(channel=general, ts=ts, markdown_text="x")
    assert await error_of(mixed) == "streaming_mode_mismatch"
    busy = client.chat_update(channel=general, ts=ts, text="x")
    assert await error_of(busy) == "streaming_state_conflict"
    long = [{"type": "markdown_text", "text": "x" * 12_000}]
    too_long = client.chat_appendStream(channel=general, ts=ts, chunks=long)
    assert await error_of(too_long) == "msg_too_long"
    slack.clock.advance(301)
    await slack.wait_for(lambda: slack.replies(question)[0].stream.expired)
    assert await error_of(stream.stop()) == "message_not_in_streaming_state"
    await client.chat_update(channel=general, ts=ts, text="repaired")
    assert slack.reply_texts(question) == ["repaired"]


async def test_a_person_can_stop_a_stream(slack: LocalSlack, client: AsyncWebClient) -> None:
    async with Listener(slack) as listener:
        question = await slack.user_posts(slack.dm(), "alice", "question")
        stream = await client.chat_stream(channel=slack.dm(), thread_ts=question.ts, buffer_size=1)
        await stream.append(markdown_text="one")
        await slack.user_stops(slack.replies(question)[0])
        assert await error_of(stream.append(markdown_text="two")) == "stopped_by_user"
        await stream.stop()
        await until(lambda: listener.of("agent_session_stopped"))


async def test_a_status_goes_with_the_next_message_or_after_two_minutes(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    where = {"channel_id": question.channel, "thread_ts": question.ts}
    await client.assistant_threads_setStatus(**where, status="is thinking…")
    assert slack.status(question.channel, question.ts).text == "is thinking…"
    await client.chat_postMessage(channel="general", text="x", thread_ts=question.ts)
    assert slack.status(question.channel, question.ts) is None
    await client.assistant_threads_setStatus(**where, status="again")
    slack.clock.advance(121)
    await slack.wait_for(lambda: slack.status(question.channel, question.ts) is None)
    unknown = client.assistant_threads_setStatus(
        channel_id=question.channel, thread_ts="1.000000", status="x"
    )
    assert await error_of(unknown) == "invalid_thread_ts"


# -- files ----------------------------------------------------------------------------------------


async def test_files_need_the_token_and_the_scope_else_a_sign_in_page_comes(
    slack: LocalSlack, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    message = await slack.user_posts(
        "general", "alice", "see", files=[slack.file("a.py", "print(1)\n")]
    )
    url = message.files[0]["url_private"]
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}

    async def get(headers: dict[str, str]) -> tuple[str, str]:
        async with session.get(url, headers=headers) as got:
            assert got.status == 200
            return got.content_type, await got.text()

    assert await get(bearer) == ("text/plain", "print(1)\n")
    assert (await get({}))[0] == "text/html"
    async with session.get(url, allow_redirects=False) as got:
        assert got.status == 302
    slack.installation.scopes.discard("files:read")
    assert "Sign in" in (await get(bearer))[1]


async def test_a_slack_connect_file_is_resolved_by_files_info(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    stub = slack.file("a.txt", "text", mode="connect")
    message = await slack.user_posts("general", "alice", "see", files=[stub])
    assert message.files[0]["file_access"] == "check_file_info"
    assert "url_private" not in message.files[0]
    info = await client.files_info(file=stub.id)
    assert info["file"]["url_private"].startswith(slack.base_url)


async def test_an_upload_takes_three_steps_and_shares_into_the_thread(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    await client.files_upload_v2(
        content="a,b\n1,2\n",
        filename="t.csv",
        channel=question.channel,
        thread_ts=question.ts,
        initial_comment="the table",
    )
    shared = slack.replies(question)[0]
    assert (shared.text, shared.files[0]["name"]) == ("the table", "t.csv")
    assert slack.workspace.files[shared.files[0]["id"]].content == b"a,b\n1,2\n"


# -- faults ---------------------------------------------------------------------------------------


async def test_faults_strike_before_or_after_the_call_is_carried_out(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    async def post(kind: str) -> Any:
        slack.fail("chat.postMessage", kind)
        try:
            await client.chat_postMessage(channel="general", text=kind)
        except SlackApiError as error:
            return error.response.get("error") or error.response.status_code
        except aiohttp.ClientError as error:
            return type(error).__name__
        return "ok"

    assert await post("500") in (500, None)
    assert await post("ratelimited") == "ratelimited"
    assert await post("fatal_error") == "fatal_error"
    assert await post("reset") in ("ClientOSError", "ServerDisconnectedError")
    assert await post("slow") == "ok"
    assert await post("lost") in ("ClientOSError", "ServerDisconnectedError")
    slack.fail("chat.postMessage", "hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel="general", text="hang"), 0.1)
    assert [m.text for m in slack.messages("general")] == ["slow", "lost"]
    assert slack.limits.refused == 1
    assert [c.fault for c in slack.calls_to("chat.postMessage")] == [
        "500",
        "ratelimited",
        "fatal_error",
        "reset",
        "slow",
        "lost",
        "hang",
    ]


# -- membership -----------------------------------------------------------------------------------


async def test_a_bot_hears_nothing_where_it_is_no_member_until_it_is_invited(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    async with Listener(slack) as listener:
        await slack.wait_for(slack.hub.ready)
        early = await slack.user_posts("random", "alice", "@parley hello")
        await slack.invite("random", "parley", about=early)
        await until(lambda: listener.of("app_mention"))
        assert [e["type"] for e in listener.events] == ["member_joined_channel", "app_mention"]
        await slack.kick("random", "parley")
        await slack.user_posts("random", "alice", "@parley still there?")
        await until(lambda: listener.of("channel_left"))
        left = client.chat_postMessage(channel=slack.channel("random"), text="x")
        assert await error_of(left) == "not_in_channel"


# -- HTTP mode ------------------------------------------------------------------------------------


async def test_in_http_mode_a_real_bolt_app_verifies_events_commands_and_clicks(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    app = AsyncApp(
        client=client, signing_secret=slack.app.signing_secret, process_before_response=True
    )
    failures = [RuntimeError("not yet"), RuntimeError("not yet")]
    heard: list[str] = []

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        if failures:
            raise failures.pop()
        heard.append(event["text"])

    @app.command("/parley")
    async def command(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"at once: {command['text']}")

    runner = aiohttp.web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        port = runner.addresses[0][1]
        webhook = slack.use_http(f"http://127.0.0.1:{port}/slack/events")
        assert await webhook.verify()
        await slack.user_posts(slack.dm(), "alice", "hello")
        await slack.wait_for(lambda: webhook.statuses == [500, 500])
        slack.clock.advance(60)
        await slack.wait_for(lambda: heard == ["hello"])
        assert (await slack.slash("/parley", "a & b")).acked
        private = slack.ephemerals_for("alice")[0]
        assert slack.ephemeral_text(private) == "at once: a & b"
        slack.app.signing_secret = "another"
        assert (await slack.slash("/parley", "forged")).error == "dispatch_failed"
    finally:
        await runner.cleanup()


# -- oddities -------------------------------------------------------------------------------------


async def test_the_pair_of_a_mention_can_come_in_any_order_and_again_after_its_ack(
    slack: LocalSlack,
) -> None:
    slack.mention_first, slack.mention_delay = True, 5.0
    async with Listener(slack) as listener:
        await slack.wait_for(slack.hub.ready)
        question = await slack.user_posts("general", "alice", "@parley hi")
        await until(lambda: len(listener.events) == 1)
        slack.clock.advance(5)
        await until(lambda: len(listener.events) == 2)
        assert [e["type"] for e in listener.events] == ["app_mention", "message"]
        await slack.wait_for(lambda: all(d.acked for d in slack.deliveries()))
        assert await slack.redeliver(question) == 2
        await until(lambda: len(listener.events) == 4)
        assert len({r.payload["event_id"] for r in listener.requests}) == 2


async def test_refused_handshakes_and_a_late_hello_do_not_lose_the_ticket(
    slack: LocalSlack,
) -> None:
    slack.hub.refuse_handshakes, slack.hub.hello_delay = 1, 30.0
    async with Listener(slack, ping_interval=0.1):
        assert slack.hub.handshakes_refused == 1
        assert slack.hub.ready() == []
        await slack.wait_for(lambda: slack.hub.sockets)
        slack.clock.advance(30)
        await slack.wait_for(slack.hub.ready)


async def test_broadcasts_other_bots_and_group_mentions_look_as_they_do_in_slack(
    slack: LocalSlack,
) -> None:
    slack.workspace.usergroups["S0ENG"] = "eng"
    async with Listener(slack) as listener:
        question = await slack.user_posts("general", "alice", "@eng see #engineering")
        await slack.user_posts("general", "bob", "all", question.ts, broadcast=True)
        await slack.bot_posts("general", "from a bot", question.ts)
        await until(lambda: len(listener.events) == 3)
        asked, broadcast, bot = listener.events
        assert asked["text"] == (
            f"<!subteam^S0ENG|@eng> see <#{slack.channel('engineering')}|engineering>"
        )
        assert broadcast["subtype"] == "thread_broadcast"
        assert broadcast["root"]["ts"] == question.ts
        assert bot["subtype"] == "bot_message"
        assert "user" not in bot
        assert [m.ts for m in slack.messages("general")] == [question.ts, broadcast["ts"]]


async def test_two_workspaces_of_one_app_do_not_mix(
    slack: LocalSlack, session: aiohttp.ClientSession
) -> None:
    other = slack.furnish(slack.add_workspace("Globex", "globex"))
    elsewhere = other.workspace.channel("general").id
    ours = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
    theirs = AsyncWebClient(token=other.token, base_url=slack.api_url, session=session)
    blind = ours.api_call("chat.postMessage", json={"channel": elsewhere, "text": "x"})
    assert await error_of(blind) == "channel_not_found"
    async with Listener(slack) as listener:
        await slack.user_posts(elsewhere, "bob", "hello")
        await until(lambda: listener.requests)
        assert listener.requests[0].payload["team_id"] == other.workspace.team_id
        await theirs.chat_postMessage(channel="general", text="hi")
        assert [m.text for m in slack.messages(elsewhere)] == ["hello", "hi"]
        assert slack.messages("general") == []


async def test_distributed_apps_read_threads_slowly(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.app.distributed = slack.limits.enforce = True
    question = await slack.user_posts("general", "alice", "question")
    for _ in range(20):
        await slack.user_posts("general", "bob", "reply", question.ts)
    where = {"channel": question.channel, "ts": question.ts}
    page = await client.conversations_replies(**where, limit=200)
    assert len(page["messages"]) == 16
    assert page["has_more"]
    assert await error_of(client.conversations_replies(**where)) == "ratelimited"


async def test_app_home_feedback_reactions_and_direct_messages_work(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    alice = slack.user("alice")
    async with Listener(slack) as listener:
        await slack.wait_for(slack.hub.ready)
        await client.views_publish(user_id=alice, view={"type": "home", "blocks": []})
        stale = client.views_publish(user_id=alice, view={"type": "home", "blocks": []}, hash="1.h")
        assert await error_of(stale) == "hash_conflict"
        await slack.opens_home("alice")
        await until(lambda: listener.of("app_home_opened"))
        opened = await client.conversations_open(users=[alice])
        assert opened["channel"]["id"] == slack.dm("alice")
        sides = {
            f"{side}_button": {"text": {"type": "plain_text", "text": side}, "value": side}
            for side in ("positive", "negative")
        }
        element = {"type": "feedback_buttons", "action_id": "feedback", **sides}
        blocks = [{"type": "context_actions", "elements": [element]}]
        posted = await client.chat_postMessage(channel=alice, text="x", blocks=blocks)
        message = slack.messages(slack.dm("alice"))[0]
        assert (await slack.click(message, "feedback", value="negative")).acked
        assert listener.requests[-1].payload["actions"][0]["value"] == "negative"
        where = {"channel": posted["channel"], "timestamp": posted["ts"], "name": "eyes"}
        await client.reactions_add(**where)
        assert await error_of(client.reactions_add(**where)) == "already_reacted"
        await client.reactions_remove(**where)
        assert await error_of(client.reactions_remove(**where)) == "no_reaction"


# -- by itself ------------------------------------------------------------------------------------


async def test_the_server_runs_alone_and_can_be_talked_to_over_http(
    session: aiohttp.ClientSession,
) -> None:
    import sys

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.slack", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        env = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        base = env["SLACK_API_URL"].removesuffix("/api/")
        body = {"text": "hello", "user": "bob", "channel": "general"}
        async with session.post(f"{base}/_control/say", json=body) as got:
            said = await got.json()
        client = AsyncWebClient(
            token=env["SLACK_BOT_TOKEN"], base_url=env["SLACK_API_URL"], session=session
        )
        await client.chat_postMessage(channel="general", text="hi bob", thread_ts=said["ts"])
        async with session.get(f"{base}/_control/thread", params=said) as got:
            thread = await got.json()
        assert [m["text"] for m in thread["messages"]] == ["hello", "hi bob"]
    finally:
        process.terminate()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined] - else it is closed by the collector
