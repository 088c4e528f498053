"""A model's Markdown as Slack's own (`markdown_text`, streams, the markdown block), made harmless.

Slack shows it as it is written, so little changes: nobody is mentioned, links show their host,
images become links. Pure, and the same line reads the same whatever follows, so that a growing text
can be appended to. Source: https://docs.slack.dev/reference/block-kit/blocks/markdown-block.
"""

from __future__ import annotations

import html
import re

from adapters.pacing.blocks import Kind, State, step
from adapters.pacing.inline import Token, tokens
from adapters.pacing.links import INERT, confined, unbracketed, unturned
from adapters.slack.text.safety import host_of, is_address, plain, unspoken

_VERBATIM = (Kind.CODE, Kind.OPEN, Kind.CLOSE, Kind.DELIMITER, Kind.RULE, Kind.BLANK)
_INNER = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\](?:\([^()\s]*\))?")
# In code only what has a mention's whole shape is touched: people copy code.
_MENTION = re.compile(
    r"<(?=!(?:channel|here|everyone|group|subteam\^|date\^)|@(?:[UWB][A-Z0-9]{2}|channel|here"
    r"|everyone)|#[CDG][A-Z0-9]{2})",
    re.IGNORECASE,
)

# What the next character may still turn into something else. Marks and a closing fence may be the
# pager's, which closes what is open at the end of a snapshot.
_CLOSING_FENCE = re.compile(r"(?:\A|\n)[ \t>]*+(?:`{3,}|~{3,})[ \t]*+\Z")
_LOOSE = "*_~`|![\\ \t\r\n"
_BEGUN = re.compile(r"(?:<[!@#]?[\w^]{0,10}|[@＠﹫]\w{0,9}\.?)\Z")
_LOOKED_BACK = 16
_MARKUP = frozenset("\\`*_~[]()!#|>-+.:")
"""What a decoded character must not become."""


def to_markdown(markdown: str) -> str:
    """Return `markdown` with nobody mentioned, every link's host in sight and no image."""
    state, lines = State(), []
    for text in markdown.split("\n"):
        line, state = step(state, text)
        lines.append(_code(text) if line.kind in _VERBATIM else _prose(text))
    return "\n".join(lines)


def standing(rendered: str) -> str:
    """Return the beginning of a rendered snapshot that reads the same whatever follows."""
    fence = _CLOSING_FENCE.search(rendered)
    text = (rendered[: fence.start()] if fence else rendered).rstrip(_LOOSE)
    begun = _BEGUN.search(text, max(0, len(text) - _LOOKED_BACK))
    return text[: begun.start()].rstrip(_LOOSE) if begun else text


def label(text: str) -> str:
    """Return a short plain text, such as a task's title, in which nobody is mentioned."""
    return _text(" ".join(text.split()))


def _prose(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for token in tokens(text):
        pieces += (_text(text[at : token.start]), _token(text, token))
        at = token.end
    return "".join((*pieces, _text(text[at:])))


def _token(text: str, token: Token) -> str:
    written = text[token.start : token.end]
    match token.kind:
        case "link":
            return _link(token)
        case "angle":
            return _angle(written)
        case "code":
            return _code(written)
        case "escape":
            return written + INERT if written[-1] in "<@＠﹫" else written
        case "entity":
            return _reference(written)
        case _:
            return written


def _reference(written: str) -> str:
    """Return what a character reference stands for, as text; Slack itself reads only three
    (https://docs.slack.dev/messaging/formatting-message-text)."""
    if written in ("&amp;", "&gt;"):
        return written
    read = html.unescape(written)
    if read == "<":
        return f"&lt;{INERT}"
    if not read.isprintable():
        return " "
    if read in _MARKUP:
        return f"\\{read}"
    return read + INERT if read[-1] in "@＠﹫&" else read


def _text(text: str) -> str:
    """Neutralise what is neither a link nor code."""
    text = unspoken(text).replace("<", "<" + INERT)
    if "]" in text:  # neither a reference's definition nor a link that Slack alone would see
        text = text.replace("](", f"]{INERT}(").replace("]:", f"]{INERT}:")
    return text.replace("![", f"!{INERT}[")


def _code(text: str) -> str:
    return _MENTION.sub("<" + INERT, text) if "<" in text else text


def _angle(written: str) -> str:
    if not is_address(written[1:-1]):
        return _text(written)
    return f"<{confined(written[1:-1])}>"


def _link(token: Token) -> str:
    """Write a link whose host is in sight; what is neither web nor mail stays text."""
    raw = token.match["label"]
    shown = _text(unturned(_INNER.sub(r"\1", raw) if "[" in raw else raw))
    target = html.unescape(token.match["target"].strip("<>"))
    if not shown.strip():
        shown = "image" if token.match[0].startswith("!") else ""
    if not is_address(target):
        return f"{shown} ({_text(target)})" if ":" in target else shown
    url = unbracketed(confined(target))
    host = host_of(url)
    if not shown:
        return f"<{url}>"
    said = plain(raw).casefold().removeprefix("www.")
    in_sight = said in (host.removeprefix("www."), target.casefold(), url.casefold())
    return f"[{shown}]({url})" + ("" if in_sight else f" ({host})")
