"""Markdown inside a line, as Discord reads it.

Discord pairs marks across the whole message and knows no flanking: what a model's Markdown leaves
unpaired is escaped here, `__bold__` becomes `**bold**`, and what stays text goes through `safety`.
Called by `render` for every paragraph, heading and cell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.text.safety import inert, is_address, is_token, line_start, link
from adapters.pacing.emphasis import Pairs, Run
from adapters.pacing.inline import Token, tokens
from adapters.pacing.links import INERT, unturned

_NEW_LINE = re.compile(r"[ \t]*+\\?\n[ \t]*+")
_BREAK = re.compile(r"<br ?/?>", re.I)
_SPECIAL = re.compile(r"[\\`\[<*_~&]|https?:")  # where inline syntax may begin
_MARKUP = frozenset("\\`*_~|<>#-+[]()@!&:/")
_INNER = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\](?:\([^()\s]*\))?")


@dataclass(frozen=True, slots=True)
class Style:
    """How emphasis, code and links are written."""

    bold: str = "**"
    marks: bool = True
    """False where nothing is read as markup: in a table, which is code."""
    links: bool = True


PROSE = Style()
HEADING = Style(bold=INERT)  # a heading is bold; what stood apart must not grow together
LABEL = Style(links=False)
CELL = Style(bold="", marks=False, links=False)


_LOW_LINE_ENDS = re.compile(r"_(?!\w)|__", re.ASCII)


def inline(text: str, style: Style = PROSE) -> str:
    """Render a paragraph; it has as many lines as `text`."""
    if not _SPECIAL.search(text):
        return "\n".join(_line(one, style) for one in _NEW_LINE.split(text))
    return _Writer(text, style).write()


def _line(text: str, style: Style) -> str:
    return line_start(inert(text)) if style.marks else text


class _Run(Run):
    """A run of marks as Discord is to read it."""

    __slots__ = ()

    def text(self, source: str, style: Style) -> str:
        literal = self.char * self.left
        if literal and style.marks and not self._harmless(source):
            literal = f"\\{self.char}" * self.left
        begins = self.opened or source.startswith(("*", "_"), self.end)
        if self.closed and begins and style.marks:
            literal += INERT  # what ends here must not grow into what begins
        return self.closed + literal + self.opened

    def _harmless(self, source: str) -> bool:
        """Tell whether Discord could not begin emphasis with what is left."""
        if self.left > 1 or self.opened or self.closed:
            return False
        if self.char == "_":
            return _no_low_line_ends(source)
        behind = source[self.end : self.end + 1]
        return self.char == "~" or not behind or behind.isspace()


def _no_low_line_ends(source: str) -> bool:
    """Tell whether Discord finds no low line that could end emphasis: one that ends a word, also
    in code or an address. Then those within words, as in `snake_case`, stay as they are written."""
    slants_code = "*" in source and "`" in source  # what `_slant` may write as low lines
    return not slants_code and not _LOW_LINE_ENDS.search(source)


@dataclass(slots=True)
class _Writer:
    source: str
    style: Style
    pieces: list[str | _Run] = field(default_factory=list)
    pairs: Pairs[_Run] = field(init=False)
    newest: _Run = field(init=False)
    """The run that is about to close others."""

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

    def _settled(self, piece: str | _Run) -> str:
        return piece if isinstance(piece, str) else piece.text(self.source, self.style)

    def _text(self, text: str) -> None:
        if not text:
            return
        if not self.style.marks:
            self.pieces.append(_NEW_LINE.sub("\n", text))
            return
        first, *rest = [inert(line) for line in _NEW_LINE.split(text)]
        begins = not self.pieces
        lines = [line_start(first) if begins else first, *map(line_start, rest)]
        self.pieces.append("\n".join(lines))

    def escaped(self, token: Token) -> None:
        char = self.source[token.start + 1]
        if not self.style.marks:
            self.pieces.append(char)
        else:
            self.pieces.append(f"\\{char}" + (INERT if char in "<@]" else ""))

    def entity(self, token: Token) -> None:
        shown = html.unescape(self.source[token.start : token.end])
        # A decoded line end or control character would not be what the paragraph was cut by.
        shown = shown if shown.isprintable() else " "
        if self.style.marks:
            if shown in _MARKUP:
                shown = f"\\{shown}{INERT}"
            elif shown[:1].isalnum():  # it must not make a word of its neighbours
                shown = INERT + shown
        self.pieces.append(shown)

    def code(self, token: Token) -> None:
        marks = len(token.match[0])
        inner = self.source[token.start + marks : token.end - marks]
        if not self.style.marks:
            self.pieces.append(" ".join(inner.split("\n")).strip())
        elif marks < 3:
            self.pieces.append(self.source[token.start : token.end])
        else:  # three would be a block; line ends stay, as the lines are counted
            inner = inner.strip(" ") or " "
            self.pieces.append(f"`` {inner.replace('``', f'`{INERT}`')} ``")

    def link(self, token: Token) -> None:
        raw = token.match["label"]
        raw = unturned(_INNER.sub(r"\1", raw) if "[" in raw else raw)
        target = html.unescape(token.match["target"].strip("<>"))
        plain = CELL if not self.style.marks else LABEL
        shown = inline(raw, plain).strip()
        if not shown and token.match[0].startswith("!"):
            shown = "image"
        if not is_address(target):
            said = inert(target) if self.style.marks else target
            self.pieces.append(f"{shown} ({said})" if ":" in target else shown)
        elif not self.style.links:
            self.pieces.append(f"{shown} ({target})" if shown and shown != target else target)
        else:
            self.pieces.append(link(target, shown))

    def angle(self, token: Token) -> None:
        written = self.source[token.start : token.end]
        if self.style.links and is_address(written[1:-1]):
            self.pieces.append(link(written[1:-1], ""))
        elif self.style.marks and not is_token(written):
            self.pieces.append(inert(written))
        else:  # a table has no other way to break a line within a cell
            self.pieces.append(written if self.style.marks else _BREAK.sub(" ", written))

    def url(self, token: Token) -> None:
        written = self.source[token.start : token.end]
        if self.style.links and is_address(written):
            self.pieces.append(link(written, ""))
        else:
            self.pieces.append(inert(written) if self.style.marks else written)

    def ticks(self, token: Token) -> None:
        written = self.source[token.start : token.end]
        self.pieces.append("\\`" * len(written) if self.style.marks else written)

    def marks(self, token: Token) -> None:
        char, count = self.source[token.start], token.end - token.start
        run = _Run(char, count, token.start, token.end)
        self.newest = run
        self.pairs.add(run)
        self.pieces.append(run)

    def _mark(self, opener: _Run, used: int) -> str:
        if not self.style.marks:
            return ""
        if opener.char == "~":
            return "~~"
        inside = self.source[opener.end : self.newest.start]
        if used == 2:  # without, where what is inside would end it
            return "" if "**" in inside and self.style.bold == "**" else self.style.bold
        return self._slant(opener.char, inside)

    def _slant(self, char: str, inside: str) -> str:
        """Return a mark that does not stand inside, too: Discord would end there, even in code."""
        if char == "_":
            return "*" if "_" in inside and "*" not in inside.replace("**", "") else char
        behind = self.source[self.newest.end : self.newest.end + 1]
        ended = not (behind.isalnum() or behind == "_")
        return "_" if "*" in inside.replace("**", "") and "_" not in inside and ended else char


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
