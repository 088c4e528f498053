"""Take the pictures in docs/discord.md: a real bot in a local Discord, laid out as a page.

Run: .venv/bin/python -m scripts.take_discord_picture
With --all FOLDER: everything that people see, in two languages, into a folder.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from scripts.discord_preview import channel, page
from scripts.discord_scenes import SCENES, answered, card, finished, opened, shown, talk
from scripts.photograph import IMAGES, camera, played, take_all
from scripts.scripted import ANSWER, GROWING
from tests.scenarios.discord.world import World
from tests.servers.model import says

SCALE = 1.2
"""The page is large: this keeps its picture below 400 kB."""


async def main() -> None:
    """Take the picture of the documentation, or all of them."""
    async with camera(SCALE) as photograph:
        if sys.argv[1:2] == ["--all"]:
            await take_all(photograph, World, speak, SCENES, Path(sys.argv[2]))
            return
        async with played(World) as world:
            await photograph(await conversation(world), IMAGES / "discord.png")
            await photograph(await card(world), IMAGES / "discord-review.png")


def speak(world: World, locale: str) -> None:
    """Let who asks, and the server, use a language."""
    world.discord.guild.preferred_locale = locale
    for name in ("alice", "bob"):
        world.discord.person(name).locale = locale


async def conversation(world: World) -> str:
    """Ask in a channel, in its thread and by a command; show it while one answer grows."""
    discord = world.discord
    world.script("checkout", says(ANSWER.format(everybody="@everyone")))
    world.script("web-3", says(*GROWING, 60.0, "and so on."))
    world.script("freeze", says("**No.** The last freeze ended on Monday."))
    place = discord.text_channel("operations")
    asked = await world.asks(place, "checkout throws errors since 14:05. How do we undo?")
    await world.answer(asked)
    branch = discord.thread_of(asked)
    assert branch is not None  # noqa: S101 - threads may be opened here
    question = "is there a *change freeze* this week?"
    outcome = await discord.runs(place, "bob", "ask", question=question)
    frozen = await finished(world, outcome, "No.")
    helped = await finished(world, await discord.runs(place, "alice", "help"))
    await discord.user_posts(branch, "bob", "and is web-3 fine?")
    await world.until(lambda: "warmed" in discord.visible(discord.messages(branch)[-1]))
    rows = [
        shown(world, asked),
        *answered(world, frozen, "/ask", "14:22"),
        *answered(world, helped, "/help", "14:23"),
    ]
    return page(
        channel("operations", rows),
        talk(world, asked, times=("14:20", "14:23")),
        await opened(world, place),
    )


if __name__ == "__main__":
    asyncio.run(main())
