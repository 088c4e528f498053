"""What a model wrote, made harmless for Discord: mentions, commands, links, and what hides.

Nothing that leaves this room outside of code can be read as a mention, and every link shows its
host. Called by `inline` for every piece of text.
Source: https://docs.discord.com/developers/reference#message-formatting.
"""

from __future__ import annotations

import re

from adapters.pacing.links import INERT, confined, host_of, unbracketed

_EVERYBODY = re.compile(r"@(?=everyone|here)")
_SIGIL = re.compile(r"<(?=[@#/:]|(?:a|t|id|sound):)")
_LINK = re.compile(r"\](?=[(:])")
_SPOILER = re.compile(r"(?<![^\s(（\"'“])\|\|(?=[^\s|])[^|\n]*[^\s|]\|\|(?![\w|])")
_PIPES = re.compile(r"\|{2,}")
_TIME = re.compile(r"<t:-?\d{1,13}(?::[tTdDfFR])?>")
_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>", re.ASCII)
_HOST = re.compile(r"https?://[^/?#]+", re.I)
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
    host = _HOST.match(text)
    return host is not None and bool(host_of(text)) and not _EVERYBODY.search(host[0])


def _address(target: str) -> str:
    """Spell a web address so that nothing in it ends its link or could name everybody."""
    url = unbracketed(confined(target))
    host = _HOST.match(url)
    end = host.end() if host else 0
    return url[:end] + _EVERYBODY.sub("%40", url[end:])


def link(target: str, label: str) -> str:
    """Write a link with its host in sight. `label` is rendered already. No link gets a preview."""
    url = _address(target)
    host = host_of(url)
    said = _MARKS.sub("", label).casefold()
    if not said.strip() or "://" in said or said == url.casefold():
        return f"<{url}>"  # Discord shows a label that looks like an address as it is written
    shown = " ".join(label.replace("[", "(").replace("]", ")").split())
    in_sight = said.removeprefix("www.") == host.removeprefix("www.")
    return f"[{shown}](<{url}>)" + ("" if in_sight else f" ({host})")
