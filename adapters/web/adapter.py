"""The playground as a platform: its routes for the one web server, and the port of the core.

Puts the parts of this room together; the composition root makes it, the dispatcher calls it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence

from aiohttp import web

from adapters.web.guard import Gate, needs_password
from adapters.web.hub import Hub
from adapters.web.inbound import to_earlier, to_later
from adapters.web.listener import Listener
from adapters.web.outbound import Outbound
from adapters.web.pages import HEADERS, Pages, go_to
from adapters.web.payload import Refused
from adapters.web.people import PLATFORM
from adapters.web.reader import Reader
from adapters.web.session import COOKIE, Sessions
from adapters.web.wording import read_locale, say
from bot.errors import ConfigError, StoreUnavailable
from bot.events import Attachment, Author, Message, ThreadRef
from bot.platform import Batch, Download, Health, Problem, Receipt, Sink
from bot.replies import Reply
from bot.store.channel_message import ChannelMessage
from bot.store.files import Files
from bot.store.messages import ChannelMessages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebPlatform:
    """The web playground. `host` and `port` are what the web server listens on.

    `password` must be set when others can reach it (`guard.needs_password`); `model_note` is a
    sentence about the model that people see. Raises `ConfigError` when the password is missing.
    """

    def __init__(
        self,
        messages: ChannelMessages,
        files: Files,
        *,
        host: str,
        port: int,
        password: str | None = None,
        public_url: str = "",
        model_note: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if needs_password(host) and not password:
            raise ConfigError(
                f"PLAYGROUND_PASSWORD: the playground listens on {host}, where others can reach "
                "it, and so needs a password. Set one, or let HTTP_HOST be 127.0.0.1."
            )
        self._messages = messages
        self._files = files
        self._sessions = Sessions(password, clock) if password else None
        self._gate = Gate(host, port, public_url, has_password=bool(password))
        self._hub = Hub(messages)
        self._listener = Listener(messages, files, clock)
        self._outbound = Outbound(messages, files, clock)
        self._pages = Pages(self._sessions, secure=public_url.startswith("https:"))
        self._reader = Reader(
            messages, files, self._hub, model_note=model_note, password=bool(password)
        )
        self._listening = False

    @property
    def name(self) -> str:
        """Return `web`."""
        return PLATFORM

    def routes(self) -> list[web.RouteDef]:
        """Return the playground's routes, each behind its guard."""
        page, open_page, api = self._page, self._open, self._api
        listener, reader, pages = self._listener, self._reader, self._pages
        return [
            web.get("/", page(pages.index)),
            web.get("/login", open_page(pages.sign_in_form)),
            web.post("/login", open_page(pages.sign_in)),
            web.post("/logout", open_page(pages.sign_out)),
            web.get("/static/{name:.+}", open_page(pages.static)),
            web.get("/api/state", api(reader.state)),
            web.get("/api/events", api(reader.events)),
            web.get("/api/messages", api(reader.messages)),
            web.post("/api/messages", api(listener.post)),
            web.get("/api/messages/{id}", api(reader.message)),
            web.patch("/api/messages/{id}", api(listener.edit)),
            web.delete("/api/messages/{id}", api(listener.delete)),
            web.post("/api/stop", api(listener.stop)),
            web.post("/api/feedback", api(listener.feedback)),
            web.post("/api/regenerate", api(listener.regenerate)),
            web.post("/api/files", api(reader.upload)),
            web.get("/api/files/{id}", api(reader.download)),
        ]

    async def start(self) -> None:
        """Do nothing: there is no session to open, and the store is there already."""

    async def listen(self, sink: Sink) -> None:
        """Serve browsers until cancelled."""
        self._listener.open(sink)
        self._listening = True
        try:
            await self._hub.run()
        finally:
            self._hub.close()
            await self._listener.close()

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read the thread before `message`: its root always, then the newest."""
        thread = message.thread.thread
        if not thread or limit < 1:
            return []
        root = await self._messages.get(thread)
        written = await self._messages.thread(thread, before=message.at, limit=limit)
        if root is not None and root.meta.at < message.at:
            written = [root, *written[-(limit - 1) :]] if limit > 1 else [root]
        return [to_earlier(each, message.thread) for each in written if _says_something(each)]

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Read what people wrote in the thread after a time, oldest first."""
        written = await self._messages.thread(message.thread.thread)
        newer = (each for each in written if each.meta.at > after and _says_something(each))
        return [m for each in newer if (m := to_later(each, message)) is not None][:limit]

    async def complete(self, message: Message) -> Message:
        """Return `message`: its event carries its files."""
        return message

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        """Fetch a file from the store."""
        try:
            file = await self._files.get(attachment.id)
        except StoreUnavailable:
            return Download(problem=Problem.UNREACHABLE)
        if file is None:
            return Download(problem=Problem.GONE)
        if len(file.content) > limit:
            return Download(problem=Problem.TOO_LARGE)
        return Download(file.content, file.media_type)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Show an answer as it grows."""
        await self._outbound.deliver(batch, replies, receipt)

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell nothing: events carry the names."""
        return {}

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Let the answer's message read `text` if a dead worker left it growing."""
        await self._outbound.tidy(parts, text, batch.first.place.locale)

    def health(self) -> Health:
        """Tell whether browsers hear what changes; a worker has nobody who would listen."""
        ready = not self._listening or self._hub.healthy
        return Health(ready, "" if ready else "the store's log cannot be read")

    async def close(self) -> None:
        """Let go of every browser."""
        self._hub.close()
        await self._listener.close()

    def _open(self, handler: Handler) -> Handler:
        """Let everybody in who comes by the right name."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._gate.check(request.method, request.path, request.headers)
                response = await handler(request)
            except Refused as refused:
                response = _refusal(request, refused)
            except StoreUnavailable:
                response = _refusal(request, Refused(503, "store_away"))
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return guarded

    def _api(self, handler: Handler) -> Handler:
        """Let only those in who have signed in, where that is asked."""

        async def signed_in(request: web.Request) -> web.StreamResponse:
            if not self._is_signed_in(request):
                raise Refused(401, "password_needed")
            response = await handler(request)
            if not response.prepared:
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return self._open(signed_in)

    def _page(self, handler: Handler) -> Handler:
        """Show the sign-in form to those who have yet to sign in."""

        async def signed_in(request: web.Request) -> web.StreamResponse:
            if not self._is_signed_in(request):
                return go_to("/login")
            return await handler(request)

        return self._open(signed_in)

    def _is_signed_in(self, request: web.Request) -> bool:
        return self._sessions is None or self._sessions.is_valid(request.cookies.get(COOKIE, ""))


def _refusal(request: web.Request, refused: Refused) -> web.StreamResponse:
    locale = read_locale(request.headers.get("Accept-Language", ""))
    text = say(refused.key, locale, **refused.values)
    if not request.path.startswith("/api/"):
        return web.Response(text=text + "\n", status=refused.status)
    body = {"error": {"code": refused.key, "text": text}}
    return web.json_response(body, status=refused.status)


def _says_something(message: ChannelMessage) -> bool:
    return not message.meta.deleted and bool(message.text or message.meta.files)
