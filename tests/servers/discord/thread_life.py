"""What happens to threads: opening, waking, archiving by time, changing. Used by REST and people.

discord.com/developers/docs/topics/threads
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads
from .records import FORUMS, Channel, Kind, Message, MessageFlag, MessageKind

if TYPE_CHECKING:
    from .world import World

NOTICE_SECONDS = 60.0  # how old a message must be for a notice; documented as "a very small value"
ARCHIVE_MINUTES = (60, 1_440, 4_320, 10_080)


def open_thread(
    world: World,
    parent: Channel,
    owner_id: str,
    name: str,
    *,
    kind: Kind = Kind.PUBLIC_THREAD,
    start: Message | None = None,
    auto_archive: int | None = None,
    invitable: bool | None = None,
    slowmode: int = 0,
    tags: list[str] | None = None,
) -> Channel:
    """Open a thread and tell the gateway; `start` is the message that it grows from.

    A thread from a message has that message's id. Its first entry is a system message that points
    back; a public thread without a message, or from an older one, leaves a notice in the channel.
    """
    now = world.clock.now()
    thread = Channel(
        start.id if start else world.snowflakes.new(),
        kind,
        parent.guild_id,
        name,
        parent.id,
        slowmode=slowmode,
        owner_id=owner_id,
        auto_archive=auto_archive or parent.default_auto_archive or 4_320,
        invitable=invitable,
        archived_at=now,
        created_at=now,
        members={owner_id: now},
        applied_tags=tags or [],
    )
    world.add_channel(thread)
    tell(world, thread, "THREAD_CREATE", newly_created=True)
    if start is not None:
        _point_back(world, parent, thread, start)
    if parent.type in FORUMS:
        parent.last_message_id = thread.id
    elif kind != Kind.PRIVATE_THREAD and (not start or now - start.at > NOTICE_SECONDS):
        _announce(world, parent, thread)
    watch(world, thread)
    return thread


def _point_back(world: World, parent: Channel, thread: Channel, start: Message) -> None:
    start.thread_id = thread.id
    start.flags |= MessageFlag.HAS_THREAD
    world.revise(start, mention=False)
    reference = {"type": 0, "message_id": start.id, "channel_id": parent.id}
    starter = Message(
        world.snowflakes.new(),
        thread.id,
        start.author_id,
        "",
        world.clock.now(),
        MessageKind.THREAD_STARTER,
        reference=reference | {"guild_id": parent.guild_id},
    )
    world.publish(starter)


def _announce(world: World, parent: Channel, thread: Channel) -> None:
    notice = Message(
        world.snowflakes.new(),
        parent.id,
        thread.owner_id,
        thread.name or "",
        world.clock.now(),
        MessageKind.THREAD_CREATED,
        reference={"type": 0, "channel_id": thread.id, "guild_id": parent.guild_id},
    )
    world.publish(notice, {"parse": []})


def tell(world: World, thread: Channel, event: str, **more: Any) -> None:
    """Tell the gateway of a thread in its present state."""
    data = payloads.thread_payload(world, thread, viewer=world.application.bot_id) | more
    world.emit(event, data, guild_id=thread.guild_id, channel_id=thread.id)


def change(world: World, thread: Channel, **fields: Any) -> None:
    """Set fields of a thread (`archived`, `locked`, `name`, ...) and tell the gateway."""
    waking = thread.archived and fields.get("archived") is False
    if "archived" in fields and fields["archived"] != thread.archived:
        thread.archived_at = world.clock.now()
    for name, value in fields.items():
        setattr(thread, name, value)
    tell(world, thread, "THREAD_UPDATE")
    bot = world.application.bot_id
    if waking and bot in thread.members:
        member = payloads.thread_member_payload(thread, bot) | {"guild_id": thread.guild_id}
        world.emit("THREAD_MEMBER_UPDATE", member, guild_id=thread.guild_id, channel_id=thread.id)
    watch(world, thread)


def wake(world: World, channel: Channel) -> None:
    """Bring an archived thread back because somebody posts in it."""
    if channel.archived:
        change(world, channel, archived=False)


def watch(world: World, thread: Channel) -> None:
    """Archive a thread when nothing happens in it for as long as it is set to."""
    if thread.archived:
        return
    seconds = thread.auto_archive * 60.0

    def look() -> None:
        if thread.archived or world.channels.get(thread.id) is not thread:
            return
        newest = max((m.at for m in thread.messages.values()), default=thread.created_at)
        quiet = world.clock.now() - max(newest, thread.archived_at)
        if quiet >= seconds - 1e-3:
            change(world, thread, archived=True)
        else:
            world.clock.call_later(seconds - quiet, look)

    world.clock.call_later(seconds, look)


def remove(world: World, channel: Channel) -> None:
    """Delete a channel with its threads, or one thread, and tell the gateway."""
    guild = world.guilds[channel.guild_id or ""]
    if channel.is_thread:
        keys = ("id", "guild_id", "parent_id", "type")
        shown = payloads.thread_payload(world, channel)
        data = {key: shown[key] for key in keys}
        world.emit("THREAD_DELETE", data, guild_id=guild.id, channel_id=channel.id)
        guild.threads.pop(channel.id, None)
    else:
        data = payloads.channel_payload(world, channel)
        world.emit("CHANNEL_DELETE", data, guild_id=guild.id, channel_id=channel.id)
        for thread in [t for t in guild.threads.values() if t.parent_id == channel.id]:
            del guild.threads[thread.id], world.channels[thread.id]
        guild.channels.pop(channel.id, None)
    world.channels.pop(channel.id, None)
    world.changed()


def join(world: World, thread: Channel, *user_ids: str) -> None:
    """Let people into a thread; posting in it or being mentioned there does so."""
    new = [i for i in user_ids if i not in thread.members]
    if not new:
        return
    now = world.clock.now()
    thread.members |= dict.fromkeys(new, now)
    guild = world.guilds[thread.guild_id or ""]
    added = []
    for user_id in new:
        member = payloads.thread_member_payload(thread, user_id)
        if user_id in guild.members:
            member["member"] = payloads.member_payload(world, guild.members[user_id])
        added.append(member | {"presence": None})
    data = {
        "id": thread.id,
        "guild_id": guild.id,
        "member_count": min(50, len(thread.members)),
        "added_members": added,
    }
    world.emit("THREAD_MEMBERS_UPDATE", data, guild_id=guild.id, channel_id=thread.id)
    if world.application.bot_id in new:
        # Whoever is added is told of the thread once more, known or not.
        tell(world, thread, "THREAD_CREATE")


def leave(world: World, thread: Channel, user_id: str) -> None:
    """Take somebody out of a thread."""
    if thread.members.pop(user_id, None) is None:
        return
    data = {
        "id": thread.id,
        "guild_id": thread.guild_id,
        "member_count": min(50, len(thread.members)),
        "removed_member_ids": [user_id],
    }
    world.emit("THREAD_MEMBERS_UPDATE", data, guild_id=thread.guild_id, channel_id=thread.id)
