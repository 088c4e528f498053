"""Presses on a card: what they put, whom they tell, what they show anew. The whole path is played
in `tests/scenarios/slack/test_cards.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.carded import Cards, CardSurface
from adapters.slack.cards.marks import DISMISS, EXPLAIN, FIX, ON, Mark
from adapters.slack.standing import Spot
from adapters.slack.surfaces import dismissing
from adapters.slack.surfaces.buttons import Tag
from adapters.slack.surfaces.cards import CardPresses
from adapters.slack.surfaces.dismissing import NOTE, REASON, Site, Wish
from adapters.slack.surfaces.pressed import read
from adapters.slack.workspaces import furnish
from bot.cards import REASONS
from bot.errors import StoreUnavailable
from bot.events import Command, ThreadRef
from bot.platform import Stored
from tests.adapters.slack.cards.cards import Desk, card
from tests.adapters.slack.parts import client_of, me
from tests.servers.slack import LocalSlack, Message

BASE = card(7)


class _Sink:
    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.away = False

    async def put(self, event: Any) -> Stored:
        if self.away:
            raise StoreUnavailable("away")
        self.heard.append(event)
        return Stored.STORED


async def _english(*_: object) -> str:
    return "en"


class _Stage:
    """A card in a thread, and who handles what is pressed on it."""

    def __init__(self, slack: LocalSlack, workspace: Any, shown: Message) -> None:
        self.slack, self.workspace, self.shown = slack, workspace, shown
        self.desk, self.sink = Desk(replace(BASE, askers=(slack.user("alice"),))), _Sink()
        self.reviews = CardPresses(self.desk, _english)

    def body(self, action: str, person: str = "alice", **changes: Any) -> dict[str, Any]:
        trigger = self.slack.new_trigger(self.slack.app, self.slack.user(person))
        element = next(e for e in self.slack.elements(self.shown) if e["action_id"] == action)
        where = {"message_ts": self.shown.ts, "channel_id": self.shown.channel}
        return {
            "user": {"id": self.slack.user(person)},
            "channel": {"id": self.shown.channel, "name": "general"},
            "container": {**where, "thread_ts": self.shown.thread_ts},
            "actions": [{**element, "action_ts": "1763640009.000300"}],
            "trigger_id": trigger,
            "response_url": "",
        } | changes

    async def press(self, action: str, person: str = "alice", **changes: Any) -> None:
        body = self.body(action, person, **changes)
        await self.reviews.handle(body, self.workspace, self.sink)  # type: ignore[arg-type]  # as a sink is
        await self.reviews.settle()

    def told(self, person: str = "alice") -> str:
        return "\n".join(map(self.slack.ephemeral_text, self.slack.ephemerals_for(person)))


@asynccontextmanager
async def stage() -> AsyncIterator[_Stage]:
    async with LocalSlack() as slack, client_of(slack) as client:
        slack.app.events.clear()  # nobody listens
        workspace = furnish(client, me(slack))
        question = await slack.user_posts("general", "alice", "review")
        thread = ThreadRef("slack", workspace.team, question.channel, question.ts)
        spot = Spot(client, workspace.lines, thread, "k", question.ts)
        await CardSurface(spot, cards=Cards(Tag(question.ts, "k"))).post_card(0, BASE)
        yield _Stage(slack, workspace, slack.replies(question)[0])


async def test_a_page_is_turned_for_anybody() -> None:
    async with stage() as here:
        await here.press(ON, "bob")
        assert "page 2/2" in here.slack.visible(here.shown)
        assert here.told("bob") == ""


async def test_without_a_slot_the_press_s_own_url_turns_the_page() -> None:
    async with stage() as here:
        here.slack.fail("chat.update", "ratelimited")
        _, where = here.slack.place(here.shown.channel)
        url = here.slack.new_response_url(here.slack.installation, where, here.slack.user("bob"))
        url.message = here.shown
        await here.press(ON, "bob", response_url=f"{here.slack.base_url}/response/{url.id}")
        assert "page 2/2" in here.slack.visible(here.shown)


@pytest.mark.parametrize("action", [ON, FIX, EXPLAIN, DISMISS])
async def test_without_a_store_who_pressed_is_told(action: str) -> None:
    async with stage() as here:
        here.desk.away = True
        before = here.slack.visible(here.shown)
        await here.press(action)
        assert "press again" in here.told()
        assert here.slack.visible(here.shown) == before
        assert here.sink.heard == []


@pytest.mark.parametrize("action", [ON, FIX, EXPLAIN, DISMISS])
async def test_a_review_that_is_forgotten_says_so(action: str) -> None:
    async with stage() as here:
        here.desk.cards.clear()
        await here.press(action)
        assert "no longer know this review" in here.told()


@pytest.mark.parametrize("action", [FIX, EXPLAIN, DISMISS])
async def test_a_finding_that_is_gone_says_so_and_the_message_follows(action: str) -> None:
    async with stage() as here:
        standing = here.desk.cards[BASE.id]
        newer = replace(standing, findings=standing.findings[1:], version="00000002")
        here.desk.cards[BASE.id] = newer
        await here.press(action)
        assert "no longer part" in here.told()
        assert "· Finding 1*" not in here.slack.visible(here.shown)


async def test_a_fix_is_whispered_in_the_thread() -> None:
    async with stage() as here:
        await here.press(FIX, "bob")
        (told,) = here.slack.ephemerals_for("bob")
        assert told.thread_ts == here.shown.thread_ts
        assert "+    return x" in here.told("bob")
        assert here.told("alice") == ""


async def test_a_very_long_fix_ends_with_where_the_rest_stands() -> None:
    async with stage() as here:
        here.desk.fixes["f1"] = "```diff\n" + "+ a line of code\n" * 2_000 + "```"
        await here.press(FIX)
        assert len(here.slack.ephemerals_for("alice")) == 3
        assert "review.md" in here.told()


async def test_an_explanation_is_a_command_in_the_thread_and_twice_is_once() -> None:
    async with stage() as here:
        await here.press(EXPLAIN, "bob")
        await here.press(EXPLAIN, "bob")
        first, second = here.sink.heard
        assert isinstance(first, Command)
        assert first.id == second.id
        assert (first.name, first.text, first.private) == ("explain", f"{BASE.id}/f1", False)
        assert first.thread.thread == here.shown.thread_ts
        assert first.author.id == here.slack.user("bob")


async def test_an_explanation_of_a_command_s_review_stands_under_it() -> None:
    async with stage() as here:
        body = here.body(EXPLAIN)
        mark = Mark.read(body["actions"][0]["value"])
        assert mark is not None
        body["actions"][0]["value"] = replace(mark, thread="ask:1").write()
        del body["container"]["thread_ts"]
        press = read(body, "T1")
        assert press is not None
        assert press.thread.thread == "ask:1"
        assert press.home.thread == here.shown.ts


async def test_who_asked_gets_a_dialog_and_dismisses() -> None:
    async with stage() as here:
        await here.press(DISMISS)
        (view,) = here.slack.views.values()
        outcome = await here.reviews.submitted(_filled(here, view.body), here.workspace)
        await here.reviews.settle()
        assert outcome == {}
        (dismissal,) = here.desk.dismissed
        assert (dismissal.finding, dismissal.reason, dismissal.note) == ("f1", "later", "so what")
        assert not dismissal.anyone
        assert "Finding 2" in here.slack.visible(here.shown)
        assert "· Finding 1*" not in here.slack.visible(here.shown)  # but on the next page


async def test_a_stranger_gets_no_dialog_and_an_admin_does() -> None:
    async with stage() as here:
        await here.press(DISMISS, "bob")
        assert not here.slack.views
        assert "Only those who asked" in here.told("bob")
        here.slack.workspace.user("bob").is_admin = True
        await here.press(DISMISS, "bob")
        (view,) = here.slack.views.values()
        body = _filled(here, view.body) | {"user": {"id": here.slack.user("bob")}}
        assert await here.reviews.submitted(body, here.workspace) == {}
        assert here.desk.dismissed[0].anyone


async def test_what_comes_of_a_dialog_is_said_in_it() -> None:
    async with stage() as here:
        await here.press(DISMISS)
        (view,) = here.slack.views.values()
        body = _filled(here, view.body)
        here.desk.away = True
        assert REASON in (await here.reviews.submitted(body, here.workspace))["errors"]
        here.desk.away = False
        stranger = body | {"user": {"id": here.slack.user("bob")}}
        answer = await here.reviews.submitted(stranger, here.workspace)
        assert "Only those who asked" in answer["errors"][REASON]
        here.desk.cards.clear()
        answer = await here.reviews.submitted(body, here.workspace)
        assert "no longer part" in answer["errors"][REASON]


async def test_a_dialog_that_does_not_open_is_told() -> None:
    async with stage() as here:
        here.slack.fail("views.open", "expired_trigger_id")
        await here.press(DISMISS)
        assert "could not be opened in time" in here.told()


async def test_an_old_view_follows_and_who_pressed_is_told() -> None:
    async with stage() as here:
        standing = here.desk.cards[BASE.id]
        here.desk.cards[BASE.id] = replace(standing, summary="All new.", version="00000002")
        await here.press(FIX)
        assert "All new." in here.slack.visible(here.shown)
        assert "has changed meanwhile" in here.told()
        assert "+    return x" in here.told()


async def test_a_button_of_another_release_is_too_old() -> None:
    async with stage() as here:
        actions = [{"action_id": "parley_card_colour", "value": "?"}]
        await here.press(FIX, actions=actions)
        assert "too old" in here.told()


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_slack_takes_the_dialog_in_every_language(locale: str) -> None:
    made = replace(card(1), locale=locale)
    heading = "x" * 2_900
    site = Site("C1", "1.1", "1.0", True, "https://hooks.slack.com/" + "y" * 100, 5, heading)
    view = dismissing.dialog(made, made.findings[0], Wish(Mark("r", "v", "t", "k"), site, True))
    assert len(view["private_metadata"]) <= 3_000
    assert all(len(view[part]["text"]) <= 24 for part in ("title", "submit", "close"))
    (chosen,) = (b["element"] for b in view["blocks"] if b.get("block_id") == REASON)
    assert [option["value"] for option in chosen["options"]] == list(REASONS)
    wish = dismissing.submitted(view)
    assert wish is not None
    assert wish.site == replace(site, heading="")  # there was no room for it


@given(st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["actions", "container", "channel", "user", "message", "state", "values",
                         "private_metadata", "blocks", "reason", "selected_option"]), inner),
))  # fmt: skip
def test_a_payload_of_any_shape_is_read_or_left(body: Any) -> None:
    if isinstance(body, dict):
        read(body, "T1")
        dismissing.submitted(body)


def _filled(here: _Stage, view: dict[str, Any]) -> dict[str, Any]:
    values = {
        REASON: {REASON: {"selected_option": {"value": "later"}}},
        NOTE: {NOTE: {"value": " so what "}},
    }
    person = {"id": here.slack.user("alice")}
    return {"user": person, "view": view | {"state": {"values": values}}}


@pytest.mark.parametrize("action", [ON, FIX, EXPLAIN, DISMISS])
async def test_a_button_of_another_review_does_nothing_under_a_card(action: str) -> None:
    async with stage() as here:
        other = replace(BASE, id="fedcba9876543210", summary="Nobody else's business.")
        here.desk.cards[other.id] = other
        body = here.body(action, message={"blocks": here.shown.blocks})
        (pressed,) = body["actions"]
        mark = Mark.read(pressed["value"])
        assert mark is not None
        pressed["value"] = replace(mark, review=other.id).write()
        before = here.slack.visible(here.shown)
        await here.reviews.handle(body, here.workspace, here.sink)  # type: ignore[arg-type]  # as a sink is
        await here.reviews.settle()
        assert here.slack.visible(here.shown) == before
        assert here.sink.heard == []
        assert here.desk.threads == []
        assert "too old" in here.told()


@pytest.mark.parametrize("private", [False, True])
async def test_only_where_one_person_sees_a_card_they_are_alone_with_it(private: bool) -> None:
    async with stage() as here:
        body = here.body(FIX)
        body["container"]["is_ephemeral"] = private
        await here.reviews.handle(body, here.workspace, here.sink)  # type: ignore[arg-type]  # as a sink is
        await here.reviews.settle()
        assert set(here.desk.alone) == {here.slack.user("alice") if private else ""}
