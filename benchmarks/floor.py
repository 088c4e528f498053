"""The floor: the shortest bot that streams a model's answer into a Slack thread.

slack-bolt and the openai SDK as their documentation shows them, and no feature: no history, no
inbox, no retries, no rendering, no limits. What it costs is what the libraries cost. Run by the
benchmarks with the bot's own environment variables; `FLOOR_TRIES` lets the SDK wait out a 429 that
often, as its documentation shows.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

from openai import AsyncOpenAI
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

EDIT_SECONDS = 1.0
"""As often as Slack lets one message be edited."""

slack = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
if tries := int(os.environ.get("FLOOR_TRIES", "0")):
    slack.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=tries))
app = AsyncApp(client=slack)
model = AsyncOpenAI()  # OPENAI_API_KEY and OPENAI_BASE_URL


@app.event("app_mention")
async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
    """Ask, post the first words, edit about once a second, and leave the whole text."""
    channel, thread = event["channel"], event.get("thread_ts") or event["ts"]
    stream = await model.chat.completions.create(
        model=os.environ["OPENAI_MODEL"],
        messages=[{"role": "user", "content": event["text"]}],
        stream=True,
    )
    text, shown, posted, edited_at = "", "", "", 0.0
    async for chunk in stream:
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if not text.strip() or time.monotonic() - edited_at < EDIT_SECONDS:
            continue
        shown, edited_at = text, time.monotonic()
        if posted:
            await client.chat_update(channel=channel, ts=posted, text=text)
        else:
            answered = await client.chat_postMessage(channel=channel, thread_ts=thread, text=text)
            posted = answered["ts"]
    if text != shown:
        await client.chat_update(channel=channel, ts=posted, text=text)


async def main() -> None:
    """Connect and serve until the process is ended."""
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.start_async()  # type: ignore[no-untyped-call]  # the SDK's own gap


if __name__ == "__main__":
    asyncio.run(main())
