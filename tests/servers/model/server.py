"""The scripted model server itself: an OpenAI-compatible service on a loopback port.

    async with ModelServer(script=[says("Hello")]) as server:
        client = AsyncOpenAI(api_key=server.api_key, base_url=server.base_url)

Each request that passes the checks takes the next scripted answer; every request is recorded.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Literal, Self

from aiohttp import web

from . import chat, play, responses
from .check_chat import check_openai
from .check_lookalike import REFUSALS, check_lookalike
from .check_responses import ResponsesChecker
from .families import GONE, MODELS, Family, family_of
from .faults import fails
from .parts import Answer, Fault, Raw, Reply, Severed, Silence
from .quirks import Quirk
from .records import ModelRequest, Wire
from .rejections import Rejected
from .replies import echo
from .whole import play_whole

API_KEY = "sk-test-parley-0123456789abcdef"
Chooser = Callable[[ModelRequest], Answer | Awaitable[Answer]]
Script = list[Answer | Chooser] | Chooser
_MAX_BODY = 32 * 1024 * 1024  # a long history with an image in it still fits
_LOOKALIKE = Family(".*")  # what is known of a look-alike's model: nothing


class ModelServer:
    """A model service for tests; use it as an async context manager.

    mode: "openai" checks requests as strictly as OpenAI; "compatible" is a look-alike that ignores
        what it does not know.
    script: answers to give in turn (a callable chooses its answer from the request), or one
        callable for all. An empty script answers with an echo of the last user text.
    refuses: in compatible mode, the switches of `check_lookalike.Refusal`.
    wires: the paths that exist; a missing wire answers 404.
    context: most tokens (estimated as four bytes each) that a request may have; None means the
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
        unknown = set(refuses) - REFUSALS
        if unknown:
            raise ValueError(f"unknown refusals: {sorted(unknown)}")
        self.script: Script = script if callable(script) else list(script)
        self.mode = mode
        self.refuses = frozenset(refuses)
        self.wires = frozenset(wires)
        self.api_key = api_key
        self.context = context
        self.default = default
        self.requests: list[ModelRequest] = []
        self.active = 0
        self.peak = 0
        self._changed = asyncio.Event()
        self._responses = ResponsesChecker()
        self._runner: web.AppRunner | None = None
        self._handlers: set[asyncio.Task[Any]] = set()
        self._stopping = False
        self._port = 0

    # ---- life

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Listen on `host`:`port` (0: any free port)."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/responses", self._respond)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{model}", self._show_model)
        app.router.add_route("*", "/{path:.*}", self._nowhere)
        self._stopping = False
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and end what is still being answered."""
        self._stopping = True
        for handler in list(self._handlers):
            handler.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def base_url(self) -> str:
        """The address for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def env(self) -> dict[str, str]:
        """The environment that points a client here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.api_key}

    # ---- for tests

    def play(self, quirk: Quirk) -> None:
        """Become the look-alike that shows this quirk: its mode, its refusals, its answers."""
        self.mode = "compatible"
        self.refuses = quirk.refuses
        self.script = list(quirk.replies)

    @property
    def answered(self) -> list[ModelRequest]:
        """The requests that passed the checks and got a scripted answer."""
        return [request for request in self.requests if request.refusal is None]

    async def wait_for(
        self, wanted: int | Callable[[Self], object], timeout: float = 5.0
    ) -> list[ModelRequest]:
        """Return all requests once there are `wanted`, or `wanted(server)` is true.

        Raises TimeoutError with what was seen instead.
        """
        is_met = wanted if callable(wanted) else lambda _: len(self.requests) >= wanted
        deadline = time.monotonic() + timeout
        while not is_met(self):
            self._changed.clear()
            left = deadline - time.monotonic()
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, left))
            except TimeoutError:
                raise TimeoutError(self._seen()) from None
        return self.requests

    async def wait_cancelled(self, count: int = 1, timeout: float = 5.0) -> list[ModelRequest]:
        """Return the requests that their clients gave up, once there are `count`."""
        await self.wait_for(lambda server: len(server.cancelled) >= count, timeout)
        return self.cancelled

    @property
    def cancelled(self) -> list[ModelRequest]:
        """The requests whose client left before the end."""
        return [request for request in self.requests if request.cancelled is not None]

    def _seen(self) -> str:
        states = [
            f"{request.wire} {request.status} "
            + ("cancelled" if request.cancelled else "done" if request.finished else "open")
            for request in self.requests
        ]
        return f"the model server waited in vain; it saw: {states}"

    # ---- requests

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "chat")

    async def _respond(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "responses")

    async def _serve(self, http: web.Request, wire: Wire) -> web.StreamResponse:
        if wire not in self.wires:
            return await self._nowhere(http)
        number = len(self.requests) + 1
        record = ModelRequest(number, wire, http.headers.copy(), time.monotonic())
        self.requests.append(record)
        self.active += 1
        self.peak = max(self.peak, self.active)
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            record.body = await _read_body(http)
            self._changed.set()
            return await self._answer(http, record)
        except (asyncio.CancelledError, ConnectionResetError):
            if record.finished is None and not self._stopping:
                record.cancelled = time.monotonic()
            raise
        except play.Broken:
            record.finished = time.monotonic()
            return web.Response()  # nobody is there to get it
        except Rejected as no:
            record.refusal = no.body
            return await self._fault(record, no.fault)
        finally:
            self._handlers.discard(task)
            self.active -= 1
            self._changed.set()

    async def _answer(self, http: web.Request, record: ModelRequest) -> web.StreamResponse:
        self._check(http, record)
        answer = await self._next(record)
        match answer:
            case Fault():
                return await self._fault(record, answer)
            case Silence():
                await play.obey(play.Hang(), http, 0.0)
            case Severed():
                play.reset(http)
                raise play.Broken
            case Raw():
                await asyncio.sleep(answer.delay)
                steps = iter(_framed(chunk) for chunk in answer.chunks)
                return await self._stream(http, record, steps, answer)
            case Reply():
                return await self._speak(http, record, answer)
        raise TypeError(f"not an answer: {answer!r}")

    async def _speak(
        self, http: web.Request, record: ModelRequest, reply: Reply
    ) -> web.StreamResponse:
        if reply.delay:
            await asyncio.sleep(reply.delay)
        openai = self.mode == "openai"
        if record.wire == "responses":
            effort = self._effort(record)
            rendering = responses.Rendering(reply, record, effort=effort)
            if record.streaming:
                response = await self._stream(http, record, rendering.stream(), reply)
            else:
                response = await play_whole(http, record, reply, rendering.whole, self._headers())
            self._responses.remember(record.body, rendering)
            return response
        if record.streaming:
            return await self._stream(
                http, record, chat.stream(reply, record, openai=openai), reply
            )
        return await play_whole(
            http, record, reply, lambda: chat.whole(reply, record, openai=openai), self._headers()
        )

    async def _stream(
        self, http: web.Request, record: ModelRequest, steps: Any, answer: Reply | Raw
    ) -> web.StreamResponse:
        return await play.play_stream(
            http, record, steps, framing=answer.framing, headers=self._headers()
        )

    async def _fault(self, record: ModelRequest, fault: Fault) -> web.Response:
        return await play.play_fault(record, fault, headers=self._headers())

    async def _next(self, record: ModelRequest) -> Answer:
        chosen: Answer | Chooser
        if callable(self.script):
            chosen = self.script
        else:
            chosen = self.script.pop(0) if self.script else self.default
        if callable(chosen):
            made = chosen(record)
            return await made if inspect.isawaitable(made) else made
        return chosen

    # ---- checks

    def _check(self, http: web.Request, record: ModelRequest) -> None:
        self._check_key(http)
        body = record.body
        family = self._family(body)
        if record.wire == "responses":
            self._responses.check(body, family, strict=self.mode == "openai")
        elif self.mode == "openai":
            check_openai(body, family)
        else:
            check_lookalike(body, self.refuses)
        limit = self.context or (family.context if self.mode == "openai" else None)
        if limit is not None:
            _check_size(record, limit)

    def _check_key(self, http: web.Request) -> None:
        scheme, _, key = http.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Rejected(
                "You didn't provide an API key. You need to provide your API key in an "
                "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
                status=401,
            )
        if key != self.api_key:
            shown = f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}"
            raise Rejected(
                f"Incorrect API key provided: {shown}. You can find your API key at "
                "https://platform.openai.com/account/api-keys.",
                status=401,
                code="invalid_api_key",
            )

    def _family(self, body: dict[str, Any]) -> Family:
        model = body.get("model")
        if not isinstance(model, str) or not model:
            raise Rejected("you must provide a model parameter")
        if self.mode == "compatible":
            return _LOOKALIKE
        if GONE.fullmatch(model):
            message = f"The model `{model}` has been deprecated, learn more here: "
            message += "https://platform.openai.com/docs/deprecations"
            raise Rejected(message, code="model_not_found", status=404)
        family = family_of(model)
        if family is None:
            message = f"The model `{model}` does not exist or you do not have access to it."
            raise Rejected(message, code="model_not_found", status=404)
        if not family.chat and "messages" in body:
            message = "This model is only supported in v1/responses and not in v1/chat/completions."
            raise Rejected(message, param="model", status=404)
        return family

    def _effort(self, record: ModelRequest) -> str | None:
        """Return the reasoning effort in force, or None where nothing reasons."""
        asked = (record.body.get("reasoning") or {}).get("effort")
        family = family_of(record.model) if self.mode == "openai" else None
        return asked or (family.default_effort if family else None)

    # ---- the rest of the service

    def _headers(self) -> dict[str, str]:
        headers = {"x-request-id": f"req_{secrets.token_hex(16)}"}
        if self.mode == "openai":
            headers |= {
                "openai-version": "2020-10-01",
                "openai-processing-ms": "12",
                "x-ratelimit-limit-requests": "500",
                "x-ratelimit-remaining-requests": "499",
                "x-ratelimit-reset-requests": "120ms",
                "x-ratelimit-limit-tokens": "200000",
                "x-ratelimit-remaining-tokens": "199000",
                "x-ratelimit-reset-tokens": "300ms",
            }
        return headers

    async def _list_models(self, http: web.Request) -> web.Response:
        try:
            self._check_key(http)
        except Rejected as no:
            return web.Response(
                status=no.fault.status, body=no.fault.body, content_type="application/json"
            )
        models = [_model(name) for name in MODELS]
        return web.json_response({"object": "list", "data": models}, headers=self._headers())

    async def _show_model(self, http: web.Request) -> web.Response:
        name = http.match_info["model"]
        if name in MODELS:
            return web.json_response(_model(name), headers=self._headers())
        missing = fails(404, message=f"The model '{name}' does not exist")
        return web.Response(status=404, body=missing.body, content_type="application/json")

    async def _nowhere(self, http: web.Request) -> web.Response:
        fault = fails(404, message=f"Invalid URL ({http.method} {http.path})", code="unknown_url")
        return web.Response(status=404, body=fault.body, content_type="application/json")


async def _read_body(http: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await http.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Rejected(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
            "using your HTTP library correctly. The OpenAI API expects a JSON payload.)"
        )
    return body


def _check_size(record: ModelRequest, limit: int) -> None:
    size = (
        len(chat.dumps(record.messages)) // 4 + len(str(record.body.get("instructions", ""))) // 4
    )
    if size <= limit:
        return
    message = (
        f"This model's maximum context length is {limit} tokens. However, your messages resulted "
        f"in {size} tokens. Please reduce the length of the messages."
    )
    param = "messages"
    if record.wire == "responses":
        message = "Your input exceeds the context window of this model. Please adjust your input "
        message, param = f"{message}and try again.", "input"
    raise Rejected(message, param=param, code="context_length_exceeded")


def _framed(chunk: object) -> bytes:
    return chunk if isinstance(chunk, bytes) else b"data: %s\n\n" % chat.dumps(chunk)


def _model(name: str) -> dict[str, Any]:
    shutdown = MODELS[name]
    return {
        "id": name,
        "object": "model",
        "created": 1_789_000_000,
        "owned_by": "system",
        "shutdown_date": shutdown,
    }
