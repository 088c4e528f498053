"""The dialog in which somebody dismisses a finding of a review and says why, and what comes back.

Pure. Shapes: https://docs.slack.dev/surfaces/modals; a dialog carries 3,000 characters of its own,
its titles and buttons have 24, the texts of options 75.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.common.payloads import mapping
from adapters.slack.cards.marks import Mark
from adapters.slack.cards.pieces import context, section
from adapters.slack.surfaces.labels import plain
from adapters.slack.text.blocks import Block
from bot.cards import LONGEST_NOTE, REASONS, CardFinding, ReviewCard
from bot.wording import say

CALLBACK = "dismiss_finding"
"""Names the dialog."""

REASON, NOTE = "reason", "note"
"""Its fields: block id and action id alike."""

LONGEST_CARRIED = 3_000


@dataclass(frozen=True, slots=True)
class Site:
    """Where the card stands whose button was pressed: `thread` is the one around its message,
    `private` when only one person sees it, `url` answers the press up to the time `until`."""

    channel: str
    message: str
    thread: str = ""
    private: bool = False
    url: str = ""
    until: int = 0
    heading: str = ""
    """The block that says who asked, as JSON; empty for none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was submitted; `anyone` when who did may dismiss in every review."""

    mark: Mark
    site: Site
    anyone: bool
    reason: str = ""
    note: str = ""


def dialog(card: ReviewCard, finding: CardFinding, wish: Wish) -> dict[str, Any]:
    """Return the dialog about one finding."""
    locale = card.locale
    options = [{"text": plain(say(f"dismiss_{one}", locale)), "value": one} for one in REASONS]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": _written(wish),
        "title": plain(say("dismiss_title", locale)),
        "submit": plain(say("dismiss_submit", locale)),
        "close": plain(say("dialog_close", locale)),
        "blocks": [
            section(f"**{finding.title}**", locale, 600),
            context(finding.where or finding.title, locale, 600),
            _field(
                REASON,
                say("dismiss_reason", locale),
                {"type": "static_select", "options": options, "initial_option": options[0]},
            ),
            _field(
                NOTE,
                say("dismiss_note", locale),
                {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_NOTE},
            )
            | {"optional": True},
        ],
    }


def submitted(view: Mapping[str, Any]) -> Wish | None:
    """Read a submission back; None for what this release has not opened."""
    values = mapping(mapping(view.get("state")).get("values"))
    chosen = mapping(mapping(mapping(values.get(REASON)).get(REASON)).get("selected_option"))
    note = mapping(mapping(values.get(NOTE)).get(NOTE)).get("value")
    try:
        body = json.loads(str(view.get("private_metadata") or ""))
        mark, site = Mark.read(body["mark"]), Site(*body["site"])
        if mark is None:
            return None
        told = str(note or "").strip()[:LONGEST_NOTE]
        return Wish(mark, site, bool(body["anyone"]), str(chosen.get("value") or ""), told)
    except (ValueError, KeyError, TypeError):
        return None


def trouble(text: str) -> dict[str, Any]:
    """Say something under the reason; the dialog stays open with what was written."""
    return {"response_action": "errors", "errors": {REASON: text}}


def _written(wish: Wish) -> str:
    site = wish.site
    fields = [site.channel, site.message, site.thread, site.private, site.url, site.until]
    body = {"mark": wish.mark.write(), "anyone": wish.anyone, "site": [*fields, site.heading]}
    written = json.dumps(body, ensure_ascii=False)
    if len(written) > LONGEST_CARRIED:
        body["site"] = [*fields, ""]
        written = json.dumps(body, ensure_ascii=False)
    return written


def _field(name: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {**element, "action_id": name},
    }
