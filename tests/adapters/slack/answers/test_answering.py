"""What was asked by a command is delivered to those whom it is for, and tells who asked what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import render
from adapters.slack.answers import answering
from adapters.slack.answers.answering import Asked
from adapters.slack.answers.responding import until
from adapters.slack.carded import Cards, CardSurface
from adapters.slack.standing import Spot
from adapters.slack.surfaces.buttons import Tag
from adapters.slack.workspaces import Workspace, furnish
from adapters.streaming import Pace
from bot.events import Author, Command, Place, Regenerate, ThreadRef
from bot.platform import Batch
from bot.replies import Done, Failed, File, Reply, TextDelta, TextRewritten
from tests.adapters.slack.parts import Memory, client_of, me, notes_of, nowhere
from tests.adapters.test_streaming import MemoryReceipt
from tests.servers.slack import LocalSlack, Message
from tests.servers.slack.records import Ephemeral

PACE = Pace(least=0.01, most=0.02, life_after=0.05)


async def stream(*replies: Reply) -> AsyncGenerator[Reply, None]:
    for reply in replies:
        yield reply


# -- the introduction -----------------------------------------------------------------------------


@given(st.text(max_size=300), st.text(max_size=60))
async def test_a_quoted_question_is_one_line_that_names_nobody(question: str, name: str) -> None:
    event = Command("1", ThreadRef("slack", "T1", "C1", "ask:1"), Author("U1", ""), "ask", "", 0)
    event = replace(event, place=Place(address={"name": name}))
    intro = await answering.introduction(Asked(event, question, "", 0.0), nowhere(), "en")
    assert "\n" not in intro
    shown = render.to_mrkdwn(intro)
    assert "<" not in shown.replace("&lt;", "").replace("<http", "").replace("<mailto", "")
    assert len(intro) < 2 * (answering.LONGEST_QUESTION + 100) + 20


# -- to whom it goes ------------------------------------------------------------------------------


@dataclass
class Receipt(MemoryReceipt):
    """A receipt that also notes which threads were opened."""

    threads: list[tuple[str, int]] = field(default_factory=list)

    async def opened(self, thread: ThreadRef, at: int) -> None:
        self.threads.append((thread.thread, at))


class Stage:
    """A command on the local Slack."""

    def __init__(self, slack: LocalSlack, workspace: Workspace) -> None:
        self.slack, self.workspace = slack, workspace
        self.receipt = Receipt()
        self.notes = notes_of(Memory())
        self.channel = slack.open_channel("room").id
        self.acknowledged = False
        """The command's acknowledgement stands, to be replaced."""

    def batch(self, *, private: bool = False, url: bool = True, late: bool = False) -> Batch:
        alice = self.slack.user("alice")
        _, where = self.slack.place(self.channel)
        made = self.slack.new_response_url(self.slack.installation, where, alice)
        if self.acknowledged:
            shown = Ephemeral(0.0, self.channel, alice, "Thinking…", [], None, "1.1", "ack")
            self.slack.ephemerals.append(shown)
            made.ephemeral = shown
        address = f"{self.slack.base_url}/response/{made.id}" if url else ""
        thread = ThreadRef("slack", self.workspace.team, self.channel, "ask:1")
        place = Place(
            address=answering.address(address, 1 if late else until(), "alice", "how deep?")
        )
        at = int(self.slack.clock.now() * 1_000_000) - 5_000_000
        author = Author(alice, "")
        command = Command("1", thread, author, "ask", "how deep?", at, private, place=place)
        return Batch(thread, (command,))

    async def deliver(self, batch: Batch, *replies: Reply) -> None:
        await self.follow(batch, stream(*replies))

    async def follow(self, batch: Batch, replies: AsyncIterator[Reply]) -> None:
        asked = answering.asked_in(batch)
        assert asked is not None
        await answering.deliver(
            asked,
            self.workspace,
            batch,
            replies,
            self.receipt,
            self._surface,
            pace=PACE,
            words=lambda key: key,
            notes=self.notes,
        )

    def _surface(self, thread: ThreadRef, *, intro: str = "") -> CardSurface:
        before = f"{int(self.slack.clock.now()) - 60}.000000"
        lines = self.workspace.lines
        spot = Spot(self.workspace.client, lines, thread, self.receipt.key, before)
        return CardSurface(spot, cards=Cards(Tag(thread.thread, self.receipt.key), intro))

    @property
    def public(self) -> list[Message]:
        """The bot's messages in the channel itself."""
        _, where = self.slack.place(self.channel)
        return [
            m
            for m in where.messages.values()
            if m.bot_id and m.thread_ts in (None, m.ts) and not m.deleted
        ]

    @property
    def private(self) -> list[str]:
        return [e.text for e in self.slack.ephemerals]

    @property
    def files(self) -> dict[str, str]:
        """The text of the files that were put there, by name."""
        return {f.name: f.content.decode() for f in self.slack.workspace.files.values()}

    @property
    def direct(self) -> list[str]:
        messages = self.slack.messages(self.slack.dm("alice"))
        return [m.text for m in messages if m.bot_id]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        workspace = furnish(client, me(slack))
        yield Stage(slack, workspace)
        await workspace.people.close()


def long(parts: int) -> str:
    """Return a text of so many messages."""
    lines = [f"line {n} " + "x" * 70 for n in range(45 * parts - 10)]
    return "\n\n".join(lines)


async def test_a_public_answer_opens_a_thread_at_slacks_time(stage: Stage) -> None:
    await stage.deliver(stage.batch(), TextDelta("Eleven"), Done("Eleven"))
    (answer,) = stage.public
    assert stage.slack.visible(answer).endswith("Eleven")
    seconds, micros = answer.ts.split(".")
    assert stage.receipt.threads == [(answer.ts, int(seconds) * 1_000_000 + int(micros))]
    assert not stage.private


async def test_what_does_not_fit_stands_under_the_first_message(stage: Stage) -> None:
    text = long(3)
    await stage.deliver(stage.batch(), TextDelta(text), Done(text))
    (root,) = stage.public
    under = stage.slack.replies(root)
    assert len(under) >= 2
    told = "\n".join(stage.slack.visible(m) for m in (root, *under))
    assert [f"line {n} " in told for n in range(100)] == [True] * 100


async def test_a_crash_behind_the_first_post_leaves_one_answer_and_an_open_thread(
    stage: Stage,
) -> None:
    batch = stage.batch()
    await stage.deliver(batch, TextDelta("Ele"), Done("Ele"))
    stage.receipt = Receipt(known={0: ""})
    await stage.deliver(batch, TextDelta("Eleven"), Done("Eleven"))
    (answer,) = stage.public
    assert stage.slack.visible(answer).endswith("Eleven")
    assert [thread for thread, _ in stage.receipt.threads] == [answer.ts]


async def test_a_long_private_answer_never_becomes_public(stage: Stage) -> None:
    text = long(8)
    await stage.deliver(stage.batch(private=True), TextDelta(text), Done(text))
    assert stage.public == []
    assert stage.receipt.threads == []


async def test_the_whole_of_a_long_private_answer_is_a_file_in_a_direct_message(
    stage: Stage,
) -> None:
    batch, text = stage.batch(private=True), long(8)
    await stage.deliver(batch, TextDelta(text), Done(text))
    assert ["answer_goes_on" in told for told in stage.private] == [False, False, True]
    (heading,) = stage.direct
    assert "how deep?" in heading
    assert stage.files == {f"answer-{sha256(b'key').hexdigest()[:8]}.md": text}
    stage.receipt = Receipt(known={**stage.receipt.known, 3: "", 4: ""})  # a crash in between
    await stage.deliver(batch, TextDelta(text), Done(text))
    assert len(stage.private) == 3
    assert len(stage.direct) == 1


async def test_a_long_private_answer_that_no_file_can_hold_goes_on_in_direct_messages(
    stage: Stage,
) -> None:
    stage.slack.fail("files.completeUploadExternal", "file_uploads_disabled", 99)
    text = long(8)
    await stage.deliver(stage.batch(private=True), TextDelta(text), Done(text))
    assert len(stage.private) == 3
    told = "\n".join([*stage.private, *stage.direct])
    assert [told.count(f"line {n} ") for n in range(350)] == [1] * 350


@pytest.mark.parametrize("text", ["Short.", long(2), long(8)])
async def test_a_file_that_cannot_be_put_beside_a_private_answer_is_told_of(
    stage: Stage, text: str
) -> None:
    stage.slack.fail(
        "files.getUploadURLExternal",
        "file_uploads_disabled",
        9,
        when=lambda args: args["filename"] == "a.csv",
    )
    file = File("a.csv", "text/csv", b"a")
    await stage.deliver(stage.batch(private=True), TextDelta(text), file, Done(text))
    assert [*stage.private, *stage.direct].count("file_not_sent") == 1
    assert ("answer_goes_on" in "".join(stage.private)) == (text == long(8))


@pytest.mark.parametrize("how", [{"late": True}, {"url": False}])
async def test_too_late_for_its_url_a_private_answer_is_a_direct_message(
    stage: Stage, how: dict[str, bool]
) -> None:
    await stage.deliver(stage.batch(private=True, **how), TextDelta("for you"), Done("for you"))
    assert stage.public == []
    assert stage.direct == ["for you"]


async def test_a_private_answer_is_not_told_again_after_a_crash(stage: Stage) -> None:
    batch = stage.batch(private=True)
    await stage.deliver(batch, TextDelta("for you"), Done("for you"))
    await stage.deliver(batch, TextDelta("for you"), Done("for you"))
    assert stage.private == ["for you"]


async def test_of_a_private_answer_that_broke_off_in_a_crash_nothing_was_told(stage: Stage) -> None:
    async def broken() -> AsyncGenerator[Reply, None]:
        yield TextDelta("before the crash " * 600)
        await asyncio.sleep(0.1)
        raise ConnectionError("the process is gone")

    batch, text = stage.batch(private=True), long(2)
    with pytest.raises(ConnectionError):
        await stage.follow(batch, broken())
    await stage.deliver(batch, TextDelta(text), Done(text))
    told = "\n".join([*stage.private, *stage.direct])
    assert "before the crash" not in told
    assert [told.count(f"line {n} ") for n in range(80)] == [1] * 80


async def test_in_a_direct_message_too_it_is_not_told_again(stage: Stage) -> None:
    batch = stage.batch(private=True, late=True)
    await stage.deliver(batch, TextDelta("for you"), Done("for you"))
    stage.receipt = Receipt(known={0: ""})
    await stage.deliver(batch, TextDelta("for you"), Done("for you"))
    assert stage.direct == ["for you"]


@pytest.mark.parametrize("kind", ["500", "reset"])
async def test_a_passing_fault_of_the_url_is_waited_out(stage: Stage, kind: str) -> None:
    stage.slack.fail("response_url", kind)
    await stage.deliver(stage.batch(private=True), TextDelta("for you"), Done("for you"))
    assert stage.private == ["for you"]
    assert stage.direct == []


# -- an answer of the URL that is lost ------------------------------------------------------------

LOST = ("lost", "lost_500", "reset", "500")


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("skip", [0, 1])
async def test_what_everybody_may_see_already_is_not_said_there_again(
    stage: Stage, kind: str, skip: int
) -> None:
    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    stage.slack.fail("response_url", kind, skip=skip)
    text = long(2)
    await stage.deliver(stage.batch(), TextDelta(text), Done(text))
    assert len(stage.public) == skip + kind.startswith("lost")
    private = "\n".join(stage.direct)
    told = "\n".join([*(m.text for m in stage.public[:skip]), private])
    assert [told.count(f"line {n} ") for n in range(80)] == [1] * 80
    assert private.count("perhaps_told") == 1
    assert stage.private == []


async def test_a_crash_while_everybody_was_told_does_not_tell_them_again(stage: Stage) -> None:
    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    stage.receipt = Receipt(known={0: ""})
    await stage.deliver(stage.batch(), TextDelta("Eleven"), Done("Eleven"))
    assert stage.public == []
    (told,) = stage.direct
    assert "Eleven" in told
    assert "perhaps_told" in told


async def test_what_takes_the_place_of_the_acknowledgement_is_said_again(stage: Stage) -> None:
    stage.acknowledged = True
    stage.slack.fail("response_url", "lost", 2)
    await stage.deliver(stage.batch(private=True), TextDelta("for you"), Done("for you"))
    assert stage.private == ["for you"]
    assert stage.direct == []


@pytest.mark.parametrize("kind", LOST)
async def test_of_a_private_answer_too_nothing_is_said_beside_itself(
    stage: Stage, kind: str
) -> None:
    stage.slack.fail("response_url", kind, skip=1)
    text = long(3)
    await stage.deliver(stage.batch(private=True), TextDelta(text), Done(text))
    assert len(stage.private) == 1 + kind.startswith("lost")
    told = "\n".join([stage.private[0], *stage.direct])
    assert [told.count(f"line {n} ") for n in range(125)] == [1] * 125
    assert "perhaps_told" in stage.direct[0]


async def test_what_certainly_was_not_said_is_said_again_to_everybody(stage: Stage) -> None:
    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    stage.slack.fail("response_url", "ratelimited", 2)
    await stage.deliver(stage.batch(), TextDelta("Eleven"), Done("Eleven"))
    (answer,) = stage.public
    assert "Eleven" in answer.text
    assert stage.direct == []


async def test_where_the_bot_is_no_member_the_whole_answer_comes_by_the_url(stage: Stage) -> None:
    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    text = long(2)
    await stage.deliver(stage.batch(), TextDelta(text[:500]), TextDelta(text[500:]), Done(text))
    told = "\n".join(m.text for m in stage.public)
    assert [f"line {n} " in told for n in range(75)] == [True] * 75
    assert "how deep?" in stage.public[0].text
    assert "/invite" in stage.public[-1].text
    assert "/invite" not in stage.public[0].text
    assert stage.receipt.threads == []


async def test_where_the_bot_is_no_member_not_even_a_full_message_is_shown_before_the_end(
    stage: Stage,
) -> None:
    async def replies() -> AsyncGenerator[Reply, None]:
        yield TextDelta(long(2))
        await stage.slack.wait_for(lambda: stage.slack.calls_to("chat.postMessage"))
        await asyncio.sleep(0.1)  # so that it could be told by the URL
        assert stage.public == []
        yield TextRewritten("Something else.")
        yield Done("Something else.")

    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    await stage.follow(stage.batch(), replies())
    (answer,) = stage.public
    assert "Something else." in answer.text
    assert "line 1 " not in answer.text
    assert stage.receipt.known == {0: "url:0"}


async def test_of_a_long_answer_everybody_sees_the_first_messages_and_who_asked_gets_a_file(
    stage: Stage,
) -> None:
    await stage.slack.kick(stage.channel, stage.slack.bot_user)
    text = long(6)
    await stage.deliver(stage.batch(), TextDelta(text), Done(text))
    assert len(stage.public) == 3
    assert [("answer_goes_on" in m.text, "/invite" in m.text) for m in stage.public] == [
        (False, False),
        (False, False),
        (True, True),
    ]
    ((_, whole),) = stage.files.items()
    assert whole.endswith(text)
    assert "how deep?" in whole
    (heading,) = stage.direct
    assert "how deep?" in heading


@pytest.mark.parametrize("parts", [{}, {0: ""}])
async def test_a_refusal_is_told_to_the_caller_alone(stage: Stage, parts: dict[int, str]) -> None:
    stage.receipt = Receipt(known=dict(parts))
    await stage.deliver(stage.batch(), Failed("No more today.", "tokens_limit"))
    assert stage.public == []
    assert stage.private == ["No more today."]


async def test_what_broke_off_in_public_ends_there(stage: Stage) -> None:
    await stage.deliver(
        stage.batch(), TextDelta("Half of"), Failed("It broke off.", "broke_off", "Half of")
    )
    (answer,) = stage.public
    assert "Half of" in answer.text
    assert "It broke off." in answer.text
    assert not stage.private


async def test_an_answer_that_is_given_anew_still_tells_who_asked_what(stage: Stage) -> None:
    batch = stage.batch()
    await stage.deliver(batch, TextDelta("Eleven"), Done("Eleven"))
    (answer,) = stage.public
    thread = replace(batch.thread, thread=answer.ts)
    again = Regenerate("r1", thread, batch.first.author, answer.ts, 1)
    anew = Batch(thread, (again,))
    intro = await answering.kept_introduction(anew, [answer.ts], stage.notes)
    assert "how deep?" in intro
    assert await answering.kept_introduction(anew, ["1700000000.000001"], stage.notes) == ""
    assert await answering.kept_introduction(batch, [answer.ts], stage.notes) == ""


async def test_a_former_owners_late_post_is_removed(stage: Stage) -> None:
    batch = stage.batch()
    await stage.deliver(batch, TextDelta("Eleven"), Done("Eleven"))
    (answer,) = stage.public
    late = await stage._surface(replace(batch.thread, thread="")).post(0, "half")
    asked = answering.asked_in(batch)
    assert asked is not None
    await answering.tidy(asked, stage.workspace, batch, [answer.ts], "Eleven", stage._surface)
    assert [m.ts for m in stage.public] == [answer.ts]
    assert late != answer.ts
    assert stage.slack.visible(answer).endswith("Eleven")


async def test_an_answer_that_slack_took_in_narrower_messages_alone_stays_as_it_was_cut(
    stage: Stage,
) -> None:
    batch, text = stage.batch(), long(2)
    stage.slack.fail("chat.postMessage", "msg_too_long", 2)  # with its blocks, and without
    await stage.deliver(batch, TextDelta(text), Done(text))
    (root,) = stage.public
    before = [stage.slack.visible(m) for m in (root, *stage.slack.replies(root))]
    assert len(before) > 2
    edits = len(stage.slack.calls_to("chat.update"))
    asked, parts = answering.asked_in(batch), list(stage.receipt.known.values())
    assert asked is not None
    await answering.tidy(asked, stage.workspace, batch, parts, text, stage._surface)
    assert [stage.slack.visible(m) for m in (root, *stage.slack.replies(root))] == before
    assert len(stage.slack.calls_to("chat.update")) == edits


# -- an end in the middle -------------------------------------------------------------------------


async def test_who_is_cancelled_before_the_first_word_leaves_nothing_running(stage: Stage) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncGenerator[Reply, None]:
        begun.set()
        try:
            await asyncio.Event().wait()
            yield Done("")
        finally:
            ended.set()

    replies, batch = slow(), stage.batch()
    work = asyncio.create_task(stage.follow(batch, replies))
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert ended.is_set()
    await replies.aclose()  # raises where somebody still waits for a word of it
