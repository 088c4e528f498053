"""Files come from Discord's own hosts, without the token, and their addresses are renewed once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from adapters.common import downloads
from adapters.discord.carried import files as listed
from adapters.discord.client import DiscordClient
from adapters.discord.files import download, has_ended, is_discord
from bot.events import Attachment
from bot.platform import Problem
from tests.adapters.discord.ears import client_of
from tests.servers.discord import LocalDiscord
from tests.servers.discord.payloads_messages import message_event

LIMIT = 1_000


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


@pytest.fixture
async def client(discord: LocalDiscord) -> AsyncIterator[DiscordClient]:
    async with client_of(discord) as client:
        yield client


async def posted(discord: LocalDiscord, content: bytes = b"hello", **more: Any) -> Attachment:
    message = await discord.user_posts(
        "general", "alice", "@parley look", files=[discord.file("a.txt", content, **more)]
    )
    [attachment] = listed(message_event(discord, message))
    return attachment


async def test_a_file_is_fetched_without_the_token(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    got = await download(client, await posted(discord), LIMIT)
    assert (got.content, got.media_type, got.problem) == (b"hello", "text/plain", None)
    assert [token for _, token in discord.downloads] == [None]


async def test_an_address_that_has_ended_is_signed_anew_once(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    attachment = await posted(discord)
    discord.clock.advance(48 * 3600)
    got = await download(client, attachment, LIMIT)
    assert got.content == b"hello"
    assert len(discord.calls_to("POST /attachments/refresh-urls")) == 1
    got = await download(client, attachment, LIMIT, clock=discord.clock.now)
    assert got.content == b"hello"
    assert len(discord.downloads) == 3  # the second time its end was known without a look


async def test_a_file_that_is_gone_is_gone(discord: LocalDiscord, client: DiscordClient) -> None:
    attachment = await posted(discord)
    discord.attachments.clear()
    assert (await download(client, attachment, LIMIT)).problem is Problem.GONE
    assert (await download(client, Attachment("1", "x"), LIMIT)).problem is Problem.GONE


async def test_a_file_that_is_too_large_is_not_fetched(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    honest = await posted(discord, b"x" * 2_000)
    assert (await download(client, honest, LIMIT)).problem is Problem.TOO_LARGE
    assert discord.downloads == []
    lying = await posted(discord, b"x" * 2_000, size=5)
    assert (await download(client, lying, LIMIT)).problem is Problem.TOO_LARGE


@pytest.mark.parametrize("fault", ["503", "reset", "half"])
async def test_passing_faults_are_tried_once_more(
    discord: LocalDiscord, client: DiscordClient, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(downloads, "AGAIN_SECONDS", 0.0)
    attachment = await posted(discord)
    discord.fail("/cdn", fault)
    assert (await download(client, attachment, LIMIT)).content == b"hello"
    discord.fail("/cdn", fault, times=4)  # aiohttp itself repeats what a kept connection lost
    assert (await download(client, attachment, LIMIT)).problem is Problem.UNREACHABLE


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.txt?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.png", True),
        ("http://127.0.0.1:4000/attachments/a", True),
        ("http://127.0.0.1:4001/attachments/a", False),
        ("https://127.0.0.1:4000/attachments/a", False),
        ("http://cdn.discordapp.com/attachments/a", False),
        ("https://cdn.discordapp.com:8443/a", False),
        ("https://cdn.discordapp.com.evil.org/a", False),
        ("https://evil@cdn.discordapp.com/a", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_discords_own_hosts_are_asked(url: str, ours: bool) -> None:
    assert is_discord("http://127.0.0.1:4000/api/v10", url) is ours


@pytest.mark.parametrize(
    ("url", "ended"),
    [
        ("https://x.org/a?ex=65000000", True),
        ("https://x.org/a?ex=7fffffff", False),
        ("https://x.org/a?ex=zz", False),
        ("https://x.org/a", False),
    ],
)
def test_an_address_says_when_it_ends(url: str, ended: bool) -> None:
    assert has_ended(url, 1_700_000_000) is ended


async def test_a_file_that_does_not_come_is_not_waited_for(
    discord: LocalDiscord, client: DiscordClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "FETCH_SECONDS", 0.2)
    attachment = await posted(discord)
    discord.fail("/cdn", "hang")
    assert (await download(client, attachment, LIMIT)).problem is Problem.UNREACHABLE


async def test_a_redirect_leads_nowhere_else(client: DiscordClient) -> None:
    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:9/secret")

    app = web.Application()
    app.router.add_get("/attachments/a", away)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    client.base_url = f"http://{host}:{port}/api/v10"
    try:
        got = await download(
            client, Attachment("1", "a", url=f"http://{host}:{port}/attachments/a"), 9
        )
        assert got.problem is Problem.FORBIDDEN
    finally:
        await runner.cleanup()
