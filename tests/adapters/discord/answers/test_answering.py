"""Commands are answered by their token, whatever becomes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from adapters.discord import chains
from bot.errors import PlatformGone
from bot.events import ThreadRef
from bot.replies import Done, Failed, File, Reply, TextDelta, ToolStarted
from tests.adapters.discord.rig import Rig, rigged, said
from tests.fakes import Crash, MemoryReceipt
from tests.servers.discord.interactions_records import Outcome
from tests.servers.discord.records import Message
from tests.servers.discord.sockets_client import until

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ANSWER = WEBHOOK + "/messages/{message_id}"
POSTS = "POST /channels/{channel_id}/messages"
LONG = "\n\n".join(f"Paragraph {n} says something about number {n}. " * 9 for n in range(16))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


def squeezed(*texts: str) -> str:
    return re.sub(r"\s+", "", "".join(texts))


def pieces(text: str) -> list[Reply]:
    return [TextDelta(text[at : at + 90]) for at in range(0, len(text), 90)]


async def asked(rig: Rig, question: str = "Why?", **options: object) -> Outcome:
    outcome = await rig.discord.runs("general", "alice", "ask", question=question, **options)
    assert outcome.deferred
    return outcome


def bot_posts(rig: Rig, channel: str = "general") -> list[Message]:
    return [m for m in rig.discord.own(channel) if m.webhook_id is None]


# -- public answers ---------------------------------------------------------------------------


async def test_a_question_is_deferred_and_its_answer_grows_in_the_response(rig: Rig) -> None:
    outcome = await asked(rig, "Why is the sky *blue*?")
    assert not outcome.ephemeral
    (command,) = rig.commands
    assert (command.name, command.text, command.private) == ("ask", "Why is the sky *blue*?", False)
    text = "Because of light."
    receipt = await rig.deliver(command, TextDelta("Because of "), TextDelta("light."), Done(text))
    (message,) = outcome.public
    assert message.content == "> Why is the sky \\*blue\\*?\n\nBecause of light."
    assert receipt.known == {0: message.id}
    labels = [b.get("label") or b["emoji"]["name"] for b in rig.discord.buttons(message)]
    assert labels == ["Regenerate", "👍", "👎"]
    assert rig.discord.pinged_by_bot() == []
    assert rig.discord.previews(message) == []


async def test_a_reply_to_a_commands_answer_finds_its_conversation(rig: Rig) -> None:
    outcome = await asked(rig)
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    (message,) = outcome.public
    thread = ThreadRef(
        "discord", rig.discord.guild.id, rig.discord.place("general").id, outcome.interaction.id
    )
    assert await chains.thread_of(rig.notes, message.id) == thread == rig.commands[0].thread


@pytest.mark.parametrize("late", [False, True])
async def test_a_reply_to_any_part_of_a_commands_answer_finds_its_conversation(
    rig: Rig, late: bool
) -> None:
    outcome = await asked(rig)
    if late:
        rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    told = [m for m in rig.discord.own("general") if m.content]
    assert len(told) >= 4
    for message in told:
        assert await chains.thread_of(rig.notes, message.id) == rig.commands[0].thread


async def test_while_it_grows_it_can_be_stopped_and_tools_are_told_of(rig: Rig) -> None:
    outcome = await asked(rig)
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield ToolStarted("1", "weather", "Looking up the weather")
        await go_on.wait()
        yield TextDelta("Sunny.")
        yield Done("Sunny.")

    work = asyncio.create_task(rig.deliver(rig.commands[0], stream=slow()))
    await rig.discord.wait_for(lambda: outcome.text)
    assert outcome.text == "_Looking up the weather_"
    (message,) = outcome.public
    assert [b["label"] for b in rig.discord.buttons(message)] == ["Stop"]
    go_on.set()
    await work
    assert "Sunny." in outcome.text
    assert "Looking" not in outcome.text


async def test_a_long_answer_goes_on_in_follow_ups(rig: Rig) -> None:
    outcome = await asked(rig, LONG[:200])
    receipt = await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    assert len(outcome.public) >= 4
    assert squeezed(*(m.content for m in outcome.public)).endswith(squeezed(LONG))
    assert [part.id for part in receipt.parts] == [m.id for m in outcome.public]
    assert [bool(rig.discord.buttons(m)) for m in outcome.public][-2:] == [False, True]
    assert bot_posts(rig) == []


async def test_an_answer_may_be_ahead_of_its_acknowledgement(rig: Rig) -> None:
    rig.discord.fail("POST " + CALLBACK, "slow", delay=0.8)
    waiting = asyncio.create_task(asked(rig))
    await rig.discord.wait_for(lambda: rig.discord.interactions)
    await until(lambda: rig.commands)
    await rig.deliver(rig.commands[0], TextDelta("Quick."), Done("Quick."))
    outcome = await waiting
    assert outcome.public[0].content.endswith("Quick.")
    assert bot_posts(rig) == []


async def test_a_failure_is_told_with_another_try(rig: Rig) -> None:
    outcome = await asked(rig)
    await rig.deliver(rig.commands[0], Failed("Sorry, it broke.", "broke"))
    (message,) = outcome.public
    assert message.content == "> Why?\n\nSorry, it broke."
    assert [b["label"] for b in rig.discord.buttons(message)] == ["Try again"]


async def cut(receipt: MemoryReceipt, *replies: Reply, parts: int = 1) -> AsyncIterator[Reply]:
    """Say something, let so many parts of it be posted, and die."""
    for reply in replies:
        yield reply
    await until(lambda: sum(line.startswith("posted") for line in receipt.log) >= parts)
    raise Crash


async def test_an_answer_to_nothing_is_taken_away(rig: Rig) -> None:
    outcome = await asked(rig)
    first = MemoryReceipt()
    with pytest.raises(Crash):
        await rig.deliver(
            rig.commands[0], stream=cut(first, TextDelta("half of it")), receipt=first
        )
    await rig.deliver(rig.commands[0], Done(""), receipt=first.after_a_crash())
    assert outcome.public == []


async def test_files_follow_the_answer(rig: Rig) -> None:
    outcome = await asked(rig)
    await rig.deliver(
        rig.commands[0], TextDelta("Here."), File("a.txt", "text/plain", b"data"), Done("Here.")
    )
    assert [[f.filename for f in m.attachments] for m in outcome.public] == [[], ["a.txt"]]


# -- when calls fail --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["500", "503", "reset", "lost", "lost_500", "429"])
async def test_a_passing_fault_neither_loses_nor_doubles_anything(rig: Rig, kind: str) -> None:
    outcome = await asked(rig)
    rig.discord.fail("PATCH " + ANSWER, kind)
    rig.discord.fail("POST " + WEBHOOK, kind)
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    assert squeezed(*(m.content for m in outcome.public)) == squeezed("> Why?", LONG)
    assert bot_posts(rig) == []


async def test_after_a_crash_the_response_is_adopted(rig: Rig) -> None:
    outcome = await asked(rig)
    first = MemoryReceipt(fails={"posted": Crash()})
    with pytest.raises(Crash):
        await rig.deliver(rig.commands[0], stream=cut(first, TextDelta("half")), receipt=first)
    assert first.known == {0: ""}
    await rig.deliver(
        rig.commands[0], TextDelta("whole"), Done("whole"), receipt=first.after_a_crash()
    )
    assert [m.content for m in outcome.public] == ["> Why?\n\nwhole"]


async def test_after_a_crash_follow_ups_are_found_again(rig: Rig) -> None:
    outcome = await asked(rig)
    first = MemoryReceipt()
    with pytest.raises(Crash):
        await rig.deliver(rig.commands[0], stream=cut(first, *pieces(LONG), parts=3), receipt=first)
    before = [m.id for m in outcome.public]
    assert len(before) > 2
    lost = first.after_a_crash()
    lost.known[max(lost.known)] = ""  # it ended between the post and its record
    receipt = await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG), receipt=lost)
    assert squeezed(*(m.content for m in outcome.public)) == squeezed("> Why?", LONG)
    assert [m.id for m in outcome.public][: len(before)] == before
    assert [part.id for part in receipt.parts] == [m.id for m in outcome.public]


async def test_a_response_that_a_moderator_deletes_is_told_once_more_at_the_end(rig: Rig) -> None:
    outcome = await asked(rig)
    gone = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield TextDelta("It begins")
        await gone.wait()
        yield TextDelta(" and ends.")
        yield Done("It begins and ends.")

    receipt = MemoryReceipt()
    work = asyncio.create_task(rig.deliver(rig.commands[0], stream=slow(), receipt=receipt))
    await until(lambda: receipt.known.get(0))
    await rig.discord.user_deletes(outcome.public[0])
    gone.set()
    await work
    assert [m.content for m in outcome.public] == ["> Why?\n\nIt begins and ends."]


# -- after the token's time -------------------------------------------------------------------


async def test_what_comes_after_the_tokens_time_stands_in_the_channel(rig: Rig) -> None:
    outcome = await asked(rig)
    rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    told = bot_posts(rig)
    assert squeezed(*(m.content for m in told)) == squeezed("> Why?", LONG)
    assert rig.discord.buttons(told[-1])
    assert rig.discord.pinged_by_bot() == []


async def test_a_token_that_ends_midway_lets_the_rest_go_on_in_the_channel(rig: Rig) -> None:
    outcome = await asked(rig)
    grown = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield TextDelta("It begins")
        await grown.wait()
        for piece in pieces(LONG):
            yield piece
        yield Done("It begins" + LONG)

    work = asyncio.create_task(rig.deliver(rig.commands[0], stream=slow()))
    await rig.discord.wait_for(lambda: "begins" in outcome.text)
    rig.discord.expire(outcome)
    grown.set()
    await work
    everything = [m.content for m in rig.discord.own("general")]
    assert squeezed(*everything) == squeezed("> Why?", "It begins", LONG)
    assert len(outcome.public) == 1


async def test_an_acknowledgement_that_never_arrived_ends_in_a_message(rig: Rig) -> None:
    rig.discord.fail("POST " + CALLBACK, "500", times=50)
    outcome = await rig.discord.runs("general", "alice", "ask", question="Why?")
    assert outcome.error
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    assert [m.content for m in bot_posts(rig)] == ["> Why?\n\nSo."]


@pytest.mark.parametrize("private", [True, False])
async def test_a_token_is_as_good_by_whatever_clock_of_ours(rig: Rig, private: bool) -> None:
    rig.discord.clock.advance(-3_600)  # to Discord, our host is an hour fast
    outcome = await asked(rig, private=private)
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    assert outcome.text.endswith("So.")
    assert not outcome.loading
    assert bot_posts(rig) == []


async def test_a_command_in_a_thread_is_answered_late_in_that_thread(rig: Rig) -> None:
    start = await rig.discord.user_posts("general", "alice", "let us talk")
    thread = await rig.discord.user_opens_thread("general", "alice", "Talk", message=start)
    outcome = await rig.discord.runs(thread, "alice", "ask", question="Why?")
    rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    assert [m.content for m in bot_posts(rig, thread)] == ["> Why?\n\nSo."]
    assert bot_posts(rig) == []


# -- private answers --------------------------------------------------------------------------


async def test_a_private_answer_is_seen_by_who_asked_alone(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    assert outcome.ephemeral
    await rig.deliver(rig.commands[0], TextDelta("Only you."), Done("Only you."))
    assert [m.content for m in outcome.private] == ["Only you."]
    assert outcome.public == []
    assert rig.discord.own("general") == []


async def test_a_private_answer_is_written_once_but_for_its_status(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    shown = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield ToolStarted("1", "weather", "Looking up the weather")
        await shown.wait()
        for piece in pieces("It is sunny. " * 20):
            yield piece
        yield Done("It is sunny. " * 20)

    work = asyncio.create_task(rig.deliver(rig.commands[0], stream=slow()))
    await rig.discord.wait_for(lambda: "Looking up" in outcome.text)
    shown.set()
    await work
    assert len(rig.discord.calls_to("PATCH " + ANSWER)) == 2
    assert outcome.text == ("It is sunny. " * 20).strip()


async def test_what_is_too_long_for_a_private_answer_is_in_a_file(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    (message,) = outcome.private
    assert message.content.startswith("Paragraph 0")
    assert "in the file" in message.content
    (file,) = message.attachments
    assert squeezed(file.data.decode()) == squeezed(LONG)
    assert len(outcome.messages) == 1


async def test_a_late_private_answer_is_told_directly_and_never_in_public(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], TextDelta("Only you."), Done("Only you."))
    assert [m.content for m in rig.discord.own(rig.discord.dm("alice"))] == ["Only you."]
    assert rig.discord.own("general") == []


async def test_a_late_long_private_answer_is_a_file_in_the_direct_message(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    told = rig.discord.own(rig.discord.dm("alice"))
    files = [file for m in told for file in m.attachments]
    assert squeezed(files[0].data.decode()) == squeezed(LONG)
    assert rig.discord.own("general") == []


async def test_who_takes_no_direct_messages_hears_a_late_private_answer_nowhere(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    rig.discord.expire(outcome)
    await rig.discord.closes_direct("alice")
    with pytest.raises(PlatformGone):
        await rig.deliver(rig.commands[0], TextDelta("Only you."), Done("Only you."))
    assert rig.discord.own("general") == []


async def test_a_private_answer_after_a_crash_is_there_once(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    first = MemoryReceipt(fails={"posted": Crash()})
    with pytest.raises(Crash):
        await rig.deliver(rig.commands[0], TextDelta("once"), Done("once"), receipt=first)
    await rig.deliver(
        rig.commands[0], TextDelta("once"), Done("once"), receipt=first.after_a_crash()
    )
    assert [m.content for m in outcome.messages] == ["once"]


async def test_who_dismisses_a_private_response_gets_the_answer_all_the_same(rig: Rig) -> None:
    outcome = await asked(rig, private=True)
    gone = asyncio.Event()

    async def slow() -> AsyncIterator[Reply]:
        yield ToolStarted("1", "weather", "Looking up the weather")
        await gone.wait()
        yield TextDelta("Only you.")
        yield Done("Only you.")

    work = asyncio.create_task(rig.deliver(rig.commands[0], stream=slow()))
    await rig.discord.wait_for(lambda: "Looking up" in outcome.text)
    await rig.discord.user_deletes(outcome.private[0])
    gone.set()
    await work
    assert [m.content for m in outcome.private] == ["Only you."]
    assert rig.discord.own("general") == []


# -- where only a person has installed the bot --------------------------------------------------


async def elsewhere(rig: Rig) -> Outcome:
    rig.discord.application.installed_by.add(rig.discord.person("alice").id)
    group = rig.discord.direct(*(rig.discord.person(n).id for n in ("alice", "bob", "carol")))
    return await rig.discord.runs(group, "alice", "ask", question="Why?")


async def test_outside_of_its_servers_an_answer_has_six_messages_and_a_file(rig: Rig) -> None:
    outcome = await elsewhere(rig)
    assert rig.commands[0].thread.workspace == "@me"
    text = LONG * 3
    await rig.deliver(rig.commands[0], *pieces(text), Done(text))
    assert len(outcome.public) == 6
    files = [file for m in outcome.public for file in m.attachments]
    assert len(files) == 1
    whole = squeezed(*(m.content for m in outcome.public), files[0].data.decode())
    assert whole == squeezed("> Why?", text)
    assert rig.discord.calls_to(POSTS) == []


async def test_in_a_server_that_it_is_no_member_of_the_same_holds(rig: Rig) -> None:
    rig.discord.application.installed_by.add(rig.discord.person("carol").id)
    guild = rig.discord.open_guild("Other", "carol", with_bot=False)
    lobby = rig.discord.open_channel("lobby", guild=guild)
    outcome = await rig.discord.runs(lobby, "carol", "ask", question="Why?")
    (command,) = rig.commands
    assert (command.thread.workspace, command.thread.channel) == (guild.id, lobby.id)
    assert not command.place.address["reach"]
    text = LONG * 3
    await rig.deliver(command, *pieces(text), Done(text))
    assert len(outcome.public) == 6
    assert rig.discord.calls_to(POSTS) == []


async def test_there_a_lost_follow_up_is_told_in_the_file_and_not_twice(rig: Rig) -> None:
    outcome = await elsewhere(rig)
    rig.discord.fail("POST " + WEBHOOK, "lost")
    await rig.deliver(rig.commands[0], *pieces(LONG), Done(LONG))
    files = [file for m in outcome.public for file in m.attachments]
    assert len(files) == 1
    texts = squeezed(*(m.content for m in outcome.public), files[0].data.decode())
    assert squeezed(LONG)[-400:] in texts


async def test_there_a_short_answer_offers_no_other_one(rig: Rig) -> None:
    outcome = await elsewhere(rig)
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    (message,) = outcome.public
    assert [b["emoji"]["name"] for b in rig.discord.buttons(message)] == ["👍", "👎"]


async def test_there_a_late_answer_goes_to_who_asked(rig: Rig) -> None:
    outcome = await elsewhere(rig)
    rig.discord.expire(outcome)
    await rig.deliver(rig.commands[0], TextDelta("So."), Done("So."))
    assert [m.content for m in rig.discord.own(rig.discord.dm("alice"))] == ["> Why?\n\nSo."]


# -- many at once -----------------------------------------------------------------------------


async def test_a_hundred_commands_at_once_are_all_deferred_in_time(rig: Rig) -> None:
    outcomes = await asyncio.gather(
        *(rig.discord.runs("general", "alice", "ask", question=f"{n}?") for n in range(100))
    )
    assert all(one.deferred for one in outcomes)
    await asyncio.gather(*(rig.deliver(c, TextDelta("Yes."), Done("Yes.")) for c in rig.commands))
    assert all(one.public[0].content.endswith("Yes.") for one in outcomes)
    assert len({one.public[0].content for one in outcomes}) == 100


async def test_nothing_of_a_token_is_in_an_error(rig: Rig) -> None:
    outcome = await elsewhere(rig)
    rig.discord.expire(outcome)
    await rig.discord.closes_direct("alice")
    with pytest.raises(PlatformGone) as raised:
        await rig.deliver(rig.commands[0], stream=said(TextDelta("So."), Done("So.")))
    assert outcome.interaction.token not in str(raised.value)
