"""Checks the store: reaches or starts it, writes and reads, and looks how durable a Redis of the
operator's own is. The embedded one is set up by ourselves."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.doctor.findings import Finding, fault, ok, warning
from bot.errors import StoreUnavailable
from bot.events import ThreadRef
from bot.house import open_store
from bot.settings import Settings
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.turns import Entry

KEEP_SECONDS = 60
"""After this long, nothing is left of what the check wrote, whatever happens to it."""


async def check_store(settings: Settings) -> Finding:
    """Write an entry through the store's own scripts and read it back."""
    async with AsyncExitStack() as stack:
        try:
            connection = await open_store(settings, stack)
            took = await _write_and_read(connection)
            info = await _info(connection)
        except StoreUnavailable as error:
            own = settings.redis_url is not None
            advice = (
                "mend that server, or set REDIS_URL to another" if own else "try again in a moment"
            )
            return fault(f"{_place(settings)}: {error}; {advice}")
    text = f"{_version(info)}, {_place(settings)}; wrote and read in {took * 1000:.0f} ms"
    hazards = list(_hazards(info)) if settings.redis_url is not None else []
    return warning("; ".join((text, *hazards))) if hazards else ok(text)


async def _write_and_read(connection: Connection) -> float:
    """Return the seconds that it took. Raises `StoreUnavailable`."""
    histories = Histories(connection, KEEP_SECONDS)
    thread = ThreadRef("doctor", "local", secrets.token_hex(8)).key
    entry = Entry("probe", "person", "written by doctor", time.time_ns() // 1000)
    began = time.perf_counter()
    await histories.prime(thread, [entry])
    read = await histories.load(thread, 10_000)
    took = time.perf_counter() - began
    await histories.forget(thread)
    if read.entries != (entry,):
        raise StoreUnavailable("what was written could not be read back")
    return took


async def _info(connection: Connection) -> Mapping[str, Any]:
    """Return what the server says of itself; of a cluster, what one node says."""
    info: Mapping[str, Any] = await connection.command("info")
    if "redis_version" not in info and info:
        info = next(iter(info.values()))
    return info


def _version(info: Mapping[str, Any]) -> str:
    if info.get("server_name") == "valkey":
        return f"Valkey {info.get('valkey_version', '')}".strip()
    return f"Redis {info.get('redis_version', 'of an unknown version')}"


def _place(settings: Settings) -> str:
    if settings.redis_url is None:
        return f"embedded, its files in {settings.data_dir}"
    parts = urlsplit(settings.redis_url.get_secret_value())
    return f"at {parts.hostname or unquote(parts.path)}"


def _hazards(info: Mapping[str, Any]) -> Iterator[str]:
    """Tell what could lose accepted messages (redis.io/docs: eviction, persistence)."""
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        yield (
            f"its maxmemory-policy is {policy}, which may throw away messages and histories: "
            "set it to noeviction"
        )
    if not int(info.get("aof_enabled", 1)):
        yield (
            "its append-only file is off, so a crash of the server loses the newest messages: "
            "set appendonly to yes"
        )
