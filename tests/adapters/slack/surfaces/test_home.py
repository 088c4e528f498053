"""The App Home is a page that Slack takes, in every language, and acts on what is chosen there."""

from __future__ import annotations

import json

import pytest

from adapters.slack.surfaces.home import CHOICES, FORGET, Home, page
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import furnish
from bot.errors import StoreUnavailable
from bot.events import Reset
from bot.store.preferences import CHOICES as OFFERED
from bot.store.preferences import Preferences
from tests.adapters.slack.parts import (
    Memory,
    book_of,
    client_of,
    me,
    nowhere,
    reception_of,
    recorded,
)
from tests.adapters.slack.test_commands import Sink
from tests.servers.slack import LocalSlack
from tests.servers.slack.blockkit import check_view

MONTH = 30 * 86_400


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
@pytest.mark.parametrize("note", ["", "Done."])
def test_slack_takes_the_page_in_every_language(locale: str, note: str) -> None:
    view = page(Preferences(), locale, bot="U1", history_ttl=MONTH, note=note)
    check_view(view["blocks"])
    assert set(view) == {"type", "blocks"}
    text = json.dumps(view, ensure_ascii=False)
    assert all(f"/parley {word}" in text for word in ("ask", "ask private", "reset", "leave"))
    assert "30" in text
    (forget,) = [b for b in view["blocks"] if b["type"] == "actions"]
    assert set(forget["elements"][0]["confirm"]) <= {"title", "text", "confirm", "deny", "style"}
    for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        # https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
        assert len(forget["elements"][0]["confirm"][key]["text"]) <= most


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
def test_what_was_done_is_told_beside_its_button_and_memory_once(locale: str) -> None:
    blocks = page(Preferences(), locale, bot="U1", history_ttl=MONTH, note="Done.")["blocks"]
    *_, button, note = blocks
    assert (button["type"], note["text"]["text"]) == ("actions", "Done.")
    assert json.dumps(blocks, ensure_ascii=False).count("30 ") == 1


def test_the_page_shows_what_was_chosen_and_offers_what_can_be() -> None:
    chosen = Preferences("zh-Hant", "fahrenheit", "private")
    view = page(chosen, "en", bot="U1", history_ttl=MONTH)
    menus = {
        block["accessory"]["action_id"]: block["accessory"]
        for block in view["blocks"]
        if "accessory" in block
    }
    assert set(menus) == set(CHOICES)
    for action, choice in CHOICES.items():
        assert menus[action]["initial_option"]["value"] == getattr(chosen, choice)
        offered = {option["value"] for option in menus[action]["options"]} - {"auto"}
        assert offered == set(OFFERED[choice])
    unchosen = page(Preferences(), "en", bot="U1", history_ttl=MONTH)
    shown = [
        b["accessory"]["initial_option"]["value"] for b in unchosen["blocks"] if "accessory" in b
    ]
    assert shown == ["auto", "auto", "public"]


async def test_a_choice_is_kept_and_shown() -> None:
    memory = Memory()
    book = book_of(memory)
    async with LocalSlack() as slack, client_of(slack) as client:
        workspace = furnish(client, me(slack))
        alice = slack.user("alice")
        home = Home(book, Tongues(book), history_ttl=MONTH)
        for action, value in (("home_language", "zh-Hans"), ("home_units", "celsius")):
            chosen = {"action_id": action, "selected_option": {"value": value}}
            assert await home.act(chosen, alice, workspace, Sink()) == ""
        person = f"slack/{workspace.team}/{alice}"
        assert await book.load(person) == Preferences("zh-Hans", "celsius")
        await home.show(workspace, alice)
        assert "你的设置" in json.dumps(slack.homes[slack.app.id, alice].body, ensure_ascii=False)
        back = {"action_id": "home_language", "selected_option": {"value": "auto"}}
        await home.act(back, alice, workspace, Sink())
        assert (await book.load(person)).language == ""
        await workspace.people.close()


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "home_language"},
        {"action_id": "home_language", "selected_option": None},
        {"action_id": "home_language", "selected_option": {"value": "klingon"}},
        {"action_id": "home_unknown", "selected_option": {"value": "x"}},
    ],
)
async def test_what_cannot_be_chosen_changes_nothing(action: dict[str, object]) -> None:
    memory = Memory()
    home = Home(book_of(memory), Tongues(book_of(memory)), history_ttl=MONTH)
    assert await home.act(action, "U1", nowhere(), Sink()) == ""
    assert not any(memory.hashes.values())


async def test_to_forget_reaches_every_channel() -> None:
    memory, sink = Memory(), Sink()
    home = Home(book_of(memory), Tongues(book_of(memory)), history_ttl=MONTH)
    assert await home.act({"action_id": FORGET}, "U1", nowhere(), sink) == "home_forgotten"
    (reset,) = sink.controls
    assert isinstance(reset, Reset)
    assert (reset.everywhere, reset.author.id, reset.thread.workspace) == (True, "U1", "T1")
    with pytest.raises(StoreUnavailable):
        await home.act({"action_id": FORGET}, "U1", nowhere(), Sink(away=True))


async def test_a_recorded_choice_is_read() -> None:
    memory = Memory()
    body = recorded("home_chosen")
    reception = reception_of(memory)
    await reception.pressed(body, nowhere("T0ACME001"), Sink())
    await reception.close()
    assert (await book_of(memory).load("slack/T0ACME001/U0ALICE001")).language == "zh-Hans"
