"""Checks a Chat Completions request as OpenAI does, by the rules of the model's family.

Raises `Rejected` at the first fault. Rules: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from typing import Any

from . import rejections
from .check_messages import check_messages
from .families import Family
from .rejections import Rejected
from .schemas import check_tools

_PARAMETERS = frozenset(
    {
        "messages",
        "model",
        "audio",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "metadata",
        "modalities",
        "moderation",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)
# What is refused together with temperature by models that reason.
SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_NEVER_WITH_REASONING = ("logprobs", "top_logprobs", "logit_bias", "stop")
_NEUTRAL = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}


def check_openai(body: dict[str, Any], family: Family) -> None:
    """Raise `Rejected` unless OpenAI would take the request for a model of this family."""
    for param in body:
        if param not in _PARAMETERS:
            raise rejections.unknown(param)
    _check_stream(body)
    _check_limits(body)
    if family.reasons:
        _check_reasoning(body, family)
    elif body.get("reasoning_effort") is not None:
        raise rejections.unsupported("reasoning_effort")
    if body.get("metadata") is not None and not body.get("store"):
        message = "The 'metadata' parameter is only allowed when 'store' is enabled."
        raise Rejected(message, param="metadata")
    names = check_tools(body, nested=True)
    if names:
        _check_tools_with_effort(body, family)
    check_messages(body, strict=True)


def _check_stream(body: dict[str, Any]) -> None:
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Rejected(message, param="stream_options")
    if "stream" in body and not isinstance(body["stream"], bool | None):
        raise rejections.wrong_type("stream", "a boolean", body["stream"])


def _check_limits(body: dict[str, Any]) -> None:
    for param in ("max_tokens", "max_completion_tokens"):
        value = body.get(param)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            raise rejections.wrong_type(param, "an integer", value)
        if value < 1:
            raise Rejected(
                f"Invalid '{param}': integer below minimum value. Expected a value >= 1, but got "
                f"{value} instead.",
                param=param,
                code="integer_below_min_value",
            )
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        message = (
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        )
        raise Rejected(message, param="max_tokens", code="invalid_parameter_combination")
    temperature = body.get("temperature")
    if temperature is not None and not isinstance(temperature, int | float):
        raise rejections.wrong_type("temperature", "a decimal", temperature)
    if temperature is not None and not 0 <= temperature <= 2:
        raise Rejected(
            f"Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got "
            f"{temperature} instead.",
            param="temperature",
            code="decimal_above_max_value",
        )


def _check_reasoning(body: dict[str, Any], family: Family) -> None:
    if body.get("max_tokens") is not None:
        raise rejections.unsupported("max_tokens", instead="max_completion_tokens")
    for param in _NEVER_WITH_REASONING:
        if body.get(param) is not None:
            raise rejections.unsupported(param)
    effort = body.get("reasoning_effort")
    check_effort("reasoning_effort", effort, family)
    check_sampling(body, family, effort or family.default_effort)


def check_effort(param: str, effort: Any, family: Family) -> None:
    """Raise `Rejected` for a reasoning effort that the family does not take."""
    if effort is None or effort in family.efforts:
        return
    choices = [f"'{choice}'" for choice in family.efforts]
    listed = f"{', '.join(choices[:-1])}, and {choices[-1]}"
    raise rejections.unsupported_value(param, effort, f"Supported values are: {listed}.")


def check_sampling(body: dict[str, Any], family: Family, effort: str | None) -> None:
    """Raise `Rejected` for temperature and its like where the family refuses them."""
    for param in SAMPLING:
        value = body.get(param)
        if value is None or (family.sampling == "without reasoning" and effort == "none"):
            continue
        if family.sampling == "default only" and param == "temperature":
            if value != _NEUTRAL[param]:
                accepted = "Only the default (1) value is supported."
                raise rejections.unsupported_value(param, value, accepted)
        else:
            raise rejections.unsupported(param)


def _check_tools_with_effort(body: dict[str, Any], family: Family) -> None:
    effort = body.get("reasoning_effort")
    allowed = {
        "always": True,
        "effort unset or none": effort in (None, "none"),
        "effort unset": effort is None,
        "effort none": effort == "none",
        "never": False,
    }[family.chat_tools]
    if allowed:
        return
    remedy = (
        "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
        if family.chat_tools in ("effort none", "never")
        else "Please use /v1/responses instead."
    )
    raise Rejected(
        f"Function tools with reasoning_effort are not supported for {body['model']} in "
        f"/v1/chat/completions. {remedy}",
        param="reasoning_effort",
    )
