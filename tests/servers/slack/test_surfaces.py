"""People, bots, the team and the assistant pane are as the Web API shows them."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, error_of, until


async def test_users_bots_channels_and_the_team_are_described(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    alice = await client.users_info(user=slack.user("alice"), include_locale=True)
    assert (alice["user"]["name"], alice["user"]["locale"]) == ("alice", "en-US")
    assert await error_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    bot = await client.bots_info(bot=slack.installation.bot_id)
    assert bot["bot"]["user_id"] == slack.bot_user
    assert await error_of(client.bots_info(bot="B0NOBODY")) == "bot_not_found"
    assert (await client.team_info())["team"]["domain"] == "acme"
    random = await client.conversations_info(channel=slack.channel("random"))
    assert random["channel"]["is_member"] is False
    direct = await client.conversations_info(channel=slack.dm("bob"))
    assert direct["channel"]["user"] == slack.user("bob")


async def test_channels_and_members_are_listed_in_pages(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    general = slack.channel("general")
    first = await client.conversations_members(channel=general, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_members(channel=general, limit=3, cursor=cursor)
    assert [*first["members"], *second["members"]] == list(
        slack.workspace.channels[general].members
    )
    joined = await client.users_conversations(types="public_channel,private_channel")
    assert [c["name"] for c in joined["channels"]] == ["general", "engineering", "secret"]


async def test_an_assistant_thread_takes_a_title_and_at_most_four_prompts(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    async with Listener(slack) as listener:
        root = await slack.opens_assistant("alice", context="general")
        await until(lambda: listener.of("assistant_thread_started"))
        thread = listener.events[0]["assistant_thread"]
        assert thread["thread_ts"] == root.ts
        assert thread["context"]["channel_id"] == slack.channel("general")
        where = {"channel_id": root.channel, "thread_ts": root.ts}
        prompt = {"title": "Ask", "message": "What is new?"}
        await client.assistant_threads_setSuggestedPrompts(**where, prompts=[prompt])
        five = client.assistant_threads_setSuggestedPrompts(**where, prompts=[prompt] * 5)
        assert await error_of(five) == "invalid_arguments"
        await client.assistant_threads_setTitle(**where, title="News")
        assistant = slack.assistants[root.channel, root.ts]
        assert (assistant.title, assistant.prompts) == ("News", [prompt])
        await client.chat_postMessage(channel=root.channel, text="hello", thread_ts=root.ts)
        assert slack.reply_texts(root) == ["hello"]
