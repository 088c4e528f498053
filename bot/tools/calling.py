"""Runs one call of a tool: reads the arguments, keeps the time, bounds the result, and turns a bug
into a kind sentence. The engine calls it through `bot.tools.toolbox`.
"""

from __future__ import annotations

import asyncio
import logging
import traceback

from bot.errors import AskAgain, ToolError, ToolFailed
from bot.tools.arguments import parse
from bot.tools.languages import Words, say
from bot.tools.port import Tool, ToolContext, ToolOutput
from bot.tools.results import bounded

_log = logging.getLogger(__name__)

_MOST_ERROR = 2_000
"""Characters of an error's text that the model reads."""

_LATE: Words = {
    "en": "{name} did not answer within {seconds:g} seconds. Try again in a moment.",
    "zh-CN": "{name} 在 {seconds:g} 秒内没有给出结果。请稍后再试。",
    "zh-TW": "{name} 在 {seconds:g} 秒內沒有給出結果。請稍後再試。",
}
_BROKEN: Words = {
    "en": "{name} failed because of a fault in the tool itself. Its operator finds the details in "
    "the log; meanwhile, go on without it.",
    "zh-CN": "{name} 自身出错，未能完成。管理员可在日志中查看详情；请先不使用它继续。",
    "zh-TW": "{name} 本身發生錯誤，未能完成。管理員可在記錄中查看詳情；請先不使用它繼續。",
}


async def call(tool: Tool, context: ToolContext, arguments: str) -> ToolOutput:
    """Run `tool` with the arguments as the model wrote them.

    Raises `AskAgain` for a call that the model can correct and `ToolFailed` for everything else.
    """
    values = parse(arguments)
    try:
        async with asyncio.timeout(tool.timeout) as limit:
            return bounded(await tool.run(context, values))
    except AskAgain as error:
        raise AskAgain(str(error)[:_MOST_ERROR]) from None
    except ToolError as error:
        raise ToolFailed(str(error)[:_MOST_ERROR]) from None
    except Exception as error:
        if isinstance(error, TimeoutError) and limit.expired():
            _log.warning("the tool %s took longer than %g s", tool.name, tool.timeout)
            words = say(_LATE, context.locale, name=tool.name, seconds=tool.timeout)
        else:
            _log.error("the tool %s failed: %s", tool.name, _trace(error))
            words = say(_BROKEN, context.locale, name=tool.name)
        raise ToolFailed(words) from None


def _trace(error: BaseException) -> str:
    """Say what broke and where. An error's own text may quote what a person wrote: left out."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return " < ".join([type(error).__name__, *reversed(places[-12:])])
