"""Every key of a thread shares the slot of its partition, whatever a stranger is called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from bot.events import ThreadRef
from bot.store import keys

IDS = st.text(max_size=12)


@given(st.builds(ThreadRef, IDS, IDS, IDS, IDS))
def test_a_thread_has_one_partition_and_its_name_cannot_leave_the_slot(thread: ThreadRef) -> None:
    number = keys.partition(thread.key)
    assert 0 <= number < keys.PARTITIONS
    assert number == keys.partition(thread.key)
    assert not set(thread.key) & set("{}\n |")
    tagged = key_slot(str(number).encode())
    for kind in ("items:", "turn:", "seen:", "due:"):
        assert key_slot(f"{keys.base(number)}{kind}{thread.key}".encode()) == tagged


@given(st.tuples(IDS, IDS), st.tuples(IDS, IDS))
def test_what_belongs_to_one_never_belongs_to_another(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    for name in (keys.quoted, lambda id: keys.usage(f"slack/T/{keys.quoted(id)}")):
        assert (name(one[0]) == name(other[0])) == (one[0] == other[0])


def test_partitions_are_fixed_for_ever() -> None:
    """A release that deals threads out differently would lose what waits in the old places."""
    assert keys.PARTITIONS == 16
    assert [keys.partition(f"slack/T1/C1/{n}") for n in range(8)] == [*(5, 3, 9, 15, 12, 10, 0, 6)]
