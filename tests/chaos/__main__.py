"""Kill, freeze and starve real processes at random, and judge what is left.

`python -m tests.chaos --messages 300 --seed 7`; prints one line per mishap and the faults at the
end. Random killing alone proves little: see `tests/bot/test_inbox_machine.py` for every boundary.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos import judge
from tests.chaos.speaker import answers, token
from tests.processes import BotProcess
from tests.scenarios.slack.world import World
from tests.servers.slack import Message
from tests.store_servers import HERE, StoreServer

SETTLE_SECONDS = 150.0
"""Within this long everything must have come to rest."""

CHECKS_SECONDS = 50.0
"""The later look at turns that changed hands comes half a minute after they end."""


class Chaos:
    """One run."""

    def __init__(self, world: World, store: StoreServer, chance: random.Random) -> None:
        self.world = world
        self.store = store
        self.chance = chance
        self.asked: dict[str, Message] = {}
        self.mishaps: dict[str, int] = {}

    async def talk(self, messages: int, threads: int, pause: float) -> None:
        """Let people ask, in threads of their own."""
        channel, roots = self.world.channel(), []
        for number in range(messages):
            name = token(number)
            if len(roots) < threads or self.chance.random() < 0.1:
                message = await self.world.asks(channel, name)
                roots.append(message)
            else:
                root = self.chance.choice(roots[-threads:])
                message = await self.world.slack.user_posts(channel, "bob", name, root.ts)
            self.asked[name] = message
            await asyncio.sleep(self.chance.expovariate(1 / pause))

    async def harm(self) -> None:
        """Do something bad, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.3, 2.0))
            deed = self.chance.choice(
                [self.kill, self.kill, self.freeze, self.kill_the_store, self.repeat, self.lose]
            )
            self.mishaps[deed.__name__] = self.mishaps.get(deed.__name__, 0) + 1
            print(f"{time.strftime('%X')}  {deed.__name__}", flush=True)
            await deed()

    async def kill(self) -> None:
        at = self.chance.randrange(len(self.world.bots))
        await self.world.bots[at].kill()
        await self.world.bots[at].__aexit__()
        self.world.bots[at] = await self._start()

    async def freeze(self) -> None:
        bot = self.chance.choice(self.world.bots)
        bot.send(signal.SIGSTOP)
        asyncio.get_running_loop().call_later(
            self.chance.choice([1.0, 6.0, 18.0, 25.0]), bot.send, signal.SIGCONT
        )

    async def kill_the_store(self) -> None:
        await asyncio.to_thread(self.store.kill)
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))
        await asyncio.to_thread(self.store.start)

    async def repeat(self) -> None:
        if self.asked:
            name = self.chance.choice(sorted(self.asked))
            await self.world.slack.redeliver(self.asked[name])

    async def lose(self) -> None:
        method = self.chance.choice(["chat.postMessage", "chat.update"])
        kind = self.chance.choice(["lost", "lost_500", "500", "reset", "ratelimited", "lost_hang"])
        self.world.slack.fail(method, kind)

    async def settle(self) -> list[str]:
        """Wait until everything is answered and looked at again; return the faults."""
        for bot in self.world.bots:
            bot.send(signal.SIGCONT)
        deadline = time.monotonic() + SETTLE_SECONDS
        while judge.unanswered(self.world.slack, self.asked) and time.monotonic() < deadline:  # noqa: ASYNC110  nothing announces the end
            await asyncio.sleep(0.5)
        await asyncio.sleep(CHECKS_SECONDS)
        return judge.faults(self.world.slack, self.asked, self.store.url)

    async def _start(self) -> BotProcess:
        bot = self.world.bot()
        self.world.bots.pop()
        return await bot.__aenter__()


async def run(messages: int, workers: int, threads: int, pause: float, seed: int) -> int:
    store = StoreServer(next(iter(HERE.values())))
    store.start()
    chance = random.Random(seed)
    try:
        with tempfile.TemporaryDirectory(prefix="parley-chaos-") as folder:
            world = World(Path(folder), {"REDIS_URL": store.url})
            world.model.script = lambda request: answers(request, chance.uniform(0.0, 0.4))
            world.slack.postmen[world.slack.app.id].schedule = (0.0, 2.0, 5.0, 5.0, 5.0)
            async with world.open(*["all"] * workers):
                chaos = Chaos(world, store, chance)
                harm = asyncio.create_task(chaos.harm())
                await chaos.talk(messages, threads, pause)
                harm.cancel()
                await asyncio.gather(harm, return_exceptions=True)
                if not judge.answers_store(store.url):
                    await asyncio.to_thread(store.start)
                faults = await chaos.settle()
                for bot in world.bots:
                    await bot.__aexit__()
    finally:
        store.close()
    deeds = ", ".join(f"{name} {count}" for name, count in sorted(chaos.mishaps.items()))
    print(f"seed {seed}: {messages} messages, {deeds or 'no mishaps'}; {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--threads", type=int, default=20, help="that are talked in at once")
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between two messages")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    given = parser.parse_args()
    return asyncio.run(run(given.messages, given.workers, given.threads, given.pause, given.seed))


if __name__ == "__main__":
    sys.exit(main())
