"""Routes of servers and channels: what they are, who is in them.

discord.com/developers/docs/resources/guild, resources/channel
"""

from __future__ import annotations

from typing import Any

from . import limits, payloads, thread_life
from .access import channel_of, guild_of, may, need, snowflake
from .permissions import P
from .records import Channel, Kind
from .refusal import ApiError, Form, forbidden, unknown
from .wire import Call, route
from .world import World

_CHANNEL = "/channels/{channel_id}"


@route("GET", "/guilds/{guild_id}", limit="read")
def guild(world: World, call: Call) -> Any:
    found = guild_of(world, call.params["guild_id"])
    shown = payloads.guild_payload(world, found)
    if call.query.get("with_counts") in ("true", "1", "True"):
        counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
        shown |= counts
    return shown


@route("GET", "/guilds/{guild_id}/channels", limit="read")
def guild_channels(world: World, call: Call) -> Any:
    """Return a server's channels, without threads."""
    found = guild_of(world, call.params["guild_id"])
    return [payloads.channel_payload(world, channel) for channel in found.channels.values()]


@route("GET", "/guilds/{guild_id}/roles", limit="read")
def guild_roles(world: World, call: Call) -> Any:
    found = guild_of(world, call.params["guild_id"])
    return [payloads.role_payload(role) for role in found.roles.values()]


@route("GET", "/guilds/{guild_id}/members/{user_id}", limit="read")
def member(world: World, call: Call) -> Any:
    found = guild_of(world, call.params["guild_id"])
    known = found.members.get(snowflake("user_id", call.params["user_id"]))
    if known is None:
        raise unknown(10007 if call.params["user_id"] in world.users else 10013)
    return payloads.member_payload(world, known)


@route("GET", _CHANNEL, limit="read")
def channel(world: World, call: Call) -> Any:
    return payloads.channel_payload(world, channel_of(world, call.params["channel_id"]))


@route("PATCH", _CHANNEL, limit="channel_edit")
def edit_channel(world: World, call: Call) -> Any:
    """Change a thread (name, archived, locked, ...) or a channel's name and topic."""
    found = channel_of(world, call.params["channel_id"])
    if found.type == Kind.DM:
        raise forbidden(50003)
    if found.is_thread:
        return _edit_thread(world, call, found)
    need(world.rights(world.application.bot_id, found), P.MANAGE_CHANNELS)
    form = Form()
    if "name" in call.body:
        form.length("name", call.body["name"], 1, 100)
    form.settle()
    found.name = call.body.get("name", found.name)
    found.topic = call.body.get("topic", found.topic)
    found.slowmode = call.body.get("rate_limit_per_user", found.slowmode)
    shown = payloads.channel_payload(world, found)
    world.emit("CHANNEL_UPDATE", shown, guild_id=found.guild_id, channel_id=found.id)
    return shown


def _edit_thread(world: World, call: Call, thread: Channel) -> Any:
    """Change a thread: its opener may rename, archive and wake it; the rest takes a moderator."""
    body = call.body
    manages = may(world, thread, P.MANAGE_THREADS)
    opener = thread.owner_id == world.application.bot_id
    waking = body.get("archived") is False
    if thread.archived and not waking and not (manages and "locked" in body):
        raise ApiError(400, 50083)
    if set(body) == {"archived"} and waking and not thread.locked:
        need(world.rights(world.application.bot_id, thread), P.SEND_IN_THREADS)
    elif not manages and (not opener or {"locked", "rate_limit_per_user"} & set(body)):
        raise forbidden(50013)
    elif thread.locked and not manages:
        raise forbidden(160005)
    thread_life.change(world, thread, **_checked(body))
    return payloads.thread_payload(world, thread, viewer=world.application.bot_id)


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    form = Form()
    fields: dict[str, Any] = {}
    if "name" in body and form.length("name", body["name"], 1, limits.THREAD_NAME):
        fields["name"] = body["name"]
    for name in ("archived", "locked", "invitable"):
        if name in body:
            fields[name] = bool(body[name])
    if "auto_archive_duration" in body:
        fields["auto_archive"] = archive_minutes(form, body)
    if "rate_limit_per_user" in body:
        fields["slowmode"] = body["rate_limit_per_user"] or 0
    if "applied_tags" in body:
        fields["applied_tags"] = [str(tag) for tag in body["applied_tags"] or []]
    form.settle()
    return fields


def archive_minutes(form: Form, body: dict[str, Any]) -> int | None:
    """Return how many minutes of silence archive a thread, None when nothing is said."""
    given = body.get("auto_archive_duration")
    if given is None:
        return None
    if given not in thread_life.ARCHIVE_MINUTES:
        allowed = ", ".join(str(minutes) for minutes in sorted(thread_life.ARCHIVE_MINUTES))
        form.wrong(
            "auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of ({allowed})."
        )
    return given if isinstance(given, int) else None


@route("DELETE", _CHANNEL, limit="other")
def delete_channel(world: World, call: Call) -> Any:
    """Delete a channel or thread; a direct message channel is merely closed."""
    found = channel_of(world, call.params["channel_id"])
    shown = payloads.channel_payload(world, found)
    if not found.is_direct:
        needed = P.MANAGE_THREADS if found.is_thread else P.MANAGE_CHANNELS
        need(world.rights(world.application.bot_id, found), needed)
        thread_life.remove(world, found)
    return shown
