"""What stands on each page of a card, as Discord's text: a few findings, fewer where they are long.

Pure. Nothing in it can be read as a mention, and every link shows its host, as everywhere
(`render`). What is too long for its place ends with a word where the rest is; without a file it
goes on, on further pages.
Limits: https://docs.discord.com/developers/components/reference (4,000 characters of text displays
in one message; some 10,000 bytes, which is told nowhere: beyond them Discord answers with a 500).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    """A text on a page, and the finding that it is the end of: beneath it stand the buttons."""

    text: str
    finding: CardFinding | None = None


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
    head = _head(card)
    summary, *further = _summary(card)
    *before, closing = _closing(card)
    found = [entry for one in card.findings for entry in _finding(one, card)]
    entries = [*map(Entry, further), *found, *map(Entry, before)]
    rest = room - weight(head)
    sheets = list(_sheets(entries, rest - weight(summary), rest, weight(closing)))
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


def _sheets(
    entries: Sequence[Entry], first: float, rest: float, closing: float
) -> Iterator[list[Entry]]:
    """Deal entries out to pages; `first` is the room of the first page."""
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
    """Count an entry's: a line and a text, beneath a finding a row with its buttons."""
    finding = entry.finding
    return 2 + (3 + finding.has_fix if finding is not None and finding.is_living else 0)


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


def _pieces(markdown: str, most: float, card: ReviewCard) -> list[str]:
    """Return Markdown as Discord's text in pieces of at most `most` by `weight`, at least one: of a
    card with a file the first one names that."""
    if card.file or weight(shown(markdown)) <= most:
        return [fitted(markdown, most, card)]
    pager = Pager(int(most) - 1, lambda text: int(weight(shown(text))) + 1)
    pager.feed(markdown)
    return [shown(part.text) for part in pager.parts(final=True)]


def _whole(card: ReviewCard, *lines: tuple[str, float]) -> str:
    """Return as Markdown the lines that are cut to their lengths and stand in no file."""
    told = [] if card.file else [(_one_line(line), most) for line, most in lines]
    return "".join(f"{line}\n\n" for line, most in told if weight(shown(line)) > most)


def _head(card: ReviewCard) -> str:
    lines = [f"### {_line(card.title)}", _small(card.facts, LONGEST_FACTS)]
    if card.note.strip():
        lines.append(shown(f"> {_one_line(card.note)}"))
    return _cut("\n".join(filter(None, lines)), LONGEST_HEAD)


def _summary(card: ReviewCard) -> list[str]:
    note = LONGEST_HEAD - LONGEST_TITLE - LONGEST_FACTS - 10
    lines = ((card.title, LONGEST_TITLE), (card.facts, LONGEST_FACTS), (card.note, note))
    return _pieces(_whole(card, *lines) + card.summary, LONGEST_SUMMARY, card)


def _closing(card: ReviewCard) -> list[str]:
    *before, last = _pieces(card.closing, LONGEST_CLOSING, card)
    why = "" if card.file else _small(say("card_no_file", card.locale))
    return [*before, "\n".join(filter(None, [last, why]))]


def _finding(finding: CardFinding, card: ReviewCard) -> list[Entry]:
    """Lay a finding out: its buttons stand at its end."""
    title = _line(finding.title)
    note = _small(finding.note)
    whole = _whole(
        card,
        (heading(finding.title), LONGEST_TITLE),
        (finding.where, LONGEST_LINE),
        (finding.note, LONGEST_LINE),
    )
    if not finding.is_living:
        closed = "\n".join(filter(None, [f"~~{title}~~", _small(finding.where), note]))
        further = _pieces(whole, LONGEST_FINDING, card) if whole else []
        return [Entry(closed, finding), *map(Entry, further)]
    above = "\n".join(filter(None, [f"**{title}**", _small(finding.where)]))
    most = LONGEST_FINDING - weight(above) - weight(note) - 2
    first, *further = _pieces(whole + finding.text, max(most, LEAST_TEXT), card)
    texts = ["\n".join(filter(None, [above, first])), *(f"-# … {title}\n{one}" for one in further)]
    texts[-1] = "\n".join(filter(None, [texts[-1], note]))
    return [*map(Entry, texts[:-1]), Entry(texts[-1], finding)]


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
