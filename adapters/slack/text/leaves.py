"""What is inside a line as elements of Slack's rich text: styled text and links.

Pure. Called by `blocks` with the neutral text of `prose`. There is no element here that could
mention anybody or load an image, whatever the text says.
Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from adapters.pacing.links import INERT
from adapters.slack.text.mrkdwn import BOLD, BORDER, CODE, ITALIC, STRIKE, TICK, URL
from adapters.slack.text.safety import inert, unescape

Leaf: TypeAlias = dict[str, Any]

_STYLES = {BOLD: "bold", ITALIC: "italic", STRIKE: "strike", CODE: "code"}
_CONTROL = re.compile(f"[{BOLD}-{URL}{BORDER}]|<([^<>|]+)(?:\\|([^<>]*))?>")
_SIGIL = re.compile("<(?=[!@#^])")
_LINKABLE = re.compile(r"https?://[^\W_](?:[\w.-]*[^\W_])?(?::\d{1,5})?(?:[/?#]\S*)?", re.I)
"""Slack refuses a message with a link that it cannot read; what is not surely one stays text."""


def leaves(neutral: str) -> list[Leaf]:
    """Return the elements of a neutral text, neighbours of one style as one."""
    joined: list[Leaf] = []
    for leaf in _split(neutral):
        last = joined[-1] if joined else leaf
        if last is not leaf and last["type"] == leaf["type"] == "text" and _alike(last, leaf):
            last["text"] += leaf["text"]
        else:
            joined.append(leaf)
    for leaf in joined:
        if leaf["type"] == "text":  # pieces that are harmless one by one may not be together
            leaf["text"] = _SIGIL.sub(f"<{INERT}", leaf["text"])
    return joined


def plain(neutral: str) -> str:
    """Return a neutral text without any mark, as people would read it."""
    return "".join(leaf.get("text") or leaf["url"] for leaf in leaves(neutral))


def text(value: str) -> Leaf:
    """Return one element of unstyled text."""
    return {"type": "text", "text": value}


def _alike(one: Leaf, other: Leaf) -> bool:
    return bool(one.get("style") == other.get("style"))


def _split(neutral: str) -> Iterator[Leaf]:
    at, in_url, styles = 0, False, set[str]()
    for found in _CONTROL.finditer(neutral):
        if found.start() > at:
            yield _leaf(neutral[at : found.start()], styles, linked=in_url)
        at, sign = found.end(), found[0]
        if sign in _STYLES:
            styles ^= {_STYLES[sign]}
        elif sign == URL:
            in_url = not in_url
        elif sign != BORDER:
            yield _link(found[1], found[2] or "", styles)
    if at < len(neutral):
        yield _leaf(neutral[at:], styles, linked=in_url)


def _leaf(escaped: str, styles: set[str], *, linked: bool) -> Leaf:
    shown = unescape(escaped.replace(TICK, "`"))
    if linked and _LINKABLE.fullmatch(shown):
        return _styled({"type": "link", "url": shown}, styles)
    return _styled({"type": "text", "text": harmless(shown) if linked else shown}, styles)


def _link(target: str, label: str, styles: set[str]) -> Leaf:
    url, shown = unescape(target), unescape(label)
    if not (url.startswith("mailto:") or _LINKABLE.fullmatch(url)):
        address = harmless(url)
        return _styled(text(f"{shown} ({address})" if shown else address), styles)
    return _styled({"type": "link", "url": url} | ({"text": shown} if shown else {}), styles)


def harmless(shown: str) -> str:
    """Return what is shown as text, without code's privilege to name somebody."""
    return unescape(inert(shown))


def _styled(leaf: Leaf, styles: set[str]) -> Leaf:
    return leaf | {"style": dict.fromkeys(sorted(styles), True)} if styles else leaf
