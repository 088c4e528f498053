"""Discord beside its own floor: what is measured on Slack once more, and crowds under Discord's
limits.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks import cpu, crowd, latency, limits_discord, memory, rig, startup
from benchmarks.scale import Scale
from benchmarks.tables import Table

MOST_TOKENS = 300
"""Of one answer: they fit into one message, for the floor knows no second one."""


async def measure(scale: Scale) -> list[Table]:
    """Measure everything on Discord."""
    scale = replace(scale, tokens=min(scale.tokens, MOST_TOKENS))
    tables: list[Table] = []
    async with rig.contest("discord") as both:
        for contest in (latency.measure, crowd.measure, cpu.measure):
            tables += await contest(both, scale)
    async with rig.stage("discord") as place:
        tables.append(await memory.compare(place, scale))
    tables.append(await startup.compare("discord", scale))
    named = [
        replace(table, title=f"Discord: {table.title[0].lower()}{table.title[1:]}")
        for table in tables
    ]
    return [*named, *await limits_discord.measure(scale)]
