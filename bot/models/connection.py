"""The way to a model service: the openai SDK opens each stream, the bytes are handed on unread.

The SDK brings its errors, headers, proxies and certificates, on its own aiohttp transport; decoding
the events ourselves costs a third of letting the SDK do it (docs/decisions). It is imported at the
first request or by `warm`, in a thread, because the import takes 0.4 s. Nothing of it escapes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from bot.errors import ModelTemporary
from bot.models import complaints
from bot.models.complaints import Complaint
from bot.models.faults import unreachable

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_TIMEOUT = 8.0
"""Seconds to open a connection: three lost SYN packets are past (RFC 6298), and people wait."""
_WRITE_TIMEOUT = 30.0
"""Seconds in which nothing of the request can be sent on; pictures make requests of megabytes."""
_MOST_CONNECTIONS = 1_000
"""As many as the SDK's own default; how many turns run at once is decided elsewhere."""
_KEEP = 30.0
"""Seconds that an idle connection is kept: saves the next question of a thread the TLS handshake,
and ends before the 60 s after which proxies usually drop it."""
_NO_KEY = "no-key-needed"
"""Sent where no key is configured: the SDK insists on one, and services without keys ignore it."""
_ERROR_BODY = 64 * 1024
"""Bytes of a refusal that are read."""


class Refused(Exception):
    """The service answered, and not with 200; only `bot.models.http_model` sees it."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


class Exchange:
    """A response whose body arrives. Must be closed; closing midway closes the connection."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self.reads = self._read()

    async def _read(self) -> AsyncGenerator[bytes, None]:
        """Yield what each network read brought. Raises `ModelTemporary`."""
        async with aclosing(self._response.aiter_bytes()) as reads:
            while True:
                try:
                    read = await anext(reads)
                except StopAsyncIteration:
                    return
                except Exception as error:  # only the library runs here, and none of it may escape
                    raise unreachable(error) from error
                yield read

    async def close(self) -> None:
        """Let go of the response: its connection is free again when it was read to its end."""
        with suppress(Exception):  # a connection that breaks while closing is closed
            await self.reads.aclose()
            await self._response.aclose()


class Connection:
    """One service with its key. `idle_timeout`: seconds without a byte that are waited for."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        organization: str = "",
        idle_timeout: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.secret = api_key
        self.idle_timeout = idle_timeout
        self._base_url = base_url
        self._organization = organization
        self._clock = clock
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    async def warm(self) -> None:
        """Import the SDK and build the client, so that the first request need not."""
        await self._sdk()

    async def post(self, path: str, body: Mapping[str, Any]) -> Exchange:
        """Send `body` and return the response once its headers are there.

        Raises `Refused` for an answer other than 200, else the `ModelError` family.
        """
        client = await self._sdk()
        try:
            return Exchange(await self._send(client, path, body))
        except Exception as error:  # only the library runs here, and none of it may escape
            response = getattr(error, "response", None)
            if response is None:
                raise unreachable(error) from error
            said: bytes = response.content[:_ERROR_BODY]
            complaint = self.read(response.status_code, said, response.headers)
            # The SDK's exception holds the request with the key in its headers.
            raise Refused(complaint) from None

    def read(self, status: int, body: bytes, headers: Mapping[str, str]) -> Complaint:
        """Read what the service said in `body`, without any secret."""
        return complaints.read(status, body, headers, now=self._clock(), secret=self.secret)

    async def close(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # what breaks while closing is closed
                await client.close()

    async def _send(self, client: AsyncOpenAI, path: str, body: Mapping[str, Any]) -> Any:
        from openai import AsyncStream

        stream = await client.post(
            path, cast_to=object, body=dict(body), stream=True, stream_cls=AsyncStream[object]
        )
        return stream.response

    async def _sdk(self) -> AsyncOpenAI:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
        return self._client

    def _build(self) -> AsyncOpenAI:
        from httpx2 import Limits, Timeout
        from openai import AsyncOpenAI, DefaultAioHttpClient

        # The read timeout runs anew for each read: it is the idle timeout.
        timeout = Timeout(self.idle_timeout, connect=CONNECT_TIMEOUT, write=_WRITE_TIMEOUT)
        limits = Limits(max_connections=_MOST_CONNECTIONS, keepalive_expiry=_KEEP)
        try:
            return AsyncOpenAI(
                api_key=self.secret or _NO_KEY,
                base_url=self._base_url,
                organization=self._organization or None,
                max_retries=0,  # the engine retries, for it knows what people have seen already
                timeout=timeout,
                http_client=DefaultAioHttpClient(limits=limits),
            )
        except Exception as error:  # an address that is none, certificates that cannot be read
            raise unreachable(error) from error


async def within(seconds: float, coming: Awaitable[bytes]) -> bytes | None:
    """Return the next read, None when it does not come within `seconds` or the stream is over."""
    try:
        async with asyncio.timeout(seconds):
            return await coming
    except (TimeoutError, StopAsyncIteration, ModelTemporary):
        return None
