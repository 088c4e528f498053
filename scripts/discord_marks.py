"""Discord's Markdown as HTML, read as Discord's clients read it. Pure; for `discord_preview`, and
the measure in tests of what the bot writes.

What is not Discord's Markdown stays as it was typed. Marks pair across lines, code and links, as
there: a rule sees only the text from its place on. A list is its marks at one depth and what is
indented beneath; headings, quotes and small print take one line each.
Source: https://support.discord.com/hc/en-us/articles/210298617 and
https://docs.discord.com/developers/reference#message-formatting.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class _Place:
    """What may stand where something is read. `names` are of people and places, by their token."""

    begins: bool = True
    """Whether nothing but blanks stands before it in its line."""
    headings: bool = True
    quotes: bool = True
    links: bool = True
    names: Mapping[str, str] = field(default_factory=dict)


_Found: TypeAlias = tuple[str, int]
"""What was written, and how many characters of the source that took."""

_DEEPEST = 11

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_QUOTE = re.compile(r" *> [^\n]*(?:\n *> [^\n]*)*\n?")
_QUOTE_ALL = re.compile(r" *>>> (.*)", re.DOTALL)
_HEADING = re.compile(r" *(#{1,3})\s+((?!\s*#{1,3}\s)[^\n]+?)#*\s*(?:\n|$)")
_SMALL = re.compile(r" *-# +((?!-#)[^\n]+)(?:\n|$)")
_MARK = r"(?:[*-]|\d+\.)"
_LIST = re.compile(rf"( *)({_MARK}) .+?(?:\n(?! )(?!\1{_MARK} )|\Z)", re.DOTALL)
_ITEM = re.compile(rf"( *){_MARK} +")
_BLOCK = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n].*?)\n*```\n?", re.DOTALL | re.I)
_CODE = re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)
_AROUND_TICKS = re.compile(r"^ (?= *`)|(?<=`) $")
_STRONG = re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)
_UNDER = re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)
_EM = re.compile(
    r"_((?:__|\\.|[^\\_])+?)_(?![0-9A-Za-z_])"
    r"|\*(?=\S)((?:\\.|\*\*|\s+(?:\\.|[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)",
    re.DOTALL,
)
_STRIKE = re.compile(r"~~(.+?)~~(?!_)", re.DOTALL)
_SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
_ANGLED = re.compile(r"<(https?://[^\s<>]+)>")
_URL = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")
_LABELLED = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*(?:<([^\s<>]*)>|((?:\([^)]*\)|[^\s\\()]|\\.)*?))\s*\)"
)
_TOKEN = re.compile(r"<(@!?|@&|#)(\d+)>|@(?:everyone|here)")
_JUMP = re.compile(r"<?https://discord\.com/channels/(?:@me|\d+)/(\d+)/\d+>?")
_COMMAND = re.compile(r"</([^<>:\n]+):\d+>")
_TIME = re.compile(r"<t:(-?\d+)(?::[tTdDfFR])?>")


def marked(text: str, names: Mapping[str, str] | None = None) -> str:
    """Write a message's content as HTML; `names` by token, such as `@123` or `#123`."""
    return _read(text.strip("\n"), _Place(names=names or {}))


def plain(text: str) -> str:
    """Return what a reader sees of a message's content, without any style."""
    return html.unescape(re.sub(r"<[^>]+>", "", marked(text)))


def _read(text: str, place: _Place, depth: int = 0) -> str:
    written: list[str] = []
    at, begins = 0, place.begins
    while at < len(text):
        here = replace(place, begins=begins)
        found = next(filter(None, (rule(text[at:], here, depth) for rule in _RULES)), None)
        shown, taken = found or (html.escape(text[at], quote=False), 1)
        written.append(shown)
        at += taken
        begins = text[at - 1] == "\n" or (begins and not text[at - taken : at].strip(" "))
    return "".join(written)


# -- lines ----------------------------------------------------------------------------------------


def _quote(text: str, place: _Place, depth: int) -> _Found | None:
    if not (place.begins and place.quotes):
        return None
    inner = replace(place, quotes=False)
    if everything := _QUOTE_ALL.match(text):
        return f"<blockquote>{_read(everything[1], inner, depth)}</blockquote>", len(text)
    if (found := _QUOTE.match(text)) is None:
        return None
    content = re.sub(r"^ *> ?", "", found[0], flags=re.M).removesuffix("\n")
    return f"<blockquote>{_read(content, inner, depth) or ' '}</blockquote>", found.end()


def _heading(text: str, place: _Place, depth: int) -> _Found | None:
    found = _HEADING.match(text) if place.begins and place.headings else None
    if found is None:
        return None
    level, inner = len(found[1]), replace(place, begins=False, headings=False)
    return f"<h{level}>{_read(found[2].strip(), inner, depth)}</h{level}>", found.end()


def _small(text: str, place: _Place, depth: int) -> _Found | None:
    found = _SMALL.match(text) if place.begins else None
    if found is None:
        return None
    inner = replace(place, begins=False)
    return f"<small>{_read(found[1].strip(), inner, depth)}</small>", found.end()


def _list(text: str, place: _Place, depth: int) -> _Found | None:
    found = _LIST.match(text) if place.begins and depth < _DEEPEST else None
    if found is None:
        return None
    indent = len(found[1])
    begin = _ITEM.match(text)
    assert begin is not None  # noqa: S101 - a list begins with an item
    more = re.compile(rf"\n(?= {{{indent},{indent + 1}}}{_MARK} )")
    inner = replace(place, headings=False)
    items = []
    for item in more.split(found[0].removesuffix("\n")):
        lines = _ITEM.sub("", item, count=1)
        lines = re.sub(rf"^ {{1,{len(begin[0])}}}", "", lines, flags=re.M)
        items.append(f"<li>{_read(lines, inner, depth + 1)}</li>")
    if found[2] in "*-":
        return f"<ul>{''.join(items)}</ul>", found.end()
    return f'<ol start="{max(1, int(found[2][:-1]))}">{"".join(items)}</ol>', found.end()


# -- within lines ---------------------------------------------------------------------------------


def _escape(text: str, place: _Place, depth: int) -> _Found | None:
    if text.startswith("¯\\_(ツ)_/¯"):
        return "¯\\_(ツ)_/¯", 9
    found = _ESCAPE.match(text)
    return (html.escape(found[1], quote=False), 2) if found else None


def _code(text: str, place: _Place, depth: int) -> _Found | None:
    if block := _BLOCK.match(text):
        return f"<pre>{html.escape(block[2], quote=False)}</pre>", block.end()
    if (found := _CODE.match(text)) is None:
        return None
    shown = _AROUND_TICKS.sub("", found[2])
    return f"<code>{html.escape(shown, quote=False)}</code>", found.end()


def _emphasis(text: str, place: _Place, depth: int) -> _Found | None:
    """Write what the longest of the marks spans that begin here; of equal ones, the slanted."""
    spans = (("u", _UNDER.match(text)), ("b", _STRONG.match(text)), ("i", _EM.match(text)))
    there = [(found.end(), tag, found) for tag, found in spans if found is not None]
    if not there:
        return None
    end, tag, found = max(there, key=lambda span: (span[0], "ubi".index(span[1])))
    content = next(filter(None, found.groups()))
    return f"<{tag}>{_read(content, place, depth)}</{tag}>", end


def _struck(text: str, place: _Place, depth: int) -> _Found | None:
    for pattern, tag in ((_STRIKE, "s"), (_SPOILER, "mark")):
        if found := pattern.match(text):
            return f"<{tag}>{_read(found[1], place, depth)}</{tag}>", found.end()
    return None


def _link(text: str, place: _Place, depth: int) -> _Found | None:
    """Write a link; one whose label looks like an address stays as it was typed."""
    if not place.links:
        return None
    if angled := _ANGLED.match(text):
        return _anchor(angled[1], html.escape(angled[1])), angled.end()
    if labelled := _LABELLED.match(text):
        label, target = labelled[1], labelled[2] or labelled[3] or ""
        if not _URL.match(target) or _URL.search(label) or not label.strip():
            return html.escape(labelled[0], quote=False), labelled.end()
        inner = replace(place, begins=False, links=False)
        return _anchor(target, _read(label, inner, depth)), labelled.end()
    if (found := _URL.match(text)) is None:
        return None
    url = found[0]
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1]
    return _anchor(url, html.escape(url)), len(url)


def _anchor(target: str, shown: str) -> str:
    return f'<a href="{html.escape(target)}">{shown}</a>'


def _token(text: str, place: _Place, depth: int) -> _Found | None:
    if command := _COMMAND.match(text):
        return f"<em>/{html.escape(command[1])}</em>", command.end()
    if jump := _JUMP.match(text):
        return f"<em>{html.escape(place.names.get('#' + jump[1], '#'))} › 💬</em>", jump.end()
    if time := _TIME.match(text):
        return f"<time>{time[1]}</time>", time.end()
    if (found := _TOKEN.match(text)) is None:
        return None
    sign = (found[1] or "").rstrip("!")
    shown = place.names.get(sign + (found[2] or ""), found[0])
    return f"<em>{html.escape(shown)}</em>", found.end()


_RULES: tuple[Callable[[str, _Place, int], _Found | None], ...] = (
    _escape,
    _quote,
    _heading,
    _small,
    _list,
    _code,
    _token,
    _link,
    _emphasis,
    _struck,
)
