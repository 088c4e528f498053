"""One after the other for each key; of what is wanted meanwhile, only the newest."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.surfaces.newest import Newest, Work


class Works:
    """Notes what begins and ends; each piece of work ends when it is let go."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.go = asyncio.Event()

    def __call__(self, name: str, fault: Exception | None = None) -> Work:
        async def work() -> None:
            self.seen.append(f"{name} begins")
            await self.go.wait()
            self.seen.append(f"{name} ends")
            if fault is not None:
                raise fault

        return work


async def test_what_is_wanted_meanwhile_is_done_afterwards_and_only_the_newest() -> None:
    newest, work = Newest(), Works()
    first = asyncio.create_task(newest.do("a", work("1")))
    await asyncio.sleep(0)
    for name in ("2", "3", "4"):
        await newest.do("a", work(name))  # left to who is at work
    work.go.set()
    await first
    assert work.seen == ["1 begins", "1 ends", "4 begins", "4 ends"]


async def test_keys_do_not_wait_for_each_other() -> None:
    newest, work = Newest(), Works()
    tasks = [asyncio.create_task(newest.do(key, work(key))) for key in ("a", "b")]
    await asyncio.sleep(0)
    assert work.seen == ["a begins", "b begins"]
    work.go.set()
    await asyncio.gather(*tasks)


async def test_a_fault_does_not_keep_newer_work_from_being_done() -> None:
    newest, work = Newest(), Works()
    first = asyncio.create_task(newest.do("a", work("1", ValueError("no"))))
    await asyncio.sleep(0)
    await newest.do("a", work("2"))
    work.go.set()
    await first
    assert work.seen[-1] == "2 ends"
    with pytest.raises(ValueError, match="no"):
        await newest.do("a", work("3", ValueError("no")))
    await newest.do("a", work("4"))
    assert work.seen[-1] == "4 ends"
