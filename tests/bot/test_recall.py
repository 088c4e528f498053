"""What of a thread a model is told: whole turns, a running summary, and flat cost."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tokens
from bot.errors import ModelTemporary
from bot.models.port import Request, System, User
from bot.models.scripted import SPEC, Scripted
from bot.recall import HEADROOM, LONGEST_SUMMARY, PAUSE_SECONDS, UNREAD, fit
from bot.store.connection import Connection
from bot.turns import Entry
from tests.bot.paper import Office
from tests.bot.turn_helpers import BOB
from tests.bounds import sharing

SMALL = replace(SPEC, context=8_192, max_output=1_024)
"""Its history has room for about 1,600 tokens."""


def entries(*sizes: int) -> list[Entry]:
    return [
        Entry(str(n), "bot" if n % 2 else "person", "x" * size, n, "U1", "Ann")
        for n, size in enumerate(sizes)
    ]


def one(text: str) -> int:
    return len(text)


@given(st.lists(st.integers(0, 500), max_size=40), st.integers(50, 5_000))
def test_the_newest_are_kept_whole_and_nothing_gets_lost(sizes: list[int], budget: int) -> None:
    history = entries(*sizes)
    kept, older = fit(history, budget, one)
    assert [*older, *kept] == history
    assert not kept or kept[0].role == "person", "an answer stands without its question"
    cost = sum(len(e.text) + len(e.author) + 11 for e in kept)
    assert cost <= budget
    if older and len(kept) > 2:
        assert cost <= budget // HEADROOM


def test_a_fold_leaves_headroom() -> None:
    history = entries(*[90] * 20)
    kept, _ = fit(history, 1_000, one)
    assert len(kept) == 4
    assert fit([*kept, *entries(*[90] * 4)], 1_000, one)[1] == []


def test_the_last_question_and_answer_stay_whole_if_they_fit_at_all() -> None:
    kept, older = fit(entries(300, 300, 400, 400), 1_000, one)
    assert (len(kept), len(older)) == (2, 2)


def system(request: Request) -> str:
    return "\n".join(said.text for said in request.messages if isinstance(said, System))


def is_summary(request: Request) -> bool:
    return request.messages[0].text.startswith("Fold the conversation")


def talker(summary: Any = "They spoke of numbers.") -> Scripted:
    """Return a model that answers with 60 words, and summarises when asked to."""

    def turn(request: Request) -> Any:
        if is_summary(request):
            return [summary]
        return ["All right: " + "so many words " * 20]

    return Scripted([turn] * 500, SMALL)


async def talk(office: Office, turns: int) -> None:
    for number in range(turns):
        await office.ask(f"Number {number}: " + "tell me more about it " * 10)


async def test_older_turns_are_folded_into_a_running_summary_now_and_then(
    connection: Connection,
) -> None:
    model = talker()
    office = Office(connection, model)
    await talk(office, 40)
    summaries = [request for request in model.requests if is_summary(request)]
    answers = [request for request in model.requests if not is_summary(request)]
    assert len(answers) == 40
    assert 2 <= len(summaries) <= 40 // 4
    assert all(request.max_output_tokens and not request.tools for request in summaries)
    assert not any(request.streamed for request in summaries)
    last = answers[-1]
    assert "Summary of the older part of this thread:\nThey spoke of numbers." in system(last)
    shown = " ".join(said.text for said in last.messages)
    assert "Number 38:" in shown
    assert "Number 2:" not in shown
    assert UNREAD not in shown


async def test_what_is_in_the_summary_is_not_sent_again(connection: Connection) -> None:
    model = talker()
    office = Office(connection, model)
    await talk(office, 40)
    told = [
        said.text
        for r in model.requests
        if is_summary(r)
        for said in r.messages
        if isinstance(said, User)
    ]
    for number in range(20):
        assert sum(f"Number {number}:" in text for text in told) <= 1
    assert "Summary so far:\nThey spoke of numbers." in told[1]


async def test_a_summary_costs_the_person_tokens_too(connection: Connection) -> None:
    from bot.platform import Batch
    from bot.preparation import prepare
    from bot.questions import Question, Response

    model = talker()
    office = Office(connection, model)
    await talk(office, 40)
    many = [r for r in model.requests if is_summary(r)]
    assert many
    message = office.message("One more")
    batch = Batch(message.thread, (message,))
    batch, prepared = await prepare(office.paper, batch, office.histories, sees_images=False)
    response = Response()
    async for _ in office.conversations.respond(
        Question(batch, prepared, asyncio.Event()), response
    ):
        pass
    assert response.run.usage.input > 0
    page = office.metrics.render().decode()
    asked = sum(
        float(line.rpartition(" ")[2])
        for line in page.splitlines()
        if line.startswith("parley_model_requests_total")
    )
    assert asked == len(model.requests), "metrics count summaries, too"


@pytest.mark.parametrize("fault", [ModelTemporary("no"), ""])
async def test_without_a_summary_older_turns_are_left_out_with_a_note(
    connection: Connection, fault: Any
) -> None:
    model = talker(fault)
    office = Office(connection, model)
    await talk(office, 30)
    assert sum(map(is_summary, model.requests)) == 1, "a failure is not tried at every turn"
    assert UNREAD in system(model.requests[-1])
    assert PAUSE_SECONDS >= 60


async def test_an_older_summary_is_kept_when_a_newer_one_fails(connection: Connection) -> None:
    answers = iter(["The first summary.", *[ModelTemporary("no")] * 99])

    def turn(request: Request) -> Any:
        if is_summary(request):
            return [next(answers)]
        return ["All right: " + "so many words " * 20]

    model = Scripted([turn] * 500, SMALL)
    office = Office(connection, model)
    await talk(office, 40)
    text = system(model.requests[-1])
    assert "The first summary." in text
    assert UNREAD in text


async def test_a_summary_that_takes_too_long_is_given_up(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.recall.SUMMARY_SECONDS", 0.05)

    def turn(request: Request) -> Any:
        return [3600.0] if is_summary(request) else ["ok " * 200]

    office = Office(connection, Scripted([turn] * 100, SMALL))
    await talk(office, 15)
    assert all(told.code == "" for told in office.paper.told)


async def test_a_summary_that_is_far_too_long_is_cut(connection: Connection) -> None:
    """A model that pays no heed to its limit must not crowd out the thread."""
    office = Office(connection, talker("on and on " * 5_000))
    await talk(office, 15)
    assert len((await office.history()).summary) == LONGEST_SUMMARY
    assert tokens.count(system(office.conversations._engine.model.requests[-1])) < 1_300  # type: ignore[attr-defined]


async def test_a_summary_is_spoiled_when_what_it_tells_is_edited(connection: Connection) -> None:
    model = talker("Ann's cat is Tom.")
    office = Office(connection, model)
    cat = office.message("My cat is Tom." + " indeed" * 30)
    await office.tell(cat)
    await talk(office, 25)
    assert (await office.history()).summary
    await office.edit(cat, "My cat is Kit.")
    assert (await office.history()).summary == ""


async def test_what_stands_in_a_thread_costs_the_same_at_any_length(
    connection: Connection,
) -> None:
    """Bytes to the model and entries read, at 100 and at 1,500 messages."""
    costs = []
    for length in (200, 1_500):
        model = talker()
        office = Office(connection, model)
        thread = f"long{length}"
        where = office.message("x", thread=thread).thread.key
        await office.histories.prime(
            where,
            [
                Entry(f"e{n}", "person", f"{n} " + "word " * 30, n, "U2", "Bob")
                for n in range(length)
            ],
        )
        await office.ask("First", thread=thread)
        await office.ask("Second", thread=thread)
        history = await office.history(thread)
        sent = model.requests[-1]
        costs.append((len(history.entries), len(str(sent.messages))))
        assert history.total == length + 4
    (few, small), (many, large) = costs
    assert many <= 2 * few
    assert large < small * 1.2


async def test_nothing_is_counted_while_the_bytes_fit(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(*_: object) -> int:
        raise AssertionError("counted")

    monkeypatch.setattr(tokens, "count", count)
    office = Office(connection, Scripted(["ok"] * 9))
    for number in range(8):
        assert (await office.ask(f"Short question {number}")).text == "ok"


async def test_exact_counting_happens_beside_the_event_loop(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted_in: set[str] = set()
    count = tokens.count

    def counting(text: str, model: str = "") -> int:
        counted_in.add(threading.current_thread().name)
        return count(text, model)

    monkeypatch.setattr(tokens, "count", counting)
    office = Office(connection, talker())
    await talk(office, 12)
    await office.ask("word " * 20_000, BOB)
    assert counted_in
    assert threading.main_thread().name not in counted_in


async def test_building_a_long_prompt_never_holds_the_loop(connection: Connection) -> None:
    await tokens.load()
    office = Office(connection, talker())
    where = office.message("x").thread.key
    await office.histories.prime(
        where,
        [Entry(f"e{n}", "person", "多少词 word " * 100, n, "U2", "Bob") for n in range(300)],
    )
    async with sharing(0.2):
        await office.ask("So?")
