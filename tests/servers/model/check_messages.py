"""Checks that chat messages form a valid conversation; every tool call answered, in its place.

Raises `Rejected` at the first fault. Both modes of the server use it: look-alikes are laxer about
keys and lengths, not about the order.
"""

from __future__ import annotations

from typing import Any

from . import rejections
from .rejections import Rejected

_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_MESSAGE_KEYS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "refusal", "audio", "function_call", "tool_calls"},
    "tool": {"role", "content", "tool_call_id"},
    "function": {"role", "content", "name"},
}
_CALL_ID_LENGTH = 40


def check_messages(body: dict[str, Any], *, strict: bool) -> None:
    """Raise `Rejected` for messages that do not form a valid conversation.

    `strict` adds OpenAI's own rules: no unknown keys, tool call ids of at most 40 characters.
    """
    messages = body.get("messages")
    if messages is None:
        raise rejections.missing("messages")
    if not isinstance(messages, list):
        raise rejections.wrong_type("messages", "an array of objects", messages)
    if not messages:
        raise rejections.empty_array("messages")
    open_calls: list[str] = []
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        _check_message(message, where, strict)
        if message["role"] == "tool":
            _answer(open_calls, message, at, messages)
            continue
        _all_answered(open_calls)
        open_calls = [call["id"] for call in message.get("tool_calls") or []]
    _all_answered(open_calls)


def _answer(open_calls: list[str], message: dict[str, Any], at: int, messages: list[Any]) -> None:
    if message["tool_call_id"] in open_calls:
        open_calls.remove(message["tool_call_id"])
        return
    before = messages[at - 1] if at else {}
    if before.get("role") == "tool" or before.get("tool_calls"):
        raise Rejected(
            f"Invalid parameter: 'tool_call_id' of '{message['tool_call_id']}' not found in "
            "'tool_calls' of previous message.",
            param=f"messages.[{at}].tool_call_id",
        )
    raise Rejected(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
        "with 'tool_calls'.",
        param=f"messages.[{at}].role",
    )


def _all_answered(open_calls: list[str]) -> None:
    if open_calls:
        raise Rejected(
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(open_calls)}",
            param="messages",
        )


def _check_message(message: Any, where: str, strict: bool) -> None:
    if not isinstance(message, dict):
        raise rejections.wrong_type(where, "an object", message)
    role = message.get("role")
    if role is None:
        raise rejections.missing(f"{where}.role")
    if role not in _ROLES:
        raise rejections.wrong_value(f"{where}.role", role, _ROLES)
    if strict:
        for key in message:
            if key not in _MESSAGE_KEYS[role]:
                raise rejections.unknown(f"{where}.{key}")
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise rejections.missing(f"{where}.tool_call_id")
    _check_content(message, where)
    if "tool_calls" in message:
        _check_calls(message["tool_calls"], f"{where}.tool_calls", strict)


def _check_content(message: dict[str, Any], where: str) -> None:
    content = message.get("content")
    if content is None:
        spoken = message.get("tool_calls") or message.get("function_call") or message.get("refusal")
        if message["role"] == "assistant" and spoken:
            return
        raise Rejected(
            "Invalid value for 'content': expected a string, got null.",
            param=f"{where.replace('[', '.[')}.content",
        )
    if not isinstance(content, str | list):
        expected = "one of a string or array of objects"
        raise rejections.wrong_type(f"{where}.content", expected, content)
    if isinstance(content, list):
        for at, part in enumerate(content):
            _check_part(part, f"{where}.content[{at}]", message["role"])
    name = message.get("name")
    if name is not None and (not isinstance(name, str) or any(c in name for c in " <|\\/>\n\t")):
        raise rejections.bad_pattern(f"{where}.name", "^[^\\s<|\\\\/>]+$")


def _check_part(part: Any, where: str, role: str) -> None:
    if not isinstance(part, dict):
        raise rejections.wrong_type(where, "an object", part)
    allowed: tuple[str, ...] = ("text",)
    if role == "user":
        allowed = ("text", "image_url", "input_audio", "refusal", "audio", "file")
    elif role == "assistant":
        allowed = ("text", "refusal")
    if part.get("type") not in allowed:
        raise rejections.wrong_value(f"{where}.type", part.get("type"), allowed)
    if part["type"] == "text" and not isinstance(part.get("text"), str):
        raise rejections.missing(f"{where}.text")


def _check_calls(calls: Any, where: str, strict: bool) -> None:
    if not isinstance(calls, list):
        raise rejections.wrong_type(where, "an array of objects", calls)
    if not calls:
        raise rejections.empty_array(where)
    seen: set[str] = set()
    for at, call in enumerate(calls):
        here = f"{where}[{at}]"
        if not isinstance(call, dict) or not isinstance(call.get("id"), str):
            raise rejections.missing(f"{here}.id")
        if strict and len(call["id"]) > _CALL_ID_LENGTH:
            raise rejections.too_long(f"{here}.id", _CALL_ID_LENGTH, len(call["id"]))
        if call["id"] in seen:
            raise Rejected(f"Duplicate value for 'tool_call_id' of '{call['id']}'", param=here)
        seen.add(call["id"])
        _check_function(call, here)


def _check_function(call: dict[str, Any], where: str) -> None:
    if call.get("type") != "function":
        raise rejections.wrong_value(f"{where}.type", call.get("type"), ("function",))
    function = call.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise rejections.missing(f"{where}.function.name")
    if not function["name"]:
        raise Rejected(
            f"Invalid '{where}.function.name': empty string. Expected a string with minimum length "
            "1, but got an empty string instead.",
            param=f"{where}.function.name",
            code="empty_string",
        )
    if not isinstance(function.get("arguments"), str):
        value = function.get("arguments")
        raise rejections.wrong_type(f"{where}.function.arguments", "a string", value)
