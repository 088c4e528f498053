"""Run the local Slack by itself: `python -m tests.servers.slack --port 0`.

Prints one line of JSON with the settings to export, then serves until interrupted. Talk to the
bot through `/_control/say` and `/_control/thread`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from .server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--limits", action="store_true", help="enforce the rate tiers")
    parser.add_argument("--app-name", default="Parley")
    chosen = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.port, enforce_limits=chosen.limits, app_name=chosen.app_name))


main()
