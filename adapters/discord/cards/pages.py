"""What stands on each page of a card, as Discord's text: a few findings, fewer where they are long.

Pure. Nothing in it can be read as a mention, and every link shows its host, as everywhere
(`render`). What is too long for a page ends with a word where the rest is.
Limits: https://docs.discord.com/developers/components/reference (4,000 characters of text displays
in one message; some 10,000 bytes, which is told nowhere: beyond them Discord answers with a 500).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.common.payloads import sound
from adapters.discord import render
from adapters.pacing import Pager
from bot.cards import CardFinding, ReviewCard
from bot.guard.masking import mask
from bot.wording import say

ROOM = 3_900
"""Of all text in a message, by `weight`: a little less than Discord takes."""

NOTE_ROOM = 350
"""Of it kept free: for what may have to be told beside a card that stands."""

TIGHT = 0.5
"""The share of the room in which a card is laid out that Discord did not take."""

MOST_COMPONENTS = 24
"""Of the findings on a page: a message holds 40, and the rest of a card has up to 16."""

LONGEST_INTRO, LONGEST_HEAD, LONGEST_SUMMARY, LONGEST_CLOSING = 400, 900, 600, 600
LONGEST_FINDING, LEAST_TEXT = 900, 330
LONGEST_TITLE, LONGEST_LINE, LONGEST_FACTS = 230, 240, 450
"""By `weight`. The longest parts of a page together just fill its room."""

_NUMBER = re.compile(r"^(\d+)\.(?=\s)")

_BYTES = 0.4
"""So much of the room one byte takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding on a page, and how it reads there."""

    finding: CardFinding
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page, `number` of `count`, counted from 0. The first has the summary, the last the
    closing words."""

    number: int
    count: int
    head: str
    summary: str
    entries: tuple[Entry, ...]
    closing: str


def page_of(card: ReviewCard, number: int, room: float) -> Page:
    """Return a page of at most `room` by `weight`; the last one where there are fewer."""
    head, summary, closing = _head(card), _summary(card), _closing(card)
    rest = room - weight(head)
    sheets = list(_sheets(card, rest - weight(summary), rest, weight(closing)))
    number = min(max(number, 0), len(sheets) - 1)
    last = number == len(sheets) - 1
    return Page(
        number,
        len(sheets),
        head,
        summary if number == 0 else "",
        tuple(sheets[number]),
        closing if last else "",
    )


def _sheets(card: ReviewCard, first: float, rest: float, closing: float) -> Iterator[list[Entry]]:
    """Deal the findings out to pages; `first` is the room of the first page."""
    entries = [Entry(one, _finding(one, card)) for one in card.findings]
    sheet: list[Entry] = []
    left = first
    for number, entry in enumerate(entries):
        need = weight(entry.text) + (closing if number == len(entries) - 1 else 0)
        if sheet and (need > left or _is_full([*sheet, entry])):
            yield sheet
            sheet, left = [], rest
        sheet.append(entry)
        left -= weight(entry.text)
    yield sheet


def _is_full(sheet: list[Entry]) -> bool:
    return sum(map(_components, sheet)) > MOST_COMPONENTS


def _components(entry: Entry) -> int:
    """Count a finding's: a line and a text, of one that still counts a row with its buttons."""
    finding = entry.finding
    return 2 + (3 + finding.has_fix if finding.is_living else 0)


# -- texts -----------------------------------------------------------------------------------


def weight(text: str) -> float:
    """Return how much of the room a text takes: by characters, or by bytes where it has many."""
    return max(render.units(text), len(text.encode("utf-8", "surrogatepass")) * _BYTES)


def shown(markdown: str) -> str:
    """Return Markdown as Discord's text."""
    return sound(render.to_discord(mask(markdown))).strip("\n")


def heading(markdown: str) -> str:
    """Return a title as Markdown of one line that can stand in bold: its number begins no list."""
    return _NUMBER.sub(r"\1\\.", _one_line(markdown))


def fitted(markdown: str, most: float, card: ReviewCard) -> str:
    """Return Markdown as Discord's text of at most `most` by `weight`."""
    whole = shown(markdown)
    if weight(whole) <= most:
        return whole
    rest = say("card_rest_in_file", card.locale, name=card.file) if card.file else ""
    note = f"\n-# … {rest}".rstrip()
    pager = Pager(int(most - weight(note)) - 1, lambda text: int(weight(shown(text))) + 1)
    pager.feed(markdown)
    return shown(pager.parts(final=True)[0].text) + note


def _head(card: ReviewCard) -> str:
    lines = [f"### {_line(card.title)}", _small(card.facts, LONGEST_FACTS)]
    if card.note.strip():
        lines.append(shown(f"> {_one_line(card.note)}"))
    return _cut("\n".join(filter(None, lines)), LONGEST_HEAD)


def _summary(card: ReviewCard) -> str:
    return fitted(card.summary, LONGEST_SUMMARY, card)


def _closing(card: ReviewCard) -> str:
    return fitted(card.closing, LONGEST_CLOSING, card)


def _finding(finding: CardFinding, card: ReviewCard) -> str:
    title = _line(finding.title)
    if not finding.is_living:
        lines = [f"~~{title}~~", _small(finding.where), _small(finding.note)]
        return "\n".join(filter(None, lines))
    above = "\n".join(filter(None, [f"**{title}**", _small(finding.where)]))
    note = _small(finding.note)
    most = LONGEST_FINDING - weight(above) - weight(note) - 2
    text = fitted(finding.text, max(most, LEAST_TEXT), card)
    return "\n".join(filter(None, [above, text, note]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line(markdown: str) -> str:
    return _cut(shown(heading(markdown)), LONGEST_TITLE)


def _small(markdown: str, most: int = LONGEST_LINE) -> str:
    line = _cut(shown(_one_line(markdown)), most)
    return f"-# {line}" if line else ""


def _cut(text: str, most: int) -> str:
    """Shorten what is nearly always short; a mark that loses its end is only a sign then."""
    while weight(text) > most:
        text = text[: max(1, int(len(text) * 0.95) - 1)].rstrip() + "…"
    return text
