"""Run the local Discord by itself: `python -m tests.servers.discord --port 0`.

Prints one line of JSON with the settings to export, then serves until interrupted. Talk to the
bot through `/_control/say` and `/_control/replies`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from .server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--limits", action="store_true", help="enforce the rate limits")
    parser.add_argument("--scale", type=float, default=1.0, help="shorten their windows (0.1)")
    parser.add_argument("--app-name", default="Parley")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            serve(
                chosen.port,
                enforce_limits=chosen.limits,
                scale=chosen.scale,
                app_name=chosen.app_name,
            )
        )


main()
