"""The snippets in `data/`, and how tests and benchmarks turn text into material."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.review.material import Line, Material, Piece, Source

DATA = Path(__file__).parent / "data"
_HEAD = re.compile(r"^### (.*)\n", re.MULTILINE)
_LANGUAGES = {"workflow": "yaml"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A snippet; `line` is where the mistake stands, 0 in a clean one."""

    language: str
    line: int
    what: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.language}: {self.what}"

    def material(self) -> Material:
        path = ".github/workflows/it.yml" if self.language == "workflow" else ""
        return material(self.text, _LANGUAGES.get(self.language, self.language), path)


def bad(name: str = "bad.txt") -> list[Sample]:
    """The textbook's mistakes."""
    return [
        Sample(language, int(line), what, text) for (language, line, what), text in _sections(name)
    ]


HELD_OUT = ("held_out.txt", "held_out_later.txt")


def held_out() -> list[Sample]:
    """Mistakes of the same kind that no rule was made for."""
    return [sample for name in HELD_OUT for sample in bad(name)]


def clean() -> list[Sample]:
    """Code in which nothing is to be found."""
    return [Sample(language, 0, what, text) for (language, what), text in _sections("clean.txt")]


def _sections(name: str) -> Iterator[tuple[list[str], str]]:
    _, *rest = _HEAD.split((DATA / name).read_text())
    for head, text in zip(rest[::2], rest[1::2], strict=True):
        yield [cell.strip() for cell in head.split("|")], text


def material(
    text: str, language: str, path: str = "", *, is_fragment: bool = False, first: int = 1
) -> Material:
    """Make a snippet or a file of `text`, its lines counted from `first`."""
    lines = tuple(Line(line, number) for number, line in enumerate(text.split("\n"), first))
    if lines and not lines[-1].text:
        lines = lines[:-1]
    source = Source(path, (Piece(lines),), language=language, is_fragment=is_fragment)
    return Material("file" if path else "snippet", (source,))
