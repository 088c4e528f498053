"""What stands under a reply, and what is read back of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.surfaces.buttons import custom_id, footer, names, offers_stop, read
from adapters.streaming import Stage
from bot.wording import TEXTS, say


def said(key: str) -> str:
    return say(key, "en")


def ids(stage: Stage, *, again: bool = True) -> list[str]:
    rows = footer(stage, "abc-0", said, again=again)
    return [one["custom_id"] for row in rows for one in row["components"]]


def test_each_stage_has_its_buttons() -> None:
    assert ids(Stage.GROWING) == ["parley:stop:abc-0"]
    assert ids(Stage.CLOSED) == []
    ends = ["parley:again:abc-0", "parley:up:abc-0", "parley:down:abc-0"]
    assert ids(Stage.ANSWERED) == ends
    assert ids(Stage.FAILED) == ends[:1]


def test_where_nothing_can_be_changed_later_no_other_answer_is_offered() -> None:
    assert ids(Stage.ANSWERED, again=False) == ["parley:up:abc-0", "parley:down:abc-0"]
    assert ids(Stage.FAILED, again=False) == []


def test_a_button_says_what_it_does_and_for_which_reply() -> None:
    pressed = read(custom_id("again", "abc-12"))
    assert pressed is not None
    assert (pressed.action, pressed.name) == ("again", "abc-12")


@given(st.text(max_size=120))
def test_what_is_none_of_ours_is_left(text: str) -> None:
    pressed = read(text)
    assert pressed is None or text == custom_id(pressed.action, pressed.name)


def test_foreign_and_broken_components_are_left() -> None:
    for odd in (None, 3, [None], [{"components": None}], [{"components": [3, {}]}]):
        assert names(odd) == set()
        assert not offers_stop(odd)
    growing = footer(Stage.GROWING, "abc-0", said)
    assert names(growing) == {"abc-0"}
    assert offers_stop(growing)
    assert not offers_stop(footer(Stage.ANSWERED, "abc-0", said))


def test_every_label_fits_into_discords_buttons() -> None:
    for language in TEXTS:
        for stage in Stage:
            for row in footer(stage, "x" * 40, lambda key: say(key, language)):  # noqa: B023  used at once
                for one in row["components"]:
                    assert len(one.get("label", "")) <= 80
                    assert len(one["custom_id"]) <= 100
