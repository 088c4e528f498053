"""Commands are answered by their token, whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.replies import Done, Failed, Reply, TextDelta, ToolStarted
from tests.adapters.discord.rig import Rig, rigged
from tests.fakes import Crash, MemoryReceipt


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


async def test_a_question_is_deferred_and_its_answer_grows_in_the_response(rig: Rig) -> None:
    outcome = await rig.discord.runs("general", "alice", "ask", question="Why is the sky *blue*?")
    assert outcome.deferred
    assert not outcome.ephemeral
    (command,) = rig.commands
    assert (command.name, command.text, command.private) == ("ask", "Why is the sky *blue*?", False)
    receipt = await rig.deliver(command, TextDelta("Because of "), TextDelta("light."),
                                Done("Because of light."))
    (message,) = outcome.public
    assert message.content == "> Why is the sky \\*blue\\*?\n\nBecause of light."
    assert receipt.known == {0: message.id}
    labels = [b.get("label") or b["emoji"]["name"] for b in rig.discord.buttons(message)]
    assert labels == ["Regenerate", "👍", "👎"]
