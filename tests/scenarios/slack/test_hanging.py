"""Interactions while something hangs or fails before their acknowledgement: Slack waits 3 s and
repeats none, so the person is told what became of it while it still hangs.

Here Slack is patient, and what hangs does so until somebody was told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
import pytest_asyncio

from tests.bounds import FOREVER, PATIENCE
from tests.scenarios.slack.test_commands import posted, told
from tests.scenarios.slack.test_doors import HttpWorld
from tests.scenarios.slack.test_surfaces import SHORTCUT, dialog, filled, home_text, shown_home
from tests.scenarios.slack.world import World
from tests.servers.slack.interaction import Outcome
from tests.store_servers import HERE, StoreServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

AWAY = "cannot store messages right now"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["socket", "http"])
async def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, StoreServer]]:
    """A world whose store is a server of its own, to be frozen."""
    store = StoreServer(next(iter(HERE.values())))
    store.start()
    kind = HttpWorld if request.param == "http" else World
    try:
        async with kind(tmp_path_factory.mktemp("bot"), {"REDIS_URL": store.url}).open() as world:
            world.slack.hub.ack_seconds = FOREVER
            if isinstance(world, HttpWorld):
                world.call(world.bots[0]).ack_seconds = FOREVER
            yield world, store
            store.thaw()
    finally:
        store.close()


async def acknowledged(interaction: Awaitable[Outcome]) -> Outcome:
    """Return what became of an interaction that must be acknowledged, whatever hangs."""
    async with asyncio.timeout(PATIENCE):
        outcome = await interaction
    assert (outcome.acked, outcome.error) == (True, None)
    return outcome


async def settled(world: World) -> None:
    """Wait until what was asked after the store went on is answered."""
    channel = world.channel()
    await world.answer(await world.asks(channel, f"back again in {channel}?"))


@pytest.mark.parametrize("text", ["ask how deep is it?", "ask private how deep?", "reset", "leave"])
async def test_a_command_says_that_nothing_was_taken(
    stored: tuple[World, StoreServer], text: str
) -> None:
    world, store = stored
    channel = world.channel()
    store.freeze()
    try:
        await acknowledged(world.slack.slash("/parley", text, channel=channel))
    finally:
        store.thaw()
    (sentence,) = told(world, channel)
    assert AWAY in sentence
    await settled(world)
    assert posted(world, channel) == []  # and it is true afterwards
    assert not world.turns_in(f"/{channel}/")
    assert len(told(world, channel)) == 1


async def test_help_needs_no_store(stored: tuple[World, StoreServer]) -> None:
    world, store = stored
    channel = world.channel()
    store.freeze()
    try:
        await acknowledged(world.slack.slash("/parley", "help", channel=channel))
    finally:
        store.thaw()
    assert "/parley ask" in told(world, channel)[-1]


async def test_a_dialog_stays_open_with_what_was_written_and_can_be_sent_again(
    stored: tuple[World, StoreServer],
) -> None:
    world, store = stored
    message = await world.slack.user_posts(world.channel(), "bob", "some words")
    view = await dialog(world, message)
    store.freeze()
    try:
        outcome = await acknowledged(world.slack.submit(view, filled("what is this?")))
    finally:
        store.thaw()
    assert outcome.answer is not None
    assert outcome.answer["response_action"] == "errors"
    assert AWAY in outcome.answer["errors"]["question"]
    await settled(world)
    assert world.slack.replies(message) == []
    assert (await acknowledged(world.slack.submit(view, filled("what is this?")))).answer is None
    await world.eventually(lambda: world.turns(message))
    assert len(world.slack.replies(message)) == 1


async def test_a_shortcut_opens_its_dialog_without_a_store(
    stored: tuple[World, StoreServer],
) -> None:
    world, store = stored
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "some words")
    before = set(world.slack.views)
    store.freeze()
    try:
        await acknowledged(world.slack.message_shortcut(SHORTCUT, message))
    finally:
        store.thaw()
    assert len(set(world.slack.views) - before) == 1
    assert told(world, channel) == []


async def test_a_choice_on_the_own_page_is_acknowledged_and_told_as_not_kept(
    stored: tuple[World, StoreServer],
) -> None:
    world, store = stored
    person = world.person()
    await world.slack.opens_home(person)
    home = (world.slack.app.id, world.slack.user(person))
    await world.until(lambda: home in world.slack.homes)
    shown = world.slack.homes[home]
    store.freeze()
    try:
        await acknowledged(world.slack.click(shown, "home_units", person, value="celsius"))
        await world.until(lambda: "tell whether that worked" in home_text(world, person))
    finally:
        store.thaw()
    await world.slack.click(world.slack.homes[home], "home_units", person, value="fahrenheit")
    await world.until(lambda: "tell whether" not in home_text(world, person))
    menus = [b["accessory"] for b in shown_home(world, person)["blocks"] if "accessory" in b]
    assert menus[1]["initial_option"]["value"] == "fahrenheit"


@pytest.mark.parametrize(
    "fault", ["expired_trigger_id", "invalid_trigger_id", "500", "lost", "reset", "hang"]
)
async def test_a_dialog_that_does_not_open_is_told_once(
    stored: tuple[World, StoreServer], fault: str
) -> None:
    world, _ = stored
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "some words")
    order: Any = world.slack.fail("views.open", fault)
    await acknowledged(world.slack.message_shortcut(SHORTCUT, message))
    await world.until(lambda: told(world, channel))
    assert order.hits == 1
    assert len(told(world, channel)) == 1
    assert "choose it from the message's menu again" in told(world, channel)[0]


async def test_a_dialog_that_does_not_open_without_a_store_is_told_too(
    stored: tuple[World, StoreServer],
) -> None:
    world, store = stored
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "some words")
    world.slack.fail("views.open", "expired_trigger_id")
    store.freeze()
    try:
        await acknowledged(world.slack.message_shortcut(SHORTCUT, message))
        await world.until(lambda: told(world, channel))
    finally:
        store.thaw()
