"""Files beside the answer to a command are there once, whatever becomes of their posts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.replies import Done, File, Reply, TextDelta
from tests.adapters.discord.rig import Rig, rigged
from tests.fakes import MemoryReceipt
from tests.servers.discord.interactions_records import Outcome

POST = "POST /webhooks/{webhook_id}/{webhook_token}"
TEXT = "Here they are."
FILES = [File(f"{name}.txt", "text/plain", name.encode()) for name in ("one", "two", "three")]
ANSWER: list[Reply] = [TextDelta(TEXT), *FILES, Done(TEXT)]
DOUBT = "Discord did not say whether “one.txt” has arrived here."


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def asked(rig: Rig, *, private: bool) -> Outcome:
    return await rig.discord.runs("general", "alice", "ask", question="Why?", private=private)


def names(outcome: Outcome) -> list[str]:
    return [file.filename for m in outcome.messages for file in m.attachments]


async def killed_at_a_file(rig: Rig, outcome: Outcome, *, taken: bool) -> MemoryReceipt:
    """Let the process end while the first file's post is not answered."""
    rig.discord.fail(POST, "lost_hang" if taken else "hang")
    receipt = MemoryReceipt()
    work = asyncio.create_task(rig.deliver(rig.commands[0], *ANSWER, receipt=receipt))
    await rig.discord.wait_for(lambda: rig.discord.calls_to(POST))
    if taken:
        await rig.discord.wait_for(lambda: names(outcome))
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return receipt.after_a_crash()


@pytest.mark.parametrize("kind", ["500", "503", "reset", "lost", "half", "429"])
async def test_one_fault_neither_loses_nor_doubles_a_file_that_all_see(rig: Rig, kind: str) -> None:
    outcome = await asked(rig, private=False)
    rig.discord.fail(POST, kind)
    await rig.deliver(rig.commands[0], *ANSWER)
    assert names(outcome) == ["one.txt", "two.txt", "three.txt"]


@pytest.mark.parametrize("taken", [True, False])
async def test_after_a_crash_files_that_all_see_are_there_once(rig: Rig, taken: bool) -> None:
    outcome = await asked(rig, private=False)
    lost = await killed_at_a_file(rig, outcome, taken=taken)
    await rig.deliver(rig.commands[0], *ANSWER, receipt=lost)
    assert names(outcome) == ["one.txt", "two.txt", "three.txt"]
    assert [m.content for m in outcome.public if m.content] == [f"> Why?\n\n{TEXT}"]


@pytest.mark.parametrize("kind", ["500", "503", "429"])
async def test_a_refused_post_of_a_private_file_is_made_again(rig: Rig, kind: str) -> None:
    outcome = await asked(rig, private=True)
    rig.discord.fail(POST, kind)
    await rig.deliver(rig.commands[0], *ANSWER)
    assert names(outcome) == ["one.txt", "two.txt", "three.txt"]
    assert all(m.flags & 64 for m in outcome.messages)


@pytest.mark.parametrize("kind", ["reset", "lost", "half"])
async def test_of_a_private_file_in_doubt_is_told_and_none_is_doubled(rig: Rig, kind: str) -> None:
    outcome = await asked(rig, private=True)
    rig.discord.fail(POST, kind)
    await rig.deliver(rig.commands[0], *ANSWER)
    stands = [] if kind == "reset" else ["one.txt"]
    assert names(outcome) == [*stands, "two.txt", "three.txt"]
    assert [DOUBT in m.content for m in outcome.private].count(True) == 1
    assert outcome.private[0].content == TEXT


@pytest.mark.parametrize("taken", [True, False])
async def test_after_a_crash_private_files_are_there_once(rig: Rig, taken: bool) -> None:
    outcome = await asked(rig, private=True)
    lost = await killed_at_a_file(rig, outcome, taken=taken)
    receipt = await rig.deliver(rig.commands[0], *ANSWER, receipt=lost)
    once = names(outcome)
    assert once == [*(["one.txt"] if taken else []), "two.txt", "three.txt"]
    assert [DOUBT in m.content for m in outcome.private].count(True) == 1
    await rig.deliver(rig.commands[0], *ANSWER, receipt=receipt.after_a_crash())
    assert names(outcome) == once


@pytest.mark.parametrize("private", [True, False])
async def test_files_that_cannot_be_sent_are_told_of_beside_the_answer(
    rig: Rig, private: bool
) -> None:
    outcome = await asked(rig, private=private)
    rig.discord.fail(POST, "503", times=9)
    receipt = await rig.deliver(rig.commands[0], *ANSWER)
    first, told = outcome.messages
    assert first.content.endswith(TEXT)
    assert told.content.startswith("A file that belongs to this answer could not be added.")
    assert bool(told.flags & 64) is private
    await rig.deliver(rig.commands[0], *ANSWER, receipt=receipt.after_a_crash())
    assert names(outcome) == ["one.txt", "two.txt", "three.txt"]
    assert [m.content for m in outcome.messages if m.content] == [first.content]
