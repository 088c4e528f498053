"""What one write of a reply holds, and what is left out of it when Discord does not take all.

Every write forbids all mentions and previews, an edit too: else Discord reads that with its
defaults again. Called by outbound.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from adapters.common.payloads import Payload, number, sound
from adapters.discord import render
from adapters.discord.cards import layout
from adapters.discord.cards.layout import LAID_OUT
from adapters.discord.chains import part_name
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.surfaces.buttons import Component, footer, offers_stop
from adapters.streaming import NoCard, Stage, TooLong
from bot.cards import ReviewCard
from bot.guard.masking import mask
from bot.wording import say

_log = logging.getLogger(__name__)

T = TypeVar("T")

NO_MENTIONS: Mapping[str, Any] = {"parse": [], "replied_user": False}
"""https://docs.discord.com/developers/resources/message#allowed-mentions-object"""

NO_PREVIEWS = 1 << 2
"""The flag SUPPRESS_EMBEDS."""

NO_HISTORY = 160002
"""A reply needs the right to read what it answers."""

BAD_FORM = 50035

LEGACY = ("MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "LEGACY_FIELDS_WITH_COMPONENTS_V2")
"""How Discord refuses plain content in a message that was laid out in components once."""

NOTHING = "…"
"""Stands for a text of which nothing is visible: Discord refuses an empty one."""


class Writing:
    """Makes the writes of the reply `name`. `buttons` are the components under a message of a
    stage, by the part's name; `check` raises when nothing more may be written."""

    def __init__(
        self,
        client: DiscordClient,
        name: str,
        buttons: Callable[[Stage, str], list[Component]],
        check: Callable[[], None],
    ) -> None:
        self._client = client
        self._name = name
        self._buttons = buttons
        self._check = check
        self._bare = False
        """Discord has refused this reply's buttons: the rest of it is told without."""
        self._alone = False
        """It may not be a reply to its question."""

    def body(
        self, markdown: str, stage: Stage, index: int | None, *, laid_out: bool = False
    ) -> dict[str, Any]:
        """Return what a message of this text and stage holds; `index` names its part, and
        `laid_out` tells that it can hold nothing but components."""
        buttons = self.rows(stage, index)
        if laid_out:
            return of_components(layout.plain(shown(markdown), buttons))
        return {
            "content": shown(markdown),
            "components": buttons,
            "flags": NO_PREVIEWS,
            "allowed_mentions": NO_MENTIONS,
        }

    def card(
        self, card: ReviewCard, index: int | None, intro: str, *, tight: bool
    ) -> dict[str, Any]:
        """Return what a message holds that shows a card; a `tight` one says less on a page."""
        above = shown(intro) if intro else ""
        return card_body(card, self._part(index), above, tight=tight)

    def rows(self, stage: Stage, index: int | None) -> list[Component]:
        """Return the buttons under a message of this stage."""
        return [] if self._bare else self._buttons(stage, self._part(index))

    def _part(self, index: int | None) -> str:
        return self._name if index is None else part_name(self._name, index)

    def answering(self, question: str) -> dict[str, Any]:
        """Return what makes a message a reply to `question`."""
        if self._alone or not question:
            return {}
        return {"message_reference": {"message_id": question, "fail_if_not_exists": False}}

    def says(self, message: Payload, markdown: str, stage: Stage) -> bool:
        """Tell whether a message, as Discord tells of it, reads as it should at this stage."""
        laid_out = number(message, "flags") & LAID_OUT
        text = layout.said(message.get("components")) if laid_out else message.get("content")
        same = str(text or "").strip() == shown(markdown).strip()
        growing = stage is Stage.GROWING or self._bare
        return same and (growing or not offers_stop(message.get("components")))

    async def write(self, method: str, body: dict[str, Any], **where: Any) -> Any:
        """Write `body`; once more without what Discord does not take of it. Raises `TooLong`."""
        self._check()
        try:
            return await self._client.call(method, json=body, **where)
        except CallRefused as error:
            if error.code == BAD_FORM and "content:BASE_TYPE_MAX_LENGTH" in error.words:
                raise TooLong(str(error)) from error
            if is_laid_out(error):
                raise
            if error.code == NO_HISTORY and "message_reference" in body:
                self._alone = True
                del body["message_reference"]
            elif body["flags"] & LAID_OUT:
                raise  # without its components nothing is left of it
            elif error.code == BAD_FORM and "components" in error.words and not self._bare:
                self._bare = True
                body["components"] = []
            else:
                raise
            _log.warning("told without what was refused: %s", error)
        await self._client.slot(method, where["channel_id"])
        self._check()
        return await self._client.call(method, json=body, **where)


def of_components(components: Sequence[Component]) -> dict[str, Any]:
    """Return what a message holds that consists of components; what it held else is taken away."""
    return {
        "content": None,
        "embeds": [],
        "components": list(components),
        "flags": NO_PREVIEWS | LAID_OUT,
        "allowed_mentions": NO_MENTIONS,
    }


def new(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message of components holds that is not there yet: nothing is taken away."""
    return {key: value for key, value in body.items() if value or key not in ("content", "embeds")}


def card_body(
    card: ReviewCard,
    name: str,
    above: str = "",
    *,
    number: int = 0,
    again: bool = True,
    rated: bool = True,
    tight: bool = False,
) -> dict[str, Any]:
    """Return what a message holds that shows page `number` of a card. `name` is that of the reply's
    part, `above` Discord's text over it; without `rated` nothing is offered beneath it."""

    def words(key: str) -> str:
        return say(key, card.locale)

    rows = footer(Stage.ANSWERED, name, words, again=again, label="card_again") if rated else []
    laid = layout.laid_out(card, number, name, intro=above, footer=rows, tight=tight)
    return of_components(laid)


def is_laid_out(error: CallRefused) -> bool:
    """Tell whether a write was refused because its message can hold nothing but components."""
    return error.code == BAD_FORM and any(word in error.words for word in LEGACY)


async def as_card(write: Callable[[bool], Awaitable[T]]) -> T:
    """Write a card, and once more with less on its page where Discord does not take it. Raises
    `NoCard`."""
    for tight in (False, True):
        try:
            return await write(tight)
        except CallRefused as error:
            if error.code != BAD_FORM:
                raise
            _log.error("a card was refused%s: %s", " again" * tight, error)
            refused = error
    raise NoCard(str(refused)) from refused


def shown(markdown: str) -> str:
    """Return the content of a message that says `markdown`."""
    text = sound(render.to_discord(mask(markdown)))
    return text if text.strip() else NOTHING
