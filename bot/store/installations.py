"""The installations of the bot in workspaces: sealed text by (platform, workspace).

What is in it is never known here. Kept until it is removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import keys
from bot.store.connection import Connection

_NAME = "sealed"


@dataclass(frozen=True, slots=True)
class Installations:
    """Every method raises `StoreUnavailable` without a store; `get` within 2 s."""

    connection: Connection

    async def save(self, platform: str, workspace: str, sealed: str) -> None:
        """Keep an installation; it takes the place of an earlier one."""
        await self.connection.command("set", _key(platform, workspace), sealed)

    async def get(self, platform: str, workspace: str) -> str | None:
        """Return an installation, None when there is none."""
        found = await self.connection.quick_command("get", _key(platform, workspace))
        return None if found is None else str(found)

    async def replace(self, platform: str, workspace: str, read: str, sealed: str) -> None:
        """Let an installation read otherwise, if it still is the one that was `read`."""
        base = keys.installation(f"{platform}/{workspace}")
        await self.connection.run("swap", base, _NAME, read, sealed)

    async def remove(self, platform: str, workspace: str, read: str) -> None:
        """Forget an installation, if it still is the one that was `read`."""
        await self.replace(platform, workspace, read, "")


def _key(platform: str, workspace: str) -> str:
    return keys.installation(f"{platform}/{workspace}") + _NAME
