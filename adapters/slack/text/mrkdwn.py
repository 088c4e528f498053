"""Markdown inside a line, as Slack's mrkdwn.

Emphasis, code, links and escapes become what Slack shows alike; what stays text goes through
`safety`. Lines and blocks are `prose`'s, which calls this for every paragraph: the marks stay
neutral there, until `render` writes them as mrkdwn or `leaves` as styles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.pacing.emphasis import Pairs, Run
from adapters.pacing.inline import Token, tokens
from adapters.pacing.links import INERT
from adapters.slack.text.safety import escape, inert, is_address, link, plain

_NEW_LINE = re.compile(r"[ \t]*+\\?\n[ \t]*+")
_SPECIAL = re.compile(r"[\\`\[<*_~&]|https?:")  # where inline syntax may begin


BOLD, ITALIC, STRIKE, CODE, URL, BORDER, TICK = map(chr, range(0xFDD0, 0xFDD7))
"""Neutral marks: noncharacters, which no text may hold (Unicode 23.7). The first five stand at both
ends of what they mark."""

_WRITTEN = {
    BOLD: "*",
    ITALIC: "_",
    STRIKE: "~",
    CODE: "`",
    URL: "",
    # A zero-width space counts as a word's border for Slack: marks work inside a word beside it,
    # and a mark with one on its inner side is only a character.
    BORDER: "\u200b",
    # Slack has no way to show a backtick in inline code; the accent looks like one.
    TICK: "ˋ",
}
_MARKS = re.compile(f"[{BOLD}-{TICK}]")


@dataclass(frozen=True, slots=True)
class Style:
    """The marks that stand for emphasis; empty ones are left out."""

    bold: str = BOLD
    italic: str = ITALIC
    strike: str = STRIKE
    code: str = CODE
    url: str = URL
    border: str = BORDER
    links: bool = True


NEUTRAL = Style()
HEADING = Style(bold="")
CELL = Style(bold="", italic="", strike="", code="", url="", border="", links=False)


def without_marks(text: str) -> str:
    """Replace what a stranger could pass off as marks of ours."""
    return _MARKS.sub("\ufffd", text)


def written(neutral: str) -> str:
    """Write neutral marks as mrkdwn's."""
    if not _MARKS.search(neutral):
        return neutral
    for mark, sign in _WRITTEN.items():
        neutral = neutral.replace(mark, sign)
    return neutral


def inline(text: str, style: Style) -> str:
    """Render a paragraph with neutral marks; it has as many lines as `text`."""
    if not _SPECIAL.search(text):
        return _NEW_LINE.sub("\n", inert(text))
    return _Writer(text, style).write()


@dataclass(slots=True)
class _Run(Run):
    """A run of marks, and where in `pieces` it stands."""

    place: int = 0

    def text(self, source: str, border: str) -> str:
        marks = self.char * self.left
        if not self.opened or marks or not _touches(source, self.start - 1):
            border = ""
        return border + self.closed + marks + self.opened


@dataclass(slots=True)
class _Break:
    """A line's end; emphasis that spans it is closed before and opened again behind it."""

    before: str = ""
    behind: str = ""


@dataclass(slots=True)
class _Writer:
    source: str
    style: Style
    pieces: list[str | _Run | _Break] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    pairs: Pairs[_Run] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = Pairs(self.source, self._mark)

    def write(self) -> str:
        at = 0
        for token in tokens(self.source):
            self._text(self.source[at : token.start])
            _WRITE[token.kind](self, token)
            at = token.end
        self._text(self.source[at:])
        return "".join(self._settled(piece) for piece in self.pieces)

    def _settled(self, piece: str | _Run | _Break) -> str:
        if isinstance(piece, _Run):
            return piece.text(self.source, self.style.border)
        if isinstance(piece, _Break):
            return f"{piece.before}\n{piece.behind}"
        return piece

    def _text(self, text: str) -> None:
        if not text:
            return
        self._lines(
            [inert(line) for line in _NEW_LINE.split(text)] if "\n" in text else [inert(text)]
        )

    def _lines(self, lines: list[str]) -> None:
        self.pieces.append(lines[0])
        for line in lines[1:]:
            self.breaks.append(len(self.pieces))
            self.pieces += (_Break(), line)

    def escaped(self, token: Token) -> None:
        self._character(self.source[token.start + 1], token)

    def entity(self, token: Token) -> None:
        decoded = html.unescape(self.source[token.start : token.end])
        # A decoded line end or control character would not be what the paragraph was cut by.
        self._character(decoded if decoded.isprintable() else " ", token)

    def _character(self, char: str, token: Token) -> None:
        """Write one literal character, in such a way that its neighbours make nothing of it."""
        behind = self.source[token.end : token.end + 1]
        shown = escape(char)
        if char in "*_~`":
            before = self.source[token.start - 1 : token.start]
            border = self.style.border
            shown = (border if before.strip() else "") + char + (border if behind.strip() else "")
        elif char in "@＠﹫<":
            shown += INERT
        elif char == ">":
            shown = INERT + shown  # at a line's start it would quote
        self.pieces.append(shown)

    def code(self, token: Token) -> None:
        marks = len(token.match[0])
        inner = self.source[token.start + marks : token.end - marks]
        if len(inner) > 2 and inner[0] == inner[-1] == " ":
            inner = inner[1:-1]
        mark = self.style.code
        if not inner.strip() or not mark:
            self._lines(escape(inner).split("\n"))
            return
        lines = escape(inner.replace("`", TICK)).split("\n")
        spans = [f"{mark}{line}{mark}" if line.strip() else "" for line in lines]
        if _touches(self.source, token.start - 1):
            spans[0] = self.style.border + spans[0]
        if _touches(self.source, token.end):
            spans[-1] += self.style.border
        self._lines(spans)

    def link(self, token: Token) -> None:
        target = token.match["target"].strip("<>")
        label = plain(token.match["label"])
        if not label and token.match[0].startswith("!"):
            label = "image"
        self.pieces.append(link(html.unescape(target), label, linked=self.style.links))

    def angle(self, token: Token) -> None:
        inner = self.source[token.start + 1 : token.end - 1]
        if self.style.links and is_address(inner):
            self.pieces.append(link(inner, "", linked=self.style.links))
        else:
            self.pieces.append(inert(self.source[token.start : token.end]))

    def url(self, token: Token) -> None:
        mark = self.style.url
        self.pieces.append(f"{mark}{escape(self.source[token.start : token.end])}{mark}")

    def ticks(self, token: Token) -> None:
        self.pieces.append(self.source[token.start : token.end].replace("```", f"``{INERT}`"))

    def marks(self, token: Token) -> None:
        char, count = self.source[token.start], token.end - token.start
        run = _Run(char, count, token.start, token.end, place=len(self.pieces))
        self.pairs.add(run)
        if run.closed and not run.left and _touches(self.source, token.end):
            run.closed += self.style.border
        self.pieces.append(run)

    def _mark(self, opener: _Run, used: int) -> str:
        if opener.char == "~":
            mark = self.style.strike
        else:
            mark = self.style.bold if used == 2 else self.style.italic
        self._span(opener.place, mark)
        return mark

    def _span(self, index: int, mark: str) -> None:
        for place in reversed(self.breaks):
            if place < index:
                return
            line_end = self.pieces[place]
            if isinstance(line_end, _Break):
                line_end.before += mark
                line_end.behind = mark + line_end.behind


_WRITE: dict[str, Callable[[_Writer, Token], None]] = {
    "escape": _Writer.escaped,
    "entity": _Writer.entity,
    "code": _Writer.code,
    "link": _Writer.link,
    "angle": _Writer.angle,
    "url": _Writer.url,
    "ticks": _Writer.ticks,
    "marks": _Writer.marks,
}


def _touches(source: str, at: int) -> bool:
    """Tell whether a mark beside `source[at]` stands inside a word, for Slack."""
    if not 0 <= at < len(source):
        return False
    return source[at].isalnum() or not (source[at].isascii() or source[at].isspace())
