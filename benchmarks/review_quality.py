"""`python -m benchmarks.review_quality`: how good the reviews of a real model are, by a set of
known faults: precision, recall, their spread over repeated runs, cost and time.

It asks the model that the environment configures, and that costs money. Beside our own few cases it
takes any set in the form of `benchmarks.review_cases`, or a checkout of QuixBugs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.review_cases import SEEDED, BadSet, Case, quixbugs, read_set
from benchmarks.review_matching import WITHIN, Counted, count, counting, spread
from benchmarks.tables import Table, median, secs
from bot.models.choose import DEFAULT_MODEL, build
from bot.models.port import Model
from bot.review.pipeline import Limits, review
from bot.review.values import Review

NO_KEY = (
    "This asks a real model, and that costs money: set OPENAI_API_KEY (and OPENAI_MODEL or "
    "OPENAI_BASE_URL for another model or service), then start it again."
)
AT_ONCE = 4
"""Reviews side by side; services turn away who asks for many more."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One case as it was reviewed."""

    case: Case
    review: Review
    counted: Counted


async def run(cases: Sequence[Case], model: Model, *, within: int, limits: Limits) -> list[Ran]:
    """Review every case once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> Ran:
        async with room:
            made = await review(case.material(), model=model, limits=limits)
        return Ran(case, made, count(counting(made), case.expected, within))

    return list(await asyncio.gather(*map(one, cases)))


def table(runs: Sequence[Sequence[Ran]], *, name: str, within: int) -> Table:
    """Say what all runs came to."""
    totals = [sum((ran.counted for ran in each), start=Counted()) for each in runs]
    every = [ran for each in runs for ran in each]
    clean = [ran for ran in every if not ran.case.expected]
    noisy = sum(bool(ran.counted.told) for ran in clean)
    missing = sum(ran.review.coverage.llm != "ok" for ran in every)
    found = sum(each.right for each in totals)
    costs = [ran.review.usage.cost_usd for ran in every]
    known = [cost for cost in costs if cost is not None]
    told = f"${sum(known):.4f}" if len(known) == len(costs) else "unknown"
    model = next((ran.review.usage.model for ran in every if ran.review.usage.model), "-")
    rows = [
        ("precision", spread(each.precision for each in totals)),
        ("recall", spread(each.recall for each in totals)),
        ("F1", spread(each.f1 for each in totals)),
        ("faults found, in all runs", f"{found} of {sum(each.expected for each in totals)}"),
        ("… by the model, alone or too", str(sum(each.by_model for each in totals))),
        ("… by the tools, alone or too", str(sum(each.by_tools for each in totals))),
        ("clean cases with findings", f"{noisy} of {len(clean)}"),
        ("reviews without all of the model's part", f"{missing} of {len(every)}"),
        ("time of a review, median", secs(median([ran.review.usage.seconds for ran in every]))),
        ("tokens", f"{sum(_tokens(ran.review) for ran in every):,}"),
        ("cost", told),
    ]
    note = (
        f"{len(runs[0])} cases of {name}, {len(runs)} times, by {model}. A finding is right that "
        f"names the file, stands within {within} lines of the fault and is of its kind; saying it "
        "again is one finding too many. Of several runs: the mean, and the least to the most."
    )
    return Table("Reviews by a real model", note, ("", "value"), rows)


def missed(runs: Sequence[Sequence[Ran]]) -> list[str]:
    """Name the cases with a fault that no run found, for whoever wants to see why."""
    best: dict[str, int] = {}
    wanted = {ran.case.id: len(ran.case.expected) for ran in runs[0]}
    for each in runs:
        for ran in each:
            best[ran.case.id] = max(best.get(ran.case.id, 0), ran.counted.right)
    return [name for name, number in wanted.items() if best[name] < number]


def _tokens(made: Review) -> int:
    return made.usage.input_tokens + made.usage.output_tokens


async def measure(
    cases: Sequence[Case], model: Model, *, name: str, repeats: int, within: int
) -> str:
    """Review all cases `repeats` times and return what is printed."""
    begun = time.monotonic()
    runs = []
    for number in range(1, repeats + 1):
        runs.append(await run(cases, model, within=within, limits=Limits(seconds=180)))
        print(f"run {number} of {repeats}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    pieces = [table(runs, name=name, within=within).markdown()]
    if left := missed(runs):
        pieces.append(f"Not found in any run: {', '.join(left)}.")
    return "\n".join(pieces)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.review_quality", description=__doc__)
    which = made.add_mutually_exclusive_group()
    which.add_argument("--set", type=Path, metavar="PATH", help="cases as JSON Lines")
    which.add_argument("--quixbugs", type=Path, metavar="FOLDER", help="a checkout of QuixBugs")
    made.add_argument("--repeats", type=int, default=3, help="runs, for the spread (3)")
    made.add_argument("--within", type=int, default=WITHIN, help=f"lines ({WITHIN})")
    made.add_argument("--most", type=int, default=0, help="cases, the first ones; 0 for all")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, measure and print; return the exit code."""
    chosen = parser().parse_args(arguments)
    if not os.environ.get("OPENAI_API_KEY"):
        print(NO_KEY, file=sys.stderr)
        return 2
    try:
        name, cases = _cases(chosen.set, chosen.quixbugs)
    except BadSet as error:
        print(error, file=sys.stderr)
        return 2
    chosen_cases = cases[: chosen.most or None]
    print(asyncio.run(_measured(chosen_cases, name, max(1, chosen.repeats), chosen.within)))
    return 0


def _cases(path: Path | None, folder: Path | None) -> tuple[str, list[Case]]:
    if folder is not None:
        return "QuixBugs", quixbugs(folder)
    return ("our own few", read_set(SEEDED)) if path is None else (path.name, read_set(path))


async def _measured(cases: Sequence[Case], name: str, repeats: int, within: int) -> str:
    said = os.environ.get
    model = build(
        said("OPENAI_API_KEY"),
        said("OPENAI_BASE_URL"),
        said("OPENAI_ORG_ID"),
        said("OPENAI_MODEL") or DEFAULT_MODEL,
    )
    try:
        return await measure(cases, model, name=name, repeats=repeats, within=within)
    finally:
        await model.close()


if __name__ == "__main__":
    sys.exit(main())
