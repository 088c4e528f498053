"""What `/parley …` does. All of it is acknowledged at once, with words only for who typed it.

`ask` and `review` put a question into the inbox first; the others act. Slack sends app commands
from channels and direct messages only, never from a thread, and names no thread
(https://docs.slack.dev/interactivity/implementing-slash-commands).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from adapters.common.promptness import apology, claiming, reading
from adapters.slack import render
from adapters.slack.answers.answering import address
from adapters.slack.answers.responding import may_call, until
from adapters.slack.places import place_of
from adapters.slack.surfaces.promptness import LOOK_UP_SECONDS
from adapters.slack.surfaces.tongues import Tongues
from adapters.slack.text.reading import from_mrkdwn
from adapters.slack.workspaces import Workspace
from bot.errors import StoreUnavailable
from bot.events import Author, Command, Leave, Place, Reset, ThreadRef
from bot.platform import Controlled, Sink
from bot.wording import say, span

COMMAND = "/parley"

OWN_NAME = "@parley"
"""Stands for the bot while a text is rendered; Slack then shows whatever it is called there."""

HelpPart: TypeAlias = Literal["ask", "commands", "changes", "memory"]
HELP: tuple[HelpPart, ...] = ("ask", "commands", "changes", "memory")
"""The paragraphs of the help, in their order."""

_AUDIENCE = re.compile(
    r"(?:(?P<private>--?private|--?me|private|privately|私下|私密)|--?public)(?:[:：,，]|\s|$)\s*",
    re.IGNORECASE,
)


_MARKED = re.compile(r"(<[^<>]*>)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command as it was typed: its first word, and the rest."""

    id: str
    thread: ThreadRef
    person: str
    name: str
    word: str
    rest: str
    place: Place
    url: str

    @property
    def author(self) -> Author:
        """Who typed it; the name is looked up when it is needed."""
        return Author(self.person, "")

    @property
    def direct(self) -> bool:
        """Tell whether it was typed in a direct message."""
        return self.place.kind == "direct"


def read(body: Mapping[str, Any], team: str) -> Typed | None:
    """Read a slash command; an empty text asks for help. None for what has no place."""
    words = str(body.get("text") or "").strip().split(None, 1)
    channel, person = str(body.get("channel_id") or ""), str(body.get("user_id") or "")
    if not channel or not person:
        return None
    url = str(body.get("response_url") or "")
    return Typed(
        id=str(body.get("trigger_id") or url),
        thread=ThreadRef("slack", team, channel, str(body.get("thread_ts") or "")),
        person=person,
        name=str(body.get("user_name") or ""),
        word=words[0].lower() if words else "help",
        rest=words[1].strip() if len(words) > 1 else "",
        place=place_of(channel, str(body.get("channel_name") or "")),
        url=url,
    )


class Commands:
    """Handles slash commands."""

    def __init__(
        self,
        tongues: Tongues,
        *,
        history_ttl: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tongues = tongues
        self._history_ttl = history_ttl
        self._clock = clock

    async def handle(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> str | None:
        """Do what was typed and return what its author sees."""
        typed = read(body, workspace.team)
        if typed is None:
            return None
        if (typed.word == "ask" and typed.rest) or typed.word == "review":
            return await self._ask(typed, workspace, sink)
        if typed.word in _ACTS:
            markdown = await self._act(typed, workspace, sink)
        else:
            markdown = self._explain(typed, await self._tongues.of(workspace, typed.person))
        return shown(markdown, workspace.me.user)

    async def _act(self, typed: Typed, workspace: Workspace, sink: Sink) -> str:
        locale = self._tongues.known(workspace, typed.person)
        try:
            # A store that does not even read is not asked to write: it might do so much later.
            async with reading():
                chosen = await self._tongues.read(workspace, typed.person)
            locale = await self._tongues.of(workspace, typed.person, LOOK_UP_SECONDS, chosen)
            async with claiming():
                return await _ACTS[typed.word](typed, sink, locale)
        except StoreUnavailable as error:
            return apology(error, locale)

    def _explain(self, typed: Typed, locale: str) -> str:
        if typed.word == "ask":
            return say("empty_command", locale, command=COMMAND)
        if typed.word == "help":
            return self._help(locale)
        commands = help_about("commands", locale, self._history_ttl)
        return say("unknown_command", locale) + "\n\n" + commands

    async def _ask(self, typed: Typed, workspace: Workspace, sink: Sink) -> str:
        """Put the question; its acknowledgement is the first sign of life."""
        try:
            # Not guessed: who wants private answers must not get a public one.
            async with reading():
                chosen = await self._tongues.read(workspace, typed.person)
        except StoreUnavailable as error:
            known = self._tongues.known(workspace, typed.person)
            return render.to_mrkdwn(apology(error, known))
        command = self._question(typed, workspace, private=chosen.answers == "private")
        refusal, locale = await asyncio.gather(
            _put(command, sink), self._tongues.of(workspace, typed.person, chosen=chosen)
        )
        if refusal is not None:
            return render.to_mrkdwn(apology(refusal, locale))
        alone = command.private or typed.direct
        return render.to_mrkdwn(say("thinking" if alone else "answer_follows", locale))

    def _question(self, typed: Typed, workspace: Workspace, *, private: bool) -> Command:
        asked = typed.rest
        if (found := _AUDIENCE.match(asked)) and asked[found.end() :].strip():
            private, asked = found["private"] is not None, asked[found.end() :]
        text, mentions = plain(asked)
        url = typed.url if may_call(workspace.client.base_url, typed.url) else ""
        where = address(url, until(self._clock), typed.name, text)
        return Command(
            id=typed.id,
            # Its own: forty at once are forty answers, none waits for another.
            thread=ThreadRef("slack", workspace.team, typed.thread.channel, f"ask:{typed.id}"),
            author=typed.author,
            name=typed.word,
            text=text,
            at=int(self._clock() * 1_000_000),
            private=private,
            mentions=mentions,
            place=replace(typed.place, address=where),
        )

    def _help(self, locale: str) -> str:
        return "\n\n".join(help_about(part, locale, self._history_ttl) for part in HELP)


def help_about(part: HelpPart, locale: str, history_ttl: float) -> str:
    """Return one paragraph of the help as Markdown; `history_ttl` in seconds."""
    remembered = span(history_ttl, locale)
    key = f"help_{part}"
    return say(key, locale, mention=OWN_NAME, command=COMMAND, remembered=remembered)


def plain(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what was typed behind a command, and the ids in it that are to be shown by name: Slack
    escapes it and marks names and links, but does not read it as formatted."""
    ids: dict[str, None] = {}
    pieces = _MARKED.split(text)
    said = "".join(
        from_mrkdwn(piece, lambda kind, id: ids.setdefault(id)) if at % 2 else unescape(piece)
        for at, piece in enumerate(pieces)
    )
    return said, tuple(ids)


def unescape(text: str) -> str:
    """Undo Slack's three entities (https://docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def shown(markdown: str, bot: str) -> str:
    """Render words of our own in which the bot is named; `bot` is its user id."""
    own_name = render.to_mrkdwn(OWN_NAME)
    return render.to_mrkdwn(markdown).replace(own_name, f"<@{bot}>")


async def _put(command: Command, sink: Sink) -> StoreUnavailable | None:
    try:
        async with claiming():
            await sink.put(command)
    except StoreUnavailable as error:
        return error
    return None


async def _reset(typed: Typed, sink: Sink, locale: str) -> str:
    """Forget what is held here: in a channel the caller's part, in a direct message all of it."""
    everything = ThreadRef("slack", typed.thread.workspace, typed.thread.channel)
    done = [await sink.control(Reset(everything, typed.author, whole_channel=True))]
    if typed.direct or typed.thread.thread:
        done.append(await sink.control(Reset(typed.thread, typed.author)))
    return say("reset_done" if Controlled.DONE in done else "reset_nothing", locale)


async def _leave(typed: Typed, sink: Sink, locale: str) -> str:
    """Leave the caller's threads in the channel: Slack does not tell where it was typed."""
    if typed.direct:
        return say("cannot_leave", locale, command=COMMAND)
    thread = typed.thread
    if thread.thread:  # a client that does tell
        await sink.control(Leave(thread, typed.author))
        return say("left_thread", locale)
    left = await sink.control(Leave(thread, typed.author, whole_channel=True))
    key = "left_channel" if left is Controlled.DONE else "left_nothing"
    return say(key, locale, mention=OWN_NAME)


_ACTS: Mapping[str, Callable[[Typed, Sink, str], Awaitable[str]]] = {
    "reset": _reset,
    "leave": _leave,
}
"""Commands that act at once."""
