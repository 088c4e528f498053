"""The playground passes the contract of a platform's delivery."""

from __future__ import annotations

import itertools

import pytest

from adapters.web.adapter import WebPlatform
from bot.events import Author, Message, ThreadRef
from bot.platform import Batch
from bot.store.channel_message import ChannelMessage, Meta
from bot.store.files import Files
from bot.store.messages import ChannelMessages
from tests.contracts.platform import PlatformContract


class WebStage:
    """A question in the playground."""

    def __init__(self, messages: ChannelMessages, files: Files) -> None:
        self.platform = WebPlatform(messages, files, host="127.0.0.1", port=0)
        self._messages = messages
        self._ids = itertools.count(1)

    async def question(self) -> Batch:
        id = f"m{next(self._ids)}"
        thread = ThreadRef("web", "playground", "general", id)
        meta = Meta("general", "ana", "Ana", 1_800_000_000_000_000)
        await self._messages.add(ChannelMessage(id, meta, "@parley hello"))
        return Batch(thread, (Message(id, thread, Author("ana", "Ana"), "hello", meta.at),))

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        found = await self._messages.thread(batch.thread.thread)
        return [
            (one.id, "\n\n".join(part for part in (one.text, one.meta.note, _mark(one)) if part))
            for one in found
            if one.meta.bot and not one.meta.deleted
        ]

    def tighten(self) -> None:
        """Leave it: what is refused here never depends on its length."""


def _mark(message: ChannelMessage) -> str:
    """Return what the page shows beside the text of an answer that was stopped."""
    return "stopped" if message.meta.state == "stopped" else ""


@pytest.fixture
def stage(messages: ChannelMessages, files: Files) -> WebStage:
    return WebStage(messages, files)


class TestWebPlatform(PlatformContract):
    """On a real store."""
