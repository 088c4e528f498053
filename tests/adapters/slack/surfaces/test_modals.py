"""The dialog about a message: Slack takes it, and nothing that comes back breaks it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.surfaces import about, modals
from adapters.slack.surfaces.about import About
from adapters.slack.surfaces.modals import CALLBACK, Modals, dialog
from adapters.slack.surfaces.tongues import Tongues
from bot.events import Command, Message
from tests.adapters.slack.parts import Memory, book_of, notes_of, nowhere, recorded
from tests.adapters.slack.test_commands import Hanging, Sink
from tests.bot.virtual_time import in_virtual_time
from tests.servers.slack.blockkit import check_view

PAYLOAD: dict[str, Any] = recorded("shortcut")


def read(**message: Any) -> About:
    found = about.read_shortcut(
        {**PAYLOAD, "message": {**PAYLOAD["message"], **message}}, "T0ACME001", 9
    )
    assert found is not None
    return found


def submission(message: About, question: str, audience: str = "public") -> dict[str, Any]:
    view = dialog(message, "en", private=False)
    values = {
        "question": {"question": {"value": question}},
        "audience": {"audience": {"selected_option": {"value": audience}}},
    }
    return {"user": {"id": "U1"}, "view": {**view, "state": {"values": values}}}


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
@pytest.mark.parametrize(
    "text", ["short", "", "long " * 8_000, '"\\\n' * 5_000, "漢" * 30_000, "&<" * 9_000]
)
def test_slack_takes_the_dialog_whatever_the_message_says(locale: str, text: str) -> None:
    """Limits: https://docs.slack.dev/reference/views/modal-views."""
    view = dialog(read(text=text), locale, private=True)
    check_view(view["blocks"])
    assert len(view["private_metadata"]) <= 3_000
    assert all(1 <= len(view[part]["text"]) <= 24 for part in ("title", "submit", "close"))
    assert len(view["callback_id"]) <= 255


@pytest.mark.parametrize("locale", ["en-US", "zh-CN", "zh-TW"])
def test_the_message_looks_as_in_its_channel_and_names_people(locale: str) -> None:
    text = "<@U0CAROL001> see <#C0OPS00001>:\n```\na < b\n```\nand *that* <!channel>"
    whose, excerpt, *_ = dialog(read(text=text, blocks=[]), locale, private=False)["blocks"]
    assert "<@U0BOB00001>" in whose["elements"][0]["text"]
    said = excerpt["text"]["text"]
    assert said.startswith("<@U0CAROL001> see <#C0OPS00001>:\n```\na &lt; b\n```\nand *that*")
    assert "<!" not in said


def test_of_an_app_no_name_is_asked_for() -> None:
    message = read(user="", bot_id="B0DEPLOY01")
    whose, *_ = dialog(message, "en", private=False)["blocks"]
    assert whose["elements"][0]["text"] == "About this message:"


@given(st.text(max_size=700))
def test_slack_takes_any_excerpt(text: str) -> None:
    check_view(dialog(read(text=text, blocks=[]), "en", private=False)["blocks"])


@given(st.text(max_size=2_000))
def test_what_is_kept_of_a_message_is_read_back(text: str) -> None:
    message = read(text=text)
    assert about.read(message.write()) == message
    assert len(message.brief()) <= 3_000  # Slack takes no more along with a dialog
    brief = about.read(message.brief())
    assert brief is not None
    assert len(brief.text) <= about.LONGEST_EXCERPT
    if message.text.isprintable():
        assert brief.text == message.text[: about.LONGEST_EXCERPT]


def test_control_characters_do_not_make_a_dialog_too_large() -> None:
    assert len(read(text="\x01" * 2_000 + "still read").brief()) <= 3_000


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_anything_else_is_none(data: object) -> None:
    assert about.read(json.dumps(data)) is None
    assert about.read("{" + str(data)) is None


@pytest.mark.parametrize(
    "broken", [{"message": None}, {"channel": "C1"}, {"action_ts": ""}, {"action_ts": "soon"}]
)
def test_a_shortcut_without_a_message_is_none(broken: dict[str, Any]) -> None:
    assert about.read_shortcut({**PAYLOAD, **broken}, "T0ACME001", 9) is None


def test_secrets_in_the_message_are_hidden_before_it_is_kept() -> None:
    key = "AKIA" + "IOSFODNN7EXAMPL1"
    assert key not in read(text=f"our key is {key}").write()


async def _handled(
    body: dict[str, Any], memory: Memory | None = None, sink: Sink | None = None
) -> tuple[dict[str, Any] | None, Sink]:
    memory, sink = memory or Memory(), sink or Sink()
    made = Modals(notes_of(memory), Tongues(book_of(memory)), clock=lambda: 5.0)
    payload, put = await made.handle(body, nowhere("T0ACME001"), sink)
    assert [put] * (put is not None) == sink.put_events
    return payload, sink


async def test_a_public_question_is_a_message_in_the_thread_of_the_other() -> None:
    memory = Memory()
    message = read(text="x" * 5_000)
    await notes_of(memory).keep(message.note, message.write(), 60)
    payload, sink = await _handled(submission(message, "is it safe?"), memory)
    assert payload is None
    (event,) = sink.put_events
    assert isinstance(event, Message)
    assert (event.id, event.thread.thread) == ("1700000100.000200", "1700000000.000100")
    assert event.at == 1_700_000_100_000_200
    assert event.text.startswith("is it safe?\n\n")
    assert "x" * 5_000 in event.text
    assert event.place.address["asked"] == str(len("is it safe?"))
    assert [file.id for file in event.attachments] == ["F0CODE0001"]
    assert "U0BOB00001" in event.mentions
    assert not event.starts_thread


async def test_without_the_note_the_excerpt_has_to_do() -> None:
    _, sink = await _handled(submission(read(text="x" * 5_000), "is it safe?"))
    assert f"> {'x' * about.LONGEST_EXCERPT}" in sink.put_events[0].text  # type: ignore[union-attr]


async def test_a_private_question_stands_alone() -> None:
    _, sink = await _handled(submission(read(), "is it safe?", "private"))
    (event,) = sink.put_events
    assert isinstance(event, Command)
    assert event.private
    assert event.at == 5_000_000
    assert "> we run `make` & hope" in event.text


async def test_the_dialog_stays_open_with_a_word_while_the_store_is_away() -> None:
    memory = Memory()
    memory.away = True
    payload, _ = await _handled(submission(read(), "is it safe?"), memory, Sink(away=True))
    assert payload is not None
    assert payload["response_action"] == "errors"
    assert "cannot store" in payload["errors"]["question"]


def test_a_dialog_of_which_nobody_knows_whether_it_was_taken_says_just_that() -> None:
    async def submitted() -> dict[str, Any] | None:
        async with asyncio.timeout(2.5):  # Slack gives three seconds
            return (await _handled(submission(read(), "is it safe?"), sink=Hanging()))[0]

    payload = in_virtual_time(submitted)
    assert payload is not None
    assert "cannot tell whether" in payload["errors"]["question"]


@pytest.mark.parametrize("question", ["", "   ", "\n"])
async def test_an_empty_question_is_refused(question: str) -> None:
    payload, sink = await _handled(submission(read(), question))
    assert payload is not None
    assert set(payload["errors"]) == {modals.QUESTION}
    assert not sink.put_events


@pytest.mark.parametrize(
    "metadata", ["", "{}", "null", read().brief().replace('"T0ACME001"', '"T2"')]
)
async def test_a_dialog_about_nothing_says_so(metadata: str) -> None:
    body = submission(read(), "is it safe?")
    body["view"]["private_metadata"] = metadata
    payload, sink = await _handled(body)
    assert payload is not None
    assert "open the dialog again" in payload["errors"]["question"]
    assert not sink.put_events


@pytest.mark.parametrize("view", [{}, {"callback_id": "another"}, {"callback_id": CALLBACK}])
async def test_other_dialogs_are_left_alone(view: dict[str, Any]) -> None:
    _, sink = await _handled({"user": {"id": "U1"}, "view": view})
    assert not sink.put_events


async def test_a_recorded_submission_is_read() -> None:
    payload, sink = await _handled(recorded("dialog_submitted"))
    assert payload is None
    (event,) = sink.put_events
    assert isinstance(event, Command)
    assert event.private
    assert event.text.startswith("is it safe?\n\n")
    assert "> we run `make` & hope" in event.text
