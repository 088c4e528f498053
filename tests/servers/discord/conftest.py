"""A fresh local Discord, the real discord.py's HTTP client, and a bare session for refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from .server import LocalDiscord
from .sockets_client import discord as library
from .sockets_client import pointed_at


@pytest.fixture
async def server() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as made:
        yield made


@pytest.fixture
async def client(server: LocalDiscord) -> AsyncIterator[library.Client]:
    """The real client, signed in over REST; it never connects to the gateway."""
    made = library.Client(intents=library.Intents.none())
    with pointed_at(server):
        await made.login(server.token)
        yield made
        await made.close()


class Raw:
    """Calls as any program could make them."""

    def __init__(self, server: LocalDiscord, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session

    async def __call__(
        self, method: str, path: str, json: Any = None, *, token: str | None = None, **how: Any
    ) -> tuple[int, Any]:
        """Return (status, JSON body, None without one)."""
        response = await self.answer(method, path, json, token=token, **how)
        text = await response.text()
        is_json = response.headers.get("Content-Type") == "application/json"
        return response.status, await response.json() if is_json and text else None

    async def answer(
        self, method: str, path: str, json: Any = None, *, token: str | None = None, **how: Any
    ) -> aiohttp.ClientResponse:
        headers = {"Authorization": f"Bot {self._server.token}" if token is None else token}
        url = f"{self._server.api_url}{path}"
        response = await self._session.request(method, url, json=json, headers=headers, **how)
        await response.read()
        return response

    async def code(self, method: str, path: str, json: Any = None, **how: Any) -> tuple[int, int]:
        """Return (status, code) of a refusal."""
        status, body = await self(method, path, json, **how)
        return status, body["code"]

    async def errors(self, method: str, path: str, json: Any = None, **how: Any) -> list[str]:
        """Return what a form was refused for, as `path: CODE`."""
        status, body = await self(method, path, json, **how)
        assert (status, body["code"]) == (400, 50035), body
        return sorted(_flat(body["errors"]))


def _flat(tree: dict[str, Any], path: str = "") -> list[str]:
    found = [f"{path}: {error['code']}" for error in tree.get("_errors", [])]
    for name, branch in tree.items():
        if name != "_errors":
            found += _flat(branch, f"{path}.{name}" if path else name)
    return found


@pytest.fixture
async def raw(server: LocalDiscord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(server, session)
