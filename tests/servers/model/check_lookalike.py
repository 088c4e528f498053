"""Checks a Chat Completions request as a look-alike does: lax, but with refusals of its own.

Each refusal is a switch, because no two services refuse the same things.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from .check_messages import check_messages
from .rejections import Rejected

Refusal = Literal[
    "developer",
    "max_completion_tokens",
    "parallel_tool_calls",
    "stream_options",
    "strict",
    "json_schema",
    "tools",
    "reasoning_effort",
    "missing_reasoning",
]
REFUSALS: frozenset[str] = frozenset(get_args(Refusal))
_PARAMETERS = (
    "max_completion_tokens",
    "parallel_tool_calls",
    "stream_options",
    "tools",
    "reasoning_effort",
)


def check_lookalike(body: dict[str, Any], refuses: frozenset[str]) -> None:
    """Raise `Rejected` for what this service refuses, then for an invalid conversation.

    "missing_reasoning" is DeepSeek's rule: within a tool round the assistant's reasoning has to
    come back with its tool calls (https://api-docs.deepseek.com/guides/thinking_mode).
    """
    for param in _PARAMETERS:
        if param in refuses and body.get(param) is not None:
            raise Rejected(f"Extra inputs are not permitted: {param}", param=param)
    if "developer" in refuses:
        _check_roles(body)
    if "strict" in refuses and any(_strict_of(tool) for tool in body.get("tools") or []):
        raise Rejected("Extra inputs are not permitted: tools.0.function.strict")
    kind = (body.get("response_format") or {}).get("type")
    if "json_schema" in refuses and kind == "json_schema":
        raise Rejected("This response_format type is unavailable now")
    check_messages(body, strict=False)
    if "missing_reasoning" in refuses:
        _check_reasoning(body["messages"])


def _check_roles(body: dict[str, Any]) -> None:
    for at, message in enumerate(body.get("messages") or []):
        if message.get("role") == "developer":
            raise Rejected(
                f"Failed to deserialize the JSON body into the target type: messages[{at}].role: "
                "unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool`"
            )


def _strict_of(tool: Any) -> bool:
    return isinstance(tool, dict) and "strict" in (tool.get("function") or {})


def _check_reasoning(messages: list[dict[str, Any]]) -> None:
    for message in reversed(messages):
        if message["role"] == "user":
            return
        if message.get("tool_calls") and not message.get("reasoning_content"):
            raise Rejected(
                "The `reasoning_content` in the thinking mode must be passed back to the API."
            )
