"""The one client for addresses that came from messages: strangers choose them, so it trusts none.

Only http and https to public addresses, connected to exactly the address that was checked, each
redirect checked again, all of it bounded in time and in decoded size. Hosts from settings are
trusted. Used by tools and adapters; errors are `ToolFailed`, in words that a model can pass on.
"""

from __future__ import annotations

import asyncio
import re
import socket
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.addresses import is_public
from bot.errors import ToolFailed

SECONDS = 10.0
"""For everything: names, connections, redirects and the body."""

MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
LONGEST_URL = 2048
PORTS = (80, 443)
"""Where strangers' addresses may point: the web, and no other service."""

_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 65_536


class Refused(ToolFailed):
    """The address is not one that may be opened."""


class TooLarge(ToolFailed):
    """The answer is larger than whoever asked wanted to read."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: where it came from in the end, its status, media type and decoded content."""

    url: str
    status: int
    media_type: str
    content: bytes


class Fetcher:
    """Opens addresses safely; one serves a process. `trusted` are `host` or `host:port`."""

    def __init__(
        self,
        trusted: Collection[str] = (),
        *,
        ports: Collection[int] = PORTS,
        resolver: AbstractResolver | None = None,
        allowed: Callable[[str], bool] = is_public,
        seconds: float = SECONDS,
    ) -> None:
        self._trusted = frozenset(name.lower() for name in trusted)
        self._ports = ports
        self._resolver = resolver
        self._allowed = allowed
        self._seconds = seconds
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def get(
        self, url: str, *, limit: int = MOST_BYTES, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Fetch at most `limit` decoded bytes. `headers` go to the first host alone.

        Raises `Refused` for an address that may not be opened, `ToolFailed` for any other fault.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(self._checked(url), limit, dict(headers or {}))
        except TimeoutError:
            raise ToolFailed(f"The address gave no answer within {self._seconds:g} s.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ToolFailed(f"The address cannot be reached ({type(error).__name__}).") from error

    async def close(self) -> None:
        """Let go of every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _follow(self, url: URL, limit: int, headers: dict[str, str]) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            session = self._session(trusted=self._is_trusted(url))
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                target = response.headers.get("Location")
                if response.status not in _REDIRECTS or target is None:
                    content = await _body(response, limit)
                    return Fetched(str(url), response.status, response.content_type, content)
            following = self._checked(target, url)
            if following.origin() != url.origin():
                headers = {}
            url = following
        raise Refused(f"The address redirects more than {MOST_REDIRECTS} times.")

    def _checked(self, text: str, base: URL | None = None) -> URL:
        """Read an address and refuse what no web page needs."""
        if len(text) > LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f\\]", text):
            raise Refused("The address is too long or holds spaces or control characters.")
        try:
            url = base.join(URL(text)) if base else URL(text)
            port = url.port
        except ValueError:
            raise Refused("The address cannot be read.") from None
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise Refused("Only http and https addresses can be opened.")
        if base is not None and base.scheme == "https" and url.scheme == "http":
            raise Refused("The address redirects from https to http.")
        if url.user is not None or url.password is not None:
            raise Refused("Addresses with a user name or password cannot be opened.")
        if self._is_trusted(url):
            return url.with_fragment(None)
        if port not in self._ports:
            raise Refused("Only the usual ports of the web can be opened.")
        # aiohttp connects to a numeric host without asking the resolver.
        if _is_numeric(url.raw_host) and not self._allowed(url.raw_host):
            raise Refused("That address is not on the public internet.")
        return url.with_fragment(None)

    def _is_trusted(self, url: URL) -> bool:
        host = (url.raw_host or "").lower()
        return host in self._trusted or f"{host}:{url.port}" in self._trusted

    def _session(self, *, trusted: bool) -> aiohttp.ClientSession:
        if trusted not in self._sessions:
            resolver = self._resolver or aiohttp.ThreadedResolver()
            self._sessions[trusted] = aiohttp.ClientSession(
                # A connection is never kept: whoever owns the name later gets no older one.
                connector=aiohttp.TCPConnector(
                    resolver=resolver if trusted else _CheckedResolver(resolver, self._allowed),
                    use_dns_cache=False,
                    force_close=True,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"User-Agent": "Parley", "Accept-Encoding": "gzip"},
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                trust_env=False,
            )
        return self._sessions[trusted]


class _CheckedResolver(AbstractResolver):
    """Gives the connector numeric addresses only after each was checked, so that the connection
    goes to a checked one and no second look-up can change it."""

    def __init__(self, inner: AbstractResolver, allowed: Callable[[str], bool]) -> None:
        self._inner = inner
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve `host`; one private address among its addresses refuses all of them."""
        results = await self._inner.resolve(host, port, family)
        if not results or not all(self._allowed(result["host"]) for result in results):
            raise Refused("That address is not on the public internet.")
        return results

    async def close(self) -> None:
        """Let go of the inner resolver."""
        await self._inner.close()


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read the body, decoding as it comes, and stop at the first byte beyond `limit`."""
    if (response.content_length or 0) > limit:
        raise TooLarge(_too_large(limit))
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise ToolFailed("The answer is packed in a way that cannot be read.")
    # 32 + the largest window: zlib tells gzip and deflate apart by itself (zlib.net/manual.html).
    unpack = zlib.decompressobj(32 + zlib.MAX_WBITS) if encoding != "identity" else None
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        try:
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        except zlib.error:
            raise ToolFailed("The answer is damaged.") from None
        if len(body) > limit:
            raise TooLarge(_too_large(limit))
    if unpack and body and not unpack.eof:
        raise ToolFailed("The answer is damaged.")
    return bytes(body)


def _too_large(limit: int) -> str:
    return f"The answer is larger than {limit / 1_048_576:.3g} MB."


def _is_numeric(host: str) -> bool:
    """Tell whether `host` is an address and no name (an IPv6 address may carry its zone)."""
    return ":" in host or re.fullmatch(r"[0-9.]+", host) is not None
