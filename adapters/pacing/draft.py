"""The page being written: its source text, the lines read so far, and how it would look if it
ended at a given place. Knows no limits; the pager asks and decides."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from adapters.pacing.blocks import Kind, Line, Rest, State, step
from adapters.pacing.inline import Reading, read, shown_end

# Invisible, and no white space: keeps the rest of a broken line from reading as block syntax.
_GUARD = "\u2060"
_GAP = re.compile(r"(?:[ \t\r]*+\n)*+(?:[ \t\r]*+\Z)?")
_GAP_IN_LINE = re.compile(r"[ \t\r]*+(?:\n(?:[ \t\r]*+\n)*+(?:[ \t\r]*+\Z)?)?")
_WHITE = " \t\r\n"
_DEEPEST_PLAIN = 3  # columns of indentation before a line would read as indented code
_LONGEST_HELD_ROW = 1000  # characters; a longer unfinished row is shown as it grows
_MAYBE_DELIMITER = re.compile(r"[ \t>|:-]*+\Z")
_MAYBE_CLOSING = re.compile(r"[ \t>]*+[`~]++[ \t]*+\Z")
BLOCKISH = re.compile(
    r"[ \t]*+(?:[-+*](?:[ \t\n]|\Z)|#{1,6}(?:[ \t\n]|\Z)|>|\||\d{1,9}[.)](?:[ \t\n]|\Z)"
    r"|`{3}|~{3}|[-=*_]{3})"
)
_SPANS_LINES = (Kind.TEXT, Kind.ITEM)
_INLINE = (Kind.TEXT, Kind.ITEM, Kind.HEADING, Kind.ROW)


@dataclass(frozen=True, slots=True)
class Edit:
    """`source[start:end]` reads `text` on the page: furniture put in, a list number counted on,
    or (with no text) margin left out."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the answer: valid Markdown that shows `source[start:end]` with `edits`.

    Offsets are characters of everything fed. Between two parts lies nothing but white space.
    """

    text: str
    start: int
    end: int
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and where it stands in the draft (`end` leaves out its newline)."""

    start: int
    end: int
    line: Line
    before: State
    after: State

    @property
    def kind(self) -> Kind:
        return self.line.kind


class Draft:
    """A page that grows at its end. `state` and `opened` are what the cut before it broke open."""

    def __init__(self, start: int, state: State, opened: tuple[str, ...] = ()) -> None:
        self.start = start
        self.state = state
        self.opened = opened
        self.text = ""
        self.lines: list[Placed] = []
        self._starts: list[int] = []
        self.extend("")

    def extend(self, more: str) -> None:
        """Append source text; only the last, still growing line is read again."""
        at, state = 0, self.state
        if self.lines:
            last = self.lines.pop()
            self._starts.pop()
            at, state = last.start, last.before
        self.text += more
        while True:
            newline = self.text.find("\n", at)
            end = len(self.text) if newline < 0 else newline
            line, after = step(state, self.text[at:end])
            self.lines.append(Placed(at, end, line, state, after))
            self._starts.append(at)
            if newline < 0:
                return
            at, state = newline + 1, after

    def index(self, place: int) -> int:
        """Return the index of the line in which `place` lies (a line's start belongs to it)."""
        return bisect_right(self._starts, place) - 1

    def state_at(self, place: int) -> State:
        """Return what is open when the page is cut at `place`."""
        placed = self.lines[self.index(place)]
        if place > placed.start:
            return _broken(placed, self.text[placed.start : place])
        if placed.kind is Kind.BLANK:
            return placed.after
        return placed.before

    def marks_at(self, place: int) -> tuple[str, ...]:
        """Return the inline marks that are open when the page is cut at `place`."""
        index = self.index(place)
        placed = self.lines[index]
        if placed.kind not in _INLINE:
            return ()
        first = self.paragraph(index)
        if place <= placed.start + placed.line.content and first == index:
            return self.opened if index == 0 and place == 0 else ()
        marks = self.reading(first, place).open
        # A mark with nothing behind it yet opens nothing on this page.
        head = self.text[:place].rstrip(_WHITE)
        while marks and head.endswith(marks[-1]):
            head, marks = head[: -len(marks[-1])], marks[:-1]
        return marks

    def paragraph(self, index: int) -> int:
        """Return the index of the first line of the paragraph to which line `index` belongs."""
        while index > 0 and self.lines[index].kind is Kind.TEXT:
            above = self.lines[index - 1]
            if above.kind not in _SPANS_LINES or above.line.quote != self.lines[index].line.quote:
                break
            index -= 1
        return index

    def reading(self, first: int, end: int) -> Reading:
        """Read the inline syntax from line `first` to `end`; spans are counted from its content."""
        begin = self.content(first)
        return read(self.text[begin:end], self.opened if first == 0 else ())

    def content(self, index: int) -> int:
        """Return where the inline text of line `index` starts."""
        placed = self.lines[index]
        return placed.start + placed.line.content

    def compose(self, end: int, *, last: bool = False) -> Part:
        """Return the page as it reads when it ends at `end`; `last` when nothing follows."""
        skip, edits = self._opening()
        closing = "" if last else "".join(reversed(self.marks_at(end)))
        if self.state_at(end).fence is None:
            end = max(skip, len(self.text[:end].rstrip(_WHITE)))
        # Without its white space the page may end inside a fence that only its quote's end closed.
        state = self.state_at(end)
        if state.fence is not None:
            newline = "" if end <= skip or self.text[end - 1] == "\n" else "\n"
            closing = newline + state.fence.margin + state.fence.marks
        elif state.rest is not None and state.rest.kind is Kind.ROW and not last:
            closing += "" if self.text[end - 1] == "|" else " |"
        edits += [edit for edit in self._corrections() if edit.start >= skip and edit.end <= end]
        if closing:
            apart = closing[0] == "`" and self.text[end - 1] == "`"
            edits.append(Edit(end, end, " " * apart + closing))
        return self._part(skip, end, edits)

    def shown(self) -> int:
        """Return how much of the unfinished text can be shown without flicker."""
        index = len(self.lines) - 1
        placed = self.lines[index]
        text = self.text[placed.start :]
        if self._maybe_table(index, text):
            return self.lines[index - 1].start
        if placed.kind is Kind.OPEN:
            return placed.start
        if placed.kind is Kind.CODE:
            held = not text.strip() or _MAYBE_CLOSING.match(text)
            if held and index and self.lines[index - 1].kind is Kind.OPEN:
                return self.lines[index - 1].start
            return placed.start if held else len(self.text)
        if placed.kind is Kind.ROW or text[len(placed.line.quote) :].lstrip().startswith("|"):
            return placed.start if len(text) < _LONGEST_HELD_ROW else len(self.text)
        if placed.kind not in _INLINE:
            # A rule may yet become a list or bold text, a lonely quote mark a nested quote.
            return placed.start if placed.kind in (Kind.RULE, Kind.BLANK) else len(self.text)
        return self.settled(index)

    def settled(self, index: int) -> int:
        """Return where the inline token begins that is unfinished at the end of line `index`."""
        first = self.paragraph(index)
        begin = self.lines[first].start
        return begin + shown_end(self.text[begin:], self.opened if first == 0 else ())

    def _maybe_table(self, index: int, text: str) -> bool:
        """Tell whether the line above waits for this one to know whether it heads a table."""
        above = self.lines[index].before.above
        if not index or above is None or not _MAYBE_DELIMITER.match(text):
            return False
        return bool(text.strip()) or above.lstrip(" \t>").startswith("|")

    def _opening(self) -> tuple[int, list[Edit]]:
        """Return how much white space the page leaves out at its start, and what it puts there."""
        state, rest = self.state, self.state.rest
        if state.fence is not None:
            furniture = f"{state.fence.margin}{state.fence.marks}{state.fence.info}\n"
            return 0, [Edit(0, 0, furniture + self._resumed(0))]
        found = (_GAP_IN_LINE if rest else _GAP).match(self.text)
        skip = found.end() if found else 0
        left_line = "\n" in self.text[:skip]
        furniture = ""
        if state.table is not None and not left_line:
            furniture = f"{state.table.header}\n{state.table.delimiter}\n"
        if rest and not left_line:
            furniture += self._resumed(skip)
        edits = [Edit(skip, skip, furniture)] if furniture else []
        first = self.index(skip)
        if self.opened and self.lines[first].kind in _INLINE and self.paragraph(first) == 0:
            at = max(skip, self.content(first))
            marks = "".join(self.opened)
            guard = _GUARD if marks.endswith("```") else ""  # it would open a fence
            apart = marks[-1] == "`" and self.text[at : at + 1] == "`"
            edits.append(Edit(at, at, guard + marks + " " * apart))
        return skip, edits

    def _resumed(self, skip: int) -> str:
        """Return what makes the rest of a broken line whole again."""
        rest, fence = self.state.rest, self.state.fence
        if rest is None:
            return ""
        if fence is not None:
            hazard = fence.closes(self.text[: self.lines[0].end])
        else:
            hazard = rest.kind is not Kind.ROW and bool(BLOCKISH.match(self.text, skip))
        return rest.prefix + (_GUARD if hazard and not self.opened else "")

    def _corrections(self) -> list[Edit]:
        """Return what changes inside the page: numbers counted on, the margin of a deep block."""
        edits: list[Edit] = []
        margin = self._margin()
        for placed in self.lines:
            if margin:
                depth = _spaces(self.text, placed.start, placed.end)
                if not depth and placed.kind not in (Kind.BLANK, Kind.CODE) and placed.start:
                    margin = 0
                elif depth:
                    edits.append(Edit(placed.start, placed.start + min(depth, margin), ""))
            if placed.line.number and placed.line.marker[:-1] != str(placed.line.number):
                edits += self._renumber(placed)
        return edits

    def _renumber(self, placed: Placed) -> list[Edit]:
        literal = placed.line.marker[:-1]
        if int(literal) == placed.line.number:
            return []
        at = self.text.index(literal, placed.start + len(placed.line.quote))
        return [Edit(at, at + len(literal), str(placed.line.number))]

    def _margin(self) -> int:
        """Return the columns by which the page's first block stands too deep to open a page."""
        state = self.state
        if state.fence is not None:
            return 0 if state.fence.quote else max(0, state.fence.indent - _DEEPEST_PLAIN)
        if not state.lists or state.rest is not None:
            return 0
        visible = (placed for placed in self.lines if placed.kind is not Kind.BLANK)
        first = next(visible, None)
        return max(0, first.line.indent - _DEEPEST_PLAIN) if first and not first.line.quote else 0

    def _part(self, start: int, end: int, edits: list[Edit]) -> Part:
        pieces: list[str] = []
        at = start
        for edit in edits:
            pieces += (self.text[at : edit.start], edit.text)
            at = edit.end
        pieces.append(self.text[at:end])
        moved = tuple(Edit(e.start + self.start, e.end + self.start, e.text) for e in edits)
        return Part("".join(pieces), start + self.start, end + self.start, moved)


def _spaces(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip(" "))


def _broken(placed: Placed, head: str) -> State:
    """Return what is open when the line `placed` is cut behind `head`."""
    kind, again = placed.kind, placed.before.rest
    prefix = again.prefix if again else placed.line.quote
    if kind is Kind.CODE:
        return replace(placed.before, rest=Rest(Kind.CODE, prefix))
    if kind is Kind.OPEN:
        return replace(placed.after, rest=Rest(Kind.CODE, prefix))
    if kind is Kind.ROW:
        pipes = head.replace("\\|", "").count("|")
        if not again and not head[len(prefix) :].lstrip().startswith("|"):
            pipes += 1
        return replace(placed.before, rest=Rest(Kind.ROW, prefix + "| " * pipes))
    lists = placed.after.lists
    if kind is Kind.HEADING:
        prefix = prefix if again else f"{prefix}{placed.line.marker} "
        return State(lists=lists, rest=Rest(Kind.HEADING, prefix))
    return State(lists=lists, blank=False, rest=Rest(Kind.TEXT, prefix))
