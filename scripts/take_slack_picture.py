"""Take the pictures in docs/slack.md: a real bot in a local Slack, laid out as a page.

Run: .venv/bin/python -m scripts.take_slack_picture
With --all FOLDER: everything that people see, in two languages, into a folder.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which

from playwright.async_api import async_playwright

from scripts.slack_preview import page, thread, view
from scripts.slack_scenes import ASKED_ABOUT, SCENES, named, opened, shown
from tests.processes import ROOT
from tests.scenarios.slack.world import World
from tests.servers.model import says

IMAGES = ROOT / "docs" / "images"

LOCALES = ("en-US", "zh-CN")

Photograph = Callable[[str, Path], Awaitable[None]]

ANSWER = """\
## Rolling back `checkout` 4.2

The deploy of **14:05** doubled the error rate. To go back:

1. Stop the rollout, so that no more hosts change:
   ```sh
   deployctl pause checkout
   ```
2. Go back to the last good version
   - it is *4.1.7*, see [the release notes](https://releases.example/checkout/4.1.7)
   - migrations of 4.2 are compatible, none has to be undone
3. Watch the error rate for ten minutes

| host | version | errors/min |
|:--|:-:|--:|
| web-1 | 4.2.0 | **118** |
| web-2 | 4.2.0 | 97 |
| web-3 | 4.1.7 | 2 |

> Nobody is pinged by what I write, not even with @channel.
"""

GROWING = (
    "Yes: `web-3` never got it. ",
    1.5,
    "On the other two the cache was warmed ",
    1.5,
    "with ",
)


async def main() -> None:
    """Take the pictures of the documentation, or all of them."""
    async with camera() as photograph:
        if sys.argv[1:2] == ["--all"]:
            for locale in LOCALES:
                async with world() as played:
                    played.slack.workspace.user("alice").locale = locale
                    for name, scene in SCENES.items():
                        path = Path(sys.argv[2]) / f"{name}-{locale}.png"
                        await photograph(await scene(played), path)
            return
        async with world() as played:
            await photograph(await conversation(played), IMAGES / "slack.png")
            await photograph(await surfaces(played), IMAGES / "slack-surfaces.png")


async def conversation(world: World) -> str:
    """Ask twice, and show the thread while the second answer grows."""
    world.script("checkout", says(ANSWER))
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


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Play in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        async with World(Path(folder)).open() as opened_world:
            yield opened_world


@asynccontextmanager
async def camera() -> AsyncIterator[Photograph]:
    """Open a browser that writes pictures of pages."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        size = {"width": 2000, "height": 900}
        tab = await browser.new_page(device_scale_factor=1.25, viewport=size)

        async def photograph(content: str, path: Path) -> None:
            await tab.set_content(content)
            path.parent.mkdir(parents=True, exist_ok=True)
            await tab.locator(".page").screenshot(path=path)

        yield photograph
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
