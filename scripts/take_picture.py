"""Take the README's picture: a real thread in the playground, answered without a key.

Run: .venv/bin/python -m scripts.take_picture
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.page import Visit
from tests.processes import ROOT, BotProcess
from tests.servers.weather import WeatherServer

PICTURE = ROOT / "docs" / "images" / "thread.png"


async def main() -> None:
    """Ask two people's questions and photograph the thread."""
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder:
        async with (
            WeatherServer() as weather,
            BotProcess(weather.env, Path(folder)) as bot,
            async_playwright() as playwright,
        ):
            await bot.ready()
            browser = await playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            visit = await Visit.begin(
                browser, bot.url, viewport={"width": 1280, "height": 900}, device_scale_factor=1.5
            )
            await visit.page.get_by_role("button", name="Dismiss").click()
            await visit.say("@parley what's the weather in Beijing, and what time is it there?")
            await visit.sees_answer("Asia/Shanghai")
            await visit.page.get_by_role("button", name="Ben").click()
            await visit.reply("and what time is it in Tokyo?")
            await visit.sees_answer("Asia/Tokyo")
            await visit.page.mouse.move(560, 300)
            await visit.page.wait_for_timeout(500)
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            await visit.page.screenshot(path=PICTURE)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
