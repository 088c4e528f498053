"""Slack's mrkdwn as HTML, as far as the bot writes it. Pure; for `slack_preview`.

Rules: https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import html
import re

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_ANGLES = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_PRIVATE = 0xE000
"""Characters from here on stand for what is written already (the private use area)."""
_MARKED = r"(?<![\wM])M([^\sM]|[^\sM][^\nM]*[^\sM])M(?!\w)"
_EMPHASIS = tuple(
    (re.compile(_MARKED.replace("M", re.escape(mark))), tag)
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s"))
)


def marked(text: str) -> str:
    """Write mrkdwn as HTML; a mention shows what stands in it."""
    pieces = _FENCE.split(text)
    return "".join(
        f"<pre>{_escaped(piece)}</pre>" if at % 2 else _prose(piece.strip("\n"))
        for at, piece in enumerate(pieces)
        if piece.strip("\n")
    )


def _prose(text: str) -> str:
    """Write lines, those that are quoted apart from the others."""
    shown, quoted = "", False
    for line in text.split("\n"):
        is_quote = line.startswith(("&gt;", "> "))
        if is_quote is not quoted:
            shown += "</p><blockquote>" if is_quote else "</blockquote><p>"
            quoted = is_quote
        elif shown:
            shown += "\n"
        shown += _line(re.sub(r"^(&gt;|>) ?", "", line) if is_quote else line)
    return f"<p>{shown}{'</blockquote>' if quoted else '</p>'}".replace("<p></p>", "")


def _line(line: str) -> str:
    """Write one line; emphasis may begin before code or a link and end behind it."""
    kept: list[str] = []

    def keep(shown: str) -> str:
        kept.append(shown)
        return chr(_PRIVATE + len(kept) - 1)

    line = _CODE.sub(lambda found: keep(f"<code>{_escaped(found[1])}</code>"), line)
    line = _escaped(_ANGLES.sub(lambda found: keep(_angle(found)), line))
    for pattern, tag in _EMPHASIS:
        line = pattern.sub(rf"<{tag}>\1</{tag}>", line)
    return "".join(
        kept[ord(c) - _PRIVATE] if 0 <= ord(c) - _PRIVATE < len(kept) else c for c in line
    )


def _angle(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target.startswith("@"):
        return f'<span class="mention">{_escaped(target)}</span>'
    return f'<a href="{_escaped(target)}">{_escaped(label or target)}</a>'


def _escaped(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)
