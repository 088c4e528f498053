"""The `doctor` command: looks at every configured part and says of each, in one line, whether it
works and what to do. Platforms bring their own checks, handed in by the composition root."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from bot.doctor.clock import check_clock
from bot.doctor.findings import Check, Finding, examined, fault, line, ok, warning
from bot.doctor.model import check_model
from bot.doctor.store import check_store
from bot.doctor.weather import check_weather
from bot.settings import Settings

__all__ = ["Check", "Finding", "examine", "fault", "ok", "warning"]

OWN = (
    Check("store", check_store),
    Check("model", check_model),
    Check("weather", check_weather),
    Check("clock", check_clock),
)


async def examine(settings: Settings, platforms: Sequence[Check] = ()) -> int:
    """Print a line for each part; returns 0 when there is no fault, else 1."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # no-color.org
    running = [
        (check.part, asyncio.create_task(examined(check, settings)))
        for check in (Check("settings", _check_settings), *OWN, *platforms)
    ]
    found: list[Finding] = []
    for part, task in running:
        finding = await task
        if finding is not None:
            print(line(part, finding, coloured=coloured), flush=True)  # noqa: T201  the command's output
            found.append(finding)
    return 1 if any(finding.state == "fault" for finding in found) else 0


async def _check_settings(settings: Settings) -> Finding:
    """Tell which settings were read; wrong ones have been refused before anything is examined."""
    names = sorted(name.upper() for name in settings.model_fields_set)
    return ok(f"set: {', '.join(names)}" if names else "none is set, so the defaults hold")
