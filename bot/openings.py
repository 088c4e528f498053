"""Threads that an answer opens: who asked by a command outside of any thread may go on under it.

The platform says where that is (`Receipt.opened`) and the thread is followed from then on. Here,
when the turn ends, the question and its answer become what the thread begins with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.events import person_key
from bot.lease import Lease
from bot.platform import Batch
from bot.store.histories import Histories, to_stored
from bot.turns import Entry


async def begin(lease: Lease, batch: Batch, entries: Sequence[Entry], histories: Histories) -> None:
    """Remember `entries` in the thread that the reply has opened, if it has opened one.

    Done before the turn is finished: after a crash it is done again.
    """
    if lease.opening is None:
        return
    thread, at = lease.opening
    # By the platform's clock: what is said in the thread comes behind them.
    there = [replace(entry, at=at if entry.role == "bot" else at - 1) for entry in entries]
    await lease.join(thread, [to_stored(entry) for entry in there])
    for author in {event.author for event in batch.events}:
        await histories.note_asker(thread.key, thread.channel_key, author.id)
        await histories.note_channel(person_key(thread, author), thread.channel_key)
