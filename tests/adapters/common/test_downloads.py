"""Files are fetched within bounds, and only from where their platform keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from adapters.common import downloads
from adapters.common.downloads import Astray, Endless, download, is_own, twice
from bot.errors import PlatformTemporary
from bot.events import Attachment
from bot.platform import Download, Problem

BASE = "https://api.example/v1"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://api.example/files/1", True),
        ("https://files.example/1", True),
        ("https://files.example:443/1", True),
        ("http://files.example/1", False),
        ("https://files.example:8443/1", False),
        ("https://me@api.example/1", False),
        ("https://evil.example/1", False),
        ("https:///1", False),
    ],
)
def test_only_a_platforms_own_hosts_are_asked(url: str, ours: bool) -> None:
    assert is_own(url, BASE, lambda host: host == "files.example") is ours


def answering(outcome: Download | Exception) -> Callable[[], Awaitable[Download]]:
    async def fetch() -> Download:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return fetch


async def fetched(
    outcome: Download | Exception, url: str = "https://files.example/1", size: int = 1
) -> Download:
    attachment = Attachment("1", "a.txt", "text/plain", size, url=url)
    return await download(attachment, 10, lambda url: "evil" not in url, answering(outcome))


async def test_what_hinders_a_download_is_told_and_never_raised() -> None:
    whole = Download(b"x", "text/plain")
    assert await fetched(whole) == whole
    assert (await fetched(whole, size=11)).problem is Problem.TOO_LARGE
    assert (await fetched(whole, url="")).problem is Problem.GONE
    assert (await fetched(whole, url="https://evil.example")).problem is Problem.FORBIDDEN
    assert (await fetched(Astray())).problem is Problem.FORBIDDEN
    for fault in (Endless(), OSError(), aiohttp.ClientError(), PlatformTemporary("no slot")):
        assert (await fetched(fault)).problem is Problem.UNREACHABLE


async def test_a_file_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "FETCH_SECONDS", 0.0)

    async def never() -> Download:
        await asyncio.Event().wait()
        raise AssertionError

    attachment = Attachment("1", "a.txt", "text/plain", 1, url="https://files.example/1")
    got = await download(attachment, 10, lambda _: True, never)
    assert got.problem is Problem.UNREACHABLE


async def test_a_passing_fault_is_tried_once_more_and_no_oftener() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with pytest.raises(aiohttp.ClientError):
        await twice(answering(aiohttp.ClientError()), sleep)
    assert pauses == [downloads.AGAIN_SECONDS]
