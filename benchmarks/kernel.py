"""What the kernel says of processes: their processor time, their memory, whose store is whose.

Reads /proc only; asks and starts nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used (proc(5), fields 14 and 15 of stat)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICK


def resident_mb(pid: int, *, peak: bool = False) -> float:
    """Return the memory that a process holds, or has held at most, in MB."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status does not tell {wanted}")


def store_of(folder: Path) -> int | None:
    """Return the process id of the embedded store's server whose data lie in `folder`."""
    return next((pid for pid in _pids() if _is_server(pid, folder)), None)


def _pids() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _is_server(pid: int, folder: Path) -> bool:
    """Tell whether a process is the server (and not the keeper) of the store in `folder`."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        works_in = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return False  # ended meanwhile, or another user's
    # Its title: the binary, then the address that it listens on; the keeper's begins with Python.
    server = b"-server" in command.split(b"\0")[0].split(b" ")[0]
    return server and (str(folder).encode() in command or works_in.is_relative_to(folder))
