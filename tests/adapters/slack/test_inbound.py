"""Recorded payloads of every event that is read, and what each means for the bot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inbound import Self, earlier, microseconds, translate
from bot.event_codec import decode, encode
from bot.events import Delete, Edit, Message, Relevance, ThreadRef

RECORDINGS = Path(__file__).parents[2] / "recordings" / "slack"
ME = Self("U0PARLEY01", "B0PARLEY01", "T0ACME001")
TS, ROOT = "1763640000.100200", "1763639000.000100"


def recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return body


def heard(name: str, *, follow_ups: bool = True) -> list[Message | Edit | Delete]:
    return list(translate(recorded(name)["event"], ME, "T0ACME001", follow_ups))


def message(name: str, *, follow_ups: bool = True) -> Message:
    (only,) = heard(name, follow_ups=follow_ups)
    assert isinstance(only, Message)
    return only


def thread(channel: str, ts: str = "") -> ThreadRef:
    return ThreadRef("slack", "T0ACME001", channel, ts)


def test_a_mention_and_its_twin_are_one_message() -> None:
    mention, twin = message("mention"), message("mention_message")
    assert (mention.id, mention.thread, mention.text) == (twin.id, twin.thread, twin.text)
    assert twin.text == "what's 1 < 2 & up?"
    assert twin.thread == thread("C0GENERAL1", TS)
    assert twin.relevance is mention.relevance is Relevance.DIRECT
    assert (mention.attachments_known, twin.attachments_known) == (False, True)
    assert twin.at == 1_763_640_000_100_200


def test_an_edited_mention_keeps_its_identity() -> None:
    assert message("mention_edited").id == message("mention").id


WHERE = {
    "follow_up": (Relevance.IF_JOINED, thread("C0GENERAL1", ROOT)),
    "broadcast": (Relevance.IF_JOINED, thread("C0GENERAL1", ROOT)),
    "to_somebody_else": (Relevance.OVERHEARD, thread("C0GENERAL1", ROOT)),
    "to_a_group": (Relevance.OVERHEARD, thread("C0GENERAL1", ROOT)),
    "other_bot_in_thread": (Relevance.OVERHEARD, thread("C0GENERAL1", ROOT)),
    "direct": (Relevance.DIRECT, thread("D0ALICE001")),
    "direct_in_thread": (Relevance.DIRECT, thread("D0ALICE001", ROOT)),
    "group_conversation": (Relevance.DIRECT, thread("G0GROUP001", TS)),
    "private_channel": (Relevance.DIRECT, thread("C0GENERAL1", TS)),
    "file_without_words": (Relevance.DIRECT, thread("D0ALICE001")),
}


@pytest.mark.parametrize("name", WHERE)
def test_each_message_belongs_to_its_thread_and_concerns_the_bot_as_it_should(name: str) -> None:
    found = message(name)
    assert (found.relevance, found.thread) == WHERE[name]
    assert decode(encode(found)) == found


@pytest.mark.parametrize(
    "name",
    [
        *("chatter", "own_message", "own_edit", "other_bot", "joined", "topic"),
        *("link_unfurled", "reply_counted"),
    ],
)
def test_what_does_not_concern_the_bot_is_nothing(name: str) -> None:
    assert heard(name) == []


def test_follow_ups_can_be_turned_off() -> None:
    assert message("follow_up", follow_ups=False).relevance is Relevance.OVERHEARD
    assert message("mention", follow_ups=False).relevance is Relevance.DIRECT


def test_whom_a_message_names_can_be_looked_up() -> None:
    # Slack has told the channel's name in the text.
    assert message("to_somebody_else").mentions == ("U0BOB00001",)
    assert message("to_somebody_else").text == "@U0BOB00001 see #general"
    assert message("mention").mentions == ()


def test_code_quotes_and_lists_are_kept() -> None:
    assert message("code").text == (
        'look:\n```\nif a < b:\n\tx = "*y*"\n```\n> quoted\n- **one**\n- two'
    )


def test_places_are_told_apart() -> None:
    kinds = {name: message(name).place.kind for name in WHERE}
    assert kinds["direct"] == "direct"
    assert kinds["group_conversation"] == "group"
    assert kinds["private_channel"] == "private"
    assert kinds["follow_up"] == "channel"


def test_files_come_with_where_they_can_be_had() -> None:
    (file,) = message("files").attachments
    assert (file.name, file.size, file.media_type) == ("notes.txt", 42, "text/plain")
    assert file.url.startswith("https://files.slack.com/files-pri/")
    assert message("files").attachments_known
    (stub,) = message("file_of_a_partner").attachments
    assert stub.url == ""
    assert not message("file_of_a_partner").attachments_known
    (elsewhere,) = message("file_elsewhere").attachments
    assert elsewhere.url == "external:"
    assert message("file_deleted").attachments == ()


def test_an_edit_tells_the_new_text_and_when() -> None:
    (edit,) = heard("edited")
    at = 1_763_640_100_000_300
    assert edit == Edit(TS, thread("C0GENERAL1", TS), "after", at, (), is_direct=True)


def test_a_second_edit_within_a_second_is_one() -> None:
    (edit,) = heard("edited_again_within_a_second")
    assert isinstance(edit, Edit)
    assert edit.text == "third"


def test_a_direct_message_stays_where_it_was_when_it_gets_a_thread() -> None:
    event = recorded("direct")["event"]
    (parent,) = translate(event | {"thread_ts": event["ts"], "reply_count": 1}, ME, "T0ACME001")
    assert parent.thread == message("direct").thread


def test_a_direct_message_with_a_thread_under_it_is_edited_in_both() -> None:
    assert [edit.thread for edit in heard("edited_parent_of_a_direct_thread")] == [
        thread("D0ALICE001"),
        thread("D0ALICE001", TS),
    ]


def test_deletions_name_the_message_and_its_thread() -> None:
    assert heard("deleted") == [Delete(TS, thread("C0GENERAL1", TS))]
    assert heard("deleted_reply") == [Delete(TS, thread("C0GENERAL1", ROOT))]
    assert heard("deleted_parent") == [Delete(TS, thread("C0GENERAL1", TS))]


def test_a_message_that_is_read_back_is_the_bot_s_own_or_somebody_s() -> None:
    where = thread("C0GENERAL1", ROOT)
    own = earlier(recorded("own_message")["event"], where, ME)
    other = earlier(recorded("follow_up")["event"], where, ME)
    assert own is not None
    assert other is not None
    assert (own.author.id, own.author.is_bot) == ("self", True)
    assert (other.author.id, other.author.is_bot) == ("U0ALICE001", False)
    assert earlier(recorded("joined")["event"], where, ME) is None


def test_slack_s_time_is_read_to_the_microsecond() -> None:
    assert microseconds("1763640000.000001") == 1_763_640_000_000_001
    assert microseconds("1763640000") == 1_763_640_000_000_000
    assert microseconds("soon") == 0


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_KEYS = (
    *("type", "subtype", "user", "bot_id", "text", "blocks", "files", "ts", "thread_ts"),
    *("channel", "channel_type", "message", "previous_message", "edited", "deleted_ts", "event_ts"),
)


@given(
    name=st.sampled_from(sorted(path.stem for path in RECORDINGS.glob("*.json"))),
    changes=st.dictionaries(st.sampled_from(_KEYS), _json, max_size=4),
)
def test_no_payload_however_odd_makes_it_fail(name: str, changes: dict[str, Any]) -> None:
    event = recorded(name).get("event", {}) | changes
    for one in translate(event, ME, "T0ACME001"):
        if isinstance(one, Message):
            assert decode(encode(one)) == one
    earlier(event, thread("C0GENERAL1", ROOT), ME)
