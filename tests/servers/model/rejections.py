"""How the service says no: the exception that the request checks raise, in OpenAI's own wording.

The wording matters, because clients decide by it; `parameter`, `type` and `code` are as the real
service sends them (https://platform.openai.com/docs/guides/error-codes).
"""

from __future__ import annotations

import json
from typing import Any

from .faults import error_body
from .parts import Fault


class Rejected(Exception):
    """A request that the service refuses before any model sees it."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.fault = Fault(status, error_body(message, kind, param, code))

    @property
    def body(self) -> dict[str, Any]:
        """The error body as the client gets it."""
        return dict(json.loads(self.fault.body))


def unknown(param: str) -> Rejected:
    return Rejected(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")


def missing(param: str) -> Rejected:
    return Rejected(
        f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
    )


def wrong_type(param: str, expected: str, value: object) -> Rejected:
    message = f"Invalid type for '{param}': expected {expected}, but got {named(value)} instead."
    return Rejected(message, param=param, code="invalid_type")


def wrong_value(param: str, value: object, allowed: tuple[str, ...]) -> Rejected:
    choices = [f"'{choice}'" for choice in allowed]
    listed = ", ".join(choices[:-1]) + (", and " if len(choices) > 1 else "") + choices[-1]
    return Rejected(
        f"Invalid value: '{value}'. Supported values are: {listed}.",
        param=param,
        code="invalid_value",
    )


def unsupported(param: str, instead: str = "") -> Rejected:
    message = f"Unsupported parameter: '{param}' is not supported with this model."
    if instead:
        message += f" Use '{instead}' instead."
    return Rejected(message, param=param, code="unsupported_parameter")


def unsupported_value(param: str, value: object, accepted: str) -> Rejected:
    shown = f"'{value}'" if isinstance(value, str) else value
    return Rejected(
        f"Unsupported value: '{param}' does not support {shown} with this model. {accepted}",
        param=param,
        code="unsupported_value",
    )


def too_long(param: str, limit: int, length: int) -> Rejected:
    return Rejected(
        f"Invalid '{param}': string too long. Expected a string with maximum length {limit}, but "
        f"got a string with length {length} instead.",
        param=param,
        code="string_above_max_length",
    )


def bad_pattern(param: str, pattern: str) -> Rejected:
    return Rejected(
        f"Invalid '{param}': string does not match pattern. Expected a string that matches the "
        f"pattern '{pattern}'.",
        param=param,
        code="invalid_value",
    )


def empty_array(param: str) -> Rejected:
    return Rejected(
        f"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an "
        "empty array instead.",
        param=param,
        code="empty_array",
    )


def named(value: object) -> str:
    """Return a JSON value's type with its article."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string"}
    return names.get(type(value), "an array" if isinstance(value, list) else "an object")
