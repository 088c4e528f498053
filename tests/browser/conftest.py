"""Fixtures of the browser tests: a real Chromium on a running playground.

The playground is the adapter with a scripted bot behind, in this process. With `PARLEY_BROWSER_URL`
the tests that need no script run against whatever serves there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from bot.store.connection import Connection
from tests.adapters.web.serving import Playground, serve
from tests.browser.page import Visit

CHROMIUM = os.environ.get("PARLEY_CHROMIUM") or shutil.which("chromium") or ""

MODEL_NOTE = "No key is set, so a small offline model answers."


@pytest.fixture
async def playground(connection: Connection) -> AsyncIterator[Playground]:
    async with serve(connection, model_note=MODEL_NOTE) as playground:
        yield playground


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Where the page is: a playground of our own unless another is named."""
    named = os.environ.get("PARLEY_BROWSER_URL")
    return named or request.getfixturevalue("playground").url


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        reason = "no Chromium is installed; `apt install chromium` or set PARLEY_CHROMIUM"
        if os.environ.get("PARLEY_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        # No sandbox: the machines that test run as root in a container.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(chromium: Browser, url: str) -> AsyncIterator[Visit]:
    """A person at a laptop; whatever the browser complained about fails the test."""
    visit = await Visit.begin(chromium, url, viewport={"width": 1360, "height": 850})
    yield visit
    await visit.end()


@pytest.fixture
async def phone(chromium: Browser, url: str) -> AsyncIterator[Visit]:
    """A person with a phone of 390 px."""
    size = {"width": 390, "height": 844}
    visit = await Visit.begin(chromium, url, viewport=size, has_touch=True, is_mobile=True)
    yield visit
    await visit.end()
