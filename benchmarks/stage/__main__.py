"""Runs a stage: `python -m benchmarks.stage [--platform discord] [--echo] [--limits]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from benchmarks.stage.crowds import crowd
from benchmarks.stage.deaths import kill
from benchmarks.stage.discord import DiscordServers
from benchmarks.stage.essays import essay
from benchmarks.stage.questions import ask
from benchmarks.stage.servers import Servers, connected, script
from benchmarks.stage.slack import SlackServers, subscribe
from benchmarks.stage.stops import stop_one

Order: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]

COMMON: Sequence[Order] = (script, connected, ask, crowd)
ONLY_SLACK: Sequence[Order] = (subscribe, essay, kill, stop_one)


async def _serve(servers: Servers[Any], orders: Sequence[Order]) -> None:
    named = {order.__name__: order for order in orders}
    lines = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps(await servers.start()), flush=True)
    try:
        while line := await lines.readline():
            order = json.loads(line)
            what = order.pop("order")
            try:
                answer = await named[what](servers, **order)
            except (TimeoutError, AssertionError, LookupError, ValueError) as error:
                answer = {"fault": f"{what}: {type(error).__name__} {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        await servers.stop()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stage")
    parser.add_argument("--platform", choices=("slack", "discord"), default="slack")
    parser.add_argument("--echo", action="store_true", help="Slack: also the bot's own messages")
    parser.add_argument("--limits", action="store_true", help="answer 429 above the limits")
    chosen = parser.parse_args()
    if chosen.platform == "discord":
        asyncio.run(_serve(DiscordServers(limits=chosen.limits), COMMON))
    else:
        servers = SlackServers(echo=chosen.echo, limits=chosen.limits)
        asyncio.run(_serve(servers, (*COMMON, *ONLY_SLACK)))


if __name__ == "__main__":
    _main()
