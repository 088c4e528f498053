"""Buttons under answers: for who asked and for moderators, after a restart and in any process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord import chains
from adapters.discord.chains import Tag
from adapters.discord.surfaces.buttons import footer
from adapters.streaming import Stage
from bot.events import Feedback, Regenerate, Stop, ThreadRef
from bot.platform import Controlled
from bot.replies import Done, TextDelta
from bot.wording import say
from tests.adapters.discord.rig import Rig, rigged
from tests.fakes import MemoryReceipt
from tests.servers.discord.interactions_records import Outcome
from tests.servers.discord.records import Message


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def answered(rig: Rig, channel: str = "general") -> Message:
    outcome = await rig.discord.runs(channel, "alice", "ask", question="Why?")
    await rig.deliver(rig.commands[-1], TextDelta("So."), Done("So."))
    return outcome.public[-1]


async def growing(rig: Rig, askers: tuple[str, ...]) -> tuple[Message, ThreadRef]:
    """Let a post of the bot stand under a thread's own id, with a Stop button."""
    general = rig.discord.place("general").id
    thread = ThreadRef("discord", rig.discord.guild.id, general, "42")
    name = await chains.keep_tag(rig.notes, Tag(thread, "key", askers))
    components = footer(Stage.GROWING, chains.part_name(name, 0), lambda key: say(key, "en"))
    body = {"content": "It grows", "components": components}
    raw = await rig.rest.call("messages.post", channel_id=general, json=body)
    return rig.discord.place("general").messages[raw["id"]], thread


def told(outcome: Outcome) -> str:
    assert all(message.visible_to for message in outcome.messages)
    return outcome.text


async def test_who_asked_stops_the_answer(rig: Rig) -> None:
    bob = rig.discord.person("bob").id
    message, thread = await growing(rig, (bob,))
    outcome = await rig.discord.presses(message, "Stop", "bob")
    (stop,) = rig.sink.controlled
    assert isinstance(stop, Stop)
    assert (stop.thread, stop.author.id, stop.anyone) == (thread, bob, False)
    assert outcome.deferred
    assert told(outcome) == ""


async def test_others_are_told_that_they_cannot_stop_it(rig: Rig) -> None:
    message, _ = await growing(rig, ("1",))
    rig.sink.outcome = Controlled.NOT_ALLOWED
    outcome = await rig.discord.presses(message, "Stop", "bob", locale="zh-TW")
    assert told(outcome) == say("not_yours_to_stop", "zh-TW")


async def test_a_moderator_may_stop_whatever_runs(rig: Rig) -> None:
    message, _ = await growing(rig, ("1",))
    await rig.discord.moderator("carol")
    await rig.discord.presses(message, "Stop", "carol")
    assert [stop.anyone for stop in rig.sink.controlled] == [True]


async def test_an_answer_that_has_ended_needs_no_stop(rig: Rig) -> None:
    message, _ = await growing(rig, (rig.discord.person("alice").id,))
    rig.sink.outcome = Controlled.NOTHING
    outcome = await rig.discord.presses(message, "Stop", "alice")
    assert told(outcome) == say("nothing_to_stop", "en")


async def test_another_answer_takes_the_place_of_the_first_one(rig: Rig) -> None:
    message = await answered(rig)
    outcome = await rig.discord.presses(message, "Regenerate", "alice")
    assert outcome.deferred
    wish = rig.sink.put_in[-1]
    assert isinstance(wish, Regenerate)
    assert wish.target == message.id
    assert wish.thread == rig.commands[0].thread
    receipt = MemoryReceipt(key="another", known={0: message.id})
    await rig.deliver(wish, TextDelta("Otherwise."), Done("Otherwise."), receipt=receipt)
    assert message.content == "> Why?\n\nOtherwise."
    assert [m.id for m in rig.discord.own("general")] == [message.id]
    # And the new one can be given anew again, by who asked first.
    again = await rig.discord.presses(message, "Regenerate", "alice")
    assert again.deferred
    assert len(rig.sink.put_in) == 3


async def test_two_presses_within_a_moment_are_one_wish(rig: Rig) -> None:
    message = await answered(rig)
    both = [await rig.discord.presses(message, "Regenerate", "alice") for _ in range(2)]
    assert all(one.deferred for one in both)
    wishes = {one.id for one in rig.sink.put_in if isinstance(one, Regenerate)}
    assert len(wishes) <= 2  # two where a quarter of a minute ends between them


async def test_only_who_asked_and_moderators_have_it_answered_again(rig: Rig) -> None:
    message = await answered(rig)
    refused = await rig.discord.presses(message, "Regenerate", "bob")
    assert told(refused) == say("not_yours_to_repeat", "en")
    await rig.discord.moderator("carol")
    allowed = await rig.discord.presses(message, "Regenerate", "carol")
    assert allowed.deferred
    # In the name of who asked: what may be seen, and whose question it is, stays as it was.
    assert rig.sink.put_in[-1].author.id == rig.discord.person("alice").id


async def test_only_who_asked_and_moderators_rate_an_answer(rig: Rig) -> None:
    message = await answered(rig)
    refused = await rig.discord.presses(message, "👎", "bob")
    assert told(refused) == say("not_yours_to_rate", "en")
    assert rig.sink.controlled == []
    await rig.discord.moderator("carol")
    for person in ("alice", "carol"):
        outcome = await rig.discord.presses(message, "👎", person)
        assert told(outcome) == say("feedback_thanks", "en")
    thumb, other = rig.sink.controlled
    assert isinstance(thumb, Feedback)
    assert (thumb.target, thumb.value) == (message.id, -1)
    assert thumb.thread == rig.commands[0].thread
    assert other.author.id == rig.discord.person("carol").id
    rig.sink.outcome = Controlled.NOTHING
    again = await rig.discord.presses(message, "👎", "alice")
    assert again.deferred
    assert told(again) == ""


async def test_buttons_work_after_a_restart(rig: Rig) -> None:
    message = await answered(rig)
    await rig.again()
    outcome = await rig.discord.presses(message, "Regenerate", "alice")
    assert outcome.deferred
    assert isinstance(rig.sink.put_in[-1], Regenerate)


async def test_a_button_whose_note_is_gone_says_so_kindly(rig: Rig) -> None:
    message = await answered(rig)
    rig.memory.values.clear()
    outcome = await rig.discord.presses(message, "Regenerate", "alice")
    assert told(outcome) == say("too_late_to_press", "en")


async def test_a_store_that_is_away_is_told_of_in_time(rig: Rig) -> None:
    message = await answered(rig)
    rig.sink.away = True
    outcome = await rig.discord.presses(message, "👍", "alice")
    assert told(outcome) == say("press_again", "en")


async def test_a_store_that_hangs_is_told_of_in_time(rig: Rig) -> None:
    message = await answered(rig)
    rig.sink.hangs = True
    outcome = await rig.discord.presses(message, "👍", "alice")
    assert told(outcome) == say("press_unsure", "en")


async def test_of_several_processes_one_acts_on_a_press(rig: Rig) -> None:
    message = await answered(rig)
    await rig.begin()
    outcome = await rig.discord.presses(message, "👍", "alice")
    await rig.settle()
    assert len(rig.sink.controlled) == 1
    assert told(outcome) == say("feedback_thanks", "en")


async def test_a_lost_acknowledgement_is_asked_for_again(rig: Rig) -> None:
    message = await answered(rig)
    rig.discord.fail("POST /interactions/{interaction_id}/{interaction_token}/callback", "reset")
    outcome = await rig.discord.presses(message, "👍", "alice")
    assert told(outcome) == say("feedback_thanks", "en")


async def test_a_press_in_a_thread_of_its_own_needs_no_address(rig: Rig) -> None:
    start = await rig.discord.user_posts("general", "alice", "let us talk")
    talk = await rig.discord.user_opens_thread("general", "alice", "Talk", message=start)
    alice, general = rig.discord.person("alice").id, rig.discord.place("general").id
    thread = ThreadRef("discord", rig.discord.guild.id, general, talk.id)
    name = await chains.keep_tag(rig.notes, Tag(thread, "key", (alice,)))
    components = footer(Stage.ANSWERED, chains.part_name(name, 0), lambda key: say(key, "en"))
    body = {"content": "So.", "components": components}
    raw = await rig.rest.call("messages.post", channel_id=talk.id, json=body)
    await rig.discord.presses(talk.messages[raw["id"]], "Regenerate", "alice")
    wish = rig.sink.put_in[-1]
    assert (wish.thread, wish.place.can_thread) == (thread, True)
    assert "channel" not in wish.place.address
