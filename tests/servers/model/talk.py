"""How the tests of the model server talk to it: the real SDK, one question, both wires."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI

ASK: list[Any] = [{"role": "user", "content": "What is the weather in 北京?"}]
WIRES = pytest.mark.parametrize("wire", ["chat", "responses"])


async def opened(client: AsyncOpenAI, wire: str, model: str = "gpt-4o", **more: Any) -> Any:
    """Return the SDK's stream of chunks or events."""
    if wire == "chat":
        given = {"messages": ASK, **more}
        return await client.chat.completions.create(model=model, stream=True, **given)
    given = {"input": ASK, **more}
    return await client.responses.create(model=model, stream=True, **given)


async def stream(client: AsyncOpenAI, wire: str, **more: Any) -> list[Any]:
    """Return every chunk or event of one streamed answer."""
    return [piece async for piece in await opened(client, wire, **more)]


async def text(client: AsyncOpenAI, wire: str, **more: Any) -> str:
    """Return the streamed text."""
    pieces = await stream(client, wire, **more)
    if wire == "chat":
        return "".join(p.choices[0].delta.content or "" for p in pieces if p.choices)
    return "".join(p.delta for p in pieces if p.type == "response.output_text.delta")
