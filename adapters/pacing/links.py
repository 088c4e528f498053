"""Where links lead: addresses from a model, confined to their link, their host in sight. Pure.

Called by the renderers of chat platforms, which write links as theirs.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

INERT = "\u2060"
"""A word joiner is invisible: what it stands in reads the same and is no longer markup."""

_WEB = re.compile(r"https?://[^/?#]", re.I)
_UNSAFE = re.compile(r"[\s<>|\"`\\^{}\x00-\x1f\x7f]")
_BRACKETS = str.maketrans({"(": "%28", ")": "%29"})
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def host_of(url: str) -> str:
    """Return the host of a web address as a browser sees it, in ASCII so that no letter imitates
    another; empty for anything else."""
    if not _WEB.match(url):
        return ""
    try:
        host = urlsplit(url).hostname or ""
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""


def confined(target: str) -> str:
    """Return an address without any character that could end or turn its link."""
    return _UNSAFE.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), target)


def unbracketed(url: str) -> str:
    """Return an address that can stand in brackets, as in Markdown."""
    return url.translate(_BRACKETS)


def unturned(text: str) -> str:
    """Drop the characters that would show a text, or the host that follows it, backwards."""
    return _TURNED.sub("", text)
