"""What humans (and other bots) write and do with messages; tests call these.

Channels and people are named by object, id or name; names belong to the first server that has them.
Every action changes the state first and then tells the gateway, as Discord does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from . import reactions, thread_life
from .payloads import guessed_type
from .permissions import P
from .places import Places
from .records import Attachment, Channel, Kind, Message, MessageFlag, MessageKind, User

_AT = re.compile(r"(?<![\w<@`])@(?!everyone\b|here\b)([\w.-]+)")
Files = Sequence["Attachment | tuple[str, bytes | str]"]


class People(Places):
    """The actions of everybody who is not the bot under test."""

    # -- writing --------------------------------------------------------------------------

    async def user_posts(
        self,
        channel: str | Channel,
        user: str | User,
        text: str = "",
        *,
        files: Files = (),
        reply_to: Message | None = None,
        ping: bool = True,
        nonce: str | None = None,
    ) -> Message:
        """Write a message as a person; return it.

        `@name` becomes the mention of a person, bot or role of that name. `files`: (name, content)
        or attachments. `reply_to` makes it a reply, which notifies the author unless `ping=False`.
        Raises PermissionError where the person may not write.
        """
        where, author = self.place(channel), self.person(user)
        self._may_write(where, author)
        message = self._message(where, author, self.encoded(text, where), nonce=nonce)
        message.attachments = [self.file(*f) if isinstance(f, tuple) else f for f in files]
        if reply_to is not None:
            message.type = MessageKind.REPLY
            message.reference = _pointing_to(reply_to, where)
        thread_life.wake(self, where)
        self.publish(message, {"parse": ["users", "roles", "everyone"], "replied_user": ping})
        return message

    async def bot_posts(
        self, channel: str | Channel, text: str, *, name: str = "otherbot", webhook: bool = False
    ) -> Message:
        """Write a message as some other app's bot, or through a webhook."""
        where = self.place(channel)
        author = self.account(name) or self.add_user(name, bot=True)
        guild = self.guild_of(where)
        if guild is not None and author.id not in guild.members and not webhook:
            self.add_member(guild, author.id)
        message = self._message(where, author, self.encoded(text, where))
        if webhook:
            message.webhook_id = author.id
        self.publish(message)
        return message

    async def system_posts(
        self, channel: str | Channel, user: str | User, kind: int = 7
    ) -> Message:
        """Let Discord write one of its own notices (7: somebody joined, 6: a pin)."""
        where = self.place(channel)
        message = self._message(where, self.person(user), "")
        message.type = MessageKind(kind)
        self.publish(message, {"parse": []})
        return message

    async def user_types(self, channel: str | Channel, user: str | User) -> None:
        """Show a person as typing."""
        self.type_in(self.place(channel), self.person(user).id)

    def _message(
        self, where: Channel, author: User, content: str, *, nonce: str | None = None
    ) -> Message:
        made = self.snowflakes.new()
        return Message(made, where.id, author.id, content, self.clock.now(), nonce=nonce)

    def _may_write(self, where: Channel, author: User) -> None:
        rights = self.rights(author.id, where)
        if where.type in (Kind.FORUM, Kind.MEDIA, Kind.CATEGORY):
            raise ValueError(f"nobody can write in {where.name} itself")
        if not rights & P.VIEW_CHANNEL:
            raise PermissionError(f"{author.name} does not see {where.name or where.id}")
        if not rights & (P.SEND_IN_THREADS if where.is_thread else P.SEND_MESSAGES):
            raise PermissionError(f"{author.name} may not write in {where.name or where.id}")
        if where.locked and not rights & P.MANAGE_THREADS:
            raise PermissionError(f"{where.name} is locked")

    def encoded(self, text: str, where: Channel) -> str:
        """Turn `@name` into the mention of an account or role of that name."""
        guild = self.guild_of(where)

        def mention(found: re.Match[str]) -> str:
            name = found[1].lower()
            for role in guild.roles.values() if guild else ():
                if role.name.lower() == name and role.managed_by is None:
                    return f"<@&{role.id}>"
            known = self.account(name)
            return f"<@{known.id}>" if known else found[0]

        return _AT.sub(mention, text)

    def file(
        self,
        name: str,
        content: bytes | str,
        content_type: str | None = None,
        *,
        size: int | None = None,
    ) -> Attachment:
        """Make a file that a message can carry; `size` lets it claim another size than it has."""
        data = content.encode() if isinstance(content, str) else content
        kind = guessed_type(name) if content_type is None else content_type
        return Attachment(self.snowflakes.new(), name, data, kind, size=size)

    # -- changing -------------------------------------------------------------------------

    async def user_edits(self, message: Message, text: str) -> None:
        """Edit a person's message; mentions in it are worked out again."""
        message.content = self.encoded(text, self.channels[message.channel_id])
        message.edited_at = self.clock.now()
        self.revise(message)

    async def user_deletes(self, message: Message) -> None:
        """Delete a message; a thread that hangs on it stays."""
        self.retract(message)

    async def bulk_deletes(self, *messages: Message) -> None:
        """Delete several messages of a channel at once, as a moderator's tool does."""
        channel = self.channels[messages[0].channel_id]
        for message in messages:
            message.deleted = True
            channel.messages.pop(message.id, None)
        data: dict[str, Any] = {"ids": [m.id for m in messages], "channel_id": channel.id}
        if channel.guild_id:
            data["guild_id"] = channel.guild_id
        self.emit("MESSAGE_DELETE_BULK", data, guild_id=channel.guild_id, channel_id=channel.id)

    async def unfurls(
        self, message: Message, url: str = "https://example.org/", title: str = "A page"
    ) -> None:
        """Attach a link's preview, as Discord does by itself: an update that is no edit."""
        embed = {"type": "link", "url": url, "title": title, "description": "Something"}
        message.embeds = [*message.embeds, embed]
        self.revise(message, mention=False)

    async def user_pins(self, message: Message, *, undo: bool = False) -> None:
        """Pin a message: an update that is no edit."""
        message.pinned = not undo
        self.revise(message, mention=False)

    async def user_reacts(
        self, message: Message, user: str | User, emoji: str, *, undo: bool = False
    ) -> None:
        """Put an emoji under a message, or take it back."""
        who = self.person(user).id
        listed = message.reactions.setdefault(emoji, [])
        if undo:
            listed.remove(who)
        else:
            listed.append(who)
        if not listed:
            del message.reactions[emoji]
        reactions.tell(self, message, who, emoji, added=not undo)

    # -- threads --------------------------------------------------------------------------

    async def user_opens_thread(
        self,
        channel: str | Channel,
        user: str | User,
        name: str,
        *,
        message: Message | None = None,
        private: bool = False,
        members: Sequence[str | User] = (),
    ) -> Channel:
        """Open a thread in a channel, on a message of it or by itself; return it."""
        parent, opener = self.place(channel), self.person(user)
        kind = Kind.PRIVATE_THREAD if private else Kind.PUBLIC_THREAD
        if parent.type == Kind.ANNOUNCEMENT and not private:
            kind = Kind.ANNOUNCEMENT_THREAD
        thread = thread_life.open_thread(self, parent, opener.id, name, kind=kind, start=message)
        thread_life.join(self, thread, *(self.person(member).id for member in members))
        return thread

    async def private_thread(
        self, channel: str | Channel, user: str | User, name: str, members: Sequence[str | User]
    ) -> Channel:
        """Open a private thread with these people (and bots) in it."""
        return await self.user_opens_thread(channel, user, name, private=True, members=members)

    async def forum_post(
        self,
        forum: str | Channel,
        user: str | User,
        title: str,
        text: str,
        *,
        files: Files = (),
        tags: Sequence[str] = (),
    ) -> Message:
        """Write a new post in a forum; return its first message, whose channel is the post."""
        parent, author = self.place(forum), self.person(user)
        thread = thread_life.open_thread(self, parent, author.id, title, tags=list(tags))
        message = self._message(thread, author, self.encoded(text, parent))
        message.id = thread.id
        message.attachments = [self.file(*f) if isinstance(f, tuple) else f for f in files]
        self.publish(message)
        return message

    async def archive(self, thread: str | Channel, *, undo: bool = False) -> None:
        """Archive a thread, or bring it back."""
        thread_life.change(self, self.place(thread), archived=not undo)

    async def lock(self, thread: str | Channel, *, undo: bool = False) -> None:
        """Lock a thread (a moderator does), or unlock it; it is not archived by that."""
        thread_life.change(self, self.place(thread), locked=not undo)

    async def rename(self, thread: str | Channel, name: str) -> None:
        """Rename a thread."""
        thread_life.change(self, self.place(thread), name=name)

    async def add_to_thread(self, thread: str | Channel, *users: str | User) -> None:
        """Add people or bots to a thread."""
        where = self.place(thread)
        thread_life.join(self, where, *(self.person(user).id for user in users))

    async def remove_from_thread(self, thread: str | Channel, user: str | User) -> None:
        """Take somebody out of a thread."""
        thread_life.leave(self, self.place(thread), self.person(user).id)


def _pointing_to(target: Message, where: Channel) -> dict[str, Any]:
    reference = {"type": 0, "message_id": target.id, "channel_id": where.id}
    return reference | ({"guild_id": where.guild_id} if where.guild_id else {})


def shows_previews(message: Message) -> bool:
    """Tell whether Discord would preview the links of a message."""
    return not message.flags & MessageFlag.SUPPRESS_EMBEDS
