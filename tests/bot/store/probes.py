"""What the store keeps and the bot itself never reads back."""

from __future__ import annotations

from urllib.parse import unquote

from bot.store import keys
from bot.store.connection import Connection


async def ratings(connection: Connection, thread: str) -> dict[tuple[str, str, str], int]:
    """Read what people think of a thread's answers, by answer, reply and person."""
    name = f"{keys.base(keys.partition(thread))}rated:{thread}"
    found: dict[str, str] = await connection.command("hgetall", name)
    fields = ((*field.split("/", 2),) for field in found)
    return {
        (unquote(answer), unquote(reply), person): int(value)
        for (answer, reply, person), value in zip(fields, found.values(), strict=True)
    }


async def tokens_today(connection: Connection, person: str) -> int:
    """Tell what a person has used in the running day."""
    return int(await connection.command("get", f"{keys.usage(person)}tokens") or 0)
