"""Native streams have a mode, a size, a lifetime and a stop button."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, error_of, until


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
        reply = slack.replies(question)[0]
        with pytest.raises(LookupError, match="no stop button"):
            await slack.user_stops(reply)
        where = {"channel_id": slack.dm(), "thread_ts": question.ts}
        answer = await client.agents_sessions_setStatus(**where, status="processing")
        assert answer["agent_status"] == "processing"
        await slack.user_stops(reply)
        assert await error_of(stream.append(markdown_text="two")) == "stopped_by_user"
        assert slack.sessions[slack.dm(), question.ts] == "processing"
        await stream.stop()
        assert slack.sessions[slack.dm(), question.ts] == "active"
        await until(lambda: listener.of("agent_session_stopped"))


async def test_sessions_are_for_agents_and_stand_in_threads(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts(slack.dm(), "alice", "question")
    where = {"channel_id": slack.dm(), "thread_ts": question.ts}
    for error, how in {
        "invalid_arguments": where | {"status": "thinking"},
        "thread_not_found": where | {"status": "active", "thread_ts": "1.000000"},
        "channel_not_found": where | {"status": "active", "channel_id": "D0NOWHERE"},
    }.items():
        assert await error_of(client.agents_sessions_setStatus(**how)) == error
    slack.app.events.discard("agent_session_stopped")
    answer = await client.agents_sessions_setStatus(**where, status="processing")
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
    slack.installation.scopes.discard("assistant:write")
    refused = client.agents_sessions_setStatus(**where, status="processing")
    assert await error_of(refused) == "not_authorized"


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
