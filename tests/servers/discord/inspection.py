"""What a test may look at: calls, replies, threads, visible text. Reads only."""

from __future__ import annotations

import re
from typing import Any

from . import components
from .limits import TYPING_SECONDS
from .mentions import text_of
from .people import People, shows_previews
from .records import Channel, Message, MessageFlag, MessageKind, Pinged
from .wire import Call

_LINK = re.compile(r"https?://[^\s<>|\"')\\]+")
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")


class Inspection(People):
    """Questions about the state, answered as a person would see it."""

    def calls_to(self, route: str) -> list[Call]:
        """Return every call of a route, refused and failed ones included, oldest first.

        `route` is `POST /channels/{channel_id}/messages`, or a template for all methods.
        """
        return [call for call in self.calls if route in (call.name, call.route)]

    def messages(self, channel: str | Channel) -> list[Message]:
        """Return what stands in a channel or thread, oldest first."""
        return sorted(self.place(channel).messages.values(), key=lambda m: int(m.id))

    def threads(self, channel: str | Channel) -> list[Channel]:
        """Return the threads of a channel, archived ones too, oldest first."""
        parent = self.place(channel)
        guild = self.guilds[parent.guild_id or ""]
        return [thread for thread in guild.threads.values() if thread.parent_id == parent.id]

    def thread_of(self, message: Message) -> Channel | None:
        """Return the thread that was opened on a message, None when there is none."""
        return self.channels.get(message.thread_id or "")

    def replies(self, question: Message) -> list[Message]:
        """Return the bot's answers to a message, oldest first.

        They stand in the thread on the message; or reply to it, or to one another; or, where the
        message itself stands in a thread or direct message, come after it without a reference.
        """
        thread = self.thread_of(question)
        where = thread or self.channels[question.channel_id]
        flowing = thread is not None or where.is_thread or where.is_direct
        chain = {question.id}
        found = []
        for message in self.messages(where):
            if message.author_id != self.application.bot_id or int(message.id) <= int(question.id):
                continue
            target = (message.reference or {}).get("message_id")
            if message.type == MessageKind.THREAD_STARTER:
                continue
            if thread is not None or target in chain or (flowing and target is None):
                found.append(message)
                chain.add(message.id)
        return found

    def reply_texts(self, question: Message) -> list[str]:
        """Return the visible text of every answer to a message."""
        return [self.visible(reply) for reply in self.replies(question)]

    def own(self, channel: str | Channel) -> list[Message]:
        """Return the bot's messages in a channel or thread, oldest first."""
        bot = self.application.bot_id
        return [m for m in self.messages(channel) if m.author_id == bot]

    def visible(self, message: Message) -> str:
        """Return a message as a person reads it: mentions by name, then embeds."""
        parts = [self._named(text_of(message).strip())]
        if not message.flags & MessageFlag.SUPPRESS_EMBEDS:
            for embed in message.embeds:
                texts = [embed.get("title"), embed.get("description")]
                texts += [f"{f['name']}\n{f['value']}" for f in embed.get("fields", [])]
                parts += [self._named(text) for text in texts if text]
        return "\n".join(part for part in parts if part)

    def _named(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            kind, target = found[1], found[2]
            if kind == "#":
                channel = self.channels.get(target)
                return f"#{channel.name}" if channel else found[0]
            if kind == "@&":
                roles = [g.roles[target] for g in self.guilds.values() if target in g.roles]
                return f"@{roles[0].name}" if roles else found[0]
            user = self.users.get(target)
            return f"@{user.global_name or user.name}" if user else found[0]

        return _COMMAND.sub(r"/\1", _MENTION.sub(name, text))

    def edits(self, message: Message) -> list[str]:
        """Return the content of every version of a message, the first post included."""
        return [version.content for version in message.versions]

    def buttons(self, message: Message) -> list[dict[str, Any]]:
        """Return the buttons of a message."""
        return [c for c in components.walk(message.components) if c["type"] == components.BUTTON]

    def previews(self, message: Message) -> list[str]:
        """Return the links of a message that Discord would fetch and preview."""
        return _LINK.findall(message.content) if shows_previews(message) else []

    def pinged_by_bot(self) -> list[Pinged]:
        """Return whom the bot's messages notify as they stand, leaving out those who nobody."""
        bot = self.application.bot_id
        everything = (m for c in self.channels.values() for m in c.messages.values())
        return [m.pinged for m in everything if m.author_id == bot and m.pinged]

    def typing_in(self, channel: str | Channel) -> list[float]:
        """Return when the bot showed itself as typing in a channel."""
        where = self.place(channel)
        bot = self.application.bot_id
        return [at for at, there, who in self.typing if there == where.id and who == bot]

    def shows_typing(self, channel: str | Channel) -> bool:
        """Tell whether people see the bot as typing: for ten seconds, or until it posts."""
        at = max(self.typing_in(channel), default=0.0)
        posted = max((message.at for message in self.own(channel)), default=0.0)
        return at > posted and self.clock.now() < at + TYPING_SECONDS

    def ephemerals_for(self, user: str) -> list[Message]:
        """Return what only this person sees, oldest first."""
        wanted = self.person(user).id
        return [m for m in self.ephemerals if m.visible_to == wanted]
