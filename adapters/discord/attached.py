"""Files that belong to an answer, put beside it once, as far as Discord takes them.

Called by outbound. Source of the limits: https://docs.discord.com/developers/reference#uploading-files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from adapters.common.payloads import Payload, mapping, number, objects, string
from adapters.discord.client import DiscordClient, Upload
from adapters.discord.faults import CallRefused
from adapters.discord.limits import FILE_BYTES, POST
from adapters.discord.opening import Ground
from adapters.discord.payloads import id_of
from adapters.discord.writing import NO_MENTIONS
from bot.guard.masking import mask
from bot.replies import File

TOO_LARGE = 40005
"""Discord takes less here than it says."""

MEGABYTES = FILE_BYTES // (1024 * 1024)


async def attach(
    client: DiscordClient,
    ground: Ground,
    name: str,
    file: File,
    words: Callable[..., str],
    check: Callable[[], None],
) -> None:
    """Post a file of the reply `name`; where it is too large, say so in its place. By its nonce a
    repeated post stands only once. Raises the `PlatformError` family."""

    async def post(content: str, *uploads: Upload) -> None:
        async def once() -> None:
            await client.slot(POST, ground.channel)
            check()
            body = _body(content, name, file)
            await client.call(POST, json=body, files=uploads, channel_id=ground.channel)

        await client.persist(once)

    sorry = too_large(file, words)
    if len(file.content) > FILE_BYTES:
        await post(sorry)
        return
    try:
        await post("", upload(file))
    except CallRefused as error:
        if error.code != TOO_LARGE:
            raise
        await post(sorry)


def upload(file: File) -> Upload:
    """Return a file as Discord takes it."""
    return Upload(_safe(file.name), file.media_type, file.content)


def too_large(file: File, words: Callable[..., str]) -> str:
    """Say in the place of a file that it is too large."""
    return words("file_too_large_to_send", name=mask(file.name), limit=f"{MEGABYTES} MB")


def holds(messages: Iterable[Payload], user: str, file: File) -> bool:
    """Tell whether the bot `user` has put a file into one of these messages."""
    name, size = _safe(file.name), len(file.content)
    return any(
        (string(one, "filename"), number(one, "size")) == (name, size)
        for message in messages
        if id_of(mapping(message.get("author"))) == user
        for one in objects(message, "attachments")
    )


def _body(content: str, name: str, file: File) -> dict[str, Any]:
    digest = hashlib.sha256(f"{name}/{file.name}/".encode() + file.content)
    return {
        "content": content,
        "nonce": digest.hexdigest()[:25],
        "enforce_nonce": True,
        "allowed_mentions": NO_MENTIONS,
    }


def _safe(name: str) -> str:
    """Return a file's name without what could end or split its header."""
    kept = "".join(c for c in name if c.isprintable() and c not in '"\\/')
    return kept.strip()[-100:] or "file"
