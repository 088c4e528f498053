"""A draft tells exactly what must be written for a page to show what was replied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.overlong import LONGEST
from adapters.web.render import Draft
from bot.replies import (
    Card,
    Done,
    Failed,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)
from bot.store.channel_message import ChannelMessage, Meta

BLANK = ChannelMessage("b1", Meta("general", "parley", "Parley", 1, bot=True, state="thinking"))
LEFT = ChannelMessage("b1", BLANK.meta, "half an ans")


def shown(draft: Draft, before: str = "") -> tuple[str, Meta | None]:
    """Apply what is pending as the store does."""
    write = draft.pending()
    if write is None:
        return before, None
    return (write.message.text if write.rewritten else before + write.appended), write.message.meta


def test_text_is_appended_and_nothing_is_written_twice() -> None:
    draft = Draft(BLANK)
    draft.take(TextDelta("Hello"))
    text, meta = shown(draft)
    assert (text, meta.state) == ("Hello", "streaming")
    assert draft.pending() is None
    draft.take(TextDelta(" world"))
    write = draft.pending()
    assert (write.appended, write.rewritten, write.meta) == (" world", False, False)


def test_what_an_earlier_attempt_left_stays_until_there_is_new_text() -> None:
    draft = Draft(LEFT)
    draft.take(ToolStarted("1", "time", "Looking"))
    write = draft.pending()
    assert (write.appended, write.rewritten) == ("", False)
    draft.take(TextDelta("New"))
    assert draft.pending().rewritten
    draft.take(TextDelta("er"))
    assert not draft.pending().rewritten


def test_an_earlier_attempts_text_goes_even_when_the_answer_is_empty() -> None:
    draft = Draft(LEFT)
    draft.take(Failed("Sorry.", "model"))
    write = draft.pending()
    assert (write.rewritten, write.message.text, write.message.meta.note) == (True, "", "Sorry.")


def test_tools_run_and_end_under_their_call() -> None:
    draft = Draft(BLANK)
    draft.take(ToolStarted("1", "weather", "Weather"))
    draft.take(ToolStarted("2", "time", "Time"))
    draft.take(ToolFinished("1", "weather", False, "no network"))
    draft.take(ToolFinished("3", "other", True))
    tools = draft.pending().message.meta.tools
    assert [(tool.id, tool.state) for tool in tools] == [
        ("1", "failed"),
        ("2", "running"),
        ("3", "ok"),
    ]
    draft.take(Done(""))
    assert all(tool.state != "running" for tool in draft.pending().message.meta.tools)


@pytest.mark.parametrize("ok", [True, False])
def test_a_tool_that_has_ended_no_longer_reads_as_if_it_ran(ok: bool) -> None:
    draft = Draft(BLANK)
    draft.take(ToolStarted("1", "weather", "Checking the weather…"))
    draft.take(ToolStarted("2", "time", "正在查询时间…"))
    assert draft.pending().message.meta.tools[0].title == "Checking the weather…"
    draft.take(ToolFinished("1", "weather", ok, "no network"))
    draft.take(Done(""))
    titles = [tool.title for tool in draft.pending().message.meta.tools]
    assert titles == ["Checking the weather", "正在查询时间"]


def test_waiting_is_a_note_until_text_flows() -> None:
    draft = Draft(BLANK)
    draft.take(Waiting("The model is busy."))
    assert draft.pending().message.meta.note == "The model is busy."
    draft.take(TextDelta("x"))
    assert draft.pending().message.meta.note == ""


def test_a_failure_keeps_the_partial_text_and_says_why() -> None:
    draft = Draft(BLANK)
    draft.take(TextDelta("half"))
    draft.take(Failed("It broke. Ask again.", "model", "half"))
    meta = draft.pending().message.meta
    assert (draft.text, meta.state, meta.note) == ("half", "failed", "It broke. Ask again.")


def test_a_stopped_answer_is_marked() -> None:
    draft = Draft(BLANK)
    draft.take(TextDelta("half"))
    draft.take(Done("half", stopped=True))
    assert draft.pending().message.meta.state == "stopped"


def test_cards_are_kept_beside_the_text() -> None:
    draft = Draft(BLANK)
    draft.take(Card("**7 °C**"))
    assert draft.pending().message.meta.cards == ("**7 °C**",)


def test_an_endless_answer_ends_with_a_whole_line_and_says_where_the_rest_is() -> None:
    line = "x" * 98 + "\n"
    draft = Draft(BLANK)
    for _ in range(3):
        draft.take(TextDelta(line * 1000))
    assert len(draft.text) == LONGEST
    draft.take(Done(line * 3000))
    write = draft.pending()
    assert write.message.text == (line * (LONGEST // 99)).rstrip("\n")
    assert "attached" in write.message.meta.note
    assert draft.whole == line * 3000


def test_an_endless_answer_that_fails_says_why_and_where_the_rest_is() -> None:
    draft = Draft(BLANK)
    draft.take(Failed("It broke.", "model", "x " * LONGEST))
    note = draft.pending().message.meta.note
    assert note.startswith("It broke. ")
    assert "attached" in note


def test_half_characters_never_reach_the_store() -> None:
    draft = Draft(BLANK)
    draft.take(TextDelta("a\ud83db\x00"))
    assert draft.text == "a\ufffdb"


REPLIES = st.lists(
    st.one_of(
        st.builds(TextDelta, st.text(max_size=8)),
        st.builds(TextRewritten, st.text(max_size=8)),
        st.builds(Waiting, st.text(max_size=4)),
        st.sampled_from(["write", "doubt"]),
    ),
    max_size=20,
)


@given(st.sampled_from([BLANK, LEFT]), REPLIES, st.text(max_size=12))
def test_however_writes_fall_the_store_ends_with_the_final_text(
    before: ChannelMessage, steps: list[Reply | str], final: str
) -> None:
    draft, text = Draft(before), before.text
    for step in steps:
        if step == "write":
            text, _ = shown(draft, text)
        elif step == "doubt":
            draft.distrust()
        else:
            draft.take(step)
    draft.take(Done(final))
    text, meta = shown(draft, text)
    assert text == draft.text
    assert meta.state == "done"
