"""Where an interaction happened: its payload names a channel, and of some only their kind.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands. Events say it in a field
of their own; `inbound` reads that.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.events import Place, PlaceKind

_NAMELESS: Mapping[str, PlaceKind] = {"directmessage": "direct", "privategroup": "private"}
"""What Slack calls the channels whose names it does not tell."""


def place_of(channel: str, name: str, address: dict[str, str] | None = None) -> Place:
    """Return the place of a channel with this id and the name that Slack sends along; `address` is
    where its answer goes."""
    kind: PlaceKind
    if channel.startswith("D"):
        kind = "direct"
    else:
        kind = _NAMELESS.get(name, "group" if name.startswith("mpdm-") else "channel")
    return Place(kind, "" if name in _NAMELESS else name, address=address or {})
