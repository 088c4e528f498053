"""What a turn costs in a thread that is 10, 1,000 or 10,000 entries long: it should not matter."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import redis.asyncio as redis

from benchmarks import rig
from benchmarks.kernel import cpu_seconds
from benchmarks.rig import BOT, Runner, Stage
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.turns import Entry

FLAT = 1.5
"""The longest history may cost this many times what a thousand entries cost: runs differ that
much."""
AT_A_TIME = 500
TTL = 30 * 24 * 3600
QUESTION = "And how does the budget for the second quarter look, compared with what we planned?"
ANSWER = (
    "The second quarter is about four percent below plan: travel and events were moved to autumn, "
    "while hosting grew with the new customers. Nothing in it needs a decision today."
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one turn: event to model request, the bot's processor time, and the store's traffic."""

    wait: float
    cpu: float
    read_kb: float
    written_kb: float


async def measure(scale: Scale) -> list[Table]:
    """Fill one thread per length and go on in it."""
    costs: dict[int, Cost] = {}
    async with rig.stage() as place, rig.running(place, BOT, log="WARNING") as runner:
        await place.order("script", count=20)
        await place.ask(3)
        for length in scale.lengths:
            costs[length] = await _cost(place, runner, length, scale)
    rows = [
        (
            f"{length:,} entries",
            *(ms(cost.wait), ms(cost.cpu)),
            *(f"{cost.read_kb:.1f} KB", f"{cost.written_kb:.1f} KB"),
        )
        for length, cost in costs.items()
    ]
    longest, before = costs[scale.lengths[-1]], costs[scale.lengths[-2]]
    flat = aim("flat in the thread's length", met=longest.cpu <= before.cpu * FLAT)
    note = (
        f"{scale.turns} turns in a thread that is already so long, the model's time left out; "
        "per turn, what an idle bot sends taken off. At most the newest 400 entries are read back "
        f"and sent to the model, however long the thread is. Aim: {flat}."
    )
    header = ("history", "event to model", "processor", "read", "written")
    return [Table("A turn in a long thread", note, header, rows)]


async def _cost(place: Stage, runner: Runner, length: int, scale: Scale) -> Cost:
    first = await place.ask(1)
    channel, ts, team = first.threads[0]
    url = f"unix://{next(runner.folder.rglob('*.sock'))}"
    connection = await Connection.open(url)
    try:
        await _fill(Histories(connection, TTL), f"slack/{team}/{channel}/{ts}", length)
    finally:
        await connection.close()
    await place.ask(1, into=[channel, ts])
    watcher: redis.Redis = redis.Redis.from_url(url, decode_responses=True)
    try:
        idle = await _traffic_of_idling(watcher, min(2.0, scale.idle_seconds))
        before, cpu, begun = await _traffic(watcher), cpu_seconds(runner.pid), time.monotonic()
        asked = await place.ask(scale.turns, into=[channel, ts], thread=True)
        seconds, spent = time.monotonic() - begun, cpu_seconds(runner.pid) - cpu
        after = await _traffic(watcher)
    finally:
        await watcher.aclose()
    read, written = (
        max(0.0, (a - b - i * seconds) / scale.turns)
        for a, b, i in zip(after, before, idle, strict=True)
    )
    wait = median([each.requested - each.asked for each in asked.journeys])
    return Cost(wait, spent / scale.turns, read / 1024, written / 1024)


async def _fill(histories: Histories, thread: str, length: int) -> None:
    """Remember `length` entries that are older than the thread's own."""
    start = int(time.time() * 1_000_000) - 3600 * 1_000_000
    entries = [
        Entry(
            id=f"{(start + number) // 1_000_000}.{(start + number) % 1_000_000:06d}",
            role="person" if number % 2 == 0 else "bot",
            text=QUESTION if number % 2 == 0 else ANSWER,
            at=start + number,
            author_id="U1",
            author="alice",
        )
        for number in range(length)
    ]
    for at in range(0, length, AT_A_TIME):
        await histories.prime(thread, entries[at : at + AT_A_TIME])


async def _traffic(watcher: redis.Redis) -> tuple[float, float]:
    info = await watcher.info()
    return float(info["total_net_output_bytes"]), float(info["total_net_input_bytes"])


async def _traffic_of_idling(watcher: redis.Redis, wait: float) -> list[float]:
    before, begun = await _traffic(watcher), time.monotonic()
    await asyncio.sleep(wait)
    after, seconds = await _traffic(watcher), time.monotonic() - begun
    return [(a - b) / seconds for a, b in zip(after, before, strict=True)]
