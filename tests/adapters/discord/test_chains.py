"""What is kept beside our messages is read back by any process, and by nobody else's names."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.chains import (
    MOST_ASKERS,
    Tag,
    is_in_place,
    keep_in_place,
    keep_tag,
    name_of,
    part_name,
    part_of,
    remember,
    tag_of,
    thread_of,
)
from adapters.discord.surfaces.buttons import custom_id, read
from bot.events import ThreadRef
from tests.adapters.discord.parts import Memory, notes_of

THREAD = ThreadRef("discord", "1", "2", "3")


async def test_a_message_leads_to_its_conversation() -> None:
    notes = notes_of()
    assert await thread_of(notes, "9") is None
    await remember(notes, "9", THREAD)
    assert await thread_of(notes, "9") == THREAD


async def test_a_conversation_in_place_is_known_as_one() -> None:
    notes = notes_of()
    await keep_in_place(notes, THREAD)
    assert await is_in_place(notes, THREAD)
    assert not await is_in_place(notes, ThreadRef("discord", "1", "2", "4"))


async def test_a_tag_is_found_by_the_name_of_its_reply_or_of_a_part() -> None:
    notes = notes_of()
    tag = Tag(THREAD, "key", tuple(str(n) for n in range(MOST_ASKERS)))
    name = await keep_tag(notes, tag)
    assert await tag_of(notes, name) == tag
    assert await tag_of(notes, part_name(name, 12)) == tag
    for stranger in ("", "another", name[:-1], f"{name}-x", f"{name}-1-1"):
        assert await tag_of(notes, stranger) is None


async def test_what_cannot_be_read_is_no_tag() -> None:
    memory = Memory()
    notes = notes_of(memory)
    name = await keep_tag(notes, Tag(THREAD, "key"))
    for key in memory.values:
        memory.values[key] = '{"t": "nonsense"}'
    assert await tag_of(notes, name) is None


@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 9999))
def test_a_parts_name_fits_a_button_and_tells_its_part(thread: str, key: str, index: int) -> None:
    name = name_of(ThreadRef("discord", "1", "2", thread), key)
    part = part_name(name, index)
    assert part_of(part) == (name, index)
    assert part_of(name) == (name, 0)
    assert len(part) <= 22
    assert re.fullmatch(r"[\w-]+", part)
    pressed = read(custom_id("stop", part))
    assert pressed is not None
    assert pressed.name == part
