"""The `chat` command at a terminal of its own: keys in, a screen out."""

from __future__ import annotations

import os
import signal
import stat
import termios
from pathlib import Path

import pytest

from tests.adapters.console.processes import Seated, environment, until
from tests.servers.model import ModelRequest, ModelServer, calls, says, tokens

CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"


def answer(request: ModelRequest):
    """Answer as the question asks for it."""
    text = request.last_user_text.rpartition("] ")[2]
    return tokens(200, 20) if "slow" in text else says(f"You said {text}.")


@pytest.fixture
async def model():
    async with ModelServer(answer, mode="compatible") as server:
        yield server


@pytest.fixture
def env(model: ModelServer, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "data", model.env)


async def test_ctrl_c_stops_a_streamed_answer_and_the_next_line_is_answered(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        assert "gpt-6-luna answers." in seat.text
        seat.type("a slow one\r")
        await seat.shows("the answer grows")
        seat.type(CTRL_C)
        await seat.shows("Stopped.")
        await seat.prompts(2)
        assert model.requests[0].cancelled is not None
        seat.type("again\r")
        await seat.shows("You said again.")
        await seat.prompts(3)
        seat.type(CTRL_D)
        assert await seat.ends() == 0
        assert termios.tcgetattr(seat.tty) == seat.found
    assert "^C" not in seat.text


async def test_an_answer_is_seen_while_it_grows(env: dict[str, str]) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("a slow one\r")
        await seat.shows("one small word")
        assert "until done the answer" not in seat.text
        await seat.shows("until done the answer")
        assert "Stopped" not in seat.text


async def test_ctrl_c_clears_a_line_warns_at_an_empty_one_and_then_ends(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("half a question")
        await seat.shows("half a question")
        seat.type(CTRL_C)
        await seat.prompts(2)
        seat.type(CTRL_C)
        await seat.shows("Press Ctrl-C once more to end")
        await seat.prompts(3)
        seat.type("a whole one\r")
        await seat.shows("You said a whole one.")
        await seat.prompts(4)
        seat.type(CTRL_C)
        await seat.prompts(5)
        assert seat.process.returncode is None, "what was asked meanwhile takes the warning back"
        seat.type(CTRL_C)
        assert await seat.ends() == 0
        assert termios.tcgetattr(seat.tty) == seat.found
    assert len(model.requests) == 1


async def test_told_to_end_at_the_prompt_it_leaves_the_terminal_as_it_was(
    env: dict[str, str],
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.process.send_signal(signal.SIGTERM)
        assert await seat.ends() == 0
        assert termios.tcgetattr(seat.tty) == seat.found
        assert seat.screen.rindex("\x1b[?2004l") > seat.screen.rindex("\x1b[?2004h")


async def test_markdown_is_coloured_lightly_and_escapes_of_the_model_are_not_obeyed(
    env: dict[str, str], model: ModelServer
) -> None:
    text = "# Title\nSome **bold**, `code` and \x1b[31mred\x1b[0m.\n```\nx = 1\n```\n"
    model.script = [says(text)]
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("write\r")
        await seat.prompts(2)
    assert "\x1b[1;35mTitle\x1b[0m" in seat.screen
    assert "\x1b[1mbold\x1b[0m" in seat.screen
    assert "\x1b[36mcode\x1b[0m" in seat.screen
    assert "\x1b[36mx = 1\x1b[0m" in seat.screen
    assert "\x1b[31m" not in seat.screen
    assert "␛[31mred␛[0m." in seat.screen


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
async def test_no_colour_is_shown_where_none_is_wanted(
    env: dict[str, str], model: ModelServer, setting: dict[str, str]
) -> None:
    model.script = [says("# Title\n**bold** `code`")]
    async with Seated({**env, **setting}) as seat:
        await seat.prompts(1)
        seat.type("write\r")
        await seat.prompts(2)
    assert "# Title\r\n**bold** `code`" in seat.screen
    assert seat.text.replace("\r\n", "\n") == seat.screen.replace("\r\n", "\n")


async def test_a_tool_at_work_is_told_in_a_line_of_its_own(
    env: dict[str, str], model: ModelServer
) -> None:
    model.script = [calls("time", {"place": "Tokyo"}), says("It is late.")]
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("what time is it in Tokyo?\r")
        await seat.shows("It is late.")
    assert "\x1b[2m[time] " in seat.screen
    assert seat.text.index("[time]") < seat.text.index("It is late.")


async def test_a_paste_of_several_lines_is_one_question(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("\x1b[200~first\rsecond\x1b[201~")
        await seat.shows("second")
        assert not model.requests
        seat.type("\r")
        await seat.prompts(2)
    assert [request.last_user_text.rpartition("] ")[2] for request in model.requests] == [
        "first\nsecond"
    ]


async def test_what_is_typed_during_an_answer_waits_for_the_prompt(
    env: dict[str, str], model: ModelServer
) -> None:
    model.script = [says("begun ", 0.5, "ended."), answer]
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("one\r")
        await seat.shows("begun")
        seat.type("two\r")
        await seat.shows("You said two.")
    assert "begun ended." in seat.text


async def test_lines_of_an_earlier_run_come_back_and_their_file_is_private(
    env: dict[str, str], tmp_path: Path
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("remember me\r")
        await seat.prompts(2)
        seat.type("/quit\r")
        assert await seat.ends() == 0
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type(UP + UP)
        await seat.shows("remember me")
        seat.type("\r")
        await seat.shows("You said remember me.")
    history = tmp_path / "data" / "console" / "history"
    assert history.read_text().splitlines()[:2] == ["remember me", "/quit"]
    assert stat.S_IMODE(os.stat(history).st_mode) == 0o600


async def test_without_a_model_the_first_line_says_so_and_what_to_set(tmp_path: Path) -> None:
    async with Seated(environment(tmp_path / "data")) as seat:
        await seat.prompts(1)
        assert "OPENAI_API_KEY" in seat.text
        assert "offline" in seat.text


async def test_the_language_of_the_system_is_spoken(env: dict[str, str]) -> None:
    async with Seated({**env, "LC_MESSAGES": "zh_TW.UTF-8"}) as seat:
        await seat.prompts(1)
        assert "由 gpt-6-luna 回答" in seat.text
        seat.type("/reset\r")
        await seat.shows("這裡沒有我記住的內容。")


async def test_a_terminal_that_is_closed_during_an_answer_ends_the_talk(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type("a slow one\r")
        await seat.shows("the answer")
        seat.hang_up()
        await seat.ends()
    await until(lambda: model.requests[0].cancelled is not None)


async def test_a_byte_that_is_not_utf_8_is_asked_and_kept_as_a_replacement(
    env: dict[str, str], tmp_path: Path
) -> None:
    async with Seated(env) as seat:
        await seat.prompts(1)
        seat.type_bytes(b"price \x80 5\r")
        await seat.shows("You said price \ufffd 5.")
        await seat.prompts(2)
        seat.type(CTRL_D)
        assert await seat.ends() == 0
    history = tmp_path / "data" / "console" / "history"
    assert history.read_text("utf-8").splitlines() == ["price \ufffd 5"]
