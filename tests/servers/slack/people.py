"""What humans (and other bots) do in the workspace; tests call these.

Channels and users are named by id or by name; the names belong to the first workspace, ids to any.
Every action changes the state first and then emits the events that Slack would emit.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from . import events
from .apps import Installation
from .core import Core
from .delivery import Delivery
from .richtext import compose, normalise
from .workspace import Channel, File, Message, User, Workspace, new_id


class People(Core):
    """The actions of everybody who is not the bot under test."""

    def _where(self, channel: str) -> tuple[Workspace, Channel]:
        try:
            return self.place(channel)
        except KeyError:
            workspace = next(iter(self.workspaces.values()))
            return workspace, workspace.channel(channel)

    async def user_posts(
        self,
        channel: str,
        user: str,
        text: str = "",
        thread_ts: str | None = None,
        *,
        files: Sequence[File] = (),
        blocks: list[dict[str, Any]] | None = None,
        broadcast: bool = False,
        raw: bool = False,
        subtype: str | None = None,
    ) -> Message:
        """Write a message as a person; return it.

        `text` is what is typed: `@name`, `#channel` and links become what the client makes of
        them, `<` and `&` are escaped. `raw=True` takes the text as already encoded, without
        rich-text blocks. `subtype` is for oddities such as `me_message`.
        """
        workspace, where = self._where(channel)
        author = workspace.user(user)
        if where.archived:
            raise ValueError("the channel is archived")
        self._come_in(where, author)
        encoded, typed_blocks = (text, []) if raw else compose(workspace, text)
        parent = where.find(thread_ts) if thread_ts else None
        if thread_ts and parent is None:
            raise KeyError(thread_ts)
        message = Message(
            ts=self.new_ts(),
            channel=where.id,
            text=encoded,
            at=self.clock.now(),
            user=author.id,
            thread_ts=parent.ts if parent else None,
            parent_user_id=parent.user if parent else None,
            subtype=subtype
            or ("file_share" if files else "thread_broadcast" if broadcast else None),
            blocks=typed_blocks if blocks is None else blocks,
            files=[self.share(workspace, file, where) for file in files],
            client_msg_id=str(uuid.uuid4()),
        )
        self.publish(where, message)
        return message

    def _come_in(self, where: Channel, author: User) -> None:
        """Let a person into a public channel silently; other channels must be joined first."""
        if author.id in where.members:
            return
        if where.kind != "channel":
            raise ValueError(f"{author.name} is not in {where.id}")
        where.members[author.id] = None

    async def bot_posts(
        self, channel: str, text: str, thread_ts: str | None = None, *, name: str = "otherbot"
    ) -> Message:
        """Write a message as some other app's bot (`bot_message`, without a user)."""
        _, where = self._where(channel)
        parent = where.find(thread_ts) if thread_ts else None
        message = Message(
            ts=self.new_ts(),
            channel=where.id,
            text=normalise(text),
            at=self.clock.now(),
            bot_id="B0OTHERBOT0",
            app_id="A0OTHERAPP0",
            username=name,
            subtype="bot_message",
            thread_ts=parent.ts if parent else None,
            parent_user_id=parent.user if parent else None,
        )
        self.publish(where, message)
        return message

    async def user_edits(self, message: Message, text: str) -> None:
        """Edit a person's message; a mention in it is announced once more."""
        workspace, where = self.place(message.channel)
        previous = self.snapshot(where, message)
        message.text, message.blocks = compose(workspace, text)
        message.edited = {"user": message.user or "", "ts": f"{int(self.clock.now())}.000000"}
        self.revise(where, message, previous, mention=True)

    async def user_deletes(self, message: Message) -> None:
        """Delete a message; a parent with replies leaves a tombstone."""
        _, where = self.place(message.channel)
        self.retract(where, message)

    async def slack_unfurls(self, message: Message, url: str, title: str = "A page") -> None:
        """Attach a link preview, as Slack does by itself: `message_changed` without an edit."""
        _, where = self.place(message.channel)
        previous = self.snapshot(where, message)
        message.attachments = [
            {"from_url": url, "original_url": url, "title": title, "id": 1, "fallback": title}
        ]
        self.revise(where, message, previous)

    async def user_reacts(self, message: Message, user: str, name: str) -> None:
        workspace, where = self.place(message.channel)
        author = workspace.user(user)
        message.reactions.setdefault(name, []).append(author.id)
        ts = self.new_ts()
        event = {
            "type": "reaction_added",
            "user": author.id,
            "reaction": name,
            "item": {"type": "message", "channel": where.id, "ts": message.ts},
            "item_user": message.user,
            "event_ts": ts,
        }
        self.tell(where, event, "reaction_added")

    # -- channels -----------------------------------------------------------------------------

    def open_channel(self, name: str, *, private: bool = False) -> Channel:
        """Make a channel in the first workspace with everybody in it, bots included; no events."""
        workspace = next(iter(self.workspaces.values()))
        return workspace.add_channel(name, "group" if private else "channel", [*workspace.users])

    async def invite(
        self, channel: str, member: str, by: str = "alice", *, about: Message | None = None
    ) -> None:
        """Bring a person or bot into a channel.

        `about` is the message that mentioned the bot before it was a member: Slack then sends
        its `app_mention` after the invitation.
        """
        workspace, where = self._where(channel)
        joining, inviter = workspace.user(member), workspace.user(by)
        where.members[joining.id] = None
        event = events.joined_event(where, joining.id, inviter.id, self.new_ts())
        self.tell(where, event, "member_joined_channel")
        bot = self._installation_of(joining.id)
        if about is not None and bot is not None and bot.wants("app_mention", None):
            self.deliver(bot, events.mention_event(workspace, where, about))
        self.changed()

    async def kick(self, channel: str, member: str, by: str = "alice") -> None:
        """Remove a person or bot from a channel; a bot hears `channel_left`, the rest the loss."""
        workspace, where = self._where(channel)
        leaving, actor = workspace.user(member), workspace.user(by)
        del where.members[leaving.id]
        bot = self._installation_of(leaving.id)
        kind = "channel_left" if where.kind == "channel" else "group_left"
        if bot is not None and bot.wants(kind, None):
            event = {"type": kind, "channel": where.id, "actor_id": actor.id}
            self.deliver(bot, event | {"event_ts": self.new_ts()})
        left = {
            "type": "member_left_channel",
            "user": leaving.id,
            "channel": where.id,
            "channel_type": "C" if where.kind == "channel" else "G",
            "team": where.team_id,
            "event_ts": self.new_ts(),
        }
        self.tell(where, left, "member_left_channel")
        self.changed()

    async def archive(self, channel: str, by: str = "alice", *, undo: bool = False) -> None:
        """Archive a channel, or bring it back."""
        workspace, where = self._where(channel)
        where.archived = not undo
        kind = "channel_unarchive" if undo else "channel_archive"
        event = {"type": kind, "channel": where.id, "user": workspace.user(by).id}
        self.tell(where, event | {"is_moved": 0, "event_ts": self.new_ts()}, kind)
        self.changed()

    def _installation_of(self, user_id: str) -> Installation | None:
        return next((i for i in self.installations.values() if i.bot_user_id == user_id), None)

    # -- files --------------------------------------------------------------------------------

    def file(
        self,
        name: str,
        content: bytes | str,
        user: str = "alice",
        *,
        mimetype: str = "text/plain",
        filetype: str | None = None,
        mode: str = "hosted",
        external_url: str | None = None,
    ) -> File:
        """Make a file that a message can carry.

        `mode`: `hosted`, `snippet`, `external` (with `external_url`, somebody else's host) or
        `connect` (a Slack Connect stub that only files.info resolves).
        """
        workspace = next(iter(self.workspaces.values()))
        data = content.encode() if isinstance(content, str) else content
        kind = filetype or (name.rpartition(".")[2] if "." in name else "text")
        made = File(
            new_id("F"),
            name,
            mimetype,
            kind,
            data,
            workspace.user(user).id,
            int(self.clock.now()),
            mode=mode,
            external_url=external_url,
        )
        workspace.files[made.id] = made
        return made

    def share(self, workspace: Workspace, file: File, where: Channel) -> dict[str, Any]:
        """Note that a file is in a channel; return it as the message carries it."""
        file.channels.append(where.id)
        if file.mode == "connect":
            return events.connect_stub(file)
        return events.file_object(workspace, file, self.base_url)

    # -- delivery -----------------------------------------------------------------------------

    def deliveries(self, event_type: str | None = None) -> list[Delivery]:
        """Return what was sent to the first app, oldest first, of one event type or all."""
        postman = next(iter(self.postmen.values()))
        return [d for d in postman.sent if event_type in (None, d.event["type"])]

    async def redeliver(self, message: Message | Delivery) -> int:
        """Send the events of a message, or one event, once more; return how many were sent."""
        postman = next(iter(self.postmen.values()))
        if isinstance(message, Delivery):
            postman.again(message)
            return 1
        again = [d for d in postman.sent if d.event.get("ts") == message.ts]
        for delivery in again:
            postman.again(delivery)
        return len(again)
