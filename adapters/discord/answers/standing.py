"""Which messages answer an interaction already: each names it, follow-ups too.

Source: https://docs.discord.com/developers/resources/message#message-interaction-metadata-object.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.discord.chains import part_of
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import MESSAGES
from adapters.discord.payloads import Payload, id_of, mapping
from adapters.discord.surfaces.buttons import names
from adapters.streaming import Found

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer stands: the channel, and the interaction that it answers. `reach` tells
    whether the bot itself may read and write there."""

    channel: str
    interaction: str
    reach: bool


async def standing(
    client: DiscordClient, spot: Spot, known: Mapping[str, int]
) -> list[tuple[Found, Payload]]:
    """Read the answers to an interaction, the oldest first; nothing where they cannot be read.

    Which part each is, `known` tells by id, else its buttons, else its place among them.
    """
    try:
        messages = await client.read(
            MESSAGES, query={"after": spot.interaction, "limit": 100}, channel_id=spot.channel
        )
    except CallRefused as error:
        _log.info("what stands there cannot be read: %s", error)
        return []
    ours = [raw for raw in messages if id_of(raw) and _answers(raw, spot.interaction)]
    found: list[tuple[Found, Payload]] = []
    index = -1
    for raw in sorted(ours, key=lambda raw: int(raw["id"])):
        named = next((part_of(name)[1] for name in names(raw.get("components"))), index + 1)
        index = known.get(id_of(raw), named)
        found.append((Found(index, id_of(raw), str(raw.get("content") or "")), raw))
    return found


def _answers(raw: Payload, interaction: str) -> bool:
    return id_of(mapping(raw.get("interaction_metadata"))) == interaction
