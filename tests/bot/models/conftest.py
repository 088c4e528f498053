"""A scripted model service per test, and models that speak to it over the real SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.models import choose
from bot.models.http_model import HttpModel
from tests.servers.model import ModelServer

Connect = Callable[..., HttpModel]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
async def connect(server: ModelServer) -> AsyncIterator[Connect]:
    """Build models for the server; they are closed after the test."""
    built: list[HttpModel] = []

    def build(model: str = "gpt-6-luna", api: str = "chat", **more: object) -> HttpModel:
        url = more.pop("base_url", server.base_url)
        key = more.pop("api_key", server.api_key)
        made = choose.build(key, url, None, model, api, **more)  # type: ignore[arg-type]
        assert isinstance(made, HttpModel)
        built.append(made)
        return made

    yield build
    for model in built:
        await model.close()
