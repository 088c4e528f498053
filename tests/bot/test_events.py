"""What events know of themselves: their place, their identity, and how an edit reads."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from bot import events
from bot.events import Attachment, Author, Command, Edit, Message, Place, Regenerate, ThreadRef

TEXT = st.text(max_size=30)
HALVES = st.sampled_from(["\ud83d", "\ude00", "\udc00", "\ud83d\ude00"])
ANY_TEXT = st.lists(HALVES | TEXT, max_size=5).map("".join)
"""With lone surrogates, which UTF-8 cannot carry."""
THREADS = st.builds(ThreadRef, TEXT, TEXT, TEXT, TEXT)

PLAIN = Message("1", ThreadRef("slack", "T", "C", "1"), Author("ana", "Ana"), "hi", 5)


@given(st.builds(ThreadRef, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT))
def test_every_thread_has_a_key_of_four_parts(thread: ThreadRef) -> None:
    assert thread.key.isascii()
    assert len(thread.key.split("/")) == 4


@given(THREADS)
def test_a_thread_is_read_back_from_its_key(thread: ThreadRef) -> None:
    assert ThreadRef.from_key(thread.key) == thread


def test_an_edit_replaces_the_text_and_known_files() -> None:
    file, other = Attachment("f", "a.txt"), Attachment("g", "b.txt")
    message = dataclasses.replace(PLAIN, attachments=(file,))
    edit = Edit("1", PLAIN.thread, "new", 9)
    assert events.edited(message, edit) == dataclasses.replace(message, text="new")
    with_files = dataclasses.replace(edit, attachments=(other,))
    assert events.edited(message, with_files).attachments == (other,)  # type: ignore[union-attr]
    again = Regenerate("2", PLAIN.thread, PLAIN.author, "1", 5)
    assert events.edited(again, edit) is again


def test_commands_and_requests_for_another_answer_stand_alone() -> None:
    assert not events.stands_alone(PLAIN)
    assert events.stands_alone(Regenerate("2", PLAIN.thread, PLAIN.author, "1", 5))
    assert events.stands_alone(Command("3", PLAIN.thread, PLAIN.author, "ask", "x", 5))


def test_a_question_with_an_address_of_its_own_is_answered_alone() -> None:
    assert events.stands_alone(
        dataclasses.replace(PLAIN, place=Place(address={"url": "https://x.example"}))
    )


def test_an_identity_is_the_kind_the_place_and_the_id() -> None:
    command = Command("1", PLAIN.thread, PLAIN.author, "ask", "x", 5)
    elsewhere = dataclasses.replace(PLAIN, thread=ThreadRef("slack", "T", "D", "1"))
    again = dataclasses.replace(PLAIN, text="redelivered")
    assert events.identity(PLAIN) == events.identity(again)
    assert len({events.identity(e) for e in (PLAIN, command, elsewhere)}) == 3
