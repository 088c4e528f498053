"""The `chat` command as a process with pipes: lines in, answers out, and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.console.processes import COMMAND, ROOT, Piped, environment
from tests.bounds import PATIENCE
from tests.servers.model import ModelRequest, ModelServer, breaks, calls, fails, says, tokens


def answer(request: ModelRequest):
    """Answer as the question asks for it."""
    text = request.last_user_text.rpartition("] ")[2]
    if "slow" in text:
        return tokens(100, 20)
    if "steady" in text:
        return tokens(30, 20)
    return says(f"You said {text}.")


@pytest.fixture
async def model():
    async with ModelServer(answer, mode="compatible") as server:
        yield server


@pytest.fixture
def env(model: ModelServer, tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "data", model.env)


async def talk(env: dict[str, str], text: str) -> tuple[int, str, str]:
    """Hand all the lines in at once; returns exit code, answers and remarks."""
    async with Piped(env) as piped:
        piped.type(text)
        code = await piped.ends()
        return code, piped.out.decode(), piped.errors.decode()


async def test_each_line_is_answered_in_order_and_the_output_holds_answers_only(
    env: dict[str, str], model: ModelServer
) -> None:
    code, out, errors = await talk(env, "one\n\n  two\r\nthree")
    assert (code, out, errors) == (0, "You said one.\nYou said two.\nYou said three.\n", "")
    assert len(model.requests) == 3


async def test_lines_of_one_run_and_of_the_next_are_one_conversation_until_it_is_reset(
    env: dict[str, str], model: ModelServer
) -> None:
    await talk(env, "one\ntwo\n")
    code, out, _ = await talk(env, "three\n/reset\nfour\n")
    assert (code, out) == (
        0,
        "You said three.\nDone. I have forgotten what was said here.\nYou said four.\n",
    )
    third, fourth = (str(request.body) for request in model.requests[2:])
    assert "You said one." in third
    assert "You said two." in third
    assert "You said" not in fourth


async def test_an_empty_input_ends_at_once(env: dict[str, str], model: ModelServer) -> None:
    assert await talk(env, "") == (0, "", "")
    assert not model.requests


async def test_the_offline_helper_answers_where_no_model_is_configured(tmp_path: Path) -> None:
    code, out, _ = await talk(environment(tmp_path / "data"), "what time is it in Tokyo?\n")
    assert code == 0
    assert "Tokyo" in out
    assert "UTC+09:00" in out


async def test_a_wrong_setting_is_told_with_its_name_and_ends_with_2(env: dict[str, str]) -> None:
    code, out, errors = await talk({**env, "OPENAI_API": "telepathy"}, "hello\n")
    assert (code, out) == (2, "")
    assert errors.startswith("OPENAI_API: read 'telepathy'")
    assert "Traceback" not in errors


async def test_a_data_folder_that_cannot_be_used_is_told_and_ends_with_2(
    env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    code, out, errors = await talk({**env, "DATA_DIR": str(tmp_path / "file")}, "hello\n")
    assert (code, out) == (2, "")
    assert "DATA_DIR" in errors
    assert "Traceback" not in errors


async def test_an_interrupt_stops_the_answer_and_the_next_line_is_answered(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Piped(env) as piped:
        piped.type("slow\n")
        await piped.says("the answer grows")
        piped.signal(signal.SIGINT)
        piped.type("again\n")
        await piped.says("You said again.")
        assert await piped.ends() == 0
    first, rest = piped.out.decode().split("\n", 1)
    assert "the answer grows" in first
    assert len(first.split()) < 90
    assert rest == "You said again.\n"
    assert model.requests[0].cancelled is not None
    assert "the answer grows" in str(model.requests[1].body), "what was said is remembered"


async def test_an_interrupt_while_nothing_is_asked_ends_the_talk(env: dict[str, str]) -> None:
    async with Piped(env) as piped:
        piped.type("one\n")
        await piped.says("You said one.\n")
        async with asyncio.timeout(PATIENCE):
            while piped.process.returncode is None:
                # Until the turn is written down it is still being answered: that one is stopped.
                piped.signal(signal.SIGINT)
                await asyncio.wait([asyncio.create_task(piped.process.wait())], timeout=0.5)
        assert piped.process.returncode == 130


async def test_told_to_end_it_finishes_the_running_answer_and_asks_nothing_more(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Piped(env) as piped:
        piped.type("steady\nnext\n")
        await piped.says("the answer")
        piped.signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            assert await piped.process.wait() == 0
    assert len(piped.out.split()) == 30
    assert len(model.requests) == 1


async def test_told_to_end_while_it_waits_for_a_line_it_ends_at_once(env: dict[str, str]) -> None:
    async with Piped(env) as piped:
        piped.type("one\n")
        await piped.says("You said one.\n")
        piped.signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            assert await piped.process.wait() == 0
    assert piped.errors == b""


async def test_it_ends_quietly_when_nobody_reads_the_answers_any_more(env: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_shell(
        f"yes question | head -50 | {' '.join(COMMAND)} | head -1",
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, errors = await process.communicate()
    assert out == b"You said question.\n"
    assert errors == b""


async def test_a_file_can_be_the_input(env: dict[str, str], tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("one\ntwo\n")
    with questions.open("rb") as file:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, cwd=ROOT, env=env, stdin=file, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
    assert (process.returncode, out) == (0, b"You said one.\nYou said two.\n")


async def test_what_a_model_writes_cannot_command_a_terminal_and_tools_stay_out_of_a_pipe(
    env: dict[str, str], model: ModelServer
) -> None:
    model.script = [
        calls("time", {"place": "Tokyo"}),
        says("a \x1b]0;title\x07 \x1b[31mred\x1b[0m \x9b2J **bold**\r\n", "end"),
    ]
    code, out, errors = await talk(env, "what time is it in Tokyo?\n")
    assert (code, errors) == (0, "")
    assert out == "a ␛]0;title␇ ␛[31mred␛[0m \ufffd2J **bold**\nend\n"


async def test_a_secret_in_an_answer_is_hidden(env: dict[str, str], model: ModelServer) -> None:
    key = "sk-proj-" + "a1b2" * 10
    model.script = [says("The key is ", key[:20], key[20:], " and so on.")]
    _, out, _ = await talk(env, "which key?\n")
    assert key not in out
    assert key[8:] not in out
    assert out.endswith("• and so on.\n")


async def test_a_model_that_refuses_is_told_of_and_the_next_line_is_asked(
    env: dict[str, str], model: ModelServer
) -> None:
    model.script = [fails(401), says("Here I am.")]
    code, out, _ = await talk(env, "one\ntwo\n")
    assert code == 0
    first, second = out.splitlines()
    assert "turned me away" in first
    assert second == "Here I am."


async def test_an_answer_that_broke_off_and_began_anew_stands_whole_at_the_end(
    env: dict[str, str], model: ModelServer
) -> None:
    model.script = [says("Half of a first ", 0.3) + breaks(0), says("The whole answer.")]
    code, out, errors = await talk(env, "one\n")
    assert (code, out) == (0, "Half of a first\nThe whole answer.\n")
    assert "Here it is again" in errors


async def test_a_question_that_a_killed_run_left_is_answered_by_the_next_beside_its_own(
    env: dict[str, str], model: ModelServer
) -> None:
    async with Piped(env) as piped:
        piped.type("slow\n")
        await piped.says("the answer grows")
        piped.signal(signal.SIGKILL)
        await piped.process.wait()
    model.script = [says("Late, but here."), says("And yours.")]
    code, out, errors = await talk(env, "next\n")
    assert (code, out) == (0, "And yours.\n")
    assert "slow" in errors
    assert "Late, but here." in errors


async def test_two_talks_at_the_same_time_never_answer_each_others_questions(
    env: dict[str, str],
) -> None:
    async with Piped(env) as first, Piped(env) as second:
        for number in range(3):
            first.type(f"first {number}\n")
            second.type(f"second {number}\n")
        assert await asyncio.gather(first.ends(), second.ends()) == [0, 0]
    for talk, word in ((first, "first"), (second, "second")):
        assert talk.out.decode() == "".join(f"You said {word} {n}.\n" for n in range(3))


async def test_a_line_that_is_too_long_is_told_of_and_the_next_is_answered(
    env: dict[str, str],
) -> None:
    code, out, errors = await talk(env, "x" * 300_000 + "\nnext\n")
    assert (code, out) == (1, "You said next.\n")
    assert "256 KB" in errors


async def test_commands_are_answered_too_and_quit_leaves_the_rest_unread(
    env: dict[str, str], model: ModelServer
) -> None:
    code, out, _ = await talk(env, "/help\n/nonsense\n/etc/hosts is what?\n/quit\nmore\n")
    assert code == 0
    assert "/reset" in out
    assert "I do not know /nonsense." in out
    assert out.endswith("You said /etc/hosts is what?.\n")
    assert len(model.requests) == 1


async def test_nothing_is_left_running_when_it_has_ended(
    env: dict[str, str], tmp_path: Path
) -> None:
    await talk(env, "one\n")
    assert not [pid for pid in _processes() if str(tmp_path) in _command(pid)]


def _processes() -> Iterator[str]:
    if not os.path.isdir("/proc"):
        pytest.skip("reads /proc")
    return (name for name in os.listdir("/proc") if name.isdigit())


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
