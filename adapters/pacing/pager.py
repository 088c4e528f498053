"""Growing Markdown in, platform-sized parts out.

A part is closed once the text no longer fits, and never changes again. Where it is closed depends
on the text alone, not on how it arrived: the text is looked at only at places that the text itself
decides, a few times per part. Called by every adapter's outbound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from adapters.pacing.blocks import State
from adapters.pacing.cuts import best
from adapters.pacing.draft import Draft, Part

SMALLEST_LIMIT = 256
"""A limit below this has no room for the fences and table headers that a part repeats."""

_FIRST = 8  # the first look at an eighth of the limit tells how much room a character takes
_SHARE = 0.6  # then one at so much of the room that is left, if the text goes on like that
_GRAIN = 64  # nothing is measured more finely than this part of the limit
_WIDEST = 8  # a part whose source is this many times the limit is closed: white space without end
_SURROGATE = re.compile("[\ud800-\udfff]")


class Pager:
    """Cuts growing Markdown into parts of at most `limit`, each valid by itself.

    `measure` gives the platform's size of a text once rendered; it is called a bounded number of
    times per part. Raises `ValueError` when `limit` is too small to hold a part's furniture.
    """

    def __init__(self, limit: int, measure: Callable[[str], int] = len) -> None:
        if limit < SMALLEST_LIMIT or measure("```text\n0\n```") > limit // 2:
            raise ValueError(f"a part needs room for at least {SMALLEST_LIMIT}, not {limit}")
        self._limit = limit
        self._measure = measure
        self._closed: list[Part] = []
        self._draft = Draft(0, State())
        self._waiting: list[str] = []
        self._length = 0  # of the draft and what waits
        self._half = ""  # the first half of a character that arrived in two escapes
        self._ended = False
        self._look = self._stride(0, 0)

    def feed(self, delta: str) -> None:
        """Append what the model said. Raises `RuntimeError` after the final `parts`."""
        if self._ended:
            raise RuntimeError("the text has ended")
        if self._half or not delta.isascii():
            delta = self._whole_characters(delta)
        for start in range(0, len(delta), self._limit):
            self._waiting.append(delta[start : start + self._limit])
            self._length += len(self._waiting[-1])
            if self._length >= self._look:
                self._absorb()

    def parts(self, *, final: bool = False) -> list[Part]:
        """Return the parts so far. All but the last never change again.

        Without `final` the last one is a snapshot: what is open is closed, and half a token is
        held back. With `final` nothing is held back, and nothing more can be fed.
        """
        if final and not self._ended:
            self._end()
        self._take()
        last = self._last()
        return [*self._closed, last] if _is_visible(last) else list(self._closed)

    def _last(self) -> Part:
        draft = self._draft
        if self._ended:
            return draft.compose(len(draft.text), last=True)
        part = draft.compose(draft.shown())
        if self._measure(part.text) > self._limit:  # the next look will close it
            part = draft.compose(self._place())
        return part

    def _end(self) -> None:
        if self._half:
            self._half = ""
            self._waiting.append("\ufffd")
            self._length += 1
        self._absorb()
        self._take()
        while not self._fits(self._draft.compose(len(self._draft.text), last=True)):
            self._close()
            self._absorb()
            self._take()
        self._ended = True

    def _absorb(self) -> None:
        """Look at the text at every place that it has reached."""
        while self._length >= self._look:
            self._take(self._look)
            size = self._measure(self._draft.compose(self._look).text)
            if size > self._limit or self._look > _WIDEST * self._limit:
                self._close()
            else:
                self._look += self._stride(size, self._look)

    def _take(self, upto: int | None = None) -> None:
        """Move waiting text into the draft until that holds `upto` characters."""
        if not self._waiting:
            return
        text = "".join(self._waiting)
        room = len(text) if upto is None else upto - len(self._draft.text)
        self._draft.extend(text[:room])
        self._waiting = [text[room:]] if text[room:] else []

    def _stride(self, size: int, length: int) -> int:
        """Return how many characters lie between this look, at `length` of them, and the next."""
        if not length:
            return self._limit // _FIRST
        room = (self._limit - size) * length / max(size, 1)
        return max(self._limit // _GRAIN, min(self._limit // 2, int(room * _SHARE)))

    def _fits(self, part: Part) -> bool:
        return self._measure(part.text) <= self._limit

    def _close(self) -> None:
        """Cut the draft at its best place; what is behind it waits for the next part."""
        draft = self._draft
        place = self._place()
        part = draft.compose(place)
        if _is_visible(part):
            self._closed.append(part)
        self._waiting.insert(0, draft.text[place:])
        self._length -= place
        self._draft = self._next(draft, place)
        self._look = self._stride(0, 0)

    def _place(self) -> int:
        draft = self._draft
        highest = self._highest(len(draft.text) - 1)
        while highest > 1:
            place = best(draft, highest)
            if self._fits(draft.compose(place)):
                return place
            highest = min(highest - 1, place - 1 - place // 16)
        return 1

    def _highest(self, above: int) -> int:
        """Return about the last place where the draft still fits.

        Guessed at by the room that the text between two known places takes; where that is uneven,
        every other guess halves the span.
        """
        measure, grain = self._measure, self._limit // _GRAIN
        above = max(1, above)
        fits, least, most = 1, 0, measure(self._draft.compose(above).text)
        if most <= self._limit:
            return above
        halve = False
        while above - fits > 1 and self._limit - least > grain:
            share = 0.5 if halve else (self._limit - grain // 2 - least) / (most - least)
            guess = min(max(fits + round((above - fits) * share), fits + 1), above - 1)
            size = measure(self._draft.compose(guess).text)
            if size <= self._limit:
                fits, least = guess, size
            else:
                above, most = guess, size
            halve = not halve
        return fits

    def _next(self, draft: Draft, place: int) -> Draft:
        """Open the draft behind a cut, with as much repeated furniture as leaves half the room."""
        state = draft.state_at(place)
        marks = draft.marks_at(place) if state.fence is None else ()
        if state.table is not None:
            furniture = f"{state.table.header}\n{state.table.delimiter}\n"
            if self._measure(furniture) > self._limit // 4:
                rest = replace(state.rest, prefix="") if state.rest else None
                state = replace(state, table=None, rest=rest)
        if state.fence is not None and len(state.fence.info) > 40:
            state = replace(state, fence=replace(state.fence, info=""))
        return Draft(draft.start + place, state, marks)

    def _whole_characters(self, delta: str) -> str:
        """Join the halves of characters that arrived as two escapes; replace lonely halves."""
        delta, self._half = self._half + delta, ""
        if not _SURROGATE.search(delta):
            return delta
        if "\ud800" <= delta[-1] <= "\udbff":
            delta, self._half = delta[:-1], delta[-1]
        return delta.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_visible(part: Part) -> bool:
    return part.end > part.start and bool(part.text.strip())
