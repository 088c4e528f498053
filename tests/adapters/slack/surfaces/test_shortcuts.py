"""The dialog of a shortcut is opened in its slot; a store that is away never keeps it closed. The
other shortcut opens nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.slack.limits import VIEW
from adapters.slack.surfaces.shortcuts import Shortcuts
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import furnish
from bot.errors import StoreUnavailable
from bot.platform import Stored
from bot.wording import say
from tests.adapters.slack.parts import (
    Counted,
    Memory,
    book_of,
    client_of,
    me,
    notes_of,
    nowhere,
    recorded,
)
from tests.bounds import PATIENCE
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
        async with asyncio.timeout(PATIENCE):
            told = await Shortcuts(notes_of(memory), Tongues(book_of(memory))).handle(
                body, workspace
            )
        await workspace.people.close()
        assert allowance.taken.count(VIEW) == 1
        assert len(slack.calls_to(VIEW)) == calls
        # The trigger of a recording opens nothing: in each case that is told.
        assert told == say("dialog_not_opened", "en")


class _Sink:
    def __init__(self, *, away: bool = False) -> None:
        self.heard: list[Any] = []
        self.away = away

    async def put(self, event: Any) -> Stored:
        if self.away:
            raise StoreUnavailable("away")
        self.heard.append(event)
        return Stored.STORED


async def _review(sink: _Sink, **message: Any) -> tuple[str, Any]:
    memory = Memory()
    body = recorded("shortcut")
    body["message"] = {**body["message"], **message}
    shortcuts = Shortcuts(notes_of(memory), Tongues(book_of(memory)))
    return await shortcuts.review(body, nowhere(), sink)  # type: ignore[arg-type]  # as a sink is


async def test_a_review_is_asked_for_in_the_thread_of_the_message() -> None:
    sink = _Sink()
    told, put = await _review(sink, text="```\neval(x)\n```", blocks=[])
    assert told == ""
    assert sink.heard == [put]
    assert put.text.startswith("/review\n")
    assert "eval(x)" in put.text
    assert put.thread.thread in (recorded("shortcut")["message"].get("thread_ts"), *_ts())
    assert put.place.address["asked"] == str(len("/review"))


def _ts() -> tuple[str]:
    return (recorded("shortcut")["message"]["ts"],)


async def test_nothing_to_review_and_no_store_are_told() -> None:
    told, put = await _review(_Sink(), text="", blocks=[], files=[])
    assert (told, put) == (say("review_nothing_here", "en"), None)
    told, put = await _review(_Sink(away=True), text="x = 1", blocks=[])
    assert (told, put) == (say("store_unavailable", "en"), None)
