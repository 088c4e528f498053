"""The `chat` command as a real process: with pipes, or at a terminal of its own (a pty)."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.bounds import PATIENCE

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "bot", "chat")
SGR = re.compile(r"\x1b\[[0-9;]*m")


def environment(data_dir: Path, *more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which nothing of the machine's own settings counts."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(data_dir),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "INPUTRC": "/dev/null",
        "DATA_DIR": str(data_dir),
    }
    for each in more:
        env.update(each)
    return env


class Piped:
    """A talk through pipes."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = dict(env)
        self.out = b""
        self.errors = b""

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            *COMMAND,
            cwd=ROOT,
            env=self._env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = [
            asyncio.create_task(self._read(self.process.stdout, "out")),
            asyncio.create_task(self._read(self.process.stderr, "errors")),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self._reading)

    async def _read(self, stream: Any, name: str) -> None:
        while chunk := await stream.read(65536):
            setattr(self, name, getattr(self, name) + chunk)

    def type(self, text: str) -> None:
        self.process.stdin.write(text.encode())

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def says(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the answers so far contain `text`."""
        await until(lambda: text in self.out.decode(errors="replace"), seconds, lambda: self)

    async def ends(self, seconds: float = PATIENCE) -> int:
        """Close the input and return the exit code."""
        if not self.process.stdin.is_closing():
            self.process.stdin.close()
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self._reading)
            return await self.process.wait()

    def __str__(self) -> str:
        return f"out: {self.out.decode()!r}\nerrors: {self.errors.decode()!r}"


class Seated:
    """A talk at a terminal."""

    def __init__(self, env: Mapping[str, str], *, rows: int = 40, columns: int = 100) -> None:
        self._env = dict(env)
        self._size = struct.pack("HHHH", rows, columns, 0, 0)
        self.screen = ""

    async def __aenter__(self) -> Self:
        self._main, self.tty = pty.openpty()
        fcntl.ioctl(self.tty, termios.TIOCSWINSZ, self._size)
        self.found = termios.tcgetattr(self.tty)
        self.process = await asyncio.create_subprocess_exec(
            *COMMAND,
            cwd=ROOT,
            env=self._env,
            stdin=self.tty,
            stdout=self.tty,
            stderr=self.tty,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.set_blocking(self._main, False)
        asyncio.get_running_loop().add_reader(self._main, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        self.hang_up()
        os.close(self.tty)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        if self._main >= 0:
            asyncio.get_running_loop().remove_reader(self._main)
            os.close(self._main)
            self._main = -1

    def _read(self) -> None:
        try:
            self.screen += os.read(self._main, 65536).decode(errors="replace")
        except OSError:
            asyncio.get_running_loop().remove_reader(self._main)

    @property
    def text(self) -> str:
        """What was printed, without colours and with plain line ends."""
        return SGR.sub("", self.screen).replace("\r\n", "\n")

    def type(self, text: str) -> None:
        self.type_bytes(text.encode())

    def type_bytes(self, keys: bytes) -> None:
        os.write(self._main, keys)

    async def shows(self, text: str, seconds: float = PATIENCE) -> None:
        await until(lambda: text in self.text, seconds, lambda: self.screen)

    async def prompts(self, times: int, seconds: float = PATIENCE) -> None:
        """Wait for the prompt to have been shown so many times, with nothing behind the last."""
        await until(
            lambda: self.text.count("› ") >= times and self.text.rstrip(" ").endswith("›"),
            seconds,
            lambda: self.screen,
        )

    async def ends(self, seconds: float = PATIENCE) -> int:
        async with asyncio.timeout(seconds):
            return await self.process.wait()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


async def until(condition: Any, seconds: float = PATIENCE, told: Any = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come in {seconds} s\n{told()}"
        await asyncio.sleep(0.01)
