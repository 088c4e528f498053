"""The keeper: starts the embedded store's server, watches over it, ends it when nobody is left.

A process of its own (`python -I -S keeper.py`, standard library only, so that it stays small),
started by bot/store/launching.py and ending with its server. It reads none of the data and starts
no second server: whoever still needs one starts a new keeper.

To whoever started it, it says one line: "ready", or "busy" when another server holds the folder.
Silence means that the server ended; its own words are in the log.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import sys
import time

# How often folder, clients and log are looked at. The server's end is noticed at once, not by this.
TICK_SECONDS = 1.0
# A server that says nothing for this long after its start is not going to.
START_SECONDS = 10.0
# One that says "LOADING" is reading its files and may take longer.
LOAD_SECONDS = 60.0
# One answer. Only a server held up by a long script or a swapping machine takes longer.
ANSWER_SECONDS = 5.0
# From the request to end until the hard way; writing out the append-only file takes milliseconds.
END_SECONDS = 5.0
# The log is cut down to its newest part when it has grown to this many bytes.
LOG_BYTES, LOG_KEPT_BYTES = 256 * 1024, 64 * 1024

# Begins a start's part of the log; bot/store/embedded.py looks for it to explain a failed start.
STARTING = "--- starting"

# linux/prctl.h
PR_SET_PDEATHSIG = 1


class Line:
    """One connection to the server: inline commands out, one reply back."""

    def __init__(self, path: str) -> None:
        """Connect. Raises OSError when nobody listens."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_SECONDS)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._replies = self._socket.makefile("rb")

    def ask(self, command: bytes) -> bytes:
        """Return a reply's text, without its frame. Raises OSError when the server is silent."""
        self._socket.sendall(command + b"\r\n")
        first = self._replies.readline()
        if first.startswith(b"$"):
            return self._replies.read(int(first[1:]) + 2)
        if not first:
            raise ConnectionResetError
        return first

    def hung_up(self, seconds: float) -> bool:
        """Wait that long, and tell (at once) when the other side has hung up."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def clients(self) -> int:
        """Count the connections besides this one."""
        for field in self.ask(b"INFO clients").split():
            if field.startswith(b"connected_clients:"):
                return int(field.partition(b":")[2]) - 1
        return 1  # an answer that cannot be read must not end a server that is in use

    def close(self) -> None:
        self._replies.close()
        self._socket.close()


class Server:
    """The server as a child of this process."""

    def __init__(self, binary: str, folder: str, socket_path: str, lock: int) -> None:
        self._status: int | None = None
        self._pid = start(binary, folder, socket_path, lock)

    def ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def end(self) -> None:
        """End it in order, and after a while by force."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.ended():
                os.kill(self._pid, number)
            deadline = time.monotonic() + END_SECONDS
            while not self.ended() and time.monotonic() < deadline:
                time.sleep(0.005)


def start(binary: str, folder: str, socket_path: str, lock: int) -> int:
    """Start the server, holding the folder's lock for as long as it lives; return its pid."""
    keeper = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        die_with(keeper)
        os.set_inheritable(lock, True)
        words = arguments(binary, folder, socket_path)
        os.execve(binary, words, os.environ)  # noqa: S606 - found by us; a shell has no place here
    except BaseException as error:
        os.write(2, f"# The server could not be started: {error}\n".encode())
    os._exit(127)


def arguments(binary: str, folder: str, socket_path: str) -> list[str]:
    """Spell the server's settings (redis.conf documents each; all exist since 6.2)."""
    settings = {
        "port": "0",
        "unixsocket": socket_path,
        "unixsocketperm": "700",
        "dir": folder,
        "appendonly": "yes",
        # Written before each reply, and synced by us: with "everysec" the server puts writes off
        # while the disk is busy syncing, and killed then it loses what it has acknowledged.
        "appendfsync": "no",
        "aof-load-truncated": "yes",
        # The default, 64 MB, would make a laptop's start wait for reading that much.
        "auto-aof-rewrite-min-size": "16mb",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [binary, *(word for key, value in settings.items() for word in (f"--{key}", value))]


def die_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent, where it can (Linux).

    Otherwise a server whose keeper was killed would have nobody to end it.
    """
    if sys.platform != "linux":
        return
    try:
        import ctypes  # here, in the short-lived child: it costs the keeper no memory
    except ImportError:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(0)


def first_line(server: Server, socket_path: str) -> Line | None:
    """Wait until the server has read its files and answers; None when it never will."""
    began = time.monotonic()
    deadline = began + START_SECONDS
    while not server.ended() and time.monotonic() < deadline:
        try:
            line = Line(socket_path)
        except OSError:
            time.sleep(0.002)
            continue
        try:
            reply = line.ask(b"PING")
        except OSError:
            reply = b""
        if reply.startswith(b"+PONG"):
            return line
        line.close()
        if reply.startswith(b"-LOADING"):
            deadline = began + LOAD_SECONDS
        time.sleep(0.02)
    return None


def watch(server: Server, first: Line, folder: str, socket_path: str, idle_seconds: float) -> None:
    """Return when the server should end or has: unused, or its folder or socket taken away."""
    line: Line | None = first
    home = identity(folder), identity(socket_path)
    tick = min(TICK_SECONDS, idle_seconds / 4)
    last_used = time.monotonic()
    while not server.ended() and (identity(folder), identity(socket_path)) == home:
        try:
            if line is None:
                line = Line(socket_path)
            elif line.hung_up(tick):
                raise ConnectionResetError
            used = line.clients() > 0
        except OSError:  # most often it is about to end; else too busy to answer, so in use
            if line is not None:
                line.close()
            line, used = None, True
            time.sleep(0.01)
        now = time.monotonic()
        if used:
            last_used = now
        elif now - last_used >= idle_seconds and shut_door(folder) is not None:
            return
        sync(folder)
        trim_log()


def sync(folder: str) -> None:
    """Bring to the disk what the server has appended, for the day the power fails."""
    several = f"{folder}/appendonlydir"  # from 7.0 on; until 6.2 it is one file
    names = [file.path for file in os.scandir(several)] if os.path.isdir(several) else []
    for name in (*names, f"{folder}/appendonly.aof"):
        try:
            file = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            os.fsync(file)
        except OSError as error:
            os.write(2, f"# {name} could not be synced: {error}\n".encode())
        finally:
            os.close(file)


def shut_door(folder: str) -> int | None:
    """Lock users out until this process ends; None when there are some already.

    Returns the lock's descriptor, which nobody closes: whoever comes now waits for our end.
    """
    users = os.open(f"{folder}/users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if try_lock(users):
        return users
    os.close(users)
    return None


def identity(path: str) -> tuple[int, int] | None:
    """Return what stays the same for as long as it is the same file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def trim_log() -> None:
    """Keep the log (our standard error) small. The server appends, so it may go on meanwhile."""
    if os.fstat(2).st_size <= LOG_BYTES:
        return
    newest = os.pread(2, LOG_KEPT_BYTES, os.fstat(2).st_size - LOG_KEPT_BYTES)
    os.ftruncate(2, 0)
    os.write(2, newest)


def try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def say(status: int, word: bytes) -> None:
    try:
        os.write(status, word + b"\n")
    except BrokenPipeError:
        return  # whoever started us is gone; the server is as welcome to the others
    finally:
        os.close(status)


def keep(status: int, idle_seconds: float, folder: str, socket_path: str, binary: str) -> None:
    """Start the server if the folder is free, and stay until it has ended."""
    lock = os.open(f"{folder}/server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not try_lock(lock):
        say(status, b"busy")
        return
    trim_log()
    os.write(2, f"{STARTING} {binary}\n".encode())
    if os.path.lexists(socket_path):
        os.unlink(socket_path)  # left by a killed server: from here, who answers is ours
    server = Server(binary, folder, socket_path, lock)
    try:
        line = first_line(server, socket_path)
        if line is not None:
            say(status, b"ready")
            watch(server, line, folder, socket_path, idle_seconds)
    finally:
        server.end()


def main() -> None:
    """Arguments: descriptor to report to, idle seconds, folder, socket path, server binary."""
    status, idle_seconds, folder, socket_path, binary = sys.argv[1:]
    if os.fork():
        os._exit(0)  # the keeper belongs to nobody, so nobody has to wait for its end
    os.set_inheritable(int(status), False)  # the server must not keep the pipe open
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.chdir("/")
    os.umask(0o077)
    keep(int(status), float(idle_seconds), folder, socket_path, binary)


if __name__ == "__main__":
    main()
