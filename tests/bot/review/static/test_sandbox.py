"""The sandbox: nothing around the reviewed code reaches a tool, and no tool runs on for long."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest

from bot.review.static import sandbox
from bot.review.static.sandbox import Limits, ToolBroke, find_tool, run
from tests.bounds import FOREVER, PATIENCE

PYTHON = Path(sys.executable)
LATER = "import os, signal, time\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\ntime.sleep(0.2)"
"""The limits hold a moment after the start."""


async def python(code: str, *, limits: Limits = sandbox.LIMITS, **files: bytes) -> sandbox.Ran:
    """Stand a program of ours in for a tool."""
    return await run(PYTHON, ["-I", "-c", code], files, limits=limits)


async def test_a_tool_sees_an_own_folder_with_the_named_files_and_nothing_else() -> None:
    ran = await python("import os; print(os.getcwd(), os.listdir('.'))", one=b"1")
    folder, names = ran.out.decode().strip().split(" ", 1)
    assert names == "['one']"
    assert not os.path.exists(folder)  # noqa: ASYNC240  # a test may block


async def test_a_tool_inherits_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary")
    monkeypatch.setenv("RUFF_CONFIG", "canary")
    monkeypatch.setenv("LD_PRELOAD", "")
    ran = await python("import os; print(sorted(os.environ))")
    told = ran.out.decode()
    assert "SLACK" not in told
    assert "RUFF" not in told
    assert "LD_" not in told


async def test_a_tool_that_does_not_end_is_killed_with_what_it_started() -> None:
    code = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep({FOREVER})'])\n"
        f"time.sleep({FOREVER})"
    )
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ToolBroke, match="longer than"):
            await python(code, limits=Limits(seconds=0.5))


async def test_a_tool_that_is_cancelled_is_killed_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folders").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "folders"))
    sign = tmp_path / "pid"
    os.mkfifo(sign)
    code = (
        f"import os, time\nwith open({str(sign)!r}, 'w') as told: print(os.getpid(), file=told)\n"
    )
    task = asyncio.create_task(python(f"{code}time.sleep({FOREVER})"))
    pid = int(await asyncio.to_thread(sign.read_text))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not os.listdir(tmp_path / "folders")


@pytest.mark.skipif(not hasattr(sandbox.resource, "prlimit"), reason="needs prlimit(2)")
async def test_memory_files_and_processor_are_limited() -> None:
    hungry = "try:\n    b'x' * (3 << 30)\nexcept MemoryError:\n    print('held')"
    assert (await python(f"{LATER}\n{hungry}")).out.strip() == b"held"
    writing = "try:\n    os.write(os.open('x', os.O_CREAT | os.O_WRONLY), b'x')\n"
    writing += "except OSError:\n    print('held')"
    assert (await python(f"{LATER}\n{writing}")).out.strip() == b"held"
    with pytest.raises(ToolBroke, match=r"crashed|longer"):
        await python("while True: pass", limits=Limits(seconds=4, processor=1))


async def test_a_crash_is_no_answer() -> None:
    with pytest.raises(ToolBroke, match="SIGABRT"):
        await python("import os; os.abort()")


async def test_too_much_output_is_no_answer() -> None:
    with pytest.raises(ToolBroke, match=r"more than 1 MB|longer"):
        await python("print('x' * (3 << 20))", limits=Limits(output=1 << 20))


async def test_a_tool_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolBroke, match="not installed"):
        find_tool("no-such-tool")
    with pytest.raises(ToolBroke, match="could not be started"):
        await run(tmp_path / "nothing", [], {})


async def test_file_names_are_plain() -> None:
    with pytest.raises(ValueError, match="plain"):
        await run(PYTHON, [], {"../x": b""})


def test_tools_are_found_beside_python_whatever_the_path_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path / "path", tmp_path / "cwd"):
        folder.mkdir()
        fake = folder / "ruff"
        fake.write_text("#!/bin/sh\ntouch canary\n")
        fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.chdir(tmp_path / "cwd")
    found = find_tool("ruff")
    assert found.is_absolute()
    assert not str(found).startswith(str(tmp_path))
    assert os.access(found, os.X_OK)
