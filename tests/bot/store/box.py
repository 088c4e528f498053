"""One thread's mailbox in the words of the tests: what one would write by hand, and no more."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot import turns
from bot.store import keys
from bot.store.histories import Histories
from bot.store.mailboxes import Ending, Files, Mailboxes, Remembered, Taken

LEASE_MS = 15_000


@dataclass
class Box:
    """A thread. Messages are named by their platform's id, which is also their time."""

    mailboxes: Mailboxes
    histories: Histories
    thread: str = "slack/T1/C1/100"

    @property
    def partition(self) -> int:
        return keys.partition(self.thread)

    async def put(
        self,
        id: str = "1",
        author: str = "ana",
        *,
        relevance: str = "direct",
        alone: bool = False,
        text: str = "",
        files: Files = Files.NONE,
        begins: bool = False,
    ) -> str:
        entry = turns.encode(said(id, text or f"said {id}", author, overheard=True))
        return await self.mailboxes.put(
            self.thread,
            f"{'c' if alone else 'm'}:{id}",
            int(id),
            text or f"asked {id}",
            alone=alone,
            author=author,
            relevance=relevance,
            entry=entry if relevance == "overheard" else "",
            files=files,
            begins=begins,
        )

    async def take(self, owner: str = "me", platforms: tuple[str, ...] = ("slack",)) -> Taken:
        taken = await self.take_if_due(owner, platforms)
        assert taken is not None, "nothing is due"
        return taken

    async def take_if_due(
        self, owner: str = "me", platforms: tuple[str, ...] = ("slack",)
    ) -> Taken | None:
        found = await self.mailboxes.take(self.partition, platforms, owner, LEASE_MS, 10)
        mine = [one for one in found.threads if one.thread == self.thread]
        return mine[0] if mine else None

    async def finish(self, taken: Taken, *entries: turns.Entry, **ending: object) -> bool:
        written = tuple(Remembered(e.id, e.at, turns.encode(e)) for e in entries)
        return await self.mailboxes.finish(
            self.thread,
            taken.fence,
            Ending(written, **ending),  # type: ignore[arg-type]
        )

    async def answer(self, taken: Taken, text: str = "answer") -> bool:
        """Finish a turn as a worker does: its questions as they were taken, and one answer."""
        asked = [item for item in taken.items if not item.deleted]
        newest = int(asked[-1].id[2:]) if asked else 0
        questions = [
            said(i.id[2:], json.loads(i.change)["text"] if i.change else i.value) for i in asked
        ]
        reply = turns.Entry(f"r{newest}", "bot", text, newest + 1, asked_by=("ana",))
        return await self.finish(taken, *questions, reply)

    async def edit(self, id: str, text: str, at: int = 1, *, direct: bool = False) -> str:
        change = json.dumps({"text": text})
        return await self.mailboxes.edit(self.thread, id, at, change, direct=direct)

    async def delete(self, id: str) -> str:
        return await self.mailboxes.delete(self.thread, id)

    async def remembered(self) -> list[str]:
        history = await self.histories.load(self.thread, 1_000_000)
        return [entry.text for entry in history.entries]


def said(id: str, text: str, author: str = "ana", *, overheard: bool = False) -> turns.Entry:
    return turns.Entry(id, "person", text, int(id), author, overheard=overheard)


def ids(taken: Taken) -> list[str]:
    return [item.id[2:] for item in taken.items]
