"""What comes back for a file's address, and to whom the token goes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack import files
from adapters.slack.attached import CANVAS
from adapters.slack.client import SlackClient
from adapters.slack.files import download, is_slack
from bot.events import Attachment
from bot.metrics import Metrics
from bot.platform import Problem
from tests.adapters.slack.parts import Counted

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>…</body></html>"


@asynccontextmanager
async def host(handler: Handler) -> AsyncIterator[tuple[SlackClient, str]]:
    """Serve one file; returns a client whose Slack this is, and the file's address."""
    app = web.Application()
    app.router.add_get("/file", handler)
    async with TestServer(app) as server:
        client = SlackClient("xoxb-secret", str(server.make_url("/api/")), Counted(), Metrics())
        client.workspace = str(server.port)
        try:
            yield client, str(server.make_url("/file"))
        finally:
            await client.close()


def page(text: str, kind: str = "text/html") -> Handler:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xoxb-secret"
        return web.Response(text=text, content_type=kind)

    return answer


async def test_the_token_follows_no_redirect_to_another_host() -> None:
    asked: list[web.Request] = []

    async def foreign(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response(text="stolen")

    async with host(foreign) as (_, elsewhere):

        async def away(_: web.Request) -> web.Response:
            raise web.HTTPFound(elsewhere)

        async with host(away) as (client, url):
            got = await download(client, Attachment("F", "a.txt", "text/plain", 5, url), 1000)
    assert got.problem is Problem.FORBIDDEN
    assert asked == []


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async def there(request: web.Request) -> web.Response:
        if "again" not in request.query:
            raise web.HTTPFound("/file?again=1")
        return web.Response(text="found")

    async with host(there) as (client, url):
        got = await download(client, Attachment("F", "a.txt", "text/plain", 5, url), 1000)
    assert got.content == b"found"


@pytest.mark.parametrize(
    ("kind", "size"),
    [("text/plain", 0), ("text/plain", len(SIGN_IN.encode())), ("text/html", 9), (CANVAS, 0)],
)
async def test_a_sign_in_page_is_noticed_and_the_operator_told_once(
    kind: str, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    files._told.clear()
    async with host(page(SIGN_IN)) as (client, url):
        with caplog.at_level(logging.ERROR):
            for _ in range(3):
                got = await download(client, Attachment("F", "a", kind, size, url), 1000)
                assert got.problem is Problem.FORBIDDEN
    (told,) = caplog.messages
    assert "files:read" in told
    assert "xoxb" not in told


async def test_a_page_that_somebody_attached_is_no_sign_in_page() -> None:
    text = "<title>Sign in to my site</title>"
    async with host(page(text)) as (client, url):
        got = await download(client, Attachment("F", "a.html", "text/html", len(text), url), 1000)
    assert got.content.decode() == text


async def test_a_canvas_is_read_as_text() -> None:
    text = (
        "<html><head><title>Plans</title><style>p {x: y}</style></head><body><h1>Plans</h1>"
        "<p>one &amp; <b>two</b></p><ul><li>a &lt; b</li><li>c</li></ul><!-- no --></body></html>"
    )
    async with host(page(text)) as (client, url):
        got = await download(client, Attachment("F", "Plans", CANVAS, 7, url), 1000)
    assert got.content.decode().splitlines() == ["Plans", "one & two", "a < b", "c"]


@pytest.mark.parametrize(
    ("base", "url", "ours"),
    [
        ("https://slack-gov.com/api/", "https://files.slack-gov.com/a", True),
        ("https://slack-gov.com/api/", "https://files.slack.com/a", False),
        ("https://slack.com/api/", "https://files.slack-gov.com/a", False),
        ("https://slack.com/api/", "https://files.slack.com.evil.com/a", False),
        ("https://slack.com/api/", "https://evilslack.com/a", False),
        ("https://slack.com/api/", "https://slack.com@evil.com/a", False),
        ("http://127.0.0.1:9/api/", "http://127.0.0.1:9/files-pri/a", True),
        ("http://127.0.0.1:9/api/", "http://localhost:9/files-pri/a", False),
        ("http://127.0.0.1:9/api/", "http://127.0.0.1:10/files-pri/a", False),
    ],
)
def test_only_slack_s_own_hosts_get_the_token(base: str, url: str, ours: bool) -> None:
    assert is_slack(base, url) is ours
