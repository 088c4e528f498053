"""How the contract's scenes are set for each implementation of a model."""

from __future__ import annotations

import json

from bot.errors import ModelTemporary
from bot.models.port import Model
from bot.models.scripted import Scripted, calling
from tests.servers.model import ModelServer, breaks, calls_many, fails, hangs, says


class ServerStage:
    """A model that speaks to the scripted service."""

    def __init__(self, server: ModelServer, model: Model) -> None:
        self.server = server
        self.model = model
        self.server.script = []

    def will_say(self, *pieces: str) -> None:
        self.server.script.append(says(*pieces))

    def will_call(self, *calls: tuple[str, dict[str, object]]) -> None:
        self.server.script.append(calls_many(calls))

    def will_break(self, after: str) -> None:
        self.server.script.append(breaks(1, text=after))

    def will_fail(self) -> None:
        self.server.script.append(fails(503))

    def will_hang(self, after: str) -> None:
        self.server.script.append(hangs(after=1, text=after))

    async def given_up(self) -> bool:
        return len(await self.server.wait_cancelled(1)) == 1


class ScriptedStage:
    """The scripted model in the process."""

    def __init__(self) -> None:
        self.model = Scripted()

    def will_say(self, *pieces: str) -> None:
        self.model.turns.append(pieces)

    def will_call(self, *calls: tuple[str, dict[str, object]]) -> None:
        self.model.turns.append(calling(*((name, json.dumps(given)) for name, given in calls)))

    def will_break(self, after: str) -> None:
        self.model.turns.append([after, ModelTemporary("broken")])

    def will_fail(self) -> None:
        self.model.turns.append(ModelTemporary("busy", busy=True))

    def will_hang(self, after: str) -> None:
        self.model.turns.append([after, 3600.0])

    async def given_up(self) -> bool:
        return self.model.closed == 1
