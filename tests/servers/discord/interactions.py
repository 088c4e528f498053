"""The addresses under which an app answers interactions.

None needs the bot's token, and none counts against its fifty requests a second; a token has the
allowance of a webhook.
"""

from __future__ import annotations

from typing import Any

from . import callbacks, webhooks
from .wire import Route

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ANSWER = WEBHOOK + "/messages/{message_id}"


def _route(method: str, path: str, handler: Any, limit: str) -> Route:
    return Route(method, path, handler, limit, authorised=False, exempt=True)


ROUTES = [
    _route("POST", CALLBACK, callbacks.respond, "callback"),
    _route("POST", WEBHOOK, webhooks.follow_up, "webhook"),
    _route("GET", ANSWER, webhooks.fetch, "webhook"),
    _route("PATCH", ANSWER, webhooks.edit, "webhook"),
    _route("DELETE", ANSWER, webhooks.delete, "webhook"),
]


def routes(world: object) -> list[Route]:
    """Return the routes for a server to add."""
    return ROUTES
