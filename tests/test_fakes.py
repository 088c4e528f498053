"""The platform in memory passes the contract that real ones pass: else it would be a rumour."""

from __future__ import annotations

import itertools

import pytest

from bot.errors import LostLease
from bot.events import Author, Message, ThreadRef
from bot.platform import Batch
from bot.replies import Done, TextDelta
from tests.contracts.platform import PlatformContract, stream
from tests.fakes import NAME, MemoryPlatform, MemoryReceipt


class MemoryStage:
    """A question in memory."""

    def __init__(self) -> None:
        self.platform = MemoryPlatform()
        self._ids = itertools.count(1)

    async def question(self) -> Batch:
        thread = ThreadRef(NAME, "w", "c", f"t{next(self._ids)}")
        return Batch(thread, (Message("m1", thread, Author("ana", "Ana"), "hello", 1),))

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        return [(post.id, post.text) for post in self.platform.of(batch.thread)]

    def tighten(self) -> None:
        """Leave it: what is refused here never depends on its length."""


@pytest.fixture
def stage() -> MemoryStage:
    return MemoryStage()


class TestMemoryPlatform(PlatformContract):
    """In memory, with messages of 300 characters."""

    async def test_a_post_made_after_the_lease_was_lost_is_taken_away(
        self, stage: MemoryStage
    ) -> None:
        batch = await stage.question()
        receipt = MemoryReceipt(fails={"posted": LostLease("lost")})
        with pytest.raises(LostLease):
            await stage.platform.deliver(batch, stream(TextDelta("mine"), Done("mine")), receipt)
        assert await stage.visible(batch) == []
