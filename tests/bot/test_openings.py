"""Who asked by a command goes on in the thread that its answer has opened."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.events import Author, Command, Leave, Relevance, Reset, ThreadRef
from bot.platform import Batch, Controlled, Receipt, Stored
from bot.replies import Reply
from bot.store.connection import Connection
from bot.store.preferences import PreferenceBook
from tests.bot.crew import Crew
from tests.fakes import NAME

pytest_plugins = ("tests.store_fixtures",)

ANA = Author("ana", "Ana")
OPENED = ThreadRef(NAME, "w", "c", "opened")
AT = 7_000_000


@pytest.fixture
def crew(store: Connection) -> Crew:
    """A crew whose platform opens a thread for each command, as a real one does."""
    crew = Crew(store)
    deliver = crew.platform.deliver

    async def opening(batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        if isinstance(batch.first, Command):
            await receipt.opened(OPENED, AT)
            await receipt.opened(OPENED, AT)  # after a crash it is said again
        await deliver(batch, replies, receipt)

    crew.platform.deliver = opening  # type: ignore[method-assign]  # what a platform may do
    return crew


_ids = itertools.count(1)


def command(text: str, channel: str = "c") -> Command:
    id = f"ask{next(_ids)}"
    where = ThreadRef(NAME, "w", channel, f"ask:{id}")
    return Command(id, where, ANA, "ask", text, 9_999_000_000)


async def test_a_follow_up_needs_no_mention_and_knows_question_and_answer(crew: Crew) -> None:
    async with crew.working():
        await crew.inbox.put(command("first"))
        await crew.idle()
        assert await crew.history("opened") == ["first", "You said: [Ana] first"]
        told = replace(
            crew.message("and then?", "opened", author=Author("bob", "Bob")),
            at=AT + 1,
            relevance=Relevance.IF_JOINED,
            starts_thread=False,
        )
        assert await crew.inbox.put(told) is Stored.STORED
        await crew.idle()
    assert (await crew.history("opened"))[-2:] == ["and then?", "You said: [Bob] and then?"]
    shown = [str(message) for message in crew.model.requests[-1].messages]
    assert any("first" in one for one in shown)


async def test_the_thread_is_followed_while_the_answer_still_grows(crew: Crew) -> None:
    seen: list[Stored] = []

    async def hook(name: str, text: str) -> None:
        if name == "posted" and "first" in text:
            early = crew.message("wait", "opened")
            early = replace(early, at=AT + 1, relevance=Relevance.IF_JOINED)
            seen.append(await crew.inbox.put(early))

    crew.platform.hook = hook
    async with crew.working():
        await crew.inbox.put(command("first"))
        await crew.idle()
    assert seen == [Stored.STORED]


async def test_who_asked_can_have_the_opened_thread_left_and_forgotten(crew: Crew) -> None:
    async with crew.working():
        await crew.inbox.put(command("first"))
        await crew.idle()
    channel = ThreadRef(NAME, "w", "c")
    stranger = Author("eve", "Eve")
    nothing = Leave(channel, stranger, whole_channel=True)
    assert await crew.inbox.control(nothing) is Controlled.NOTHING
    assert await crew.inbox.control(Leave(channel, ANA, whole_channel=True)) is Controlled.DONE
    told = replace(crew.message("x", "opened"), at=AT + 1, relevance=Relevance.IF_JOINED)
    assert await crew.inbox.put(told) is Stored.DROPPED
    assert await crew.inbox.control(Reset(channel, ANA, whole_channel=True)) is Controlled.DONE
    assert await crew.history("opened") == []


async def test_a_person_is_forgotten_in_every_channel_at_once(crew: Crew) -> None:
    async with crew.working():
        for channel in ("one", "two"):
            await crew.say("mine", "t", channel=channel, author=ANA)
            await crew.say("theirs", "u", channel=channel, author=Author("bob", "Bob"))
        await crew.idle()
    everywhere = Reset(ThreadRef(NAME, "w", ""), ANA, everywhere=True)
    assert await crew.inbox.control(everywhere) is Controlled.DONE
    for channel in ("one", "two"):
        for thread, left in (("t", []), ("u", ["theirs", "You said: [Bob] theirs"])):
            key = ThreadRef(NAME, "w", channel, thread).key
            entries = (await crew.histories.load(key, 10**6)).entries
            assert [entry.text for entry in entries] == left
    assert await crew.inbox.control(everywhere) is Controlled.NOTHING


async def test_choices_reach_the_model(store: Connection) -> None:
    crew = Crew(store)
    book = PreferenceBook(store)
    await book.choose(f"{NAME}/w/ana", "units", "fahrenheit")
    await book.choose(f"{NAME}/w/ana", "language", "zh-Hans")
    async with crew.working():
        crew.workers[0]._preferences = book
        await crew.say("hello")
        await crew.idle()
    system = str(crew.model.requests[0].messages[0])
    assert "Fahrenheit" in system
    assert "zh-Hans" in system
