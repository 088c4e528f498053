"""The contract of a platform's delivery: what the worker may rely on, wherever people write.

An implementation's test module subclasses `PlatformContract` and gives it a fixture `stage`, which
sets the scene in that implementation's own way.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from bot.errors import LostLease
from bot.platform import Batch, Platform
from bot.replies import Done, Failed, Reply, TextDelta, TextRewritten, ToolFinished, ToolStarted
from tests.bounds import PATIENCE
from tests.fakes import Crash, MemoryReceipt

LONG = "\n\n".join(f"Paragraph {n} says something about number {n}." * 12 for n in range(30))
"""More than one message of any platform that has a limit worth the name."""


class Stage(Protocol):
    """A platform with a question in it."""

    platform: Platform

    async def question(self) -> Batch:
        """Let somebody ask something and return it as the batch to answer."""

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        """Return the bot's messages under the question, oldest first: (id, text as people read)."""

    def tighten(self) -> None:
        """Let the platform take less in one message than it says, where it ever does."""


async def stream(*replies: Reply) -> AsyncIterator[Reply]:
    for reply in replies:
        await asyncio.sleep(0)
        yield reply


async def shown(stage: Stage, batch: Batch, text: str) -> None:
    """Wait until people can read so much of an answer."""
    wanted = re.sub(r"\s+", "", text)
    async with asyncio.timeout(PATIENCE):
        while not squeezed(await stage.visible(batch)).startswith(wanted):  # noqa: ASYNC110  it can only be read
            await asyncio.sleep(0.005)


async def cut(stage: Stage, batch: Batch, text: str, visible: str = "") -> AsyncIterator[Reply]:
    """Say something, let it (or so much of it) become visible, and die."""
    yield TextDelta(text)
    await shown(stage, batch, visible or text)
    raise Crash


def squeezed(texts: list[tuple[str, str]]) -> str:
    return re.sub(r"\s+", "", "".join(text for _, text in texts))


class PlatformContract:
    """Answers grow, end, survive crashes, and are there once."""

    async def test_an_answer_is_visible_once_and_whole(self, stage: Stage) -> None:
        batch, receipt = await stage.question(), MemoryReceipt()
        pieces = [TextDelta(f"word{n} ") for n in range(30)]
        text = "".join(piece.text for piece in pieces)
        tools = [ToolStarted("1", "time", "Looking"), ToolFinished("1", "time", ok=True)]
        await stage.platform.deliver(batch, stream(*tools, *pieces, Done(text)), receipt)
        seen = await stage.visible(batch)
        assert len(seen) == 1
        assert squeezed(seen) == re.sub(r"\s+", "", text)
        assert receipt.log == ["posting 0", "posted 0"]
        assert receipt.known == {0: seen[0][0]}

    async def test_a_long_answer_rolls_over_and_loses_nothing(self, stage: Stage) -> None:
        batch, receipt = await stage.question(), MemoryReceipt()
        pieces = [TextDelta(LONG[at : at + 97]) for at in range(0, len(LONG), 97)]
        await stage.platform.deliver(batch, stream(*pieces, Done(LONG)), receipt)
        seen = await stage.visible(batch)
        assert squeezed(seen) == re.sub(r"\s+", "", LONG)
        assert [part.id for part in receipt.parts] == [id for id, _ in seen]

    async def test_what_the_model_took_back_is_gone(self, stage: Stage) -> None:
        batch = await stage.question()
        replies = (TextDelta("wrong start"), TextRewritten(""), TextDelta("right"), Done("right"))
        await stage.platform.deliver(batch, stream(*replies), MemoryReceipt())
        assert [text for _, text in await stage.visible(batch)] == ["right"]

    async def test_a_failure_is_a_sentence_behind_what_was_said(self, stage: Stage) -> None:
        batch = await stage.question()
        failed = Failed("Sorry, it broke.", "broke", partial="Half of it")
        await stage.platform.deliver(
            batch, stream(TextDelta("Half of it"), failed), MemoryReceipt()
        )
        ((_, text),) = await stage.visible(batch)
        assert text.index("Half of it") < text.index("Sorry, it broke.")

    async def test_a_failure_without_text_is_the_sentence_alone(self, stage: Stage) -> None:
        batch = await stage.question()
        await stage.platform.deliver(batch, stream(Failed("Sorry.", "broke")), MemoryReceipt())
        assert [text for _, text in await stage.visible(batch)] == ["Sorry."]

    async def test_a_stopped_answer_keeps_its_text_and_says_so(self, stage: Stage) -> None:
        batch = await stage.question()
        replies = (TextDelta("As far as"), Done("As far as", stopped=True))
        await stage.platform.deliver(batch, stream(*replies), MemoryReceipt())
        ((_, text),) = await stage.visible(batch)
        assert text.startswith("As far as")
        assert len(text) > len("As far as") + 2

    async def test_after_a_crash_before_the_post_there_is_one_answer(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        await first.posting(0)  # and then the process ended
        await self._again(stage, batch, first)

    async def test_after_a_crash_behind_the_post_it_is_adopted(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt(fails={"posted": Crash()})
        with pytest.raises(Crash):
            await stage.platform.deliver(batch, cut(stage, batch, "first"), first)
        assert first.known == {0: ""}
        left = await stage.visible(batch)
        seen = await self._again(stage, batch, first)
        assert [id for id, _ in left] == [id for id, _ in seen]

    async def test_after_a_crash_while_it_grew_it_is_replaced_in_place(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        with pytest.raises(Crash):
            await stage.platform.deliver(batch, cut(stage, batch, "half an ans"), first)
        left = await stage.visible(batch)
        assert len(left) == 1
        seen = await self._again(stage, batch, first)
        assert left[0][0] == seen[0][0]

    async def test_an_answer_that_was_complete_is_not_doubled(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        done = (TextDelta("The whole answer."), Done("The whole answer."))
        await stage.platform.deliver(batch, stream(*done), first)
        left = await stage.visible(batch)
        assert await self._again(stage, batch, first) == left

    async def test_parts_that_are_no_longer_needed_go(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        with pytest.raises(Crash):
            await stage.platform.deliver(batch, cut(stage, batch, LONG, LONG[:4500]), first)
        await self._again(stage, batch, first)

    async def test_an_answer_to_what_was_deleted_goes_altogether(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        with pytest.raises(Crash):
            await stage.platform.deliver(batch, cut(stage, batch, "half an ans"), first)
        await stage.platform.deliver(batch, stream(Done("")), first.after_a_crash())
        assert await stage.visible(batch) == []

    async def test_who_lost_the_lease_writes_nothing_more(self, stage: Stage) -> None:
        batch, receipt = await stage.question(), MemoryReceipt()

        async def losing() -> AsyncIterator[Reply]:
            yield TextDelta("mine")
            await shown(stage, batch, "mine")
            receipt.fails = dict.fromkeys(("check", "posting", "posted"), LostLease("lost"))
            yield TextDelta(" and mine again")
            yield Done("mine and mine again")

        with pytest.raises(LostLease):
            await stage.platform.deliver(batch, losing(), receipt)
        assert [text for _, text in await stage.visible(batch)] == ["mine"]

    async def test_a_later_look_leaves_a_right_answer_alone(self, stage: Stage) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        text = "The whole answer."
        await stage.platform.deliver(batch, stream(TextDelta(text), Done(text)), first)
        (known,) = await stage.visible(batch)
        await stage.platform.tidy(batch, first.key, [known[0]], text)
        assert await stage.visible(batch) == [known]

    async def test_a_later_look_restores_what_a_frozen_worker_wrote_over(
        self, stage: Stage
    ) -> None:
        batch, first = await stage.question(), MemoryReceipt()
        with pytest.raises(Crash):
            await stage.platform.deliver(batch, cut(stage, batch, "stale"), first)
        (stale,) = await stage.visible(batch)
        await stage.platform.tidy(batch, first.key, [stale[0]], "The whole answer.")
        assert await stage.visible(batch) == [(stale[0], "The whole answer.")]

    async def test_a_later_look_leaves_an_answer_in_smaller_messages_alone(
        self, stage: Stage
    ) -> None:
        batch, receipt = await stage.question(), MemoryReceipt()
        stage.tighten()
        await stage.platform.deliver(batch, stream(TextDelta(LONG), Done(LONG)), receipt)
        seen = await stage.visible(batch)
        assert squeezed(seen) == re.sub(r"\s+", "", LONG)
        await stage.platform.tidy(batch, receipt.key, [id for id, _ in seen], LONG)
        assert await stage.visible(batch) == seen

    async def _again(
        self, stage: Stage, batch: Batch, first: MemoryReceipt
    ) -> list[tuple[str, str]]:
        """Answer once more, as the successor of a crashed worker does."""
        receipt = first.after_a_crash()
        replies = (TextDelta("The whole "), TextDelta("answer."), Done("The whole answer."))
        await stage.platform.deliver(batch, stream(*replies), receipt)
        seen = await stage.visible(batch)
        assert [text for _, text in seen] == ["The whole answer."]
        assert receipt.known == {0: seen[0][0]}
        return seen
