"""Photographs of pages, and of what bots show in the local platforms. Knows no platform itself.

The scripts that take the documentation's pictures share it.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import TypeAlias, TypeVar

from playwright.async_api import ViewportSize, async_playwright

from tests.processes import ROOT
from tests.scenarios.playing import Playing

IMAGES = ROOT / "docs" / "images"

LOCALES = ("en-US", "zh-CN")

Photograph: TypeAlias = Callable[[str, Path], Awaitable[None]]
"""Writes the `.page` of some HTML to a file."""

World = TypeVar("World", bound=Playing)


@asynccontextmanager
async def camera(scale: float = 1.25) -> AsyncIterator[Photograph]:
    """Open a browser that writes pictures of pages, `scale` pixels for each of theirs."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        size = ViewportSize(width=2000, height=900)
        tab = await browser.new_page(device_scale_factor=scale, viewport=size)

        async def photograph(content: str, path: Path) -> None:
            await tab.set_content(content)
            path.parent.mkdir(parents=True, exist_ok=True)
            await tab.locator(".page").screenshot(path=path)

        yield photograph
        await browser.close()


@asynccontextmanager
async def played(make: Callable[[Path], World]) -> AsyncIterator[World]:
    """Play in a world in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        async with make(Path(folder)).open() as world:
            yield world


async def take_all(
    photograph: Photograph,
    make: Callable[[Path], World],
    speak: Callable[[World, str], None],
    scenes: Mapping[str, Callable[[World], Awaitable[str]]],
    folder: Path,
) -> None:
    """Photograph all scenes in every language; `speak` lets the people of a world use one."""
    for locale in LOCALES:
        async with played(make) as world:
            speak(world, locale)
            for name, scene in scenes.items():
                await photograph(await scene(world), folder / f"{name}-{locale}.png")
