"""How a reply stream becomes messages, on a surface in memory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.streaming import Delivery, Found, MessageGone, Pace, Stage, TooLong, cut
from bot.errors import LostLease, PlatformGone, PlatformTemporary, StoreUnavailable
from bot.platform import Part
from bot.replies import (
    Done,
    Failed,
    File,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)
from tests.bounds import FOREVER, PATIENCE

QUICK = Pace(least=0.01, most=0.02, life_after=0.05, life_again=0.05)


@dataclass
class MemorySurface:
    """A channel in memory that notes what is written to it."""

    limit: int = 300
    grows: bool = True
    posts: dict[str, tuple[int, str]] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    stages: dict[str, list[Stage]] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    too_much: tuple[str, ...] = ()
    slots: int = 1_000
    has_status: bool = True
    strayed: list[str] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    alive: bool = False
    closed: bool = False

    def measure(self, markdown: str) -> int:
        return len(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        self.slots -= 1
        return self.slots >= 0

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        await self._write(markdown)
        id = f"m{len(self.posts)}"
        self.stages[id] = [stage]
        self.posts[id] = (index, markdown)
        return id

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        await self._write(markdown)
        if id not in self.posts:
            raise MessageGone("deleted")
        self.stages.setdefault(id, []).append(stage)
        self.posts[id] = (self.posts[id][0], markdown)
        return True

    async def remove(self, id: str) -> None:
        self.posts.pop(id, None)

    async def find(self) -> list[Found]:
        return [Found(index, id) for id, (index, _) in self.posts.items()]

    async def strays(self, known: Collection[str]) -> list[str]:
        return [id for id in self.strayed if id not in known]

    async def status(self, text: str) -> bool:
        self.statuses.append(text)
        return self.has_status

    async def attach(self, file: File) -> None:
        if file.name in self.too_much:
            raise PlatformGone("too much")
        self.files.append(file.name)

    async def close(self) -> None:
        self.closed = True

    async def _write(self, markdown: str) -> None:
        assert len(markdown) <= self.limit
        await asyncio.sleep(0)
        if self.failing:
            raise self.failing.pop(0)
        self.versions.append(markdown)

    @property
    def shown(self) -> list[str]:
        return [text for _, (_, text) in sorted(self.posts.items(), key=lambda post: post[1][0])]


@dataclass
class MemoryReceipt:
    """A receipt that insists on the order of things."""

    known: dict[int, str] = field(default_factory=dict)
    key: str = "key"
    lost_when_posted: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(index, id) for index, id in sorted(self.known.items()))

    def check(self) -> None:
        pass

    async def posting(self, index: int) -> None:
        self.known.setdefault(index, "")

    async def posted(self, index: int, id: str) -> None:
        assert index in self.known, "posted without the intent"
        if self.lost_when_posted:
            raise LostLease("somebody else owns it")
        self.known[index] = id

    async def removed(self, index: int) -> None:
        del self.known[index]


async def _stream(*replies: Reply | float | asyncio.Event) -> AsyncIterator[Reply]:
    for reply in replies:
        if isinstance(reply, asyncio.Event):
            await reply.wait()
        elif isinstance(reply, float):
            await asyncio.sleep(reply)
        else:
            yield reply


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110  a surface announces nothing
        await asyncio.sleep(0.005)


async def deliver(
    surface: MemorySurface,
    *replies: Reply | float | asyncio.Event,
    receipt: MemoryReceipt | None = None,
    pace: Pace = QUICK,
) -> MemoryReceipt:
    receipt = receipt or MemoryReceipt()
    delivery = Delivery(surface, receipt, pace=pace, words=lambda key: f"<{key}>")
    async with asyncio.timeout(PATIENCE):
        try:
            await delivery.run(_stream(*replies))
        finally:
            assert surface.closed
    return receipt


async def test_a_text_grows_and_ends_whole() -> None:
    surface = MemorySurface()
    receipt = await deliver(
        surface, TextDelta("One "), 0.03, TextDelta("two "), 0.03, TextDelta("three"), Done("x")
    )
    assert surface.shown == ["One two three"]
    assert surface.versions[0] == "One"
    assert receipt.known == {0: "m0"}


async def test_the_first_text_does_not_wait_for_the_pace_and_the_next_does() -> None:
    surface, gate = MemorySurface(), asyncio.Event()
    slow = Pace(least=5.0, most=5.0, life_after=0.01, life_again=5.0)
    surface.has_status = False
    delivery = deliver(
        surface, 0.05, TextDelta("Hi "), 0.1, TextDelta("you"), gate, Done("x"), pace=slow
    )
    task = asyncio.create_task(delivery)
    await _until(lambda: "Hi" in surface.shown)
    await asyncio.sleep(0.15)
    assert surface.shown == ["Hi"]
    gate.set()  # the end does not wait for the pace
    await task
    assert surface.shown == ["Hi you"]


async def test_text_rolls_over_and_closed_parts_are_final() -> None:
    surface = MemorySurface()
    words = [f"w{number} " for number in range(400)]
    await deliver(surface, *(TextDelta(word) for word in words), Done("x"))
    assert len(surface.shown) > 3
    assert re.findall(r"w\d+", " ".join(surface.shown)) == [word.strip() for word in words]


async def test_without_slots_everything_is_said_once_at_the_end() -> None:
    surface = MemorySurface(slots=0)
    await deliver(surface, TextDelta("One "), 0.05, TextDelta("two"), 0.05, Done("x"))
    assert surface.versions == ["One two"]


async def test_where_nothing_can_be_changed_nothing_is_shown_before_the_end() -> None:
    surface, gate = MemorySurface(grows=False), asyncio.Event()
    text = "\n\n".join("word " * 30 for _ in range(8)).strip()
    work = asyncio.create_task(deliver(surface, TextDelta(text), gate, TextDelta("."), Done("x")))
    await asyncio.sleep(0.05)
    assert surface.posts == {}
    gate.set()
    await work
    assert len(surface.shown) > 1
    assert all([stage] == [stages[0]] for stages in surface.stages.values() for stage in stages)


async def test_text_without_a_slot_is_shown_as_soon_as_there_is_one_while_the_model_pauses() -> (
    None
):
    surface = MemorySurface(slots=0)

    async def replies() -> AsyncIterator[Reply]:
        yield TextDelta("all that it has said")
        surface.slots = 10
        await _until(lambda: surface.posts)
        yield Done("all that it has said")

    async with asyncio.timeout(PATIENCE):
        await Delivery(surface, MemoryReceipt(), pace=QUICK, words=str).run(replies())
    assert surface.versions[0] == "all that it has said"


async def test_text_whose_edit_failed_is_tried_again_while_the_model_pauses() -> None:
    surface = MemorySurface()

    async def replies() -> AsyncIterator[Reply]:
        yield TextDelta("One")
        await _until(lambda: surface.posts)
        surface.failing = [PlatformTemporary("503")]
        yield TextDelta(" and two")
        await _until(lambda: "One and two" in surface.versions)
        yield Done("One and two")

    async with asyncio.timeout(PATIENCE):
        await Delivery(surface, MemoryReceipt(), pace=QUICK, words=str).run(replies())
    assert [text for _, text in surface.posts.values()] == ["One and two"]


async def test_a_refused_edit_is_not_repeated_at_the_next_word() -> None:
    class Frozen(MemorySurface):
        tries = 0

        async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
            if stage is Stage.GROWING:
                self.tries += 1
                return False
            return await super().edit(id, markdown, stage)

    surface = Frozen()
    words: list[Reply | float] = [each for n in range(30) for each in (TextDelta(f"{n} "), 0.01)]
    pace = Pace(least=0.2, most=5.0, life_after=5.0, life_again=5.0)
    await deliver(surface, *words, Done("x"), pace=pace)
    assert 1 <= surface.tries <= 3
    assert surface.shown == [" ".join(map(str, range(30)))]


async def test_what_fills_a_message_does_not_wait_for_the_pace() -> None:
    slow = Pace(least=FOREVER, most=FOREVER)
    surface = MemorySurface()

    async def replies() -> AsyncIterator[Reply]:
        yield TextDelta("One ")
        await _until(lambda: surface.posts)
        for number in range(1, 4):
            yield TextDelta("word " * 70)
            await _until(lambda number=number: len(surface.posts) > number)
        yield Done("x")

    async with asyncio.timeout(PATIENCE):
        await Delivery(surface, MemoryReceipt(), pace=slow, words=str).run(replies())
    assert " ".join(surface.shown).split() == ["One", *["word"] * 210]


@pytest.mark.parametrize("at", [1, 2, 4])
async def test_where_less_fits_than_was_promised_the_text_is_cut_anew(at: int) -> None:
    class Narrower(MemorySurface):
        writes = 0

        async def _write(self, markdown: str) -> None:
            self.writes += 1
            if self.writes >= at and len(markdown) > 500:
                raise TooLong("msg_too_long")
            await super()._write(markdown)

    surface = Narrower(limit=1000)
    words = " ".join(f"word{number}" for number in range(400))
    pieces = [TextDelta(words[at : at + 700]) for at in range(0, len(words), 700)]
    replies: list[Reply | float] = [part for piece in pieces for part in (piece, 0.03)]
    await deliver(surface, *replies, Done(words))
    assert " ".join(surface.shown).split() == words.split()
    assert len(surface.shown) > 5


async def test_a_platform_that_takes_nothing_at_all_is_not_asked_for_ever() -> None:
    surface = MemorySurface(limit=1000, failing=[TooLong("no")] * 9)
    with pytest.raises(TooLong):
        await deliver(surface, TextDelta("word " * 300), Done("x"))


async def test_a_rewritten_text_replaces_what_stands() -> None:
    surface = MemorySurface()
    await deliver(
        surface, TextDelta("Wrong " * 100), 0.05, TextRewritten("Right"), TextDelta("!"), Done("x")
    )
    assert surface.shown == ["Right!"]


async def test_a_failure_stands_behind_what_was_said() -> None:
    surface = MemorySurface()
    await deliver(surface, TextDelta("So far"), Failed("Sorry.", "code", partial="So far"))
    assert surface.shown == ["So far\n\nSorry."]
    surface = MemorySurface()
    await deliver(surface, Failed("Sorry.", "code"))
    assert surface.shown == ["Sorry."]


async def test_a_stopped_answer_says_so() -> None:
    surface = MemorySurface()
    await deliver(surface, TextDelta("So far"), Done("So far", stopped=True))
    assert surface.shown == ["So far\n\n_<stopped>_"]


async def test_an_empty_answer_takes_away_what_stood_in() -> None:
    surface = MemorySurface(has_status=False)
    receipt = await deliver(surface, 0.15, Done(""))
    assert surface.shown == []
    assert receipt.known == {}


async def test_tools_are_told_in_the_status() -> None:
    surface = MemorySurface()
    tool = ToolStarted("1", "weather", "Looking at the sky…")
    await deliver(
        surface, tool, 0.02, ToolFinished("1", "weather", True), 0.02, Waiting("Hm"), 0.02,
        TextDelta("Sunny"), Done("x"),
    )  # fmt: skip
    assert surface.statuses[:3] == ["Looking at the sky…", "<thinking>", "Hm"]
    assert surface.statuses[-1] == ""


async def test_a_sign_of_life_is_shown_and_renewed_until_there_is_text() -> None:
    surface = MemorySurface()
    await deliver(surface, 0.18, TextDelta("Now"), Done("x"))
    assert surface.statuses.count("<thinking>") >= 2
    assert surface.versions == ["Now"]


async def test_signs_of_life_go_on_after_a_moment_without_a_store() -> None:
    class Flickering(MemorySurface):
        async def status(self, text: str) -> bool:
            await super().status(text)
            if len(self.statuses) == 1:
                raise StoreUnavailable("away")
            return True

    surface = Flickering()
    await deliver(surface, 0.3, TextDelta("done"), Done("done"))
    assert len([text for text in surface.statuses if text]) > 1


async def test_a_sign_of_life_that_stands_is_not_repeated_at_once() -> None:
    surface = MemorySurface(alive=True)
    calm = Pace(life_after=0.01, life_again=5.0)
    await deliver(surface, 0.1, TextDelta("Now"), Done("x"), pace=calm)
    assert surface.statuses == [""]


async def test_where_there_is_no_status_a_word_stands_in_the_text_s_place() -> None:
    surface = MemorySurface(has_status=False)
    tool = ToolStarted("1", "weather", "Looking up")
    await deliver(surface, 0.1, tool, 0.1, TextDelta("Sunny"), Done("x"))
    assert surface.versions == ["_<thinking>_", "_Looking up_", "Sunny"]
    assert len(surface.posts) == 1


async def test_what_was_deleted_under_it_is_said_once_more_at_the_end() -> None:
    surface = MemorySurface()
    task = asyncio.create_task(
        deliver(
            surface, TextDelta("One "), 0.1, TextDelta("two "), 0.1, TextDelta("three"), Done("x")
        )
    )
    await _until(lambda: bool(surface.posts))
    surface.posts.clear()
    await task
    assert surface.shown == ["One two three"]
    assert surface.versions.count("One two") <= 1


async def test_growth_that_fails_is_not_the_end() -> None:
    surface = MemorySurface(failing=[PlatformTemporary("busy"), PlatformTemporary("busy")])
    await deliver(
        surface, TextDelta("One "), 0.05, TextDelta("two "), 0.05, TextDelta("three"), Done("x")
    )
    assert surface.shown == ["One two three"]


async def test_an_end_that_fails_is_told_to_who_delivers() -> None:
    surface = MemorySurface(slots=0, failing=[PlatformTemporary("busy")])
    with pytest.raises(PlatformTemporary):
        await deliver(surface, TextDelta("One"), Done("x"))


async def test_who_has_lost_the_lease_takes_its_post_away() -> None:
    surface = MemorySurface()
    with pytest.raises(LostLease):
        await deliver(
            surface, TextDelta("One"), Done("x"), receipt=MemoryReceipt(lost_when_posted=True)
        )
    assert surface.posts == {}


async def test_after_a_crash_what_stands_is_replaced_in_place() -> None:
    surface = MemorySurface(posts={"m0": (0, "Half an ans"), "m1": (1, "more"), "m2": (2, "and")})
    receipt = MemoryReceipt({0: "m0", 1: "m1", 2: ""})
    await deliver(surface, TextDelta("Short"), Done("x"), receipt=receipt)
    assert surface.posts == {"m0": (0, "Short")}
    assert receipt.known == {0: "m0"}


async def test_of_two_posts_of_one_part_the_oldest_is_kept() -> None:
    surface = MemorySurface(posts={"m0": (0, "first"), "m1": (0, "again")})
    receipt = MemoryReceipt({0: ""})
    await deliver(surface, TextDelta("All"), Done("x"), receipt=receipt)
    assert surface.posts == {"m0": (0, "All")}


async def test_a_second_post_is_found_also_when_the_first_is_known() -> None:
    surface = MemorySurface(posts={"m0": (0, "first"), "m1": (0, "again")})
    receipt = MemoryReceipt({0: "m0"})
    await deliver(surface, TextDelta("All"), Done("x"), receipt=receipt)
    assert surface.posts == {"m0": (0, "All")}


async def test_strays_are_removed_at_the_end() -> None:
    surface = MemorySurface(posts={"late": (0, "half")}, strayed=["late", "m1"])
    await deliver(surface, TextDelta("All"), Done("x"))
    assert surface.posts == {"m1": (0, "All")}


async def test_files_are_put_beside_the_answer() -> None:
    surface = MemorySurface()
    await deliver(surface, File("a.txt", "text/plain", b"x"), TextDelta("Here"), Done("x"))
    assert surface.files == ["a.txt"]


async def test_files_that_could_not_be_put_there_are_told_of_in_one_sentence() -> None:
    surface = MemorySurface(too_much=("a.bin", "c.bin"))
    files = [File(f"{letter}.bin", "application/octet-stream", b"x") for letter in "abc"]
    receipt = await deliver(surface, *files, TextDelta("Here"), Done("Here"))
    assert surface.files == ["b.bin"]
    assert surface.shown == ["Here", "<file_not_sent>"]
    assert surface.stages == {"m0": [Stage.ANSWERED], "m1": [Stage.CLOSED]}
    surface.too_much = ()
    await deliver(surface, *files, TextDelta("Here"), Done("Here"), receipt=receipt)
    assert surface.shown == ["Here"]  # another attempt has put them there


async def test_what_goes_wrong_in_the_stream_is_raised() -> None:
    async def broken() -> AsyncIterator[Reply]:
        yield TextDelta("One")
        raise LostLease("gone")

    delivery = Delivery(MemorySurface(), MemoryReceipt(), pace=QUICK, words=str)
    with pytest.raises(LostLease):
        await delivery.run(broken())


async def test_a_stream_without_an_end_is_a_bug_that_is_told() -> None:
    with pytest.raises(RuntimeError, match="without its end"):
        await deliver(MemorySurface(), TextDelta("One"))


async def test_a_growing_part_is_told_apart_from_the_end_also_when_nothing_was_added() -> None:
    surface = MemorySurface()
    await deliver(surface, TextDelta("One two"), 0.03, TextDelta("\n"), 0.03, Done("x"))
    assert surface.stages == {"m0": [Stage.GROWING, Stage.ANSWERED]}


async def test_only_the_last_part_is_the_end() -> None:
    surface = MemorySurface()
    words = [f"w{number} " for number in range(150)]
    await deliver(surface, *(TextDelta(word) for word in words), Done("x"))
    *closed, last = [stages[-1] for stages in surface.stages.values()]
    assert len(closed) >= 2
    assert set(closed) == {Stage.CLOSED}
    assert last is Stage.ANSWERED
    assert surface.stages["m0"].count(Stage.CLOSED) == 1


@pytest.mark.parametrize(
    ("end", "stage"),
    [
        (Done("So far", stopped=True), Stage.ANSWERED),
        (Failed("Sorry.", "model_unreachable", partial="So far"), Stage.FAILED),
        (Failed("Not here.", "channel_not_allowed", retryable=False), Stage.CLOSED),
    ],
)
async def test_how_a_reply_ends_is_told_with_its_last_write(end: Reply, stage: Stage) -> None:
    surface = MemorySurface()
    await deliver(surface, TextDelta("So far"), end)
    assert [stages[-1] for stages in surface.stages.values()] == [stage]


@pytest.mark.parametrize("refusals", [0, 1, 2])
async def test_a_whole_text_is_cut_again_as_it_was_shown_also_in_narrower_messages(
    refusals: int,
) -> None:
    surface = MemorySurface(limit=2_000, grows=False)
    surface.failing = [TooLong("so long is not taken") for _ in range(refusals)]
    text = "\n\n".join(f"Paragraph {number}: " + "word " * 20 for number in range(40))
    await deliver(surface, TextDelta(text), Done(text))
    count = len(surface.shown)
    assert cut(text, count, surface.limit, len) == surface.shown
    assert cut(text, count + 1, surface.limit, len) == []


def test_who_shows_fewer_messages_than_a_text_fills_is_not_told_how_they_read() -> None:
    assert cut("word " * 1_000, 1, 2_000, len) == []
    assert cut("", 1, 2_000, len) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="ab *_`#>-\n[]()", max_size=60), max_size=20))
def test_whatever_is_said_in_whatever_pieces_ends_the_same(pieces: list[str]) -> None:
    def shown(said: list[str]) -> list[str]:
        surface = MemorySurface()
        asyncio.run(deliver(surface, *(TextDelta(piece) for piece in said), Done("x")))
        return surface.shown

    assert shown(pieces) == shown(["".join(pieces)])


async def _until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  the surface announces nothing
            await asyncio.sleep(0.005)
