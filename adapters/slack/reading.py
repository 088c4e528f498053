"""What people write in Slack, as Markdown for the model.

`from_mrkdwn` reads a message's `text`, `from_blocks` its blocks, which keep code where the text
may not. Both take any shape a stranger sends and never raise. Called by inbound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Names: TypeAlias = Callable[[str, str], str | None]
"""The shown name of a ("user" | "channel" | "usergroup", id), or None when it is not known."""

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
_NESTED = 8  # containers inside containers; deeper ones hold nothing that people write


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
        return _mention(_KINDS[target[0]], target[1:], label, names)
    if target.startswith("!"):
        return _special(target[1:], label, names)
    if not target:
        return f"<{inner}>"
    return (label or target).removeprefix("mailto:") if code else _link(target, label)


def _mention(kind: str, id: str, label: str, names: Names) -> str:
    sign = "#" if kind == "channel" else "@"
    return sign + (label or names(kind, id) or id).removeprefix(sign)


def _special(target: str, label: str, names: Names) -> str:
    kind, _, id = target.partition("^")
    if kind == "subteam":
        return _mention("usergroup", id, label, names)
    if kind in ("here", "channel", "everyone"):
        return f"@{kind}"
    return label or kind


def _link(target: str, label: str) -> str:
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (target, bare) or target.split("://", 1)[-1].rstrip("/") == label:
        return bare
    label = label.replace("[", "\\[").replace("]", "\\]")
    return f"[{label}]({target})"


# -- blocks ------------------------------------------------------------------------------------


def _block(block: Any, names: Names, depth: int) -> str:
    if not isinstance(block, Mapping) or depth > _NESTED:
        return ""
    read = _BLOCKS.get(_string(block, "type"))
    return read(block, names) if read else _any_text(block, names, depth)


def _any_text(block: Mapping[str, Any], names: Names, depth: int) -> str:
    """Return whatever text a block holds: its own, then its fields', then its elements'."""
    text = block.get("text")
    if isinstance(text, Mapping):
        own = _text_object(text, names)
    elif isinstance(text, str):
        own = from_mrkdwn(text, names) if block.get("type") == "mrkdwn" else text
    else:
        own = _string(block, "alt_text") or _string(block, "title")
    parts = [own]
    for key in ("fields", "elements", "blocks"):
        parts += [_block(item, names, depth + 1) for item in _items(block, key)]
    return "\n".join(filter(None, parts))


def _text_object(text: Mapping[str, Any], names: Names) -> str:
    written = _string(text, "text")
    return from_mrkdwn(written, names) if text.get("type") == "mrkdwn" else written


def _rich_text(block: Mapping[str, Any], names: Names) -> str:
    return "\n".join(_rich_element(item, names) for item in _items(block, "elements")).rstrip("\n")


def _rich_element(element: Any, names: Names) -> str:
    if not isinstance(element, Mapping):
        return ""
    kind = _string(element, "type")
    if kind == "rich_text_preformatted":
        return _preformatted(element, names)
    if kind == "rich_text_list":
        return "\n".join(_list(element, names))
    # A section that a block follows ends with a line end of its own.
    text = _inline(element, names, code=False).removesuffix("\n")
    return "> " + text.replace("\n", "\n> ") if kind == "rich_text_quote" else text


def _preformatted(element: Mapping[str, Any], names: Names) -> str:
    code = _inline(element, names, code=True).removesuffix("\n")
    marks = _longer("```", code)
    language = re.sub(r"[^\w+#.-]", "", _string(element, "language"))
    return f"{marks}{language}\n{code}\n{marks}"


def _list(element: Mapping[str, Any], names: Names) -> Iterator[str]:
    margin = "   " * min(_number(element, "indent"), _NESTED)
    number = _number(element, "offset") + 1
    ordered = element.get("style") == "ordered"
    for item in _items(element, "elements"):
        text = _rich_element(item, names).replace("\n", f"\n{margin}   ")
        yield f"{margin}{f'{number}.' if ordered else '-'} {text}"
        number += 1


def _inline(element: Mapping[str, Any], names: Names, *, code: bool) -> str:
    items = [item for item in _items(element, "elements") if isinstance(item, Mapping)]
    return "".join(_leaf(item, names, code=code) for item in items)


def _leaf(item: Mapping[str, Any], names: Names, *, code: bool) -> str:
    read = _LEAVES.get(_string(item, "type"))
    if item.get("type") == "link":
        label, url = _string(item, "text"), _string(item, "url")
        text = (label or url) if code else _link(url, label)
    else:
        text = read(item, names) if read else _string(item, "text")
    style = item.get("style")
    return text if code or not isinstance(style, Mapping) else _styled(text, style)


def _styled(text: str, style: Mapping[str, Any]) -> str:
    """Put marks around `text`, inside its outer white space: marks beside a space are none."""
    bare = text.strip()
    if not bare:
        return text
    marked = bare
    if style.get("code"):
        marks = _longer("`", bare)
        padding = " " if bare[0] == "`" or bare[-1] == "`" else ""
        marked = f"{marks}{padding}{bare}{padding}{marks}"
    for name, mark in (("strike", "~~"), ("italic", "_"), ("bold", "**")):
        if style.get(name):
            marked = f"{mark}{marked}{mark}"
    at = text.index(bare)
    return text[:at] + marked + text[at + len(bare) :]


def _longer(marks: str, code: str) -> str:
    """Return `marks`, lengthened until no run of backticks in `code` is as long."""
    runs = [len(run) for run in re.findall(r"`+", code)]
    return (
        "`" * max(len(marks), max(runs, default=0) + 1) if marks[0] * len(marks) in code else marks
    )


def _table(block: Mapping[str, Any], names: Names) -> str:
    rows = [
        [_block(cell, names, 1).replace("\n", " ").replace("|", "\\|") for cell in row]
        for row in _items(block, "rows")
        if isinstance(row, Sequence) and not isinstance(row, str)
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]) if lines else ""


def _emoji(item: Mapping[str, Any], _: Names) -> str:
    try:
        points = [int(point, 16) for point in _string(item, "unicode").split("-")]
        return "".join(map(chr, points))
    except (ValueError, OverflowError):
        return f":{_string(item, 'name')}:"


def _date(item: Mapping[str, Any], _: Names) -> str:
    return _string(item, "fallback") or str(item.get("timestamp", ""))


_BLOCKS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "rich_text": _rich_text,
    "rich_text_section": _rich_element,
    "rich_text_list": _rich_element,
    "rich_text_preformatted": _rich_element,
    "rich_text_quote": _rich_element,
    "table": _table,
}
_LEAVES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "user": lambda item, names: _mention("user", _string(item, "user_id"), "", names),
    "usergroup": lambda item, names: _mention(
        "usergroup", _string(item, "usergroup_id"), "", names
    ),
    "channel": lambda item, names: _mention("channel", _string(item, "channel_id"), "", names),
    "broadcast": lambda item, _: "@" + _string(item, "range"),
    "color": lambda item, _: _string(item, "value"),
    "emoji": _emoji,
    "date": _date,
}


def _string(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _number(value: Mapping[str, Any], key: str) -> int:
    found = value.get(key)
    return found if isinstance(found, int) and found > 0 else 0


def _items(value: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = value.get(key)
    return found if isinstance(found, list | tuple) else ()
