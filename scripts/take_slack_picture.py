"""Take the picture in docs/slack.md: a real bot's answers in a local Slack, laid out as a page.

Run: .venv/bin/python -m scripts.take_slack_picture
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from scripts.slack_preview import Shown, page
from tests.processes import ROOT
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack import Message

PICTURE = ROOT / "docs" / "images" / "slack.png"

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
    """Ask twice, and photograph the thread while the second answer grows."""
    with tempfile.TemporaryDirectory() as folder:
        async with World(Path(folder)).open() as world:
            world.script("checkout", says(ANSWER))
            world.script("web-3", says(*GROWING, 60.0, "and so on."))
            channel = world.channel()
            asked = await world.asks(channel, "checkout throws errors since 14:05. How do we undo?")
            await world.answer(asked)
            more = await world.slack.user_posts(
                channel, "bob", "and is web-3 fine?", asked.ts, raw=True
            )
            await world.until(lambda: len(world.slack.replies(asked)) == 2)
            await world.until(lambda: "warmed" in world.slack.replies(asked)[1].text)
            shown = [asked, world.slack.replies(asked)[0], more, world.slack.replies(asked)[1]]
            times = ("14:20", "14:20", "14:23", "14:23")
            messages = zip(shown, times, strict=True)
            await photograph(page(_shown(world, *each) for each in messages))


async def photograph(content: str) -> None:
    """Write the picture of a page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = await browser.new_page(device_scale_factor=1.5)
        await tab.set_content(content)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        await tab.locator(".thread").screenshot(path=PICTURE)
        await browser.close()


def _shown(world: World, message: Message, at: str) -> Shown:
    if message.bot_id:
        return Shown("Parley", "#1f3a5f", at, message.text, tuple(message.blocks), is_app=True)
    name, color = {"alice": ("Alice", "#7a4f9a"), "bob": ("Bob", "#2f7d4f")}[
        world.slack.workspace.user(message.user or "").name
    ]
    return Shown(name, color, at, world.slack.visible(message))


if __name__ == "__main__":
    asyncio.run(main())
