"""The main job on the whole bot: `python -m bot run` with nothing configured, seen in a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.page import Visit
from tests.processes import BotProcess
from tests.servers.model import ModelServer
from tests.servers.model.replies import tokens
from tests.servers.weather import WeatherServer


@pytest.fixture
async def weather() -> AsyncIterator[WeatherServer]:
    async with WeatherServer() as server:
        server.pin("Beijing", temperature_2m=21.5, weather_code=0)
        yield server


async def _visit(browser: Browser, bot: BotProcess) -> Visit:
    await bot.ready()
    return await Visit.begin(browser, bot.url, viewport={"width": 1280, "height": 800})


async def _grows(visit: Visit) -> None:
    """Wait until some words of an unfinished answer can be read."""
    answer = visit.thread.locator(".is-bot .prose")
    await expect(answer).to_contain_text(re.compile(r"(\S+\s+){8}"))


async def test_without_a_key_the_tools_really_run_and_the_bot_says_what_it_is(
    chromium: Browser, weather: WeatherServer, tmp_path: Path
) -> None:
    async with BotProcess(weather.env, tmp_path) as bot:
        visit = await _visit(chromium, bot)
        await expect(visit.page.get_by_text("without a language model").first).to_be_visible()
        await visit.say("@parley what's the weather in Beijing, and what time is it there?")
        answer = await visit.sees_answer("21.5 °C")
        await expect(answer).to_contain_text("Asia/Shanghai")
        await expect(answer).to_contain_text("Open-Meteo")
        await visit.reply("and in Tokyo?")
        follow_up = await visit.sees_answer("Tokyo")
        await expect(follow_up).to_contain_text("Japan")
        await expect(visit.button("3 replies")).to_be_visible()
        await visit.end()


async def test_without_any_network_time_works_and_weather_says_why_not(
    chromium: Browser, tmp_path: Path
) -> None:
    async with BotProcess({}, tmp_path) as bot:
        visit = await _visit(chromium, bot)
        await visit.say("@parley weather in Paris and time in Paris")
        answer = await visit.sees_answer("Europe/Paris")
        await expect(answer).to_contain_text("cannot be reached")
        await visit.end()


async def test_everything_is_where_it_was_after_a_restart(
    chromium: Browser, tmp_path: Path
) -> None:
    async with BotProcess({}, tmp_path) as bot:
        visit = await _visit(chromium, bot)
        await visit.say("@parley what time is it in Berlin?")
        await visit.sees_answer("Europe/Berlin")
        visit.may_lose_server = True
        assert await bot.terminate() == 0
        await visit.context.close()
    async with BotProcess({}, tmp_path) as bot:
        visit = await _visit(chromium, bot)
        await visit.button("1 reply").click()
        await visit.sees_answer("Europe/Berlin")
        await visit.reply("and in Tokyo?")
        await visit.sees_answer("Asia/Tokyo")
        await visit.end()


async def test_a_process_killed_in_mid_sentence_still_finishes_the_sentence(
    chromium: Browser, tmp_path: Path
) -> None:
    async with ModelServer(lambda _: tokens(120, 40)) as model:
        env = {**model.env, "PLAYGROUND": "1"}
        async with BotProcess(env, tmp_path) as bot:
            visit = await _visit(chromium, bot)
            await visit.say("@parley tell me a story")
            await _grows(visit)
            await bot.kill()
            await visit.context.close()
        async with BotProcess(env, tmp_path) as bot:
            visit = await _visit(chromium, bot)
            await visit.page.get_by_role("button", name=re.compile("repl(y|ies)")).first.click()
            answer = visit.thread.get_by_role("article").filter(
                has=visit.page.get_by_label("Good answer")
            )
            await expect(answer).to_have_count(1)
            assert len((await answer.inner_text()).split()) >= 120
            await visit.end()


async def test_stop_ends_the_models_stream_and_keeps_what_was_said(
    chromium: Browser, tmp_path: Path
) -> None:
    async with (
        ModelServer(lambda _: tokens(2000, 30)) as model,
        BotProcess({**model.env, "PLAYGROUND": "1"}, tmp_path) as bot,
    ):
        visit = await _visit(chromium, bot)
        await visit.say("@parley tell me a long story")
        await _grows(visit)
        await visit.button("Stop").click()
        await model.wait_cancelled(1)
        await expect(visit.thread).to_contain_text("Stopped")
        await visit.end()
