"""Contexts and short ways to call tools."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from bot.events import Author, Place, ThreadRef
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.toolbox import Toolbox

NOW = dt.datetime(2026, 11, 20, 11, 31, tzinfo=dt.UTC)


def context(locale: str = "en", zone: str = "", now: dt.datetime = NOW) -> ToolContext:
    """Make a context: Ann asks in the playground."""
    thread = ThreadRef("web", "w", "general", "1")
    return ToolContext(Author("u1", "Ann"), thread, Place(), locale, zone, now)


async def ask(box: Toolbox, name: str, locale: str = "en", zone: str = "", **given: Any) -> str:
    """Call a tool and return the facts."""
    return (await output(box, name, context(locale, zone), **given)).text


async def output(box: Toolbox, name: str, ctx: ToolContext, **given: Any) -> ToolOutput:
    """Call a tool as a model does, with JSON text."""
    return await box.call(name, ctx, json.dumps(given, ensure_ascii=False))
