"""Finds the messages that answer an interaction already: what its token has written, and what the
bot itself has posted when the token's time was over.

What a token has written names its interaction, follow-ups too
(https://docs.discord.com/developers/resources/message#message-interaction-metadata-object).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.common.payloads import Payload, mapping, number
from adapters.discord.client import DiscordClient
from adapters.discord.payloads import id_of
from adapters.discord.standing import own, since
from adapters.streaming import Found

LOADING = 1 << 7
"""The flag of a response that is not filled: nothing stands there yet."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer stands: the channel, the interaction that it answers, and the reply's name.
    `reach` tells whether the bot itself may read and write there."""

    channel: str
    interaction: str
    name: str
    reach: bool


async def standing(
    client: DiscordClient, spot: Spot, known: Mapping[str, int]
) -> list[tuple[Found, Payload]]:
    """Read what stands of an answer, the oldest first; nothing where that cannot be read.

    Which part each is, `known` tells by id, else its buttons, else its place among them.
    """
    messages = await since(client, spot.channel, spot.interaction)
    named = {found.id: found.index for found, _ in own(messages, spot.name, client.user)}
    found: list[tuple[Found, Payload]] = []
    index = -1
    for raw in messages:
        id = id_of(raw)
        if number(raw, "flags") & LOADING or not (id in named or _answers(raw, spot.interaction)):
            continue
        if id not in named and id not in known and _is_file(raw):
            continue
        index = known.get(id, named.get(id, index + 1))
        found.append((Found(index, id, str(raw.get("content") or "")), raw))
    return found


async def written(client: DiscordClient, spot: Spot) -> list[Payload]:
    """Read all that an interaction's token has written where the bot may read, files too."""
    messages = await since(client, spot.channel, spot.interaction)
    return [raw for raw in messages if _answers(raw, spot.interaction)]


def _is_file(raw: Payload) -> bool:
    """Tell whether a message is a file beside the answer, and so no part of it."""
    return bool(raw.get("attachments")) and not (raw.get("content") or raw.get("components"))


def _answers(raw: Payload, interaction: str) -> bool:
    return id_of(mapping(raw.get("interaction_metadata"))) == interaction
