"""The parts of a card as blocks: its head, a finding, what stands beneath. Pure.

All words of others become Markdown that the room's own renderers have made harmless: nobody is
pinged, links show their host. Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from adapters.pacing import SMALLEST_LIMIT, Pager
from adapters.slack import render
from adapters.slack.cards.marks import BACK, DISMISS, EXPLAIN, FIX, ON, Mark
from adapters.slack.surfaces.buttons import again, button, thumbs
from adapters.slack.surfaces.labels import marked, plain
from adapters.slack.text import leaves
from adapters.slack.text.blocks import HEADER_CHARACTERS, Block, size, to_blocks
from adapters.slack.text.mrkdwn import NEUTRAL, inline
from bot.cards import CardFinding, ReviewCard
from bot.guard.masking import mask
from bot.wording import say

SIGNS: Mapping[str, str] = {
    "critical": "🛑",
    "high": "🔴",
    "medium": "🟠",
    "low": "🟡",
    "nit": "⚪",
}

SECTION_BYTES = 2_900
"""Of a section's or a context's text: 3,000 characters are the most."""

TITLE_BYTES, LINE_BYTES = 400, 600
SUMMARY_BYTES, CLOSING_BYTES = 900, 1_400

DISMISSED_SIGN, FIXED_SIGN = "🔕", "✅"

HEADER, HEADING, NOTE = "parley_card", "parley_card_heading", "parley_card_note"
"""Ids of blocks: by the first a card is known; whoever lays a card out anew takes the second along,
which says who asked, and leaves the third, which says what becomes of it."""


def head(card: ReviewCard, *, first: bool) -> Iterator[Block]:
    """Yield what stands above the findings; all of it on the first page only."""
    title = leaves.harmless(leaves.plain(inline(_line(mask(card.title)), NEUTRAL)))
    shown = plain(_cut(title, HEADER_CHARACTERS))
    yield {"type": "header", "text": shown, "block_id": HEADER}
    if card.facts.strip():
        yield context(card.facts, rest(card), LINE_BYTES)
    if not first:
        return
    if card.note.strip():
        yield section(f"> ⚠️ {_line(card.note)}", rest(card), TITLE_BYTES)
    yield from body(card.summary, rest(card), SUMMARY_BYTES)


def heading(markdown: str) -> Block:
    """Return the line that says who asked for a review."""
    return {**context(markdown.removeprefix("> "), "", LINE_BYTES), "block_id": HEADING}


def closing(card: ReviewCard) -> list[Block]:
    """Return what stands beneath the findings."""
    return [context(card.closing, rest(card), CLOSING_BYTES)] if card.closing.strip() else []


def finding(one: CardFinding, card: ReviewCard, mark: Mark, most: int) -> list[Block]:
    """Return a finding, its text in at most `most` bytes; what is closed has but its lines."""
    locale = card.locale
    blocks: list[Block] = [{"type": "divider"}, section(_titled(one), rest(card), TITLE_BYTES)]
    if lines := "\n".join(filter(str.strip, (one.where, one.note))):
        blocks.append(context(lines, rest(card), LINE_BYTES))
    if not one.is_living:
        return blocks
    own = replace(mark, finding=one.id)
    pressed = [button(EXPLAIN, say("card_explain", locale), own.write())]
    if one.has_fix:
        pressed.insert(0, button(FIX, say("card_fix", locale), own.write()))
    pressed.append(button(DISMISS, say("card_dismiss", locale), own.write()))
    return [*blocks, *body(one.text, rest(card), most), {"type": "actions", "elements": pressed}]


def foot(card: ReviewCard, mark: Mark, pages: int, span: tuple[int, int]) -> Iterator[Block]:
    """Yield the controls of the whole message; `span` are the findings that it shows, from 1."""
    locale, pressed = card.locale, []
    if pages > 1:
        first, last = span
        told = {"total": len(card.findings), "page": mark.page + 1, "pages": pages}
        shown = say("card_page", locale, first=first, last=last, **told)
        yield {"type": "divider"}
        yield {"type": "context", "elements": [marked(shown)]}
        for action, sign, page in ((BACK, "‹", mark.page - 1), (ON, "›", mark.page + 1)):
            if 0 <= page < pages:
                pressed.append(button(action, sign, replace(mark, page=page).write()))
    elif card.findings:
        yield {"type": "divider"}
    tag = mark.tag(card.askers)
    if not mark.alone:
        pressed.append(again(tag, say("card_again", locale)))
    if pressed:
        yield {"type": "actions", "elements": pressed}
    if not mark.alone:
        yield thumbs(tag, lambda key: say(key, locale))


def is_whole(card: ReviewCard, most: int) -> bool:
    """Tell whether nothing of a card is cut where a finding's text may have `most` bytes."""
    title = leaves.plain(inline(_line(mask(card.title)), NEUTRAL))
    texts = [
        (card.facts, LINE_BYTES),
        (f"> ⚠️ {_line(card.note)}", TITLE_BYTES),
        (card.summary, SUMMARY_BYTES),
        (card.closing, CLOSING_BYTES),
    ]
    for one in card.findings:
        texts += [(_titled(one), TITLE_BYTES), (f"{one.where}\n{one.note}", LINE_BYTES)]
        texts += [(one.text, most)] if one.is_living else []
    fitting = all(render.measure(mask(text)) <= limit for text, limit in texts)
    return fitting and len(title) <= HEADER_CHARACTERS


def rest(card: ReviewCard) -> str:
    """Say where the rest of a shortened text stands."""
    return f"…{say('card_rest_in_file', card.locale, name=card.file)}" if card.file else "…"


def section(markdown: str, rest: str, most: int = SECTION_BYTES) -> Block:
    """Return a short text as a section."""
    return {"type": "section", "text": marked(_shown(markdown, rest, most))}


def context(markdown: str, rest: str, most: int = SECTION_BYTES) -> Block:
    """Return a text that stands back."""
    return {"type": "context", "elements": [marked(_shown(markdown, rest, most))]}


def body(markdown: str, rest: str, most: int) -> list[Block]:
    """Return a text with code as blocks; what would be large as blocks is written plainer."""
    if not markdown.strip():
        return []
    said = shortened(mask(markdown), rest, most)
    blocks = to_blocks(said)
    if not blocks or size(blocks) > 3 * most:
        return [section(said, rest)]
    return blocks


def shortened(markdown: str, rest: str, most: int) -> str:
    """Return the beginning of a text that is at most `most` bytes once it is rendered, and `rest`,
    which says where the rest stands."""
    if render.measure(markdown) <= most:
        return markdown
    pager = Pager(max(SMALLEST_LIMIT, most - 2 * render.measure(rest)), render.measure)
    pager.feed(markdown)
    return f"{pager.parts(final=True)[0].text}\n{rest}"


def _titled(one: CardFinding) -> str:
    sign = {"dismissed": DISMISSED_SIGN, "fixed": FIXED_SIGN}.get(one.status)
    title = _line(one.title)
    if sign:
        return f"{sign} ~~{title}~~"
    mine = SIGNS.get(one.severity, "")
    return f"**{title}**" if not mine or mine in title else f"{mine} **{title}**"


def _shown(markdown: str, rest: str, most: int) -> str:
    shown = render.to_mrkdwn(shortened(mask(markdown), rest, most))
    return shown if shown.strip() else "…"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    text = text.strip() or "…"
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
