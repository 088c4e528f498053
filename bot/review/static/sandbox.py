"""Runs one static tool on what strangers wrote, so that nothing of it can steer the run.

The tool is ours, by absolute path; it sees an own empty folder with files that we named, an
environment of our own and limits on time, memory and output. Nothing here knows what a tool says.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ParleyError
from bot.tasks import ended

try:
    import resource
except ImportError:  # pragma: no cover  # Windows: time and output stay limited
    resource = None  # type: ignore[assignment]  # asked for below

_READ_SIZE = 65_536
_LONGEST_COMPLAINT = 200
_SECONDS_TO_DIE = 2.0
"""Killed processes end at once, unless the system itself hangs."""


class ToolBroke(ParleyError):
    """A tool gave no answer that may be trusted. The text says why, without what was reviewed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take: seconds on the clock and of processor, bytes of memory and output."""

    seconds: float = 5.0
    processor: int = 5
    memory: int = 2 * 1024**3
    output: int = 16 * 1024**2
    processes: int = 8192
    """Counted by the system over the whole user, so it has to leave room for everything else."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended by itself: the exit code, never a signal, and what was written."""

    code: int
    out: bytes
    err: bytes


def find_tool(name: str) -> Path:
    """Find a tool that was installed with this Python, never by PATH; raises ToolBroke."""
    for folder in (sysconfig.get_path("scripts"), os.path.dirname(sys.executable)):
        path = Path(os.path.abspath(folder), name + sysconfig.get_config_var("EXE"))
        if path.is_file():
            return path
    raise ToolBroke(f"{name} is not installed")


async def run(
    tool: Path,
    arguments: Sequence[str],
    files: Mapping[str, bytes],
    *,
    limits: Limits = LIMITS,
) -> Ran:
    """Run `tool` in an own folder that holds `files` (plain names); raises ToolBroke."""
    for name in files:
        if name != os.path.basename(name):
            raise ValueError(f"not a plain file name: {name!r}")
    folder = Path(tempfile.mkdtemp(prefix="review-"))
    try:
        await asyncio.to_thread(_fill, folder, files)
        process = await _started(tool, arguments, folder)
        async with _killed_at_the_end(process):
            _limit(process.pid, limits)
            try:
                async with asyncio.timeout(limits.seconds):
                    ran = await _finished(process, limits.output)
            except TimeoutError:
                raise ToolBroke(f"took longer than {limits.seconds:g} s") from None
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    if ran.code < 0:
        raise ToolBroke(f"crashed ({_signal_name(-ran.code)})")
    return ran


def complaint(ran: Ran) -> str:
    """Shorten what a failed run wrote to one line."""
    said = (ran.err or ran.out).decode(errors="replace").split("\n", 1)[0].strip()
    return f"exit code {ran.code}: {said}"[:_LONGEST_COMPLAINT]


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


async def _started(
    tool: Path, arguments: Sequence[str], folder: Path
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            tool,
            *arguments,
            cwd=folder,
            env=_environment(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # A group of its own: it is killed with whatever it might have started.
            start_new_session=True,
        )
    except OSError as error:
        raise ToolBroke(f"could not be started: {error.strerror}") from error


def _environment(folder: Path) -> dict[str, str]:
    """Nothing is inherited: settings of tools and of the loader travel by environment, too."""
    return {
        "PATH": "",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "RAYON_NUM_THREADS": "1",
    }


def _limit(pid: int, limits: Limits) -> None:
    """Limit a process that has just begun. Systems without prlimit(2) limit the time alone.

    The usual way, a function between fork and exec, is unsafe beside threads; what a tool takes in
    the moment before is counted all the same.
    """
    if not hasattr(resource, "prlimit"):
        return
    most = {
        resource.RLIMIT_CPU: limits.processor,
        # Not the address space: ShellCheck's runtime reserves a terabyte of it without using it.
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: limits.processes,
    }
    for kind, value in most.items():
        with contextlib.suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, kind)
            if hard != resource.RLIM_INFINITY:
                value = min(value, hard)
            resource.prlimit(pid, kind, (value, value))


async def _finished(process: asyncio.subprocess.Process, most: int) -> Ran:
    reads = [asyncio.create_task(_read(stream, most)) for stream in _streams(process)]
    try:
        out, err = await asyncio.gather(*reads)
    finally:
        await ended(*reads)
    return Ran(await process.wait(), out, err)


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    read = bytearray()
    while piece := await stream.read(_READ_SIZE):
        read += piece
        if len(read) > most:
            raise ToolBroke(f"wrote more than {most // 1024**2} MB")
    return bytes(read)


@contextlib.asynccontextmanager
async def _killed_at_the_end(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_TO_DIE):
                    await _gone(process)


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Wait for the end of one that was killed; its pipes have to be emptied first."""
    for stream in _streams(process):
        while await stream.read(_READ_SIZE):
            pass
    await process.wait()


def _streams(process: asyncio.subprocess.Process) -> tuple[asyncio.StreamReader, ...]:
    return tuple(stream for stream in (process.stdout, process.stderr) if stream is not None)


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"
