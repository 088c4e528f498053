"""Runs a stage: `python -m benchmarks.stage [--echo] [--limits]`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from benchmarks.stage.crowds import crowd
from benchmarks.stage.deaths import kill
from benchmarks.stage.essays import essay
from benchmarks.stage.questions import ask
from benchmarks.stage.servers import Servers, connected, script, subscribe
from benchmarks.stage.stops import stop_one

ORDERS: Mapping[str, Callable[..., Awaitable[dict[str, Any]]]] = {
    order.__name__: order
    for order in (subscribe, script, connected, ask, crowd, essay, kill, stop_one)
}


async def _serve(servers: Servers) -> None:
    lines = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps(await servers.start()), flush=True)
    try:
        while line := await lines.readline():
            order = json.loads(line)
            what = order.pop("order")
            try:
                answer = await ORDERS[what](servers, **order)
            except (TimeoutError, AssertionError, LookupError, ValueError) as error:
                answer = {"fault": f"{what}: {type(error).__name__} {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        await servers.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Servers(echo="--echo" in sys.argv, limits="--limits" in sys.argv)))
