"""Runs the scripted model server alone: `python -m tests.servers.model`.

Prints one JSON line with the environment that points a client here, then serves until stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from .check_lookalike import REFUSALS
from .replies import echo, tokens
from .server import Chooser, ModelServer


def main() -> None:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    arguments = argparse.ArgumentParser(prog="python -m tests.servers.model", description=__doc__)
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0, help="0 takes any free port")
    arguments.add_argument("--tokens", type=int, default=0, help="answer so many tokens")
    arguments.add_argument("--rate", type=float, default=0.0, help="tokens per second, 0: at once")
    arguments.add_argument("--delay", type=float, default=0.0, help="seconds before the headers")
    arguments.add_argument("--mode", choices=["openai", "compatible"], default="openai")
    arguments.add_argument("--refuses", nargs="*", choices=sorted(REFUSALS), default=[])
    asyncio.run(_serve(arguments.parse_args()))


async def _serve(given: argparse.Namespace) -> None:
    server = ModelServer(_script(given), mode=given.mode, refuses=given.refuses)
    await server.start(given.host, given.port)
    print(json.dumps(server.env), flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await server.stop()


def _script(given: argparse.Namespace) -> Chooser:
    delay: float = given.delay
    if given.tokens:
        steady = tokens(given.tokens, given.rate).after(delay)
        return lambda _: steady
    return lambda request: echo(request).after(delay)


if __name__ == "__main__":
    main()
