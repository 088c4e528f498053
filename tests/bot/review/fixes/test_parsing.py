"""A change that breaks code is told from one that does not, as far as that can be known."""

from __future__ import annotations

import pytest

from bot.review.fixes.parsing import still_parses
from tests.bounds import bounded

PYTHON = "def f(x):\n    return x\n"
MIDDLE = "        if x:\n            return x\n        y = 1\n"
SCRIPT = "function f(x) {\n  return [x, '}', `)`]; // )\n}\n"


@pytest.mark.parametrize(
    ("before", "after", "language", "told"),
    [
        (PYTHON, PYTHON.replace("x\n", "x + 1\n"), "python", True),
        (PYTHON, PYTHON.replace("x\n", "(x\n"), "python", False),
        (MIDDLE, MIDDLE.replace("y = 1", "y = 2"), "python", True),
        (MIDDLE, MIDDLE.replace("y = 1", "y = "), "python", False),
        ("x = (1,\n", "x = (2,\n", "python", None),
        (SCRIPT, SCRIPT.replace("x,", "g(x),"), "javascript", True),
        (SCRIPT, SCRIPT + "}\n", "javascript", False),
        ("  return x;\n}\n", "  return g(x);\n}\n", "go", True),
        ("  return x;\n}\n", "  return g(x;\n}\n", "go", False),
        ('{"a": 1}', '{"a": 2}', "json", True),
        ('{"a": 1}', '{"a": 2,}', "json", False),
        ("a = 1\n", "a = [1\n", "toml", False),
        ("anything", "else", "", None),
    ],
)
def test_code_before_and_after(before: str, after: str, language: str, told: bool | None) -> None:
    assert still_parses(before, after, language) is told


@pytest.mark.parametrize("text", ["(" * 50_000, "a" + ".b" * 50_000, "-" * 90_000 + "1", "'\\d'"])
@pytest.mark.parametrize("language", ["python", "javascript", "json"])
def test_hostile_code_is_done_with_in_time(text: str, language: str) -> None:
    with bounded(3):
        still_parses(text, text + " ", language)
