"""Findings land on their lines, over real patches; a few of them here, all in the benchmark."""

from __future__ import annotations

import asyncio

from benchmarks.review_anchors import KINDS, corpus, measure
from benchmarks.scale import SCALES
from bot.review.findings.anchor import Places


async def test_the_table_names_every_way_of_citing() -> None:
    (table,) = await measure(SCALES["trial"])
    assert table.title == "Findings on their lines"
    names = [row[0] for row in table.rows]
    assert names[: len(KINDS)] == list(KINDS)
    assert "wrong at most 0.5 % in every way: met" in table.note


async def test_what_is_cited_rightly_is_always_placed_right() -> None:
    found = await asyncio.to_thread(corpus, 4)
    assert len(found.truths) > 40
    for truth in found.truths:
        places = Places(found.materials[truth.patch])
        anchor = places.place(truth.source.path, truth.line.text, truth.number)
        assert (anchor.start_line, anchor.side) == (truth.number, "new")
