"""A page of a card as components: a container with a colour, text, and a row of buttons for each
finding that still counts.

Pure. Shapes and limits: https://docs.discord.com/developers/components/reference (40 components
with all that is nested, five buttons in a row).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from adapters.discord.cards import pages, spelling
from adapters.discord.cards.pages import Entry, Page, weight
from adapters.discord.cards.spelling import Action, Mark
from bot.cards import ReviewCard
from bot.wording import say

Component: TypeAlias = dict[str, Any]

LAID_OUT = 1 << 15
"""The flag IS_COMPONENTS_V2: a message of components alone. It can be set by an edit, and never be
taken away (https://docs.discord.com/developers/components/reference)."""

ROW, BUTTON, TEXT, SEPARATOR, CONTAINER = 1, 2, 10, 14, 17
_SECONDARY = 2
"""The grey style."""

INTRO_ID, NOTE_ID, NOTE_ROW_ID = 9001, 9002, 9003
"""What the texts above and beneath a card, and the buttons of the latter, are known by when it is
read back."""

RED, ORANGE, YELLOW, BLUE, GREEN, GREY = 0xDA373C, 0xE67E22, 0xF0B232, 0x5865F2, 0x248046, 0x80848E

_COLOURS = {"critical": RED, "high": ORANGE, "medium": YELLOW, "low": BLUE, "nit": BLUE}


def laid_out(
    card: ReviewCard,
    number: int,
    name: str,
    *,
    intro: str = "",
    footer: Sequence[Component] = (),
    tight: bool = False,
) -> list[Component]:
    """Return the components of a page of a card. `name` is that of the reply's note, `intro` stands
    above the card (Discord's text), `footer` are the rows beneath it."""
    intro = intro if weight(intro) <= pages.LONGEST_INTRO else ""
    page = pages.page_of(card, number, room(intro, tight=tight))
    inside: list[Component] = [_text(page.head)]
    if page.summary:
        inside.append(_text(page.summary))
    for entry in page.entries:
        inside += _entry(card, page, entry, name)
    if page.closing:
        inside += [_line(), _text(page.closing)]
    if page.count > 1:
        inside += [_line(), _turning(card, page, name)]
    container = {"type": CONTAINER, "accent_color": colour(card), "components": inside}
    above = [_text(intro) | {"id": INTRO_ID}] if intro else []
    return [*above, container, *footer]


def room(intro: str, *, tight: bool = False) -> float:
    """Tell how much room a page has beneath an `intro`."""
    whole = pages.ROOM - pages.NOTE_ROOM - weight(intro)
    return whole * pages.TIGHT if tight else whole


def colour(card: ReviewCard) -> int:
    """Return the colour of the gravest finding that counts; green only where all was read."""
    for severity, chosen in _COLOURS.items():
        if any(one.is_living and one.severity == severity for one in card.findings):
            return chosen
    return GREEN if card.complete and not card.note.strip() else GREY


def noted(
    components: Sequence[Component], note: str, rows: Sequence[Component] = ()
) -> list[Component]:
    """Return a standing card's components with a note beneath the card, in the place of any that
    stands there, and at most one row of buttons with it; `note` is Discord's text, empty for none.
    """
    kept = [one for one in components if one.get("id") not in (NOTE_ID, NOTE_ROW_ID)]
    at = next((n for n, one in enumerate(kept) if one.get("type") == CONTAINER), len(kept) - 1) + 1
    short = note if weight(note) < pages.NOTE_ROOM else note[: pages.NOTE_ROOM // 3] + "…"
    notes = [_text(short) | {"id": NOTE_ID}] if short else []
    notes += [row | {"id": NOTE_ROW_ID} for row in rows[:1]]
    return [*kept[:at], *notes, *kept[at:]]


def plain(text: str, footer: Sequence[Component] = ()) -> list[Component]:
    """Return the components of a message that only says `text` (Discord's text)."""
    return [_text(text), *footer]


def is_card(components: object) -> bool:
    """Tell whether a message's components, as Discord tells of them, are a card."""
    listed = components if isinstance(components, Sequence) else ()
    return any(isinstance(one, dict) and one.get("type") == CONTAINER for one in listed)


def said(components: object) -> str:
    """Return the text of components that `plain` made."""
    listed = components if isinstance(components, Sequence) else ()
    texts = (one.get("content") for one in listed if isinstance(one, dict))
    return "\n".join(text for text in texts if isinstance(text, str))


# -- parts -----------------------------------------------------------------------------------


def _entry(card: ReviewCard, page: Page, entry: Entry, name: str) -> list[Component]:
    finding = entry.finding
    parts = [_line(), _text(entry.text)]
    if finding is None or not finding.is_living:
        return parts

    def button(action: Action) -> Component:
        mark = Mark(action, card.id, card.version, page.number, finding.id, name)
        return _button(mark, say(f"card_{action}", card.locale))

    buttons = [button("fix")] if finding.has_fix else []
    buttons += [button("explain"), button("dismiss")]
    return [*parts, {"type": ROW, "components": buttons}]


def _turning(card: ReviewCard, page: Page, name: str) -> Component:
    def button(place: str, number: int, label: str, *, able: bool) -> Component:
        number = min(max(number, 0), page.count - 1)
        mark = Mark("page", card.id, card.version, number, place, name)
        return _button(mark, label) | ({} if able else {"disabled": True})

    at, last = page.number, page.count - 1
    buttons = [
        button(spelling.BACK, at - 1, "‹", able=at > 0),
        button(spelling.HERE, at, f"{at + 1}/{page.count}", able=False),
        button(spelling.ON, at + 1, "›", able=at < last),
    ]
    return {"type": ROW, "components": buttons}


def _button(mark: Mark, label: str) -> Component:
    return {"type": BUTTON, "style": _SECONDARY, "label": label, "custom_id": mark.custom_id}


def _text(content: str) -> Component:
    return {"type": TEXT, "content": content or "…"}


def _line() -> Component:
    return {"type": SEPARATOR, "divider": True, "spacing": 1}
