"""The connection to Redis: one server, Valkey, or a cluster, behind the same few calls.

Scripts live in `lua/` and run by their hash. Everything that the library raises becomes
`StoreUnavailable` here; nobody else in the project sees a Redis error.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from functools import cache
from importlib import resources
from typing import Any

import redis.asyncio as redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, ExponentialBackoff
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    ClusterError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import ConfigError, StoreUnavailable
from bot.store.lanes import Lanes

OLDEST = (6, 2)
"""The oldest server whose commands and script replication the scripts rely on."""

AWAY = (RedisConnectionError, RedisTimeoutError, ClusterError, RedisClusterException, OSError)
"""What the library raises when the server is away; anything else it raises is a bug of ours."""

CLOSED = (AuthenticationError, AuthorizationError, NoPermissionError)
"""Our login is refused. Some are kinds of `AWAY` to the library: ask for these first."""

UNWILLING = (ReadOnlyError, OutOfMemoryError, TryAgainError, AskError)
"""The server is there and does not write now: a replica, no memory, slots that are moving."""

UNWILLING_WORDS = ("MISCONF", "NOREPLICAS", "BUSY", "UNKILLABLE")
"""As `UNWILLING`, for answers without a class of their own: a full disk, too few replicas, a
script that runs too long. https://redis.io/docs/latest/develop/reference/protocol-spec/"""

SILENT_SECONDS = 10.0
"""A subscription that hears nothing for so long asks whether its connection still lives."""

ACKNOWLEDGE_WITHIN = 2.0
"""Seconds in which a write that a platform waits for has happened or is given up: Slack takes its
event back after 3."""


class Connection:
    """Two clients on one store: `steady` waits out a short fault, `quick` gives up within 2 s."""

    def __init__(self, steady: Any, quick: Any, open_plain: Callable[[], redis.Redis]) -> None:
        self.steady = steady
        self.quick = quick
        self._open_plain = open_plain
        together = not isinstance(steady, RedisCluster)
        self._steady_lanes = Lanes(steady, together=together)
        self._quick_lanes = Lanes(quick, together=together)

    @classmethod
    async def open(cls, url: str) -> Connection:
        """Connect to the store at `url`, finding out whether it is a cluster.

        Raises `ConfigError` for a server that is too old, `StoreUnavailable` for none.
        """
        probe: redis.Redis = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)
        async with _NamedFaults():
            try:
                info: dict[str, Any] = await probe.info()
            finally:
                await probe.aclose()
        _check_version(str(info.get("redis_version", "")))
        kind: Any = RedisCluster if int(info.get("cluster_enabled", 0)) else redis.Redis

        def client(timeout: float, retry: Retry) -> Any:
            return kind.from_url(
                url,
                decode_responses=True,
                encoding_errors="replace",
                socket_timeout=timeout,
                socket_connect_timeout=timeout,
                retry=retry,
            )

        steady = client(5.0, Retry(ExponentialBackoff(cap=1.0, base=0.05), 5))
        quick = client(0.5, Retry(ConstantBackoff(0.1), 2))

        def open_plain() -> redis.Redis:
            if kind is RedisCluster:
                # Any node passes messages on; login and TLS are the same for all of them.
                node = steady.get_random_node()
                options = {**parse_url(url), "host": node.host, "port": node.port}
                pool = redis.ConnectionPool(decode_responses=True, **options)
                return redis.Redis.from_pool(pool)
            return redis.Redis.from_url(url, decode_responses=True)

        if kind is RedisCluster:
            async with _NamedFaults():
                await steady.initialize()
                await quick.initialize()
        return cls(steady, quick, open_plain)

    async def close(self) -> None:
        """Let go of every connection."""
        await self.steady.aclose()
        await self.quick.aclose()

    async def run(self, script: str, base: str, *args: Any, now: int | None = None) -> Any:
        """Run `lua/<script>.lua` on the slot of `base`; `now` in ms replaces the server's clock."""
        async with _NamedFaults():
            return await _evaluate(self._steady_lanes, script, base, now, args)

    async def run_quick(self, script: str, base: str, *args: Any, now: int | None = None) -> Any:
        """Run a script that a platform's acknowledgement waits for."""
        async with _NamedFaults():
            try:
                async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
                    return await _evaluate(self._quick_lanes, script, base, now, args)
            except TimeoutError as error:
                raise StoreUnavailable("the store did not answer in time") from error

    async def command(self, name: str, *args: Any) -> Any:
        """Send one plain command, for what needs no script."""
        async with _NamedFaults():
            return await self._steady_lanes.call(name, *args)

    async def quick_command(self, name: str, *args: Any) -> Any:
        """Send one plain command that a platform's acknowledgement waits for."""
        async with _NamedFaults():
            try:
                async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
                    return await self._quick_lanes.call(name, *args)
            except TimeoutError as error:
                raise StoreUnavailable("the store did not answer in time") from error

    async def many(self, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Send several plain commands at once and return their answers in order."""
        async with _NamedFaults():
            pipeline = self.steady.pipeline(transaction=False)
            for name, *args in commands:
                getattr(pipeline, name)(*args)
            answers: list[Any] = await pipeline.execute()
        return answers

    async def reachable(self) -> bool:
        """Tell whether the store answers right now."""
        try:
            async with asyncio.timeout(1.0), _NamedFaults():
                # Not a ping: a cluster's client sends that to every node, replicas that are down
                # included.
                await self._quick_lanes.call("exists", "parley:{0}:fence")
        except (StoreUnavailable, ConfigError, TimeoutError):
            return False
        return True

    async def subscribe(self, *channels: str) -> AsyncIterator[tuple[str, str]]:
        """Yield (channel, message) for ever, reconnecting; ("", "") marks each fresh subscription,
        before which messages may have been missed."""
        while True:
            client = self._open_plain()
            try:
                async with client.pubsub() as listener:
                    await listener.subscribe(*channels)
                    asked = False
                    while True:
                        message = await listener.get_message(timeout=SILENT_SECONDS)
                        if message is None and asked:
                            raise RedisConnectionError("the subscription is deaf")
                        asked = message is None
                        if message is None:
                            await listener.ping()
                        elif message["type"] == "subscribe":  # also when the library reconnects
                            yield "", ""
                        elif message["type"] == "message":
                            yield message["channel"], message["data"]
            except (*AWAY, ResponseError):
                await asyncio.sleep(0.5)  # the store is away; polling goes on meanwhile
            finally:
                await client.aclose()


async def _evaluate(lanes: Lanes, script: str, base: str, now: int | None, args: Any) -> Any:
    text, digest = _load(script)
    values = (base, "" if now is None else now, *args)
    try:
        return await lanes.call("evalsha", digest, 1, base + "due", *values)
    except NoScriptError:
        return await lanes.call("eval", text, 1, base + "due", *values)


@cache
def _load(script: str) -> tuple[str, str]:
    folder = resources.files("bot.store") / "lua"
    text = (folder / "common.lua").read_text("utf-8") + (folder / f"{script}.lua").read_text(
        "utf-8"
    )
    # The hash names the script to the server; it protects nothing.
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class _NamedFaults:
    """Gives what the library raises inside our names, and is cancelled when that was asked for.

    A class because a generator costs four times as much, and every call passes here. The library
    writes through `asyncio.wait_for`, which on Python 3.11 loses a cancellation that comes in the
    moment in which it ends (https://github.com/python/cpython/issues/86296).
    """

    __slots__ = ("_before", "_task")

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._before = self._task.cancelling() if self._task else 0

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._task and self._task.cancelling() > self._before:
            raise asyncio.CancelledError
        if error is not None and (ours := _named(error)) is not None:
            raise ours from error


def _named(error: BaseException) -> ConfigError | StoreUnavailable | None:
    """Return our name for what the library raised; None for what is not the server's doing."""
    if isinstance(error, (*CLOSED, *AWAY)):
        # The library wraps what went wrong while it said hello.
        if isinstance(error, CLOSED) or isinstance(error.__cause__, CLOSED):
            return ConfigError(f"REDIS_URL: the store refuses our login: {error}")
        return StoreUnavailable(f"the store cannot be reached: {error}")
    unwilling = isinstance(error, ResponseError) and str(error).startswith(UNWILLING_WORDS)
    if isinstance(error, UNWILLING) or unwilling:
        return StoreUnavailable(f"the store does not write now: {error}")
    return None


def _check_version(text: str) -> None:
    digits = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    if digits < OLDEST:
        raise ConfigError(
            f"REDIS_URL: the server says it is Redis {text or 'of an unknown version'}; "
            "Parley needs Redis 6.2 or newer, or Valkey."
        )
