"""Messages and their files as the API and the gateway show them. Pure reads.

discord.com/developers/docs/resources/message
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from . import cdn
from .payloads_places import Payload, iso, member_payload, thread_payload, user_payload
from .permissions import in_channel
from .records import Attachment, Channel, Guild, Message

if TYPE_CHECKING:
    from .world import World


def attachment_payload(world: World, channel_id: str, attachment: Attachment) -> Payload:
    url = cdn.signed(world, channel_id, attachment)
    shown: Payload = {
        "id": attachment.id,
        "filename": attachment.filename,
        "size": len(attachment.data) if attachment.size is None else attachment.size,
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "content_scan_version": 0,
    }
    for name in ("title", "description"):
        if getattr(attachment, name) is not None:
            shown[name] = getattr(attachment, name)
    return shown | ({"ephemeral": True} if attachment.ephemeral else {})


def guessed_type(filename: str) -> str:
    """Return the content type that Discord would derive for a file's name."""
    kind, _ = mimetypes.guess_type(filename)
    kind = kind or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def message_payload(world: World, message: Message, *, nested: bool = True) -> Payload:
    """Return a message as REST shows it; `nested` adds the message it refers to, one level."""
    shown: Payload = {
        "id": message.id,
        "channel_id": message.channel_id,
        "type": int(message.type),
        "content": message.content,
        "author": user_payload(world.users[message.author_id]),
        "attachments": [
            attachment_payload(world, message.channel_id, a) for a in message.attachments
        ],
        "embeds": message.embeds,
        "mentions": [user_payload(world.users[i]) for i in message.mentions],
        "mention_roles": list(message.mention_roles),
        "mention_everyone": message.mention_everyone,
        "pinned": message.pinned,
        "tts": message.tts,
        "timestamp": iso(message.at),
        "edited_timestamp": iso(message.edited_at),
        "flags": message.flags,
        "components": message.components,
    }
    _optional(world, message, shown)
    if message.reference and nested:
        shown["message_reference"] = dict(message.reference)
        if message.type != 18 and message.reference.get("type", 0) == 0:
            target = world.find(message.reference["channel_id"], message.reference["message_id"])
            known = message_payload(world, target, nested=False) if target else None
            shown["referenced_message"] = known
    elif message.reference:
        shown["message_reference"] = dict(message.reference)
    return shown


def _optional(world: World, message: Message, shown: Payload) -> None:
    if message.webhook_id:
        shown["webhook_id"] = message.webhook_id
    if message.application_id:
        shown["application_id"] = message.application_id
    if message.interaction:
        shown["interaction_metadata"] = message.interaction
    if message.snapshots:
        shown["message_snapshots"] = message.snapshots
    if message.thread_id in world.channels:
        shown["thread"] = thread_payload(world, world.channels[message.thread_id])
    if message.reactions:
        bot = world.application.bot_id
        shown["reactions"] = [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(users),
                "count_details": {"burst": 0, "normal": len(users)},
                "me": bot in users,
                "me_burst": False,
                "burst_colors": [],
            }
            for emoji, users in message.reactions.items()
        ]


def message_event(world: World, message: Message, *, created: bool = True) -> Payload:
    """Return a message as MESSAGE_CREATE and MESSAGE_UPDATE carry it: with guild and members."""
    shown = message_payload(world, message)
    channel = world.channels[message.channel_id]
    guild = world.guilds.get(channel.guild_id or "")
    if created and message.nonce is not None:
        shown["nonce"] = message.nonce
    shown["channel_type"] = int(channel.type)
    if "referenced_message" in shown and world.sends_answered != "whole":
        del shown["referenced_message"]
        if world.sends_answered == "null":
            shown["referenced_message"] = None
    if guild is None:
        return shown
    shown["guild_id"] = guild.id
    author = guild.members.get(message.author_id)
    if author is not None and message.webhook_id is None:
        shown["member"] = member_payload(world, author, with_user=False)
    for mention in shown["mentions"]:
        if mention["id"] in guild.members:
            mention["member"] = member_payload(world, guild.members[mention["id"]], with_user=False)
    return shown


def permissions_text(guild: Guild, user_id: str, channel: Channel) -> str:
    """Return somebody's permissions in a channel as interactions carry them."""
    return str(in_channel(guild, user_id, channel))
