"""The inbox against a plain model, with crashes and freezes at every step that a turn has.

Random killing alone once passed three thousand messages over two real bugs; here hypothesis picks
the boundaries, and everything that must always hold is looked at after each step.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.events import (
    Attachment,
    Author,
    Delete,
    Edit,
    Leave,
    Message,
    Relevance,
    Reset,
    Stop,
    ThreadRef,
)
from bot.inbox import Inbox
from bot.lease import LOOK_AFTER_MS
from bot.platform import Controlled, Stored
from bot.second_looks import SecondLook
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.bot.inbox_turns import Place, SteppedTurn
from tests.store_servers import Clock, StoreServer

pytest_plugins = ("tests.store_fixtures",)

THREADS = (
    ThreadRef("slack", "T", "C1", "1"),
    ThreadRef("slack", "T", "C2", "2"),
    ThreadRef("web", "T", "C3", "3"),
)
PLATFORMS = ("slack", "web")
PEOPLE = ("ana", "bob")
EXAMPLES = int(os.environ.get("PARLEY_EXAMPLES", "80"))
CAP, BATCH = 5, 3
"""Small, so that bursts reach them."""

T = TypeVar("T")


@dataclass
class Said:
    """What the model knows of one message."""

    message: Message
    state: str
    """waiting, done, overheard, or gone: dropped, without room, deleted before it was taken."""
    edit: tuple[int, str] | None = None
    deleted: bool = False

    def edited(self, at: int, text: str) -> bool:
        if self.deleted or (self.edit is not None and self.edit[0] > at):
            return False
        self.edit = (at, text)
        return True


class InboxMachine(RuleBasedStateMachine):
    """Rules are what people, platforms, workers and bad luck do."""

    messages: Bundle[str] = Bundle("messages")
    store: Connection
    server: StoreServer
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        boxes = Mailboxes(self.store, 3600, clock=self.clock, cap=CAP, batch_cap=BATCH)
        self.histories = Histories(self.store, 3600)
        self.inbox = Inbox(boxes, self.histories, clock=lambda: self.clock.now / 1000)
        self.said: dict[str, Said] = {}
        self.joined: set[str] = set()
        self.since: dict[str, int] = {}
        """When the first message for the bot was written in a thread."""
        self.remembered: dict[str, dict[str, tuple[int, str]]] = {t.key: {} for t in THREADS}
        self.forgotten: set[str] = set()
        """Reply keys of turns whose thread was reset while they ran."""
        self.place = Place()
        self.answers: dict[str, str] = {}
        self.turns: dict[str, SteppedTurn] = {}
        self.crashed: set[str] = set()
        self.workers = 0
        self.restarts = 0
        self.do(self.store.command("flushall"))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    # -- people ------------------------------------------------------------------------------

    @rule(
        target=messages,
        thread=st.sampled_from(THREADS),
        author=st.sampled_from(PEOPLE),
        at=st.integers(1, 60),
        relevance=st.sampled_from([Relevance.DIRECT, Relevance.DIRECT, *Relevance]),
        files=st.sampled_from(["known", "unknown"]),
    )
    def put(self, thread: ThreadRef, author: str, at: int, relevance: Relevance, files: str) -> str:
        id = f"{len(self.said):03d}"
        message = Message(
            *(id, thread, Author(author, author), f"said {id}", at * 1000 + len(self.said)),
            relevance=relevance,
            attachments_known=files == "known",
        )
        joined = thread.key in self.joined
        waiting = [s for s in self._in(thread) if s.state == "waiting"]
        expected, state = Stored.STORED, "waiting"
        since = self.since.get(thread.key, message.at)
        if relevance is not Relevance.DIRECT and (not joined or message.at < since):
            expected, state = Stored.DROPPED, "gone"
        elif relevance is Relevance.OVERHEARD:
            expected, state = Stored.REMEMBERED, "overheard"
            self.remembered[thread.key][id] = (message.at, message.text)
        elif len(waiting) >= CAP:
            expected, state = Stored.FULL, "gone"
        else:
            self.joined.add(thread.key)
            self.since[thread.key] = min(since, message.at)
        assert self.do(self.inbox.put(message)) is expected
        self.said[id] = Said(message, state)
        return id

    @rule(id=messages, with_files=st.booleans())
    def redeliver(self, id: str, with_files: bool) -> None:
        """The same message again: a repeated event, or its twin that knows the files."""
        said = self.said[id]
        message = said.message
        if with_files and not message.attachments_known:
            file = Attachment("f", "a.txt")
            message = Message(
                *(message.id, message.thread, message.author, message.text, message.at),
                relevance=message.relevance,
                attachments=(file,),
            )
        if said.state == "gone" and not said.deleted:
            return  # dropped or without room: put anew, it may be welcome now
        assert self.do(self.inbox.put(message)) is Stored.KNOWN

    @rule(id=messages)
    def call(self, id: str) -> None:
        """What was only overheard now names the bot."""
        said = self.said[id]
        thread = said.message.thread
        waiting = [s for s in self._in(thread) if s.state == "waiting"]
        if said.state != "overheard" or said.deleted or len(waiting) >= CAP:
            return
        message = replace(said.message, relevance=Relevance.DIRECT)
        assert self.do(self.inbox.put(message)) is Stored.STORED
        self.remembered[thread.key].pop(id, None)
        self.joined.add(thread.key)
        self.since[thread.key] = min(self.since.get(thread.key, message.at), message.at)
        said.message, said.state, said.edit = message, "waiting", None

    @rule(id=messages, at=st.integers(1, 9), number=st.integers(0, 99))
    def edit(self, id: str, at: int, number: int) -> None:
        said = self.said[id]
        text = f"edit {number} of {id}"
        edit = Edit(id, said.message.thread, text, at)
        outcome = self.do(self.inbox.control(edit))
        if said.state == "gone" or (said.state != "waiting" and not self._is_remembered(said)):
            assert outcome is Controlled.NOTHING
            return
        assert outcome is (Controlled.DONE if said.edited(at, text) else Controlled.NOTHING)
        self._note(said)

    @rule(id=messages)
    def delete(self, id: str) -> None:
        said = self.said[id]
        self.do(self.inbox.control(Delete(id, said.message.thread)))
        said.deleted = True
        self.remembered[said.message.thread.key].pop(id, None)
        if said.state == "waiting" and id not in self._frozen(said.message.thread):
            said.state = "gone"

    @rule(thread=st.sampled_from(THREADS), author=st.sampled_from([*PEOPLE, "eve"]))
    def stop(self, thread: ThreadRef, author: str) -> None:
        outcome = self.do(self.inbox.control(Stop(thread, Author(author, author))))
        batch = self._frozen(thread)
        askers = {self.said[id].message.author.id for id in batch}
        if not batch:
            assert outcome is Controlled.NOTHING
        elif author not in askers:
            assert outcome is Controlled.NOT_ALLOWED
        else:
            assert outcome is Controlled.DONE

    @rule(thread=st.sampled_from(THREADS))
    def reset(self, thread: ThreadRef) -> None:
        self.do(self.inbox.control(Reset(thread, Author("ana", "ana"))))
        self.remembered[thread.key].clear()
        if self._frozen(thread):
            self.forgotten.add(thread.key)

    @rule(thread=st.sampled_from(THREADS))
    def leave(self, thread: ThreadRef) -> None:
        self.do(self.inbox.control(Leave(thread, Author("ana", "ana"))))
        self.joined.discard(thread.key)

    # -- workers -----------------------------------------------------------------------------

    @rule(most=st.integers(1, 3))
    def take(self, most: int) -> None:
        """A worker takes what is due."""
        self.workers += 1
        owner = f"w{self.workers}"
        for number in {keys.partition(t.key) for t in THREADS}:
            for lease in self.do(self.inbox.take(number, PLATFORMS, owner, most)).taken:
                for item in lease._taken.items:
                    assert self.said[item.id[2:]].state == "waiting", "answered before"
                for said in lease.batch().events:
                    known = self.said[said.id]
                    assert known.edit is None or known.edit[1] == said.text
                self.turns[f"{owner}/{lease.thread.key}"] = SteppedTurn(lease, self.place)

    @precondition(lambda self: self.turns)
    @rule(data=st.data(), steps=st.integers(1, 12))
    def advance(self, data: st.DataObject, steps: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.turns)))
        for _ in range(steps):
            if not self._step(name):
                return

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.turns)))
        self.turns.pop(name).crash()
        self.crashed.add(name.partition("/")[0])

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def freeze_past_its_lease(self, data: st.DataObject) -> None:
        """Suspend a turn; time passes; somebody else answers; then it goes on as if nothing was."""
        name = data.draw(st.sampled_from(sorted(self.turns)))
        self.turns[name].frozen = True
        self.clock.pass_(16)

    @rule(data=st.data())
    def thaw(self, data: st.DataObject) -> None:
        frozen = sorted(name for name, turn in self.turns.items() if turn.frozen)
        if frozen:
            self.turns[data.draw(st.sampled_from(frozen))].frozen = False

    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        awake = sorted(name for name, turn in self.turns.items() if not turn.frozen)
        if awake:
            lease = self.turns[data.draw(st.sampled_from(awake))].lease
            self.do(lease.renew())

    @rule(data=st.data(), delay=st.integers(0, 20), counted=st.booleans())
    def release(self, data: st.DataObject, delay: int, counted: bool) -> None:
        awake = sorted(name for name, turn in self.turns.items() if not turn.frozen)
        if awake:
            turn = self.turns.pop(data.draw(st.sampled_from(awake)))
            self.do(turn.lease.release(delay, counted=counted))
            turn.crash()

    @rule(seconds=st.integers(1, 40))
    def pass_time(self, seconds: int) -> None:
        self.clock.pass_(seconds)

    @precondition(lambda self: self.crashed)
    @rule()
    def free_the_dead(self) -> None:
        living = {name.partition("/")[0] for name in self.turns}
        dead = self.crashed - living
        self.do(self.inbox.free_dead(lambda owners: set(owners) & dead))

    @precondition(lambda self: self.restarts < 1 and len(self.said) > 3)
    @rule()
    def kill_the_store(self) -> None:
        self.restarts += 1
        self.server.kill()
        self.server.start()

    @rule()
    def look_again(self) -> None:
        for number in {keys.partition(t.key) for t in THREADS}:
            for due in self.do(self.inbox.second_looks(number, PLATFORMS)):
                look = SecondLook.read(due.record)
                thread = look.event.thread.key
                entry = self.do(self.histories.entry(thread, look.parts[0]))
                current = entry is not None and entry.text == look.text
                self.place.tidy(look, current)
                self.do(self.inbox.strike(due, PLATFORMS))

    # -- what must always hold ---------------------------------------------------------------

    @invariant()
    def every_thread_is_as_the_model_says(self) -> None:
        for thread in THREADS:
            self._look(thread)

    def _look(self, thread: ThreadRef) -> None:
        base, key = keys.base(keys.partition(thread.key)), thread.key
        mine = self._in(thread)
        box, due, lease, *seen = self.do(
            self.store.many(
                [
                    ("zrange", f"{base}box:{key}", 0, -1),
                    ("zscore", f"{base}due:{thread.platform}", key),
                    ("hget", f"{base}leases", key),
                    *(("get", self._seen(s)) for s in mine),
                ]
            )
        )
        assert not box or due is not None, "a mailbox that is not empty is never due"
        assert sorted(box) == sorted(f"m:{s.message.id}" for s in mine if s.state == "waiting")
        for said, identity in zip(mine, seen, strict=True):
            if said.state == "waiting" and not said.deleted:
                assert identity == "waiting"
            elif said.state == "overheard" and not said.deleted:
                assert identity == "heard"
            elif said.state in ("done", "overheard") or said.deleted:
                assert identity == "done"
        fence = lease.partition("|")[0] if lease else None
        holders = [t for t in self._turns_of(thread) if t.lease._taken.fence == fence]
        assert len(holders) <= 1, "two hold the thread"
        now = self.clock.now / 1000
        sure = [t for t in self._turns_of(thread) if now < t.lease._deadline]
        assert len(sure) <= 1, "two believe that they hold the thread"
        history = self.do(self.histories.load(key, 10**6))
        expected = sorted(self.remembered[key].items(), key=lambda one: (one[1][0], one[0]))
        assert [(e.id, e.text) for e in history.entries] == [(id, t) for id, (_, t) in expected]

    def teardown(self) -> None:
        """Let everything come to rest; then each accepted message has one whole answer."""
        try:
            self._settle()
        finally:
            for turn in self.turns.values():
                turn.crash()
            self.turns.clear()

    def _settle(self) -> None:
        for turn in self.turns.values():
            turn.frozen = False
        for _ in range(60):
            while self.turns:
                name = next(iter(self.turns))
                while self._step(name):
                    pass
            if all(s.state != "waiting" for s in self.said.values()):
                break
            self.clock.pass_(21)
            self.take(3)
        assert all(s.state != "waiting" for s in self.said.values()), "a message is never answered"
        for _ in range(3):
            self.clock.pass_(LOOK_AFTER_MS / 1000 + 60)
            self.look_again()
        for thread in THREADS:
            self._look(thread)
        for key, text in self.answers.items():
            posts = [
                p for p in self.place.find(key) if not (p.orphan and key in self.place.looked_at)
            ]
            if key in self.place.disturbed:
                continue
            assert [p.text for p in posts] == ([text] if text else []), "not one whole answer"
        stray = {post.key for post in self.place.posts.values()} - set(self.answers)
        assert not stray, "a post of a turn that never ended"

    # -- helpers -----------------------------------------------------------------------------

    def _step(self, name: str) -> bool:
        """Let a turn go one step further; False when it cannot."""
        turn = self.turns[name]
        if turn.frozen:
            return False
        owned = self._owns(turn)
        writes = turn.at in ("taken", "posted", "finishing", "recorded", "round")
        self.do(turn.step())
        if turn.finished is not None and turn.at == "finished" and not turn.over:
            assert owned, "a zombie has finished a turn"
            self._finished(turn)
        elif writes and not owned:
            # What an earlier attempt has recorded need not be written again.
            free = ("recorded", "round", *(("answered",) if turn.lease.answer else ()))
            assert turn.over or turn.at in free, "a zombie has written"
        if turn.at in ("before post", "before edit") and not turn.over:
            assert owned, "a zombie was let through to the platform"
        if turn.over or turn.at == "finished":
            del self.turns[name]
            return False
        return True

    def _finished(self, turn: SteppedTurn) -> None:
        lease = turn.lease
        thread = lease.thread
        for item in lease._taken.items:
            said = self.said[item.id[2:]]
            assert said.state == "waiting", "answered twice"
            said.state = "done"
        forget = thread.key in self.forgotten
        self.forgotten.discard(thread.key)
        for entry in turn.finished or ():
            if not forget:
                self.remembered[thread.key][entry.id] = (entry.at, entry.text)
        for item in lease._taken.items:
            said = self.said[item.id[2:]]
            if said.deleted:
                self.remembered[thread.key].pop(said.message.id, None)
            else:
                self._note(said)
        texts = [entry.text for entry in turn.finished or () if entry.role == "bot"]
        self.answers[lease.key] = texts[0] if texts else ""

    def _note(self, said: Said) -> None:
        known = self.remembered[said.message.thread.key]
        id = said.message.id
        if id in known and said.edit is not None:
            known[id] = (known[id][0], said.edit[1])

    def _owns(self, turn: SteppedTurn) -> bool:
        thread = turn.lease.thread.key
        lease = self.do(
            self.store.command("hget", f"{keys.base(keys.partition(thread))}leases", thread)
        )
        return bool(lease) and lease.partition("|")[0] == turn.lease._taken.fence

    def _frozen(self, thread: ThreadRef) -> list[str]:
        base = keys.base(keys.partition(thread.key))
        batch = self.do(self.store.command("hget", f"{base}turn:{thread.key}", "batch"))
        return [item[2:] for item in json.loads(batch or "[]")]

    def _is_remembered(self, said: Said) -> bool:
        return said.message.id in self.remembered[said.message.thread.key]

    def _in(self, thread: ThreadRef) -> list[Said]:
        return [s for s in self.said.values() if s.message.thread == thread]

    def _turns_of(self, thread: ThreadRef) -> list[SteppedTurn]:
        return [t for t in self.turns.values() if t.lease.thread == thread]

    def _seen(self, said: Said) -> str:
        thread = said.message.thread.key
        scope = thread.rpartition("/")[0]
        return f"{keys.base(keys.partition(thread))}seen:{scope}:m:{said.message.id}"


@pytest.fixture
def machine(store_server: StoreServer) -> Iterator[type[InboxMachine]]:
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(Connection.open(store_server.url))

    class Bound(InboxMachine):
        pass

    Bound.loop, Bound.store, Bound.server = loop, connection, store_server
    yield Bound
    loop.run_until_complete(connection.close())
    loop.close()


def test_whatever_happens_each_message_has_one_answer_and_history_is_true(
    machine: type[InboxMachine],
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
