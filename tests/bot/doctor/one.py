"""One part's check, run as the command runs it."""

from __future__ import annotations

from bot.__main__ import _checks
from bot.doctor import OWN, Finding
from bot.doctor.findings import examined
from bot.settings import Settings


async def one(part: str, settings: Settings) -> Finding:
    """Run one part's check alone."""
    check = next(check for check in (*OWN, *_checks()) if check.part == part)
    finding = await examined(check, settings)
    assert finding is not None
    assert "\n" not in finding.text
    return finding
