"""Where the embedded store's files live, and what its log says about a failed start.

Prepares the folder so that only this user can enter it, and finds a place for the socket. Touches
the disk, so `bot/store/embedded.py` calls it away from the event loop.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.errors import ConfigError
from bot.store.keeper import STARTING

# sockaddr_un holds 104 bytes on macOS and 108 on Linux (unix(4), unix(7)); the servers cut a longer
# path silently, a few bytes earlier.
_SOCKET_PATH_BYTES = 100

# A warning or worse in the servers' log lines: "123:M 20 Nov 2026 11:14:00.000 # what happened".
# Left out: advice on tuning the machine, and what Redis 7 says at that level in every start.
_SERIOUS = re.compile(
    r"^\d+:\w .*? # (?!WARNING|oO0|Redis version|Configuration loaded|Server initialized)(.+)$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class StoreFolder:
    """The absolute paths of one embedded store."""

    path: Path
    socket: Path

    @property
    def url(self) -> str:
        """The address of the server, as redis-py reads it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def users_lock(self) -> Path:
        return self.path / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.path / "start.lock"

    @property
    def server_lock(self) -> Path:
        return self.path / "server.lock"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    def last_words(self) -> str:
        """Return how the server explained that its last start failed, in at most 500 characters."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 16_384))
                text = log.read().decode(errors="replace").rpartition(STARTING)[2]
        except OSError:
            return "it left no log"
        serious = _SERIOUS.findall(text)[-3:]
        lines = serious or [line.strip() for line in text.splitlines()[1:] if line.strip()][-3:]
        return " / ".join(lines)[-500:] or "it said nothing"


def prepare_folder(data_dir: Path) -> StoreFolder:
    """Make the store's folder inside `data_dir`, for this user only.

    A folder of its own, because `data_dir` may be a mount that belongs to somebody else.
    Raises ConfigError when it cannot be used.
    """
    try:
        path = data_dir.resolve() / "store"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        return StoreFolder(path, _socket_place(path) / "r.sock")
    except OSError as error:
        raise unusable(data_dir, error) from error


def unusable(data_dir: Path, error: OSError) -> ConfigError:
    """Word what the system said about the folder for whoever set it."""
    reason = f"{error.strerror or error}: {error.filename or data_dir}"
    return ConfigError(
        f"DATA_DIR={data_dir} cannot be used for the embedded store ({reason}). Set DATA_DIR to a "
        "local folder that this user may write to, or REDIS_URL to a server."
    )


def _socket_place(path: Path) -> Path:
    """Return `path` itself where a socket can live, else a short private folder of its own."""
    if _takes_sockets(path):
        return path
    # Not gettempdir() where it can be helped: every process has to find the same place, whatever
    # its TMPDIR says, and that one may be long itself.
    temporary = Path("/tmp")  # noqa: S108 - the folder below is checked against planted ones
    if not temporary.is_dir():
        temporary = Path(tempfile.gettempdir())
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    place = temporary / f"parley-{os.geteuid()}-{digest}"
    place.mkdir(mode=0o700, exist_ok=True)
    _check_private(place)
    return place


def _takes_sockets(path: Path) -> bool:
    """Try it: the path may be too long, or the folder shared from a system without sockets."""
    trial = path / secrets.token_hex(3)  # as long as "r.sock"
    if len(os.fsencode(trial)) > _SOCKET_PATH_BYTES:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(str(trial))
        except OSError:
            return False
    trial.unlink(missing_ok=True)
    return True


def _check_private(place: Path) -> None:
    """Refuse a folder that somebody else may have put there to listen in."""
    found = place.lstat()
    if (
        not stat.S_ISDIR(found.st_mode)
        or found.st_uid != os.geteuid()
        or stat.S_IMODE(found.st_mode) & 0o077
    ):
        raise ConfigError(
            f"{place} is needed for the embedded store's socket, but is not a private folder of "
            "this user. Remove it, or set DATA_DIR to a shorter path or REDIS_URL to a server."
        )
