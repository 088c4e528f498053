"""Commands, menus and dialogs between people and the inbox, with the real discord.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.events import Leave, Reset
from bot.platform import Controlled
from bot.replies import Done, TextDelta
from bot.wording import say
from tests.adapters.discord.rig import Rig, rigged
from tests.servers.discord.interactions_records import Outcome


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


def told(outcome: Outcome) -> str:
    """Return what only who acted sees."""
    assert outcome.messages
    assert all(message.visible_to for message in outcome.messages)
    return outcome.text


# -- what is put ------------------------------------------------------------------------------


async def test_a_question_has_its_file_and_its_asker(rig: Rig) -> None:
    await rig.discord.runs(
        "general", "alice", "ask", question="What is this?", attachment=("a.py", b"x = 1"),
        locale="zh-TW",
    )  # fmt: skip
    (command,) = rig.commands
    (file,) = command.attachments
    assert (file.name, file.size) == ("a.py", 5)
    assert file.url.startswith(rig.discord.base_url)
    alice = rig.discord.person("alice")
    assert (command.author.id, command.author.locale) == (alice.id, "zh-TW")
    assert command.place.name == "general"
    assert command.place.kind == "channel"


async def test_forty_at_once_are_conversations_of_their_own(rig: Rig) -> None:
    await asyncio.gather(
        *(rig.discord.runs("general", "bob", "ask", question=str(n)) for n in range(40))
    )
    assert len({command.thread.key for command in rig.commands}) == 40


async def test_the_weather_is_asked_for_in_words(rig: Rig) -> None:
    await rig.discord.runs("general", "bob", "weather", place="São Paulo")
    await rig.discord.runs("general", "bob", "weather", place="北京", unit="fahrenheit", days=3)
    assert [(c.name, c.text) for c in rig.commands] == [
        ("weather", "in São Paulo"),
        ("weather", "in 北京 for 3 days in fahrenheit"),
    ]


async def test_the_time_is_asked_for_in_several_places(rig: Rig) -> None:
    await rig.discord.runs("general", "bob", "time", places="Tokyo，New York, ,Berlin")
    assert [(c.name, c.text) for c in rig.commands] == [
        ("time", "in Tokyo and New York and Berlin")
    ]
    outcome = await rig.discord.runs("general", "bob", "time", places=" , ")
    assert told(outcome) == say("discord_no_place", "en")


async def test_a_review_needs_something_to_look_at(rig: Rig) -> None:
    outcome = await rig.discord.runs("general", "bob", "review")
    assert told(outcome) == say("discord_nothing_to_review", "en")
    await rig.discord.runs(
        "general", "bob", "review", text="Is this right?", link="https://github.com/a/b/pull/1",
        attachment=("b.py", b"y = 2"),
    )  # fmt: skip
    (command,) = rig.commands
    assert command.name == "review"
    assert command.text == "https://github.com/a/b/pull/1\n\nIs this right?"
    assert [file.name for file in command.attachments] == ["b.py"]


async def test_a_command_in_a_direct_message_belongs_to_no_server(rig: Rig) -> None:
    direct = rig.discord.dm("alice")
    outcome = await rig.discord.runs(direct, "alice", "ask", question="Why?")
    (command,) = rig.commands
    assert (command.thread.workspace, command.thread.channel) == ("@me", direct.id)
    assert command.place.kind == "direct"
    await rig.deliver(command, TextDelta("So."), Done("So."))
    assert outcome.public[0].content.endswith("So.")


async def test_a_command_in_a_thread_belongs_to_the_threads_channel(rig: Rig) -> None:
    start = await rig.discord.user_posts("general", "alice", "let us talk")
    talk = await rig.discord.user_opens_thread("general", "alice", "Talk", message=start)
    await rig.discord.runs(talk, "alice", "ask", question="Why?")
    (command,) = rig.commands
    assert command.thread.channel == rig.discord.place("general").id
    assert command.place.name == "general"
    assert command.place.address["channel"] == talk.id


async def test_of_several_processes_one_puts_and_acknowledges(rig: Rig) -> None:
    await rig.begin()
    outcome = await rig.discord.runs("general", "bob", "ask", question="Why?")
    await rig.settle()
    assert outcome.deferred
    assert len(rig.commands) == 1


async def test_a_store_that_is_away_is_told_of_in_time(rig: Rig) -> None:
    rig.sink.away = True
    outcome = await rig.discord.runs("general", "bob", "ask", question="Why?", locale="zh-CN")
    assert told(outcome) == say("store_unavailable", "zh-CN")


async def test_a_store_that_hangs_is_told_of_in_time(rig: Rig) -> None:
    rig.sink.hangs = True
    outcome = await rig.discord.runs("general", "bob", "ask", question="Why?")
    assert told(outcome) == say("store_unsure", "en")


async def test_where_it_may_not_answer_only_who_asked_is_told() -> None:
    async with rigged(allowed=lambda names: "engineering" in names) as other:
        outcome = await other.discord.runs("general", "bob", "ask", question="Why?")
        assert told(outcome) == say("channel_not_allowed", "en")
        assert other.commands == []
        for place in ("engineering", other.discord.dm("bob")):
            allowed = await other.discord.runs(place, "bob", "ask", question="Why?")
            assert allowed.deferred


# -- what acts at once ------------------------------------------------------------------------


async def test_a_reset_forgets_the_callers_part_of_a_channel(rig: Rig) -> None:
    outcome = await rig.discord.runs("general", "bob", "reset")
    assert told(outcome) == say("reset_done", "en")
    (reset,) = rig.sink.controlled
    assert isinstance(reset, Reset)
    assert (reset.thread.thread, reset.whole_channel) == ("", True)
    rig.sink.outcome = Controlled.NOTHING
    again = await rig.discord.runs("general", "bob", "reset")
    assert told(again) == say("reset_nothing", "en")


async def test_a_reset_in_a_thread_forgets_that_thread(rig: Rig) -> None:
    start = await rig.discord.user_posts("general", "alice", "let us talk")
    talk = await rig.discord.user_opens_thread("general", "alice", "Talk", message=start)
    await rig.discord.runs(talk, "alice", "reset")
    (reset,) = rig.sink.controlled
    assert (reset.thread.channel, reset.thread.thread) == (rig.discord.place("general").id, talk.id)
    assert not reset.whole_channel


async def test_leaving_a_thread_ends_follow_ups_there(rig: Rig) -> None:
    start = await rig.discord.user_posts("general", "alice", "let us talk")
    talk = await rig.discord.user_opens_thread("general", "alice", "Talk", message=start)
    outcome = await rig.discord.runs(talk, "alice", "leave")
    assert told(outcome) == say("left_thread", "en")
    (leave,) = rig.sink.controlled
    assert isinstance(leave, Leave)
    assert (leave.thread.thread, leave.whole_channel) == (talk.id, False)


async def test_leaving_in_a_channel_and_in_a_direct_message(rig: Rig) -> None:
    channel = await rig.discord.runs("general", "bob", "leave")
    assert told(channel) == say("discord_left_channel", "en")
    direct = await rig.discord.runs(rig.discord.dm("bob"), "bob", "leave")
    assert told(direct) == say("discord_cannot_leave", "en")
    assert len(rig.sink.controlled) == 1


async def test_the_help_names_every_command_and_how_long_is_remembered(rig: Rig) -> None:
    outcome = await rig.discord.runs("general", "bob", "help", locale="zh-TW")
    text = told(outcome)
    for name in ("ask", "weather", "time", "review", "reset", "leave", "help"):
        assert f"`/{name}`" in text
    assert "30 天" in text
    assert len(text) <= 2000
    assert rig.discord.pinged_by_bot() == []


async def test_of_several_processes_one_acts(rig: Rig) -> None:
    await rig.begin()
    outcome = await rig.discord.runs("general", "bob", "leave")
    await rig.settle()
    assert len(rig.sink.controlled) == 1
    assert len(outcome.messages) == 1


async def test_a_reset_while_the_store_is_away_says_so(rig: Rig) -> None:
    rig.sink.away = True
    outcome = await rig.discord.runs("general", "bob", "reset")
    assert told(outcome) == say("press_again", "en")


async def test_a_command_that_this_release_does_not_know_is_not_left_silent(rig: Rig) -> None:
    commands = rig.discord.application.commands[None]
    old = {"name": "old", "description": "Old", "type": 1, "id": "77",
           "integration_types": [0, 1], "contexts": [0, 1, 2]}  # fmt: skip
    commands["77"] = old  # type: ignore[assignment]  # as Discord keeps it
    outcome = await rig.discord.runs("general", "bob", "old")
    assert told(outcome) == say("discord_command_changed", "en")


# -- suggestions ------------------------------------------------------------------------------


def names(outcome: Outcome) -> list[str]:
    return [choice["value"] for choice in outcome.choices]


async def test_places_asked_about_before_are_offered_first(rig: Rig) -> None:
    await rig.discord.runs("general", "bob", "weather", place="Pago Pago")
    await rig.settle()
    outcome = await rig.discord.types("general", "bob", "weather", "place", place="pa")
    assert names(outcome)[:2] == ["Pago Pago", "Paris"]
    # Each person has their own.
    other = await rig.discord.types("general", "carol", "weather", "place", place="pa")
    assert "Pago Pago" not in names(other)


async def test_the_last_of_several_places_is_completed(rig: Rig) -> None:
    outcome = await rig.discord.types("general", "bob", "time", "places", places="Tokyo, par")
    assert names(outcome)[0] == "Tokyo, Paris"


async def test_without_a_store_well_known_places_are_offered(rig: Rig) -> None:
    rig.memory.away = True
    outcome = await rig.discord.types(
        "general", "bob", "weather", "place", place="", locale="zh-CN"
    )
    assert "北京" in names(outcome)
    assert len(names(outcome)) == 25


# -- messages ---------------------------------------------------------------------------------


async def about(rig: Rig, user: str = "bob", **how: Any) -> Outcome:
    message = await rig.discord.user_posts(
        "general", "alice", "@bob the *plan* is in <https://example.com>", files=[("p.txt", "plan")]
    )
    return await rig.discord.chooses(message, "Ask Parley about this", user, **how)


async def test_a_message_is_asked_about_in_a_dialog(rig: Rig) -> None:
    outcome = await about(rig)
    assert outcome.modal is not None
    assert outcome.modal.title == say("dialog_title", "en")
    assert "the *plan* is in" in str(outcome.modal.components)
    sent = await rig.discord.submits(
        outcome.modal, {"question": "What plan?", "audience": ["public"]}
    )
    assert sent.deferred
    assert not sent.ephemeral
    (command,) = rig.commands
    assert command.name == "ask"
    assert command.text.startswith("What plan?\n\nThis is about a message of Alice:\n> @Bob the")
    assert [file.name for file in command.attachments] == ["p.txt"]
    await rig.deliver(command, TextDelta("That one."), Done("That one."))
    text = sent.public[0].content
    assert text.startswith("> What plan?\n> <https://discord.com/channels/")
    assert text.endswith("\n\nThat one.")


async def test_an_answer_about_a_message_may_be_private(rig: Rig) -> None:
    outcome = await about(rig)
    sent = await rig.discord.submits(
        outcome.modal, {"question": "What plan?", "audience": ["private"]}
    )
    assert sent.ephemeral
    assert rig.commands[0].private


async def test_a_dialog_outlives_a_restart(rig: Rig) -> None:
    outcome = await about(rig)
    await rig.again()
    sent = await rig.discord.submits(
        outcome.modal, {"question": "What plan?", "audience": ["public"]}
    )
    assert sent.deferred
    assert len(rig.commands) == 1


async def test_a_dialog_whose_message_is_forgotten_says_so(rig: Rig) -> None:
    outcome = await about(rig)
    rig.memory.values.clear()
    sent = await rig.discord.submits(
        outcome.modal, {"question": "What plan?", "audience": ["public"]}
    )
    assert told(sent) == say("dialog_lost", "en")


async def test_without_a_store_no_dialog_opens_but_a_sentence(rig: Rig) -> None:
    rig.memory.away = True
    outcome = await about(rig)
    assert outcome.modal is None
    assert told(outcome) == say("store_unavailable", "en")


async def test_of_several_processes_one_takes_what_a_dialog_says(rig: Rig) -> None:
    outcome = await about(rig)
    await rig.begin()
    sent = await rig.discord.submits(
        outcome.modal, {"question": "What plan?", "audience": ["public"]}
    )
    await rig.settle()
    assert sent.deferred
    assert len(rig.commands) == 1


async def test_a_message_is_reviewed(rig: Rig) -> None:
    message = await rig.discord.user_posts("general", "alice", "```py\nx = eval(y)\n```")
    outcome = await rig.discord.chooses(message, "Review this code", "bob")
    assert outcome.deferred
    (command,) = rig.commands
    assert (command.name, command.text) == ("review", "```py\nx = eval(y)\n```")
    empty = await rig.discord.user_posts("general", "alice", "")
    nothing = await rig.discord.chooses(empty, "Review this code", "bob")
    assert told(nothing) == say("discord_nothing_to_review", "en")
