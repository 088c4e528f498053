"""The rules for embeds. Pure. discord.com/developers/docs/resources/message#embed-object."""

from __future__ import annotations

from typing import Any

from . import limits
from .refusal import Form

_TEXTS = {"title": 256, "description": 4_096}
_NESTED = {"footer": ("text", 2_048), "author": ("name", 256)}
_PICTURES = ("image", "thumbnail")
FIELDS = 25


def check(form: Form, embeds: Any) -> list[dict[str, Any]]:
    """Check the embeds of a message; return them as Discord stores them."""
    if embeds is None:
        return []
    if not isinstance(embeds, list) or not all(isinstance(e, dict) for e in embeds):
        form.wrong("embeds", "LIST_TYPE_CONVERT", "Only lists of embeds may be used.")
        return []
    if len(embeds) > limits.EMBEDS:
        form.wrong("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {limits.EMBEDS} or fewer in length.")
    total = sum(_one(form, f"embeds.{number}", embed) for number, embed in enumerate(embeds))
    if total > limits.EMBED_CHARACTERS:
        message = f"Embed size exceeds maximum size of {limits.EMBED_CHARACTERS}"
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", message)
    return [{"type": "rich"} | embed for embed in embeds]


def _one(form: Form, path: str, embed: dict[str, Any]) -> int:
    """Check one embed; return how many characters it counts for."""
    total = 0
    for name, most in _TEXTS.items():
        if embed.get(name) is not None and form.length(f"{path}.{name}", embed[name], 0, most):
            total += len(embed[name])
    for name, (key, most) in _NESTED.items():
        part = embed.get(name)
        if isinstance(part, dict) and form.length(
            f"{path}.{name}.{key}", part.get(key, ""), 0, most
        ):
            total += len(part.get(key, ""))
    for name in _PICTURES:
        if isinstance(embed.get(name), dict):
            _address(form, f"{path}.{name}.url", embed[name].get("url"))
    if embed.get("url") is not None:
        _address(form, f"{path}.url", embed["url"])
    return total + _fields(form, path, embed.get("fields") or [])


def _fields(form: Form, path: str, fields: list[dict[str, Any]]) -> int:
    total = 0
    if len(fields) > FIELDS:
        message = f"Must be {FIELDS} or fewer in length."
        form.wrong(f"{path}.fields", "BASE_TYPE_MAX_LENGTH", message)
    for number, field in enumerate(fields):
        for key, most in (("name", 256), ("value", 1_024)):
            if form.length(f"{path}.fields.{number}.{key}", field.get(key, ""), 1, most):
                total += len(field[key])
    return total


def _address(form: Form, path: str, url: Any) -> None:
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "attachment://")):
        message = "Scheme is not supported. Scheme must be one of ('http', 'https')."
        form.wrong(path, "URL_TYPE_INVALID_SCHEME", message)
