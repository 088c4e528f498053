"""Calls that share a client: alone they go at once, under load together, each with its own end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store.lanes import LANES, MOST_TOGETHER, Lanes


class Client:
    """Answers `echo`, fails `fail`, and writes down what left together. `gate` holds answers up."""

    def __init__(self) -> None:
        self.exchanges: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.breaks: Exception | None = None

    async def echo(self, word: str) -> str:
        await self._exchanged(1)
        return word

    async def fail(self, word: str) -> str:
        await self._exchanged(1)
        raise ValueError(word)

    def pipeline(self, transaction: bool) -> Pipeline:
        assert not transaction
        return Pipeline(self)

    async def _exchanged(self, calls: int) -> None:
        self.exchanges.append(calls)
        await self.gate.wait()
        if self.breaks is not None:
            raise self.breaks


class Pipeline:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._answers: list[Any] = []

    async def __aenter__(self) -> Pipeline:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def echo(self, word: str) -> None:
        self._answers.append(word)

    def fail(self, word: str) -> None:
        self._answers.append(ValueError(word))

    async def execute(self, raise_on_error: bool) -> list[Any]:
        assert not raise_on_error
        await self._client._exchanged(len(self._answers))
        return self._answers


async def crowd(lanes: Lanes, client: Client, count: int) -> list[asyncio.Task[str]]:
    """Let `count` calls wait while every lane is held up."""
    client.gate.clear()
    tasks = [asyncio.create_task(lanes.call("echo", str(number))) for number in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_a_call_alone_goes_out_at_once() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    assert await lanes.call("echo", "one") == "one"
    assert client.exchanges == [1]


async def test_what_waits_leaves_together_and_everybody_gets_the_own_answer() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    tasks = await crowd(lanes, client, LANES + MOST_TOGETHER + 3)
    assert client.exchanges == [1] * LANES
    client.gate.set()
    assert await asyncio.gather(*tasks) == [str(number) for number in range(len(tasks))]
    assert sorted(client.exchanges[LANES:]) == [3, MOST_TOGETHER]


async def test_on_a_cluster_nothing_goes_together_but_no_more_at_once_either() -> None:
    client = Client()
    lanes = Lanes(client, together=False)
    tasks = await crowd(lanes, client, LANES + 5)
    assert client.exchanges == [1] * LANES
    client.gate.set()
    assert await asyncio.gather(*tasks) == [str(number) for number in range(LANES + 5)]
    assert client.exchanges == [1] * (LANES + 5)


async def test_one_call_that_fails_does_not_fail_its_neighbours() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    first = await crowd(lanes, client, LANES)
    good = asyncio.create_task(lanes.call("echo", "good"))
    bad = asyncio.create_task(lanes.call("fail", "bad"))
    await asyncio.sleep(0)
    client.gate.set()
    await asyncio.gather(*first)
    assert await good == "good"
    with pytest.raises(ValueError, match="bad"):
        await bad
    assert client.exchanges[LANES:] == [2]


async def test_an_exchange_that_breaks_is_told_to_all_of_it_and_frees_the_lane() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    tasks = await crowd(lanes, client, LANES + 2)
    client.breaks = ConnectionError("gone")
    client.gate.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, ConnectionError) for end in ends)
    client.breaks = None
    assert await lanes.call("echo", "again") == "again"


async def test_a_call_that_was_given_up_is_not_made() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    tasks = await crowd(lanes, client, LANES + 2)
    tasks[LANES].cancel()
    await asyncio.sleep(0)
    client.gate.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(ends[LANES], asyncio.CancelledError)
    assert client.exchanges == [1] * (LANES + 1)


async def test_a_lane_is_free_again_after_whoever_used_it_gave_up() -> None:
    client = Client()
    lanes = Lanes(client, together=True)
    tasks = await crowd(lanes, client, LANES + 1)
    for task in tasks[:LANES]:
        task.cancel()
    await asyncio.gather(*tasks[:LANES], return_exceptions=True)
    client.gate.set()
    assert await tasks[LANES] == str(LANES)
