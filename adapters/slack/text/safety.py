"""What a model wrote, made harmless for Slack: control characters, mentions, links.

No angle bracket leaves this room unescaped but those of a web or mail link whose host is in
sight. Called by `mrkdwn` and `render` for every piece of text.
"""

from __future__ import annotations

import html
import re

from adapters.pacing import links
from adapters.pacing.links import INERT, confined, unturned

# A word joiner is no letter of any name: with one behind its "@", a word pings nobody, whatever
# `parse` and `link_names` say.
_AT = re.compile(r"(?<![\w.+-])[@＠﹫](?=\w)|[@＠﹫](?=(?:channel|here|everyone)\b(?!\.\w))", re.I)
_SIGILS = "!@#^"
_WEB = re.compile(r"https?://[^/?#]", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MARKUP = re.compile(r"[*_~`]++")


def escape(text: str) -> str:
    """Escape Slack's three control characters (docs.slack.dev, formatting message text)."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text


def unescape(text: str) -> str:
    """Undo `escape`, for what Slack does not read as mrkdwn."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def inert(text: str) -> str:
    """Escape prose so that no word in it can mention anybody."""
    text = escape(text)
    if "&lt;" in text:
        for sigil in _SIGILS:
            text = text.replace(f"&lt;{sigil}", f"&lt;{INERT}{sigil}")
    return unspoken(text)


def unspoken(text: str) -> str:
    """Let no bare "@word" name anybody."""
    if "@" in text or "＠" in text or "﹫" in text:
        text = _AT.sub(lambda found: found[0] + INERT, text)
    return text


def is_address(text: str) -> bool:
    """Tell whether `text` is a web or mail address that may be linked."""
    return bool(_WEB.match(text) or _MAIL.fullmatch(text))


def plain(label: str) -> str:
    """Return a link's label as plain text: Slack shows no emphasis or image inside it."""
    image = re.match(r"!?\[((?:[^\[\]\\]|\\.)*)\]", label)
    text = image[1] if image and label.startswith("!") else label
    text = unturned(html.unescape(text))
    return _MARKUP.sub("", re.sub(r"\\(.)", r"\1", text)).strip()


def host_of(target: str) -> str:
    """Return what a person should see of where a web or mail address leads."""
    if _MAIL.fullmatch(target):
        return target.removeprefix("mailto:")
    return escape(links.host_of(target))


def link(target: str, label: str, *, linked: bool = True) -> str:
    """Render a link with its host in sight; what is neither web nor mail stays text."""
    safe = confined(target)
    shown = inert(" ".join(label.replace("|", "∣").split()))
    if _MAIL.fullmatch(safe):
        return _mail(safe.removeprefix("mailto:"), shown, linked)
    host = escape(links.host_of(safe))
    if not host:
        return f"{shown} ({inert(target)})" if _SCHEME.match(target) else shown
    if not linked:
        return f"{shown} ({escape(safe)})" if shown and shown != escape(safe) else escape(safe)
    if not shown or shown == escape(safe):
        return f"<{escape(safe)}>"
    same = shown.casefold().removeprefix("www.") == host.removeprefix("www.")
    return f"<{escape(safe)}|{shown}>" + ("" if same else f" ({host})")


def _mail(address: str, shown: str, linked: bool) -> str:
    if not linked:
        return f"{shown} ({address})" if shown and shown != address else address
    if not shown or shown == address:
        return f"<mailto:{address}|{address}>"
    return f"<mailto:{address}|{shown}> ({address})"
