"""A review's card as the content of one message: one page as blocks, all of it as fallback text.

Pure. A page holds what is read without pressing "see more"; Slack refuses messages of about 11,000
characters (https://github.com/slackapi/bolt-js/issues/2867), and does not say how it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack import render
from adapters.slack.cards import pieces
from adapters.slack.cards.marks import Mark
from adapters.slack.limits import TEXT_BYTES
from adapters.slack.text.blocks import Block, size
from bot.cards import CardFinding, ReviewCard
from bot.guard.masking import mask


@dataclass(frozen=True, slots=True)
class Size:
    """How much a page holds: findings, characters of its blocks as JSON, bytes of one text."""

    findings: int
    characters: int
    text: int


LEVELS = (Size(5, 9_500, 1_500), Size(3, 6_500, 800), Size(1, 4_500, 400))
"""The next one is taken when Slack refuses a page of the one before."""

MOST_BLOCKS = 46
"""Of a page: a message has 50 at most, and a heading and a note may stand around it
(https://docs.slack.dev/reference/block-kit/blocks)."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One page, ready to be sent."""

    blocks: list[Block]
    text: str
    page: int
    pages: int

    @property
    def content(self) -> dict[str, Any]:
        """Return it as arguments of a call."""
        return {"text": self.text, "blocks": self.blocks}


def lay(card: ReviewCard, mark: Mark, heading: Block | None = None) -> Laid:
    """Lay out the page that `mark` names, or the last one there is; `heading` stands above it."""
    level = min(mark.level, len(LEVELS) - 1)
    mark = replace(mark, review=card.id, version=card.version, finding="", level=level)
    groups = _groups(card, mark)
    page = min(mark.page, len(groups) - 1)
    first = sum(map(len, groups[:page])) + 1
    span = (first, first + len(groups[page]) - 1)
    mark = replace(mark, page=page)
    shown = [block for one in groups[page] for block in _finding(one, card, mark)]
    around = _around(card, mark, len(groups), span, shown)
    blocks = [*([heading] if heading is not None else []), *around]
    return Laid(blocks, fallback(card), page, len(groups))


def levels(card: ReviewCard) -> int:
    """Tell how many of `LEVELS` may be tried: where no file holds the rest, nothing is cut."""
    if card.file:
        return len(LEVELS)
    return sum(pieces.is_whole(card, one.text) for one in LEVELS)


def fallback(card: ReviewCard) -> str:
    """Return the text for notifications, search and screen readers: what there is, briefly."""
    parts = [f"**{card.title}**", card.facts, f"> {card.note}" if card.note else "", card.summary]
    parts += [f"{one.title} ({one.where})" for one in card.findings]
    said = mask("\n\n".join(filter(str.strip, parts)))
    return render.to_mrkdwn(pieces.shortened(said, pieces.rest(card), TEXT_BYTES))


def shows_card(blocks: object) -> bool:
    """Tell whether a message, as Slack tells of it, shows a card."""
    return any(block.get("block_id") == pieces.HEADER for block in _blocks(blocks))


def shows_review(blocks: object, review: str) -> bool:
    """Tell whether a message may be taken for one that shows this very review: no button of its
    card is another's. Of a message that one person sees Slack tells nothing."""
    values = (
        element.get("value")
        for block in _blocks(blocks)
        for element in _blocks(block.get("elements"))
    )
    marks = (Mark.read(value) for value in values)
    return all(mark.review == review for mark in marks if mark is not None)


def heading_of(blocks: object) -> Block | None:
    """Return the block that says who asked, None where there is none."""
    found = (block for block in _blocks(blocks) if block.get("block_id") == pieces.HEADING)
    return next(map(dict, found), None)


def noted(blocks: object, *notes: Block) -> list[Block]:
    """Return a card as it stands, with these blocks beneath it in the place of earlier ones."""
    standing = [
        dict(block)
        for block in _blocks(blocks)
        if not str(block.get("block_id") or "").startswith(pieces.NOTE)
    ]
    return standing + [
        {**note, "block_id": f"{pieces.NOTE}_{number}"} for number, note in enumerate(notes)
    ]


def _around(
    card: ReviewCard, mark: Mark, pages: int, span: tuple[int, int], findings: Sequence[Block]
) -> Iterator[Block]:
    """Yield a page around its findings. What must not be overlooked stands on the first one."""
    yield from pieces.head(card, first=mark.page == 0)
    yield from findings
    if mark.page == 0:
        yield from pieces.closing(card)
    yield from pieces.foot(card, mark, pages, span)


def _finding(one: CardFinding, card: ReviewCard, mark: Mark) -> list[Block]:
    return pieces.finding(one, card, mark, LEVELS[mark.level].text)


def _groups(card: ReviewCard, mark: Mark) -> list[list[CardFinding]]:
    """Divide the findings among pages."""
    groups: list[list[CardFinding]] = [[]]
    room = _Room(card, replace(mark, page=0))
    for one in card.findings:
        blocks = _finding(one, card, mark)
        if groups[-1] and not room.holds(blocks):
            groups.append([])
            room = _Room(card, replace(mark, page=1))
        room.take(blocks)
        groups[-1].append(one)
    return groups


class _Room:
    """What is left of a page for findings."""

    def __init__(self, card: ReviewCard, mark: Mark) -> None:
        most = LEVELS[mark.level]
        # With the controls of a page in the middle: those are the most.
        around = list(_around(card, mark, 3, (1, 1), ()))
        self._findings = most.findings
        self._blocks = MOST_BLOCKS - len(around) - 1
        self._characters = most.characters - size(around)

    def holds(self, blocks: list[Block]) -> bool:
        return (
            self._findings > 0 and len(blocks) <= self._blocks and size(blocks) <= self._characters
        )

    def take(self, blocks: list[Block]) -> None:
        self._findings -= 1
        self._blocks -= len(blocks)
        self._characters -= size(blocks)


def _blocks(blocks: object) -> Iterator[Mapping[str, Any]]:
    for block in blocks if isinstance(blocks, Sequence) else ():
        if isinstance(block, Mapping):
            yield block
