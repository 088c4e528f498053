"""Users, members, roles, channels and servers as the API shows them. Pure reads.

discord.com/developers/docs/resources: user, guild, channel.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .records import FORUMS, Channel, Guild, Kind, Member, Role, User

if TYPE_CHECKING:
    from .world import World

Payload = dict[str, Any]


def iso(at: float | None) -> str | None:
    """Return a moment as Discord writes it, None for none."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def user_payload(user: User) -> Payload:
    shown: Payload = {
        "id": user.id,
        "username": user.name,
        "discriminator": user.discriminator,
        "global_name": user.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "primary_guild": None,
        "collectibles": None,
    }
    return shown | ({"bot": True} if user.bot else {}) | ({"system": True} if user.system else {})


def member_payload(world: World, member: Member, *, with_user: bool = True) -> Payload:
    shown: Payload = {
        "roles": list(member.roles),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "joined_at": iso(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }
    return shown | ({"user": user_payload(world.users[member.user_id])} if with_user else {})


def role_payload(role: Role) -> Payload:
    shown: Payload = {
        "id": role.id,
        "name": role.name,
        "description": None,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "managed": role.managed_by is not None,
        "mentionable": role.mentionable,
        "flags": 0,
    }
    return shown | ({"tags": {"bot_id": role.managed_by}} if role.managed_by else {})


def channel_payload(world: World, channel: Channel, *, viewer: str | None = None) -> Payload:
    """Return a channel; `viewer` adds the thread member of somebody who joined the thread."""
    if channel.is_direct:
        return _direct_payload(world, channel, viewer or world.application.bot_id)
    if channel.is_thread:
        return thread_payload(world, channel, viewer=viewer or world.application.bot_id)
    shown: Payload = {
        "id": channel.id,
        "type": int(channel.type),
        "guild_id": channel.guild_id,
        "name": channel.name,
        "position": channel.position,
        "parent_id": channel.parent_id,
        "flags": channel.flags,
        "permission_overwrites": [
            {"id": o.id, "type": o.type, "allow": str(o.allow), "deny": str(o.deny)}
            for o in channel.overwrites.values()
        ],
    }
    if channel.type == Kind.CATEGORY:
        return shown
    shown |= {
        "last_message_id": channel.last_message_id,
        "rate_limit_per_user": channel.slowmode,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
    }
    if channel.default_auto_archive is not None:
        shown["default_auto_archive_duration"] = channel.default_auto_archive
    if channel.type in (Kind.VOICE, Kind.STAGE):
        shown |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if channel.type in FORUMS:
        shown |= {
            "available_tags": channel.available_tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "template": "",
        }
    return shown


def _direct_payload(world: World, channel: Channel, viewer: str) -> Payload:
    others = [user_payload(world.users[i]) for i in channel.recipients if i != viewer]
    shown: Payload = {
        "id": channel.id,
        "type": int(channel.type),
        "last_message_id": channel.last_message_id,
        "flags": channel.flags,
        "recipients": others,
    }
    if channel.type == Kind.GROUP_DM:
        shown |= {"name": channel.name, "icon": None, "owner_id": channel.owner_id}
    return shown


def thread_payload(world: World, thread: Channel, *, viewer: str | None = None) -> Payload:
    metadata: Payload = {
        "archived": thread.archived,
        "archive_timestamp": iso(thread.archived_at),
        "auto_archive_duration": thread.auto_archive,
        "locked": thread.locked,
        "create_timestamp": iso(thread.created_at),
    }
    if thread.type == Kind.PRIVATE_THREAD:
        metadata["invitable"] = thread.invitable is not False
    shown: Payload = {
        "id": thread.id,
        "type": int(thread.type),
        "guild_id": thread.guild_id,
        "parent_id": thread.parent_id,
        "owner_id": thread.owner_id,
        "name": thread.name,
        "last_message_id": thread.last_message_id,
        "message_count": thread.total_sent - thread.deleted,
        "member_count": min(50, len(thread.members)),
        "total_message_sent": thread.total_sent,
        "rate_limit_per_user": thread.slowmode,
        "flags": thread.flags,
        "thread_metadata": metadata,
    }
    parent = world.channels.get(thread.parent_id or "")
    if parent is not None and parent.type in FORUMS:
        shown["applied_tags"] = list(thread.applied_tags)
    if viewer in thread.members:
        shown["member"] = thread_member_payload(thread, viewer)
    return shown


def thread_member_payload(thread: Channel, user_id: str) -> Payload:
    return {
        "id": thread.id,
        "user_id": user_id,
        "join_timestamp": iso(thread.members[user_id]),
        "flags": 0,
    }


def guild_payload(world: World, guild: Guild) -> Payload:
    """Return a server as GET /guilds/{id} shows it."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": guild.owner_id,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_payload(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": list(guild.features),
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "max_presences": None,
        "max_members": 500_000,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.preferred_locale,
        "public_updates_channel_id": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
        "incidents_data": None,
    }


def guild_created(world: World, guild: Guild, bot_id: str) -> Payload:
    """Return a server as GUILD_CREATE carries it: with channels, visible threads and members."""
    member = guild.members[bot_id]
    everyone = guild.members.values()
    return guild_payload(world, guild) | {
        "joined_at": iso(member.joined_at),
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "voice_states": [],
        # Without the members intent only the bot itself; the gateway cuts the list down.
        "members": [member_payload(world, m) for m in everyone],
        "channels": [
            {k: v for k, v in channel_payload(world, c).items() if k != "guild_id"}
            for c in guild.channels.values()
        ],
        "threads": [
            thread_payload(world, t, viewer=bot_id)
            for t in guild.threads.values()
            if not t.archived and world.can_view(bot_id, t)
        ],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
