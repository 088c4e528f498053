"""Checks a Responses request as OpenAI does, and remembers what earlier responses stored.

Raises `Rejected` at the first fault. Rules: https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from typing import Any

from . import rejections
from .check_chat import check_effort, check_sampling
from .check_items import check_items
from .families import Family
from .rejections import Rejected
from .responses import Rendering
from .schemas import check_tools

_PARAMETERS = frozenset(
    {
        "access_programs",
        "background",
        "context_management",
        "conversation",
        "image",
        "include",
        "input",
        "instructions",
        "max_output_tokens",
        "max_tool_calls",
        "metadata",
        "model",
        "moderation",
        "parallel_tool_calls",
        "previous_response_id",
        "prompt",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning",
        "safety_identifier",
        "service_tier",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "truncation",
        "user",
    }
)
# Parameters of Chat Completions that people bring along, and where they live here.
_MOVED = {
    "reasoning_effort": "reasoning.effort",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "messages": "input",
}
_INCLUDES = (
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)
_REASONING_KEYS = {"effort", "summary", "generate_summary", "context", "mode"}
_MIN_OUTPUT = 16


class ResponsesChecker:
    """The checks, with the memory that `store` and `previous_response_id` need."""

    def __init__(self) -> None:
        self._stored: dict[str, list[dict[str, Any]]] = {}
        self._item_ids: set[str] = set()

    def check(self, body: dict[str, Any], family: Family, *, strict: bool) -> None:
        """Raise `Rejected` unless the service would take the request."""
        if strict:
            _check_parameters(body)
            _check_reasoning(body, family)
            _check_numbers(body)
            check_tools(body, nested=False)
        if body.get("input") is None and not body.get("prompt"):
            raise rejections.missing("input")
        before = self._before(body.get("previous_response_id"))
        check_items(body.get("input"), before, self._item_ids, strict=strict)

    def remember(self, body: dict[str, Any], rendering: Rendering) -> None:
        """Keep a response that was asked to be stored; storing is the service's default."""
        if body.get("store", True) is False:
            return
        given = body.get("input")
        items = list(given) if isinstance(given, list) else []
        before = self._stored.get(body.get("previous_response_id") or "", [])
        self._stored[rendering.id] = [*before, *items, *rendering.output]
        self._item_ids.update(item["id"] for item in rendering.output)

    def _before(self, previous: str | None) -> list[dict[str, Any]]:
        if previous is None:
            return []
        if previous not in self._stored:
            raise Rejected(
                f"Previous response with id '{previous}' not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            )
        return self._stored[previous]


def _check_parameters(body: dict[str, Any]) -> None:
    for param in body:
        if param in _MOVED:
            raise Rejected(
                f"Unsupported parameter: '{param}'. In the Responses API, this parameter has moved "
                f"to '{_MOVED[param]}'. Try again with the new parameter. See the API "
                "documentation for more information: https://platform.openai.com/docs/api-reference/responses/"
                "create.",
                code="unsupported_parameter",
            )
        if param not in _PARAMETERS:
            raise rejections.unknown(param)
    for at, wanted in enumerate(body.get("include") or []):
        if wanted not in _INCLUDES:
            raise rejections.wrong_value(f"include[{at}]", wanted, _INCLUDES)
    options = body.get("stream_options")
    if options is not None:
        if not body.get("stream"):
            message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise Rejected(message, param="stream_options")
        for key in options:
            if key != "include_obfuscation":
                raise rejections.unknown(f"stream_options.{key}")
    instructions = body.get("instructions")
    if instructions is not None and not isinstance(instructions, str):
        raise rejections.wrong_type("instructions", "a string", instructions)


def _check_reasoning(body: dict[str, Any], family: Family) -> None:
    reasoning = body.get("reasoning") or {}
    if not isinstance(reasoning, dict):
        raise rejections.wrong_type("reasoning", "an object", reasoning)
    for key in reasoning:
        if key not in _REASONING_KEYS:
            raise rejections.unknown(f"reasoning.{key}")
    effort = reasoning.get("effort")
    if family.reasons:
        check_effort("reasoning.effort", effort, family)
        check_sampling(body, family, effort or family.default_effort)
        return
    for key in ("effort", "summary"):
        if reasoning.get(key) is not None:
            raise rejections.unsupported(f"reasoning.{key}")
    if "reasoning.encrypted_content" in (body.get("include") or []):
        raise Rejected("Encrypted content is not supported with this model.", param="include")


def _check_numbers(body: dict[str, Any]) -> None:
    limit = body.get("max_output_tokens")
    if limit is None:
        return
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise rejections.wrong_type("max_output_tokens", "an integer", limit)
    if limit < _MIN_OUTPUT:
        raise Rejected(
            f"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= "
            f"{_MIN_OUTPUT}, but got {limit} instead.",
            param="max_output_tokens",
            code="integer_below_min_value",
        )
