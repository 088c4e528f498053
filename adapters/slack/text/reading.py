"""What people and apps write in Slack, as Markdown for the model.

`from_mrkdwn` reads a message's `text`, `from_blocks` its blocks. Both take any shape a stranger
sends and never raise. Called by inbound and beneath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.common.payloads import items, string
from adapters.slack.text.pieces import Names, link, mention, moment
from adapters.slack.text.richtext import DEEPEST, rich_element, rich_text

__all__ = ["Names", "from_blocks", "from_mrkdwn"]

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_TOKEN = re.compile(r"<([^<>]*)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_EMPHASIS = (
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"), r"**\1**"),
    (re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])"), r"~~\1~~"),
)
_BULLET = re.compile(r"^([ \t]*)[•◦▪]\s+", re.MULTILINE)
_KINDS = {"@": "user", "#": "channel"}

_TITLES = ("title", "subtitle", "text", "body", "description", "details", "output", "label")
"""Where blocks keep what they say, in the order in which they show it."""

_CHILDREN = ("fields", "elements", "blocks", "child_blocks", "tasks", "sources")


def from_mrkdwn(text: str, names: Names) -> str:
    """Return Slack's message text as Markdown: entities, mentions and links as people see them."""
    pieces: list[str] = []
    at = 0
    for found in _CODE.finditer(text):
        before, code = _prose(text[at : found.start()], names), _verbatim(found[0], names)
        at = found.end()
        if code.startswith("```"):  # Markdown wants a block on lines of its own
            before += "" if before.endswith("\n") or not (before or pieces) else "\n"
            code += "" if text.startswith("\n", at) or at == len(text) else "\n"
        pieces += (before, code)
    return "".join([*pieces, _prose(text[at:], names)])


def from_blocks(blocks: Sequence[Any], names: Names) -> str:
    """Return a message's blocks as Markdown; of unknown kinds only the text is kept."""
    return "\n".join(filter(None, (_block(block, names, 0) for block in blocks)))


# -- text --------------------------------------------------------------------------------------


def _prose(text: str, names: Names) -> str:
    """Read text outside code; a NUL holds each token's place, so that no mark inside one counts."""
    tokens = [_unescape(_token(inner, names, code=False)) for inner in _TOKEN.findall(text)]
    text = _TOKEN.sub("\0", text.replace("\0", ""))
    for pattern, marks in _EMPHASIS:
        text = pattern.sub(marks, text)
    first, *rest = _unescape(_BULLET.sub(r"\1- ", text)).split("\0")
    return first + "".join(token + after for token, after in zip(tokens, rest, strict=True))


def _verbatim(code: str, names: Names) -> str:
    code = _unescape(_TOKEN.sub(lambda found: _token(found[1], names, code=True), code))
    if not code.startswith("```"):
        return code
    body = code[3:-3]
    return "```\n" + body.removeprefix("\n").removesuffix("\n") + "\n```"


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text) if "&" in text else text


def _token(inner: str, names: Names, *, code: bool) -> str:
    """Read what stands between angle brackets (docs.slack.dev, retrieving messages)."""
    target, _, label = inner.partition("|")
    if target[:1] in ("@", "#"):
        return mention(_KINDS[target[0]], target[1:], label, names)
    if target.startswith("!"):
        return _special(target[1:], label, names)
    if not target:
        return f"<{inner}>"
    return (label or target).removeprefix("mailto:") if code else link(target, label)


def _special(target: str, label: str, names: Names) -> str:
    kind, _, rest = target.partition("^")
    if kind == "subteam":
        return mention("usergroup", rest, label, names)
    if kind in ("here", "channel", "everyone"):
        return f"@{kind}"
    if kind == "date" and not label:
        return moment(rest.partition("^")[0])
    return label or kind


# -- blocks ------------------------------------------------------------------------------------


def _block(block: Any, names: Names, depth: int) -> str:
    if not isinstance(block, Mapping) or depth > DEEPEST:
        return ""
    read = _BLOCKS.get(string(block, "type"))
    return read(block, names) if read else _any_text(block, names, depth)


def _any_text(block: Mapping[str, Any], names: Names, depth: int) -> str:
    """Return whatever text a block holds: its own, then its fields', then its elements'."""
    parts = [_said(block, key, names, depth) for key in _TITLES]
    if not any(parts):
        parts = [string(block, "alt_text")]
    for key in _CHILDREN:
        parts += [_block(item, names, depth + 1) for item in items(block, key)]
    return "\n".join(filter(None, parts))


def _said(block: Mapping[str, Any], key: str, names: Names, depth: int) -> str:
    """Return the text in a field: plain, a text object, or a block of its own."""
    value = block.get(key)
    if isinstance(value, str):
        marked = block.get("type") == "mrkdwn" and key == "text"
        return from_mrkdwn(value, names) if marked else value
    return _block(value, names, depth + 1)


def _nothing(_: Mapping[str, Any], __: Names) -> str:
    """Leave out what only has controls: their labels are nothing that anybody said."""
    return ""


def _header(block: Mapping[str, Any], names: Names) -> str:
    text = _said(block, "text", names, 0).strip()
    return f"**{text}**" if text else ""


def _image(block: Mapping[str, Any], names: Names) -> str:
    shown = _said(block, "title", names, 0) or string(block, "alt_text")
    return f"[image: {shown}]" if shown else "[image]"


def _table(block: Mapping[str, Any], names: Names) -> str:
    rows = [
        [_block(cell, names, 1).replace("\n", " ").replace("|", "\\|") for cell in row]
        for row in items(block, "rows")
        if isinstance(row, Sequence) and not isinstance(row, str)
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]) if lines else ""


_BLOCKS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "rich_text": rich_text,
    "rich_text_section": rich_element,
    "rich_text_list": rich_element,
    "rich_text_preformatted": rich_element,
    "rich_text_quote": rich_element,
    "actions": _nothing,
    "context_actions": _nothing,
    "header": _header,
    "image": _image,
    "table": _table,
}
