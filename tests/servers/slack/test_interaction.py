"""Commands, clicks, dialogs and App Home have their deadlines."""

from __future__ import annotations

import asyncio

import aiohttp
import aiohttp.web
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import Listener, error_of, until


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
