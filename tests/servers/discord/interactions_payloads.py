"""What INTERACTION_CREATE carries, and what a message tells of the interaction behind it.

Source: discord-api-docs, developers/interactions/receiving-and-responding, "Interaction
Structure", and developers/resources/message, "Message Interaction Metadata". Pure reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads
from .interactions_records import ATTACHMENT_BYTES, Interaction, InteractionKind
from .permissions import Permission, in_channel
from .records import Attachment, Channel, Guild, Kind

if TYPE_CHECKING:
    from .world import World

# What an app has in conversations of others: only the interaction's own answers.
_VISITING = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
_CHANNEL_FIELDS = (
    "id",
    "name",
    "type",
    "last_message_id",
    "nsfw",
    "parent_id",
    "guild_id",
    "flags",
    "rate_limit_per_user",
    "topic",
    "position",
    "thread_metadata",
    "owner_id",
    "member_count",
    "message_count",
    "total_message_sent",
    "member",
)


def interaction_payload(
    world: World, interaction: Interaction, data: dict[str, Any], locale: str
) -> dict[str, Any]:
    """Return the whole event for the app."""
    channel, guild = interaction.channel, world.guild_of(interaction.channel)
    user = payloads.user_payload(world.users[interaction.user_id])
    shown: dict[str, Any] = {
        "id": interaction.id,
        "application_id": world.application.id,
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": channel.id,
        "channel": partial_channel(world, channel, interaction.user_id),
        "app_permissions": str(app_permissions(world, channel, guild)),
        "locale": locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.owners,
        "context": int(interaction.context),
        "attachment_size_limit": ATTACHMENT_BYTES,
    }
    if interaction.message is not None:
        message = payloads.message_payload(world, interaction.message)
        shown["message"] = message
    if guild is None:
        return shown | {"user": user}
    rights = in_channel(guild, interaction.user_id, channel)
    member = payloads.member_payload(world, guild.members[interaction.user_id])
    return shown | {
        "guild_id": guild.id,
        "guild": {
            "id": guild.id,
            "locale": guild.preferred_locale,
            "features": list(guild.features),
        },
        "guild_locale": guild.preferred_locale,
        "member": member | {"permissions": str(rights)},
    }


def app_permissions(world: World, channel: Channel, guild: Guild | None) -> int:
    """Return what the app may in the place of an interaction."""
    bot = world.application.bot_id
    if guild is not None and bot in guild.members:
        return in_channel(guild, bot, channel)
    if guild is None and channel.type == Kind.DM and bot in channel.recipients:
        return int(_VISITING | Permission.USE_EXTERNAL_EMOJIS)
    return int(_VISITING)


def partial_channel(world: World, channel: Channel, user_id: str) -> dict[str, Any]:
    """Return the place of an interaction, with the person's permissions there."""
    whole = payloads.channel_payload(world, channel)
    if channel.is_direct:
        # A conversation with the bot comes without its recipients; discord.py knows of that.
        return {k: v for k, v in whole.items() if k != "recipients" or channel.type != Kind.DM}
    shown = {name: whole[name] for name in _CHANNEL_FIELDS if name in whole}
    return shown | {"permissions": str(world.rights(user_id, channel))}


def resolved(
    world: World,
    channel: Channel,
    *,
    users: list[str] | None = None,
    roles: list[str] | None = None,
    channels: list[str] | None = None,
    attachments: list[Attachment] | None = None,
    messages: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return `data.resolved`, without the maps that would be empty."""
    guild = world.guild_of(channel)
    people, members = users or [], {}
    if guild is not None:
        for user_id in people:
            if user_id in guild.members:
                member = payloads.member_payload(world, guild.members[user_id], with_user=False)
                rights = in_channel(guild, user_id, channel)
                partial = {k: v for k, v in member.items() if k not in ("deaf", "mute")}
                members[user_id] = partial | {"permissions": str(rights)}
    found: dict[str, Any] = {
        "users": {i: payloads.user_payload(world.users[i]) for i in people},
        "members": members,
        "roles": {i: payloads.role_payload(guild.roles[i]) for i in roles or [] if guild},
        "channels": {
            i: partial_channel(world, world.channels[i], world.application.bot_id)
            for i in channels or []
        },
        "attachments": {
            a.id: payloads.attachment_payload(world, channel.id, a) for a in attachments or []
        },
        "messages": {m["id"]: m for m in messages or []},
    }
    return {name: entries for name, entries in found.items() if entries}


def metadata(world: World, interaction: Interaction) -> dict[str, Any]:
    """Return `interaction_metadata` of a message that answers an interaction."""
    shown: dict[str, Any] = {
        "id": interaction.id,
        "type": int(interaction.kind),
        "user": payloads.user_payload(world.users[interaction.user_id]),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind == InteractionKind.COMMAND:
        shown |= {"name": interaction.name, "command_type": 3 if interaction.message_command else 1}
    if interaction.message is not None and interaction.kind == InteractionKind.COMPONENT:
        shown["interacted_message_id"] = interaction.message.id
    if interaction.trigger is not None:
        shown["triggering_interaction_metadata"] = metadata(world, interaction.trigger)
    return shown
