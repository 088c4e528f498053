"""Threads and channels are read in pages, within the limits of the app."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import error_of


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
