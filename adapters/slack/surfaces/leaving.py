"""`@Parley leave` in a thread: acts at once, is confirmed once. Slash commands know no threads."""

from __future__ import annotations

import re

from adapters.slack.outbound import SlackSurface
from adapters.slack.standing import Spot
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from adapters.streaming import Stage
from bot.events import Leave, Message, Relevance
from bot.platform import Sink
from bot.store.notes import Notes
from bot.wording import say

WORDS = frozenset(
    {
        *("leave", "leave this thread", "leave the thread", "leave thread", "please leave"),
        *("离开", "请离开", "离开这里", "离开讨论串", "退出", "退出讨论串"),
        *("離開", "請離開", "離開這裡", "離開討論串", "退出討論串"),
    }
)
"""What sends the bot out of a thread; anything longer is a message like any other."""

ONCE_SECONDS = 24 * 3600

_MARKS = re.compile(r"[\s.,!?。，！？~…“”「」]+")


def is_wish(message: Message) -> bool:
    """Tell whether a message sends the bot out of its thread."""
    if message.relevance is not Relevance.DIRECT or message.starts_thread:
        return False
    if message.place.kind == "direct" or message.author.is_bot:
        return False  # in a direct message every message is for the bot
    return _MARKS.sub(" ", message.text).strip().casefold() in WORDS


class Leaving:
    """Leaves threads and says so."""

    def __init__(self, notes: Notes, tongues: Tongues) -> None:
        self._notes = notes
        self._tongues = tongues

    async def act(self, message: Message, sink: Sink) -> None:
        """Follow the message's thread no more, unless that was done before: somebody may have
        called the bot back meanwhile. Raises `StoreUnavailable`."""
        if not await self._notes.read(_name(message)):
            await sink.control(Leave(message.thread, message.author))

    async def confirm(self, message: Message, workspace: Workspace) -> None:
        """Say so in the thread, once: a mention comes as two events, and may come again. Raises
        `StoreUnavailable` and the `PlatformError` family."""
        thread, name = message.thread, _name(message)
        if await self._notes.claim(name, "1", ONCE_SECONDS):
            locale = await self._tongues.of(workspace, message.author.id)
            spot = Spot(workspace.client, workspace.lines, thread, name, message.id)
            await SlackSurface(spot).post(0, say("left_thread", locale), Stage.CLOSED)


def _name(message: Message) -> str:
    thread = message.thread
    return f"slack/left/{thread.workspace}/{thread.channel}/{message.id}"
