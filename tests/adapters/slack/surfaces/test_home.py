"""The App Home is a page that Slack takes, in every language, and acts on what is chosen there."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.surfaces.home import CHOICES, FORGET, Home, page
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace, furnish
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
from tests.bot.virtual_time import in_virtual_time
from tests.bounds import PATIENCE
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
            assert await home.act(chosen, alice, workspace, Sink()) is None
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
    assert await home.act(action, "U1", nowhere(), Sink()) is None
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


class Pages:
    """A client whose pages arrive when they are let go; `arrived` are the languages shown."""

    def __init__(self) -> None:
        self.go: list[asyncio.Event] = []
        self.arrived: list[str] = []
        self.views: list[dict[str, Any]] = []

    async def read(self, method: str, *, user_id: str, view: dict[str, Any]) -> None:
        self.go.append(asyncio.Event())
        await self.go[-1].wait()
        menus = [b["accessory"] for b in view["blocks"] if "accessory" in b]
        self.arrived.append(menus[0]["initial_option"]["value"])

    async def call(self, method: str, *, user_id: str, view: dict[str, Any]) -> None:
        self.views.append(view)

    async def asked(self, count: int) -> None:
        """Wait until so many pages are on their way."""
        async with asyncio.timeout(PATIENCE):
            while len(self.go) < count:  # noqa: ASYNC110  nothing announces it
                await asyncio.sleep(0)


def home_on(pages: Pages, memory: Memory) -> tuple[Home, Workspace]:
    """Return a home whose pages go to `pages`."""
    client: Any = pages
    home = Home(book_of(memory), Tongues(book_of(memory)), history_ttl=MONTH)
    return home, replace(nowhere(), client=client)


def choice(language: str) -> dict[str, Any]:
    return {"action_id": "home_language", "selected_option": {"value": language}}


async def test_of_two_quick_choices_the_page_shows_the_newer_one_in_the_end() -> None:
    pages = Pages()
    home, workspace = home_on(pages, Memory())
    shown = []
    for language in ("zh-Hans", "zh-Hant"):
        await home.act(choice(language), "U1", workspace, Sink())
        shown.append(asyncio.create_task(home.show(workspace, "U1")))
        await pages.asked(1)
        await asyncio.sleep(0)
    assert len(pages.go) == 1  # the second is not on its way beside the first
    for count in (1, 2, 3):
        await pages.asked(count)
        pages.go[count - 1].set()
    await asyncio.gather(*shown)
    assert pages.arrived[0] == "zh-Hans"
    assert set(pages.arrived[1:]) == {"zh-Hant"}


async def test_a_page_that_another_process_has_overtaken_is_shown_anew() -> None:
    pages, memory = Pages(), Memory()
    home, workspace = home_on(pages, memory)
    showing = asyncio.create_task(home.show(workspace, "U1"))
    await pages.asked(1)
    await book_of(memory).choose("slack/T1/U1", "language", "zh-Hant")  # and shown there
    pages.go[0].set()
    await pages.asked(2)
    pages.go[1].set()
    await showing
    assert pages.arrived == ["auto", "zh-Hant"]


async def test_a_choice_that_cannot_be_kept_is_told_on_the_page_that_stands() -> None:
    pages, memory = Pages(), Memory()
    home, workspace = home_on(pages, memory)
    view = page(Preferences(units="celsius"), "en", bot="U1", history_ttl=MONTH, note="Done.")
    memory.away = True
    await home.apologize(view, workspace, "U1", "press_again")
    (told,) = pages.views
    check_view(told["blocks"])
    assert told["blocks"][:-1] == view["blocks"][:-1]
    assert "press again" in told["blocks"][-1]["text"]["text"]
    await home.apologize({}, workspace, "U1", "press_again")
    assert len(pages.views) == 1


@pytest.mark.parametrize(("away", "sentence"), [(True, "press again"), (False, "cannot tell")])
def test_a_click_is_acknowledged_in_time_while_the_store_is_away_or_hangs(
    away: bool, sentence: str
) -> None:
    class Hanging(Memory):
        async def quick_command(self, name: str, key: str, *args: Any) -> Any:
            if not away:
                await asyncio.Event().wait()
            return await super().quick_command(name, key, *args)

    memory, pages, body = Hanging(), Pages(), recorded("home_chosen")
    memory.away = away
    client: Any = pages
    reception = reception_of(memory)
    view = page(Preferences(), "en", bot="U1", history_ttl=MONTH)

    async def pressed() -> None:
        where = replace(nowhere(), client=client)
        async with asyncio.timeout(1.5):
            await reception.pressed({**body, "view": view}, where, Sink())
        async with asyncio.timeout(PATIENCE):
            while not pages.views:  # noqa: ASYNC110  nothing announces it
                await asyncio.sleep(0.01)
        await reception.close()

    in_virtual_time(pressed)
    assert sentence in pages.views[0]["blocks"][-1]["text"]["text"]


async def test_a_recorded_choice_is_read() -> None:
    memory = Memory()
    body = recorded("home_chosen")
    reception = reception_of(memory)
    await reception.pressed(body, nowhere("T0ACME001"), Sink())
    await reception.close()
    assert (await book_of(memory).load("slack/T0ACME001/U0ALICE001")).language == "zh-Hans"
