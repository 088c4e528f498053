"""Which messages in a channel are a reply's own: by the buttons that name it, or by their nonce.

Discord tells of a message's buttons whenever it is read, of a nonce only for a while. Called by
outbound, to adopt what a crashed attempt has left and to find a post whose answer was lost.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from adapters.common.payloads import Payload
from adapters.discord.chains import part_of
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import MESSAGES
from adapters.discord.surfaces.buttons import names
from adapters.streaming import Found

MOST_PARTS = 50
"""Parts whose nonce is looked for; an answer has a handful."""

PAGE = 100
MOST_PAGES = 3
"""Of messages that are searched; more are hardly said during one answer."""


def nonce(name: str, index: int, gone: int) -> str:
    """Name one post of the reply `name` for Discord, in at most 25 characters; `gone` counts the
    posts that were deleted under us, as Discord gives back the one that it knows by a nonce."""
    digest = hashlib.sha256(f"{name}/{index}/{gone}".encode()).digest()
    return urlsafe_b64encode(digest[:18]).decode()


async def since(client: DiscordClient, channel: str, stamp: str) -> list[Payload]:
    """Read what was said in a channel after the id `stamp`, oldest first; nothing where it cannot
    be read: a thread may not be open yet, and whoever writes there hears of anything else."""
    found: dict[int, Payload] = {}
    after = stamp
    for _ in range(MOST_PAGES):
        try:
            query: dict[str, str | int] = {"after": after, "limit": PAGE}
            page = await client.read(MESSAGES, query=query, channel_id=channel)
        except CallRefused:
            break
        found |= {int(raw["id"]): raw for raw in page}
        if len(page) < PAGE:
            break
        after = str(max(found))
    return [found[id] for id in sorted(found)]


def own(messages: Iterable[Payload], name: str, user: str) -> list[tuple[Found, Payload]]:
    """Pick the posts of the reply `name` that the bot `user` has made."""
    nonces = {nonce(name, index, 0): index for index in range(MOST_PARTS)}
    standing = []
    for raw in messages:
        if str((raw.get("author") or {}).get("id")) != user:
            continue
        index = nonces.get(str(raw.get("nonce")))
        if index is None:
            named = (part_of(one) for one in names(raw.get("components")))
            index = next((part for reply, part in named if reply == name), None)
        if index is not None:
            standing.append((Found(index, str(raw["id"]), str(raw.get("content") or "")), raw))
    return standing
