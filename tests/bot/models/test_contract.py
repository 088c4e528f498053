"""Every model keeps the contract of the port."""

from __future__ import annotations

import pytest

from tests.bot.models.conftest import Connect
from tests.bot.models.stages import ScriptedStage, ServerStage
from tests.contracts.model import ModelContract, Stage
from tests.servers.model import ModelServer


class TestChatCompletions(ModelContract):
    @pytest.fixture(params=["openai", "compatible"])
    def stage(self, request: pytest.FixtureRequest, server: ModelServer, connect: Connect) -> Stage:
        server.mode = request.param
        return ServerStage(server, connect(api="chat"))


class TestResponses(ModelContract):
    @pytest.fixture(params=["openai", "compatible"])
    def stage(self, request: pytest.FixtureRequest, server: ModelServer, connect: Connect) -> Stage:
        server.mode = request.param
        return ServerStage(server, connect(api="responses"))


class TestScripted(ModelContract):
    @pytest.fixture
    def stage(self) -> Stage:
        return ScriptedStage()
