"""A card's pages keep to Discord's limits, whatever stands in them, and name nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.cards import layout, pages, spelling
from adapters.discord.surfaces.buttons import footer
from adapters.streaming import Stage
from bot.cards import ReviewCard
from tests.adapters.discord.cards.made import REVIEW, card, finding
from tests.servers.discord import components
from tests.servers.discord.limits import V2_BYTES
from tests.servers.discord.refusal import Form

NAME = "abcdefghijklmnop-0"

texts = st.text(alphabet=st.sampled_from("ab *_`~|<>@#[]()\\\n漢字🟠é-0123456789."), max_size=2_000)
findings = st.builds(
    finding,
    st.integers(1, 300),
    st.sampled_from(["critical", "high", "medium", "low", "nit"]),
    status=st.sampled_from(["new", "open", "fixed", "dismissed"]),
    title=texts,
    where=texts,
    text=texts,
    note=texts,
    has_fix=st.booleans(),
)
cards = st.builds(
    lambda *several, **how: card(*several[0], **how),
    st.lists(findings, max_size=12, unique_by=lambda one: one.id),
    title=texts,
    facts=texts,
    note=texts,
    summary=texts,
    closing=texts,
    locale=st.sampled_from(["en", "zh-CN", "zh-TW"]),
    file=st.sampled_from(["review.md", ""]),
)


def page(made: ReviewCard, number: int = 0, **how: Any) -> list[dict[str, Any]]:
    rows = footer(Stage.ANSWERED, NAME, lambda key: key)
    return layout.laid_out(made, number, NAME, footer=rows, **how)


def taken(laid: list[dict[str, Any]]) -> None:
    """Check components as Discord does, and its hidden limit of bytes."""
    form = Form()
    components.check(form, laid, v2=True)
    assert form.errors == {}
    assert components.text_bytes(laid) <= V2_BYTES


def said(laid: list[dict[str, Any]]) -> str:
    return "\n".join(c["content"] for c in components.walk(laid) if c["type"] == layout.TEXT)


def labels(laid: list[dict[str, Any]]) -> list[str]:
    return [c.get("label") or c["emoji"]["name"] for c in components.walk(laid) if c["type"] == 2]


@settings(max_examples=60, deadline=None)
@given(cards, st.sampled_from(["", "> " + "漢" * 300]), st.booleans())
def test_discord_takes_every_page_and_every_finding_stands_on_one(
    made: ReviewCard, intro: str, tight: bool
) -> None:
    room = layout.room(intro, tight=tight)
    count = pages.page_of(made, 0, room).count
    listed = []
    for number in range(count):
        laid = page(made, number, intro=intro, tight=tight)
        taken(laid)
        taken(layout.noted(laid, "It could not be reviewed again: " + "界" * 400))
        entries = pages.page_of(made, number, room).entries
        listed += [one.finding.id for one in entries if one.finding is not None]
    assert listed == [one.id for one in made.findings]


@settings(max_examples=60, deadline=None)
@given(cards)
def test_nobody_can_be_mentioned_by_a_card(made: ReviewCard) -> None:
    shown = re.sub(r"```.*?```", "", said(page(made)), flags=re.DOTALL)
    assert not re.search(r"@everyone|@here|<@[!&]?\d+>|<#\d+>", re.sub(r"`[^`]*`", "", shown))


def test_each_finding_that_counts_has_its_buttons() -> None:
    made = card(finding(1, has_fix=True), finding(2), finding(3, status="fixed"))
    laid = page(made)
    assert labels(laid) == [
        *("Show fix", "Explain", "Dismiss", "Explain", "Dismiss"),
        *("button_regenerate", "👍", "👎"),
    ]
    assert "~~3\\. 🟠 High · Something is wrong in 3~~" in said(laid)
    marks = [spelling.read(c.get("custom_id")) for c in components.walk(laid) if c["type"] == 2]
    first = marks[0]
    assert first == spelling.Mark("fix", REVIEW, "aaaaaaaa", 0, f"{1:012x}", NAME)


def test_more_findings_than_fit_stand_on_further_pages() -> None:
    made = card(*(finding(number, has_fix=True) for number in range(1, 10)))
    first, last = page(made), page(made, 2)
    assert [one.finding.number for one in pages.page_of(made, 0, layout.room("")).entries] == [
        *(1, 2, 3, 4)
    ]
    assert labels(first)[-6:-3] == ["‹", "1/3", "›"]
    assert "Two things stand in the way." in said(first)
    assert "Write a test." not in said(first)
    assert "Write a test." in said(last)
    assert page(made, 99) == last
    disabled = [c["label"] for c in components.walk(last) if c.get("disabled")]
    assert disabled == ["3/3", "›"]


def test_what_is_too_long_says_where_the_rest_is() -> None:
    made = card(finding(1, text="Because of this. " * 200))
    assert "more in `review.md`" in said(page(made))


@pytest.mark.parametrize("tight", [False, True])
def test_without_a_file_all_of_a_card_stands_on_its_pages(tight: bool) -> None:
    def words(name: str, count: int) -> str:
        return " ".join(f"{name}{number}" for number in range(count))

    made = card(
        finding(1, text=words("because", 700) + "\n```\n" + words("code", 300) + "\n```"),
        finding(2, title=words("title", 60), where=words("where", 60), note=words("note", 60)),
        finding(3, status="dismissed", note=words("reason", 90)),
        title=words("whole", 50),
        facts=words("fact", 90),
        note=words("missing", 60),
        summary=words("summary", 400),
        closing=words("closing", 400),
        file="",
    )
    count = pages.page_of(made, 0, layout.room("", tight=tight)).count
    laid = [page(made, number, tight=tight) for number in range(count)]
    for one in laid:
        taken(layout.noted(one, "界" * 400))
    whole = "\n".join(map(said, laid))
    wanted = re.findall(r"\b[a-z]+\d+\b", repr(made).replace("\\n", " "))
    assert sorted(set(wanted) - set(re.findall(r"\b[a-z]+\d+\b", whole))) == []
    assert "I may not attach files here" in said(laid[-1])
    assert sum(labels(one).count("Dismiss") for one in laid) == 2


@pytest.mark.parametrize(
    ("made", "colour"),
    [
        (card(finding(1, "low"), finding(2, "critical")), layout.RED),
        (card(finding(1, "low"), finding(2, "critical", status="fixed")), layout.BLUE),
        (card(), layout.GREEN),
        (card(complete=False), layout.GREY),
        (card(note="The model's part is missing."), layout.GREY),
    ],
)
def test_the_colour_is_that_of_the_gravest_finding_that_counts(
    made: ReviewCard, colour: int
) -> None:
    (container,) = [c for c in page(made) if c["type"] == layout.CONTAINER]
    assert container["accent_color"] == colour


def test_a_note_beneath_a_card_takes_the_place_of_an_earlier_one() -> None:
    laid = page(card(finding(1)))
    once = layout.noted(laid, "First.")
    assert said(layout.noted(once, "Second.")).count("First.") == 0
    assert "Second." in said(layout.noted(once, "Second."))


@given(st.text(max_size=120))
def test_a_strange_custom_id_is_no_button_of_a_card(text: str) -> None:
    assert spelling.read(text) is None
    assert spelling.read(f"parley:page:{text}") is None
