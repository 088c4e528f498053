"""A turn ends in an answer, an honest sentence or another attempt; never in nothing or in two."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import pytest

from bot import setbacks, worker
from bot.errors import (
    PlatformGone,
    PlatformRefused,
    PlatformRejected,
    PlatformTemporary,
    StoreUnavailable,
)
from bot.events import Author, Delete, Edit, Stop, ThreadRef
from bot.models.scripted import Moment
from bot.platform import Controlled
from bot.second_looks import SecondLook
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories
from tests.bot.crew import Crew
from tests.bounds import PATIENCE
from tests.fakes import NAME
from tests.store_servers import StoreServer

pytest_plugins = ("tests.store_fixtures",)

THREAD = ThreadRef(NAME, "w", "c", "t")
PARTITION = keys.partition(THREAD.key)


@pytest.fixture
def crew(store: Connection) -> Crew:
    return Crew(store)


class Gate:
    """A model that says something, and waits before it says the rest."""

    def __init__(self, first: str = "Half ") -> None:
        self.first = first
        self.open = asyncio.Event()

    def __call__(self, asked: str) -> Sequence[Moment]:
        return (
            [self.first, self.open, f"and all of {asked[-8:]}"]
            if self.first
            else [self.open, f"all of {asked[-8:]}"]
        )


def failing(crew: Crew, call: str, *faults: BaseException) -> list[str]:
    """Let the next calls of a kind fail; returns the calls as they happen."""
    left, calls = list(faults), []

    async def hook(name: str, text: str) -> None:
        calls.append(name)
        if name == call and left:
            raise left.pop(0)

    crew.platform.hook = hook
    return calls


# -- the plain path --------------------------------------------------------------------------


async def test_a_message_is_answered_and_remembered(crew: Crew) -> None:
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    assert len(crew.visible()) == 1
    assert "hello" in crew.visible()[0]
    assert await crew.history() == ["hello", crew.visible()[0]]


async def test_what_waits_while_a_thread_is_answered_is_answered_together(crew: Crew) -> None:
    gate = crew.speak = Gate()
    async with crew.working(2):
        await crew.say("first")
        await crew.until(crew.visible)
        for text in ("second", "third", "fourth"):
            await crew.say(text, author=Author(text, text.title()))
        gate.open.set()
        await crew.idle()
    assert len(crew.asked) == 2
    shown = str(crew.model.requests[1].messages)
    assert all(text in shown for text in ("second", "third", "fourth"))
    assert len(crew.visible()) == 2


async def test_a_slow_thread_holds_up_no_other(crew: Crew) -> None:
    gate = Gate()
    crew.speak = lambda asked: gate(asked) if "slow" in asked else [f"quick {asked}"]
    async with crew.working():
        await crew.say("slow", "slow")
        for n in range(20):
            await crew.say(f"n{n}", f"quick{n}")
        await crew.until(lambda: all(crew.visible(f"quick{n}") for n in range(20)))
        assert crew.visible("slow") == ["Half "] or crew.visible("slow") == ["Half"]
        gate.open.set()
        await crew.idle()


async def test_a_burst_beyond_the_cap_is_told_of_once(crew: Crew) -> None:
    crew.mailboxes.cap = 3
    for n in range(5):
        await crew.inbox.put(crew.message(f"n{n}"))
    async with crew.working():
        await crew.idle()
        await crew.say("later")
        await crew.idle()
    first, second = crew.visible()
    assert "2" in first.removeprefix("You said:").replace("n2", "")
    assert "n4" not in "".join(crew.asked)
    assert len(second) < len(first)


# -- faults of the platform ------------------------------------------------------------------


async def test_a_platform_that_fails_for_a_while_gets_the_recorded_answer_later(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.05 * tries)
    crew.speak = lambda asked: ["One ", 0.1, "answer"]
    failing(crew, "edit", *(PlatformTemporary("503") for _ in range(4)))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    assert crew.visible() == ["One answer"]
    assert len(crew.asked) == 1


async def test_a_retry_waits_as_long_as_the_platform_says(crew: Crew) -> None:
    failing(crew, "post", *(PlatformTemporary("429", retry_after=77.0) for _ in range(9)))
    async with crew.working():
        await crew.say("hello")
        name = f"{keys.base(PARTITION)}due:{NAME}"
        async with asyncio.timeout(PATIENCE):
            later = (time.time() + 60) * 1000
            while await crew.store.command("zscore", name, THREAD.key) < later:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert crew.visible() == []


async def test_a_turn_that_waits_for_its_platform_counts_its_asker_once(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.02)
    failing(crew, "post", *(PlatformTemporary("503") for _ in range(6)))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    (name,) = await crew.store.command("keys", "*usage*turns")
    assert await crew.store.command("get", name) == "1"


async def test_a_platform_that_refuses_us_gets_the_answer_once_it_takes_us_again(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.02)
    failing(crew, "post", *(PlatformRefused("invalid_auth") for _ in range(12)))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
        assert [one async for one in crew.inbox.set_aside()] == []
    assert len(crew.visible()) == 1


async def test_words_that_a_platform_does_not_take_give_way_to_a_sentence(crew: Crew) -> None:
    failing(crew, "edit", PlatformRejected("a harmful link"))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    (post,) = crew.visible()
    assert "did not take my answer" in post
    assert await crew.history() == ["hello", post]


async def test_where_no_words_are_taken_the_mailbox_moves_on(crew: Crew) -> None:
    failing(crew, "post", *(PlatformRejected("nothing") for _ in range(2)))
    async with crew.working():
        await crew.say("lost")
        await crew.idle()
        await crew.say("found")
        await crew.idle()
    assert len(crew.visible()) == 1


async def test_a_platform_that_refuses_us_for_long_has_the_batch_set_aside(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.02)
    monkeypatch.setattr(setbacks, "PATIENCE_SECONDS", 0.1)
    failing(crew, "post", *(PlatformRefused("missing_scope") for _ in range(99)))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
        (aside,) = [one async for one in crew.inbox.set_aside()]
        assert "missing_scope" in aside.reason
        failing(crew, "none")
        assert await crew.inbox.replay(aside) == 1
        assert await crew.inbox.replay(aside) == 0
        await crew.idle()
    assert len(crew.visible()) == 1


async def test_where_nobody_can_be_answered_the_mailbox_moves_on(crew: Crew) -> None:
    failing(crew, "post", PlatformGone("channel_not_found"))
    async with crew.working():
        await crew.say("lost")
        await crew.idle()
        await crew.say("found")
        await crew.idle()
    assert len(crew.visible()) == 1
    assert [one async for one in crew.inbox.set_aside()] == []


async def test_a_platform_that_fails_for_half_a_day_is_given_up(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.02)
    failing(crew, "post", *(PlatformTemporary("503") for _ in range(99)))
    now = setbacks.now_ms()
    times = iter([now, now, now])
    monkeypatch.setattr(setbacks, "now_ms", lambda: next(times, now + 13 * 3600 * 1000))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    (aside,) = [one async for one in crew.inbox.set_aside()]
    assert "503" in aside.reason


# -- crashes ---------------------------------------------------------------------------------


async def crashes(crew: Crew, times: int) -> None:
    """Let the thread be taken by workers that die at once."""
    for _ in range(times):
        found = await crew.inbox.take(PARTITION, [NAME], "dead", 5)
        assert found.taken
        await crew.kill()


async def test_a_batch_that_crashes_its_workers_is_set_aside_with_a_sentence(crew: Crew) -> None:
    await crew.say("poison", author=Author("ana", "Ana", locale="zh-CN"))
    await crashes(crew, 6)
    async with crew.working():
        await crew.idle()
        await crew.say("something else")
        await crew.idle()
    apology, answer = crew.visible()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in apology)
    assert "something else" in answer
    (aside,) = [one async for one in crew.inbox.set_aside()]
    assert aside.reason == "too many attempts"
    assert "poison" in aside.events[0]


async def test_one_attempt_less_is_still_answered(crew: Crew) -> None:
    await crew.say("unlucky")
    await crashes(crew, 5)
    async with crew.working():
        await crew.idle()
    assert "unlucky" in crew.visible()[0]


async def test_an_apology_that_crashes_too_is_not_tried_for_ever(crew: Crew) -> None:
    await crew.say("poison")
    await crashes(crew, 8)
    calls = failing(crew, "none")
    async with crew.working():
        await crew.idle()
    assert calls == []
    assert len([one async for one in crew.inbox.set_aside()]) == 1


async def test_an_apology_waits_for_its_platform(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.02)
    await crew.say("poison")
    await crashes(crew, 6)
    failing(crew, "post", PlatformTemporary("503"), PlatformTemporary("503"))
    async with crew.working():
        await crew.idle()
    assert len(crew.visible()) == 1
    assert len([one async for one in crew.inbox.set_aside()]) == 1


async def test_a_bug_is_tried_again_and_then_apologised_for(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "backoff", lambda tries: 0.01)
    failing(crew, "post", *(ValueError("a bug") for _ in range(6)))
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    assert len(crew.visible()) == 1
    assert "hello" not in crew.visible()[0]


async def test_the_dead_owners_of_a_restart_are_freed_at_once(crew: Crew) -> None:
    await crew.say("hello")
    await crew.inbox.take(PARTITION, [NAME], "dead", 5)
    assert await crew.inbox.free_dead(lambda owners: set(owners) & {"dead"}) == 1
    async with crew.working():
        await crew.idle()
    assert len(crew.visible()) == 1


async def test_a_store_that_goes_away_in_the_middle_is_no_failed_attempt(
    store_server: StoreServer, crew: Crew
) -> None:
    gate = crew.speak = Gate()
    async with crew.working():
        await crew.say("hello")
        await crew.until(crew.visible)
        store_server.kill()
        gate.open.set()
        await asyncio.sleep(0.5)
        store_server.start()
        await crew.until(lambda: "and all of" in "".join(crew.visible()))
        await crew.idle()
    assert len(crew.visible()) == 1
    assert (await crew.history())[1] == crew.visible()[0]


async def test_a_turn_that_the_store_left_is_given_back_uncounted(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STORE_RETRY_SECONDS", 0.02)
    faults = [StoreUnavailable("away")] * 3

    async def failing(*_: object) -> None:
        if faults:
            raise faults.pop()

    monkeypatch.setattr(Histories, "note_asker", failing)
    taken: list[int] = []

    async def hook(name: str, text: str) -> None:
        turn = await crew.store.command("hgetall", f"{keys.base(PARTITION)}turn:{THREAD.key}")
        taken.append(int(turn["attempts"]))

    crew.platform.hook = hook
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    assert len(crew.visible()) == 1
    assert set(taken) == {1}


# -- events that cannot be read --------------------------------------------------------------


async def spoil(crew: Crew, id: str, body: str) -> None:
    name = f"{keys.base(PARTITION)}items:{THREAD.key}"
    await crew.store.command("hset", name, f"m:{id}", f"m1ana\n{body}")


async def test_an_unreadable_event_is_apologised_for_and_set_aside(crew: Crew) -> None:
    message = await crew.say("hello")
    await spoil(crew, message.id, '{"v":1,"kind":"unheard of","event":{}}')
    async with crew.working():
        await crew.idle()
    assert len(crew.visible()) == 1
    (aside,) = [one async for one in crew.inbox.set_aside()]
    assert aside.reason == "unreadable"
    assert await crew.inbox.replay(aside) == 0
    assert len([one async for one in crew.inbox.set_aside()]) == 1  # it stays for an operator


async def test_an_unreadable_event_takes_no_other_with_it(crew: Crew) -> None:
    broken = await crew.say("broken")
    await crew.say("readable")
    await spoil(crew, broken.id, "not json")
    async with crew.working():
        await crew.idle()
    assert len(crew.visible()) == 1
    assert "readable" in crew.visible()[0]
    (aside,) = [one async for one in crew.inbox.set_aside()]
    assert aside.items == (f"m:{broken.id}",)


async def test_an_event_of_a_newer_release_is_left_untouched(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "NEWER_DELAY", 0.05)
    message = await crew.say("hello")
    newer = '{"v":2,"kind":"message","event":{"telepathy":1}}'
    await spoil(crew, message.id, newer)
    turn: dict[str, str] = {}
    async with crew.working():
        async with asyncio.timeout(PATIENCE):
            while int(turn.get("takes", 0)) <= 2:
                name = f"{keys.base(PARTITION)}turn:{THREAD.key}"
                turn = await crew.store.command("hgetall", name)
        assert crew.visible() == []
        (item,) = await crew.mailboxes.reread(THREAD.key, [f"m:{message.id}"])
        assert item.value == newer
        assert int(turn["attempts"]) <= 1


# -- people change their minds ---------------------------------------------------------------


async def test_stop_reaches_the_worker_in_whichever_process_it_is(
    crew: Crew,
) -> None:
    crew.speak = Gate("As far as this ")
    async with crew.working(2):
        await crew.say("go on for ever")
        await crew.until(crew.visible)
        stop = Stop(THREAD, Author("ana", "Ana"))
        assert await crew.inbox.control(stop) is Controlled.DONE
        await crew.until(lambda: crew.model.closed == 1)
        await crew.idle()
    (text,) = crew.visible()
    assert text.startswith("As far as this")
    assert "stopped" in text
    assert (await crew.history())[1].startswith("As far as this")


async def test_a_question_edited_before_its_answer_shows_is_answered_in_its_new_form(
    crew: Crew,
) -> None:
    gate = crew.speak = Gate("")
    async with crew.working():
        message = await crew.say("old form")
        await crew.until(lambda: crew.asked)
        await crew.inbox.control(Edit(message.id, THREAD, "new form", 5))
        await crew.until(lambda: len(crew.asked) == 2)
        gate.open.set()
        await crew.idle()
    assert crew.visible() == ["all of new form"]
    assert (await crew.history())[0] == "new form"
    (name,) = await crew.store.command("keys", "*usage*turns")
    assert await crew.store.command("get", name) == "1"


async def test_a_question_edited_after_its_answer_shows_keeps_it(crew: Crew) -> None:
    gate = crew.speak = Gate()
    async with crew.working():
        message = await crew.say("old form")
        await crew.until(crew.visible)
        await crew.inbox.control(Edit(message.id, THREAD, "new form", 5))
        await asyncio.sleep(0.1)
        gate.open.set()
        await crew.idle()
    assert len(crew.asked) == 1
    assert crew.visible() == ["Half and all of old form"]
    assert (await crew.history())[0] == "new form"


async def test_a_question_deleted_while_it_is_answered_takes_the_answer_with_it(
    crew: Crew,
) -> None:
    crew.speak = Gate()
    async with crew.working():
        message = await crew.say("never mind")
        await crew.until(crew.visible)
        await crew.inbox.control(Delete(message.id, THREAD))
        await crew.idle()
    assert crew.visible() == []
    assert await crew.history() == []
    assert crew.model.closed == 1


async def test_one_of_several_questions_deleted_leaves_the_answer_to_the_others(
    crew: Crew,
) -> None:
    gate = crew.speak = Gate()
    first = await crew.say("never mind")
    await crew.say("do mind!")
    async with crew.working():
        await crew.until(crew.visible)
        await crew.inbox.control(Delete(first.id, THREAD))
        await asyncio.sleep(0.1)
        gate.open.set()
        await crew.idle()
    assert len(crew.visible()) == 1
    assert (await crew.history())[0] == "do mind!"


# -- workers come and go ---------------------------------------------------------------------


async def test_a_worker_that_drains_hands_over_in_time_and_nothing_is_doubled(
    crew: Crew,
) -> None:
    gate = crew.speak = Gate()
    async with crew.worker(drain=0.2):
        await crew.say("hand me over")
        await crew.until(crew.visible)
    gate.open.set()
    async with crew.working():
        await crew.idle()
    assert len(crew.visible()) == 1
    assert crew.visible()[0].startswith("Half and all of")
    assert len(crew.platform.posts) == 1


async def test_a_lease_lost_in_the_middle_leaves_one_answer(crew: Crew) -> None:
    gate = crew.speak = Gate()
    async with crew.worker():
        await crew.say("whose is it")
        await crew.until(crew.visible)
        crew.speak = lambda asked: ["The successor's"]
        async with crew.worker() as successor:
            first = crew.dispatchers[0]
            first._draining = True  # it looks for nothing more
            await crew.kill()
            successor.wake(PARTITION)
            await crew.until(lambda: crew.visible() == ["The successor's"])
            gate.open.set()
            await crew.until(lambda: not first.active and not successor.active)
    # Its lease was not over by its own clock: what it still wrote is put right by the later look.
    for record in await checks(crew):
        await crew.workers[0].look_again(record)
    assert crew.visible() == ["The successor's"]
    assert (await crew.history())[1] == "The successor's"


@pytest.mark.parametrize("boundary", ["post", "posted", "edit", "edited"])
async def test_frozen_at_a_call_and_come_back_late_it_leaves_one_answer(
    crew: Crew, boundary: str
) -> None:
    """A process that is suspended does not know it: it goes on with what it was about to do."""
    frozen, thawed = asyncio.Event(), asyncio.Event()

    async def hook(name: str, text: str) -> None:
        if name == boundary and not frozen.is_set():
            frozen.set()
            await thawed.wait()

    crew.platform.hook = hook
    crew.speak = lambda asked: ["One ", 0.1, f"by {len(crew.asked)}"]
    async with crew.worker() as zombie:
        await crew.say("who answers")
        await frozen.wait()
        async with crew.worker() as successor:
            zombie._draining = True
            await crew.kill()
            successor.wake(PARTITION)
            await crew.idle()
            thawed.set()
            await crew.until(lambda: not zombie.active)
    # What a zombie wrote over is put right by the later look.
    later = await checks(crew)
    assert len(later) == 1
    for record in later:
        assert await crew.workers[0].look_again(record)
    assert len(crew.visible()) == 1
    assert crew.visible()[0] == (await crew.history())[1]


async def checks(crew: Crew) -> list[str]:
    name = f"{keys.base(PARTITION)}checks:{NAME}"
    members = await crew.store.command("zrange", name, 0, -1)
    return [member.partition("\n")[2] for member in members]


async def test_a_later_look_does_not_bring_back_what_was_changed_since(crew: Crew) -> None:
    message = await crew.say("hello")
    await crashes(crew, 1)
    async with crew.working():
        await crew.idle()
        (record,) = await checks(crew)
        (post,) = crew.platform.posts.values()
        post.text = "given anew"
        entry = await crew.histories.entry(THREAD.key, post.id)
        assert entry is not None
        await crew.inbox.control(Delete(post.id, THREAD))
        assert await crew.workers[0].look_again(record)
        assert post.text == "given anew"
        assert message.id in SecondLook.read(record).write()


async def test_a_later_look_that_fails_for_now_is_asked_for_again(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crew.say("hello")
    await crashes(crew, 1)
    faults = [PlatformTemporary("503"), PlatformGone("gone")]

    async def tidy(*_: object) -> None:
        raise faults.pop(0)

    async with crew.working():
        await crew.idle()
        (record,) = await checks(crew)
        monkeypatch.setattr(crew.platform, "tidy", tidy)
        assert not await crew.workers[0].look_again(record)
        assert await crew.workers[0].look_again(record)
        assert not await crew.workers[0].look_again(
            json.dumps(
                {"key": "k", "event": '{"v":9,"kind":"x","event":{}}', "parts": [], "text": ""}
            )
        )
        assert await crew.workers[0].look_again("not even json")


async def test_a_first_attempt_needs_no_later_look(crew: Crew) -> None:
    async with crew.working():
        await crew.say("hello")
        await crew.idle()
    assert await checks(crew) == []
