"""The `inbox` command: what was set aside after too many tries, and putting it back."""

from __future__ import annotations

import datetime as dt
from contextlib import AsyncExitStack

from bot.house import open_store
from bot.inbox import Inbox
from bot.settings import Settings
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes


async def inbox(settings: Settings, action: str) -> int:
    """List the set-aside batches, or put all of them back; returns the exit code."""
    async with AsyncExitStack() as stack:
        connection = await open_store(settings, stack)
        ttl = settings.history_ttl
        box = Inbox(Mailboxes(connection, ttl), Histories(connection, ttl))
        found = [one async for one in box.set_aside()]
        for one in found:
            when = dt.datetime.fromtimestamp(one.at_ms / 1000, dt.UTC)
            line = f"{when:%Y-%m-%d %H:%M:%S} UTC  {one.thread.key}  {one.reason}"
            if action == "replay":
                line += f"  -> {await box.replay(one)} waiting again"
            print(line)  # noqa: T201  the command's output
        if not found:
            print("Nothing is set aside.")  # noqa: T201  the command's output
    return 0
