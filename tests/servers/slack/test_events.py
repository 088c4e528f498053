"""What people do reaches the app in the shapes that Slack sends."""

from __future__ import annotations

import aiohttp
import aiohttp.web
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, error_of, until


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


async def test_an_app_hears_only_what_it_subscribed_to_and_has_the_scope_for(
    slack: LocalSlack,
) -> None:
    slack.app.events.discard("message.channels")
    slack.installation.scopes.discard("im:history")
    await slack.user_posts("general", "alice", "@parley hello")
    await slack.user_posts(slack.dm(), "alice", "hello")
    await slack.user_posts("secret", "alice", "hello")
    sent = [(d.event["type"], d.event.get("channel_type")) for d in slack.deliveries()]
    assert sent == [("app_mention", None), ("message", "group")]


async def test_a_deleted_parent_can_still_be_replied_to(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    question = await slack.user_posts("general", "alice", "question")
    await slack.user_posts("general", "bob", "reply", question.ts)
    await slack.user_deletes(question)
    await client.chat_postMessage(channel="general", text="late", thread_ts=question.ts)
    page = await client.conversations_replies(channel=question.channel, ts=question.ts)
    assert [m["text"] for m in page["messages"]] == ["This message was deleted.", "reply", "late"]
    assert page["messages"][0]["subtype"] == "tombstone"
