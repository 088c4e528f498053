"""A review takes time in proportion to what it reads, and others share the event loop meanwhile."""

from __future__ import annotations

import json

import pytest

from bot.models.scripted import Scripted
from bot.review.pipeline import review
from bot.review.reading.classify import read
from bot.review.reading.posted import Posted
from bot.review.static.linters.hits import items
from tests.bot.review.scripts import raw, said
from tests.bounds import bounded, sharing

LONGEST_TURN = 0.4
"""Seconds of the processor between two turns of the loop, however busy the machine is; what stood
still took from two to twenty."""

REPEATED = [
    ("a.py", b"def f(x, y=[]):\n    return eval(x)\n" * 5_000),
    ("a.js", b"function f(x) { var y = eval(x); return x == x; }\n" * 3_000),
    ("a.py", b"def f(x, y=[]:\n    return eval(x\n" * 5_000),
    ("a.py", b'password = "AKIAIOSFODNN7EXAMPLO"\n' * 5_000),
]


@pytest.mark.parametrize(("name", "content"), REPEATED, ids=["py", "js", "broken", "secrets"])
async def test_a_file_full_of_mistakes_stops_nobody_else(name: str, content: bytes) -> None:
    material = read([Posted(name, content)])
    with bounded(10):  # the worst takes one, and took eighteen while one step grew with its square
        async with sharing(LONGEST_TURN):
            made = await review(material, model=None)
    assert made.findings


def test_a_list_is_taken_out_of_a_tools_json_item_by_item() -> None:
    told = {"found": [{"a": 1}, {"b": ["]"]}], "read": 2}
    for text in (json.dumps(told), json.dumps(told, indent=2), json.dumps(told).replace(" ", "")):
        assert items(text, "found") == ({"found": [], "read": 2}, told["found"])
    assert items('{"found":[]}', "found") == ({"found": []}, [])
    assert items(json.dumps(told["found"])) == ({}, told["found"])
    for broken in ('{"other": []}', "[1, 2", '{"found": [{}', '{"found": [{}]', "", "[{} x]"):
        with pytest.raises(ValueError, match=r"no list|Expect|delimiter|Extra"):
            items(broken, "found" if broken[:1] == "{" else "")


async def test_a_model_that_says_much_of_a_long_file_stops_nobody_else() -> None:
    material = read([Posted("a.py", b"def f(x, y=[]):\n    return eval(x)\n" * 1_000)])
    told = [
        raw(
            "    retrn evil(x)" if number % 2 else "    return eval(x)",
            number,
            title=f"No {number}",
        )
        for number in range(100)
    ]
    fixed = [{**each, "fix": {"new": "    return 1"}} for each in told[:8]]
    answer = said(*fixed, *told[8:])
    with bounded(15):
        async with sharing(LONGEST_TURN):
            made = await review(material, model=Scripted([answer] * 4))
    assert made.coverage.llm != "failed"


async def test_a_model_whose_answer_never_ends_stops_nobody_else() -> None:
    async with sharing(LONGEST_TURN):
        made = await review(
            read([Posted("a.py", b"x = 1\n")]), model=Scripted(['{"a":' * 50_000] * 2)
        )
    assert (made.coverage.llm, made.score) == ("failed", None)
