"""Which session hears of an event, and what of it. Pure.

Source: discord-api-docs, developers/events/gateway ("Gateway Intents", "Sharding") and
developers/topics/permissions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import intents
from .records import MessageFlag
from .sessions import Session

if TYPE_CHECKING:
    from .world import World

# What is told only to those who may see the channel.
IN_CHANNELS = ("MESSAGE_", "TYPING_START", "THREAD_")
MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE")


def hears(
    world: World,
    session: Session,
    event: str,
    data: dict[str, Any],
    guild_id: str | None,
    channel_id: str | None,
) -> bool:
    """Tell whether an event is for a session: its shard, its intents, the bot's rights."""
    if not session.owns(guild_id):
        return False
    if not intents.lets_through(session.intents, event, in_guild=guild_id is not None):
        return False
    if not session.intents & intents.GUILD_MEMBERS and _concerns_others(session, event, data):
        return False
    channel = world.channels.get(channel_id or "")
    if not event.startswith(IN_CHANNELS) or channel is None:
        return True
    # What the bot answers in private reaches it even where it sees nothing else.
    own = data.get("author", {}).get("id") == session.bot_id
    private = own and bool(data.get("flags", 0) & MessageFlag.EPHEMERAL)
    return private or world.can_view(session.bot_id, channel)


def shown(
    session: Session, event: str, data: dict[str, Any], *, in_guild: bool = True
) -> dict[str, Any]:
    """Return what a session is told of an event that it hears."""
    if event in MESSAGES:
        return intents.as_seen(data, session.intents, session.bot_id, in_guild=in_guild)
    if event == "GUILD_CREATE" and not session.intents & intents.GUILD_MEMBERS:
        own = [m for m in data["members"] if m["user"]["id"] == session.bot_id]
        return data | {"members": own}
    return data


def _concerns_others(session: Session, event: str, data: dict[str, Any]) -> bool:
    """Tell whether an event is about other members only, which needs the members intent."""
    if event == "GUILD_MEMBER_UPDATE":
        return bool(data["user"]["id"] != session.bot_id)
    if event != "THREAD_MEMBERS_UPDATE":
        return False
    came = [member["user_id"] for member in data.get("added_members", [])]
    return session.bot_id not in came + data.get("removed_member_ids", [])
