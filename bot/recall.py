"""What of a thread goes into a request: the newest turns whole, older ones as a running summary.

Called by `bot.conversations` before each request to the engine. Exact counting happens in a thread,
and only when the number of bytes does not show already that everything fits.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot import prompt, tokens
from bot.asking import Run
from bot.errors import ModelError
from bot.events import Regenerate
from bot.logs import fields
from bot.metered import Metered
from bot.metrics import Metrics
from bot.models.port import Completion, Model, Request, Said, System, ToolSpec, User
from bot.platform import Batch
from bot.preparation import Prepared
from bot.prompt import Budget, Counter, Scene
from bot.store.histories import Histories, History
from bot.turns import Entry

_log = logging.getLogger(__name__)

SUMMARY_SECONDS = 20.0
"""How long an answer waits for a summary of what no longer fits; then it does without."""

SUMMARY_TOKENS = 1_000
"""The longest summary that is asked for."""

LONGEST_SUMMARY = 6_000
"""Characters of a summary that are kept, whatever a model made of the limit that it was given."""

HEADROOM = 2
"""A fold shrinks the history to 1/HEADROOM of its budget, so that the next fold is many turns
away."""

WHOLE = 2
"""The newest entries that a fold leaves if the budget holds them: a question and its answer."""

PAUSE_SECONDS = 600.0
"""How long a thread whose summary failed does without: not every turn shall wait for one."""

UNREAD = (
    "The thread is longer than what you are shown; its older messages are left out. If they "
    "matter, say that you cannot see them."
)

UNFETCHED = (
    "Not all that was written earlier in this thread could be read just now. If it matters, say so "
    "and offer to look again in a minute."
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """The messages to send, and the places in the batch of those that had to be cut."""

    messages: tuple[Said, ...]
    cut: tuple[int, ...] = ()


class Recall:
    """Composes requests; one object serves all turns."""

    def __init__(
        self,
        model: Model,
        histories: Histories,
        *,
        hide: Callable[[str], str],
        bot_name: str,
        instructions: str,
        metrics: Metrics | None = None,
    ) -> None:
        self._model = model
        self._histories = histories
        self._hide = hide
        self._bot_name = bot_name
        self._instructions = instructions
        self._metrics = metrics
        self._paused: dict[str, float] = {}

    def budget(self, tools: Sequence[ToolSpec]) -> Budget:
        """Return what the model has room for, as far as is known by now."""
        return prompt.budget_for(self._model.spec, tools, self._instructions)

    async def messages(
        self, batch: Batch, prepared: Prepared, budget: Budget, run: Run, now: dt.datetime
    ) -> Recalled:
        """Return what the model is told; a summary that has to be made costs `run`."""
        shown, history = _shown(batch, prepared), prepared.history
        summary = _summary(prepared)
        unread = history.total > len(history.entries) and not summary
        names = self._names(batch, shown)
        kept, older = await _counted(shown, budget.history)
        if older and prepared.unread:
            unread = True  # a summary of a part would stand for the whole
        elif older:
            told = await self._fold(batch.thread.key, prepared, older, names, budget, run)
            summary, unread = told or summary, not told
        missing = ((UNREAD, unread), (UNFETCHED, prepared.unread))
        notes = tuple(note for note, is_so in missing if is_so)
        said: list[Said] = [prompt.instructions(self._scene(batch, now, notes))]
        if summary:
            summary = await _shortened(summary, budget.history // HEADROOM)
            said.append(System(f"Summary of the older part of this thread:\n{summary}"))
        steps = prompt.with_steps(kept)
        for entry in kept:
            said += prompt.remembered(entry, names, with_steps=entry.id in steps)
        asked = _renamed(batch, prepared, names)
        written, cut = await _fitted(prompt.write(asked), budget.batch)
        users = [User(text, one.images) for text, one in zip(written, asked, strict=True)]
        return Recalled((*said, *users), tuple(cut))

    def _scene(self, batch: Batch, now: dt.datetime, notes: tuple[str, ...]) -> Scene:
        first = batch.first
        return Scene(
            bot_name=self._bot_name,
            now=now,
            platform=batch.thread.platform,
            place=first.place.name,
            place_kind=first.place.kind,
            locale=first.author.locale or first.place.locale,
            timezone=first.author.timezone,
            units=first.author.units,
            looking_at=first.place.looking_at,
            instructions=self._instructions,
            notes=notes,
        )

    def _names(self, batch: Batch, entries: Sequence[Entry]) -> dict[str, str]:
        people = {e.author_id: e.author for e in entries if e.role == "person"}
        people |= {event.author.id: event.author.name for event in batch.events}
        return prompt.labels(people.items(), self._bot_name)

    async def _fold(
        self,
        thread: str,
        prepared: Prepared,
        older: Sequence[Entry],
        names: Mapping[str, str],
        budget: Budget,
        run: Run,
    ) -> str:
        """Fold what no longer fits into the running summary; an empty text when that fails."""
        history = prepared.history
        clock = asyncio.get_running_loop().time
        if self._model.spec.offline or prepared.before or self._paused.get(thread, 0.0) > clock():
            return ""
        most = budget.history + budget.batch
        told = await asyncio.to_thread(
            prompt.summary_request, history.summary, older, names, most, tokens.count
        )
        request = Request(
            tuple(told), tool_choice="none", max_output_tokens=SUMMARY_TOKENS, streamed=False
        )
        summary = await self._summarised(request, run)
        if not summary:
            self._pause(thread, clock() + PAUSE_SECONDS)
            return ""
        await self._histories.fold(thread, history, older[-1].at, summary)
        return summary

    async def _summarised(self, request: Request, run: Run) -> str:
        stream = Metered(self._model, run, self._metrics).stream(request)
        try:
            async with asyncio.timeout(SUMMARY_SECONDS), aclosing(stream) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        return self._hide(piece.text.strip())[:LONGEST_SUMMARY]
        except (ModelError, TimeoutError) as error:
            _log.warning("summary failed", extra=fields(code=type(error).__name__))
        return ""

    def _pause(self, thread: str, until: float) -> None:
        if len(self._paused) >= 1_000:
            self._paused.clear()
        self._paused[thread] = until


def fit(history: Sequence[Entry], budget: int, count: Counter) -> tuple[list[Entry], list[Entry]]:
    """Split `history` into the newest entries, kept whole, and the older rest to be folded.

    All of it is kept while it fits into `budget` tokens. What is folded leaves headroom.
    """
    if _within(history, budget, count):
        return list(history), []
    steps = prompt.with_steps(history)
    size, at = 0, len(history)
    while at > 0:
        entry = history[at - 1]
        size += prompt.size(entry, count, steps=entry.id in steps)
        if size > (budget if len(history) - at < WHOLE else budget // HEADROOM):
            break
        at -= 1
    while at < len(history) and history[at].role != "person":
        at += 1  # an answer is folded with its question: some services refuse to begin with one
    return list(history[at:]), list(history[:at])


def _within(history: Sequence[Entry], budget: int, measure: Counter) -> bool:
    steps, size = prompt.with_steps(history), 0
    for entry in reversed(history):
        size += prompt.size(entry, measure, steps=entry.id in steps)
        if size > budget:
            return False
    return True


async def _counted(history: Sequence[Entry], budget: int) -> tuple[list[Entry], list[Entry]]:
    """Split as `fit` does; counts only when the bytes, which bound the tokens, do not fit."""
    if _within(history, budget, tokens.bound):
        return list(history), []
    await tokens.load()
    return await asyncio.to_thread(fit, history, budget, tokens.count)


async def _shortened(summary: str, most: int) -> str:
    """Cut a summary that was made for a larger budget to `most` tokens."""
    if tokens.bound(summary) <= most:
        return summary
    await tokens.load()
    return tokens.truncate(summary, most)


async def _fitted(written: list[str], most: int) -> tuple[list[str], list[int]]:
    """Cut as `prompt.fitted` does; counts only when the bytes do not fit."""
    if sum(map(tokens.bound, written)) <= most:
        return written, []
    await tokens.load()
    return await asyncio.to_thread(prompt.fitted, written, most, tokens.count)


def _shown(batch: Batch, prepared: Prepared) -> list[Entry]:
    """Return what is remembered of before the question and not in the summary."""
    asked = {event.id for event in batch.events} | {prepared.replaces}
    return [
        entry
        for entry in prepared.history.entries
        if entry.id not in asked
        and entry.at > prepared.history.summary_upto
        and (not prepared.before or entry.at < prepared.before)
    ]


def _summary(prepared: Prepared) -> str:
    """Return the running summary, unless it tells what came after the question."""
    history: History = prepared.history
    later = prepared.before and prepared.before <= history.summary_upto
    return "" if later else history.summary


def _renamed(batch: Batch, prepared: Prepared, names: dict[str, str]) -> list[prompt.Asked]:
    """Return the batch under the names that tell its people apart."""
    asked = list(prepared.asked)
    if isinstance(batch.first, Regenerate):  # its question is in the history
        return asked
    return [
        replace(one, author=names.get(event.author.id, one.author))
        for one, event in zip(asked, batch.events, strict=True)
    ]
