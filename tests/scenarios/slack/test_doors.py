"""HTTP instead of sockets: the real bot takes everything that Slack sends to its request URL."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from adapters.slack.surfaces.buttons import AGAIN, STOP
from tests.bounds import FOREVER
from tests.processes import BotProcess
from tests.scenarios.playing import store_process
from tests.scenarios.slack.pressing import growing, thumbs
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack.webhooks import Webhook

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/slack/events"


class HttpWorld(World):
    """A world in which Slack calls the bot."""

    def bot(self, role: str = "all", **env: str) -> BotProcess:
        secret = self.slack.app.signing_secret
        return super().bot(role, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=secret, **env)

    def call(self, bot: BotProcess) -> Webhook:
        """Let Slack call this bot from now on."""
        return self.slack.use_http(f"{bot.url}{PATH}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HttpWorld]:
    world = HttpWorld(tmp_path_factory.mktemp("bot"))
    async with world.open():
        world.call(world.bots[0])
        yield world


async def test_the_request_url_is_verified(world: HttpWorld) -> None:
    assert await world.call(world.bots[0]).verify()


async def test_it_is_ready_without_any_socket(world: HttpWorld) -> None:
    assert (await world.bots[0].ready())["slack"] == {"ready": True}
    assert world.slack.calls_to("apps.connections.open") == []


async def test_a_mention_is_answered_in_its_thread_and_followed_up(world: HttpWorld) -> None:
    question = await world.asks(world.channel(), "over http")
    assert await world.answer(question) == "You said: [alice] over http"
    await world.slack.user_posts(question.channel, "bob", "and more", question.ts)
    await world.answer(question, 2)
    assert len(world.slack.replies(question)) == 2
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))


@pytest.mark.parametrize("text", ["help", "explain this payload", "payload={}", ""])
async def test_slash_commands_are_answered_at_once(world: HttpWorld, text: str) -> None:
    outcome = await world.slack.slash("/parley", text, "alice", world.channel())
    assert (outcome.acked, outcome.error) == (True, None)
    assert outcome.answer is not None
    assert outcome.answer["text"]


async def test_a_pressed_button_does_what_it_says(world: HttpWorld) -> None:
    world.script("press over http", says("One ", FOREVER, "two."), says("Whole."))
    question = await world.asks(world.channel(), "press over http")
    reply = await growing(world, question, "One")
    assert (await world.slack.click(reply, STOP)).acked
    assert "Stopped." in await world.answer(question)
    assert (await thumbs(world, reply, "bob", "positive")).acked
    assert (await world.slack.click(reply, AGAIN)).acked
    assert await world.answer(question, 2) == "Whole."


async def test_every_event_is_acknowledged_wanted_or_not(world: HttpWorld) -> None:
    channel = world.channel()
    message = await world.slack.user_posts(channel, "bob", "just chatter")
    await world.slack.user_reacts(message, "alice", "eyes")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    assert all(len(d.attempts) == 1 for d in world.slack.deliveries())


async def test_what_slack_repeats_is_answered_once(world: HttpWorld) -> None:
    question = await world.asks(world.channel(), "say it once")
    await world.answer(question)
    for _ in range(3):
        await world.slack.redeliver(question)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await asyncio.sleep(0.3)  # nothing may happen in this time
    assert len(world.slack.replies(question)) == 1
    assert len(world.requests("say it once")) == 1


@pytest.mark.parametrize(
    ("method", "body", "change", "status"),
    [
        ("POST", "{}", {"X-Slack-Signature": ""}, 401),
        ("POST", "{}", {"X-Slack-Signature": "v0=00"}, 401),
        ("POST", "{}", {"X-Slack-Request-Timestamp": "soon"}, 401),
        ("POST", "{}", {"X-Slack-Request-Timestamp": "1"}, 401),
        ("POST", "{}", {"X-Slack-Request-Timestamp": "99999999999"}, 401),
        ("POST", "{not json", {}, 400),
        ("POST", "x" * 1_040_000, {}, 413),
        ("GET", "", {}, 405),
    ],
)
async def test_what_is_not_slacks_is_refused_with_one_line(
    world: HttpWorld, method: str, body: str, change: dict[str, str], status: int
) -> None:
    bot, now = world.bots[0], int(time.time())
    webhook = world.call(bot)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": str(now),
        "X-Slack-Signature": webhook.sign(body, now),
    }
    before = len(bot.lines)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, bot.url + PATH, data=body, headers=headers | change) as got,
    ):
        assert got.status == status
    await world.eventually(lambda: len(bot.lines) > before)
    (line,) = map(json.loads, bot.lines[before:])
    assert (line["level"], line["status"]) == ("warning", status)
    assert "not json" not in line["msg"]


async def test_a_door_that_others_reach_asks_for_no_password(tmp_path: Path) -> None:
    world = HttpWorld(tmp_path)
    env = {"HTTP_HOST": "0.0.0.0", "PLAYGROUND": "1", "PLAYGROUND_PASSWORD": "open-sesame"}
    async with world.slack, world.model, world.bot("all", **env) as bot:
        await bot.ready()
        assert await world.call(bot).verify()
        question = await world.asks(world.channel(), "from outside")
        await world.answer(question)


async def test_a_listener_hears_and_a_worker_answers_and_only_the_listener_has_a_door(
    tmp_path: Path,
) -> None:
    async with HttpWorld(tmp_path).open("listen", "work") as world:
        listener, worker = world.bots
        world.call(listener)
        question = await world.asks(world.channel(), "split in two")
        await world.answer(question)
        assert world.call(worker) is not None
        schedule = world.slack.postmen[world.slack.app.id]
        schedule.schedule = ()
        lost = await world.asks(world.channel(), "nobody hears")
        await world.until(lambda: world.slack.deliveries()[-1].given_up)
        assert not world.slack.replies(lost)
        assert (await worker.ready())["slack"] == {"ready": True}


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(tmp_path: Path) -> None:
    async with HttpWorld(tmp_path).open() as world:
        webhook = world.call(world.bots[0])
        world.slack.postmen[world.slack.app.id].schedule = (0.2, 2.0, 4.0)
        store = await store_process(world.bots[0].data_dir)
        os.kill(store, signal.SIGSTOP)
        question = await world.asks(world.channel(), "while the store is away")
        await world.until(lambda: 503 in webhook.statuses)
        assert not any(d.acked for d in world.slack.deliveries())
        os.kill(store, signal.SIGCONT)
        await world.answer(question)
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
        assert world.slack.reply_texts(question) == ["You said: [alice] while the store is away"]


async def test_what_comes_while_it_stops_is_stored_for_the_next_one(tmp_path: Path) -> None:
    async with HttpWorld(tmp_path).open() as world:
        world.call(world.bots[0])
        gate = asyncio.Event()
        world.script("slow end", says("It goes ", gate, "on to the end."))
        first = await world.asks(world.channel(), "slow end")
        await world.until(lambda: world.slack.replies(first))
        world.bots[0].send(signal.SIGTERM)
        await world.eventually(lambda: any("draining" in line for line in world.bots[0].lines))
        second = await world.asks(world.channel(), "at the last moment")
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
        gate.set()
        assert await world.bots[0].exit_code() == 0
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(second)
        assert world.slack.reply_texts(first) == ["It goes on to the end."]
        assert len(world.slack.reply_texts(second)) == 1


async def test_with_both_an_app_token_and_a_signing_secret_it_is_socket_mode(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, {"SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5"})
    async with world.open():
        assert world.slack.hub.ready()
        async with (
            aiohttp.ClientSession() as session,
            session.post(world.bots[0].url + PATH, data="{}") as got,
        ):
            assert got.status == 404


async def test_a_token_that_is_revoked_later_makes_it_unready(tmp_path: Path) -> None:
    async with HttpWorld(tmp_path).open() as world:
        world.call(world.bots[0])
        world.script("revoked soon", says("Yes ", 1.0, "indeed"))
        question = await world.asks(world.channel(), "revoked soon")
        await world.until(lambda: world.slack.replies(question))
        world.slack.revoke()
        body = await world.bots[0].ready(status=503)
        assert "token_revoked" in body["slack"]["detail"]
