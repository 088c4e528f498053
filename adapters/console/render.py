"""Colours Markdown for a terminal while it arrives: headings, bold words, code. Pure.

Light on purpose: what is not one of these stays as it was written, and marks disappear only in
pairs. Text that is already shown cannot be taken back, so a piece is held until it is clear.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from adapters.console.safety import inert

BOLD, DIM, CODE, HEADING = "1", "2", "36", "1;35"
"""Parameters of Select Graphic Rendition (ECMA-48 8.3.117), readable on light and dark alike."""

MOST_HELD = 160
"""Characters after which a mark without its partner is taken for plain text."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_MAY_BE_FENCE = re.compile(r" {0,3}(?:`{1,2}|~{1,2}|(?:`{3,}|~{3,})[^\n]*)?\Z")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?=[^\n])")
_MAY_BE_HEADING = re.compile(r" {0,3}(?:#{1,6}[ \t]*)?\Z")
_MARK = re.compile(r"[\\`*&]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MAY_BE_REFERENCE = re.compile(r"&[#A-Za-z0-9]{0,32}\Z")
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_STRONG = re.compile(r"\*\*(?![\s*])(.+?)(?<![\s*])\*\*(?!\*)")


def paint(text: str, *styles: str) -> str:
    """Return `text` in `styles`, line by line, so that each line stands for itself."""
    codes = ";".join(filter(None, styles))
    if not codes:
        return text
    lines = text.split("\n")
    return "\n".join(f"\x1b[{codes}m{line}\x1b[0m" if line else "" for line in lines)


class Colours:
    """Colours one answer."""

    def __init__(self) -> None:
        self._held = ""
        self._before = "\n"
        """The last character that was decided."""
        self._line_style: str | None = None
        """The style of the line that is under way; None while its kind is open."""
        self._fence = ""

    def feed(self, piece: str) -> str:
        """Take the next piece and return what can be printed of it."""
        self._held += piece
        return self._all(last=False)

    def end(self) -> str:
        """Return the rest."""
        return self._all(last=True)

    def _all(self, *, last: bool) -> str:
        shown: list[str] = []
        while self._held:
            if self._line_style is None and not self._begin(shown, last=last):
                break
            before = len(self._held)
            shown.append(self._code() if self._fence else self._inline(last=last))
            if self._held.startswith("\n"):
                self._take(1)
                shown.append("\n")
                self._line_style = None
            elif len(self._held) == before:
                break
        return "".join(shown)

    def _begin(self, shown: list[str], *, last: bool) -> bool:
        """Find out what kind of line begins; False while too little of it is there."""
        line, ended, _ = self._held.partition("\n")
        is_whole = bool(ended) or last or len(line) > MOST_HELD
        if not is_whole and _MAY_BE_FENCE.match(line):
            return False
        if (fence := _FENCE.fullmatch(line)) and self._turns(fence[1], fence[2]):
            self._take(len(line))
            shown.append(paint(line, DIM))
            self._line_style = ""
            return True
        if self._fence:
            self._line_style = CODE
            return True
        if not is_whole and _MAY_BE_HEADING.match(line):
            return False
        heading = _HEADING.match(line)
        if heading:
            self._take(heading.end())
        self._line_style = HEADING if heading else ""
        return True

    def _turns(self, marks: str, rest: str) -> bool:
        """Open or close a code block if that is what the line does (CommonMark 4.5)."""
        if not self._fence:
            if marks[0] == "`" and "`" in rest:
                return False
            self._fence = marks
            return True
        closes = marks.startswith(self._fence) and not rest.strip()
        if closes:
            self._fence = ""
        return closes

    def _code(self) -> str:
        line = self._held.partition("\n")[0]
        self._take(len(line))
        return paint(line, CODE if self._line_style else "")

    def _inline(self, *, last: bool) -> str:
        """Print the line that is under way as far as it is clear."""
        shown: list[str] = []
        style = self._line_style or ""
        while self._held and not self._held.startswith("\n"):
            line, ended, _ = self._held.partition("\n")
            mark = _MARK.search(line)
            if mark is None or mark.start():
                shown.append(paint(self._take(mark.start() if mark else len(line)), style))
                continue
            is_whole = bool(ended) or last or len(line) > MOST_HELD
            piece = self._marked(line, style, is_whole=is_whole)
            if piece is None:
                break
            shown.append(piece)
        return "".join(shown)

    def _marked(self, line: str, style: str, *, is_whole: bool) -> str | None:
        """Print what begins with a mark; None while its partner may still come."""
        if escaped := _ESCAPED.match(line):
            self._take(2)
            return paint(escaped[1], style)
        if line[0] == "&":
            return self._reference(line, style, is_whole=is_whole)
        at_end = len(line) == 1 or (line[0] in "`*" and not line.strip(line[0]))
        if at_end and not is_whole:
            return None
        run = len(line) - len(line.lstrip(line[0]))
        if line[0] == "`":
            return self._pair(_CODE_SPAN.match(line), run, style, CODE, is_whole=is_whole)
        if line[0] == "*" and run == 2 and not self._inside_a_word(line[2:3]):
            return self._pair(_STRONG.match(line), run, style, BOLD, is_whole=is_whole)
        return paint(self._take(run), style)

    def _reference(self, line: str, style: str, *, is_whole: bool) -> str | None:
        """Print what a character reference stands for (CommonMark 2.5): only text, never a mark."""
        if found := _REFERENCE.match(line):
            self._take(found.end())
            return paint(_read(found[0]), style)
        if not is_whole and _MAY_BE_REFERENCE.match(line):
            return None
        return paint(self._take(1), style)

    def _pair(
        self, found: re.Match[str] | None, run: int, style: str, own: str, *, is_whole: bool
    ) -> str | None:
        if found is None:
            return paint(self._take(run), style) if is_whole else None
        if found.end() == len(self._held) and not is_whole:
            return None  # one more mark would change what it means
        self._take(found.end())
        if own == CODE:
            return paint(found[2], style, own)
        inner = Colours()
        inner._line_style = ";".join(filter(None, (style, own)))
        return inner.feed(found[1]) + inner.end()

    def _inside_a_word(self, after: str) -> bool:
        """Tell `2**10` and `a**b` from a bold word; scripts without spaces have bold words too."""
        return all(each.isascii() and each.isalnum() for each in (self._before, after) if each)

    def _take(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        if text:
            self._before = text[-1]
        return text


def _read(reference: str) -> str:
    is_number = reference[1] == "#"
    read = unescape(reference) if is_number else html5.get(reference[1:], reference)
    # The text around it was made harmless before, when this was not yet a character.
    return inert(" ".join(read.split("\n")))
