"""The inbox is what listeners put into: each kind of event does what it says, at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.errors import StoreUnavailable
from bot.events import (
    Attachment,
    Author,
    Command,
    Delete,
    Edit,
    Feedback,
    Leave,
    Message,
    Regenerate,
    Relevance,
    Reset,
    Stop,
    ThreadRef,
)
from bot.inbox import Inbox, item_id
from bot.platform import Controlled, Stored
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.store_servers import HERE, StoreServer

pytest_plugins = ("tests.store_fixtures",)

THREAD = ThreadRef("slack", "T", "C", "1")
ANA = Author("ana", "Ana")
MESSAGE = Message("m1", THREAD, ANA, "hello", 1_000)


@pytest.fixture
def heard() -> list[Feedback]:
    return []


@pytest.fixture
def inbox(store: Connection, histories: Histories, heard: list[Feedback]) -> Inbox:
    return Inbox(Mailboxes(store, 3600), histories, heard.append)


async def take(inbox: Inbox, thread: ThreadRef = THREAD) -> list[str]:
    """Take and finish a thread's batch; returns the texts."""
    found = await inbox.take(keys.partition(thread.key), ["slack"], "me", 5)
    texts = []
    for lease in found.taken:
        texts += [event.text for event in lease.batch().events if not isinstance(event, Regenerate)]
        await lease.finish([])
    return texts


async def test_each_kind_of_event_has_its_own_identity(inbox: Inbox) -> None:
    command = Command("m1", THREAD, ANA, "ask", "hello", 1_000)
    again = Regenerate("m1", THREAD, ANA, "answer", 1_000)
    for event in (MESSAGE, command, again):
        assert await inbox.put(event) is Stored.STORED
        assert await inbox.put(event) is Stored.KNOWN
    assert {item_id(e) for e in (MESSAGE, command, again)} == {"m:m1", "c:m1", "r:m1"}


async def test_the_mention_and_the_message_are_one_with_the_files_of_both(inbox: Inbox) -> None:
    file = Attachment("F1", "notes.txt", "text/plain", 5)
    mention = replace(MESSAGE, attachments_known=False)
    message = replace(MESSAGE, attachments=(file,))
    assert await inbox.put(mention) is Stored.STORED
    assert await inbox.put(message) is Stored.KNOWN
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    (event,) = lease.batch().events
    assert isinstance(event, Message)
    assert (event.attachments, event.attachments_known) == ((file,), True)


async def test_what_is_overheard_is_remembered_as_such(inbox: Inbox, histories: Histories) -> None:
    await inbox.put(MESSAGE)
    await take(inbox)
    aside = replace(MESSAGE, id="m2", text="psst", relevance=Relevance.OVERHEARD, mentions=("bob",))
    assert await inbox.put(aside) is Stored.REMEMBERED
    (entry,) = (await histories.load(THREAD.key, 999)).entries
    assert (entry.text, entry.overheard, entry.mentions) == ("psst", True, ("bob",))
    assert await take(inbox) == []


async def test_an_edit_brings_text_and_files_to_a_waiting_message(inbox: Inbox) -> None:
    file = Attachment("F1", "notes.txt")
    await inbox.put(replace(MESSAGE, mentions=("U1",)))
    edit = Edit("m1", THREAD, "new \ud83d", 5, (file,), ("U2",))  # with half a character
    assert await inbox.control(edit) is Controlled.DONE
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    (event,) = lease.batch().events
    assert isinstance(event, Message)
    assert (event.text, event.attachments) == ("new \ufffd", (file,))
    assert event.mentions == ("U1", "U2")


async def test_a_message_with_half_a_character_is_stored(inbox: Inbox) -> None:
    broken = replace(MESSAGE, id="\udc00", author=Author("\ud83d", "\ud83d"), text="hi \ud83d")
    assert await inbox.put(broken) is Stored.STORED
    assert await inbox.put(broken) is Stored.KNOWN
    assert await take(inbox) == ["hi \ufffd"]


async def test_controls_say_what_became_of_them(inbox: Inbox, heard: list[Feedback]) -> None:
    assert await inbox.control(Edit("m1", THREAD, "new", 5)) is Controlled.NOTHING
    assert await inbox.control(Delete("m1", THREAD)) is Controlled.NOTHING
    assert await inbox.control(Stop(THREAD, ANA)) is Controlled.NOTHING
    assert await inbox.control(Leave(THREAD, ANA)) is Controlled.NOTHING
    assert await inbox.control(Reset(THREAD, ANA)) is Controlled.NOTHING
    thumb = Feedback("a1", THREAD, ANA, 1)
    assert await inbox.control(thumb) is Controlled.DONE
    assert await inbox.control(thumb) is Controlled.NOTHING
    assert heard == [thumb]
    await inbox.put(replace(MESSAGE, id="m2"))
    assert await inbox.control(Leave(THREAD, ANA)) is Controlled.DONE
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    assert await inbox.control(Stop(THREAD, Author("eve", "Eve"))) is Controlled.NOT_ALLOWED
    assert await inbox.control(Stop(THREAD, ANA)) is Controlled.DONE
    await lease.renew()
    assert lease.stop.is_set()


async def test_a_reset_of_a_channel_reaches_all_threads_in_which_one_has_asked(
    inbox: Inbox, histories: Histories
) -> None:
    threads = [ThreadRef("slack", "T", "C", str(n)) for n in range(3)]
    for number, thread in enumerate(threads):
        await inbox.put(replace(MESSAGE, id=f"m{number}", thread=thread))
        await take(inbox, thread)
        for author in ("ana", "bob"):
            said = Message(f"{author}{number}", thread, Author(author, author), author, 5_000)
            await inbox.put(replace(said, relevance=Relevance.OVERHEARD))
    for thread in threads[:2]:
        await histories.note_asker(thread.key, thread.channel_key, "ana")
    reset = Reset(ThreadRef("slack", "T", "C"), ANA, whole_channel=True)
    assert await inbox.control(reset) is Controlled.DONE
    left = [[e.text for e in (await histories.load(t.key, 999)).entries] for t in threads]
    assert left == [["bob"], ["bob"], ["ana", "bob"]]


async def test_a_set_aside_batch_is_listed_and_replayed_as_it_reads_now(inbox: Inbox) -> None:
    await inbox.put(MESSAGE)
    await inbox.put(replace(MESSAGE, id="m2", text="second", at=2_000))
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    await inbox.control(Edit("m1", THREAD, "edited", 5))
    await lease.release(0, counted=False)
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    await lease.set_aside("why not", 1_800_000_000_000)
    (aside,) = [one async for one in inbox.set_aside()]
    assert (aside.thread, aside.reason, aside.at_ms) == (THREAD, "why not", 1_800_000_000_000)
    assert await take(inbox) == []
    assert await inbox.replay(aside) == 2
    assert await inbox.replay(aside) == 0
    assert await inbox.put(MESSAGE) is Stored.KNOWN
    assert await take(inbox) == ["edited", "second"]


async def test_everything_a_listener_waits_for_is_soon_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("bot.inbox", "bot.store.connection"):
        monkeypatch.setattr(f"{module}.ACKNOWLEDGE_WITHIN", 0.2)
    server = StoreServer(next(iter(HERE.values())))
    server.start()
    connection = await Connection.open(server.url)
    inbox = Inbox(Mailboxes(connection, 60), Histories(connection, 60))
    server.freeze()
    try:
        for call in (
            inbox.put(MESSAGE),
            inbox.control(Reset(THREAD, ANA)),
            inbox.control(Leave(THREAD, ANA)),
            inbox.control(Stop(THREAD, ANA)),
        ):
            with pytest.raises(StoreUnavailable, match="in time"):
                await call
    finally:
        server.thaw()
        await connection.close()
        server.close()


async def test_records_are_plain_json(inbox: Inbox, store: Connection) -> None:
    """An operator may read them with any tool."""
    await inbox.put(MESSAGE)
    (lease,) = (await inbox.take(keys.partition(THREAD.key), ["slack"], "me", 5)).taken
    await lease.set_aside("why", 5)
    (record,) = await store.command(
        "lrange", f"{keys.base(keys.partition(THREAD.key))}aside", 0, -1
    )
    assert set(json.loads(record)) == {"thread", "reason", "at", "items", "events"}
