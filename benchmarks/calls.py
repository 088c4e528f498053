"""Every call to the store that one streamed reply makes, in order: the list to shorten first."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from importlib import resources
from typing import Any

import redis.asyncio as redis

from benchmarks import rig
from benchmarks.rig import BOT
from benchmarks.scale import Scale
from benchmarks.tables import Table

SCRIPTS = resources.files("bot.store") / "lua"
SETTLE_SECONDS = 0.3


async def measure(scale: Scale) -> list[Table]:
    """Watch the store while one question is answered."""
    async with rig.stage() as place, rig.running(place, BOT, log="WARNING") as runner:
        await place.order("script", count=scale.tokens, rate=scale.rate)
        await place.ask(1)
        url = f"unix://{next(runner.folder.rglob('*.sock'))}"
        watcher: redis.Redis = redis.Redis.from_url(url, decode_responses=True)
        seen: list[dict[str, Any]] = []
        watching = asyncio.create_task(_watch(watcher, seen))
        await asyncio.sleep(SETTLE_SECONDS)
        asked = await place.ask(1)
        await asyncio.sleep(SETTLE_SECONDS)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await watcher.aclose()
    channel, _, team = asked.threads[0]
    found = _of_the_turn(seen, channel, team)
    rows = [(name, str(count)) for name, count in found.items()]
    writes = asked.journeys[0].writes
    rows.append(("all", str(sum(found.values()))))
    note = (
        f"A mention in a channel, answered with {scale.tokens} tokens in one post and "
        f"{writes - 1:g} edits. Names are those of the scripts in `bot/store/lua/`; what an idle "
        "bot asks, too, is left out."
    )
    return [Table("Store calls of one reply", note, ("call", "times"), rows)]


async def _watch(watcher: redis.Redis, seen: list[dict[str, Any]]) -> None:
    async with watcher.monitor() as monitor:
        async for command in monitor.listen():
            if command["client_type"] != "lua":
                seen.append(command)


def _of_the_turn(seen: list[dict[str, Any]], channel: str, team: str) -> Counter[str]:
    """Count the calls that name the thread's channel or its workspace, by script or command, and
    the `take` that leased it."""
    names = _digests()
    found: Counter[str] = Counter()
    mailbox = ""
    for command in seen:
        words = command["command"].split(" ")
        name = names.get(words[1], "") if words[0].upper() == "EVALSHA" else words[0].lower()
        if name == "put":
            mailbox = words[3]
        taken = name == "take" and words[3] == mailbox and not found["take"]
        if taken or channel in command["command"] or team in command["command"]:
            found[name] += 1
    return found


def _digests() -> dict[str, str]:
    """Return the scripts' names by the hashes under which they are run."""
    common = (SCRIPTS / "common.lua").read_text("utf-8")
    digests = {}
    for script in SCRIPTS.iterdir():
        text = common + script.read_text("utf-8")
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        digests[digest] = script.name.removesuffix(".lua")
    return digests
