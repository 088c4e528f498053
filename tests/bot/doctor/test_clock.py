"""The clock, beside the servers that can be reached, and the time zones."""

from __future__ import annotations

import sys
import time
import zoneinfo
from collections.abc import Callable

import pytest

from bot.doctor.clock import check_clock
from bot.settings import Settings


@pytest.mark.parametrize(("seconds", "way"), [(120, "ahead of"), (-120, "behind")])
async def test_a_clock_that_is_off_is_a_fault(
    settings: Callable[..., Settings], seconds: int, way: str
) -> None:
    finding = await check_clock(settings(), lambda: time.time() + seconds)
    assert finding.state == "fault"
    assert f"s {way} the clock of 127.0.0.1" in finding.text
    assert "NTP" in finding.text


async def test_a_clock_from_before_this_program_is_a_fault_without_any_server(
    settings: Callable[..., Settings],
) -> None:
    finding = await check_clock(settings(), lambda: 0.0)
    assert finding.state == "fault"
    assert "1970" in finding.text


async def test_a_clock_with_nothing_to_compare_is_fine_and_says_so(
    settings: Callable[..., Settings],
) -> None:
    finding = await check_clock(settings(WEATHER_API_URL="http://127.0.0.1:1"))
    assert finding.state == "ok"
    assert "no server could be reached" in finding.text


async def test_missing_time_zones_are_a_fault(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    examined_settings = settings()
    # Its parts that were imported before would be found without it.
    for name in ["tzdata", *(each for each in sys.modules if each.startswith("tzdata."))]:
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(to=[])
    try:
        finding = await check_clock(examined_settings)
    finally:
        zoneinfo.reset_tzpath()
    assert finding.state == "fault"
    assert "tzdata" in finding.text
