"""What people press on a review's card: pages, a fix, an explanation, a dismissal.

Every press is acknowledged, also when the store is away: the person is told. What only reads runs
beside; what acts is stored before. A press on an old view acts on the finding that was seen, if it
still counts; then the message is brought up to date.
Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.common.beside import Beside
from adapters.common.payloads import mapping
from adapters.common.presses import TWICE_SECONDS
from adapters.common.promptness import claiming, not_pressed, reading
from adapters.pacing import Pager
from adapters.slack import render
from adapters.slack.answers.answering import address
from adapters.slack.answers.responding import may_call
from adapters.slack.cards.marks import BACK, DISMISS, EXPLAIN, FIX, ON, Mark
from adapters.slack.inbound import microseconds
from adapters.slack.limits import TEXT_BYTES
from adapters.slack.places import place_of
from adapters.slack.surfaces import dismissing, opening
from adapters.slack.surfaces.clicks import Tongue, is_admin
from adapters.slack.surfaces.dismissing import Wish
from adapters.slack.surfaces.pressed import Pressed, read, thread_of
from adapters.slack.surfaces.redrawing import Redrawing
from adapters.slack.surfaces.whispers import whisper
from adapters.slack.text.blocks import to_blocks
from adapters.slack.workspaces import Workspace
from bot import cards
from bot.cards import CardFinding, Dismissal, Dismissed, ReviewCard, ReviewDesk
from bot.errors import StoreUnavailable
from bot.events import Author, Command
from bot.guard.masking import mask
from bot.platform import Sink
from bot.wording import say

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.2
"""A card is waited for so long before a dialog: its trigger is good for three seconds."""

NAME_SECONDS = 0.3
LOCALE_SECONDS = 0.5

MOST_FIX_PARTS = 3
"""Messages of one fix; what is longer stands in the attached file."""


@dataclass(frozen=True, slots=True)
class _At:
    """A press, and where it was made."""

    press: Pressed
    workspace: Workspace


class CardPresses:
    """Handles presses on cards, and the dialog that one of them opens."""

    def __init__(self, desk: ReviewDesk, tongue: Tongue) -> None:
        self._desk = desk
        self._tongue = tongue
        self._redrawing = Redrawing(desk)
        self._beside = Beside(_log)

    async def handle(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        """Do what was pressed. Raises nothing: every press is acknowledged."""
        press = read(body, workspace.team)
        if press is None:
            return
        at = _At(press, workspace)
        if press.mark is None:
            self._beside.start(self._tell(at, "too_late_to_press"))
        elif press.action == EXPLAIN:
            await self._explain(at, press.mark, sink)
        elif press.action in _BESIDE:
            self._beside.start(self._trying(at, press.mark))

    async def settle(self) -> None:
        """Wait for what runs beside the acknowledgements."""
        await self._beside.settle()

    async def close(self) -> None:
        """End what runs beside the acknowledgements."""
        await self._beside.close()

    # -- what only reads -----------------------------------------------------------------------

    async def _trying(self, at: _At, mark: Mark) -> None:
        try:
            await _BESIDE[at.press.action](self, at, mark)
        except StoreUnavailable as error:
            _log.warning("a press was not answered: %s", error)
            await self._tell(at, not_pressed(error), store_away=True)

    async def _page(self, at: _At, mark: Mark) -> None:
        card = await self._desk.card(mark.review, at.press.thread, at.press.alone)
        if card is None:
            return await self._tell(at, "card_forgotten")
        await self._redrawing.show(at.press.site, mark, at.press.person, at.workspace)
        return await self._tell_change(at, mark, card)

    async def _fix(self, at: _At, mark: Mark) -> None:
        found = await self._found(at, mark)
        if found is None:
            return
        card, _ = found
        fix = await self._desk.fix(
            mark.review, mark.finding, at.press.thread, card.locale, at.press.alone
        )
        for part in _parts(fix, card.locale):
            text = render.to_mrkdwn(part)
            await whisper(at.press.ear, at.workspace, text, to_blocks(part))
        if not fix.strip():
            await self._tell(at, "card_no_fix")
        await self._follow(at, mark, card)

    # -- explain -------------------------------------------------------------------------------

    async def _explain(self, at: _At, mark: Mark, sink: Sink) -> None:
        """Put the wish into the inbox, which the acknowledgement waits for."""
        try:
            async with reading(LOOK_SECONDS):
                found = await self._looked(at, mark)
            if isinstance(found, str):
                self._beside.start(self._miss(at, mark, found))
                return
            card, finding = found
            command = self._command(at, mark)
            async with claiming():
                await sink.put(command)
        except StoreUnavailable as error:
            _log.warning("a press was not stored: %s", error)
            self._beside.start(self._tell(at, not_pressed(error), store_away=True))
            return
        self._beside.start(self._show_life(at, command, finding))
        self._beside.start(self._follow(at, mark, card))

    def _command(self, at: _At, mark: Mark) -> Command:
        press, site = at.press, at.press.site
        moment = microseconds(press.at)
        once = moment // (TWICE_SECONDS * 1_000_000)
        url = site.url if may_call(at.workspace.client.base_url, site.url) else ""
        return Command(
            id=f"{site.message}/{mark.review}/{mark.finding}/{press.person}/{once}",
            thread=press.thread if site.private else press.home,
            author=at.workspace.people.known(press.person) or Author(press.person, ""),
            name=cards.EXPLAIN,
            text=f"{mark.review}/{mark.finding}",
            at=moment,
            private=site.private,
            place=place_of(
                site.channel, press.channel_name, address(url, site.until, "", "", stays=True)
            ),
        )

    async def _show_life(self, at: _At, command: Command, finding: CardFinding) -> None:
        locale = await self._tongue(at.workspace, command.author.id, LOCALE_SECONDS)
        if command.private:
            text = say("card_explaining", locale, number=finding.number)
            await whisper(at.press.ear, at.workspace, text)
        else:
            await at.workspace.lines.greet(command.thread, say("thinking", locale))

    # -- dismiss -------------------------------------------------------------------------------

    async def _dismiss(self, at: _At, mark: Mark) -> None:
        """Open the dialog, for those who may dismiss."""
        async with reading(LOOK_SECONDS):
            found = await self._found(at, mark)
        if found is None:
            return
        card, finding = found
        anyone = at.press.person not in card.askers
        if anyone and not await is_admin(at.press.person, at.workspace):
            await self._tell(at, "card_not_yours")
            return
        if not finding.is_living:
            await self._tell(at, "card_finding_closed")
        else:
            view = dismissing.dialog(card, finding, Wish(mark, at.press.site, anyone))
            if not await opening.opened(at.workspace, at.press.trigger, view):
                await self._tell(at, "card_dialog_not_opened")
        await self._follow(at, mark, card)

    async def submitted(self, body: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
        """Dismiss as the dialog says; returns the acknowledgement's payload."""
        person = str(mapping(body.get("user")).get("id") or "")
        wish = dismissing.submitted(mapping(body.get("view")))
        locale = await self._tongue(workspace, person, NAME_SECONDS)
        if wish is None or not person:
            return dismissing.trouble(say("card_forgotten", locale))
        try:
            dismissal = await _dismissal(wish, person, workspace)
            async with claiming():
                done = await self._desk.dismiss(dismissal)
        except StoreUnavailable as error:
            return dismissing.trouble(say(not_pressed(error), locale))
        if done is Dismissed.NOT_ALLOWED:
            return dismissing.trouble(say("card_not_yours", locale))
        # What is gone shows itself too: another may have been faster.
        self._beside.start(self._redrawing.show(wish.site, wish.mark, person, workspace))
        gone = done is Dismissed.GONE
        return dismissing.trouble(say("card_finding_gone", locale)) if gone else {}

    # -- what all of them need -----------------------------------------------------------------

    async def _found(self, at: _At, mark: Mark) -> tuple[ReviewCard, CardFinding] | None:
        """Find what a button is about; who pressed is told when there is no such thing any more."""
        found = await self._looked(at, mark)
        if not isinstance(found, str):
            return found
        await self._miss(at, mark, found)
        return None

    async def _miss(self, at: _At, mark: Mark, why: str) -> None:
        """Say why a button leads nowhere; a review that stands is shown as it is."""
        await self._tell(at, why)
        if why != "card_forgotten":
            await self._redrawing.show(at.press.site, mark, at.press.person, at.workspace)

    async def _looked(self, at: _At, mark: Mark) -> tuple[ReviewCard, CardFinding] | str:
        """Find what a button is about, or the sentence that says why not."""
        card = await self._desk.card(mark.review, at.press.thread, at.press.alone)
        if card is None:
            return "card_forgotten"
        finding = next((one for one in card.findings if one.id == mark.finding), None)
        return (card, finding) if finding is not None else "card_finding_gone"

    async def _follow(self, at: _At, mark: Mark, card: ReviewCard) -> None:
        """Bring a view up to date that is older than the review."""
        if card.version != mark.version:
            await self._redrawing.show(at.press.site, mark, at.press.person, at.workspace)
            await self._tell_change(at, mark, card)

    async def _tell_change(self, at: _At, mark: Mark, card: ReviewCard) -> None:
        if card.version != mark.version:
            await self._tell(at, "card_changed")

    async def _tell(self, at: _At, key: str, *, store_away: bool = False) -> None:
        """Say a sentence that only who pressed sees."""
        person = at.press.person
        known = at.workspace.people.known(person)
        locale = known.locale if known is not None else ""
        if not store_away:  # else whoever asks for a language would wait for the store
            locale = await self._tongue(at.workspace, person, LOCALE_SECONDS)
        await whisper(at.press.ear, at.workspace, say(key, locale), store_away=store_away)


_BESIDE = {
    BACK: CardPresses._page,
    ON: CardPresses._page,
    FIX: CardPresses._fix,
    DISMISS: CardPresses._dismiss,
}
"""Presses that only read."""


def _parts(markdown: str, locale: str) -> list[str]:
    """Cut a fix into messages."""
    if not markdown.strip():
        return []
    pager = Pager(TEXT_BYTES, render.measure)
    pager.feed(mask(markdown))
    parts = [part.text for part in pager.parts(final=True)]
    if len(parts) > MOST_FIX_PARTS:
        rest = say("card_rest_in_file", locale, name="review.md")
        parts[MOST_FIX_PARTS - 1 :] = [f"{parts[MOST_FIX_PARTS - 1]}\n\n…{rest}"]
    return parts


async def _dismissal(wish: Wish, person: str, workspace: Workspace) -> Dismissal:
    site, mark = wish.site, wish.mark
    thread = thread_of(mark, workspace.team, site.channel)
    people = await workspace.people.named(thread, {person}, NAME_SECONDS)
    author = people.get(person) or Author(person, "")
    return Dismissal(
        mark.review, mark.finding, thread, author, wish.reason, wish.note, anyone=wish.anyone
    )
