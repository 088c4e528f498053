"""The web server: true state by part, a clear word when the port is taken, bounded bodies."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ConfigError
from bot.http import LARGEST_BODY, HttpServer
from bot.metrics import Metrics
from bot.platform import Health
from tests.bounds import PATIENCE

Parts = dict[str, Callable[[], Health]]


@asynccontextmanager
async def serving(
    parts: Parts | None = None, routes: Iterable[web.AbstractRouteDef] = ()
) -> AsyncIterator[tuple[aiohttp.ClientSession, HttpServer]]:
    server = HttpServer("127.0.0.1", 0, parts or {}, Metrics(), routes)
    await server.start()
    async with aiohttp.ClientSession(server.url) as client:
        try:
            yield client, server
        finally:
            await server.close()


async def test_health_tells_that_the_process_lives_whatever_its_parts() -> None:
    async with serving({"store": lambda: Health(False, "gone")}) as (client, _):
        response = await client.get("/healthz")
        assert response.status == 200


async def test_ready_means_every_part_and_names_the_one_that_is_not() -> None:
    state = {"slack": Health(True), "store": Health(False, "no answer for 5 s")}
    parts: Parts = {"slack": lambda: state["slack"], "store": lambda: state["store"]}
    async with serving(parts) as (client, _):
        response = await client.get("/readyz")
        assert response.status == 503
        assert await response.json() == {
            "slack": {"ready": True},
            "store": {"ready": False, "detail": "no answer for 5 s"},
        }
        state["store"] = Health(True)
        assert (await client.get("/readyz")).status == 200


async def test_a_part_that_cannot_tell_its_state_is_not_ready() -> None:
    def broken() -> Health:
        raise RuntimeError("bug")

    async with serving({"slack": broken}) as (client, _):
        response = await client.get("/readyz")
        assert response.status == 503
        assert "bug" not in await response.text()


async def test_metrics_are_served_in_prometheus_format() -> None:
    async with serving() as (client, _):
        response = await client.get("/metrics")
        assert response.content_type == "text/plain"
        assert "parley_queue_depth 0.0" in await response.text()


async def test_adapters_add_routes_and_answers_give_no_version_away() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hi", headers={"Cache-Control": "max-age=60"})

    async with serving(routes=[web.get("/hello", hello)]) as (client, _):
        response = await client.get("/hello")
        assert await response.text() == "hi"
        assert "Server" not in response.headers
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "max-age=60"
        missing = await client.get("/nothing")
        assert missing.status == 404
        assert "Server" not in missing.headers


async def test_a_body_beyond_the_limit_is_refused() -> None:
    async def read(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async with serving(routes=[web.post("/read", read)]) as (client, _):
        assert (await client.post("/read", data=b"x" * 1000)).status == 200
        large = io.BytesIO(b"x" * (LARGEST_BODY + 1))
        assert (await client.post("/read", data=large)).status == 413


async def test_a_taken_port_is_told_by_the_settings_name() -> None:
    async with serving() as (_, server):
        second = HttpServer("127.0.0.1", server.port, {}, Metrics())
        with pytest.raises(ConfigError, match=rf"HTTP_PORT: {server.port} is already in use"):
            await second.start()
        await second.close()


async def test_an_address_of_another_machine_is_told_by_the_settings_name() -> None:
    with pytest.raises(ConfigError, match=r"HTTP_HOST: 192\.0\.2\.1 is no address"):
        await HttpServer("192.0.2.1", 0, {}, Metrics()).start()


async def test_closing_frees_the_port_and_cuts_off_an_endless_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.http.GRACE_SECONDS", 0.1)
    ended = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b": hello\n\n")
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return response

    async with serving(routes=[web.get("/events", endless)]) as (client, server):
        port = server.port
        response = await client.get("/events")
        await response.content.readline()
        async with asyncio.timeout(PATIENCE):
            await server.close()
            await ended.wait()
        response.close()
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_the_url_is_one_that_a_browser_on_this_machine_can_open() -> None:
    assert HttpServer("0.0.0.0", 80, {}, Metrics()).url == "http://127.0.0.1:80"
    assert HttpServer("::", 80, {}, Metrics()).url == "http://[::1]:80"
    assert HttpServer("::1", 80, {}, Metrics()).url == "http://[::1]:80"


@pytest.mark.parametrize(
    "broken",
    [
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: words\r\n\r\nwords",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nwords\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Odd: words\0\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_told_in_one_line_that_does_not_quote_it(
    broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as (_, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(broken)
        assert b" 400 " in await reader.readline()
        writer.close()
    (line,) = [record for record in caplog.records if "broken" in record.getMessage()]
    assert line.levelname == "WARNING"
    assert line.exc_info is None
    assert "words" not in caplog.text
    assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == []
