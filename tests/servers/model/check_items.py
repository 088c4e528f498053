"""Checks the input items of a Responses request: shapes, pairs of calls and outputs, reasoning.

Raises `Rejected` at the first fault; `check_responses.py` calls it with what was stored before.
"""

from __future__ import annotations

from typing import Any

from . import rejections
from .rejections import Rejected
from .sealing import is_sealed

_KEYS = {
    "message": {"type", "role", "content", "id", "status", "phase"},
    "function_call": {
        "type",
        "id",
        "call_id",
        "name",
        "arguments",
        "status",
        "caller",
        "namespace",
        "async",
    },
    "function_call_output": {"type", "id", "call_id", "output", "status", "caller"},
    "reasoning": {"type", "id", "summary", "content", "encrypted_content", "status"},
    "item_reference": {"type", "id"},
}
_PREFIXES = {"message": "msg", "function_call": "fc", "reasoning": "rs"}
_ROLES = ("assistant", "system", "developer", "user")
_INPUT_PARTS = ("input_text", "input_image", "input_file")
_OUTPUT_PARTS = ("output_text", "refusal")
_ID_LENGTH = 64


def check_items(
    given: Any, before: list[dict[str, Any]], known_ids: set[str], *, strict: bool
) -> None:
    """Raise `Rejected` for input that is not a valid conversation after the stored items.

    `known_ids` are items that the service stored; `strict` adds OpenAI's own rules about keys,
    ids and sealed reasoning.
    """
    if isinstance(given, str):
        items: list[Any] = []
    elif isinstance(given, list):
        items = given
    else:
        raise rejections.wrong_type("input", "one of a string or array of objects", given)
    for at, item in enumerate(items):
        _check_item(item, f"input[{at}]", strict)
    _check_pairs([*before, *items])
    if strict:
        _check_reasoning(items, known_ids)


def _kind(item: dict[str, Any]) -> str:
    return str(item.get("type") or ("message" if "role" in item else ""))


def _check_item(item: Any, where: str, strict: bool) -> None:
    if not isinstance(item, dict):
        raise rejections.wrong_type(where, "an object", item)
    kind = _kind(item)
    if kind not in _KEYS:
        raise rejections.wrong_value(where, kind, tuple(_KEYS))
    if strict:
        for key in item:
            if key not in _KEYS[kind]:
                raise rejections.unknown(f"{where}.{key}")
        _check_id(item.get("id"), kind, f"{where}.id")
    if kind == "message":
        _check_message(item, where)
    elif kind in ("function_call", "function_call_output"):
        _check_call(item, kind, where)
    elif kind == "reasoning" and not isinstance(item.get("summary"), list):
        raise rejections.missing(f"{where}.summary")


def _check_id(given: Any, kind: str, where: str) -> None:
    prefix = _PREFIXES.get(kind)
    if given is None or prefix is None:
        return
    if not isinstance(given, str) or not given.startswith(prefix):
        raise Rejected(
            f"Invalid '{where}': '{given}'. Expected an ID that begins with '{prefix}'.",
            param=where,
            code="invalid_value",
        )
    if len(given) > _ID_LENGTH:
        raise rejections.too_long(where, _ID_LENGTH, len(given))


def _check_message(item: dict[str, Any], where: str) -> None:
    role = item.get("role")
    if role not in _ROLES:
        raise rejections.wrong_value(f"{where}.role", role, _ROLES)
    content = item.get("content")
    if content is None:
        raise rejections.missing(f"{where}.content")
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        expected = "one of a string or array of objects"
        raise rejections.wrong_type(f"{where}.content", expected, content)
    allowed = _OUTPUT_PARTS if role == "assistant" else _INPUT_PARTS
    for at, part in enumerate(content):
        here = f"{where}.content[{at}]"
        if not isinstance(part, dict):
            raise rejections.wrong_type(here, "an object", part)
        if part.get("type") not in allowed:
            raise rejections.wrong_value(here, part.get("type"), allowed)
        field = "refusal" if part["type"] == "refusal" else "text"
        if part["type"].endswith(("text", "refusal")) and not isinstance(part.get(field), str):
            raise rejections.missing(f"{here}.{field}")


def _check_call(item: dict[str, Any], kind: str, where: str) -> None:
    call_id = item.get("call_id")
    if not isinstance(call_id, str):
        raise rejections.missing(f"{where}.call_id")
    if not 1 <= len(call_id) <= _ID_LENGTH:
        raise rejections.too_long(f"{where}.call_id", _ID_LENGTH, len(call_id))
    wanted = ("name", "arguments") if kind == "function_call" else ()
    for field in wanted:
        if field not in item:
            raise rejections.missing(f"{where}.{field}")
        if not isinstance(item[field], str):
            raise rejections.wrong_type(f"{where}.{field}", "a string", item[field])
    if kind == "function_call_output" and not isinstance(item.get("output"), str | list):
        if "output" not in item:
            raise rejections.missing(f"{where}.output")
        expected = "one of a string or array of objects"
        raise rejections.wrong_type(f"{where}.output", expected, item["output"])


def _check_pairs(items: list[dict[str, Any]]) -> None:
    """Raise unless each output follows its call, and each call has its output."""
    waiting: dict[str, None] = {}
    for item in items:
        kind = _kind(item)
        if kind == "function_call":
            if item["call_id"] in waiting:
                raise Rejected(f"Duplicate function call id {item['call_id']}.", param="input")
            waiting[item["call_id"]] = None
        elif kind == "function_call_output":
            if item["call_id"] not in waiting:
                raise Rejected(
                    f"No tool call found for function call output with call_id {item['call_id']}.",
                    param="input",
                )
            del waiting[item["call_id"]]
    if waiting:
        first = next(iter(waiting))
        raise Rejected(f"No tool output found for function call {first}.", param="input")


def _check_reasoning(items: list[dict[str, Any]], known_ids: set[str]) -> None:
    """Raise for reasoning that is unknown, forged, or torn from the item that it led to."""
    for at, item in enumerate(items):
        kind = _kind(item)
        if kind == "item_reference" and item.get("id") not in known_ids:
            raise _unknown_item(str(item.get("id")))
        if kind != "reasoning":
            continue
        sealed = item.get("encrypted_content")
        if sealed is None and item.get("id") not in known_ids:
            raise _unknown_item(str(item.get("id")))
        if sealed is not None and not is_sealed(sealed):
            raise Rejected(
                f"The encrypted content {sealed[:4]}...{sealed[-4:]} could not be verified. "
                "Reason: Encrypted content could not be decrypted or parsed.",
                code="invalid_encrypted_content",
            )
        _check_follower(items, at)


def _check_follower(items: list[dict[str, Any]], at: int) -> None:
    follower = items[at + 1] if at + 1 < len(items) else {}
    kind = _kind(follower)
    if kind in ("reasoning", "function_call", "item_reference"):
        return
    if kind == "message" and follower.get("role") == "assistant":
        return
    raise Rejected(
        f"Item '{items[at].get('id')}' of type 'reasoning' was provided without its required "
        "following item.",
        param="input",
    )


def _unknown_item(item_id: str) -> Rejected:
    return Rejected(
        f"Item with id '{item_id}' not found. Items are not persisted when `store` is set to "
        "false. Try again with `store` set to true, or remove this item from your input.",
        param="input",
        status=404,
    )
