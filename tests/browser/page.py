"""A person's visit to the playground: what they do, in their words, and what must not happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

PATIENCE_MS = 60_000
"""How long anything may take that is only waited for: a crowded machine is slow, not wrong."""

expect.set_options(timeout=PATIENCE_MS)

_NOBODY_ASKS = "https://nobody.invalid/"

# Said by the browser about a server that we took away on purpose.
_EXPECTED_OFFLINE = ("net::ERR_", "Failed to load resource")


class Held:
    """Requests that were kept on their way: `reached` once there is one."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.released = asyncio.Event()
        self._met: list[asyncio.Event] = []

    async def meet(self, route: Route, *, answer: bool) -> None:
        """Keep a request, or only its answer, until they are released."""
        done = asyncio.Event()
        self._met.append(done)
        try:
            await (self.after(route) if answer else self.before(route))
        finally:
            done.set()

    async def release(self) -> None:
        """Let everything go on, and wait until it does."""
        self.released.set()
        for done in self._met:
            await done.wait()

    async def before(self, route: Route) -> None:
        """Keep a request from the server."""
        self.reached.set()
        await self.released.wait()
        await route.continue_()

    async def after(self, route: Route) -> None:
        """Keep the answer from the page; the server has done what it was asked for."""
        answer = await route.fetch()
        self.reached.set()
        await self.released.wait()
        await route.fulfill(response=answer)


class Visit:
    """One browser context with its page."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.may_lose_server = False
        page.on("console", lambda line: self._heard(line.type, line.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._asked)

    @classmethod
    async def begin(cls, browser: Browser, url: str, **options: Any) -> Visit:
        context = await browser.new_context(locale="en-US", **options)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        # A page that is held up from its first request on asks nothing behind our back. Otherwise
        # Chromium begins with the first route, in its own time: a busy page is faster.
        await page.route(_NOBODY_ASKS, lambda route: route.abort())
        visit = cls(context, page, url)
        await page.goto(url)
        await visit.box.wait_for()
        return visit

    async def end(self) -> None:
        await self.context.close()
        assert self.complaints == []
        assert self.foreign == []

    def _heard(self, kind: str, text: str) -> None:
        offline = self.may_lose_server and any(part in text for part in _EXPECTED_OFFLINE)
        if kind in ("error", "warning") and not offline:
            self.complaints.append(f"{kind}: {text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.foreign.append(request.url)

    @property
    def box(self) -> Locator:
        """The box of the channel, or of the direct message."""
        return self.page.get_by_role("textbox", name="Message ")

    @property
    def reply_box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Reply in thread")

    @property
    def channel(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation in")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("log", name="Thread replies")

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def message(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.channel).get_by_role("article").filter(has_text=text)

    @property
    def editor(self) -> Locator:
        """The box in a message's place."""
        return self.page.get_by_role("textbox", name="Edit message")

    @asynccontextmanager
    async def holding(self, method: str, path: str, *, answer: bool = False) -> AsyncIterator[Held]:
        """Keep requests to `path` on their way while the block runs, or only their answers."""
        held = Held()

        async def meet(route: Route) -> None:
            ours = route.request.method == method
            await (held.meet(route, answer=answer) if ours else route.fallback())

        await self.page.route(f"{self.url}{path}", meet)
        try:
            yield held
        finally:
            await held.release()
            await self.page.unroute(f"{self.url}{path}", meet)

    async def say(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.message(text.removeprefix("@parley ")).last).to_be_visible()

    async def reply(self, text: str) -> None:
        await self.reply_box.fill(text)
        await self.reply_box.press("Enter")

    async def sees_answer(self, text: str) -> Locator:
        """Wait for a finished answer in the open thread."""
        answer = self.message(text, self.thread).filter(has=self.page.get_by_label("Good answer"))
        await expect(answer.last).to_be_visible()
        return answer.last

    async def fits_the_screen(self) -> None:
        """Check that nothing makes the page scroll sideways."""
        wider = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider == 0
