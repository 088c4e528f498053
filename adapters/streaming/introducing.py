"""Puts the question in front of a reply, where nobody else can see what was asked. Pure."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import replace

from adapters.pacing.inline import trim_url
from adapters.pacing.links import host_of
from bot.replies import Done, Failed, Reply, TextDelta, TextRewritten

INTRODUCED_SECONDS = 30 * 24 * 3600
"""How long an answer that is given anew is introduced as before."""

_JOINER = "\u200d"

_ADDRESS = re.compile(r"(?<![^\W_])https?://[^\s<>`\"|\\\u3000-\u303f\uff00-\uffef]+", re.I)
"""Ends where the renderers end one in prose."""

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_~[]<>#|!&"})


async def introduced(replies: AsyncIterator[Reply], intro: str) -> AsyncGenerator[Reply, None]:
    """Let a reply begin with `intro`, which is shown with its first words."""
    begun = False
    async for reply in replies:
        match reply:
            case TextDelta(text) if not begun:
                begun = True
                yield TextDelta(f"{intro}\n\n{text}")
                continue
            case TextRewritten(text):
                begun = True
                yield TextRewritten(f"{intro}\n\n{text}")
                continue
            case Done(text, stopped) if not (begun or text.strip() or stopped):
                yield reply  # nothing is to be shown at all
                return
            case Done() | Failed() if not begun:
                yield TextDelta(intro)
        if isinstance(reply, Done):
            reply = replace(reply, text=f"{intro}\n\n{reply.text}".rstrip())
        elif isinstance(reply, Failed):
            reply = replace(reply, partial=f"{intro}\n\n{reply.partial}".rstrip())
        yield reply


def quoted_line(text: str, most: int) -> str:
    """Write text as one line of at most `most` characters, of which no letter is Markdown; an
    address is a link to where it leads, or cut down to its host."""
    seen = (c if c.isprintable() or _joins(text, at) else " " for at, c in enumerate(text))
    line = " ".join("".join(seen).split())
    pieces: list[str] = []
    at, room = 0, most if len(line) <= most else most - 1
    for start, url in _addresses(line):
        if start + len(url) > room:
            if start < room:  # half of it would lead elsewhere
                line, room = line[:start] + host_of(url), most - 1
            break
        pieces += (line[at:start].translate(_MARKUP), f"<{url}>")
        at = start + len(url)
    rest = line[at:room].translate(_MARKUP)
    return "".join(pieces) + (rest if room == most else rest.rstrip(f" {_JOINER}") + "…")


def _addresses(line: str) -> Iterator[tuple[int, str]]:
    """Yield the web addresses in a line and where they begin."""
    for found in _ADDRESS.finditer(line):
        url = trim_url(found[0])
        if host_of(url):
            yield found.start(), url


def _joins(text: str, at: int) -> bool:
    """Tell whether a joiner makes one sign of its visible neighbours, as in many emoji."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] == _JOINER and len(around) == 2 and around.isprintable() and " " not in around
