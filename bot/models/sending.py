"""What both wires share when they write a request: clean text, short ids, strict schemas. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.models.port import Image, Said, System

_LONGEST_ID = 40
"""Characters of a tool call's id that OpenAI takes on Chat Completions."""
_NOT_STRICT = frozenset(
    {"default", "allOf", "oneOf", "not", "if", "then", "else", "patternProperties", "$ref"}
    | {"minLength", "maxLength", "format", "uniqueItems", "minItems", "maxItems"}
)
"""Keywords that strict mode refuses, or refuses with some models.

https://platform.openai.com/docs/guides/structured-outputs#supported-schemas"""


def clean(text: str) -> str:
    """Return `text` with what UTF-8 cannot carry, lone surrogates, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def short_id(id: str) -> str:
    """Return `id`, or the same stand-in every time when it is too long or empty.

    vLLM's ids have 46 characters; a thread may go on with another service than it began with.
    """
    return id if 0 < len(id) <= _LONGEST_ID else f"call_{_digest(id)[:32]}"


def tiny_id(id: str) -> str:
    """Return `id`, or the same stand-in every time, as the 9 letters that Mistral takes."""
    return id if len(id) == 9 and id.isalnum() and id.isascii() else _digest(id)[:9]


def is_strict(schema: Any) -> bool:
    """Tell whether OpenAI's strict mode takes `schema`: closed objects, everything required."""
    if not isinstance(schema, dict) or _NOT_STRICT & schema.keys():
        return False
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False
        if not closed or set(schema.get("required", ())) != set(properties):
            return False
        return all(is_strict(each) for each in properties.values())
    if kind == "array":
        return is_strict(schema.get("items"))
    if "anyOf" in schema:
        return all(is_strict(each) for each in schema["anyOf"])
    return "type" in schema or "enum" in schema


def sendable(arguments: str) -> str:
    """Return a call's arguments as some services insist on getting them back: a JSON object.

    What the model wrote amiss is told to it in the call's result.
    """
    try:
        parsed = json.loads(arguments)
    except (ValueError, RecursionError):
        return "{}"
    return clean(arguments) if isinstance(parsed, dict) else "{}"


def data_url(image: Image) -> str:
    """Return the picture as an address that holds it."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode()}"


def unseen(images: Sequence[Image]) -> str:
    """Return what a model that sees nothing is told of pictures."""
    return "\n[A picture was attached, which this model cannot see.]" * len(images)


def instructions(messages: Sequence[Said]) -> tuple[str, Sequence[Said]]:
    """Return the instructions that a request opens with as one text, and what follows them."""
    leading = 0
    while leading < len(messages) and isinstance(messages[leading], System):
        leading += 1
    texts = [said.text for said in messages[:leading] if isinstance(said, System)]
    return clean("\n\n".join(texts)), messages[leading:]


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
