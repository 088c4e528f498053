"""The App Home: what the bot can do, what it remembers, and each person's own settings.

A change counts at once, and the page is shown anew; the newest choice is what it shows in the end.
Source: https://docs.slack.dev/surfaces/app-home.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Literal, TypeAlias

from adapters.slack.commands import COMMAND, HELP, help_about, shown
from adapters.slack.limits import PUBLISH
from adapters.slack.surfaces.labels import marked, plain
from adapters.slack.surfaces.newest import Newest
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.events import Author, Reset, ThreadRef, person_key
from bot.platform import Sink
from bot.store.preferences import Choice, PreferenceBook, Preferences
from bot.wording import say, span

ACTION = "home_"
"""What the action ids of this page begin with."""

FORGET = f"{ACTION}forget"

CHOICES: Mapping[str, Choice] = {
    f"{ACTION}language": "language",
    f"{ACTION}units": "units",
    f"{ACTION}answers": "answers",
}

NOTE = f"{ACTION}note"
"""The block that says what was just done."""

Note: TypeAlias = Literal["home_forgotten", "press_again", "press_unsure"]
"""The name of a sentence that the page shows."""

MOST_CHANGES = 3
"""How often a page is published for one wish; whoever changes it again wishes anew."""

UNCHOSEN = "auto"
"""Stands for no choice: Slack's menus have no empty values."""

_LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}


def page(
    chosen: Preferences, locale: str, *, bot: str, history_ttl: float, note: str = ""
) -> dict[str, Any]:
    """Return the page as one person sees it; `note` says what was just done."""
    remembered = span(history_ttl, locale)
    # What it remembers has a chapter of its own below.
    parts = [help_about(part, locale, history_ttl) for part in HELP if part != "memory"]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(say("home_title", locale))},
        *({"type": "section", "text": marked(shown(part, bot))} for part in parts),
        {"type": "divider"},
        {"type": "header", "text": plain(say("home_settings", locale))},
        _menu("language", say("home_language", locale), _languages(locale), chosen.language),
        _menu("units", say("home_units", locale), _units(locale), chosen.units),
        _menu(
            "answers",
            say("home_answers", locale, command=COMMAND),
            _answers(locale),
            chosen.answers or "public",
        ),
        {"type": "divider"},
        {"type": "header", "text": plain(say("home_memory", locale))},
        {"type": "section", "text": plain(say("home_memory_text", locale, remembered=remembered))},
        {"type": "actions", "elements": [_forget(locale)]},
        *_noted(note),
    ]
    return {"type": "home", "blocks": blocks}


class Home:
    """Shows the page and acts on what is chosen there."""

    def __init__(self, book: PreferenceBook, tongues: Tongues, *, history_ttl: float) -> None:
        self._book = book
        self._tongues = tongues
        self._history_ttl = history_ttl
        self._pages = Newest()

    async def show(self, workspace: Workspace, person: str, note: Note | None = None) -> None:
        """Publish the page for a person as it is now. Raises `StoreUnavailable` and the
        `PlatformError` family."""
        await self._pages.do(
            (workspace.team, person), partial(self._publish, workspace, person, note)
        )

    async def apologize(
        self, view: Mapping[str, Any], workspace: Workspace, person: str, note: Note
    ) -> None:
        """Publish the page that was clicked on once more, with a note: what would have to be read
        for a new one cannot be read now. Raises the `PlatformError` family."""
        blocks = view.get("blocks")
        if not isinstance(blocks, list) or not blocks:
            return
        text = say(note, self._tongues.known(workspace, person))
        kept = [b for b in blocks if isinstance(b, Mapping) and b.get("block_id") != NOTE]
        again = {"type": "home", "blocks": [*kept, *_noted(text)]}

        async def publish() -> None:
            # No slot is waited for: the store would have to give it.
            await workspace.client.call(PUBLISH, user_id=person, view=again)

        await self._pages.do((workspace.team, person), publish)

    async def _publish(self, workspace: Workspace, person: str, note: Note | None) -> None:
        chosen = await self._tongues.read(workspace, person)
        for _ in range(MOST_CHANGES):
            locale = await self._tongues.of(workspace, person, chosen=chosen)
            view = page(
                chosen,
                locale,
                bot=workspace.me.user,
                history_ttl=self._history_ttl,
                note=say(note, locale) if note else "",
            )
            await workspace.client.read(PUBLISH, user_id=person, view=view)
            before, chosen = chosen, await self._tongues.read(workspace, person)
            # Another process may have shown a newer choice before this page arrived.
            if chosen == before:
                return

    async def act(
        self, action: Mapping[str, Any], person: str, workspace: Workspace, sink: Sink
    ) -> Note | None:
        """Do what was chosen; returns the note for the page. Raises `StoreUnavailable`."""
        id = str(action.get("action_id") or "")
        thread, author = ThreadRef("slack", workspace.team, ""), Author(person, "")
        if id == FORGET:
            await sink.control(Reset(thread, author, everywhere=True))
            return "home_forgotten"
        option = action.get("selected_option")
        value = str(option.get("value") or "") if isinstance(option, Mapping) else ""
        if (choice := CHOICES.get(id)) is not None and value:
            wanted = "" if value == UNCHOSEN else value
            # A value of an older or a newer release is passed over: the page shows what there is.
            with suppress(ValueError):
                await self._book.choose(person_key(thread, author), choice, wanted)
        return None


def _noted(note: str) -> list[dict[str, Any]]:
    """Return the note's block; it is the last: the page stays where it was scrolled to, and the
    button to forget is beside it."""
    return [{"type": "section", "block_id": NOTE, "text": plain(note)}] if note else []


def _languages(locale: str) -> dict[str, str]:
    return {UNCHOSEN: say("home_language_auto", locale), **_LANGUAGES}


def _units(locale: str) -> dict[str, str]:
    return {
        UNCHOSEN: say("home_units_auto", locale),
        "celsius": say("home_celsius", locale),
        "fahrenheit": say("home_fahrenheit", locale),
    }


def _answers(locale: str) -> dict[str, str]:
    return {
        "public": say("home_answers_public", locale),
        "private": say("home_answers_private", locale),
    }


def _menu(name: str, label: str, options: Mapping[str, str], chosen: str) -> dict[str, Any]:
    listed = {value: {"text": plain(text), "value": value} for value, text in options.items()}
    return {
        "type": "section",
        "block_id": f"{ACTION}{name}",
        "text": marked(label),
        "accessory": {
            "type": "static_select",
            "action_id": f"{ACTION}{name}",
            "options": list(listed.values()),
            "initial_option": listed.get(chosen) or listed[UNCHOSEN],
        },
    }


def _forget(locale: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": FORGET,
        "style": "danger",
        "text": plain(say("home_forget", locale)),
        "confirm": {
            "title": plain(say("home_forget_title", locale)),
            "text": plain(say("home_forget_confirm", locale)),
            "confirm": plain(say("home_forget_yes", locale)),
            "deny": plain(say("home_forget_no", locale)),
            "style": "danger",
        },
    }
