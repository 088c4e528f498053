"""In which language the bot's own words reach a person."""

from __future__ import annotations

from adapters.discord.surfaces.tongues import FRESH_SECONDS, Tongues
from tests.adapters.discord.parts import Memory, notes_of


async def test_the_last_interaction_counts_in_every_process() -> None:
    memory = Memory()
    await Tongues(notes_of(memory)).learn("1", "zh-TW")
    assert await Tongues(notes_of(memory)).of("1", "en-US") == "zh-TW"


async def test_else_the_servers_language_counts() -> None:
    tongues = Tongues(notes_of(Memory()))
    assert await tongues.of("1", "zh-CN") == "zh-CN"
    assert await tongues.of("1") == ""


async def test_what_another_process_learns_is_known_after_a_while() -> None:
    memory, now = Memory(), [0.0]
    one = Tongues(notes_of(memory), clock=lambda: now[0])
    assert await one.of("1", "en-US") == "en-US"
    await Tongues(notes_of(memory)).learn("1", "zh-CN")
    assert await one.of("1", "en-US") == "en-US"
    now[0] += FRESH_SECONDS + 1
    assert await one.of("1", "en-US") == "zh-CN"


async def test_a_locale_is_written_only_when_it_changes() -> None:
    memory = Memory()
    tongues = Tongues(notes_of(memory))
    await tongues.learn("1", "zh-CN")
    memory.values.clear()
    await tongues.learn("1", "zh-CN")
    assert memory.values == {}
    await tongues.learn("1", "en-GB")
    assert list(memory.values.values()) == ["en-GB"]


async def test_a_store_that_is_away_hinders_nothing_and_is_told_later() -> None:
    memory = Memory()
    tongues = Tongues(notes_of(memory))
    memory.away = True
    await tongues.learn("1", "zh-CN")
    assert await tongues.of("1", "en-US") == "en-US"
    memory.away = False
    await tongues.learn("1", "zh-CN")
    assert await tongues.of("1", "en-US") == "zh-CN"
