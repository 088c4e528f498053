"""Checks the language model with one small request: a real stream, with the real tools offered."""

from __future__ import annotations

import time
from contextlib import aclosing
from urllib.parse import urlsplit

from bot.doctor.findings import Finding, fault, ok
from bot.errors import ModelError, ModelTemporary
from bot.house import open_model
from bot.models.choose import OPENAI_URL, is_openai
from bot.models.port import Completion, Model, Request, TextPiece, User
from bot.settings import Settings
from bot.tools.toolbox import open_toolbox

MOST_TOKENS = 256
"""Of the answer: one word needs two, and models that think first need some to think."""


async def check_model(settings: Settings) -> Finding:
    """Ask for one word; names the model, the wire and the times."""
    if not settings.model_configured:
        return ok(
            "no language model is configured, so the offline helper answers, for weather and time; "
            "set OPENAI_API_KEY for a real one"
        )
    model = open_model(settings)
    named = f"{settings.openai_model} over {_wire(settings)} at {_host(settings)}"
    try:
        first, whole = await _ask(model, settings)
    except ModelError as error:
        return fault(f"{named}: {error}{_advice(error, settings)}")
    finally:
        await model.close()
    return ok(f"{named}; the first word came after {first:.2f} s, the end after {whole:.2f} s")


async def _ask(model: Model, settings: Settings) -> tuple[float, float]:
    """Return the seconds to the first word and to the end. Raises the `ModelError` family."""
    toolbox = open_toolbox(
        forecast_url=settings.weather_api_url, geocoding_url=settings.geocoding_api_url
    )
    request = Request(
        (User("Answer with the one word: ready"),), toolbox.specs, max_output_tokens=MOST_TOKENS
    )
    try:
        await model.warm()  # importing the SDK is no time of the service
        first, ended, began = 0.0, False, time.perf_counter()
        async with aclosing(model.stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextPiece | Completion):
                    first = first or time.perf_counter() - began
                ended = ended or isinstance(piece, Completion)
        if not ended:
            raise ModelTemporary("the stream broke off")
        return first, time.perf_counter() - began
    finally:
        await toolbox.close()


def _wire(settings: Settings) -> str:
    wire = settings.openai_api
    if wire == "auto":
        wire = "responses" if is_openai(settings.openai_base_url or OPENAI_URL) else "chat"
    return {"responses": "Responses", "chat": "Chat Completions"}[wire]


def _host(settings: Settings) -> str:
    parts = urlsplit(settings.openai_base_url or OPENAI_URL)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname}{port}"


def _advice(error: ModelError, settings: Settings) -> str:
    """Say which variable to mend, unless the error says it already."""
    said = str(error)
    if error.status == 401 and settings.openai_api_key is None:
        return "; OPENAI_API_KEY is not set, and this service wants one"
    if "OPENAI_" in said:
        return ""
    if "no credit" in said:
        return "; top the account up, or set OPENAI_API_KEY to one of another account"
    if isinstance(error, ModelTemporary) and error.busy:
        return (
            "; the rate of OPENAI_API_KEY's account is used up or the service is overloaded: wait"
        )
    if isinstance(error, ModelTemporary) and not error.status:
        return "; check OPENAI_BASE_URL, network, proxy and firewall"
    if isinstance(error, ModelTemporary):
        return "; the service itself is at fault: try again later"
    if "model" in said.partition(":")[2].lower():
        return "; check OPENAI_MODEL"
    return "; check OPENAI_MODEL, OPENAI_API and OPENAI_BASE_URL"
