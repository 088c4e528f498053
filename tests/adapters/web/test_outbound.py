"""Answers become visible under the receipt's rules, survive crashes, and are never there twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.web.outbound import Outbound
from adapters.web.overlong import LONGEST
from bot.errors import LostLease, PlatformGone, PlatformTemporary, StoreUnavailable
from bot.events import Author, Message, Regenerate, ThreadRef
from bot.platform import Batch
from bot.replies import Done, Failed, File, Reply, TextDelta, ToolStarted
from bot.store.channel_message import ChannelMessage, Meta
from bot.store.files import Files
from bot.store.messages import ChannelMessages
from tests.adapters.web.scripted import MemoryReceipt
from tests.adapters.web.serving import until
from tests.bounds import PATIENCE

THREAD = ThreadRef("web", "playground", "general", "m1")
QUESTION = Message("m1", THREAD, Author("ana", "Ana"), "hello", 1_800_000_000_000_000)
BATCH = Batch(THREAD, (QUESTION,))


async def stream(*replies: Reply) -> AsyncIterator[Reply]:
    for reply in replies:
        await asyncio.sleep(0)
        yield reply


@pytest.fixture
async def outbound(messages: ChannelMessages, files: Files) -> Outbound:
    meta = Meta("general", "ana", "Ana", QUESTION.at)
    await messages.add(ChannelMessage("m1", meta, "@parley hello"))
    return Outbound(messages, files, clock=lambda: 1_800_000_001.0)


async def answers(outbound: Outbound) -> list[ChannelMessage]:
    return await outbound.messages.thread("m1")


async def shows(outbound: Outbound, text: str) -> None:
    """Wait until the one answer reads so."""

    async def reads() -> bool:
        return [answer.text for answer in await answers(outbound)] == [text]

    await until(reads)


async def test_an_answer_is_one_message_recorded_before_and_after_its_post(
    outbound: Outbound,
) -> None:
    receipt = MemoryReceipt("key")
    await outbound.deliver(BATCH, stream(TextDelta("Hel"), TextDelta("lo"), Done("Hello")), receipt)
    (answer,) = await answers(outbound)
    assert (answer.text, answer.meta.state, answer.meta.asked) == ("Hello", "done", ("ana",))
    assert receipt.log == ["posting 0", "posted 0"]
    assert receipt.known == {0: answer.id}


async def test_it_shows_life_before_the_first_reply(outbound: Outbound) -> None:
    waiting = asyncio.Event()

    async def silent() -> AsyncIterator[Reply]:
        await waiting.wait()
        yield Done("late")

    task = asyncio.create_task(outbound.deliver(BATCH, silent(), MemoryReceipt("key")))
    shown = await until(lambda: answers(outbound))
    assert shown[0].meta.state == "thinking"
    waiting.set()
    await task


async def test_it_grows_while_the_model_speaks(outbound: Outbound) -> None:
    more = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield ToolStarted("1", "time", "Looking up the time")
        yield TextDelta("first")
        await more.wait()
        yield Done("first, second")

    task = asyncio.create_task(outbound.deliver(BATCH, slow(), MemoryReceipt("key")))

    async def grown() -> list[ChannelMessage]:
        return [answer for answer in await answers(outbound) if answer.text == "first"]

    shown = await until(grown)
    assert shown[0].meta.tools[0].state == "running"
    more.set()
    await task
    assert (await answers(outbound))[0].text == "first, second"


async def test_many_small_pieces_cost_few_writes(outbound: Outbound) -> None:
    before = await outbound.messages.newest()
    pieces = [TextDelta("word ") for _ in range(500)]
    await outbound.deliver(BATCH, stream(*pieces, Done("word " * 500)), MemoryReceipt("key"))
    changes = await outbound.messages.since(before)
    assert changes is not None
    assert len(changes) < 20
    assert (await answers(outbound))[0].text == "word " * 500


async def test_a_second_attempt_replaces_what_the_first_left(outbound: Outbound) -> None:
    async def cut() -> AsyncIterator[Reply]:
        yield TextDelta("half an ans")
        await shows(outbound, "half an ans")
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await outbound.deliver(BATCH, cut(), MemoryReceipt("key"))
    assert (await answers(outbound))[0].text == "half an ans"
    # The successor knows only the intent: the post may or may not have happened.
    receipt = MemoryReceipt("key", known={0: ""})
    await outbound.deliver(BATCH, stream(TextDelta("whole"), Done("whole")), receipt)
    (answer,) = await answers(outbound)
    assert (answer.text, answer.meta.state) == ("whole", "done")


async def test_a_lost_lease_ends_the_writing_at_once(outbound: Outbound) -> None:
    receipt = MemoryReceipt("key")

    async def losing() -> AsyncIterator[Reply]:
        yield TextDelta("mine")
        await shows(outbound, "mine")
        receipt.lost = LostLease("gone")
        while True:
            await asyncio.sleep(0.01)
            yield TextDelta(" still mine?")

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(LostLease):
            await outbound.deliver(BATCH, losing(), receipt)
    assert (await answers(outbound))[0].text == "mine"


async def test_a_lease_lost_before_the_post_shows_nothing(outbound: Outbound) -> None:
    with pytest.raises(LostLease):
        await outbound.deliver(
            BATCH, stream(Done("x")), MemoryReceipt("key", lost=LostLease("gone"))
        )
    assert await answers(outbound) == []


async def test_a_question_that_is_gone_is_answered_nowhere(
    messages: ChannelMessages, files: Files
) -> None:
    with pytest.raises(PlatformGone):
        await Outbound(messages, files).deliver(BATCH, stream(Done("x")), MemoryReceipt("key"))


async def test_a_store_that_is_away_at_the_end_asks_for_another_attempt(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> bool:
        raise StoreUnavailable("away")

    async def replies() -> AsyncIterator[Reply]:
        yield TextDelta("half")
        monkeypatch.setattr(ChannelMessages, "grow", away)
        monkeypatch.setattr(ChannelMessages, "rewrite", away)
        yield TextDelta(" more")
        yield Done("half more")

    with pytest.raises(PlatformTemporary):
        await outbound.deliver(BATCH, replies(), MemoryReceipt("key"))


async def test_a_store_that_is_away_for_a_moment_costs_nothing(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow, failures = ChannelMessages.grow, [2]

    async def flaky(self: ChannelMessages, *args: object, **named: object) -> bool:
        if failures[0]:
            failures[0] -= 1
            raise StoreUnavailable("away")
        return await grow(self, *args, **named)

    monkeypatch.setattr(ChannelMessages, "grow", flaky)

    async def replies() -> AsyncIterator[Reply]:
        for piece in ("a", "b", "c"):
            yield TextDelta(piece)
            await asyncio.sleep(0.08)
        yield Done("abc")

    await outbound.deliver(BATCH, replies(), MemoryReceipt("key"))
    assert (await answers(outbound))[0].text == "abc"


async def test_the_question_no_longer_waits_once_its_answer_shows(outbound: Outbound) -> None:
    question = await outbound.messages.get("m1")
    await outbound.messages.mark_waiting(question, "m1", 5)
    await outbound.deliver(BATCH, stream(Done("x")), MemoryReceipt("key"))
    assert (await outbound.messages.get("m1")).waiting == 0


async def test_another_answer_takes_the_place_of_the_old_one(outbound: Outbound) -> None:
    await outbound.deliver(BATCH, stream(Done("old")), MemoryReceipt("key"))
    (old,) = await answers(outbound)
    await outbound.messages.rate(old, "ana", -1)
    again = Batch(
        THREAD, (Regenerate("r1", THREAD, Author("ana", "Ana"), old.id, QUESTION.at + 9),)
    )
    receipt = MemoryReceipt("other")
    await outbound.deliver(again, stream(TextDelta("new"), Done("new")), receipt)
    (new,) = await answers(outbound)
    assert (new.id, new.text, new.meta.at) == (old.id, "new", old.meta.at)
    assert not any(new.feedback.values())
    assert receipt.known == {0: old.id}


async def test_an_answer_follows_its_question_even_if_our_clock_is_behind(
    messages: ChannelMessages, files: Files, outbound: Outbound
) -> None:
    slow = Outbound(messages, files, clock=lambda: 5.0)
    await slow.deliver(BATCH, stream(Done("x")), MemoryReceipt("key"))
    assert (await answers(slow))[0].meta.at > QUESTION.at


async def test_files_of_an_answer_can_be_fetched(outbound: Outbound) -> None:
    file = File("report.csv", "text/csv", b"a,b\n")
    await outbound.deliver(BATCH, stream(file, Done("Here.")), MemoryReceipt("key"))
    (answer,) = await answers(outbound)
    kept = await outbound.files.get(answer.meta.files[0].id)
    assert (kept.name, kept.content) == ("report.csv", b"a,b\n")


async def test_of_an_answer_that_no_page_shows_nothing_is_lost(outbound: Outbound) -> None:
    text = "".join(f"line {number} é\n" for number in range(100_000))
    await outbound.deliver(BATCH, stream(TextDelta(text), Done(text)), MemoryReceipt("key"))
    (answer,) = await answers(outbound)
    assert text.startswith(answer.text + "\n")
    assert LONGEST - 20 < len(answer.text) <= LONGEST
    assert await _attached(outbound, answer) == text
    assert len(answer.meta.files) == 2
    await outbound.messages.grow(answer, " and a zombie's words", meta=False)
    await outbound.tidy([answer.id], text)
    (mended,) = await answers(outbound)
    assert (mended.text, mended.meta.state) == (answer.text, "done")
    assert mended.meta.note == answer.meta.note
    assert await _attached(outbound, mended) == text
    await outbound.tidy([answer.id], text)
    assert (await answers(outbound))[0].rev == mended.rev


async def _attached(outbound: Outbound, answer: ChannelMessage) -> str:
    kept = [await outbound.files.get(file.id) for file in answer.meta.files]
    return b"".join(file.content for file in kept).decode()


async def test_a_failure_is_said_after_the_partial_text(outbound: Outbound) -> None:
    replies = stream(TextDelta("half"), Failed("It broke. Ask again.", "model", "half"))
    await outbound.deliver(BATCH, replies, MemoryReceipt("key"))
    (answer,) = await answers(outbound)
    assert (answer.text, answer.meta.note) == ("half", "It broke. Ask again.")


async def test_tidying_mends_what_a_stranger_wrote_and_leaves_what_is_right(
    outbound: Outbound,
) -> None:
    receipt = MemoryReceipt("key")
    await outbound.deliver(BATCH, stream(Done("right")), receipt)
    (answer,) = await answers(outbound)
    await outbound.tidy([answer.id], "right")
    assert (await answers(outbound))[0].rev == answer.rev
    await outbound.messages.grow(answer, " and a zombie's words", meta=False)
    await outbound.tidy([answer.id], "right")
    assert [message.text for message in await answers(outbound)] == ["right"]
