"""What people do while the bot is starting is waited for a moment, and then told truly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.listener import SlackListener
from adapters.slack.routing import NotAcknowledged
from adapters.slack.surfaces.clicks import Clicks
from adapters.slack.surfaces.modals import CALLBACK
from adapters.slack.workspaces import OneWorkspace
from bot.metrics import Metrics
from tests.adapters.slack.parts import client_of, reception_of, recorded
from tests.adapters.slack.test_commands import BODY, Sink
from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack


class Starting:
    """A listener whose bot has not asked Slack yet who it is."""

    def __init__(self, workspaces: OneWorkspace) -> None:
        async def nothing(*_: object) -> str:
            return ""

        self.workspaces = workspaces
        self.sink = Sink()
        self.listener = SlackListener(
            workspaces,
            follow_ups=True,
            metrics=Metrics(),
            reception=reception_of(),
            on_stored=nothing,
            clicks=Clicks(nothing),
        )
        self.listener.open(self.sink)


@pytest_asyncio.fixture
async def starting() -> AsyncIterator[Starting]:
    async with LocalSlack() as slack, client_of(slack) as client:
        workspaces = OneWorkspace(client)
        stage = Starting(workspaces)
        yield stage
        await stage.listener.close()
        await workspaces.close()


async def test_a_command_is_told_that_the_bot_is_starting(starting: Starting) -> None:
    async with asyncio.timeout(PATIENCE):
        answer = await starting.listener.take({**BODY, "text": "ask what is up?"})
    assert answer is not None
    assert "just starting" in answer["text"]
    assert starting.sink.put_events == []


async def test_a_dialog_stays_open_with_that_sentence(starting: Starting) -> None:
    body = {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": {"id": "V1", "callback_id": CALLBACK, "type": "modal", "state": {"values": {}}},
    }
    answer = await starting.listener.take(body)
    assert answer is not None
    assert answer["response_action"] == "errors"
    assert "just starting" in answer["errors"]["question"]


async def test_a_start_that_is_nearly_done_is_waited_for(starting: Starting) -> None:
    typed = asyncio.create_task(starting.listener.take({**BODY, "text": "help"}))
    await asyncio.sleep(0)
    await starting.workspaces.start()
    answer = await typed
    assert answer is not None
    assert "/parley ask" in answer["text"]


async def test_what_cannot_be_told_is_not_acknowledged(starting: Starting) -> None:
    """Slack then shows who pressed that it did not work."""
    body = recorded("home_chosen")
    with pytest.raises(NotAcknowledged):
        await starting.listener.take(body)
