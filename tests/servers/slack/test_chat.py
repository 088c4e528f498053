"""Posting, updating and deleting follow the rules of the chat.* methods."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import error_of


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


async def test_only_people_in_the_channel_can_be_shown_a_private_message(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    dave = slack.workspace.add_user("dave").id
    general = slack.channel("general")
    outside = client.chat_postEphemeral(channel=general, user=dave, text="x")
    assert await error_of(outside) == "user_not_in_channel"
    await client.chat_postEphemeral(channel=general, user=slack.user("bob"), text="only you")
    assert [slack.ephemeral_text(e) for e in slack.ephemerals_for("bob")] == ["only you"]
    assert slack.messages("general") == []


async def test_links_are_previewed_unless_both_kinds_of_unfurling_are_off(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    link = "see https://example.org/x"
    await client.chat_postMessage(channel="general", text=link)
    await client.chat_postMessage(
        channel="general", text=link, unfurl_links=False, unfurl_media=False
    )
    loud, quiet = slack.messages("general")
    assert slack.previews(loud) == ["https://example.org/x"]
    assert slack.previews(quiet) == []


async def test_permalinks_and_deletions_name_living_own_messages(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    general = question.channel
    posted = await client.chat_postMessage(channel=general, text="x", thread_ts=question.ts)
    link = await client.chat_getPermalink(channel=general, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"?thread_ts={question.ts}&cid={general}")
    foreign = client.chat_delete(channel=general, ts=question.ts)
    assert await error_of(foreign) == "cant_delete_message"
    await client.chat_delete(channel=general, ts=posted["ts"])
    again = client.chat_delete(channel=general, ts=posted["ts"])
    assert await error_of(again) == "message_not_found"
    gone = client.chat_getPermalink(channel=general, message_ts=posted["ts"])
    assert await error_of(gone) == "message_not_found"
