"""Take the pictures in docs/slack.md: a real bot in a local Slack, laid out as a page.

Run: .venv/bin/python -m scripts.take_slack_picture
With --all FOLDER: everything that people see, in two languages, into a folder.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from scripts.photograph import IMAGES, camera, played, take_all
from scripts.scripted import ANSWER, GROWING
from scripts.slack_preview import page, thread, view
from scripts.slack_scenes import ASKED_ABOUT, SCENES, card, named, opened, shown
from tests.scenarios.slack.world import World
from tests.servers.model import says


async def main() -> None:
    """Take the pictures of the documentation, or all of them."""
    async with camera() as photograph:
        if sys.argv[1:2] == ["--all"]:
            await take_all(photograph, World, speak, SCENES, Path(sys.argv[2]))
            return
        async with played(World) as world:
            await photograph(await conversation(world), IMAGES / "slack.png")
            await photograph(await surfaces(world), IMAGES / "slack-surfaces.png")
        async with played(World) as world:  # whose model has nothing else to say about a checkout
            await photograph(await card(world), IMAGES / "slack-review.png")


def speak(world: World, locale: str) -> None:
    """Let who asks use a language."""
    world.slack.workspace.user("alice").locale = locale


async def conversation(world: World) -> str:
    """Ask twice, and show the thread while the second answer grows."""
    world.script("checkout", says(ANSWER.format(everybody="@channel")))
    world.script("web-3", says(*GROWING, 60.0, "and so on."))
    channel = world.channel()
    asked = await world.asks(channel, "checkout throws errors since 14:05. How do we undo?")
    await world.answer(asked)
    more = await world.slack.user_posts(channel, "bob", "and is web-3 fine?", asked.ts, raw=True)
    await world.until(lambda: len(world.slack.replies(asked)) == 2)
    await world.until(lambda: "warmed" in world.slack.replies(asked)[1].text)
    messages = [asked, world.slack.replies(asked)[0], more, world.slack.replies(asked)[1]]
    times = ("14:20", "14:20", "14:23", "14:23")
    rows = zip(messages, times, strict=True)
    return page(thread(shown(world, *row) for row in rows))


async def surfaces(world: World) -> str:
    """Show the App Home and the dialog about a message."""
    await world.slack.opens_home("alice")
    place = (world.slack.app.id, world.slack.user("alice"))
    await world.until(lambda: place in world.slack.homes)
    message = await world.slack.user_posts(world.channel(), "bob", ASKED_ABOUT)
    home = named(world, world.slack.homes[place].body)
    return page(view(home, "Parley"), view(await opened(world, message), "Parley"))


if __name__ == "__main__":
    asyncio.run(main())
