"""In HTTP mode everything is signed and retried."""

from __future__ import annotations

from typing import Any

import aiohttp
import aiohttp.web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack


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
