"""What `/leave` and `/reset` do where they are typed, with words only for who typed them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from adapters.discord.surfaces.where import Where
from bot.events import Leave, Reset, ThreadRef
from bot.platform import Controlled, Sink
from bot.wording import say


async def reset(there: Where, sink: Sink) -> str:
    """Forget what is held here: of a thread or a direct message all, of a channel the caller's
    part. Raises `StoreUnavailable`."""
    done = []
    if there.in_thread or there.context == "direct":
        done.append(await sink.control(Reset(there.here, there.author)))
    if not there.in_thread:
        done.append(await sink.control(Reset(_channel(there), there.author, whole_channel=True)))
    key = "reset_done" if Controlled.DONE in done else "reset_nothing"
    return say(key, there.locale)


async def leave(there: Where, sink: Sink) -> str:
    """Follow the thread no more; in a channel, all those in which the caller has asked. Raises
    `StoreUnavailable`."""
    if there.context == "direct":
        return say("discord_cannot_leave", there.locale)
    if there.in_thread:
        await sink.control(Leave(there.here, there.author))
        return say("left_thread", there.locale)
    left = await sink.control(Leave(_channel(there), there.author, whole_channel=True))
    key = "discord_left_channel" if left is Controlled.DONE else "discord_left_nothing"
    return say(key, there.locale)


ACTS: Mapping[str, Callable[[Where, Sink], Awaitable[str]]] = {"reset": reset, "leave": leave}
"""Commands that act at once."""


def _channel(there: Where) -> ThreadRef:
    return replace(there.here, thread="")
