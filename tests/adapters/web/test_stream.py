"""Browsers hear what changes, from whichever process, and miss nothing when they come back."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from bot.store.connection import Connection
from tests.adapters.web.browsing import Browser
from tests.adapters.web.serving import serve
from tests.bounds import PATIENCE


class Events:
    """A browser's event stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.id = ""

    async def next(self, kind: str) -> dict:
        async with asyncio.timeout(PATIENCE):
            while True:
                line = (await self.response.content.readline()).decode().rstrip("\n")
                if line.startswith("id: "):
                    self.id = line[4:]
                if line == "event: lost" and kind == "lost":
                    return {}
                if line.startswith("data: {"):
                    data = json.loads(line[6:])
                    if data["kind"] == kind:
                        return data


async def test_changes_are_streamed_and_a_return_misses_nothing(browser: Browser) -> None:
    _, state = await browser.send("GET", "/api/state")
    url = f"{browser.playground.url}/api/events?as=ana"
    async with browser.session.get(f"{url}&after={state['cursor']}") as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        events = Events(response)
        first = await browser.said("one")
        assert (await events.next("new"))["id"] == first
    await browser.said("two")
    third = await browser.said("three")
    async with browser.session.get(url, headers={"Last-Event-ID": events.id}) as response:
        events = Events(response)
        assert (await events.next("new"))["message"]["text"] == "two"
        assert (await events.next("new"))["id"] == third
        await browser.said("four")
        assert (await events.next("new"))["message"]["text"] == "four"


async def test_a_browser_that_missed_too_much_is_told_so(browser: Browser) -> None:
    await browser.said("one")
    url = f"{browser.playground.url}/api/events?as=ana&after=5-5"
    async with browser.session.get(url) as response:
        await Events(response).next("lost")


async def test_direct_messages_are_not_streamed_to_others(browser: Browser) -> None:
    url = f"{browser.playground.url}/api/events?as=ben&after=0-0"
    async with browser.session.get(url) as response:
        await browser.said("only for me", channel="dm-ana")
        await browser.said("for all")
        assert (await Events(response).next("new"))["message"]["text"] == "for all"


async def test_an_answer_of_another_process_is_streamed_here(
    connection: Connection, session: aiohttp.ClientSession
) -> None:
    async with serve(connection) as one, serve(connection) as other:
        browser = Browser(one, session)
        async with session.get(f"{other.url}/api/events?as=ana&after=0-0") as response:
            events = Events(response)
            root = await browser.said("@parley hello")
            assert (await events.next("new"))["id"] == root
            assert (await events.next("new"))["thread"] == root


async def test_streams_end_with_the_server(
    connection: Connection, session: aiohttp.ClientSession
) -> None:
    async with serve(connection) as playground:
        response = await session.get(f"{playground.url}/api/events?as=ana&after=0-0")
    async with asyncio.timeout(PATIENCE):
        await response.read()
