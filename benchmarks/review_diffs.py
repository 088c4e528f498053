"""What the reader of diffs makes of damage that chat, mail and hands do, beside unidiff.

The patches are git's own, of a repository that chance edits (names with spaces, quotes and letters
beyond ASCII; renames, binaries, CRLF, files without a last line end, SQL whose remarks look like
headers, patches within patches). `python -m benchmarks.review_diffs` prints the tables.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from unidiff import PatchSet
from unidiff.errors import UnidiffParseError

from benchmarks.scale import SCALES, Scale
from benchmarks.tables import Table, aim, ms
from bot.review.reading.diffs import read_diff
from tests.bot.review.damage import CUTS, KINDS, TAKEN, WORSE, Damage
from tests.bot.review.patches import STYLES, Patch, Repository
from tests.bot.review.verdicts import Expected, Row, expected, judge, ours, theirs

PER_STYLE = {"full": 40, "quick": 12, "trial": 2}
"""Patches in each of git's styles."""

MEGABYTE = 1_000_000

Reader = Callable[[str], list[Row] | None]


async def measure(scale: Scale) -> list[Table]:
    """Damage the same patches in every way, and read them with both readers."""
    name = next(name for name, one in SCALES.items() if one is scale)
    patches = await asyncio.to_thread(_patches, PER_STYLE[name])
    wanted = [expected(patch) for patch in patches]
    return [
        _table("What every reader of diffs should take", KINDS | CUTS, patches, wanted),
        _table("What cannot always be known", WORSE, patches, wanted, must=False),
        _speed(patches),
    ]


def _patches(count: int) -> list[Patch]:
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository(Path(folder))
        return [patch for style in STYLES for patch in repository.patches(count, style)]


def _table(
    title: str,
    damages: dict[str, Damage],
    patches: Sequence[Patch],
    wanted: Sequence[Sequence[Expected]],
    *,
    must: bool = True,
) -> Table:
    rows = []
    for kind, damage in damages.items():
        ours_counts = _verdicts(kind, damage, patches, wanted, ours)
        theirs_counts = _verdicts(kind, damage, patches, wanted, theirs)
        is_met = ours_counts["right"] == len(patches)
        verdict = [aim("all", met=is_met)] if must else []
        rows.append([kind, *_cells(ours_counts), *_cells(theirs_counts), *verdict])
    header = ["damage", "right", "wrong", "refused", "unidiff: right", "wrong", "refused"]
    note = (
        f"{len(patches)} patches. Right: every line that is still there, with its number, its mark "
        "and its text; wrong: a line that is not so, without a word; refused: an error, or lines "
        "left out. Of unidiff names are not asked, and spaces within lines of neither."
    )
    return Table(title, note, [*header, *(["aim"] if must else [])], rows)


def _verdicts(
    kind: str,
    damage: Damage,
    patches: Sequence[Patch],
    wanted: Sequence[Sequence[Expected]],
    reader: Reader,
) -> Counter[str]:
    chance = random.Random(5)
    counts: Counter[str] = Counter()
    for patch, lines in zip(patches, wanted, strict=True):
        damaged = damage(patch.text, chance)
        read = reader(damaged)
        counts[judge(lines, patch.text, damaged, read, TAKEN.get(kind, ""))] += 1
    return counts


def _cells(counts: Counter[str]) -> list[str]:
    return [str(counts["right"]), str(counts["wrong"]), str(counts["part"] + counts["refused"])]


def _speed(patches: Sequence[Patch]) -> Table:
    """Read a megabyte of patches that both readers take."""
    taken = [patch.text for patch in patches if _is_taken(patch.text)]
    size = sum(map(len, taken))
    text = "".join(taken) * (MEGABYTE // size + 1)
    rows = [
        [name, ms(statistics.median(_seconds(reader, text) for _ in range(5)))]
        for name, reader in (("ours", read_diff), ("unidiff", PatchSet))
    ]
    note = f"{len(text) / MEGABYTE:.2f} MB of undamaged patches, the median of five."
    return Table("A megabyte of diff", note, ["reader", "time"], rows)


def _is_taken(text: str) -> bool:
    try:
        return bool(PatchSet(text))
    except (UnidiffParseError, ValueError, IndexError):
        return False


def _seconds(reader: Callable[[str], object], text: str) -> float:
    begun = time.perf_counter()
    reader(text)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for table in asyncio.run(measure(SCALES["full"])):
        print(table.markdown())
