"""Small notes that an adapter keeps for a while: what a dialog is about, what was done already.

Each has a name of the adapter's own choosing and a time after which it is gone. What must live
longer has a room of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import keys
from bot.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes by name, shared by every process. Each call raises `StoreUnavailable` within 2 s."""

    connection: Connection

    async def keep(self, name: str, value: str, seconds: int) -> None:
        """Keep a note for so long, in the place of an older one."""
        await self.connection.quick_command("set", keys.note(name), value, seconds)

    async def read(self, name: str) -> str:
        """Return a note, an empty text when there is none."""
        return str(await self.connection.quick_command("get", keys.note(name)) or "")

    async def claim(self, name: str, value: str, seconds: int) -> bool:
        """Keep a note if there is none; of all who try, one is told True."""
        args = (keys.note(name), value, seconds, None, True)  # the last one: only if not there
        return bool(await self.connection.quick_command("set", *args))

    async def drop(self, name: str) -> None:
        """Forget a note."""
        await self.connection.quick_command("delete", keys.note(name))
