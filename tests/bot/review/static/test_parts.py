"""Parts of files, dialects and settings are not called invalid; mistakes in whole files are."""

from __future__ import annotations

import pytest

from bot.review.pipeline import review
from bot.review.reading.classify import read
from bot.review.reading.posted import Posted
from bot.review.rendering import render
from bot.review.values import Review
from tests.bot.review.reading.test_classify import FLOW, PART, PYTHON_2


async def reviewed(name: str, text: str) -> Review:
    return await review(read([Posted(name, text.encode())]), model=None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fr.py", PART),
        ("fr.py", "import os\n\n\ndef f():\n    return g(\n        1,\n"),
        ("fr.js", "    const x = get();\n    return x;\n  }\n"),
        (".env", "A=1\nB=2\nDATABASE=main\n"),
    ],
)
async def test_of_a_part_nothing_is_said_about_what_is_not_there(name: str, text: str) -> None:
    made = await reviewed(name, text)
    assert [found.title for found in made.findings] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.py", "def f(x:\n    return x\n"), ("a.py", "x = = 1\n"), ("a.js", "let a = (1;\nb();\n")],
)
async def test_a_mistake_in_a_whole_file_is_told(name: str, text: str) -> None:
    made = await reviewed(name, text)
    assert any(found.title.startswith("This is not valid") for found in made.findings)


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [("a.py", PYTHON_2, "Python 2"), ("a.js", FLOW, "JavaScript (Flow)")],
)
async def test_a_dialect_is_named_as_what_no_tool_reads(
    name: str, text: str, language: str
) -> None:
    made = await reviewed(name, text)
    assert made.findings == ()
    assert f"No static tool knows {language};" in render(made, "text")


async def test_a_dialect_is_read_by_the_general_rules() -> None:
    text = PYTHON_2 + 'open("/srv/" + request.args["f"]).read()\n'
    rules = {found.rule_id for found in (await reviewed("a.py", text)).findings}
    assert rules == {"path-traversal"}
