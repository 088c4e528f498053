"""Logs: one JSON object per line, allowed fields only, no secret, and never a wait for stderr."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import io
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.logs import MOST_WAITING, Fields, fields, scope, setup
from tests.bounds import PATIENCE

SECRET = "hunter22-and-more"
TOKEN = "xo" + "xb-123456789012-abcdefghijkl"
log = logging.getLogger("bot.test_logs")


class Logged:
    """Logging set up on a text stream, and its lines."""

    def __init__(self, level: str = "INFO", *, readable: bool = False) -> None:
        self.stream = io.StringIO()
        self._undo = setup(level, [SECRET], stream=self.stream, readable=readable)

    def text(self) -> str:
        """End the writing and return all of it."""
        self._undo()
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def logged() -> Iterator[Logged]:
    made = Logged()
    yield made
    made.text()


def test_an_event_is_one_json_object_with_its_fields(logged: Logged) -> None:
    log.info("turn finished", extra=fields(thread="slack/T/C/1", seconds=1.23456, status=200))
    (line,) = logged.lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "bot.test_logs",
        "msg": "turn finished",
        "seconds": 1.235,
        "status": 200,
        "thread": "slack/T/C/1",
    }


def test_fields_that_are_not_allowed_stay_inside(logged: Logged) -> None:
    log.info("told", extra={"fields": {"text": "private words", "turn": "t1"}, "user": "Ann"})
    (line,) = logged.lines()
    assert set(line) == {"time", "level", "logger", "msg", "turn"}


def test_a_scope_adds_its_fields_in_tasks_too(logged: Logged) -> None:
    async def speak() -> None:
        log.info("inside")

    async def main() -> None:
        with scope(turn="t7"):
            await asyncio.create_task(speak())
        log.info("outside")

    asyncio.run(main())
    inside, outside = logged.lines()
    assert inside["turn"] == "t7"
    assert "turn" not in outside


@pytest.mark.parametrize("readable", [True, False])
def test_no_secret_gets_out_by_any_way(readable: bool) -> None:
    logged = Logged(readable=readable)
    log.info("with %s and %s", SECRET, TOKEN, extra=fields(reason=f"was {SECRET}"))
    try:
        try:
            raise ValueError(f"inner {SECRET}")
        except ValueError as error:
            raise RuntimeError(f"outer {TOKEN}") from error
    except RuntimeError:
        log.exception("failed with %s", SECRET)
    logging.getLogger("aiohttp.client").warning("header %s", TOKEN)
    text = logged.text()
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert SECRET not in text
    assert TOKEN not in text


def test_an_error_tells_its_causes_and_frames_but_not_what_did_not_fit(logged: Logged) -> None:
    class Form(BaseModel):
        number: int

    try:
        try:
            Form.model_validate({"number": "private words"})
        except ValidationError as error:
            raise RuntimeError("unreadable") from error
    except RuntimeError:
        log.exception("failed")
    (line,) = logged.lines()
    assert line["error"] == "RuntimeError: unreadable ← ValidationError: Form does not fit"
    assert line["trace"][-1].endswith(
        "test_an_error_tells_its_causes_and_frames_but_not_what_did_not_fit"
    )
    assert "private words" not in json.dumps(line)


def test_libraries_speak_from_warning_on_and_only_their_first_words() -> None:
    logged = Logged("DEBUG")
    log.debug("ours")
    for name in (
        "slack_bolt.App",
        "slack_sdk.web",
        "aiohttp.access",
        "openai",
        "httpx2",
        "asyncio",
    ):
        logging.getLogger(name).info("payload")
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
    logging.getLogger("asyncio").error("Task failed\n%s", "private words")
    logging.getLogger("openai").warning("x" * 5000)
    ours, task, long = logged.lines()
    assert ours["msg"] == "ours"
    assert task["msg"] == "Task failed"
    assert len(long["msg"]) == 300


def test_levels_below_the_set_one_are_silent() -> None:
    logged = Logged("ERROR")
    log.warning("quiet")
    log.error("loud")
    assert [line["msg"] for line in logged.lines()] == ["loud"]


def test_a_line_stays_one_line_and_sends_no_control_sequences() -> None:
    logged = Logged(readable=True)
    log.info("two\nlines \x1b[31mred", extra=fields(reason="a\nb"))
    text = logged.text()
    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert "reason=a\\nb" in text


def test_a_terminal_is_told_in_readable_lines_and_a_pipe_in_json() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    undo = setup("INFO", stream=terminal)
    log.info("hello", extra=fields(port=8080))
    undo()
    assert terminal.getvalue().rstrip().endswith("INFO     hello port=8080")


def test_a_reader_that_does_not_read_never_holds_the_caller() -> None:
    read, write = os.pipe()
    stream = os.fdopen(write, "w")
    undo = setup("INFO", stream=stream)

    def say_much() -> None:
        for _ in range(MOST_WAITING + 2000):
            log.info("line")
        undo()

    caller = threading.Thread(target=say_much, daemon=True)
    caller.start()
    caller.join(PATIENCE)
    assert not caller.is_alive()
    os.close(read)  # the waiting write fails now and ends the thread
    with contextlib.suppress(OSError):
        stream.close()


def test_a_crash_is_logged_masked(logged: Logged) -> None:
    try:
        raise RuntimeError(f"crashed with {SECRET}")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    (line,) = logged.lines()
    assert line["level"] == "critical"
    assert SECRET not in line["error"]


def test_what_was_there_before_comes_back() -> None:
    root = logging.getLogger()
    before: tuple[int, list[logging.Handler], Callable[..., Any]] = (
        root.level,
        root.handlers[:],
        sys.excepthook,
    )
    setup("INFO", stream=io.StringIO())()
    assert (root.level, root.handlers, sys.excepthook) == before


def test_every_log_call_uses_only_known_fields() -> None:
    root = Path(__file__).parents[2]
    for folder in ("bot", "adapters"):
        for path in (root / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "from bot.logs import" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                if node.func.id in ("fields", "scope"):
                    given = {keyword.arg for keyword in node.keywords if keyword.arg}
                    assert given <= set(Fields.__annotations__), f"{path}:{node.lineno}"
