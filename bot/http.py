"""The one web server of a process: health, readiness, metrics, and the routes of the adapters.

It knows no platform; adapters hand it routes and guard those themselves. Health, readiness and
metrics ask for nothing and call nobody.
"""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable, Iterable, Mapping

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import ConfigError
from bot.logs import fields
from bot.metrics import CONTENT_TYPE, Metrics
from bot.platform import Health

log = logging.getLogger(__name__)
_server_log = logging.getLogger(f"{__name__}.server")
"""Where aiohttp tells of its own faults, and of what a handler let through."""

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes of a request: a file of 5 MB with its form around it. More is answered with 413."""

GRACE_SECONDS = 2.0
"""How long requests may go on while the server closes; event streams never end by themselves."""

KEEP_ALIVE_SECONDS = 75.0
"""Longer than the 60 s after which common load balancers close, so that they do it first."""


class HttpServer:
    """Serves from `start` to `close`. `parts` tell the state that `/readyz` reports."""

    def __init__(
        self,
        host: str,
        port: int,
        parts: Mapping[str, Callable[[], Health]],
        metrics: Metrics,
        routes: Iterable[web.AbstractRouteDef] = (),
    ) -> None:
        self._host = host
        self._port = port
        self._parts = parts
        self._metrics = metrics
        self._app = web.Application(client_max_size=LARGEST_BODY)
        self._app.on_response_prepare.append(_harden)
        self._app.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._show_metrics),
                *routes,
            ]
        )
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises `ConfigError` when the address cannot be had."""
        runner = web.AppRunner(
            self._app,
            access_log=None,
            logger=_server_log,
            handle_signals=False,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=GRACE_SECONDS,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigError(_why(error, self._host, self._port)) from None
        self._runner = runner
        log.info("web server listens", extra=fields(host=self._host, port=self.port))

    @property
    def port(self) -> int:
        """The port that is listened on; the free one that was found when 0 was asked for."""
        addresses = self._runner.addresses if self._runner else []
        return int(addresses[0][1]) if addresses else self._port

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104  # compared, not bound
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}"

    async def close(self) -> None:
        """Stop listening, let requests end, cut off those that do not."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        states = {name: _state(name, state) for name, state in self._parts.items()}
        body = {
            name: {"ready": state.ready, **({"detail": state.detail} if state.detail else {})}
            for name, state in states.items()
        }
        ready = all(state.ready for state in states.values())
        return web.json_response(body, status=200 if ready else 503)

    async def _show_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})


def _shorten(record: logging.LogRecord) -> bool:
    """Tell of a request that is no HTTP in one line: the library would quote it, with a trace."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError | web.RequestPayloadError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "a request that is broken", ()
        record.exc_info = record.exc_text = None
    return True


_server_log.addFilter(_shorten)


def _state(name: str, tell: Callable[[], Health]) -> Health:
    try:
        return tell()
    except Exception:
        log.exception("a part cannot tell its state", extra=fields(part=name))
        return Health(ready=False, detail="its state cannot be told; the logs say why")


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    """Give away no version, let nothing be guessed or kept unless a route says otherwise."""
    response.headers.popall("Server", None)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"HTTP_PORT: {port} is already in use on {host}. Expected: a free port. End the "
            f"program that listens there (perhaps another copy of this one), or set another, such "
            f"as HTTP_PORT={port % 65_535 + 1}."
        )
    if error.errno == errno.EACCES:
        return (
            f"HTTP_PORT: this user may not listen on {port}. Expected: a port from 1024 to 65535, "
            "such as 8080."
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return (
            f"HTTP_HOST: {host} is no address of this machine. Expected: 127.0.0.1 for this "
            "machine alone, 0.0.0.0 for all of its addresses."
        )
    return f"HTTP_HOST and HTTP_PORT: cannot listen on {host}:{port}: {error.strerror or error}."
