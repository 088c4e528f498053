"""What a test may look at: calls, visible messages, edits, statuses. Reads only."""

from __future__ import annotations

import json
import re
from typing import Any

from . import render
from .people import People
from .records import Ephemeral, Status
from .wire import Call
from .workspace import Message

_LINK = re.compile(r"https?://[^\s<>|\"')\\]+")


class Inspection(People):
    """Questions about the state, answered as a person in the workspace would see it."""

    def calls_to(self, method: str) -> list[Call]:
        """Return every call of a method, refused and failed ones included, oldest first."""
        return [call for call in self.calls if call.method == method]

    def messages(self, channel: str) -> list[Message]:
        """Return what stands in the channel itself, oldest first."""
        _, where = self._where(channel)
        return [m for m in where.messages.values() if m.in_channel]

    def thread(self, channel: str, root: str | Message) -> list[Message]:
        """Return a thread: the parent and its replies, oldest first."""
        _, where = self._where(channel)
        ts = root.ts if isinstance(root, Message) else root
        parent = where.find(ts)
        return [*([parent] if parent else []), *where.thread(ts)]

    def replies(self, root: Message) -> list[Message]:
        """Return the bots' messages in the thread of a message, oldest first."""
        return [m for m in self.thread(root.channel, root)[1:] if m.bot_id]

    def visible(self, message: Message) -> str:
        """Return a message as a person reads it."""
        return render.visible_text(self.place(message.channel)[0], message)

    def reply_texts(self, root: Message) -> list[str]:
        """Return the visible text of every bot reply in the thread of a message."""
        return [self.visible(reply) for reply in self.replies(root)]

    def edits(self, message: Message) -> list[str]:
        """Return the visible text of every version of a message, the first post included."""
        workspace, _ = self.place(message.channel)
        texts = []
        for version in message.versions:
            state = Message(
                message.ts, message.channel, version.text, version.at, blocks=version.blocks
            )
            texts.append(render.visible_text(workspace, state))
        return texts

    def elements(self, message: Message) -> list[dict[str, Any]]:
        """Return the buttons and menus of a message."""
        return [element for _, element in render.elements(message.blocks)]

    def previews(self, message: Message) -> list[str]:
        """Return the links of a bot's message that Slack would fetch and preview."""
        if not (message.unfurl_links or message.unfurl_media):
            return []
        return _LINK.findall(f"{message.text} {json.dumps(message.blocks)}")

    def status(self, channel: str, thread_ts: str) -> Status | None:
        """Return the status that stands under a thread now."""
        return self.statuses.get((channel, thread_ts))

    def ephemerals_for(self, user: str) -> list[Ephemeral]:
        """Return what only this person sees, oldest first."""
        workspace = next(iter(self.workspaces.values()))
        wanted = workspace.user(user).id
        return [e for e in self.ephemerals if e.user == wanted and not e.replaced]

    def ephemeral_text(self, ephemeral: Ephemeral) -> str:
        state = Message(
            ephemeral.ts,
            ephemeral.channel,
            ephemeral.text,
            ephemeral.at,
            blocks=ephemeral.blocks,
        )
        return render.visible_text(self.place(ephemeral.channel)[0], state)
