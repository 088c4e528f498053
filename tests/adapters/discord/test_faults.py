"""Whatever goes wrong with single calls, the answer stands once and whole in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord import client as module
from adapters.discord.adapter import DiscordPlatform
from adapters.discord.faults import refusal, seconds
from adapters.streaming import Pace
from bot.metrics import Metrics
from bot.replies import Done, TextDelta
from tests.adapters.discord.parts import Counted, asked, notes_of
from tests.contracts.platform import LONG, squeezed, stream
from tests.fakes import MemoryReceipt
from tests.servers.discord import LocalDiscord

OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"
SEND = "POST /channels/{channel_id}/messages"
CHANGE = "PATCH /channels/{channel_id}/messages/{message_id}"
KINDS = ("500", "502", "503", "504", "429", "429_shared", "429_global", "reset", "lost", "half")
SLOW = ("hang", "lost_hang", "lost_500", "late", "slow")


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalDiscord]:
    monkeypatch.setattr(module, "CALL_SECONDS", 0.4)
    async with LocalDiscord() as made:
        yield made


@pytest.fixture
async def platform(discord: LocalDiscord) -> AsyncIterator[DiscordPlatform]:
    made = DiscordPlatform(
        token=discord.token,
        api_url=discord.api_url,
        allowance=Counted(),
        metrics=Metrics(),
        notes=notes_of(),
        pace=Pace(least=0.01, most=0.05, life_after=0.05),
    )
    await made.start()
    made._client.sleep = lambda seconds: asyncio.sleep(min(seconds, 0.05))
    yield made
    await made.close()


@pytest.mark.parametrize("kind", [*KINDS, *SLOW])
@pytest.mark.parametrize("route", [OPEN, SEND, CHANGE])
async def test_an_answer_survives_each_fault_of_each_call(
    discord: LocalDiscord, platform: DiscordPlatform, route: str, kind: str
) -> None:
    asking = await discord.user_posts("general", "alice", "@Parley tell me all")
    discord.fail(route, kind, times=2, retry_after=0.05, delay=0.1)
    pieces = [TextDelta(LONG[at : at + 400]) for at in range(0, len(LONG), 400)]
    receipt = MemoryReceipt()
    await platform.deliver(asked(discord, asking), stream(*pieces, Done(LONG)), receipt)
    answers = discord.replies(asking)
    assert squeezed([(one.id, one.content) for one in answers]) == squeezed([("", LONG)])
    assert [part.id for part in receipt.parts] == [one.id for one in answers]
    assert len(discord.threads("general")) == 1
    assert [len(discord.buttons(one)) for one in answers] == [0] * (len(answers) - 1) + [3]


def test_a_refusal_names_each_field_by_its_path() -> None:
    told = {
        "code": 50035,
        "message": "Invalid Form Body",
        "errors": {
            "content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "x"}]},
            "components": {"0": {"_errors": [{"code": "EMPTY"}]}},
        },
    }
    error = refusal("messages.post", 400, told)
    assert error.code == 50035
    assert sorted(error.words.split()) == ["components.0:EMPTY", "content:BASE_TYPE_MAX_LENGTH"]
    assert refusal("messages.post", 400, {"errors": [1], "code": "x"}).code == 0


def test_a_length_of_time_is_read_within_bounds() -> None:
    assert [seconds(value, 7) for value in ("2.5", 3, None, "x", -1, 10**9)] == [
        *(2.5, 3.0, 7, 7, 0.05),
        300.0,
    ]
