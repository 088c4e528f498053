"""What people write in the playground becomes the right event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import inbound
from adapters.web.inbound import Writer, mentions, question, relevance, slash_word
from adapters.web.people import CHANNELS, PEOPLE, direct_room, find_room, may_see
from bot.events import Relevance
from bot.store.channel_message import ChannelMessage, FileRef, Meta

GENERAL = CHANNELS[0]
ANA, BEN = PEOPLE[0], PEOPLE[1]
DIRECT = direct_room(ANA)


@pytest.mark.parametrize(
    "text",
    [
        "@parley hi",
        "hi @Parley!",
        "(@PARLEY)",
        "so, @parley, what now?",
        "你好 @parley",
        "a\n@parley",
    ],
)
def test_a_mention_of_the_bot_addresses_it(text: str) -> None:
    assert relevance(text, GENERAL, "") is Relevance.DIRECT


@pytest.mark.parametrize(
    "text",
    [
        "parley",
        "mail bob@parley.com",
        "see @parleys",
        "`@parley`",
        "```\n@parley\n```",
        "https://x.example/@parley",
        "@parley.example",
        "a@@parley",
    ],
)
def test_what_only_looks_like_a_mention_does_not(text: str) -> None:
    assert relevance(text, GENERAL, "") is Relevance.OVERHEARD


def test_a_reply_without_a_mention_counts_if_the_bot_joined_unless_it_addresses_somebody() -> None:
    assert relevance("and tomorrow?", GENERAL, "m1") is Relevance.IF_JOINED
    assert relevance("@Ben what do you think?", GENERAL, "m1") is Relevance.OVERHEARD
    assert relevance("@Ben @parley what do you think?", GENERAL, "m1") is Relevance.DIRECT


def test_everything_in_a_direct_message_is_for_the_bot() -> None:
    assert relevance("@Ben hello", DIRECT, "") is Relevance.DIRECT


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(mentions(text)) <= {"parley", *(person.id for person in PEOPLE)}
    assert question(text) or not text
    assert relevance(text, GENERAL, "m1") in Relevance


def test_the_mention_at_the_front_is_not_part_of_the_question() -> None:
    assert question("@parley: what time is it?") == "what time is it?"
    assert question("ask @parley that") == "ask @parley that"
    assert question("@parley") == "@parley"
    assert question("@parleyx hi") == "@parleyx hi"


def test_slash_commands_are_read_and_other_text_is_not() -> None:
    assert slash_word("/parley") == "help"
    assert slash_word("/parley RESET ") == "reset"
    assert slash_word("/parley tell me more") is None
    assert slash_word("what is /parley reset") is None


def said(**meta: object) -> ChannelMessage:
    fields = {"channel": "general", "author": "ana", "name": "Ana", "at": 5, **meta}
    return ChannelMessage("m1", Meta(**fields), "@parley hello")


def test_a_mention_begins_a_thread_under_itself() -> None:
    message = inbound.to_message(said(), GENERAL, Writer(ANA, "de", "Europe/Berlin"))
    assert (message.thread.channel, message.thread.thread) == ("general", "m1")
    assert message.starts_thread
    assert message.text == "hello"
    assert (message.author.locale, message.author.timezone) == ("de", "Europe/Berlin")
    assert message.place.kind == "channel"


def test_a_mention_inside_a_thread_does_not_begin_it() -> None:
    message = inbound.to_message(said(thread="m0"), GENERAL, Writer(ANA))
    assert message.thread.thread == "m0"
    assert not message.starts_thread


def test_a_direct_message_is_one_conversation() -> None:
    message = inbound.to_message(said(channel="dm-ana"), DIRECT, Writer(ANA))
    assert (message.thread.channel, message.thread.thread) == ("dm-ana", "")
    assert message.place.kind == "direct"


def test_files_travel_as_references() -> None:
    file = FileRef("f1", "a.txt", "text/plain", 3)
    (attachment,) = inbound.to_message(said(files=(file,)), GENERAL, Writer(ANA)).attachments
    assert (attachment.id, attachment.name, attachment.size) == ("f1", "a.txt", 3)


def test_reset_means_the_place_it_is_typed_in() -> None:
    assert inbound.to_reset(GENERAL, "", Writer(ANA)).whole_channel
    assert not inbound.to_reset(GENERAL, "m1", Writer(ANA)).whole_channel
    assert not inbound.to_reset(DIRECT, "", Writer(ANA)).whole_channel


def test_nobody_sees_another_ones_direct_messages() -> None:
    assert find_room("dm-ana", BEN) is None
    assert not may_see(BEN, "dm-ana")
    assert may_see(ANA, "dm-ana")
    assert may_see(BEN, "general")
