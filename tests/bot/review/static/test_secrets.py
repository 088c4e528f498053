"""The detector of secrets: each kind is reported once, at its line, and never said aloud."""

from __future__ import annotations

import pytest

from bot.review.static import secrets
from bot.review.static.findings import finding
from bot.review.static.units import units
from bot.review.values import Finding
from tests.bot.guard.test_masking import INSIDE, MIDDLE, SECRETS
from tests.bot.review.made import diff_of, file_of, hunk


def found(text: str, language: str = "") -> list[Finding]:
    parts = units(file_of("a", text, language))
    return [finding(each) for part in parts for each in secrets.seen(part)]


@pytest.mark.parametrize("secret", [each for many in SECRETS.values() for each in many])
def test_a_token_is_reported_under_whatever_name_it_stands(secret: str) -> None:
    (told,) = found(f'x = 1\ny = f("{secret}")\n', "python")
    assert told.anchor.start_line == 2
    assert secret not in told.model_dump_json()


@pytest.mark.parametrize(("kind", "before", "secret", "after"), INSIDE)
def test_a_secret_that_its_place_gives_away_is_reported(
    kind: str, before: str, secret: str, after: str
) -> None:
    told = found(before + secret + after)
    assert kind in [each.rule_id for each in told]
    assert all("unknown" not in each.title.lower() for each in told)


def test_the_middle_of_a_key_in_a_change_is_one_finding() -> None:
    rows = "".join(f"+{line}\n" for line in MIDDLE)
    material = diff_of("a.pem", hunk(7, f" x\n{rows}"))
    told = [finding(seen) for part in units(material) for seen in secrets.seen(part)]
    assert [(each.rule_id, each.anchor.start_line) for each in told] == [("private_key", 8)]
