"""Runs the local Open-Meteo alone: `python -m tests.servers.weather`.

Prints one JSON line with the environment that points a client here, then serves until stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from .server import WeatherServer


def main() -> None:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    arguments = argparse.ArgumentParser(prog="python -m tests.servers.weather", description=__doc__)
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0, help="0 takes any free port")
    arguments.add_argument("--latency", type=float, default=0.0, help="seconds for each answer")
    asyncio.run(_serve(arguments.parse_args()))


async def _serve(given: argparse.Namespace) -> None:
    server = WeatherServer(latency=given.latency)
    await server.start(given.host, given.port)
    print(json.dumps(server.env), flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await server.stop()


if __name__ == "__main__":
    main()
