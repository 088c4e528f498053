"""How a call is read from HTTP, and the registry of routes. It knows no rules.

A route is a function (world, call) -> answer, registered with its path and its rate bucket:

    @route("GET", "/channels/{channel_id}", limit="read")
    def channel(world: World, call: Call) -> Any: ...

A dict or list is answered as JSON with 200, None as 204, `Answer` as it says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from .refusal import ApiError, invalid

if TYPE_CHECKING:
    from .world import World

REQUEST_BYTES = 25 * 1024 * 1024  # reference#uploading-files
_FILE_FIELD = re.compile(r"files\[(\d+)\]\Z")


@dataclass(frozen=True)
class Upload:
    """One file of a multipart body; `index` is the n of `files[n]`."""

    index: int
    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Call:
    """One REST call, as it is handled and as tests look at it afterwards."""

    method: str
    route: str  # the template: /channels/{channel_id}/messages
    path: str
    at: float
    params: dict[str, str] = field(default_factory=dict)  # the path's
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    files: list[Upload] = field(default_factory=list)
    authorised: bool = False
    status: int = 0
    error: int | None = None  # the JSON code of a refusal
    answer: Any = None
    fault: str | None = None
    applied: bool = False
    kept: bool = False  # among the world's calls

    @property
    def name(self) -> str:
        """Return `METHOD /path/{template}`."""
        return f"{self.method} {self.route}"

    @property
    def body(self) -> dict[str, Any]:
        """Return the JSON body as an object, {} when there is none; refuse anything else."""
        if self.json is None:
            return {}
        if not isinstance(self.json, dict):
            message = "Only dictionaries may be used in a DictType"
            raise invalid("", "DICT_TYPE_CONVERT", message)
        return self.json

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a number from the query within bounds."""
        given = self.query.get(name)
        if given is None:
            return default
        if not given.lstrip("-").isdigit():
            raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{given}" is not int.')
        if int(given) < least:
            message = f"int value should be greater than or equal to {least}."
            raise invalid(name, "NUMBER_TYPE_MIN", message)
        if int(given) > most:
            message = f"int value should be less than or equal to {most}."
            raise invalid(name, "NUMBER_TYPE_MAX", message)
        return int(given)


@dataclass(frozen=True)
class Answer:
    """An answer that is not simply 200 with JSON."""

    status: int
    body: Any = None


Handler = Callable[["World", Call], Any | Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """`authorised=False`: reachable without the bot's token (interactions, webhooks).

    `exempt=True`: does not count against the bot's 50 requests a second. `limit` names a row of
    `limits.TABLE`.
    """

    method: str
    path: str
    handler: Handler
    limit: str = "other"
    authorised: bool = True
    exempt: bool = False


ROUTES: list[Route] = []


def route(
    method: str, path: str, *, limit: str = "other", authorised: bool = True, exempt: bool = False
) -> Callable[[Handler], Handler]:
    """Register a route under /api/v10."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, path, handler, limit, authorised, exempt))
        return handler

    return register


async def read(request: web.Request, found: Route, now: float) -> Call:
    """Read path, query, headers and body into a Call; the body's faults come as ApiError later."""
    return Call(
        found.method,
        found.path,
        request.path,
        now,
        dict(request.match_info),
        dict(request.query),
        dict(request.headers),
    )


async def read_body(request: web.Request, call: Call) -> None:
    """Read JSON, or a form with `payload_json` and `files[n]`; refuse what is neither."""
    if not request.can_read_body:
        return
    if (request.content_length or 0) > REQUEST_BYTES:
        raise ApiError(413, 40005)
    if request.content_type == "multipart/form-data":
        await _read_form(request, call)
        return
    raw = await request.read()
    if len(raw) > REQUEST_BYTES:
        raise ApiError(413, 40005)
    if not raw:
        return
    if request.content_type != "application/json":
        raise invalid("", "CONTENT_TYPE_INVALID", "Expected one of application/json.")
    call.json = _parsed(raw)


async def _read_form(request: web.Request, call: Call) -> None:
    total = 0
    values: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise invalid("", "CONTENT_TYPE_INVALID", "Nested multipart is not supported.")
        data = bytes(await part.read(decode=False))
        total += len(data)
        if total > REQUEST_BYTES:
            raise ApiError(413, 40005)
        name = part.name or ""
        numbered = _FILE_FIELD.match(name)
        if part.filename is not None:
            index = int(numbered[1]) if numbered else len(call.files)
            kind = part.headers.get("Content-Type", "application/octet-stream")
            call.files.append(Upload(index, part.filename, kind, data))
        elif name == "payload_json":
            call.json = _parsed(data)
        else:
            values[name] = data.decode("utf-8", "replace")
    if call.json is None:
        call.json = values


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(400, 50109) from None
