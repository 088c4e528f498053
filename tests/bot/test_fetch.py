"""Fetching addresses that strangers wrote: nothing private is reached, and nothing lasts."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import ToolFailed
from bot.fetch import MOST_BYTES, Fetcher, Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Names(AbstractResolver):
    """Answers each look-up of a name with the next of its addresses, the last for ever."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.names[host.partition(".")[0]]
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for one in address.split("+")
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def server(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def fetching(*trusted: str, **options: object) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(trusted, **options)  # type: ignore[arg-type]
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello", content_type="text/markdown")


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"),
        *("http://0x7f000001/", "http://2130706433/", "http://0177.0.0.1/", "http://127.1/"),
        *("http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://0/"),
        *("http://[2002:a9fe:a9fe::1]/", "http://[::169.254.169.254]/", "http://192.0.0.8/"),
        *("http://224.0.0.1/", "http://localhost/", "http://127.0.0.1./"),
        "http://\uff11\uff12\uff17.0.0.1/",  # full-width digits
        *("file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "//example.com/"),
        *("http://user@example.com/", "http://user:pw@example.com/", "http://:pw@example.com/"),
        *("http://example.com:22/", "http://example.com:6379/", "http://example.com:99999/"),
        *(
            "http://example.com/\r\nX: y",
            "http://exa mple.com/",
            "http://example.com\\@x/",
            "http://",
        ),
        "http://example.com/" + "a" * 3000,
    ],
)
async def test_addresses_that_lead_inside_or_are_odd_are_refused(url: str) -> None:
    async with fetching() as fetcher:
        with pytest.raises(Refused):
            await fetcher.get(url)


async def test_a_trusted_host_may_be_private() -> None:
    async with server(hello) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        got = await fetcher.get(f"http://127.0.0.1:{port}/readme#part")
        assert (got.status, got.media_type, got.content) == (200, "text/markdown", b"hello")


async def test_trust_in_one_port_is_no_trust_in_another() -> None:
    async with fetching("127.0.0.1:8080") as fetcher:
        with pytest.raises(Refused):
            await fetcher.get("http://127.0.0.1:80/")


async def test_a_name_with_one_private_address_is_refused() -> None:
    names = Names(mixed=["93.184.216.34+10.0.0.1"])
    async with fetching(resolver=names) as fetcher:
        with pytest.raises(Refused):
            await fetcher.get("http://mixed.example/")


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A name that turns private after the check is not asked again."""
    seen: list[str] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.host)
        return web.Response(text="checked")

    names = Names(turning=["127.0.0.2", "127.0.0.1"])
    async with (
        server(note, "127.0.0.2") as port,
        fetching(resolver=names, ports=[port], allowed=lambda ip: ip == "127.0.0.2") as fetcher,
    ):
        got = await fetcher.get(f"http://turning.example:{port}/")
        assert got.content == b"checked"
        assert names.asked == ["turning.example"]
        with pytest.raises(Refused):  # the next request looks it up and checks it anew
            await fetcher.get(f"http://turning.example:{port}/")
    assert len(seen) == 1


async def test_each_redirect_is_checked_again() -> None:
    inside: list[str] = []

    async def secret(request: web.Request) -> web.Response:
        inside.append(request.path)
        return web.Response(text="secret")

    async with server(secret) as port:

        async def away(_: web.Request) -> web.Response:
            raise web.HTTPFound(f"http://127.0.0.1:{port}/admin")

        async with (
            server(away, "127.0.0.2") as door,
            fetching(f"127.0.0.2:{door}", ports=[80, port]) as fetcher,
        ):
            with pytest.raises(Refused, match="not on the public internet"):
                await fetcher.get(f"http://127.0.0.2:{door}/")
    assert not inside


async def test_redirects_are_followed_three_times_and_no_more() -> None:
    async def hop(request: web.Request) -> web.Response:
        left = int(request.query["left"])
        if left:
            raise web.HTTPFound(f"/?left={left - 1}")
        return web.Response(text="there")

    async with server(hop) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        got = await fetcher.get(f"http://127.0.0.1:{port}/?left=3")
        assert got.content == b"there"
        assert got.url.endswith("left=0")
        with pytest.raises(Refused, match="redirects more than 3"):
            await fetcher.get(f"http://127.0.0.1:{port}/?left=4")


async def test_headers_stay_with_the_first_host() -> None:
    seen: dict[str, str | None] = {}

    async def second(request: web.Request) -> web.Response:
        seen["second"] = request.headers.get("Authorization")
        return web.Response()

    async with server(second, "127.0.0.2") as far:

        async def first(request: web.Request) -> web.Response:
            seen["first"] = request.headers.get("Authorization")
            raise web.HTTPFound(f"http://127.0.0.2:{far}/")

        async with (
            server(first) as near,
            fetching(f"127.0.0.1:{near}", f"127.0.0.2:{far}") as fetcher,
        ):
            await fetcher.get(f"http://127.0.0.1:{near}/", headers={"Authorization": "token"})
    assert seen == {"first": "token", "second": None}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
async def test_content_is_decoded(encoding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}[encoding]

    async def packed(_: web.Request) -> web.Response:
        headers = {"Content-Encoding": encoding} if encoding else {}
        return web.Response(body=pack(b"words " * 5000), headers=headers)

    async with server(packed) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        got = await fetcher.get(f"http://127.0.0.1:{port}/")
        assert got.content == b"words " * 5000


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = gzip.compress(bytes(60 * 1024 * 1024))
    assert len(bomb) < MOST_BYTES

    async def explode(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with server(explode) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        with pytest.raises(ToolFailed, match="larger than 5 MB"):
            await fetcher.get(f"http://127.0.0.1:{port}/")


async def test_an_endless_answer_is_cut_off_by_size_and_a_slow_one_by_time() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 60_000 if request.path == "/fast" else b"x")
            await asyncio.sleep(0 if request.path == "/fast" else 0.02)

    async with server(endless) as port, fetching(f"127.0.0.1:{port}", seconds=0.5) as fetcher:
        with pytest.raises(ToolFailed, match="larger than"):
            await fetcher.get(f"http://127.0.0.1:{port}/fast", limit=200_000)
        with pytest.raises(ToolFailed, match=r"no answer within 0\.5 s"):
            await fetcher.get(f"http://127.0.0.1:{port}/slow")


@pytest.mark.parametrize(("encoding", "body"), [("gzip", b"no gzip"), ("br", b"x"), ("gzip", b"")])
async def test_a_damaged_or_unknown_packing_is_told(encoding: str, body: bytes) -> None:
    async def damaged(_: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Encoding": encoding})

    async with server(damaged) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        if not body:
            assert (await fetcher.get(f"http://127.0.0.1:{port}/")).content == b""
            return
        with pytest.raises(ToolFailed):
            await fetcher.get(f"http://127.0.0.1:{port}/")


async def test_a_truncated_answer_is_no_answer() -> None:
    async def half(_: web.Request) -> web.Response:
        packed = gzip.compress(bytes(range(256)) * 50)
        return web.Response(body=packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})

    async with server(half) as port, fetching(f"127.0.0.1:{port}") as fetcher:
        with pytest.raises(ToolFailed, match="damaged"):
            await fetcher.get(f"http://127.0.0.1:{port}/")


async def test_a_host_that_does_not_answer_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with fetching(f"127.0.0.1:{port}") as fetcher:
        with pytest.raises(ToolFailed, match="cannot be reached"):
            await fetcher.get(f"http://127.0.0.1:{port}/")
