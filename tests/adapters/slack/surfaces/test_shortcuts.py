"""The dialog of a shortcut is opened in its slot; a store that is away never keeps it closed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.slack.limits import VIEW
from adapters.slack.surfaces.shortcuts import Shortcuts
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import furnish
from bot.errors import StoreUnavailable
from bot.wording import say
from tests.adapters.slack.parts import (
    Counted,
    Memory,
    book_of,
    client_of,
    me,
    notes_of,
    recorded,
)
from tests.servers.slack import LocalSlack


class _Tried(Counted):
    """An allowance that notes what is tried; `trouble` happens on the way."""

    def __init__(self, trouble: str = "") -> None:
        super().__init__()
        self.trouble = trouble

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        if method != VIEW:
            return True
        self.taken.append(method)
        if self.trouble == "away":
            raise StoreUnavailable("away")
        if self.trouble == "hangs":
            await asyncio.Event().wait()
        return self.trouble != "empty"


@pytest.mark.parametrize(("trouble", "calls"), [("", 1), ("empty", 0), ("away", 1), ("hangs", 1)])
async def test_it_takes_a_slot_and_does_not_wait_for_one(trouble: str, calls: int) -> None:
    allowance = _Tried(trouble)
    async with LocalSlack() as slack, client_of(slack, allowance) as client:
        memory = Memory()
        workspace = furnish(client, me(slack))
        body: dict[str, Any] = {**recorded("shortcut"), "trigger_id": "1.2.three"}
        async with asyncio.timeout(2.5):  # Slack gives three seconds
            told = await Shortcuts(notes_of(memory), Tongues(book_of(memory))).handle(
                body, workspace
            )
        await workspace.people.close()
        assert allowance.taken.count(VIEW) == 1
        assert len(slack.calls_to(VIEW)) == calls
        # The trigger of a recording opens nothing: in each case that is told.
        assert told == say("dialog_not_opened", "en")
