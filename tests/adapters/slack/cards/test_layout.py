"""What a card looks like: every page is within Slack's limits, and nothing in it acts by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.cards import marks, pieces
from adapters.slack.cards.layout import LEVELS, Laid, fallback, heading_of, lay, noted, shows_card
from adapters.slack.cards.marks import Mark
from adapters.slack.surfaces.buttons import AGAIN, FEEDBACK
from adapters.slack.text.blocks import size
from bot.cards import ReviewCard
from tests.adapters.slack.cards.cards import card, finding
from tests.servers.slack import blockkit, render

MARK = Mark("", "", "1763640000.000100", "k" * 24)

NASTY = st.text(
    st.characters(codec="utf-8") | st.sampled_from("<>@&`*_~|!#[]()\n"), max_size=300
) | st.sampled_from(
    [
        "<!channel>",
        "<@U1>",
        "@here",
        "[x](https://evil.example/a)",
        "```\n<!here>\n```",
        "x " * 2000,
    ]
)


def shown(laid: Laid) -> str:
    return "\n".join(render.block_text(None, block) for block in laid.blocks)  # type: ignore[arg-type]


def pages(one: ReviewCard, level: int = 0) -> list[Laid]:
    first = lay(one, Mark("", "", "1.1", "k", level=level))
    rest = range(1, first.pages)
    return [first, *(lay(one, Mark("", "", "1.1", "k", page=p, level=level)) for p in rest)]


def pressed(laid: Laid) -> list[str]:
    return [one["action_id"] for _, one in render.elements(laid.blocks)]


def test_a_card_says_what_was_reviewed_what_was_found_and_what_can_be_done() -> None:
    laid = lay(card(2), MARK)
    text = shown(laid)
    for said in ("Code review · app.py · 4/10", "Changes needed", "strangers", "2. 🔴 High"):
        assert said in text
    assert "return eval(x)" in text
    assert "Add tests" in text
    assert pressed(laid) == [
        *(marks.FIX, marks.EXPLAIN, marks.DISMISS),
        *(marks.EXPLAIN, marks.DISMISS),
        *(AGAIN, FEEDBACK),
    ]
    assert laid.pages == 1


def test_what_is_closed_is_struck_out_and_offers_nothing() -> None:
    closed = (
        finding(1, status="dismissed", note="Ann: it is meant to be so"),
        finding(2, status="fixed"),
    )
    laid = lay(card(findings=closed), MARK)
    assert pressed(laid) == [AGAIN, FEEDBACK]
    assert "Ann: it is meant to be so" in shown(laid)
    assert "🔕" in shown(laid)
    assert "✅" in shown(laid)


def test_pages_are_turned_only_where_there_are_several() -> None:
    first, second, last = pages(card(12))
    assert [one for one in pressed(first) if one in (marks.BACK, marks.ON)] == [marks.ON]
    assert [one for one in pressed(second) if one in (marks.BACK, marks.ON)] == [
        *(marks.BACK, marks.ON)
    ]
    assert [one for one in pressed(last) if one in (marks.BACK, marks.ON)] == [marks.BACK]
    assert "Findings 6–10 of 12 · page 2/3" in shown(second)
    assert "strangers" not in shown(second)  # the summary was read


def test_a_page_that_is_gone_is_the_last_one() -> None:
    assert lay(card(6), Mark("", "", "1", "k", page=9)).page == 1
    assert lay(card(0), Mark("", "", "1", "k", page=9)).page == 0


def test_every_finding_stands_on_exactly_one_page_at_every_level() -> None:
    for level in range(len(LEVELS)):
        text = "\n".join(map(shown, pages(card(23), level)))
        assert all(text.count(f"· Finding {n}*") == 1 for n in range(1, 24))


def test_a_button_knows_the_review_the_finding_and_the_page() -> None:
    laid = lay(card(12), Mark("", "", "1.1", "k", page=1))
    values = [Mark.read(one["value"]) for _, one in render.elements(laid.blocks) if "value" in one]
    found = [mark for mark in values if mark is not None]
    assert {(mark.review, mark.version, mark.thread, mark.reply) for mark in found} == {
        ("0123456789abcdef", "00000001", "1.1", "k")
    }
    on_the_page = dict.fromkeys(mark.finding for mark in found if mark.page == 1)
    assert list(on_the_page)[:2] == ["f6", "f7"]
    assert [mark.page for mark in found if not mark.finding] == [0, 2]


def test_alone_a_card_is_neither_rated_nor_given_anew() -> None:
    assert AGAIN not in pressed(lay(card(1), Mark("", "", "1", "k", alone=True)))


def test_who_asked_stands_above_and_is_found_again() -> None:
    heading = pieces.heading("> **alice** asks: review")
    laid = lay(card(1), MARK, heading)
    assert shown(laid).startswith("*alice* asks: review")
    assert heading_of(laid.blocks) == heading
    assert heading_of(lay(card(1), MARK).blocks) is None


def test_a_card_is_known_by_its_blocks_and_takes_one_note() -> None:
    laid = lay(card(0), MARK)
    assert shows_card(laid.blocks)
    assert not shows_card([{"type": "section"}])
    assert not shows_card("?")
    once = noted(laid.blocks, pieces.context("one", "en"))
    twice = noted(once, pieces.context("two", "en"))
    assert len(twice) == len(once) == len(laid.blocks) + 1
    assert noted(twice) == laid.blocks


@given(
    st.lists(
        st.tuples(NASTY, NASTY, NASTY, st.sampled_from(["new", "open", "fixed"])), max_size=12
    ),
    NASTY,
    st.integers(0, 5),
    st.integers(0, 4),
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_it_slack_takes_it_and_nobody_is_called(
    told: list[tuple[str, str, str, str]], words: str, page: int, level: int
) -> None:
    findings = [
        finding(number, title=title, where=where, text=text, status=status)
        for number, (title, where, text, status) in enumerate(told, start=1)
    ]
    made = card(findings=tuple(findings), title=words, facts=words, note=words, summary=words)
    laid = lay(made, Mark("", "", "1.1", "k" * 24, page=page, level=level), pieces.heading(words))
    blocks = json.loads(json.dumps(laid.blocks))
    blockkit.check_message(blocks)
    assert render.notified(laid.text, blocks, markdown=False, spoken=False) == set()
    assert len(laid.text.encode()) <= 4_000


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_page_keeps_to_its_size(level: int) -> None:
    long = "A long sentence about what is wrong here. " * 100
    for laid in pages(card(findings=tuple(finding(n, text=long) for n in range(1, 9))), level):
        assert size(laid.blocks) <= LEVELS[level].characters + LEVELS[level].text * 3


def test_the_fallback_names_every_finding_on_every_page() -> None:
    made = card(12)
    assert all(f"Finding {n}" in fallback(made) for n in range(1, 13))
    assert {laid.text for laid in pages(made)} == {fallback(made)}


@given(st.one_of(st.text(), st.recursive(
    st.none() | st.integers() | st.text() | st.floats(),
    lambda inner: st.dictionaries(st.sampled_from("mrvtkfpla"), inner),
).map(lambda body: json.dumps({**body, "m": 1} if isinstance(body, dict) else body))))  # fmt: skip
def test_a_value_of_any_shape_is_read_or_left(value: Any) -> None:
    Mark.read(value)


def test_a_mark_is_read_back_as_it_was_written() -> None:
    mark = Mark("r", "v", "ask:1", "k", "f", 3, 1, alone=True)
    assert Mark.read(mark.write()) == mark
