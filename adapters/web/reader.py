"""The reading half of the playground's API: who is here, pages of messages, files."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from aiohttp import web

from adapters.web.hub import Hub
from adapters.web.listener import MOST_FILES
from adapters.web.payload import LONGEST_TEXT, Refused, clean, read_body
from adapters.web.people import (
    BOT_ID,
    BOT_NAME,
    CHANNELS,
    PEOPLE,
    Person,
    direct_room,
    find_person,
    find_room,
)
from adapters.web.stream import stream
from bot.store.channel_message import ChannelMessage
from bot.store.files import LARGEST, Files
from bot.store.messages import ChannelMessages

_PAGE = 50
"""Messages of a channel read at once."""

_THREAD = 500
"""Replies of a thread that are shown."""

_MEDIA_TYPE = re.compile(r"[a-z0-9]{1,40}/[a-z0-9.+-]{1,80}", re.IGNORECASE)


class Reader:
    """Answers what a page asks. `model_note` is shown to people as it is, empty for none."""

    def __init__(
        self, messages: ChannelMessages, files: Files, hub: Hub, *, model_note: str, password: bool
    ) -> None:
        self._messages = messages
        self._files = files
        self._hub = hub
        self._model_note = model_note
        self._password = password

    async def state(self, request: web.Request) -> web.StreamResponse:
        """Return who and what there is, and where the log of changes stands."""
        person = _person(request)
        return web.json_response(
            {
                "me": person.id,
                "people": [asdict(each) for each in PEOPLE],
                "bot": {"id": BOT_ID, "name": BOT_NAME},
                "channels": [asdict(room) for room in (*CHANNELS, direct_room(person))],
                "cursor": await self._messages.newest(),
                "model_note": self._model_note,
                "password": self._password,
                "limits": {"text": LONGEST_TEXT, "file": LARGEST, "files": MOST_FILES},
            }
        )

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """Return a page of a channel, or a whole thread with its root."""
        person = _person(request)
        thread = request.query.get("thread")
        if thread is not None:
            root = await self._visible(thread, person)
            found = await self._messages.thread(root.id, limit=_THREAD)
            return _listed(found, root=root.public())
        room = find_room(request.query.get("channel"), person)
        if room is None:
            raise Refused(404, "not_found")
        before = _whole(request.query.get("before", str(2**53)))
        found = await self._messages.channel(room.id, before=before, limit=_PAGE)
        return _listed(found, more=len(found) == _PAGE)

    async def message(self, request: web.Request) -> web.StreamResponse:
        """Return one message as it is now."""
        message = await self._visible(request.match_info["id"], _person(request))
        return web.json_response({"message": message.public()})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what changes."""
        if not self._hub.healthy:
            raise Refused(503, "starting")
        return await stream(request, self._hub, self._messages, _person(request))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Keep a file for a message that is yet to be sent."""
        person = _person(request)
        if request.content_type != "application/octet-stream":
            raise Refused(415, "malformed")
        name = clean(request.query.get("name", "")).replace("/", "_").strip()[:120] or "file"
        content = await read_body(request, LARGEST, "file_too_large", most=f"{LARGEST // 10**6} MB")
        if not content:
            raise Refused(400, "file_empty")
        file = await self._files.save(name, _media_type(request, name), person.id, content)
        shown = {"id": file.id, "name": file.name, "media_type": file.media_type}
        return web.json_response({"file": {**shown, "size": len(content)}}, status=201)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand a file out, as something to save and never as a page."""
        file = await self._files.get(request.match_info["id"][:64])
        if file is None:
            raise Refused(404, "not_found")
        disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return web.Response(
            body=file.content, content_type="application/octet-stream", headers=headers
        )

    async def _visible(self, id: str, person: Person) -> ChannelMessage:
        message = await self._messages.get(id)
        if message is None or find_room(message.meta.channel, person) is None:
            raise Refused(404, "not_found")
        return message


def _person(request: web.Request) -> Person:
    person = find_person(request.query.get("as", PEOPLE[0].id))
    if person is None:
        raise Refused(400, "malformed")
    return person


def _listed(messages: list[ChannelMessage], **around: Any) -> web.Response:
    return web.json_response({"messages": [message.public() for message in messages], **around})


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,16}", text):
        raise Refused(400, "malformed")
    return int(text)


def _media_type(request: web.Request, name: str) -> str:
    told = request.query.get("type", "")
    if _MEDIA_TYPE.fullmatch(told):
        return told.lower()
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
