"""A long answer in which every word can be told apart, and what became of it. Pure.

The words that are numbered stand once in the source. What a platform repeats by right, such as the
head of a table that goes on in the next message, has no number.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\bw(\d+)\b")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many numbered words are missing, stand more than once, or stand before an earlier one;
    and how many there are."""

    words: int
    missing: int
    doubled: int
    misplaced: int

    @property
    def flawless(self) -> bool:
        """Tell whether every word stands there once and in its place."""
        return not (self.missing or self.doubled or self.misplaced)

    @property
    def share(self) -> float:
        """Return the share of the words that stand there at all."""
        return 1 - self.missing / self.words if self.words else 1.0


def judge(source: str, shown: str) -> Judgement:
    """Compare what people see with what the model said."""
    said, seen = _numbers(source), _numbers(shown)
    counts = Counter(seen)
    return Judgement(
        words=len(said),
        missing=sum(1 for number in said if number not in counts),
        doubled=sum(times - 1 for times in counts.values()),
        misplaced=sum(1 for before, after in pairwise(dict.fromkeys(seen)) if after < before),
    )


def long_text(size: int, seed: int = 7) -> str:
    """Write about `size` characters of Markdown: prose, lists, fenced code and tables, in turns
    and lengths that chance decides."""
    chance, parts, length, number = random.Random(seed), [], 0, 0
    while length < size:
        words = [f"w{number + step}" for step in range(chance.randrange(20, 120))]
        number += len(words)
        parts.append(chance.choice(_FORMS)(words))
        length += len(parts[-1])
    return "".join(parts)


def _prose(words: Sequence[str]) -> str:
    return " ".join(words) + "\n\n"


def _list(words: Sequence[str]) -> str:
    return "\n".join(f"- {word}" for word in words) + "\n\n"


def _code(words: Sequence[str]) -> str:
    return "```python\n" + "\n".join(words) + "\n```\n\n"


def _table(words: Sequence[str]) -> str:
    pairs = [words[at : at + 2] for at in range(0, len(words) - 1, 2)]
    rows = [f"| {left} | {right} |" for left, right in pairs]
    odd = f"\n\n{words[-1]}" if len(words) % 2 else ""
    return "| name | value |\n|---|---|\n" + "\n".join(rows) + f"{odd}\n\n"


_FORMS: tuple[Callable[[Sequence[str]], str], ...] = (_prose, _list, _code, _table)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _WORD.findall(text)]
