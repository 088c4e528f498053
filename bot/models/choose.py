"""Chooses the model that the settings ask for. The only door of this room besides its port.

Cheap to import: what speaks HTTP is imported when a model is built, the SDK later still.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.models.families import family_of
from bot.models.port import Model, ModelSpec
from bot.settings.model import DEFAULT_MODEL, OpenAIApi

OPENAI_URL = "https://api.openai.com/v1"
_IDLE = 60.0
"""Seconds without a byte: reasoning models are silent for tens of seconds, and people are told of a
silent model after 150 s, which leaves room for one more try."""


def build(
    api_key: str | None = None,
    base_url: str | None = None,
    org: str | None = None,
    model: str = DEFAULT_MODEL,
    api: OpenAIApi = "auto",
    *,
    effort: str = "",
    idle_timeout: float = _IDLE,
) -> Model:
    """Return the configured model, the offline one when neither key nor address is configured.

    `auto` takes Responses for OpenAI itself and Chat Completions for everybody else. `effort` is
    the reasoning effort to ask for, empty for the model's own. Connects to nothing; awaiting
    `warm` on the result, in the background, makes the first request as quick as the others.
    """
    if not api_key and not base_url:
        from bot.models.offline import Offline

        return Offline()
    from bot.models.chat import ChatWire
    from bot.models.connection import Connection
    from bot.models.http_model import HttpModel
    from bot.models.responses import ResponsesWire

    url = base_url or OPENAI_URL
    at_openai, family = is_openai(url), family_of(model)
    if api == "auto":
        api = "responses" if at_openai else "chat"
    wire = ResponsesWire if api == "responses" else ChatWire
    connection = Connection(
        api_key=api_key or "", base_url=url, organization=org or "", idle_timeout=idle_timeout
    )
    spec = ModelSpec(
        model, family.context, family.max_output, family.sees_images, service=_service(url)
    )
    return HttpModel(wire(model, family, at_openai=at_openai, effort=effort), connection, spec)


def _service(base_url: str) -> str:
    """Return scheme, host and path of an address: a name and a password may stand before them."""
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""  # as in `is_openai`
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}" if parts.hostname else ""


def is_openai(base_url: str) -> bool:
    """Tell whether `base_url` is OpenAI itself, in any of its regions (`eu.api.openai.com`)."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False  # no address at all; the first request says so
    return host == "api.openai.com" or host.endswith(".api.openai.com")
