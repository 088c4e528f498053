"""What people do in the playground, heard over HTTP and put into the inbox.

A message is answered with success only after it is both in the channel and in the inbox; a browser
that hears nothing sends it again under the same id.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.common.beside import Beside
from adapters.web import inbound
from adapters.web.inbound import Writer
from adapters.web.payload import Refused, message_text, read_json, string
from adapters.web.people import PEOPLE, Room, find_person, find_room
from adapters.web.wording import read_locale, say
from bot.events import Relevance, Stop
from bot.platform import Controlled, Sink, Stored
from bot.store.channel_message import ChannelMessage, FileRef, Meta
from bot.store.files import Files
from bot.store.messages import ChannelMessages

MOST_FILES = 5
"""Files on one message."""

LATE_SECONDS = 3600.0
"""How old a message may be for an edit to make it a question."""

_NEW_ID = r"[0-9a-f]{32}"
_ID = r"[a-z][0-9a-f]{32}"
_ZONE = r"(?:[A-Za-z0-9_+-]{1,20}(?:/[A-Za-z0-9_+-]{1,30}){0,2})?"

_ANSWERING = ("thinking", "streaming")

_STOP_TRIES = 20
_STOP_PAUSE = 0.1
"""Two seconds in all: a turn begins within milliseconds unless every worker is busy."""

_log = logging.getLogger(__name__)


class Listener:
    """The writing half of the API. `clock` tells the time in seconds since the epoch."""

    def __init__(
        self, messages: ChannelMessages, files: Files, clock: Callable[[], float] = time.time
    ) -> None:
        self._messages = messages
        self._files = files
        self._clock = clock
        self._sink: Sink | None = None
        self._beside = Beside(_log)

    def open(self, sink: Sink) -> None:
        """Take messages for `sink` from now on."""
        self._sink = sink

    async def close(self) -> None:
        """Take no more messages."""
        self._sink = None
        await self._beside.settle()

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Take a message, or a command that is typed like one."""
        payload = await read_json(request)
        writer, room = _writer(payload, request), _room(payload)
        text, root = message_text(payload), await self._root(payload, room)
        if (word := inbound.slash_word(text)) is not None:
            return await self._command(word, room, root, writer)
        files = await self._attached(payload, writer)
        if not text and not files:
            raise Refused(400, "empty")
        person = writer.person
        meta = Meta(room.id, person.id, person.name, self._now(), thread=root, files=files)
        message = ChannelMessage(f"m{string(payload, 'id', _NEW_ID)}", meta, text)
        return await self._put(await self._stored(message), room, writer)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """Change one's own message."""
        payload = await read_json(request)
        before, room, writer = await self._own(payload, request)
        text = message_text(payload)
        if not text and not before.meta.files:
            raise Refused(400, "empty")
        message = replace(before, meta=replace(before.meta, edited=self._now()), text=text)
        known = await self._open_sink().control(inbound.to_edit(message, room))
        outcome = None
        if known is Controlled.NOTHING and self._calls_now(before, message, room):
            # Before it is shown: who has to try again must find it as it was.
            outcome = await self._open_sink().put(inbound.to_message(message, room, writer))
        if not await self._messages.rewrite(message):
            raise Refused(404, "not_found")
        if outcome is None:
            return web.json_response({"ok": True})
        return self._settled(outcome, message, message.id, writer)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Delete one's own message with its files."""
        payload = await read_json(request)
        message, room, _ = await self._own(payload, request)
        await self._open_sink().control(inbound.to_delete(message, room))
        await self._messages.remove(message)
        for file in message.meta.files:
            await self._files.remove(file.id)
        return web.json_response({"ok": True})

    async def stop(self, request: web.Request) -> web.StreamResponse:
        """End the running answer of a conversation."""
        payload = await read_json(request)
        writer, room = _writer(payload, request), _room(payload)
        thread = await self._root(payload, room)
        outcome = await self._stop(inbound.to_stop(room, thread, writer), room, thread)
        if outcome is Controlled.NOT_ALLOWED:
            raise Refused(403, "not_allowed")
        notice = "" if outcome is Controlled.DONE else say("stopped_nothing", writer.locale)
        return web.json_response({"ok": True, "notice": notice})

    async def feedback(self, request: web.Request) -> web.StreamResponse:
        """Take a thumb up, down, or back."""
        payload = await read_json(request)
        answer, room, writer = await self._answer(payload, request)
        value = payload.get("value")
        if value not in (-1, 0, 1) or isinstance(value, bool):
            raise Refused(400, "malformed")
        await self._open_sink().control(inbound.to_feedback(answer, room, writer, value))
        await self._messages.rate(answer, writer.person.id, value)
        return web.json_response({"ok": True})

    async def regenerate(self, request: web.Request) -> web.StreamResponse:
        """Ask for another answer in the place of one."""
        payload = await read_json(request)
        answer, room, writer = await self._answer(payload, request)
        if writer.person.id not in answer.meta.asked:
            raise Refused(403, "not_allowed")
        id = string(payload, "id", _NEW_ID)
        event = inbound.to_regenerate(id, answer, room, writer, self._now())
        outcome = await self._open_sink().put(event)
        return self._settled(outcome, answer, event.id, writer)

    async def _stop(self, stop: Stop, room: Room, thread: str) -> Controlled:
        """Stop what runs; what was taken in but has not begun yet is stopped as it begins."""
        for _ in range(_STOP_TRIES):
            outcome = await self._open_sink().control(stop)
            if outcome is not Controlled.NOTHING or not await self._is_expected(room, thread):
                return outcome
            await asyncio.sleep(_STOP_PAUSE)
        return outcome

    async def _is_expected(self, room: Room, thread: str) -> bool:
        """Tell whether an answer is shown as coming."""
        if not thread:
            shown = await self._messages.channel(room.id, limit=5)
        else:
            root = await self._messages.get(thread)
            shown = [*([root] if root else []), *await self._messages.thread(thread, limit=5)]
        return any(each.waiting or each.meta.state in _ANSWERING for each in shown)

    def _calls_now(self, before: ChannelMessage, message: ChannelMessage, room: Room) -> bool:
        """Tell whether an edit calls the bot to a message that was not for it, written just now."""
        was, now = (
            inbound.relevance(each.text, room, each.meta.thread) for each in (before, message)
        )
        is_recent = self._now() - message.meta.at < LATE_SECONDS * 1e6
        return now is Relevance.DIRECT and was is not Relevance.DIRECT and is_recent

    async def _put(self, message: ChannelMessage, room: Room, writer: Writer) -> web.StreamResponse:
        outcome = await self._open_sink().put(inbound.to_message(message, room, writer))
        return self._settled(outcome, message, message.id, writer)

    def _settled(
        self, outcome: Stored, message: ChannelMessage, event: str, writer: Writer
    ) -> web.StreamResponse:
        """Answer a turn event that the inbox has taken, with a sign of life or what is wrong."""
        if outcome in (Stored.STORED, Stored.KNOWN):
            self._beside.start(self._messages.mark_waiting(message, event, self._now()))
        notice = say("full", writer.locale) if outcome is Stored.FULL else ""
        body = {"message": message.public(), "outcome": outcome.value, "notice": notice}
        return web.json_response(body, status=201)

    async def _stored(self, message: ChannelMessage) -> ChannelMessage:
        """Show a message in its channel; sent again, it is the one that is there."""
        self._open_sink()
        outcome = await self._messages.add(message)
        if outcome == "added":
            return message
        known = await self._messages.get(message.id) if outcome == "known" else None
        if known is None or known.meta.author != message.meta.author:
            raise Refused(404, "not_found")
        return known

    async def _command(
        self, word: str, room: Room, root: str, writer: Writer
    ) -> web.StreamResponse:
        """Carry out `/parley …`; only the caller sees what came of it."""
        key = "help"
        if word == "reset":
            outcome = await self._open_sink().control(inbound.to_reset(room, root, writer))
            whole = not root and not room.is_direct
            key = "reset_channel" if whole else "reset_thread"
            key = key if outcome is Controlled.DONE else "reset_nothing"
        elif word == "leave":
            left = bool(root) and await self._open_sink().control(
                inbound.to_leave(room, root, writer)
            )
            key = "left" if left is Controlled.DONE else "left_nothing"
        return web.json_response({"outcome": "command", "notice": say(key, writer.locale)})

    async def _root(self, payload: dict[str, Any], room: Room) -> str:
        """Return the id of the thread that is meant, empty for the room itself."""
        thread = string(payload, "thread", rf"(?:{_ID})?")
        if not thread:
            return ""
        root = await self._messages.get(thread)
        if root is None or root.meta.thread or root.meta.channel != room.id or room.is_direct:
            raise Refused(404, "not_found")
        return thread

    async def _attached(self, payload: dict[str, Any], writer: Writer) -> tuple[FileRef, ...]:
        ids = payload.get("files", [])
        if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
            raise Refused(400, "malformed")
        if len(ids) > MOST_FILES:
            raise Refused(400, "too_many_files", most=MOST_FILES)
        return tuple([await self._attached_file(id, writer) for id in ids])

    async def _attached_file(self, id: str, writer: Writer) -> FileRef:
        file = await self._files.get(id[:64])
        if file is None or file.owner != writer.person.id:
            raise Refused(404, "file_gone")
        return FileRef(file.id, file.name, file.media_type, len(file.content))

    async def _own(
        self, payload: dict[str, Any], request: web.Request
    ) -> tuple[ChannelMessage, Room, Writer]:
        """Return the message of the path, which must be the caller's."""
        writer = _writer(payload, request)
        message = await self._messages.get(request.match_info["id"])
        room = find_room(message.meta.channel, writer.person) if message else None
        if message is None or room is None or message.meta.deleted:
            raise Refused(404, "not_found")
        if message.meta.author != writer.person.id:
            raise Refused(403, "not_yours")
        return message, room, writer

    async def _answer(
        self, payload: dict[str, Any], request: web.Request
    ) -> tuple[ChannelMessage, Room, Writer]:
        """Return the finished answer that is meant."""
        writer = _writer(payload, request)
        message = await self._messages.get(string(payload, "message", _ID))
        room = find_room(message.meta.channel, writer.person) if message else None
        if message is None or room is None or not message.meta.bot:
            raise Refused(404, "not_found")
        if message.meta.state in _ANSWERING:
            raise Refused(409, "still_running")
        return message, room, writer

    def _open_sink(self) -> Sink:
        if self._sink is None:
            raise Refused(503, "starting")
        return self._sink

    def _now(self) -> int:
        return int(self._clock() * 1e6)


def _writer(payload: dict[str, Any], request: web.Request) -> Writer:
    person = find_person(payload.get("as", PEOPLE[0].id))
    if person is None:
        raise Refused(400, "malformed")
    locale = read_locale(request.headers.get("Accept-Language", ""))
    return Writer(person, locale, string(payload, "timezone", _ZONE))


def _room(payload: dict[str, Any]) -> Room:
    person = find_person(payload.get("as", PEOPLE[0].id))
    room = find_room(payload.get("channel"), person) if person else None
    if room is None:
        raise Refused(404, "not_found")
    return room
