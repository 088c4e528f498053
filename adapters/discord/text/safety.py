"""What a model wrote, made harmless for Discord: mentions, commands, links, and what hides.

Nothing that leaves this room outside of code can be read as a mention, and every link shows its
host. Called by `inline` for every piece of text.
Source: https://docs.discord.com/developers/reference#message-formatting.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A word joiner is invisible: what it stands in reads the same and is no longer markup.
INERT = "\u2060"

_EVERYBODY = re.compile(r"@(?=everyone|here)")
_SIGIL = re.compile(r"<(?=[@#/:]|(?:a|t|id|sound):)")
_LINK = re.compile(r"\](?=[(:])")
_SPOILER = re.compile(r"(?<![^\s(（\"'“])\|\|(?=[^\s|])[^|\n]*[^\s|]\|\|(?![\w|])")
_PIPES = re.compile(r"\|{2,}")
_TIME = re.compile(r"<t:-?\d{1,13}(?::[tTdDfFR])?>")
_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>", re.ASCII)
_WEB = re.compile(r"https?://[^/?#]", re.I)
_UNSAFE = re.compile(r"[\s<>|\"`\\^{}()\x00-\x1f\x7f]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")  # a label must not turn the host around
_MARKS = re.compile(r"[*_~`\\]+")
_LINE_START = re.compile(r"-(?=#(?:[ \t]|$))")


def inert(text: str) -> str:
    """Return prose in which nobody is mentioned, no command offered and nothing hidden that was not
    meant to be."""
    if "@" in text:
        text = _EVERYBODY.sub("@" + INERT, text)
    if "<" in text:
        text = _SIGIL.sub("<" + INERT, text)
    if "]" in text:  # a link that only Discord would see
        text = _LINK.sub("]" + INERT, text)
    return _visible(text) if "||" in text else text


def _visible(text: str) -> str:
    """Escape bars that would hide what stands between them, but for `||hidden||` as it is meant."""
    pieces: list[str] = []
    at = 0
    for found in _SPOILER.finditer(text):
        pieces += (_escaped(text[at : found.start()]), found[0])
        at = found.end()
    return "".join((*pieces, _escaped(text[at:])))


def _escaped(text: str) -> str:
    return _PIPES.sub(lambda found: "\\|" * len(found[0]), text)


def line_start(text: str) -> str:
    """Escape what only Discord reads as markup at the start of a line: small print."""
    return _LINE_START.sub(r"\\-", text, count=1) if text.startswith("-#") else text


def is_token(written: str) -> bool:
    """Tell whether `<…>` is one of Discord's own that a model may write: a time, or an emoji."""
    return bool(_TIME.fullmatch(written) or _EMOJI.fullmatch(written))


def is_address(text: str) -> bool:
    """Tell whether `text` is a web address that may be linked."""
    return bool(_WEB.match(text)) and bool(host_of(text))


def confined(target: str) -> str:
    """Return an address without any character that could end or turn its link."""
    return _UNSAFE.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), target)


def unturned(text: str) -> str:
    """Drop the characters that would show a text, or what follows it, backwards."""
    return _TURNED.sub("", text)


def host_of(url: str) -> str:
    """Return the host as a browser sees it, in ASCII so that no letter imitates another."""
    try:
        host = urlsplit(url).hostname or ""
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""


def link(target: str, label: str) -> str:
    """Write a link with its host in sight. `label` is rendered already. No link gets a preview."""
    url = confined(target)
    host = host_of(url)
    said = _MARKS.sub("", label).casefold()
    if not said.strip() or "://" in said or said == url.casefold():
        return f"<{url}>"  # Discord shows a label that looks like an address as it is written
    shown = " ".join(label.replace("[", "(").replace("]", ")").split())
    in_sight = said.removeprefix("www.") == host.removeprefix("www.")
    return f"[{shown}](<{url}>)" + ("" if in_sight else f" ({host})")
