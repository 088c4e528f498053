"""Faults by name: every documented way a model service refuses or breaks, as one value each.

The shapes are those of OpenAI (https://platform.openai.com/docs/guides/error-codes) and of
services that look like it. Tests put these values into `ModelServer.script`.
"""

from __future__ import annotations

import json
from typing import Literal

from .parts import Fault

Shape = Literal[
    "openai", "string", "code_message", "object_error", "list", "int_code", "html", "text", "empty"
]

_TYPES = {
    400: "invalid_request_error",
    401: "invalid_request_error",
    403: "invalid_request_error",
    404: "invalid_request_error",
    408: "timeout",
    409: "conflict_error",
    422: "invalid_request_error",
    429: "requests",
}
_MESSAGES = {
    400: "Invalid request.",
    401: "Incorrect API key provided: sk-wrong. You can find your API key at "
    "https://platform.openai.com/account/api-keys.",
    403: "Country, region, or territory not supported",
    404: "The model `gpt-9` does not exist or you do not have access to it.",
    429: "Rate limit reached for gpt-6-luna in organization org-parley on requests per min (RPM): "
    "Limit 500, Used 500, Requested 1. Please try again in 120ms.",
    500: "The server had an error while processing your request. Sorry about that!",
    502: "Bad gateway.",
    503: "The engine is currently overloaded, please try again later",
    529: "Overloaded",
}
_CODES = {
    401: "invalid_api_key",
    403: "unsupported_country_region_territory",
    404: "model_not_found",
    429: "rate_limit_exceeded",
}
_HTML = (
    "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)
_TITLES = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def error_body(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: object = None
) -> bytes:
    """Return OpenAI's error body."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return json.dumps({"error": error}, ensure_ascii=False, indent=2).encode()


def fails(
    status: int,
    *,
    message: str | None = None,
    code: str | None = None,
    kind: str | None = None,
    param: str | None = None,
    shape: Shape = "openai",
    retry_after: float | None = None,
    retry_after_ms: int | None = None,
    retry_date_in: float | None = None,
    should_retry: bool | None = None,
) -> Fault:
    """Return an HTTP error with its body in one of the shapes seen in the wild.

    The three `retry_*` arguments set Retry-After in seconds, Retry-After-Ms, and Retry-After as an
    HTTP date; `should_retry` sets OpenAI's x-should-retry.
    """
    headers: dict[str, str] = {}
    if retry_after is not None:
        headers["Retry-After"] = f"{retry_after:g}"
    if retry_after_ms is not None:
        headers["Retry-After-Ms"] = str(retry_after_ms)
    if should_retry is not None:
        headers["x-should-retry"] = "true" if should_retry else "false"
    text = message or _MESSAGES.get(status, "Something went wrong.")
    kind = kind or _TYPES.get(status, "server_error")
    code = code or _CODES.get(status)
    body, content_type = _shaped(shape, status, text, kind, param, code)
    return Fault(status, body, content_type, headers, retry_date_in)


def _shaped(
    shape: Shape, status: int, message: str, kind: str, param: str | None, code: str | None
) -> tuple[bytes, str]:
    if shape == "html":
        title = _TITLES.get(status, "Error")
        return _HTML.format(status=status, title=title).encode(), "text/html"
    if shape == "text":
        return message.encode(), "text/plain"
    if shape == "empty":
        return b"", "application/json"
    if shape == "openai":
        return error_body(message, kind, param, code), "application/json"
    bodies: dict[str, object] = {
        "string": {"error": message},  # Ollama, text-generation servers
        "code_message": {"code": 20015, "message": message, "data": None},  # SiliconFlow
        "object_error": {  # older vLLM
            "object": "error",
            "message": message,
            "type": kind,
            "param": param,
            "code": status,
        },
        "list": [{"error": {"code": status, "message": message, "status": "ERROR"}}],  # Gemini
        "int_code": {"error": {"message": message, "code": status}},  # OpenRouter
    }
    return json.dumps(bodies[shape], ensure_ascii=False).encode(), "application/json"


def no_credit() -> Fault:
    """Return the 429 that no waiting cures: the account's quota is used up."""
    return fails(
        429,
        message="You exceeded your current quota, please check your plan and billing details. For "
        "more information on this error, read the docs: "
        "https://platform.openai.com/docs/guides/error-codes/api-errors.",
        kind="insufficient_quota",
        code="insufficient_quota",
    )


def too_long(limit: int = 128_000, got: int = 130_512) -> Fault:
    """Return the 400 of a conversation that does not fit the model's context."""
    return fails(
        400,
        message=f"This model's maximum context length is {limit} tokens. However, your messages "
        f"resulted in {got} tokens. Please reduce the length of the messages.",
        code="context_length_exceeded",
        param="messages",
    )


def model_missing(model: str = "gpt-9") -> Fault:
    """Return the 404 of a model that does not exist or is not allowed."""
    return fails(
        404, message=f"The model `{model}` does not exist or you do not have access to it."
    )


def bad_gateway() -> Fault:
    """Return a proxy's HTML page instead of an answer."""
    return fails(502, shape="html")


def overloaded(status: int = 503) -> Fault:
    """Return the error of a service that has no room (503, or 529 of some look-alikes)."""
    return fails(status)


def fine_but_error(message: str = "Internal error, please try again later.") -> Fault:
    """Return HTTP 200 with an error body, also where a stream was asked for."""
    return Fault(200, error_body(message, "server_error", None, "internal_error"))
