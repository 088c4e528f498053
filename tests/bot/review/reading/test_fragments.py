"""A piece out of the middle is told from one that stands for itself."""

from __future__ import annotations

import pytest

from bot.review.reading.fragments import is_fragment


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("    x = 1\n    return x", "python"),
        ("if a:\n    b()\nelse", "python"),
        ("def f():\n    return helper(1)", "python"),
        ("import os\nimport sys\n\ndef f():\n    return sys.path", "python"),
        ("def f():\n    ...\n    return 1", "python"),
        ("def f():\n    # ...\n    return 1", "python"),
        ("}\n\nfunction f() {", "javascript"),
        ("const a = [1, 2,", "javascript"),
    ],
)
def test_a_fragment_is_told(text: str, language: str) -> None:
    assert is_fragment(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("def f(x):\n    return x + 1", "python"),
        ("import os\n\ndef f(x):\n    return os.path.join(x, y)", "python"),
        ("import os\nprint(undefined)\nif __name__ == '__main__':\n    pass", "python"),
        ("#!/usr/bin/env python3\nprint(undefined)", "python"),
        ("[x for x in range(3)]\nwith open('a') as f:\n    f.read()", "python"),
        ("const f = () => '}';\n// }\n", "javascript"),
        ("fn f<'a>(x: &'a str) -> char { '{' }", "rust"),
        ("SELECT 1", "sql"),
    ],
)
def test_what_stands_for_itself_is_none(text: str, language: str) -> None:
    assert not is_fragment(text, language)


@pytest.mark.parametrize("text", ["[" * 100_000, "x" + "+x" * 20_000, "\0", "def f(" * 5_000])
def test_hostile_python_is_answered(text: str) -> None:
    assert is_fragment(text, "python") in (True, False)
