"""A reply that ends as a review's card: in the place of its text, once, and never torn down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.carded import CardSurface
from adapters.discord.chains import name_of
from adapters.discord.opening import Opening
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import footer
from adapters.streaming import Delivery, MessageGone, NoCard, Pace, Stage
from bot.platform import Batch, Part
from bot.replies import Done, Failed, Reply, TextDelta
from tests.adapters.discord.cards.made import card, finding
from tests.adapters.discord.ears import until
from tests.adapters.discord.parts import asked, client_of, notes_of, surface_of
from tests.fakes import MemoryReceipt
from tests.servers.discord import LocalDiscord, Message
from tests.servers.discord.records import MessageFlag

SEND = "POST /channels/{channel_id}/messages"
CHANGE = "PATCH /channels/{channel_id}/messages/{message_id}"
QUICK = Pace(least=0.01, most=0.02, life_after=0.2)
CARD = card(*(finding(number) for number in range(1, 7)))
LONG = "One line of many that a review has.\n" * 120


async def _asked(discord: LocalDiscord) -> tuple[Message, Batch]:
    question = await discord.user_posts("general", "alice", "@Parley review this")
    return question, asked(discord, question)


async def _stream(*replies: Reply) -> AsyncIterator[Reply]:
    for reply in replies:
        yield reply


def again(client: Any, batch: Batch, standing: str, key: str = "another") -> CardSurface:
    """Return the surface on which a review that stands is made anew."""
    return CardSurface(
        client,
        Typing(client),
        Opening(client, notes_of(), batch, begun=True),
        name_of(batch.thread, key),
        batch.last.id,
        buttons=lambda stage, name: footer(stage, name, str),
        parts=[Part(0, standing)],
        cards=[standing],
    )


async def told(surface: CardSurface, receipt: MemoryReceipt, *replies: Reply) -> None:
    delivery = Delivery(surface, receipt, pace=QUICK, words=str)
    await delivery.run(_stream(*replies))


async def standing_card(discord: LocalDiscord, client: Any, batch: Batch) -> str:
    receipt = MemoryReceipt()
    await told(surface_of(client, batch), receipt, TextDelta(LONG), CARD, Done(LONG))
    return receipt.known[0]


async def test_a_card_takes_the_place_of_text_in_several_messages() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        surface = surface_of(client, batch)
        receipt = MemoryReceipt()
        for index in range(2):
            receipt.known[index] = await surface.post(index, f"Part {index}", Stage.GROWING)
        await told(surface, receipt, TextDelta(LONG), CARD, Done(LONG))
        (message,) = discord.replies(question)
        assert message.flags & MessageFlag.COMPONENTS_V2
        assert message.content == ""
        assert "Something is wrong in 1" in discord.visible(message)
        assert list(receipt.known) == [0]
        assert discord.pinged_by_bot() == []
        for call in (*discord.calls_to(SEND), *discord.calls_to(CHANGE)):
            assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}


@pytest.mark.parametrize("kind", ["lost", "lost_500", "half"])
async def test_a_card_whose_answer_was_lost_stands_once(kind: str) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        discord.fail(SEND, kind)
        id = await surface_of(client, batch).post_card(0, CARD)
        assert [post.id for post in discord.replies(question)] == [id]


async def test_text_that_a_crashed_attempt_has_posted_becomes_the_card() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        first = await surface_of(client, batch).post(0, "Half a rev", Stage.GROWING)
        id = await surface_of(client, batch).post_card(0, CARD)
        (message,) = discord.replies(question)
        assert (message.id, id) == (first, first)
        assert "Something is wrong in 1" in discord.visible(message)


async def test_a_card_is_found_again_after_a_crash() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        id = await surface_of(client, batch).post_card(0, CARD)
        for message in discord.own(batch.thread.thread):
            message.nonce = None  # told for a while only
        found = await surface_of(client, batch).find()
        assert [(one.index, one.id) for one in found] == [(0, id)]


async def test_a_card_stays_while_a_newer_review_is_made() -> None:
    newer = card(finding(9), version="bbbbbbbb")
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        (message,) = discord.replies(question)
        before = len(message.versions)
        receipt = MemoryReceipt(key="another", known={0: standing})
        await told(again(client, batch, standing), receipt, TextDelta(LONG), newer, Done(LONG))
        assert len(message.versions) == before + 1
        assert "Something is wrong in 9" in discord.visible(message)
        assert discord.replies(question) == [message]


@pytest.mark.parametrize(
    "end", [Failed("The model is away.", "model_busy", LONG), Done(LONG, stopped=True)]
)
async def test_a_failure_leaves_the_card_and_is_told_beneath_it(end: Reply) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        for _ in range(2):  # a note takes the place of an earlier one
            receipt = MemoryReceipt(key="another", known={0: standing})
            await told(again(client, batch, standing), receipt, TextDelta(LONG), end)
        (message,) = discord.replies(question)
        shown = discord.visible(message)
        assert "Something is wrong in 1" in shown
        assert shown.count("The model is away." if isinstance(end, Failed) else "stopped") == 1
        assert "Dismiss" in [button.get("label") for button in discord.buttons(message)]


async def test_plain_text_in_the_place_of_a_card_is_written_as_components() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        receipt = MemoryReceipt(key="another", known={0: standing})
        await told(again(client, batch, standing), receipt, TextDelta(LONG), Done(LONG))
        first, *rest = discord.replies(question)
        assert rest
        assert discord.visible(first).startswith("One line of many")
        assert [b.get("label") for b in discord.buttons(first)] == []


async def test_a_card_of_which_no_note_was_left_is_not_torn_down_by_a_failure() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        receipt = MemoryReceipt(key="another", known={0: standing})
        blind = surface_of(client, batch, "another")
        await told(blind, receipt, TextDelta("Half"), Failed("It broke off.", "internal", "Half"))
        (message,) = discord.replies(question)
        shown = discord.visible(message)
        assert "Something is wrong in 1" in shown
        assert "It broke off." in shown


async def test_looking_again_does_not_turn_a_card_into_text() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        late = await surface_of(client, batch).post(1, "Written late", Stage.GROWING)
        await surface_of(client, batch).repair([standing], [LONG[:1_500], LONG[1_500:]])
        (message,) = discord.replies(question)
        assert message.id == standing != late
        assert "Something is wrong in 1" in discord.visible(message)


async def test_a_card_that_was_deleted_is_posted_anew() -> None:
    newer = card(finding(9), version="bbbbbbbb")
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        await discord.user_deletes(discord.replies(question)[0])
        with pytest.raises(MessageGone):
            await again(client, batch, standing).edit_card(standing, newer)
        receipt = MemoryReceipt(key="another", known={0: standing})
        await told(again(client, batch, standing), receipt, TextDelta("x"), newer, Done("x"))
        (message,) = discord.replies(question)
        assert "Something is wrong in 9" in discord.visible(message)


async def _held(ends: asyncio.Event, *replies: Reply) -> AsyncIterator[Reply]:
    await ends.wait()
    for reply in replies:
        yield reply


def labels(discord: LocalDiscord, message: Message) -> list[Any]:
    return [button.get("label") for button in discord.buttons(message)]


@pytest.mark.parametrize(
    "end", [Done("x"), Failed("The model is away.", "model_busy"), Done("", stopped=True)]
)
async def test_while_a_review_is_made_anew_the_card_says_so_and_can_be_stopped(end: Reply) -> None:
    newer = card(finding(9), version="bbbbbbbb")
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        (message,) = discord.replies(question)
        before, calls = discord.visible(message), len(discord.calls_to(CHANGE))
        receipt = MemoryReceipt(key="another", known={0: standing})
        surface, ends = again(client, batch, standing), asyncio.Event()
        done = end == Done("x")
        replies = _held(ends, *([newer] if done else []), end)
        work = asyncio.create_task(Delivery(surface, receipt, pace=QUICK, words=str).run(replies))
        await until(lambda: "card_renewing" in discord.visible(message))
        assert "Something is wrong in 1" in discord.visible(message)
        assert {"button_stop", "Dismiss", "Review again"} <= set(labels(discord, message))
        await asyncio.sleep(0.2)
        assert len(discord.calls_to(CHANGE)) == calls + 1  # one write says it
        ends.set()
        await work
        shown = discord.visible(message)
        assert "card_renewing" not in shown
        assert "button_stop" not in labels(discord, message)
        assert ("Something is wrong in 9" if done else before.splitlines()[0]) in shown
        assert discord.replies(question) == [message]


async def test_who_takes_over_removes_what_was_told_beneath_a_card() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        (message,) = discord.replies(question)
        before = discord.visible(message)
        assert await again(client, batch, standing).renew_card(standing, "Reviewing again…")
        assert "Reviewing again…" in discord.visible(message)
        await surface_of(client, batch, "another").repair([standing], ["all of it"])
        assert discord.visible(message) == before
        assert "button_stop" not in labels(discord, message)


@pytest.mark.parametrize(
    "end", [Done(LONG), Failed("The model is away.", "model_busy"), Done("", stopped=True)]
)
async def test_a_card_deleted_while_it_is_made_anew_is_not_told_as_text(end: Reply) -> None:
    """Its record went with it: there is no newer card, and the text is longer still."""
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        standing = await standing_card(discord, client, batch)
        await discord.user_deletes(discord.replies(question)[0])
        receipt = MemoryReceipt(key="another", known={0: standing})
        text = () if end == Done("", stopped=True) else (TextDelta(LONG),)
        await told(again(client, batch, standing), receipt, *text, end)
        assert discord.replies(question) == []
        assert receipt.known == {}


async def test_a_card_that_is_refused_says_less_and_then_the_text_is_told() -> None:
    wordy = card(*(finding(number, text="It breaks. " * 55) for number in range(1, 7)))
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Growing", Stage.GROWING)
        discord.fail(CHANGE, "400:50035")
        await surface.edit_card(id, wordy)
        (message,) = discord.replies(question)
        assert "Something is wrong in 1" in discord.visible(message)
        assert "Something is wrong in 4" not in discord.visible(message)
        discord.fail(CHANGE, "400:50035", times=2)
        with pytest.raises(NoCard):
            await surface.edit_card(id, wordy)
