"""What chat does to pasted code, undone, and where in a message the code stands. Pure.

`undo` is for text that came through a chat's box only, never for the bytes of a file. Lines keep
their number: nothing here joins or splits one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.review.reading import tags
from bot.review.reading.links import Link, find_links
from bot.review.reading.posted import Posted

_ENTITY = re.compile(r"&(lt|gt|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
_LINK = re.compile(r"<(?P<url>(?:https?://|mailto:)[^<>|\s]{1,2000})(?:\|(?P<label>[^<>|\n]*))?>")
"""How Slack writes an address that it recognised (docs.slack.dev, formatting message text)."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")
"""Select Graphic Rendition and Erase in Line (ECMA-48, 8.3.117 and 8.3.41), as git colours."""

_HARD_INDENT = re.compile(r"^[+\-]?[ \t]*\xa0", re.MULTILINE)
_QUOTE = re.compile(r">(?: |$)")

MOST_QUOTES = 5
"""Levels of quoting that are taken off; deeper is nothing that people post."""

_FENCE = re.compile(
    r"^(?P<lead>[ \t]{0,3}(?:> ?){0,3}[ \t]{0,3})(?P<marks>`{3,}|~{3,})(?P<tag>[^`\n]*)$"
)
_BEHIND_WORDS = re.compile(
    r"^(?P<lead>(?:> ?){0,3})(?P<said>(?:[^`\n]|`{1,2}(?!`)){0,2000}[^`\n])(?P<marks>```)"
    r"(?P<tag>[^`\n]*)$"
)
"""A block that begins on the line of the words before it, as chat allows."""

_SAID = re.compile(r"[ \t]+[\w@]+,?[ \t]+\S|[ \t]*[\u3400-\u9fff]")
"""Words behind a fence; one word alone would be a tag."""

_INLINE = re.compile(r"```(?P<code>.+?)```", re.DOTALL)
_DIFF_BEGINS = re.compile(
    r"^[>\s]{0,12}(?:diff --git |@@ ?-\d+(?:,\d+)? ?\+\d|--- \S.*\n[>\s]{0,12}\+\+\+ |Index: \S)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a message holds: things to review, links to pull requests, and the words around."""

    posted: tuple[Posted, ...]
    links: tuple[Link, ...]
    prose: str


def undo(text: str) -> str:
    """Return pasted text as it was: line ends, colours, entities, wrapped links, quoting, and
    no-break spaces where they stand for indentation."""
    text = without_colour(line_ends(text.removeprefix("\ufeff")))
    text = _unescaped(text)
    text = _unquoted(text)
    if "\xa0" in text and _HARD_INDENT.search(text):
        text = text.replace("\xa0", " ")
    return text


def line_ends(text: str) -> str:
    """Return the text with line feeds alone at the ends of its lines."""
    if "\r" not in text:
        return text
    if "\n" not in text:
        return text.replace("\r", "\n")
    return re.sub(r"\r+(?=\n|\Z)", "", text)


def without_colour(text: str) -> str:
    """Return the text without a terminal's colours."""
    return _COLOUR.sub("", text) if "\x1b[" in text else text


def find(message: str) -> Pasted:
    """Find what a message posts: fenced blocks, else a diff without a fence, and links."""
    blocks, prose = _blocks(message)
    if not blocks and (begins := _DIFF_BEGINS.search(message)):
        start = begins.start()
        blocks = [Posted("", message[start:], fence_tag="diff", is_pasted=True)]
        prose = message[:start]
    return Pasted(tuple(blocks), find_links(prose), prose.strip())


# -- damage ------------------------------------------------------------------------------------


def _unescaped(text: str) -> str:
    """Undo Slack's escaping where the whole text is escaped: not one bracket or ampersand stands in
    it by itself. Code that merely holds `&lt;` keeps it."""
    text = _LINK.sub(_echo, text)
    if "&" not in text or not _ENTITY.search(text):
        return text
    rest = _ENTITY.sub("", _LINK.sub("", text))
    if any(mark in rest for mark in "<>&"):
        return text
    text = _LINK.sub(lambda found: (found["label"] or found["url"]).removeprefix("mailto:"), text)
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _echo(found: re.Match[str]) -> str:
    """Unwrap a link whose label only repeats it: nobody writes that by hand."""
    url, label = found["url"], found["label"] or ""
    return label if label and url.removesuffix("/").endswith(label.removesuffix("/")) else found[0]


def _unquoted(text: str) -> str:
    """Take quote marks off while every line has one, blank lines aside."""
    for _ in range(MOST_QUOTES):
        lines = text.split("\n")
        written = [line for line in lines if line.strip()]
        if not written or not all(map(_QUOTE.match, written)):
            return text
        text = "\n".join(_QUOTE.sub("", line, count=1) if line.strip() else line for line in lines)
    return text


# -- fences ------------------------------------------------------------------------------------


def _blocks(message: str) -> tuple[list[Posted], str]:
    """Return the fenced blocks of a message and what stands outside of them."""
    blocks: list[Posted] = []
    prose: list[str] = []
    lines = line_ends(message).split("\n")
    at = 0
    open_ended = False
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening is None and not open_ended and (opening := _behind_words(lines[at])):
            if _closing(lines, at + 1, opening)[0] < len(lines):
                prose.append(opening["said"].rstrip())
            else:  # nothing closes one further down either, and looking again would take long
                opening, open_ended = None, True
        if opening is None:
            prose.append(lines[at])
            at += 1
            continue
        tag, first = tags.parted(opening["tag"])
        end, after, said = _closing(lines, at + 1, opening)
        inner = [_without(line, opening["lead"]) for line in lines[at + 1 : end]]
        blocks.append(_block("\n".join([*first, *inner, *after]), tag, prose))
        lines[end : end + 1] = said  # in which the next block may begin
        at = end
    text = "\n".join(prose)
    for found in _INLINE.finditer(text):
        blocks.append(_block(found["code"].strip("\n"), "", []))
    return blocks, _INLINE.sub("", text)


def _behind_words(line: str) -> re.Match[str] | None:
    """Return how a line of words ends in a fence, if it does."""
    return _BEHIND_WORDS.match(line) if "```" in line else None


def _closing(lines: list[str], at: int, opening: re.Match[str]) -> tuple[int, list[str], list[str]]:
    """Return where a block ends, what of its last line still belongs to it, and what is said behind
    it on that line: chat lets people write on, and ends the block all the same.

    Inside of a diff a fence has its mark before it, a space for context: only one at the margin
    closes. Elsewhere up to three spaces may stand before it (CommonMark 0.31, 4.5). Chat closes at
    the end of a line of code, too.
    """
    marks, lead = opening["marks"], opening["lead"]
    is_diff = _is_diff(opening["tag"], [_without(line, lead) for line in lines[at : at + 8]])
    for position in range(at, len(lines)):
        line = _without(lines[position], lead)
        bare = line if is_diff else line.lstrip(" ")
        if bare.startswith(marks) and not bare.strip().strip(marks[0]):
            return position, [], []
        if bare.startswith(f"{marks} ") and _SAID.match(said := bare.removeprefix(marks)):
            return position, [], [said]
        if line.endswith("```") and marks == "```" and line.count("```") == 1 and not is_diff:
            return position, [line.removesuffix("```")], []
    if marks == "```" and is_diff and len(lines) > at and lines[-1].count(marks) == 1:
        code, ticks, rest = _without(lines[-1], lead).partition(marks)
        if code.strip("+- \t") and not rest.strip():  # no fence of the text that is compared
            return len(lines) - 1, [code], []
    if marks == "```" and not is_diff and len(lines) > at:
        code, ticks, said = lines[-1].partition(marks)
        if ticks and _SAID.match(said):
            return len(lines) - 1, [code], [said]
    return len(lines), [], []


def _is_diff(tag: str, beginning: list[str]) -> bool:
    told = tag.strip() or "".join(beginning[:1]).strip()
    return told.lower() in ("diff", "patch", "udiff") or any(
        _DIFF_BEGINS.match(line) for line in beginning
    )


def _without(line: str, lead: str) -> str:
    return line[len(lead) :] if line.startswith(lead) else line.removeprefix(lead.rstrip())


def _block(code: str, tag: str, before: list[str]) -> Posted:
    """Make a block of its code, its tag, and the line before it when that is a file's name."""
    if not tag.strip():
        tag, code = tags.taken(code)
    language, name = tags.read(tag.strip())
    if not name and before and (said := before[-1].strip().strip("*_`: ")) and tags.is_name(said):
        name = said
    return Posted(name, code, fence_tag=language, is_pasted=True)
