"""Calling: whatever a tool does, the engine gets a bounded result or one of two errors."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from bot.errors import AskAgain, ToolFailed
from bot.replies import Card, File
from bot.tools import ToolOutput, tool
from bot.tools.calling import call
from bot.tools.registry import make_tool
from bot.tools.results import MOST_CARDS, MOST_TEXT
from tests.bounds import FOREVER, PATIENCE

from .helpers import context


async def run(function: Any, arguments: str = "{}", locale: str = "en") -> ToolOutput:
    return await call(make_tool(function), context(locale), arguments)


async def test_a_tool_that_takes_too_long_has_failed() -> None:
    @tool(timeout=0.02)
    async def sleeper() -> str:
        """Sleep."""
        await asyncio.Event().wait()
        return ""

    with pytest.raises(ToolFailed, match=r"sleeper did not answer within 0\.02 seconds"):
        await run(sleeper)
    with pytest.raises(ToolFailed, match="没有给出结果"):
        await run(sleeper, locale="zh-CN")


async def test_a_plain_function_that_hangs_holds_nobody_back() -> None:
    released, ended = threading.Event(), threading.Event()

    @tool(timeout=0.02)
    def hanger() -> str:
        """Hang."""
        released.wait(FOREVER)
        ended.set()
        return "late"

    with pytest.raises(ToolFailed, match="did not answer"):
        await run(hanger)
    # Python waits at its end for every thread that is not a daemon.
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "tool"] == [True]
    released.set()
    assert ended.wait(PATIENCE)
    await asyncio.sleep(0)  # the late result finds nobody, and nothing breaks


@pytest.mark.parametrize("error", [KeyError("my secret"), TimeoutError("my secret")])
async def test_a_bug_is_logged_without_what_people_wrote_and_told_kindly(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def buggy(x: str) -> str:
        """Fail."""
        raise error

    with caplog.at_level(logging.DEBUG), pytest.raises(ToolFailed, match="buggy failed") as caught:
        await run(buggy, '{"x": "my secret"}')
    assert "secret" not in str(caught.value)
    assert "secret" not in caplog.text
    assert type(error).__name__ in caplog.text
    assert "test_calling.py" in caplog.text


async def test_a_plain_function_that_raises_stop_iteration_is_a_bug_like_any_other() -> None:
    def ends() -> str:
        """End."""
        raise StopIteration

    with pytest.raises(ToolFailed, match="ends failed"):
        await run(ends)


async def test_a_tools_own_errors_pass_but_stay_short() -> None:
    async def asks() -> str:
        """Ask."""
        raise AskAgain("unknown city" + "!" * 9_999)

    async def closes() -> str:
        """Close."""
        raise ToolFailed("no network")

    with pytest.raises(AskAgain, match=r"^unknown city") as caught:
        await run(asks)
    assert len(str(caught.value)) <= 2_000
    with pytest.raises(ToolFailed, match=r"^no network$"):
        await run(closes)


async def test_cancelling_the_call_cancels_the_tool() -> None:
    seen = asyncio.Event()
    started = asyncio.Event()

    async def patient() -> str:
        """Wait."""
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            seen.set()
        return ""

    task = asyncio.ensure_future(run(patient))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.is_set()


async def test_a_result_is_bounded_facts_first_and_says_so() -> None:
    async def flood() -> ToolOutput:
        """Flood."""
        return ToolOutput(
            text="fact " + "x" * 50_000,
            cards=tuple(Card("t") for _ in range(50)),
            files=tuple(File(f"{number}", "text/plain", b"x" * 5_000_000) for number in range(3)),
            summary="many\nlines " * 99,
        )

    result = await run(flood)
    assert result.text.startswith("fact xxx")
    assert len(result.text) <= MOST_TEXT
    assert "Cut here" in result.text
    assert len(result.cards) == MOST_CARDS
    assert [file.name for file in result.files] == ["0"]
    assert "\n" not in result.summary
    assert len(result.summary) <= 200


async def test_half_a_character_in_a_result_is_replaced() -> None:
    async def half() -> str:
        """Break."""
        return "\ud83d"

    assert (await run(half)).text == "\ufffd"
