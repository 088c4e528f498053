"""A review that stands is made anew in its place: what was fixed, what is open, what is new; and
what goes wrong meanwhile costs nobody the review that is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.allowances import Limits
from bot.cards import Dismissal, Dismissed, ReviewCard
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Delete, Message, Reset, Stop, ThreadRef
from bot.models.offline import Offline
from bot.models.port import Model
from bot.models.scripted import Scripted
from bot.replies import Done, File
from bot.store.connection import Connection
from tests.bot.paper import NAME, Office, Told
from tests.bot.reviews.test_door import NOTHING_DISPROVED, attach, forge, names, reviewing, verdict
from tests.bot.turn_helpers import ANN, BOB
from tests.bounds import PATIENCE

CODE = "import os\n\n\ndef f(x):\n    return eval(x)\n\n\ndef g(x):\n    return exec(x)\n"
FIXED = CODE.replace("return exec(x)", "return x")


def fenced(code: str) -> str:
    return f"review this\n```python\n{code}```"


def card_of(told: Told) -> ReviewCard:
    (card,) = told.of(ReviewCard)
    assert told.replies.index(card) == len(told.replies) - 2
    assert told.text == card.text
    return card


def statuses(card: ReviewCard) -> dict[str, str]:
    """Tell what became of each finding, by the first word that names it."""
    found = {}
    for each in card.findings:
        key = next((word for word in ("eval", "exec", "os") if word in each.title.lower()), "")
        found[key or each.title.rpartition("· ")[2]] = each.status
    return found


def finding(card: ReviewCard, word: str) -> Any:
    return next(each for each in card.findings if word in each.title.lower())


class Desk:
    """An office in which one review stands."""

    def __init__(self, connection: Connection, model: Model | None = None, **more: Any) -> None:
        self.office = Office(connection, model or Offline(), **more)

    async def review(self, code: str = CODE, **more: Any) -> ReviewCard:
        self.message: Message = self.office.message(fenced(code), **more)
        self.first = await self.office.tell(self.message)
        return card_of(self.first)

    async def edit(self, code: str) -> Told:
        await self.office.edit(self.message, fenced(code))
        await self.office.work()
        return self.office.paper.told[-1]

    async def dismiss(self, card: ReviewCard, word: str, **more: Any) -> Dismissed:
        one = finding(card, word)
        press = Dismissal(card.id, one.id, self.message.thread, ANN, "intended", "known", **more)
        return await self.office.desk.dismiss(press)

    async def standing(self, card: ReviewCard) -> ReviewCard:
        found = await self.office.desk.card(card.id, self.message.thread)
        assert found is not None
        return found


# -- the card ----------------------------------------------------------------------------------


async def test_a_review_ends_with_a_card_that_the_desk_knows(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    assert [each.number for each in card.findings] == list(range(1, len(card.findings) + 1))
    assert all(each.is_living for each in card.findings)
    assert card.askers == (ANN.id,)
    assert "no score" in card.title
    assert "Static checks only" in card.note
    assert await desk.standing(card) == card


async def test_what_is_said_behind_a_review_stands_on_its_card(connection: Connection) -> None:
    key = "ghp_" + "a1B2" * 9
    desk = Desk(connection)
    card = await desk.review(f'TOKEN = "{key}"\n{CODE}')
    assert "github token" in card.closing
    assert key not in repr(card)


async def test_no_other_channel_is_told_of_a_review(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    for other in (ThreadRef(NAME, "w", "d", "t"), ThreadRef(NAME, "v", "c", "t")):
        assert await desk.office.desk.card(card.id, other) is None
        press = Dismissal(card.id, card.findings[0].id, other, ANN, "later")
        assert await desk.office.desk.dismiss(press) is Dismissed.GONE
    assert await desk.office.desk.card("0" * 16, desk.message.thread) is None


async def test_another_thread_of_the_channel_may_be_where_it_is_pressed(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    card = await desk.review()
    assert await desk.office.desk.card(card.id, ThreadRef(NAME, "w", "c", "u")) == card


async def test_who_asked_dismisses_and_others_do_not(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    one = finding(card, "exec")
    press = Dismissal(card.id, one.id, desk.message.thread, BOB, "false_positive", "no\x00pe")
    assert await desk.office.desk.dismiss(press) is Dismissed.NOT_ALLOWED
    assert await desk.office.desk.dismiss(replace(press, anyone=True)) is Dismissed.DONE
    assert await desk.office.desk.dismiss(replace(press, anyone=True)) is Dismissed.DONE
    after = await desk.standing(card)
    gone = finding(after, "exec")
    assert (gone.status, gone.number) == ("dismissed", one.number)
    assert after.findings[-1] == gone
    assert "Bob" in gone.note
    assert after.version != card.version
    unknown = replace(press, finding="0" * 12, anyone=True)
    assert await desk.office.desk.dismiss(unknown) is Dismissed.GONE


async def test_a_dismissal_raises_the_score_but_never_above_what_the_model_said(
    connection: Connection,
) -> None:
    desk = Desk(connection, reviewing("bad"))
    card = await desk.review()
    before = int(card.title.rpartition("· ")[2].partition("/")[0])
    for each in card.findings:
        press = Dismissal(card.id, each.id, desk.message.thread, ANN, "intended")
        assert await desk.office.desk.dismiss(press) is Dismissed.DONE
    after = await desk.standing(card)
    score = int(after.title.rpartition("· ")[2].partition("/")[0])
    assert before < score == 5
    assert not any(each.is_living for each in after.findings)
    assert "Nothing is open any more." in after.summary


async def test_a_checked_fix_is_shown_by_the_desk(connection: Connection) -> None:
    fix = {"old": "    return eval(x)", "new": "    return int(x)"}
    import json

    answer = json.loads(verdict("eval is unsafe", line=5, quote="    return eval(x)"))
    answer["findings"][0]["fix"] = {"description": "Parse it.", "edits": [fix], **fix}
    desk = Desk(connection, Scripted([json.dumps(answer), NOTHING_DISPROVED]))
    card = await desk.review()
    one = next(each for each in card.findings if each.has_fix)
    shown = await desk.office.desk.fix(card.id, one.id, desk.message.thread, "en")
    assert "+    return int(x)" in shown
    assert "applies to the code" in shown
    assert "int(x)" not in one.text
    other = next(each for each in card.findings if not each.has_fix)
    assert await desk.office.desk.fix(card.id, other.id, desk.message.thread, "en") == ""


# -- made anew -----------------------------------------------------------------------------------


async def test_an_edit_of_what_was_reviewed_says_what_became_of_each_finding(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    card = await desk.review()
    assert statuses(card)["eval"] == "new"
    more = "\n\ndef h(x):\n    return pickle.loads(x)\n"
    told = await desk.edit(f"import pickle\n{FIXED}{more}")
    again = card_of(told)
    assert again.id == card.id
    assert told.part == desk.first.part
    found = statuses(again)
    assert found["eval"] == "open"
    assert found["exec"] == "fixed"
    assert "new" in found.values()
    assert [each.is_living for each in again.findings] == [True, True, False]
    assert finding(again, "eval").id == finding(card, "eval").id
    assert names(told) == ["review-2.md", "review-2.sarif"]
    assert again == await desk.standing(card)


async def test_only_beside_older_findings_one_is_marked_as_new(connection: Connection) -> None:
    desk = Desk(connection)
    first = await desk.review()
    steps = (await desk.office.history()).entries[-1].steps
    assert not any(each.where.startswith("new · ") for each in first.findings)
    assert "\nnew · " not in first.text
    assert ", new:" not in steps[0].result
    again = card_of(
        await desk.edit(f"import pickle\n{CODE}\n\ndef h(x):\n    return pickle.loads(x)\n")
    )
    marked = {each.id: each.where.partition(" · ")[0] for each in again.findings}
    assert marked == {each.id: each.status for each in again.findings}
    assert set(marked.values()) == {"new", "open"}
    assert again.text.count("\nnew · ") == list(marked.values()).count("new")
    kept = (await desk.office.history()).entries[-1].steps[0].result
    assert ", new:" in kept


async def test_what_is_fixed_is_told_once(connection: Connection) -> None:
    desk = Desk(connection)
    await desk.review()
    assert "exec" in statuses(card_of(await desk.edit(FIXED)))
    assert "exec" not in statuses(card_of(await desk.edit(FIXED + "\n\nx = 1\n")))


async def test_what_was_dismissed_stays_so_wherever_its_lines_have_gone(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    card = await desk.review()
    assert await desk.dismiss(card, "exec") is Dismissed.DONE
    moved = card_of(await desk.edit("import sys\n\nprint(sys)\n" + CODE))
    assert statuses(moved)["exec"] == "dismissed"
    assert "known" in finding(moved, "exec").note
    assert statuses(card_of(await desk.edit(FIXED))).get("exec") is None
    back = card_of(await desk.edit(CODE))
    assert statuses(back)["exec"] == "dismissed"


async def test_an_edit_that_changes_no_code_asks_nobody(connection: Connection) -> None:
    model = reviewing("bad")
    desk = Desk(connection, model)
    await desk.review()
    asked, told = len(model.requests), len(desk.office.paper.told)
    await desk.office.edit(desk.message, fenced(CODE).replace("this", "this please"))
    await desk.office.work()
    assert (len(model.requests), len(desk.office.paper.told)) == (asked, told)


async def test_many_edits_are_one_review_of_the_newest_text(connection: Connection) -> None:
    desk = Desk(connection)
    await desk.review()
    told = len(desk.office.paper.told)
    for number in range(8):
        await desk.office.edit(desk.message, fenced(f"{CODE}\n\nx{number} = 1\n"))
    await desk.office.edit(desk.message, fenced(FIXED))
    for _ in range(3):
        await desk.office.work()
    assert len(desk.office.paper.told) == told + 1
    assert statuses(card_of(desk.office.paper.told[-1]))["exec"] == "fixed"


async def test_an_edit_while_the_first_review_runs_is_reviewed_afterwards(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    desk.message = desk.office.message(fenced(CODE))

    async def edit() -> None:
        await desk.office.edit(desk.message, fenced(FIXED))

    desk.office.paper.on_text = edit
    first = card_of(await desk.office.tell(desk.message))
    assert statuses(first)["exec"] == "new"
    await desk.office.work()
    again = card_of(desk.office.paper.told[-1])
    assert statuses(again)["exec"] == "fixed"


async def test_an_edit_before_anything_is_seen_is_one_review(connection: Connection) -> None:
    desk = Desk(connection)
    desk.message = desk.office.message(fenced(CODE))
    await desk.office.put(desk.message)
    await desk.office.edit(desk.message, fenced(FIXED))
    for _ in range(3):
        await desk.office.work()
    (told,) = desk.office.paper.told
    assert "exec" not in statuses(card_of(told))


async def test_the_code_of_somebody_else_is_reviewed_anew_when_they_edit_it(
    connection: Connection,
) -> None:
    office = Office(connection, Offline())
    code = office.message(f"```python\n{CODE}```", BOB)
    office.paper.before = [replace(code, at=1_000)]
    card = card_of(await office.ask("review this", starts_thread=False))
    assert card.askers == (ANN.id, BOB.id)
    await office.edit(code, f"```python\n{FIXED}```")
    await office.work()
    told = office.paper.told[-1]
    assert statuses(card_of(told))["exec"] == "fixed"
    assert told.batch.first.author.id == ANN.id


async def test_files_are_fetched_anew(connection: Connection) -> None:
    office = Office(connection, Offline())
    long = "".join(f"x{n} = {n}  # {'y' * 60}\n" for n in range(900))
    message = attach(office, office.message("review"), app_py=f"{long}eval(x)\n".encode())
    first = await office.tell(message)
    assert "line 901" in first.text
    again = await office.tell(office.again(first))
    assert "line 901" in again.text
    assert "its end is missing" not in again.text
    assert names(again) == ["review-2.md", "review-2.sarif"]


async def test_a_file_that_is_gone_is_not_called_fixed(connection: Connection) -> None:
    from bot.platform import Download, Problem

    office = Office(connection, Offline())
    long = "".join(f"x{n} = {n}  # {'y' * 60}\n" for n in range(900))
    message = attach(office, office.message("review"), app_py=f"{long}eval(x)\n".encode())
    first = await office.tell(message)
    office.paper.files[message.attachments[0].id] = Download(problem=Problem.GONE)
    card = card_of(await office.tell(office.again(first)))
    assert statuses(card)["eval"] == "open"
    assert "not looked at again" in finding(card, "eval").note


async def test_what_a_model_did_not_look_at_again_stays_open(connection: Connection) -> None:
    from bot.errors import ModelRejected

    model = reviewing("x may be None", then=[ModelRejected("no", status=404)])  # type: ignore[list-item]
    desk = Desk(connection, model)
    await desk.review()
    card = card_of(await desk.edit(FIXED))
    one = finding(card, "none")
    assert one.status == "open"
    assert "the model's part is missing" in one.note
    assert "no score" in card.title


async def test_a_pull_request_is_fetched_anew(connection: Connection) -> None:
    async with forge() as (_, _, forges):
        office = Office(connection, Offline(), forges=forges)
        first = await office.ask("review https://github.com/owner/app/pull/7 please")
        again = await office.tell(office.again(first))
        await office.pulling.close()
    assert card_of(again).id == card_of(first).id
    assert "review-2.md" in names(again)


# -- what goes wrong ---------------------------------------------------------------------------


async def test_code_that_was_taken_out_leaves_the_review_with_a_word(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    card = await desk.review()
    await desk.office.edit(desk.message, "never mind")
    await desk.office.work()
    told = desk.office.paper.told[-1]
    stands = card_of(told)
    assert "no code left to review" in stands.note
    assert stands.findings == card.findings
    assert told.part == desk.first.part
    entry = (await desk.office.history()).entries[-1]
    assert entry.steps


async def test_a_limit_leaves_the_review_with_a_word(connection: Connection) -> None:
    desk = Desk(connection, limits=Limits(turns_per_hour=1))
    card = await desk.review()
    told = await desk.edit(FIXED)
    assert isinstance(told.final, Done)
    assert card_of(told).findings == card.findings
    assert "as it was" in card_of(told).note
    assert told.part == desk.first.part


async def test_an_edit_that_changes_no_code_costs_no_turn(connection: Connection) -> None:
    desk = Desk(connection, limits=Limits(turns_per_hour=2))
    await desk.review()
    for words in ("this", "it", "this please"):
        await desk.office.edit(desk.message, fenced(CODE).replace("this", words))
        await desk.office.work()
    assert statuses(card_of(await desk.edit(FIXED)))["exec"] == "fixed"


async def test_where_the_bot_answers_no_more_an_edit_is_met_with_silence(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    await desk.review()
    closed = Office(connection, Offline(), limits=Limits(channels=frozenset({"elsewhere"})))
    closed.paper = desk.office.paper
    closed.worker._platforms = {NAME: closed.paper}
    await desk.office.edit(desk.message, fenced(FIXED))
    await closed.work()
    assert len(closed.paper.told) == 1
    assert await desk.office.kept.in_thread(desk.message.thread.key)


async def test_a_stop_leaves_the_review_with_a_word(connection: Connection) -> None:
    never = asyncio.Event()
    desk = Desk(connection, Scripted([verdict("bad"), NOTHING_DISPROVED, [never]]))
    card = await desk.review()
    await desk.office.edit(desk.message, fenced(FIXED))
    stop = Stop(desk.message.thread, ANN)

    async def halt() -> None:
        from bot.platform import Controlled

        while await desk.office.control(stop) is not Controlled.DONE:  # noqa: ASYNC110  no sign
            await asyncio.sleep(0.02)

    async with desk.office.hearing_flags():
        await asyncio.gather(desk.office.work(), halt())
    told = desk.office.paper.told[-1]
    assert card_of(told).findings == card.findings
    assert "was stopped" in card_of(told).note


async def test_a_pull_request_that_is_away_leaves_the_review_with_a_word(
    connection: Connection,
) -> None:
    async with forge() as (stage, _, forges):
        office = Office(connection, Offline(), forges=forges)
        first = await office.ask("review https://github.com/owner/app/pull/7 please")
        stage.status = 404
        told = await office.tell(office.again(first))
        await office.pulling.close()
    assert card_of(told).findings == card_of(first).findings
    assert "cannot be read" in card_of(told).note


async def test_where_it_may_not_be_changed_any_more_nobody_is_bothered(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(connection)
    await desk.review()
    await desk.office.edit(desk.message, fenced(FIXED))

    async def refuse(*_: object) -> None:
        raise PlatformGone("no rights")

    monkeypatch.setattr(desk.office.paper, "deliver", refuse)
    await desk.office.work()
    assert await desk.office.inbox.depth((NAME,)) == 0
    assert [one async for one in desk.office.inbox.set_aside()] == []


class Crash(Exception):
    pass


@pytest.mark.parametrize("kind", [File, ReviewCard, Done])
async def test_a_crash_before_delivery_tells_the_same_card_again(
    connection: Connection, kind: type[Any]
) -> None:
    model = reviewing("bad")
    desk = Desk(connection, model)
    desk.message = desk.office.message(fenced(CODE))

    def fail(reply: object) -> None:
        if isinstance(reply, kind):
            desk.office.paper.on_reply = lambda _: None
            raise PlatformTemporary("lost", retry_after=0.0)

    desk.office.paper.on_reply = fail
    await desk.office.tell(desk.message)
    async with asyncio.timeout(PATIENCE):
        while len(desk.office.paper.told) < 2:
            await asyncio.sleep(0.05)
            await desk.office.work()
    told = desk.office.paper.told[-1]
    card = card_of(told)
    assert len(model.requests) == 2
    assert names(told) == ["review.md", "review.sarif"]
    assert await desk.standing(card) == card


async def test_a_crash_in_a_review_made_anew_tells_what_became_of_each(
    connection: Connection,
) -> None:
    desk = Desk(connection)
    await desk.review()

    def fail(reply: object) -> None:
        if isinstance(reply, Done):
            desk.office.paper.on_reply = lambda _: None
            raise PlatformTemporary("lost", retry_after=0.0)

    desk.office.paper.on_reply = fail
    await desk.edit(FIXED)
    async with asyncio.timeout(PATIENCE):
        while len(desk.office.paper.told) < 3:
            await asyncio.sleep(0.05)
            await desk.office.work()
    told = desk.office.paper.told[-1]
    assert statuses(card_of(told))["exec"] == "fixed"
    assert told.part == desk.first.part


# -- forgetting ------------------------------------------------------------------------------------


async def test_a_deleted_message_takes_its_review_along(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    await desk.office.control(Delete(desk.message.id, desk.message.thread))
    assert await desk.office.desk.card(card.id, desk.message.thread) is None
    await desk.edit(FIXED)
    assert len(desk.office.paper.told) == 1


async def test_a_reset_forgets_reviews(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    await desk.office.control(Reset(desk.message.thread, ANN))
    assert await desk.office.desk.card(card.id, desk.message.thread) is None


async def test_a_reset_in_a_channel_forgets_ones_own_reviews(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    channel = replace(desk.message.thread, thread="")
    await desk.office.control(Reset(channel, BOB, whole_channel=True))
    assert await desk.standing(card) == card
    await desk.office.control(Reset(channel, ANN, whole_channel=True))
    assert await desk.office.desk.card(card.id, desk.message.thread) is None


# -- other ways to ask -----------------------------------------------------------------------------


async def test_a_commands_review_is_made_anew(connection: Connection) -> None:
    office = Office(connection, Offline())
    first = await office.tell(office.command("review", CODE))
    again = await office.tell(office.again(first))
    card = card_of(again)
    assert card.id == card_of(first).id
    assert statuses(card) == dict.fromkeys(statuses(card), "open")


async def test_what_reads_like_a_token_of_one_answer_is_not_kept(connection: Connection) -> None:
    from bot.events import Place

    office = Office(connection, Offline())
    command = replace(office.command("review", CODE), place=Place(address={"token": "hunter2"}))
    card = card_of(await office.tell(command))
    kept = await office.kept.load(card.id)
    assert kept is not None
    assert "hunter2" not in repr(kept)


async def test_taking_a_file_away_by_an_edit_takes_it_out_of_the_review(
    connection: Connection,
) -> None:
    from bot.events import Edit

    office = Office(connection, Offline())
    message = office.message("review")
    one, other = (f"def f(x):\n    return {way}(x)\n".encode() for way in ("eval", "exec"))
    message = attach(office, message, a_py=one, b_py=other)
    first = card_of(await office.tell(message))
    assert statuses(first) == {"eval": "new", "exec": "new"}
    edit = Edit(message.id, message.thread, "review", message.at + 1, message.attachments[:1])
    await office.control(edit)
    await office.work()
    assert statuses(card_of(office.paper.told[-1])) == {"eval": "open", "exec": "fixed"}


async def test_the_bot_may_take_away_what_a_review_needs_no_more(connection: Connection) -> None:
    desk = Desk(connection)
    card = await desk.review()
    thread = desk.message.thread
    channel = replace(thread, thread="").key
    await desk.office.kept.shown(card.id, channel, (desk.first.part, "b99"), (thread.key,))
    await desk.office.control(Delete("b99", thread))
    assert await desk.standing(card) == card
    await desk.office.control(Delete(desk.first.part, thread))
    assert await desk.office.desk.card(card.id, thread) is None


async def test_the_next_question_knows_what_became_of_the_findings(connection: Connection) -> None:
    model = reviewing("bad", then=[verdict("bad"), NOTHING_DISPROVED, "As you see."])
    desk = Desk(connection, model)
    await desk.review()
    await desk.edit(FIXED)
    assert (await desk.office.ask("and the others?")).text == "As you see."
    told = "\n".join(str(getattr(said, "text", "")) for said in model.requests[-1].messages)
    assert ", fixed: `exec`" in told
    assert "**fixed**" in told
    assert "return x\n" in told
    assert told.count("Code review · snippet") == 1


async def test_a_long_fix_is_known_to_the_next_question(connection: Connection) -> None:
    import json

    new = "".join(f"    y{n} = {n}\n" for n in range(40)) + "    return int(x)"
    answer = json.loads(verdict("eval is unsafe", line=5, quote="    return eval(x)"))
    answer["findings"][0]["fix"] = {
        "description": "Parse it.",
        "edits": [{"old": "    return eval(x)", "new": new}],
        "old": "    return eval(x)",
        "new": new,
    }
    model = Scripted([json.dumps(answer), NOTHING_DISPROVED, "Here."])
    desk = Desk(connection, model)
    await desk.review()
    assert "y39 = 39" not in desk.first.text
    await desk.office.ask("write the fix for line 5")
    told = "\n".join(str(getattr(said, "text", "")) for said in model.requests[-1].messages)
    assert "y39 = 39" in told


async def test_who_else_asked_may_wish_for_the_next_one(connection: Connection) -> None:
    from adapters.common.presses import askers_of

    office = Office(connection, Offline())
    message = office.message(fenced(CODE))
    await office.tell(message, office.message("review that", BOB))
    await office.edit(message, fenced(FIXED))
    await office.work()
    assert askers_of(office.paper.told[-1].batch) == (ANN.id, BOB.id)
