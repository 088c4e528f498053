"""One person's requests to a playground, as the page sends them."""

from __future__ import annotations

import asyncio
import secrets

import aiohttp

from tests.adapters.web.serving import Playground
from tests.bounds import PATIENCE


class Browser:
    def __init__(self, playground: Playground, session: aiohttp.ClientSession) -> None:
        self.playground = playground
        self.session = session

    async def send(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict]:
        headers = {"Origin": self.playground.url, **headers}
        url = self.playground.url + path
        async with self.session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def post(self, text: str, **fields: object) -> tuple[int, dict]:
        body = {"id": secrets.token_hex(16), "as": "ana", "channel": "general", "text": text}
        return await self.send("POST", "/api/messages", {**body, **fields})

    async def said(self, text: str, **fields: object) -> str:
        status, answer = await self.post(text, **fields)
        assert status == 201, answer
        return answer["message"]["id"]

    async def answered(self, root: str, count: int = 1) -> list[dict]:
        """Wait until a thread has `count` finished answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                _, page = await self.send("GET", f"/api/messages?thread={root}")
                done = [m for m in page["messages"] if m["bot"] and m["state"] != "thinking"]
                if len([m for m in done if m["state"] != "streaming"]) >= count:
                    return page["messages"]
                await asyncio.sleep(0.01)

    async def upload(self, content: bytes, name: str = "notes.txt", who: str = "ana") -> dict:
        url = f"{self.playground.url}/api/files?as={who}&name={name}&type=text/plain"
        headers = {"Origin": self.playground.url, "Content-Type": "application/octet-stream"}
        async with self.session.post(url, data=content, headers=headers) as response:
            return await response.json()
