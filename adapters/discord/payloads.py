"""What Discord's payloads spell in ways of their own: ids and the time they hold, names. Pure.

Source of the ids' form: https://discord.com/developers/docs/reference#snowflakes.
"""

from __future__ import annotations

import datetime as dt

from adapters.common.payloads import Payload, sound, string

EPOCH_MS = 1_420_070_400_000
"""Discord's first second, 2015-01-01."""

_COUNTED = 0xFFF
"""The part of an id that counts within a millisecond."""


def id_of(value: Payload, key: str = "id") -> str:
    """Return a field if it is an id, as text; else nothing."""
    text = str(value.get(key) or "")
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else ""


def microseconds(id: str) -> int:
    """Tell when an id was made, in microseconds since 1970; ids of one millisecond keep their order
    as far as they were counted in one place. 0 for what is no id."""
    if not (id.isascii() and id.isdigit()):
        return 0
    whole = int(id)
    return ((whole >> 22) + EPOCH_MS) * 1000 + min(whole & _COUNTED, 999)


def snowflake(at: int) -> str:
    """Return the lowest id of the millisecond that holds a time (microseconds since 1970)."""
    return str(max(0, at // 1000 - EPOCH_MS) << 22)


def moment(text: object) -> int:
    """Read one of Discord's ISO 8601 times as microseconds since 1970; 0 for anything else."""
    if not isinstance(text, str):
        return 0
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return 0
    when = when if when.tzinfo is not None else when.replace(tzinfo=dt.UTC)
    return (when - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def shown_name(user: Payload, member: Payload | None = None) -> str:
    """Return the name that others see of somebody: of the server, of the account, the account's."""
    nick = string(member, "nick") if member else ""
    return sound(nick or string(user, "global_name") or string(user, "username"))[:80]
