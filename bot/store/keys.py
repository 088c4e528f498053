"""Every Redis key, spelled in one place.

A thread's keys carry the hash tag of its partition, so that each script touches one slot of a Redis
Cluster. What belongs to no thread (a person's usage, a workspace's write budget) has a tag of its
own.
"""

from __future__ import annotations

from urllib.parse import quote
from zlib import crc32

PARTITIONS = 16
"""Fixed for ever: a thread's partition must be the same in every process and every release. Enough
to spread over a cluster's nodes; few enough that asking all of them is one small pipeline."""

WAKE = "parley:wake"
"""Pub/sub: the number of a partition in which a thread is due, now or later."""

CONTROL = "parley:control"
"""Pub/sub: the key of a thread whose running turn has a new flag."""


def partition(thread: str) -> int:
    """Tell which partition the thread with this key belongs to."""
    return crc32(thread.encode()) % PARTITIONS


def base(number: int) -> str:
    """Begin every key of partition `number`; the scripts append the rest."""
    return f"parley:{{{number}}}:"


def heard(platform: str) -> str:
    """Begin every key about what a platform's listeners heard last."""
    return f"parley:{{heard/{platform}}}:"


def budget(workspace: str) -> str:
    """Begin every write-allowance key of one workspace (`platform/workspace`)."""
    return f"parley:{{budget/{quote(workspace, safe='/', errors='replace')}}}:"


def usage(person: str) -> str:
    """Begin every usage key of one person (`platform/workspace/id`)."""
    return f"parley:{{usage/{quote(person, safe='/', errors='replace')}}}:"


def installation(workspace: str) -> str:
    """Begin every key of the installation in one workspace (`platform/workspace`)."""
    return f"parley:{{installation/{quote(workspace, safe='/', errors='replace')}}}:"


def asked(channel: str) -> str:
    """Begin the names of the sets of threads in which a person has asked something in a channel;
    the person's quoted id follows."""
    return f"parley:{{asked/{channel}}}:"


def asked_anywhere(person: str) -> str:
    """Name the set of channels in which a person (`platform/workspace/id`) has asked something."""
    return f"parley:{{asker/{quote(person, safe='/', errors='replace')}}}:channels"


def preferences(person: str) -> str:
    """Name what one person (`platform/workspace/id`) has chosen."""
    return f"parley:{{preferences/{quote(person, safe='/', errors='replace')}}}"


def note(name: str) -> str:
    """Name a small note that an adapter keeps for a while."""
    return f"parley:{{note/{quote(name, safe='/:', errors='replace')}}}"


def workspace(platform: str, id: str) -> str:
    """Spell a workspace as the keys of its threads begin."""
    return f"{quoted(platform)}/{quoted(id)}"


def quoted(id: str) -> str:
    """Spell a stranger's id so that it can neither move a hash slot nor look like another key."""
    return quote(id, safe="", errors="replace")


def review(id: str) -> str:
    """Begin every key of one code review."""
    return f"parley:{{review/{quoted(id)}}}:"


def reviewed(channel: str, message: str) -> str:
    """Name what leads from a message of a channel to the newest review of it, or in it."""
    return f"parley:{{reviewed/{channel}/{quoted(message)}}}"


def reviews_of(thread: str) -> str:
    """Name the set of the reviews in a thread."""
    return f"parley:{{reviews/{thread}}}"


def watch(platform: str) -> str:
    """Begin every key of what is looked at now and then for a platform."""
    return f"parley:{{watch/{quoted(platform)}}}:"
