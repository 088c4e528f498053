"""The dialog about a message: what it shows, and what becomes of what is written into it.

Shapes: https://docs.slack.dev/surfaces/modals and, of what is submitted,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from adapters.common.payloads import mapping
from adapters.common.promptness import apology, claiming, reading
from adapters.slack import inbound, render
from adapters.slack.answers.answering import address
from adapters.slack.answers.responding import ResponseUrl, may_call
from adapters.slack.places import place_of
from adapters.slack.surfaces import about
from adapters.slack.surfaces.about import About
from adapters.slack.surfaces.labels import marked, plain
from adapters.slack.surfaces.promptness import LOOK_UP_SECONDS
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.events import Author, Command, Message, ThreadRef
from bot.platform import Sink
from bot.store.notes import Notes
from bot.wording import say

CALLBACK = "ask_about_message"
"""Names both the shortcut, in the manifest, and the dialog that it opens."""

QUESTION, AUDIENCE = "question", "audience"
"""The dialog's fields: block id and action id alike."""

LONGEST_QUESTION = 3_000
"""Characters that Slack takes in such a field."""

LONGEST_SECTION = 3_000
"""Characters of a section's text (https://docs.slack.dev/reference/block-kit/blocks)."""


_PERSON, _CHANNEL = re.compile(r"[UW][A-Z0-9]+"), re.compile(r"[CG][A-Z0-9]+")


def dialog(message: About, locale: str, *, private: bool) -> dict[str, Any]:
    """Return the dialog that asks what to ask about a message."""
    options = [_option(say(f"dialog_{one}", locale), one) for one in ("public", "private")]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": message.brief(),
        "title": plain(say("dialog_title", locale)),
        "submit": plain(say("dialog_submit", locale)),
        "close": plain(say("dialog_close", locale)),
        "blocks": [
            {"type": "context", "elements": [_whose(message, locale)]},
            {"type": "section", "text": _excerpt(message, locale)},
            {"type": "divider"},
            _input(
                QUESTION,
                say("dialog_question", locale),
                {
                    "type": "plain_text_input",
                    "multiline": True,
                    "max_length": LONGEST_QUESTION,
                    "initial_value": say("dialog_default", locale),
                },
            ),
            _input(
                AUDIENCE,
                say("dialog_audience", locale),
                {
                    "type": "radio_buttons",
                    "options": options,
                    "initial_option": options[1 if private else 0],
                },
            ),
        ],
    }


class Modals:
    """Handles submissions of the dialog."""

    def __init__(
        self, notes: Notes, tongues: Tongues, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._notes = notes
        self._tongues = tongues
        self._clock = clock

    async def handle(
        self, body: Mapping[str, Any], workspace: Workspace, sink: Sink
    ) -> tuple[dict[str, Any] | None, Message | Command | None]:
        """Put what was asked; returns the acknowledgement's payload and what was put."""
        view, person = mapping(body.get("view")), str(mapping(body.get("user")).get("id") or "")
        if view.get("callback_id") != CALLBACK or not person:
            return None, None
        question, private = _values(view)
        message = about.read(str(view.get("private_metadata") or ""))
        if not question:
            return trouble(say("dialog_empty", await self._tongues.of(workspace, person))), None
        if message is None or message.team != workspace.team:
            return trouble(say("dialog_lost", await self._tongues.of(workspace, person))), None
        locale = self._tongues.known(workspace, person)
        try:
            async with reading():
                chosen, kept = await asyncio.gather(
                    self._tongues.read(workspace, person), self._notes.read(message.note)
                )
            whole = about.read(kept) or message
            locale, event = await asyncio.gather(
                self._tongues.of(workspace, person, LOOK_UP_SECONDS, chosen),
                self._event(whole, question, person, workspace, private=private),
            )
            async with claiming():
                await sink.put(event)
        except StoreUnavailable as error:
            return trouble(apology(error, locale)), None
        return None, event

    async def acknowledge(self, command: Command, workspace: Workspace) -> None:
        """Show a sign of life to who asked privately; the answer takes its place. Raises the
        `PlatformError` family."""
        where = command.place.address
        locale = await self._tongues.of(workspace, command.author.id)
        url = ResponseUrl(workspace.client, where["url"], float(where["until"]))
        await url.say(say("thinking", locale))

    async def _event(
        self, message: About, question: str, person: str, workspace: Workspace, *, private: bool
    ) -> Message | Command:
        url = message.url if may_call(workspace.client.base_url, message.url) else ""
        answered = address(url, message.until, "", question)
        place = place_of(message.channel, message.channel_name, answered)
        asker = Author(person, "")
        if not private:
            mentions = (message.author, *message.mentions)
            return Message(
                id=message.at,  # by Slack's clock, as any message
                thread=message.thread,
                author=asker,
                text=f"{question}\n\n{_quoted(message, f'@{message.author}')}",
                at=inbound.microseconds(message.at),
                attachments=message.files,
                attachments_known=all(file.url for file in message.files),
                starts_thread=False,
                mentions=tuple(dict.fromkeys(filter(None, mentions))),
                place=place,
            )
        people = await workspace.people.named(
            message.thread, {message.author, *message.mentions} - {""}, LOOK_UP_SECONDS
        )
        quoted = _quoted(message, f"@{message.author}")
        for id, known in people.items():
            quoted = quoted.replace(f"@{id}", f"@{known.name}").replace(f"#{id}", f"#{known.name}")
        return Command(
            id=message.at,
            thread=ThreadRef("slack", message.team, message.channel, f"ask:{message.at}"),
            author=asker,
            name="ask",
            text=f"{question}\n\n{quoted}",
            at=int(self._clock() * 1_000_000),
            private=True,
            attachments=message.files,
            place=place,
        )


def _whose(message: About, locale: str) -> dict[str, Any]:
    """Say whose message it is; Slack shows the name. Apps have none that it would look up."""
    if _PERSON.fullmatch(message.author) is None:
        return plain(say("dialog_about", locale))
    return marked(say("dialog_about_whose", locale, author=f"<@{message.author}>"))


def _excerpt(message: About, locale: str) -> dict[str, Any]:
    """Return the beginning of the message as it looks in its channel, with the names in it."""
    text = message.text.strip()
    if not text:
        return plain(say("dialog_no_text", locale))
    if len(text) > about.LONGEST_EXCERPT:
        text = text[: about.LONGEST_EXCERPT].rstrip() + "…"
    shown = render.to_mrkdwn(text)
    for id in message.mentions:
        sign = "@" if _PERSON.fullmatch(id) else "#" if _CHANNEL.fullmatch(id) else ""
        if sign:
            shown = shown.replace(render.to_mrkdwn(f"{sign}{id}"), f"<{sign}{id}>")
    fits = shown.strip() and len(shown) <= LONGEST_SECTION
    return marked(shown) if fits else plain(text)


def _quoted(message: About, author: str) -> str:
    """Write the message for the model, told apart from what is asked about it."""
    lines = (message.text or "(no text)").split("\n")
    quote = "\n".join(f"> {line}" for line in lines)
    return f"This is about a message of {author}:\n{quote}"


def _values(view: Mapping[str, Any]) -> tuple[str, bool]:
    """Read the question, and whether only who asks may see the answer."""
    values = mapping(mapping(view.get("state")).get("values"))
    question = mapping(mapping(values.get(QUESTION)).get(QUESTION)).get("value")
    audience = mapping(mapping(values.get(AUDIENCE)).get(AUDIENCE)).get("selected_option")
    private = mapping(audience).get("value") == "private"
    return str(question or "").strip()[:LONGEST_QUESTION], private


def trouble(text: str) -> dict[str, Any]:
    """Say something under the question; the dialog stays open with what was written."""
    return {"response_action": "errors", "errors": {QUESTION: text}}


def _input(name: str, label: str, element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {**element, "action_id": name},
    }


def _option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value}
