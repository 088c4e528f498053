"""The cache: answers age, the oldest fall out, and one question is asked once."""

from __future__ import annotations

import asyncio

import pytest

from bot.tools.cache import Cache


class Source:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.started = asyncio.Event()

    async def answer(self, key: str) -> str:
        self.asked.append(key)
        self.started.set()
        await self.gate.wait()
        return key.upper()


async def test_an_answer_is_kept_until_it_is_old() -> None:
    now = [0.0]
    cache: Cache[str, str] = Cache(10, 5, lambda: now[0])
    source = Source()
    source.gate.set()
    for moment in (0.0, 9.9, 10.0, 10.1):
        now[0] = moment
        assert await cache.get("a", lambda: source.answer("a")) == "A"
    assert source.asked == ["a", "a"]
    assert cache.peek("a") == "A"
    assert cache.peek("b") is None


async def test_the_least_used_falls_out() -> None:
    cache: Cache[str, str] = Cache(10, 2, lambda: 0.0)
    source = Source()
    source.gate.set()
    for key in ("a", "b", "a", "c"):
        await cache.get(key, lambda key=key: source.answer(key))  # type: ignore[misc]
    assert [cache.peek(key) for key in ("a", "b", "c")] == ["A", None, "C"]


async def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    cache: Cache[str, str] = Cache(10, 2)
    gate = asyncio.Event()

    async def fails() -> str:
        await gate.wait()
        raise ValueError("no")

    waiting = [asyncio.ensure_future(cache.get("a", fails)) for _ in range(3)]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in results] == [ValueError] * 3
    with pytest.raises(ValueError, match="no"):
        await cache.get("a", fails)


async def test_close_ends_what_is_under_way() -> None:
    cache: Cache[str, str] = Cache(10, 2)
    source = Source()
    waiting = asyncio.ensure_future(cache.get("a", lambda: source.answer("a")))
    await source.started.wait()
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
