"""The desk answers in time or says that the store is away; nothing of a reader's words leaks."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from bot.cards import EXPLAIN, LONGEST_NOTE, REASONS, Dismissal, Dismissed, ReviewDesk
from bot.errors import StoreUnavailable
from bot.events import Author, ThreadRef
from bot.models.offline import Offline
from bot.reviews.desk import Desk
from bot.reviews.records import about
from bot.store.connection import Connection
from bot.wording import say
from tests.bot.paper import Office
from tests.bot.test_rereviews import CODE, card_of, fenced
from tests.bot.turn_helpers import ANN, BOB
from tests.bounds import FOREVER, PATIENCE

KEY = "ghp_" + "a1B2" * 9


class Slow:
    """A store that never answers."""

    async def load(self, id: str) -> Any:
        await asyncio.sleep(FOREVER)


async def test_a_store_that_hangs_is_given_up_in_time() -> None:
    desk: ReviewDesk = Desk(Slow())  # type: ignore[arg-type]  # nothing else of it is called
    thread = ThreadRef("paper", "w", "c", "t")
    press = Dismissal("r", "f", thread, ANN, "other")
    calls = (desk.card("r", thread), desk.fix("r", "f", thread, "en"), desk.dismiss(press))
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, StoreUnavailable) for each in found)


@pytest.mark.parametrize("reason", [*REASONS, "made up"])
@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
async def test_who_dismissed_and_why_is_told_in_the_reviews_language(
    connection: Connection, reason: str, locale: str
) -> None:
    office = Office(connection, Offline())
    author = Author("U1", "Ann *bold* @here", locale)
    message = office.message(fenced(CODE), author)
    card = card_of(await office.tell(message))
    note = f"see {KEY} " + "x" * 1_000
    press = Dismissal(card.id, card.findings[0].id, message.thread, author, reason, note)
    assert await office.desk.dismiss(press) is Dismissed.DONE
    after = await office.desk.card(card.id, message.thread)
    assert after is not None
    told = after.findings[-1].note
    known = reason if reason in REASONS else "other"
    assert say(f"dismiss_{known}", locale) in told
    assert KEY not in repr(after)
    assert "@here" not in told
    assert "\\*bold\\*" in told
    assert len(told) < LONGEST_NOTE + 200


async def test_every_text_of_a_card_is_inert(connection: Connection) -> None:
    office = Office(connection, Offline())
    code = CODE.replace("eval(x)", "eval('@everyone <!here> [x](http://evil.example)')")
    card = card_of(await office.tell(office.message(fenced(code))))
    prose = [card.title, card.facts, card.note, card.closing]
    for each in card.findings:
        prose += [each.title, each.where, each.note]
    for text in prose:
        assert "@everyone" not in text
        assert "](http" not in text


async def test_a_version_is_that_of_all_that_people_see(connection: Connection) -> None:
    office = Office(connection, Offline())
    card = card_of(await office.tell(office.message(fenced(CODE))))
    other = card_of(await office.tell(office.message(fenced(CODE), thread="u")))
    assert card.id != other.id
    assert len(card.id) == 16
    assert len(card.version) == 8
    assert dataclasses.asdict(card).keys() == dataclasses.asdict(other).keys()


async def test_a_private_review_is_told_only_to_who_asked_and_sees_it_alone(
    connection: Connection,
) -> None:
    office = Office(connection, Offline())
    wish = dataclasses.replace(office.command("review", CODE), private=True)
    card, thread = card_of(await office.tell(wish)), wish.thread
    one = card.findings[0]
    assert await office.desk.card(card.id, thread, ANN.id) == card
    for alone in ("", BOB.id):
        assert await office.desk.card(card.id, thread, alone) is None
        assert await office.desk.fix(card.id, one.id, thread, "en", alone) == ""
    press = Dismissal(card.id, one.id, thread, BOB, "other", anyone=True)
    assert await office.desk.dismiss(press) is Dismissed.GONE
    text = f"{card.id}/{one.id}"
    for author, private in ((BOB, True), (BOB, False), (ANN, False)):
        asked = dataclasses.replace(office.command(EXPLAIN, text, author), private=private)
        told = await office.tell(asked)
        assert "no longer know this review" in told.text
    asked = dataclasses.replace(office.command(EXPLAIN, text), private=True)
    assert one.title in (await office.tell(asked)).text
    press = dataclasses.replace(press, author=ANN, anyone=False)
    assert await office.desk.dismiss(press) is Dismissed.DONE


@pytest.mark.parametrize("private", [False, True])
async def test_an_edit_of_what_was_reviewed_in_private_makes_no_wish(
    connection: Connection, private: bool
) -> None:
    office = Office(connection, Offline())
    message = office.message(fenced(CODE))
    await office.tell(message)
    kept = await office.kept.about(message.thread.channel_key, message.id)
    assert kept is not None
    known = about(kept)
    assert known is not None
    changed = dataclasses.replace(known, private=private).write()
    await office.kept.begin(kept.id, kept.thread, "", changed, (), new=False)
    count = len(office.paper.told)
    await office.edit(message, fenced(CODE.replace("eval", "exec")))
    await office.work()
    assert (len(office.paper.told) == count) is private
