"""The model server as a whole: a hundred streams at once, and alone as a program."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
from openai import AsyncOpenAI

from tests.bounds import PATIENCE
from tests.servers.model import ModelServer, tokens
from tests.servers.model.talk import ASK, WIRES, text


@WIRES
async def test_a_hundred_streams_run_side_by_side_at_their_rate(wire) -> None:
    path, given = ("chat/completions", "messages") if wire == "chat" else ("responses", "input")
    body = {"model": "gpt-4o", given: ASK, "stream": True}

    async def read(http: aiohttp.ClientSession, server: ModelServer) -> bytes:
        headers = {"Authorization": f"Bearer {server.api_key}"}
        async with http.post(f"{server.base_url}/{path}", json=body, headers=headers) as answer:
            return await answer.read()

    steady = tokens(20, rate=50)
    everyone = aiohttp.TCPConnector(limit=0)
    async with (
        ModelServer(lambda _: steady) as server,
        aiohttp.ClientSession(connector=everyone) as http,
    ):
        bodies = await asyncio.gather(*(read(http, server) for _ in range(100)))
    assert server.peak == 100
    assert all(body.count(b'"delta":') >= 20 for body in bodies)
    assert all(one.finished - one.first_byte > 0.3 for one in server.requests)  # 20 at 50 a second


async def test_it_runs_alone_and_prints_the_environment_that_points_to_it() -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.model", "--tokens", "3"),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    env = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
    async with AsyncOpenAI(
        api_key=env["OPENAI_API_KEY"], base_url=env["OPENAI_BASE_URL"]
    ) as client:
        assert len((await text(client, "chat")).split()) == 3
        assert "gpt-6-luna" in [model.id async for model in client.models.list()]
    process.terminate()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
