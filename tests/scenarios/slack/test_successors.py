"""Many half answers are left behind by a process that is killed: whoever goes on ends all of them,
within what Slack allows."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scenarios.slack.test_crowds import _all_end
from tests.scenarios.slack.world import World
from tests.servers.model import says, tokens

MANY = 30


async def test_the_slots_that_were_kept_for_many_ends_are_the_successors(tmp_path: Path) -> None:
    async with World(tmp_path, enforce_limits=True).open() as world:
        gate = asyncio.Event()
        world.script("crowd", *[tokens(3, 20.0) + says(gate)] * MANY, tokens(40, 20.0))
        questions = [await world.asks(world.channel(), f"crowd {n}") for n in range(MANY)]
        await world.until(lambda: sum(bool(world.slack.replies(q)) for q in questions) >= 15)
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await _all_end(world, questions)
        assert world.slack.limits.refused_by_method == {}
