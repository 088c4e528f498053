"""Rich text as Markdown: the blocks in which Slack's own clients send what people type.

They keep code where the text may not. Pure; takes any shape and never raises. Source:
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.common.payloads import items, number, string
from adapters.slack.text.pieces import Names, link, mention, moment

DEEPEST = 8
"""Containers inside containers; deeper ones hold nothing that people write."""


def rich_text(block: Mapping[str, Any], names: Names) -> str:
    """Return a `rich_text` block as Markdown."""
    return "\n".join(rich_element(one, names) for one in items(block, "elements")).rstrip("\n")


def rich_element(element: Any, names: Names) -> str:
    """Return one element of such a block."""
    if not isinstance(element, Mapping):
        return ""
    kind = string(element, "type")
    if kind == "rich_text_preformatted":
        text = _preformatted(element, names)
    elif kind == "rich_text_list":
        text = "\n".join(_list(element, names))
    else:  # a section that a block follows ends with a line end of its own
        text = _inline(element, names, code=False).removesuffix("\n")
    # A border stands beside what is quoted: lists and code too.
    quoted = kind == "rich_text_quote" or (
        kind != "rich_text_section" and number(element, "border")
    )
    return "> " + text.replace("\n", "\n> ") if quoted else text


def _preformatted(element: Mapping[str, Any], names: Names) -> str:
    code = _inline(element, names, code=True).removesuffix("\n")
    marks = _longer("```", code)
    language = re.sub(r"[^\w+#.-]", "", string(element, "language"))
    return f"{marks}{language}\n{code}\n{marks}"


def _list(element: Mapping[str, Any], names: Names) -> Iterator[str]:
    margin = "   " * min(number(element, "indent"), DEEPEST)
    count = number(element, "offset") + 1
    ordered = element.get("style") == "ordered"
    for item in items(element, "elements"):
        text = rich_element(item, names).replace("\n", f"\n{margin}   ")
        yield f"{margin}{f'{count}.' if ordered else '-'} {text}"
        count += 1


def _inline(element: Mapping[str, Any], names: Names, *, code: bool) -> str:
    leaves = [item for item in items(element, "elements") if isinstance(item, Mapping)]
    return "".join(_leaf(item, names, code=code) for item in leaves)


def _leaf(item: Mapping[str, Any], names: Names, *, code: bool) -> str:
    read = _LEAVES.get(string(item, "type"))
    if item.get("type") == "link":
        label, url = string(item, "text"), string(item, "url")
        text = (label or url) if code else link(url, label)
    else:
        text = read(item, names) if read else string(item, "text")
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


def _emoji(item: Mapping[str, Any], _: Names) -> str:
    """Return the character where there is one: a workspace's own emoji have only names."""
    try:
        points = [int(point, 16) for point in string(item, "unicode").split("-")]
        return "".join(map(chr, points))
    except (ValueError, OverflowError):
        name, tone = string(item, "name"), number(item, "skin_tone")
        return f":{name}::skin-tone-{tone}:" if tone and "::" not in name else f":{name}:"


def _date(item: Mapping[str, Any], _: Names) -> str:
    shown = string(item, "fallback") or moment(item.get("timestamp"))
    return link(url, shown) if (url := string(item, "url")) else shown


def _named(kind: str, key: str) -> Callable[[Mapping[str, Any], Names], str]:
    return lambda item, names: mention(kind, string(item, key), "", names)


_LEAVES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "user": _named("user", "user_id"),
    "usergroup": _named("usergroup", "usergroup_id"),
    "channel": _named("channel", "channel_id"),
    "team": lambda item, _: "@" + string(item, "team_id"),
    "broadcast": lambda item, _: "@" + string(item, "range"),
    "color": lambda item, _: string(item, "value"),
    "emoji": _emoji,
    "date": _date,
}
