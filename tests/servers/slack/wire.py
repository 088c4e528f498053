"""How a Web API call is read from HTTP: bodies, tokens, arguments (docs.slack.dev/apis/web-api).

Also the registry of methods: a method is a plain function (core, call) -> answer, registered with
its scopes, tier and the content types that it takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BasicAuth, web

from .apps import App, Installation
from .refusal import Refusal, missing

if TYPE_CHECKING:
    from .core import Core

FORM = "application/x-www-form-urlencoded"
_TS = re.compile(r"\d{1,12}\.\d{6}\Z")


@dataclass(slots=True)
class Call:
    """One Web API call, as it is handled and as tests look at it afterwards."""

    method: str
    args: dict[str, Any]
    at: float
    token: str = ""
    basic: tuple[str, str] | None = None  # client id and secret, as HTTP Basic credentials
    app: App | None = None
    installation: Installation | None = None
    warnings: list[str] = field(default_factory=list)
    status: int = 200
    error: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None
    applied: bool = False

    @property
    def bot(self) -> Installation:
        """Return the installation whose bot token was used."""
        if self.installation is None:
            raise Refusal("not_allowed_token_type")
        return self.installation

    def text(self, name: str, required: bool = False) -> str:
        """Return a string argument, "" when it is absent."""
        value = self.args.get(name)
        if value is None or value == "":
            if required:
                raise missing(name)
            return ""
        if isinstance(value, bool | dict | list):
            raise Refusal("invalid_arguments", f"must be a string [json-pointer:/{name}]")
        return str(value)

    def timestamp(self, name: str, error: str) -> str:
        """Return an optional message timestamp; refuse with `error` when it is malformed."""
        value = self.args.get(name)
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not _TS.match(value):
            raise Refusal(error)
        return value

    def flag(self, name: str) -> bool:
        return self.args.get(name) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments", f"must be a valid number: {name}") from None

    def structure(self, name: str, error: str) -> Any:
        """Return an argument that is JSON: itself in a JSON body, JSON text in a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error) from None

    def needs(self, *scopes: str) -> None:
        """Refuse the call unless one of these scopes was granted."""
        granted = self.bot.scopes
        if not any(scope in granted for scope in scopes):
            raise Refusal(
                "missing_scope", needed=",".join(scopes), provided=",".join(sorted(granted))
            )


Handler = Callable[["Core", Call], dict[str, Any]]


@dataclass(frozen=True)
class Method:
    name: str
    handler: Handler
    tier: str
    scopes: tuple[str, ...]
    takes_json: bool
    token: str  # "bot", "app", "any" or "none"


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    tier: str = "3",
    scopes: Iterable[str] = (),
    takes_json: bool = True,
    token: str = "bot",
) -> Callable[[Handler], Handler]:
    """Register a Web API method; any one of `scopes` suffices."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, tier, tuple(scopes), takes_json, token)
        return handler

    return register


async def read(request: web.Request, name: str, now: float) -> Call:
    """Read body, query and token of a request into a Call; raise Refusal as Slack does."""
    call = Call(name, dict(request.query), now)
    content_type = request.headers.get("Content-Type", "").lower()
    bearer = _bearer(request)
    call.basic = _basic(request)
    if request.method == "POST" and request.can_read_body:
        await _body(request, content_type, call)
    elif content_type.startswith("application/json") and request.method == "POST":
        raise Refusal("invalid_json")
    in_args = call.args.pop("token", "")
    call.token = bearer or (in_args if isinstance(in_args, str) else "")
    return call


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _basic(request: web.Request) -> tuple[str, str] | None:
    try:
        given = BasicAuth.decode(request.headers.get("Authorization", ""))
    except ValueError:
        return None
    return given.login, given.password


async def _body(request: web.Request, content_type: str, call: Call) -> None:
    if content_type.startswith("application/json"):
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        if "charset" not in content_type:
            call.warnings.append("missing_charset")
        # In a JSON body the token must stand in the header; one in the body is not looked at.
        body.pop("token", None)
        known = METHODS.get(call.method)
        if known is None or known.takes_json:
            call.args |= body
    elif content_type.startswith((FORM, "multipart/form-data")):
        call.args |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    elif not content_type:
        raise Refusal("missing_post_type")
    else:
        raise Refusal("invalid_post_type")
