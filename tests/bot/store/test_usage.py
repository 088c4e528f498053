"""A person's allowance opens again an hour after their first turn, and a day after their first
token."""

from __future__ import annotations

import pytest

from bot.store.connection import Connection
from bot.store.usage import DAY, Usage
from tests.bot.store.probes import tokens_today

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def usage(store: Connection) -> Usage:
    return Usage(store)


async def test_without_limits_nobody_is_refused(usage: Usage) -> None:
    for _ in range(5):
        assert (await usage.begin_turn("slack/T/ana", 0, 0)).refused == ""
    await usage.add_tokens("slack/T/ana", 10**9)
    assert (await usage.begin_turn("slack/T/ana", 0, 0)).refused == ""


async def test_turns_are_counted_by_person_and_hour(usage: Usage) -> None:
    assert [(await usage.begin_turn("slack/T/ana", 2, 0)).refused for _ in range(4)] == [
        *("", "", "turns", "turns")
    ]
    assert (await usage.begin_turn("slack/T/bob", 2, 0)).refused == ""
    assert (await usage.begin_turn("slack/U/ana", 2, 0)).refused == ""
    verdict = await usage.begin_turn("slack/T/ana", 2, 0)
    assert 3590 < verdict.seconds <= 3600


async def test_a_refused_turn_does_not_count(usage: Usage, store: Connection) -> None:
    for _ in range(9):
        await usage.begin_turn("slack/T/ana", 1, 0)
    (name,) = await store.command("keys", "*turns")
    assert await store.command("get", name) == "1"


async def test_tokens_are_counted_by_person_and_day(usage: Usage) -> None:
    await usage.add_tokens("slack/T/ana", 60)
    assert (await usage.begin_turn("slack/T/ana", 0, 100)).refused == ""
    await usage.add_tokens("slack/T/ana", 60)
    verdict = await usage.begin_turn("slack/T/ana", 0, 100)
    assert verdict.refused == "tokens"
    assert DAY - 10 < verdict.seconds <= DAY
    assert await tokens_today(usage.connection, "slack/T/ana") == 120
    assert await tokens_today(usage.connection, "slack/T/bob") == 0


async def test_nothing_is_counted_for_nothing(usage: Usage, store: Connection) -> None:
    await usage.add_tokens("slack/T/ana", 0)
    await usage.add_tokens("slack/T/ana", -5)
    assert await store.command("keys", "*") == []


async def test_a_count_that_lost_its_end_gets_one_again(usage: Usage, store: Connection) -> None:
    await usage.begin_turn("slack/T/ana", 9, 0)
    await usage.add_tokens("slack/T/ana", 5)
    for name in await store.command("keys", "*"):
        await store.command("persist", name)
    await usage.begin_turn("slack/T/ana", 9, 0)
    await usage.add_tokens("slack/T/ana", 5)
    for name in await store.command("keys", "*"):
        assert await store.command("ttl", name) > 0


async def test_a_strangers_id_cannot_reach_another_count(usage: Usage) -> None:
    await usage.add_tokens("slack/T/a}:tokens{", 5)
    assert await tokens_today(usage.connection, "slack/T/a") == 0
    assert await tokens_today(usage.connection, "slack/T/a}:tokens{") == 5
    await usage.add_tokens("slack/T/\ud83d", 5)  # half a character
    assert await tokens_today(usage.connection, "slack/T/\ud83d") == 5
