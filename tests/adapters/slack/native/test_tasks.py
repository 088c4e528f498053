"""Tools as task cards."""

from __future__ import annotations

from adapters.slack.native.tasks import LONGEST_TITLE, MOST, Tasks
from bot.replies import ToolFinished, ToolStarted
from tests.servers.slack.render import notified


def states(tasks: Tasks) -> list[tuple[str, str]]:
    return [(chunk["title"], chunk["status"]) for chunk in tasks.chunks()]


def test_a_tool_is_told_when_it_starts_and_when_it_ends() -> None:
    tasks = Tasks()
    tasks.note(ToolStarted("1", "weather", "Looking up the weather"))
    started = tasks.chunks()
    assert states(tasks) == [("Looking up the weather", "in_progress")]
    tasks.told(started)
    assert not tasks.untold
    tasks.note(ToolFinished("1", "weather", ok=True))
    assert states(tasks) == [("Looking up the weather", "complete")]
    assert tasks.chunks()[0]["id"] == started[0]["id"]


def test_a_tool_that_ends_while_its_start_is_told_is_told_again() -> None:
    tasks = Tasks()
    tasks.note(ToolStarted("1", "time", "Time"))
    started = tasks.chunks()
    tasks.note(ToolFinished("1", "time", ok=False))
    tasks.told(started)
    assert states(tasks) == [("Time", "error")]


def test_ids_that_a_model_uses_again_are_other_tasks() -> None:
    tasks = Tasks()
    for title in ("one", "two"):
        tasks.note(ToolStarted("call_1", "time", title))
        tasks.note(ToolFinished("call_1", "time", ok=True))
    assert states(tasks) == [("one", "complete"), ("two", "complete")]
    assert len({chunk["id"] for chunk in tasks.chunks()}) == 2


def test_what_still_runs_at_the_end_of_its_message_did_not_come_to_its_own() -> None:
    tasks = Tasks()
    tasks.note(ToolStarted("1", "time", "Time"))
    tasks.told(tasks.chunks())
    tasks.end()
    assert states(tasks) == [("Time", "error")]


def test_titles_are_short_harmless_and_not_without_end() -> None:
    tasks = Tasks()
    tasks.note(ToolStarted("0", "time", "<!channel> " + "x" * 500))
    for number in range(1, 50):
        tasks.note(ToolStarted(str(number), "time", "t"))
    tasks.note(ToolFinished("49", "time", ok=True))
    chunks = tasks.chunks()
    assert len(chunks) == MOST
    assert all(len(chunk["title"]) <= LONGEST_TITLE for chunk in chunks)
    assert notified(chunks[0]["title"], [], markdown=False, spoken=True) == set()
