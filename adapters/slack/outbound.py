"""One reply in one Slack thread: posts that carry our key, edits within the shared budget.

Each write holds the text and, where Slack takes them, the same as blocks with the buttons that are
due. A `Surface` of `adapters.streaming`. A post whose answer was lost is looked for by its key
before it is made again; an edit is simply made again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.common.retries import AnswerLost
from adapters.slack import render
from adapters.slack.client import CallRefused
from adapters.slack.limits import DELETE, POST, TEXT_BYTES, UPDATE
from adapters.slack.standing import Spot, Standing, Stood
from adapters.slack.text.blocks import Block, to_blocks
from adapters.slack.uploads import Uploads
from adapters.streaming import MessageGone, Stage, TooLong
from bot.errors import PlatformError, PlatformTemporary
from bot.guard.masking import mask
from bot.replies import File

_log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The one message is gone, not the place."""

FROZEN = GONE - {"message_not_found"}
"""It stands, but never changes again: what it says is said anew."""

TOO_LONG = "msg_too_long"

LOOK_REFUSED = frozenset(
    {
        TOO_LONG,
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "invalid_attachments",
    }
)
"""Slack does not take the blocks; the text says the same."""

NOTHING = "…"
"""Stands for a text of which nothing is visible: Slack refuses an empty one."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a write makes of its message: Markdown, and the stage that it has come to."""

    markdown: str
    stage: Stage


class SlackSurface(Standing):
    """Where one batch is answered. `buttons` are the blocks under a message of a stage."""

    limit = TEXT_BYTES
    grows = True

    def __init__(
        self,
        spot: Spot,
        *,
        buttons: Callable[[Stage], list[Block]] = lambda _: [],
    ) -> None:
        super().__init__(spot)
        self._lines = spot.lines
        self._check = spot.check
        self._buttons = buttons
        self._uploads = Uploads(spot.client, spot.thread, spot.stamp, spot.check, self._messages)
        self._bare = False
        """Slack has refused this reply's blocks: the rest of it is told as text."""
        self._hold = ""
        self._granted = False
        self._lost: set[int] = set()
        """Parts whose posting was not answered: another post of them may stand, or appear late."""

    def measure(self, markdown: str) -> int:
        """Count bytes as Slack does, after rendering and escaping."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now. What grows holds one for its last edit, so that nothing is left half
        told when the budget runs low."""
        allowance, workspace = self._client.allowance, self._client.workspace
        if not self._hold and not await allowance.hold(workspace, UPDATE, self._key):
            return False
        self._hold = self._key
        if not first:
            return await allowance.try_take(workspace, UPDATE, hold=self._hold)
        self._granted = await allowance.try_take(workspace, POST, self._thread.channel)
        return self._granted

    async def post(self, index: int, markdown: str, stage: Stage = Stage.ANSWERED) -> str:
        """Post a part under the reply's key; waits for its slot. Returns its ts."""
        return await self._put(index, Said(markdown, stage))

    async def _put(self, index: int, said: Said) -> str:
        granted, self._granted = self._granted, False

        async def once() -> str:
            nonlocal granted
            if not granted:
                await self._client.slot(POST, self._thread.channel)
            granted = False
            self._check()
            try:
                answer = await self._write(POST, said, **self._message(index))
            except AnswerLost:
                self._lost.add(index)
                raise
            return str(answer["ts"])

        async def already() -> str | None:
            found = (stood.found for stood in await self._standing())
            return next((one.id for one in found if one.index == index), None)

        id = await already() if index in self._lost else None
        if id is None:
            id = await self._client.persist(once, already)
        self._lines.posted(self._thread)
        return id

    async def edit(self, id: str, markdown: str, stage: Stage = Stage.ANSWERED) -> bool:
        """Let a post read `markdown`; False when a growing one failed. Raises `MessageGone`."""
        return await self._change(id, Said(markdown, stage))

    async def _change(self, id: str, said: Said) -> bool:
        last = said.stage is not Stage.GROWING

        async def once() -> None:
            if last:
                # By its key, and not only what this attempt took: what one that died has kept would
                # stand in everybody's way until it runs out.
                self._hold = ""
                await self._client.slot(UPDATE, hold=self._key)
            self._check()
            await self._write(UPDATE, said, channel=self._thread.channel, ts=id)

        try:
            if last:
                await self._client.persist(once)
            else:
                await once()
        except CallRefused as error:
            if error.code in FROZEN:
                await self._withdraw(id)
            raise gone(error) from error
        except PlatformTemporary:
            if last:
                raise
            return False
        return True

    async def _withdraw(self, id: str) -> None:
        """Try once to delete a post that is said anew; where that fails, it stays beside the new
        one."""
        try:
            if await self._client.allowance.try_take(self._client.workspace, DELETE):
                await self._client.call(DELETE, channel=self._thread.channel, ts=id)
        except PlatformError as error:
            _log.info("an outdated post stays: %s", error)

    async def remove(self, id: str) -> None:
        """Delete an own post; one that is gone already is no fault."""

        async def once() -> None:
            await self._client.slot(DELETE)
            await self._client.call(DELETE, channel=self._thread.channel, ts=id)

        try:
            await self._client.persist(once)
        except CallRefused as error:
            if error.code not in GONE:
                raise

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name posts of this reply that stand although their answer was lost."""
        if not self._lost:
            return []
        return [found.id for found in await self.find() if found.id not in known]

    @property
    def alive(self) -> bool:
        """Tell whether a status is known to stand under the thread."""
        return self._lines.alive(self._thread)

    async def status(self, text: str) -> bool:
        """Show what the bot does under the thread; False where this place shows none."""
        if text:
            return await self._lines.show(self._thread, text)
        await self._lines.clear(self._thread)
        return True

    async def attach(self, file: File, comment: str = "") -> None:
        """Put a file into the thread, under a line of Markdown if it is to have one."""
        await self._uploads.put(file, comment)

    async def close(self) -> None:
        """Give back the slot that is held for a last edit, if none was needed."""
        hold, self._hold = self._hold, ""
        if hold:
            await self._client.allowance.release(self._client.workspace, UPDATE, hold)

    async def repair(self, parts: Sequence[str], texts: Sequence[str]) -> None:
        """Remove posts of this reply that are not among `parts`, and let those read `texts`: a
        former owner may have written late. Without `texts` they are left as they are."""
        for stood in await self._standing():
            found = stood.found
            if found.id not in parts:
                await self.remove(found.id)
            elif stood.card:
                await self._settle_card(stood)
            elif found.index < len(texts):
                text = texts[found.index]
                if stood.growing or not self._reads(found.text, text):
                    last = found.index == len(texts) - 1
                    await self.edit(found.id, text, Stage.ANSWERED if last else Stage.CLOSED)

    async def _settle_card(self, stood: Stood) -> None:
        """Leave a card as it is: it says more than the text."""

    def _reads(self, shown: str, markdown: str) -> bool:
        """Tell whether a message that Slack tells of as `shown` says `markdown`. Slack escapes the
        sign of a quote, too."""
        return shown.replace("&gt;", ">") == _text(markdown).replace("&gt;", ">")

    async def _write(self, method: str, said: Said, **where: Any) -> Mapping[str, Any]:
        """Say something in the richest form that Slack takes. Raises `TooLong` when that is too
        much in the plainest, too."""
        forms = self._forms(said)
        for number, form in enumerate(forms, start=1):
            if number > 1:
                await self._client.slot(method, self._thread.channel if method == POST else "")
                self._check()
            try:
                return await self._client.call(method, **where, **form)
            except CallRefused as error:
                if number == len(forms) or error.code not in LOOK_REFUSED:
                    raise self._refused(said, error) from error
                _log.warning("told in a plainer form: %s", error)
                self._look_refused(said)
        raise AssertionError("unreachable: the last form returns or raises")

    def _forms(self, said: Said) -> list[dict[str, Any]]:
        """Return in what forms something may be said, the richest first, as arguments of a call."""
        rich = self._content(said)
        return [rich, {"text": rich["text"]}] if "blocks" in rich else [rich]

    def _look_refused(self, said: Said) -> None:
        self._bare = True

    def _refused(self, said: Said, error: CallRefused) -> PlatformError:
        return TooLong(str(error)) if error.code == TOO_LONG else error

    def _content(self, said: Said) -> dict[str, Any]:
        masked = mask(said.markdown)
        text = render.to_mrkdwn(masked)
        if not text.strip():
            masked = text = NOTHING
        blocks = [] if self._bare else to_blocks(masked)
        # Without blocks that say the same, the buttons would hide the text.
        return {"text": text} | ({"blocks": blocks + self._buttons(said.stage)} if blocks else {})

    def _message(self, index: int) -> dict[str, Any]:
        message: dict[str, Any] = {
            "channel": self._thread.channel,
            "metadata": self._metadata(index),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return message | ({"thread_ts": self._thread.thread} if self._thread.thread else {})


def _text(markdown: str) -> str:
    text = render.to_mrkdwn(mask(markdown))
    return text if text.strip() else NOTHING


def gone(error: CallRefused) -> PlatformError:
    """Tell apart that a message is gone from that its place is."""
    return MessageGone(str(error)) if error.code in GONE else error
