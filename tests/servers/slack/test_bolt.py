"""The local Slack carries a whole, real Bolt app, in this process and in one of its own.

The single rules are proved beside the code, in tests/servers/slack.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiohttp
import aiohttp.web
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack


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


async def test_the_server_runs_alone_and_can_be_talked_to_over_http(
    session: aiohttp.ClientSession,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.slack", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        env = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
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
