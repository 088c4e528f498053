"""Real processes, killed or frozen at each boundary of a turn: one whole answer, and a history that
says what is visible. Gates of the local servers decide the moment, so nothing here is luck."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bounds import FOREVER, PATIENCE
from tests.chaos import judge
from tests.chaos.speaker import answers, token
from tests.processes import BotProcess
from tests.scenarios.slack.world import World
from tests.servers.model import ModelRequest, Reply, calls, says
from tests.servers.slack import Message
from tests.servers.slack.delivery import Delivery
from tests.store_servers import HERE, StoreServer

KILLED_AT = {
    "the model has not spoken": ("model", "silent"),
    "the model is speaking": ("model", "speaking"),
    "a tool has run": ("model", "tool"),
    "the post has not reached Slack": ("chat.postMessage", "hang"),
    "the post has reached Slack and nobody knows": ("chat.postMessage", "lost_hang"),
    "an edit has not reached Slack": ("chat.update", "hang"),
    "an edit has reached Slack and nobody knows": ("chat.update", "lost_hang"),
}


@pytest.fixture
def server() -> Iterator[StoreServer]:
    """A store that a test may kill."""
    server = StoreServer(next(iter(HERE.values())))
    server.start()
    yield server
    server.close()


class Scene:
    """A world whose questions carry tokens, to be judged at the end."""

    def __init__(self, world: World, server: StoreServer) -> None:
        self.world = world
        self.server = server
        self.asked: dict[str, Message] = {}
        self.gates: dict[str, asyncio.Event] = {}
        world.model.script = self._speak
        world.slack.postmen[world.slack.app.id].schedule = (0.0, 1.0, 2.0, 2.0, 2.0)

    async def ask(self, root: Message | None = None) -> str:
        name = token(len(self.asked))
        if root is None:
            self.asked[name] = await self.world.asks(self.world.channel(), name)
        else:
            self.asked[name] = await self.world.slack.user_posts(
                root.channel, "bob", name, root.thread_ts or root.ts
            )
        return name

    def hold(self, name: str, how: str) -> None:
        """Let the model's first answer to a question wait: `silent`, `speaking` or at a `tool`."""
        self.gates[f"{name} {how}"] = asyncio.Event()

    async def held(self, name: str) -> None:
        """Wait until the model was asked what is held."""
        await self.world.eventually(
            lambda: any(n.startswith(name) and e.is_set() for n, e in self.gates.items())
        )

    def _speak(self, request: ModelRequest) -> Reply:
        whole = answers(request, 0.1)
        for gate, reached in self.gates.items():
            name, _, how = gate.partition(" ")
            if reached.is_set() or name not in request.last_user_text:
                continue
            ran = any(m.get("role") == "tool" for m in request.messages)
            if how == "tool" and not ran:
                return calls("time", {"place": "Tokyo"})
            reached.set()
            return says("Hea", FOREVER) if how == "speaking" else says(FOREVER, "late")
        return whole

    async def settled(self) -> None:
        """Wait until all is answered, then judge."""
        await self.world.eventually(lambda: not judge.unanswered(self.world.slack, self.asked))
        async with asyncio.timeout(PATIENCE):
            while faults := judge.faults(self.world.slack, self.asked, self.server.url):  # noqa: ASYNC110  finishing follows what is visible
                await asyncio.sleep(0.1)
        assert faults == []


@asynccontextmanager
async def scene(folder: Path, server: StoreServer, *roles: str) -> AsyncIterator[Scene]:
    world = World(folder, {"REDIS_URL": server.url})
    async with world.open(*roles):
        yield Scene(world, server)


async def replaced(world: World, at: int = 0) -> BotProcess:
    """Kill a bot and start another in its place."""
    await world.bots[at].kill()
    successor = await world.bot().__aenter__()
    await successor.ready()
    return successor


async def test_killed_at_each_boundary_every_question_gets_one_answer(
    tmp_path: Path, server: StoreServer
) -> None:
    async with scene(tmp_path, server) as stage:
        world = stage.world
        for moment, (method, how) in KILLED_AT.items():
            if method == "model":
                name = token(len(stage.asked))
                stage.hold(name, how)
                await stage.ask()
                await stage.held(name)
                if how == "speaking":
                    root = stage.asked[name]
                    await world.until(lambda root=root: world.slack.replies(root))
            else:
                fault = world.slack.fail(method, how)
                await stage.ask()
                await world.until(lambda fault=fault: fault.hits)
            bystander = await stage.ask()  # it is in another thread and must not suffer
            successor = await replaced(world, -1)
            await stage.settled()
            assert bystander in stage.asked, moment
            last = successor
        tools = [
            r for r in world.model.requests if any(m.get("role") == "tool" for m in r.messages)
        ]
        assert len(tools) == 2  # the successor got the recorded result
        await last.terminate()


async def test_a_bot_that_is_killed_again_and_again_comes_to_an_end(
    tmp_path: Path, server: StoreServer
) -> None:
    async with scene(tmp_path, server) as stage:
        orders = [
            stage.world.slack.fail(method, how)
            for method, how in (
                *(("chat.postMessage", "hang"), ("chat.postMessage", "lost_hang")),
                *(("chat.update", "hang"), ("chat.update", "lost_hang")),
            )
        ]
        name = await stage.ask()
        for order in orders:
            await stage.world.until(lambda order=order: order.hits)
            last = await replaced(stage.world, -1)
        await stage.settled()
        assert name in stage.asked
        await last.terminate()


async def test_frozen_past_their_leases_processes_come_back_and_nothing_is_doubled(
    tmp_path: Path, server: StoreServer
) -> None:
    """Several turns of one process are caught at once, each somewhere else."""
    async with scene(tmp_path, server, "all") as stage:
        world = stage.world
        orders = [
            world.slack.fail(method, how)
            for method, how in KILLED_AT.values()
            if method.startswith("chat.")
        ]
        for _ in range(8):
            await stage.ask()
        await world.until(lambda: all(order.hits for order in orders))
        zombie = world.bots[0]
        zombie.send(signal.SIGSTOP)
        async with world.bot() as successor:
            await successor.ready()
            await world.eventually(lambda: not judge.unanswered(world.slack, stage.asked))
            for order in orders:
                order.release.set()
            zombie.send(signal.SIGCONT)
            await stage.settled()
            # It may have written over what was answered meanwhile: the later look mends that.
            await zombie.terminate()


async def test_a_store_that_dies_in_the_middle_of_answers_loses_none(
    tmp_path: Path, server: StoreServer
) -> None:
    async with scene(tmp_path, server) as stage:
        names = [await stage.ask() for _ in range(5)]
        await stage.world.until(lambda: len(stage.world.slack.calls_to("chat.postMessage")) >= 2)
        await asyncio.to_thread(server.kill)
        during = await stage.ask()
        await asyncio.sleep(2)
        await asyncio.to_thread(server.start)
        await stage.settled()
        assert {*names, during} == set(stage.asked)


async def test_what_is_delivered_again_is_answered_once(
    tmp_path: Path, server: StoreServer
) -> None:
    async with scene(tmp_path, server, "all", "all") as stage:
        for _ in range(3):
            name = await stage.ask()
            await stage.world.slack.redeliver(stage.asked[name])
        await stage.settled()
        for question in list(stage.asked.values()):
            await stage.world.slack.redeliver(question)
            await stage.ask(question)
        await stage.settled()


async def test_what_was_said_under_a_mention_that_came_late_is_answered_too(
    tmp_path: Path, server: StoreServer
) -> None:
    """The store is away when the mention comes; Slack sends it again, behind what followed it."""
    async with scene(tmp_path, server) as play:
        slack = play.world.slack
        slack.postmen[slack.app.id].schedule = (0.0, 5.0, 5.0)
        await asyncio.to_thread(server.kill)
        mention = play.asked[await play.ask()]
        await play.world.eventually(lambda: sum(len(d.attempts) for d in slack.deliveries()) >= 2)
        await asyncio.sleep(2.5)  # within two seconds the bot gives an acknowledgement up
        await asyncio.to_thread(server.start)
        assert not any(d.acked for d in slack.deliveries())
        below = play.asked[await play.ask(mention)]
        await play.world.eventually(lambda: any(_heard(d, below) for d in slack.deliveries()))
        assert not any(_heard(d, mention) for d in slack.deliveries())
        await play.settled()


def _heard(delivery: Delivery, message: Message) -> bool:
    return delivery.acked and delivery.event.get("ts") == message.ts
