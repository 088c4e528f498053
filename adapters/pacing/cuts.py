"""Where to end a page: the best place at or below the last one that fits.

Paragraph before line before sentence before word before character, as long as the page is well
filled; never inside a link, a code span or a character when that can be avoided.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from adapters.pacing.blocks import Kind, step
from adapters.pacing.draft import BLOCKISH, Draft
from adapters.pacing.graphemes import is_boundary

_SENTENCE = re.compile(r"[.!?…][)\]\"'”’*_]*+[ \t]++|[。！？；][”’」』）*_]*+")
_WORD = re.compile(r"[ \t]++|[，、：；]")
_CODE_WORD = re.compile(r"[ \t]++|[,;{}()\[\]]")
# How full a page must be, best first: half full for any boundary; then a tenth, so that a huge
# token still moves whole to the next page when it has a chance to fit there.
_FILLS = (0.5, 0.1)
_MAYBE_MARKUP = re.compile(r"[ \t>]*+[`~|:-]*+[ \t]*+\Z")


def best(draft: Draft, highest: int) -> int:
    """Return the best place to cut `draft` in `1..highest`."""
    cutter = _Cutter(draft)
    for fill in _FILLS:
        lowest = max(1, int(highest * fill))
        for places in (
            cutter.blocks(lowest, highest),
            cutter.line_starts(lowest, highest),
            cutter.ends(_SENTENCE, lowest, highest),
            cutter.words(lowest, highest),
        ):
            for place in places:
                return place
    return cutter.character(max(1, highest // 2), highest)


class _Cutter:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._whole: dict[int, list[tuple[int, int]]] = {}

    def blocks(self, lowest: int, highest: int) -> Iterator[int]:
        """Yield the starts of blocks, last first."""
        return (place for place, block in self._starts(lowest, highest) if block)

    def line_starts(self, lowest: int, highest: int) -> Iterator[int]:
        """Yield the starts of lines, last first."""
        return (place for place, _ in self._starts(lowest, highest))

    def words(self, lowest: int, highest: int) -> Iterator[int]:
        """Yield the places between words, last first."""
        in_code = self._draft.lines[self._draft.index(highest)].kind is Kind.CODE
        return self.ends(_CODE_WORD if in_code else _WORD, lowest, highest)

    def ends(self, pattern: re.Pattern[str], lowest: int, highest: int) -> Iterator[int]:
        """Yield the places behind each match where a line may break, last first."""
        text = self._draft.text
        places = [found.end() for found in pattern.finditer(text, lowest - 1, highest)]
        return (place for place in reversed(places) if place >= lowest and self._breaks(place))

    def character(self, lowest: int, highest: int) -> int:
        """Return the last place between characters, outside links and code when there is one."""
        text = self._draft.text
        places = [p for p in range(highest, lowest - 1, -1) if is_boundary(text, p)]
        for place in places:
            if self._breaks(place):
                return place
        for place in places:
            if not self._is_hazard(place):
                return place
        return places[0] if places else highest

    def _starts(self, lowest: int, highest: int) -> Iterator[tuple[int, bool]]:
        lines = self._draft.lines
        for index in range(self._draft.index(highest), 0, -1):
            if lines[index].start < lowest:
                return
            if self._may_start(index):
                yield lines[index].start, self._is_block(index)

    def _may_start(self, index: int) -> bool:
        lines = self._draft.lines
        placed, above = lines[index], lines[index - 1]
        if placed.kind in (Kind.BLANK, Kind.CLOSE, Kind.DELIMITER):
            return False
        if above.kind in (Kind.OPEN, Kind.DELIMITER):
            return False
        # The last line is still growing: it may become a closing fence or a table's delimiter.
        growing = index == len(lines) - 1
        return not (growing and _MAYBE_MARKUP.match(self._draft.text, placed.start))

    def _is_block(self, index: int) -> bool:
        lines = self._draft.lines
        placed, above = lines[index], lines[index - 1]
        if placed.before.fence is not None:
            return False
        visible = above if above.kind is not Kind.BLANK or index < 2 else lines[index - 2]
        if visible.kind is Kind.HEADING:
            return False
        if placed.kind in (Kind.OPEN, Kind.HEADING, Kind.RULE):
            return True
        return above.kind in (Kind.BLANK, Kind.CLOSE, Kind.RULE)

    def _breaks(self, place: int) -> bool:
        """Tell whether a line may be broken at `place`."""
        draft = self._draft
        index = draft.index(place)
        placed = draft.lines[index]
        if place <= draft.content(index) or draft.text[place] == "\n" or self._is_hazard(place):
            return False
        if placed.kind is Kind.CODE:
            return True
        if placed.kind not in (Kind.TEXT, Kind.ITEM, Kind.HEADING, Kind.ROW):
            return False
        if self._is_header(index):
            return False
        if placed.kind is not Kind.ROW and BLOCKISH.match(draft.text, place):
            return False
        spans = self._spans(draft.paragraph(index))
        near = bisect_left(spans, (place, 0)) - 1
        return not any(start < place < end for start, end in (*spans[near : near + 1], spans[-1]))

    def _is_hazard(self, place: int) -> bool:
        """Tell whether the broken line's head would read as a fence that it is not."""
        draft = self._draft
        placed = draft.lines[draft.index(place)]
        if place == placed.start or draft.text[place : place + 1] == "\n":
            return place != placed.start
        head = draft.text[placed.start : place]
        if placed.kind is Kind.CODE and placed.before.fence is not None:
            inner = placed.before.fence.inside(head)
            return inner is not None and placed.before.fence.closes(inner)
        if placed.kind is Kind.CLOSE:
            return step(placed.before, head)[0].kind is not Kind.CLOSE
        return placed.kind is Kind.TEXT and step(placed.before, head)[0].kind is Kind.OPEN

    def _is_header(self, index: int) -> bool:
        lines = self._draft.lines
        return index + 1 < len(lines) and lines[index + 1].kind is Kind.DELIMITER

    def _spans(self, first: int) -> list[tuple[int, int]]:
        """Return the links, code spans and the like of a paragraph, as places in the draft."""
        if first not in self._whole:
            draft = self._draft
            end = first
            while end + 1 < len(draft.lines) and draft.paragraph(end + 1) == first:
                end += 1
            begin = draft.content(first)
            stop = draft.lines[end].end
            spans = [(begin + a, begin + b) for a, b in draft.reading(first, stop).whole]
            if stop == len(draft.text):  # a link or an address that is still growing
                spans.append((draft.settled(end), stop + 1))
            self._whole[first] = spans or [(0, 0)]
        return self._whole[first]
