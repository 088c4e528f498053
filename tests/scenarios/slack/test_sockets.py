"""The socket breaks in every way it can: it is replaced, and `/readyz` tells the truth."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bounds import FOREVER
from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with World(tmp_path_factory.mktemp("bot")).open() as opened:
        yield opened


async def _works(world: World) -> None:
    question = await world.asks(world.channel(), "are you back?")
    await world.answer(question)
    assert len(world.slack.replies(question)) == 1


async def _back(world: World, before: int) -> None:
    """Wait for a new socket."""
    await world.until(lambda: world.slack.hub.connections > before and world.slack.hub.ready())


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_before_slack_closes_a_socket_the_next_one_stands(world: World, reason: str) -> None:
    before = world.slack.hub.connections
    world.slack.hub.disconnect(reason, grace=FOREVER)
    await _back(world, before)
    assert (await world.bots[0].ready(status=200))["slack"]
    await _works(world)
    await world.until(lambda: len(world.slack.hub.sockets) == 1)


async def test_nothing_is_lost_while_sockets_are_refreshed(world: World) -> None:
    questions = []
    for number in range(12):
        if number % 3 == 0:
            world.slack.hub.disconnect("refresh_requested")
        questions.append(await world.asks(world.channel(), f"refresh {number}"))
    for question in questions:
        await world.answer(question)
    assert [len(world.slack.replies(q)) for q in questions] == [1] * 12


async def test_a_reset_socket_is_replaced_at_once(world: World) -> None:
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.reset()
    await _back(world, before)
    await _works(world)


async def test_a_half_open_socket_is_noticed(world: World) -> None:
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.go_deaf()
    await _back(world, before)
    await _works(world)


async def test_refused_handshakes_are_tried_again_with_new_tickets(world: World) -> None:
    tickets = len(world.slack.calls_to("apps.connections.open"))
    world.slack.hub.refuse_handshakes = 3
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.reset()
    await _back(world, before)
    assert len(world.slack.calls_to("apps.connections.open")) - tickets == 4
    await _works(world)


async def test_an_expired_ticket_is_not_tried_again(world: World) -> None:
    world.slack.hub.ticket_seconds = -1.0
    before, refused = world.slack.hub.connections, world.slack.hub.handshakes_refused
    for socket in world.slack.hub.ready():
        socket.reset()
    await world.until(lambda: world.slack.hub.handshakes_refused > refused)
    body = await world.bots[0].ready(status=503)
    assert "ticket=" not in str(body) + "".join(world.bots[0].lines)
    world.slack.hub.ticket_seconds = 30.0
    await _back(world, before)
    await _works(world)


async def test_without_a_greeting_it_is_not_ready(world: World) -> None:
    world.slack.hub.hello_delay = 1.5
    for socket in world.slack.hub.ready():
        socket.reset()
    body = await world.bots[0].ready(status=503)
    assert "socket is lost" in body["slack"]["detail"]
    await world.until(lambda: world.slack.hub.ready())
    world.slack.hub.hello_delay = 0.0
    await world.bots[0].ready(status=200)
    await _works(world)


async def test_too_many_sockets_are_waited_out(world: World) -> None:
    before = world.slack.hub.connections
    world.slack.hub.disconnect("too_many_websockets", grace=0.0)
    await _back(world, before)
    await _works(world)


async def test_a_link_that_is_disabled_is_told_and_taken_up_again(world: World) -> None:
    before = world.slack.hub.connections
    world.slack.app.socket_mode = False
    world.slack.hub.disconnect("link_disabled", grace=0.0)
    body = await world.bots[0].ready(status=503)
    assert not body["slack"]["ready"]
    await world.until(lambda: world.slack.calls_to("apps.connections.open")[-1].error)
    world.slack.app.socket_mode = True
    await _back(world, before)
    await world.bots[0].ready(status=200)
    await _works(world)


@pytest.mark.parametrize("kind", ["500", "html", "reset", "ratelimited", "invalid_auth"])
async def test_tickets_that_are_refused_for_a_while_are_asked_for_again(
    world: World, kind: str
) -> None:
    world.slack.fail("apps.connections.open", kind, 2)
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.reset()
    await _back(world, before)
    await _works(world)


async def test_a_ticket_that_never_comes_is_not_waited_for(world: World) -> None:
    world.slack.fail("apps.connections.open", "hang")
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.reset()
    await world.bots[0].ready(status=503)
    await _back(world, before)
    await _works(world)


async def test_a_greeting_that_never_comes_is_not_waited_for(world: World) -> None:
    world.slack.hub.hello_delay = 600.0
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.reset()
    await world.until(lambda: world.slack.hub.connections > before)
    world.slack.hub.hello_delay = 0.0
    await world.bots[0].ready(status=503)
    await _back(world, before + 1)
    await _works(world)


async def test_an_orderly_end_without_a_word_is_noticed(world: World) -> None:
    before = world.slack.hub.connections
    for socket in world.slack.hub.ready():
        socket.close()
    await _back(world, before)
    await _works(world)


async def test_socket_mode_that_is_turned_off_for_a_while_is_waited_for(world: World) -> None:
    before = world.slack.hub.connections
    world.slack.hub.disconnect("link_disabled", grace=0.0)
    await world.bots[0].ready(status=503)
    world.slack.app.socket_mode = True
    await _back(world, before)
    assert (await world.bots[0].ready(status=200))["slack"]
    await _works(world)


async def test_a_lost_socket_is_told_by_readyz(world: World) -> None:
    fault = world.slack.fail("apps.connections.open", "503", 1000)
    for socket in world.slack.hub.ready():
        socket.reset()
    await world.bots[0].ready(status=503)
    fault.times = 0
    await world.bots[0].ready(status=200)


async def test_sigterm_waits_for_the_answer_s_end_and_no_longer(tmp_path: Path) -> None:
    async with World(tmp_path, {"DRAIN_SECONDS": "600"}).open() as world:
        gate = asyncio.Event()
        world.script("slow end", says("It goes ", gate, "on to the end."))
        question = await world.asks(world.channel(), "slow end")
        await world.until(lambda: world.slack.replies(question))
        bot = world.bots[0]
        bot.send(signal.SIGTERM)
        await world.eventually(lambda: any(r.get("msg") == "draining" for r in bot.records))
        gate.set()
        assert await bot.exit_code() == 0
        assert world.slack.reply_texts(question) == ["It goes on to the end."]
        assert not any("Traceback" in line for line in world.bots[0].lines)


async def test_what_cannot_end_in_time_is_handed_over(tmp_path: Path) -> None:
    async with World(tmp_path, {"DRAIN_SECONDS": "1"}).open() as world:
        world.script("hand over", says("The first half ", FOREVER, "never"), says("All of it."))
        question = await world.asks(world.channel(), "hand over")
        await world.until(lambda: world.slack.replies(question))
        assert await world.bots[0].terminate() == 0
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(question)
        assert world.slack.reply_texts(question) == ["All of it."]
