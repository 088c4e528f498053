"""A protocol-faithful Discord for tests and benchmarks, on a loopback port.

Written from Discord's public rules, as strict as they are; see `server.LocalDiscord` for the start,
`people` for what humans do, `inspection` for what a test may look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .records import Channel, Guild, Message, User
from .wire import Call
from .world import World

if TYPE_CHECKING:
    from .server import LocalDiscord

__all__ = ["Call", "Channel", "Guild", "LocalDiscord", "Message", "User", "World"]


def __getattr__(name: str) -> Any:
    # The gateway's modules import this package's core; the server imports them in turn.
    if name == "LocalDiscord":
        from .server import LocalDiscord

        return LocalDiscord
    raise AttributeError(name)
