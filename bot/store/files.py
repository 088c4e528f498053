"""Small files that people attach in the playground, kept in Redis for a while."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass

from bot.store.connection import Connection
from bot.store.messages import BASE

LARGEST = 1_000_000
"""Bytes of one file: a store in memory is no file server."""

KEEP_SECONDS = 7 * 24 * 3600

MOST = 100
"""Files kept at once, the oldest go first: at most some 135 MB in the store."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its content; `owner` is the person or bot that brought it."""

    id: str
    name: str
    media_type: str
    owner: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """Files by id. Every method raises `StoreUnavailable` without a store."""

    connection: Connection

    async def save(self, name: str, media_type: str, owner: str, content: bytes) -> StoredFile:
        """Keep a file under a new id that cannot be guessed."""
        file = StoredFile(secrets.token_hex(16), name, media_type, owner, content)
        record = {
            "name": name,
            "type": media_type,
            "owner": owner,
            "content": base64.b64encode(content).decode(),
        }
        await self.connection.run(
            "file_save", BASE, file.id, json.dumps(record), KEEP_SECONDS, MOST
        )
        return file

    async def get(self, id: str) -> StoredFile | None:
        """Return a file, None when it is gone."""
        data = await self.connection.command("get", f"{BASE}file:{id}")
        if data is None:
            return None
        record = json.loads(data)
        content = base64.b64decode(record["content"])
        return StoredFile(id, record["name"], record["type"], record["owner"], content)

    async def remove(self, id: str) -> None:
        """Forget a file."""
        await self.connection.command("delete", f"{BASE}file:{id}")
