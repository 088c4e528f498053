"""Are findings put on their lines? A scripted model quotes changed lines of real patches and cites
them wrongly in the ways in which models do; beside the bot stand who trusts the number and who
takes the first line that reads like the quote.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks import review_patches
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim
from bot.review.findings.anchor import Places
from bot.review.material import Line, Material, Source
from bot.review.reading.diffs import read_diff

PATCHES = {"full": 100, "trial": 8}
"""A hundred hold well over 1,500 changed lines."""

MOST_WRONG = 0.5
LEAST_EXACT = 99.0
"""Per cent, for numbers that are right or off by a few lines."""

_WORD = re.compile(r"\w")
"""Nobody finds anything on a line of brackets alone."""

Result: TypeAlias = Literal["exact", "wrong", "flagged"]
Cited: TypeAlias = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Truth:
    """A changed line: where it really is, and by what other counts."""

    patch: int
    source: Source
    line: Line
    number: int
    old: int
    """What the old side's count has come to."""
    in_patch: int
    """Its line in the text of the whole patch."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Patches as they were read, and their changed lines."""

    materials: Sequence[Material]
    truths: Sequence[Truth]
    context: Sequence[Truth]

    def repeated(self) -> float:
        """Return the share of lines that stand more than once on the new side of their file."""
        counts = Counter(
            (id(source), line.text.strip())
            for material in self.materials
            for source in material.sources
            for line in source.new_side()
        )
        return sum(
            counts[id(each.source), each.line.text.strip()] > 1 for each in self.truths
        ) / len(self.truths)


# -- what the scripted model says ----------------------------------------------------------------


def _off(truth: Truth, chance: random.Random) -> int:
    return max(1, truth.number + chance.choice((-3, -2, -1, 1, 2, 3)))


def _prefixed(truth: Truth) -> str:
    return f"{truth.number} | {'+' if truth.line.is_added else ' '}{truth.line.text}"


def _damaged(truth: Truth, chance: random.Random) -> str:
    """Do to a line's whitespace what models and chats do."""
    text = truth.line.text
    return chance.choice(
        (
            text.strip(),
            re.sub(r"\s+", " ", text).strip(),
            text.replace("    ", "\t"),
            text.replace(" ", "\xa0"),
            f"{text}   ",
            re.sub(r"\s*([=+,(])\s*", r"\1", text),
        )
    )


KINDS: Mapping[str, Callable[[Truth, random.Random], Cited]] = {
    "correct": lambda t, _: (t.line.text, t.number),
    "off by 1-3": lambda t, c: (t.line.text, _off(t, c)),
    "position in the file's diff": lambda t, _: (t.line.text, t.line.position),
    "line of the whole patch": lambda t, _: (t.line.text, t.in_patch),
    "old-side number": lambda t, _: (t.line.text, t.old),
    "no line": lambda t, _: (t.line.text, None),
    "correct, `12 \\| ` before the quote": lambda t, _: (_prefixed(t), t.number),
    "off by 1-3, `12 \\| ` before the quote": lambda t, c: (_prefixed(t), _off(t, c)),
    "no line, `12 \\| ` before the quote": lambda t, _: (_prefixed(t), None),
    "no line, `+` before the quote": lambda t, _: (f"+{t.line.text}", None),
    "correct, whitespace damaged": lambda t, c: (_damaged(t, c), t.number),
    "off by 1-3, whitespace damaged": lambda t, c: (_damaged(t, c), _off(t, c)),
    "no line, whitespace damaged": lambda t, c: (_damaged(t, c), None),
}
PRECISE = tuple(name for name in KINDS if name.startswith(("correct", "off")))
"""What the aim for exact places is about."""

ON_CONTEXT = ("correct", "off by 1-3", "no line")


# -- who places it -------------------------------------------------------------------------------


def _trust(_: Truth, cited: Cited) -> int | None:
    return cited[1]


def _first(truth: Truth, cited: Cited) -> int | None:
    wanted = cited[0].strip()
    return next((ln.new for ln in truth.source.new_side() if ln.text.strip() == wanted), None)


def _judge(number: int | None, truth: Truth) -> Result:
    if number is None:
        return "flagged"
    return "exact" if number == truth.number else "wrong"


async def measure(scale: Scale) -> list[Table]:
    """Place every changed line of the patches, cited in every way, by each side."""
    count = PATCHES["trial" if scale.singles < 5 else "full"]
    return await asyncio.to_thread(lambda: tables(corpus(count)))


def tables(found: Corpus) -> list[Table]:
    """Let everybody place everything."""
    begun = time.perf_counter()
    ours = {name: _ours(found, found.truths, name) for name in KINDS}
    context = {name: _ours(found, found.context, name) for name in ON_CONTEXT}
    took = time.perf_counter() - begun
    each = took / (len(found.truths) * len(KINDS) + len(found.context) * len(ON_CONTEXT))
    rows = [_row(name, found.truths, ours[name], all_sides=True) for name in KINDS]
    rows += [
        _row(f"{name}, a line of context", found.context, context[name], all_sides=False)
        for name in ON_CONTEXT
    ]
    wrong = max(_share(ours[name], "wrong") for name in KINDS)
    exact = min(_share(ours[name], "exact") for name in PRECISE)
    kept = (
        aim(f"wrong at most {MOST_WRONG} % in every way", met=wrong <= MOST_WRONG),
        aim(f"exact at least {LEAST_EXACT:.0f} % up to 3 lines off", met=exact >= LEAST_EXACT),
    )
    note = (
        f"{len(found.truths):,} changed lines of {len(found.materials)} patches (git's, of modules "
        "of the standard library that a script edited), quoted one by one; "
        f"{found.repeated():.0%} of them read the same as another line that the patch shows of "
        "their file. Per cent put on the right line, on a wrong one, and flagged as uncertain. "
        f"{each * 1e6:.0f} µs for one. "
        f"Aims: {'; '.join(kept)}."
    )
    header = ("cited", "trust the line", "first match", "exact", "wrong", "flagged")
    return [Table("Findings on their lines", note, header, rows)]


def _ours(found: Corpus, truths: Sequence[Truth], kind: str) -> Counter[Result]:
    chance = random.Random(kind)
    places = [Places(material) for material in found.materials]
    results: Counter[Result] = Counter()
    for truth in truths:
        quote, line = KINDS[kind](truth, chance)
        anchor = places[truth.patch].place(truth.source.path, quote, line)
        is_same = (anchor.path, anchor.side) == (truth.source.path, "new")
        result = _judge(anchor.start_line, truth)
        results["wrong" if result == "exact" and not is_same else result] += 1
    return results


def _row(
    kind: str, truths: Sequence[Truth], ours: Counter[Result], *, all_sides: bool
) -> tuple[str, ...]:
    naive = []
    for way in (_trust, _first):
        chance = random.Random(kind)
        results = (
            Counter(_judge(way(t, KINDS[kind](t, chance)), t) for t in truths)
            if all_sides
            else Counter()
        )
        naive.append(
            f"{_share(results, 'exact'):.1f} ({_share(results, 'wrong'):.1f} wrong)"
            if all_sides
            else "-"
        )
    return (kind, *naive, *(f"{_share(ours, name):.1f}" for name in ("exact", "wrong", "flagged")))


def _share(results: Counter[Result], name: Result) -> float:
    return 100 * results[name] / max(1, results.total())


# -- the patches ---------------------------------------------------------------------------------


def corpus(count: int) -> Corpus:
    """Make and read the patches."""
    materials: list[Material] = []
    truths: list[Truth] = []
    context: list[Truth] = []
    chance = random.Random(review_patches.SEED)
    for text in review_patches.patches(count):
        material = read_diff(text)
        if material is None:
            continue
        every = [
            each
            for source, start in zip(material.sources, _starts(text), strict=True)
            for each in _truths(len(materials), source, start)
        ]
        materials.append(material)
        changed = [each for each in every if each.line.is_added]
        truths += changed
        rest = [each for each in every if not each.line.is_added]
        context += chance.sample(rest, min(len(rest), len(changed) // 4))
    return Corpus(materials, truths, context)


def _starts(text: str) -> list[int]:
    """Return the line of each file's first hunk header within the patch."""
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines, 1) if line.startswith("@@ ")]
    files = [n for n, line in enumerate(lines, 1) if line.startswith("+++ ")]
    return [next(head for head in heads if head > file) for file in files]


def _truths(patch: int, source: Source, start: int) -> list[Truth]:
    found: list[Truth] = []
    for piece in source.pieces:
        old = next((line.old for line in piece.lines if line.old is not None), 0)
        removed: list[int] = []
        for line in piece.lines:
            if line.old is not None:
                old = line.old + 1
                removed = [] if line.new is not None else [*removed, line.old]
            if line.new is not None and _WORD.search(line.text):
                replaced = removed.pop(0) if removed and line.is_added else old
                at = line.old if line.old is not None else replaced
                found.append(Truth(patch, source, line, line.new, at, start + line.position))
    return found


def main() -> None:
    """Measure and print."""
    for table in tables(corpus(PATCHES["full"])):
        print(table.markdown())


if __name__ == "__main__":
    main()
