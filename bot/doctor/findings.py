"""What a check is and what it finds: values, the time limit, and the line that is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.errors import ParleyError
from bot.guard.masking import mask
from bot.settings import Settings

SECONDS = 10.0
"""What one check may take: longer than the slowest sound service, short enough to watch."""

LONGEST = 600
"""Characters of a finding: services may answer with whole pages."""

State: TypeAlias = Literal["ok", "warning", "fault"]

_COLOURS: dict[State, str] = {"ok": "32", "warning": "33", "fault": "31"}


@dataclass(frozen=True, slots=True)
class Finding:
    """How a part is. A warning is worth knowing and no reason to fail."""

    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One part's check; its finding is None where the part is not configured."""

    part: str
    run: Callable[[Settings], Awaitable[Finding | None]]


def ok(text: str) -> Finding:
    """Say that a part works."""
    return Finding("ok", text)


def warning(text: str) -> Finding:
    """Say that a part works, with something to mind."""
    return Finding("warning", text)


def fault(text: str) -> Finding:
    """Say what is wrong with a part and what to do."""
    return Finding("fault", text)


async def examined(check: Check, settings: Settings, seconds: float = SECONDS) -> Finding | None:
    """Run a check within its time; whatever goes wrong becomes a fault without a secret."""
    try:
        async with asyncio.timeout(seconds):
            found = await check.run(settings)
    except TimeoutError:
        found = fault(f"gave no answer within {seconds:g} s; check network, proxy and firewall")
    except ParleyError as error:
        found = fault(str(error))
    except Exception as error:  # a bug or a stranger's server: a line all the same
        found = fault(f"the check itself failed with {type(error).__name__}: {error}")
    if found is None:
        return None
    text = mask(" ".join(found.text.split()), settings.secrets())
    printable = "".join(c if c.isprintable() else "�" for c in text)
    return Finding(found.state, printable[:LONGEST])


def line(part: str, finding: Finding, *, coloured: bool) -> str:
    """Write the line of a part."""
    state = f"{finding.state:<7}"
    if coloured:
        state = f"\x1b[{_COLOURS[finding.state]}m{state}\x1b[0m"
    return f"{state}  {part:<8}  {finding.text}"
