"""The scripted model server itself: an OpenAI-compatible service on a loopback port.

    async with ModelServer([says("Hello")]) as server:
        client = AsyncOpenAI(api_key=server.api_key, base_url=server.base_url)

Each request that passes the checks takes the next scripted answer; every request is recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from typing import Literal

from aiohttp import web

from tests.servers.listening import Listening

from . import admission, catalogue, chat, play, responses
from .check_chat import check_openai
from .check_lookalike import REFUSALS, check_lookalike
from .check_responses import ResponsesChecker
from .families import family_of
from .faults import fails
from .ledger import Ledger
from .parts import Answer, Fault, Hang, Raw, Reply, Severed, Silence, Step
from .quirks import Quirk
from .records import ModelRequest, Wire
from .rejections import Rejected
from .replies import echo
from .whole import play_whole

API_KEY = "sk-test-parley-0123456789abcdef"
Chooser = Callable[[ModelRequest], Answer | Awaitable[Answer]]
Script = list[Answer | Chooser] | Chooser
_MAX_BODY = 32 * 1024 * 1024  # a long history with an image in it still fits
_OPENAI_HEADERS = {
    "openai-version": "2020-10-01",
    "openai-processing-ms": "12",
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "x-ratelimit-limit-tokens": "200000",
    "x-ratelimit-remaining-tokens": "199000",
    "x-ratelimit-reset-tokens": "300ms",
}


class ModelServer(Listening, Ledger):
    """A model service for tests; use it as an async context manager.

    What a script raises (a failed assertion, say) is answered with 500, and raised again at exit.

    script: answers to give in turn (a callable chooses its answer from the request), or one
        callable for all requests. When it is empty, `default` answers: an echo.
    mode: "openai" checks requests as strictly as OpenAI; "compatible" is a look-alike that ignores
        what it does not know.
    refuses: in compatible mode, the switches of `check_lookalike.Refusal`.
    wires: the wires that exist; a missing one answers 404.
    context: most tokens (estimated, four bytes each) that a request may have; None means the
        model's own limit in openai mode and no limit in compatible mode.
    """

    def __init__(
        self,
        script: Sequence[Answer | Chooser] | Chooser = (),
        *,
        mode: Literal["openai", "compatible"] = "openai",
        refuses: Collection[str] = (),
        wires: Collection[Wire] = ("chat", "responses"),
        api_key: str = API_KEY,
        context: int | None = None,
        default: Chooser = echo,
    ) -> None:
        if set(refuses) - REFUSALS:
            raise ValueError(f"unknown refusals: {sorted(set(refuses) - REFUSALS)}")
        super().__init__()
        self.script: Script = script if callable(script) else list(script)
        self.mode: Literal["openai", "compatible"] = mode
        self.refuses = frozenset(refuses)
        self.wires = frozenset(wires)
        self.api_key = api_key
        self.context = context
        self.default = default
        self.errors: list[Exception] = []  # what a script or a check raised by mistake
        self._responses = ResponsesChecker()

    # ---- life

    async def __aexit__(self, kind: object = None, *_: object) -> None:
        await self.stop()
        if self.errors and kind is None:
            raise self.errors[0]

    def app(self) -> web.Application:
        """Build the routes."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/responses", self._respond)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/models/{model:.+}", self._models)
        app.router.add_route("*", "/{path:.*}", self._nowhere)
        return app

    @property
    def base_url(self) -> str:
        """The address for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def env(self) -> dict[str, str]:
        """The environment that points a client here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.api_key}

    # ---- what tests do and see

    def play(self, quirk: Quirk) -> None:
        """Become the look-alike that shows this quirk: its mode, its refusals, its answers."""
        self.mode = "compatible"
        self.refuses = quirk.refuses
        last = quirk.replies[-1]
        self.script = (lambda _: last) if quirk.repeats else list(quirk.replies)

    # ---- one request

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "chat")

    async def _respond(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "responses")

    async def _serve(self, http: web.Request, wire: Wire) -> web.StreamResponse:
        if wire not in self.wires:
            return catalogue.nowhere(http)
        arrived = time.monotonic()
        body = await http.read()
        record = ModelRequest(len(self.requests) + 1, wire, http.headers.copy(), arrived)
        with contextlib.suppress(ValueError):
            record.body = json.loads(body)
        self._enter(record)
        try:
            with self.answering():
                self._check(http, record)
                return await self._answer(http, record, await self._next(record))
        except Rejected as no:
            record.refusal = no.body
            return await play.play_fault(record, no.fault, headers=self._headers())
        except (asyncio.CancelledError, ConnectionResetError):
            if record.finished is None and not self.stopping:
                record.cancelled = time.monotonic()
            raise
        except play.Broken:
            record.finished = time.monotonic()
            return web.Response()  # nobody is there to get it
        except Exception as error:  # the test gets it when the server ends
            self.errors.append(error)
            mistake = fails(500, message=f"The test's own script failed: {error!r}")
            return await play.play_fault(record, mistake, headers=self._headers())
        finally:
            self._leave()

    def _check(self, http: web.Request, record: ModelRequest) -> None:
        openai = self.mode == "openai"
        admission.check_body(record.body)
        admission.check_key(http.headers.get("Authorization", ""), self.api_key)
        family = admission.family_for(record.body, openai=openai)
        if record.wire == "responses":
            self._responses.check(record.body, family, strict=openai)
        elif openai:
            check_openai(record.body, family)
        else:
            check_lookalike(record.body, self.refuses)
        limit = self.context or (family.context if openai else None)
        if limit is not None:
            admission.check_size(record, limit)

    async def _next(self, record: ModelRequest) -> Answer:
        chosen: Answer | Chooser
        if callable(self.script):
            chosen = self.script
        else:
            chosen = self.script.pop(0) if self.script else self.default
        if not callable(chosen):
            return chosen
        made = chosen(record)
        return await made if inspect.isawaitable(made) else made

    async def _answer(
        self, http: web.Request, record: ModelRequest, answer: Answer
    ) -> web.StreamResponse:
        match answer:
            case Reply():
                await asyncio.sleep(answer.delay)
                return await self._speak(http, record, answer)
            case Raw():
                await asyncio.sleep(answer.delay)
                steps = (_framed(chunk) for chunk in answer.chunks)
                return await self._stream(http, record, steps, answer)
            case Fault():
                return await play.play_fault(record, answer, headers=self._headers())
            case Silence():
                await play.obey(Hang(), http, 0.0)
            case Severed():
                play.reset(http)
                raise play.Broken
        raise TypeError(f"not an answer: {answer!r}")

    async def _speak(
        self, http: web.Request, record: ModelRequest, reply: Reply
    ) -> web.StreamResponse:
        openai = self.mode == "openai"
        if record.wire == "chat":
            if record.streaming:
                steps = chat.stream(reply, record, openai=openai)
                return await self._stream(http, record, steps, reply)
            body = chat.whole(reply, record, openai=openai)
            return await play_whole(http, record, reply, body, self._headers())
        rendering = responses.Rendering(reply, record, effort=self._effort(record))
        if record.streaming:
            response = await self._stream(http, record, rendering.stream(), reply)
        else:
            whole = rendering.whole()
            response = await play_whole(http, record, reply, whole, self._headers())
        self._responses.remember(record.body, rendering)
        return response

    async def _stream(
        self, http: web.Request, record: ModelRequest, steps: Iterator[Step], answer: Reply | Raw
    ) -> web.StreamResponse:
        headers, framing = self._headers(), answer.framing
        return await play.play_stream(http, record, steps, framing=framing, headers=headers)

    def _effort(self, record: ModelRequest) -> str | None:
        """Return the reasoning effort in force, or None where nothing reasons."""
        asked: str | None = (record.body.get("reasoning") or {}).get("effort")
        family = family_of(record.model) if self.mode == "openai" else None
        return asked or (family.default_effort if family else None)

    def _headers(self) -> dict[str, str]:
        headers = {"x-request-id": f"req_{secrets.token_hex(16)}"}
        return headers | _OPENAI_HEADERS if self.mode == "openai" else headers

    # ---- the rest of the service

    async def _models(self, http: web.Request) -> web.Response:
        try:
            admission.check_key(http.headers.get("Authorization", ""), self.api_key)
        except Rejected as no:
            body = no.fault.body
            return web.Response(status=no.fault.status, body=body, content_type="application/json")
        name = http.match_info.get("model")
        return catalogue.show_model(name) if name else catalogue.list_models()

    async def _nowhere(self, http: web.Request) -> web.Response:
        return catalogue.nowhere(http)


def _framed(chunk: object) -> bytes:
    return chunk if isinstance(chunk, bytes) else b"data: %s\n\n" % chat.dumps(chunk)
