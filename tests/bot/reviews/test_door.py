"""A wish for a review is answered by the review itself, as durably as any other question."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.allowances import Limits
from bot.cards import ReviewCard
from bot.errors import ModelRejected, PlatformTemporary
from bot.events import Attachment, Author, Message, Place, Stop
from bot.models.offline import Offline
from bot.models.port import Completion, Request, Usage
from bot.models.scripted import Scripted
from bot.platform import Download, Problem
from bot.replies import Done, File, TextDelta, TextRewritten, ToolFinished, ToolStarted, Waiting
from bot.review.reading.pulls import Forges
from bot.store.connection import Connection
from bot.wording import say
from tests.bot.paper import Office, Told
from tests.bot.review.reading.test_pulls import forge
from tests.bot.turn_helpers import BOB

CODE = "import subprocess\n\n\ndef f(x):\n    return eval(x)\n"
FENCED = f"```python\n{CODE}```"
KEY = "ghp_" + "a1B2" * 9


def verdict(*titles: str, line: int = 4, quote: str = "def f(x):", **more: Any) -> str:
    """Write what a model answers about the code above."""
    findings = [
        {
            "file": "",
            "line": line,
            "quote": quote,
            "severity": "high",
            "type": "bug",
            "title": title,
            "message": f"About {title}.",
            "confidence": 0.9,
        }
        for title in titles
    ]
    return json.dumps({"findings": findings, "summary": "Short.", "score": 5, **more})


NOTHING_DISPROVED = '{"disproved": []}'


def reviewing(*titles: str, then: Sequence[str] = ()) -> Scripted:
    """Return a model that finds this, holds to it, and then says other things."""
    return Scripted([verdict(*titles), NOTHING_DISPROVED, *then])


def names(told: Told) -> list[str]:
    return [file.name for file in told.of(File)]


def shown(request: Request) -> str:
    return "\n".join(str(getattr(said, "text", "")) for said in request.messages)


def attach(office: Office, message: Message, **files: bytes | Problem) -> Message:
    """Put files beside a message; a name's last underscore stands for its dot."""
    made = []
    for number, (name, content) in enumerate(files.items()):
        id = f"{message.id}-{number}"
        made.append(Attachment(id, ".".join(name.rsplit("_", 1))))
        problem = content if isinstance(content, Problem) else None
        office.paper.files[id] = Download(
            content if isinstance(content, bytes) else b"", "", problem
        )
    return replace(message, attachments=tuple(made))


# -- the plain path --------------------------------------------------------------------------


async def test_what_tools_found_is_shown_first_and_completed_in_place(
    connection: Connection,
) -> None:
    waits = asyncio.Event()
    model = Scripted([[waits, verdict("x may be None")], NOTHING_DISPROVED])
    office = Office(connection, model)
    early: list[str] = []

    async def seen() -> None:
        early.append(office.paper.told[-1].of(TextDelta)[0].text)
        waits.set()

    office.paper.on_text = seen
    told = await office.ask(f"review this\n{FENCED}")
    assert "eval" in early[0]
    assert "x may be None" not in early[0]
    assert "scripted is reading the code" in early[0]
    assert told.of(TextRewritten)
    assert "x may be None" in told.text
    assert "eval" in told.text
    assert "is reading" not in told.text
    assert "5/10" in told.text or "4/10" in told.text
    assert isinstance(told.replies[0], ToolStarted)
    assert told.of(ToolFinished)[0].summary == "2 high"
    assert names(told) == ["review.md", "review.sarif"]
    assert told.replies.index(told.of(File)[0]) > told.replies.index(told.of(TextRewritten)[0])


async def test_no_engine_is_asked(connection: Connection) -> None:
    model = reviewing("bad")
    await Office(connection, model).ask(f"please review\n{FENCED}")
    assert len(model.requests) == 2
    assert all(not request.tools for request in model.requests)


async def test_without_a_model_the_static_part_says_what_it_is(connection: Connection) -> None:
    office = Office(connection, Offline())
    told = await office.ask(f"review\n{FENCED}")
    assert "Static checks only, logic not reviewed." in told.text
    assert "no score" in told.text
    assert "eval" in told.text
    assert not told.of(TextRewritten)
    assert names(told) == ["review.md", "review.sarif"]


async def test_a_model_that_fails_leaves_the_static_part_and_the_reason(
    connection: Connection,
) -> None:
    office = Office(connection, Scripted([ModelRejected("no such model", status=404)]))
    told = await office.ask(f"review\n{FENCED}")
    assert isinstance(told.final, Done)
    assert "turned the request away" in told.text
    assert "no score" in told.text
    assert "eval" in told.text


async def test_a_checked_fix_is_attached_as_a_patch(connection: Connection) -> None:
    fix = {"old": "    return eval(x)", "new": "    return ast.literal_eval(x)"}
    answer = json.loads(verdict("eval is unsafe", line=5, quote="    return eval(x)"))
    answer["findings"][0]["fix"] = {"description": "Parse it.", "edits": [fix], **fix}
    answer["findings"][0]["file"] = "app.py"
    model = Scripted([json.dumps(answer), NOTHING_DISPROVED])
    office = Office(connection, model)
    code = CODE.replace("import subprocess", "import ast").encode()
    told = await office.tell(attach(office, office.message("review"), app_py=code))
    assert "fixes.patch" in names(told), told.text
    patch = told.of(File)[-1].content.decode()
    assert "+    return ast.literal_eval(x)" in patch
    assert patch.startswith("diff --git a/app.py b/app.py")


async def test_who_asks_in_chinese_is_answered_in_chinese(connection: Connection) -> None:
    office = Office(connection, Offline())
    assert "静态检查" in (await office.ask(f"帮我看看这段代码\n{FENCED}")).text
    assert "靜態檢查" in (await office.ask(f"幫我審查這段程式碼\n{FENCED}", thread="u")).text
    author = Author("U9", "Wei", "zh-TW")
    assert "靜態檢查" in (await office.ask(f"review\n{FENCED}", author, thread="v")).text


async def test_the_next_question_knows_the_numbered_findings(connection: Connection) -> None:
    model = reviewing("x may be None", then=["The second one is bad because…"])
    office = Office(connection, model)
    await office.ask(f"review this\n{FENCED}")
    told = await office.ask("explain the second one")
    assert told.text == "The second one is bad because…"
    context = shown(model.requests[-1])
    assert "**1. " in context
    assert "**2. " in context
    assert "x may be None" in context
    assert "schema_version" not in context
    assert CODE.strip() in context


# -- where the code is -----------------------------------------------------------------------


async def test_review_alone_is_about_the_newest_code_in_the_thread(connection: Connection) -> None:
    office = Office(connection, Offline())
    await office.overhear("old:\n```python\nexec(old)\n```", BOB)
    await office.overhear(f"what do you think?\n{FENCED}", BOB)
    office.paper.before = [
        replace(office.message("old:\n```python\nexec(old)\n```", BOB), at=1_000),
        replace(office.message(f"what do you think?\n{FENCED}", BOB), at=2_000),
    ]
    told = await office.ask("review this please", starts_thread=False)
    assert "eval" in told.text
    assert "exec" not in told.text


async def test_a_file_that_was_attached_earlier_is_reviewed(connection: Connection) -> None:
    office = Office(connection, Offline())
    before = attach(office, office.message("here", BOB), app_py=CODE.encode())
    office.paper.before = [replace(before, at=1_000)]
    told = await office.ask("code review please", starts_thread=False)
    assert "app.py, line 5" in told.text


async def test_of_a_long_file_from_earlier_the_missing_end_is_told(connection: Connection) -> None:
    office = Office(connection, Offline())
    before = attach(office, office.message("here", BOB), app_py=(CODE * 1_000).encode())
    office.paper.before = [replace(before, at=1_000)]
    told = await office.ask("code review please", starts_thread=False)
    assert "its end is missing" in told.text


async def test_reviewing_again_is_about_the_code_and_not_about_the_review(
    connection: Connection,
) -> None:
    office = Office(connection, Offline())
    first = await office.ask(f"review\n{FENCED}")
    again = await office.ask("review it again")
    assert again.text.splitlines()[4:] == first.text.splitlines()[4:]


async def test_the_same_review_is_made_anew_in_its_place(connection: Connection) -> None:
    office = Office(connection, Offline())
    first = await office.ask(f"review\n{FENCED}")
    again = await office.tell(office.again(first))
    assert again.part == first.part
    assert "eval" in again.text


@pytest.mark.parametrize(
    "words", ["review of the film", "review my CV", "why does this fail?", "review the plan"]
)
async def test_other_wishes_reach_the_engine(connection: Connection, words: str) -> None:
    model = Scripted(["engine", "engine"])
    office = Office(connection, model)
    assert (await office.ask(words)).text == "engine"
    office.paper.before = [replace(office.message(FENCED, BOB), at=1_000)]
    assert (await office.ask(words, thread="u", starts_thread=False)).text == "engine"


async def test_a_letter_below_the_wish_is_for_the_engine(connection: Connection) -> None:
    model = Scripted(["engine", "engine"])
    office = Office(connection, model)
    letter = attach(office, office.message("review my CV"), cv_md=b"# Ann\n\nI have worked.\n")
    assert (await office.tell(letter)).text == "engine"
    picture = attach(
        office, office.message("review this code"), screen_png=b"\x89PNG\r\n\x1a\n" + b"\0" * 9
    )
    assert (await office.tell(picture)).text.startswith("engine")


async def test_another_question_in_the_same_breath_is_for_the_engine(
    connection: Connection,
) -> None:
    model = Scripted(["both"])
    office = Office(connection, model)
    asked = (office.message(f"review\n{FENCED}"), office.message("and what is the time?", BOB))
    assert (await office.tell(*asked)).text == "both"


async def test_code_and_wish_in_two_messages_are_one_review(connection: Connection) -> None:
    office = Office(connection, Offline())
    asked = (office.message(f"here it comes\n{FENCED}"), office.message("review that"))
    assert "eval" in (await office.tell(*asked)).text


async def test_files_are_read_whole_and_what_cannot_be_read_is_told(
    connection: Connection,
) -> None:
    office = Office(connection, Offline())
    long = (f"x = 1  # {'y' * 60}\n" * 900 + "eval(x)\n").encode()
    message = attach(
        office,
        office.message("review"),
        long_py=long,
        big_py=Problem.TOO_LARGE,
        gone_py=Problem.GONE,
        logo_png=b"\x89PNG\r\n\x1a\n\0\0",
    )
    told = await office.tell(message)
    assert "long.py, line 901" in told.text
    for part in ("big.py (too large)", "gone.py (it cannot be read)", "logo.png (binary)"):
        assert part in told.text


async def test_the_command_needs_no_fence_and_says_when_it_has_nothing(
    connection: Connection,
) -> None:
    office = Office(connection, Offline())
    assert "eval" in (await office.tell(office.command("review", f"{CODE}"))).text
    told = await office.tell(office.command("review", ""))
    assert "I see no code here" in told.text
    assert isinstance(told.final, Done)
    told = await office.tell(office.command("review", "https://example.com/a/pull"))
    assert "That link is no pull request" in told.text


# -- pull requests -----------------------------------------------------------------------------


async def test_a_pull_request_is_fetched_and_reviewed(connection: Connection) -> None:
    async with forge() as (_, _, forges):
        office = Office(connection, Offline(), forges=forges)
        told = await office.ask("review https://github.com/owner/app/pull/7 please")
        await office.pulling.close()
    assert told.of(Waiting)[0].text == "Fetching owner/app#7…"
    assert "x.py" in told.text


async def test_of_several_pull_requests_the_first_is_reviewed(connection: Connection) -> None:
    links = " ".join(f"https://github.com/owner/app/pull/{n}" for n in (7, 8))
    async with forge() as (_, _, forges):
        office = Office(connection, Offline(), forges=forges)
        told = await office.ask(f"review {links}")
        await office.pulling.close()
    assert "owner/app#8 (one pull request at a time)" in told.text


async def test_a_pull_request_that_cannot_be_read_is_an_honest_sentence(
    connection: Connection,
) -> None:
    async with forge() as (stage, _, forges):
        stage.status = 404
        office = Office(connection, Offline(), forges=forges)
        told = await office.ask("review https://github.com/owner/app/pull/7")
        await office.pulling.close()
    assert "owner/app#7 cannot be read" in told.text
    assert "does not know this pull request" in told.text
    assert not told.of(ToolFinished)[0].ok


async def test_no_other_host_is_asked(connection: Connection) -> None:
    office = Office(connection, Offline(), forges=Forges())
    told = await office.ask("review https://git.internal/a/b/pull/7")
    assert "git.internal is not a host" in told.text


# -- guards --------------------------------------------------------------------------------------


async def test_secrets_are_reported_and_never_leave(connection: Connection) -> None:
    model = reviewing("bad", then=[])
    office = Office(connection, model, secrets=("hunter2hunter2",))
    code = f'TOKEN = "{KEY}"\nPASS = "hunter2hunter2"\n{CODE}'.encode()
    told = await office.tell(attach(office, office.message("review"), app_py=code))
    assert "app.py, line 1" in told.text
    everything = [shown(request) for request in model.requests]
    everything += [told.text, *(file.content.decode() for file in told.of(File))]
    everything += [repr(entry) for entry in (await office.history()).entries]
    assert not any(KEY in text or "hunter2hunter2" in text for text in everything)


async def test_no_line_of_a_private_key_leaves_in_any_file(connection: Connection) -> None:
    body = [
        f"MIIEvQIBADANBgkqhkiG9w0B{n}AQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" for n in range(9)
    ]
    lines = ["-----BEGIN RSA PRIVATE " + "KEY-----", *body, "-----END RSA PRIVATE " + "KEY-----"]
    model = reviewing("bad", then=[])
    office = Office(connection, model)
    message = attach(office, office.message("review"), key_pem="\n".join(lines).encode())
    told = await office.tell(message)
    assert "private key" in told.text
    everything = [shown(request) for request in model.requests]
    everything += [told.text, *(file.content.decode() for file in told.of(File))]
    assert {"review.md", "review.sarif"} <= set(names(told))
    assert not [line for line in body for text in everything if line[:30] in text]


async def test_a_secret_in_the_message_itself_is_told_of(connection: Connection) -> None:
    office = Office(connection, Offline())
    told = await office.ask(f'review\n```python\nTOKEN = "{KEY}"\n{CODE}```')
    assert KEY not in told.text
    assert "eval" in told.text
    assert "github token" in told.text


async def test_a_review_costs_its_tokens_and_is_limited(connection: Connection) -> None:
    dear = Completion(verdict("bad"), (), "stop", Usage(700, 301))
    model = Scripted([[dear], NOTHING_DISPROVED])
    office = Office(connection, model, limits=Limits(tokens_per_day=1_000))
    await office.ask(f"review\n{FENCED}")
    told = await office.ask(f"review\n{FENCED}")
    assert told.code == "tokens_limit"
    assert len(model.requests) == 2
    page = office.metrics.render().decode()
    assert 'parley_tool_calls_total{outcome="ok",tool="code_review"} 1.0' in page
    assert 'parley_model_requests_total{model="scripted",outcome="ok"} 2.0' in page


async def _asked(model: Scripted) -> None:
    """Wait until a model is at work."""
    async with asyncio.timeout(20):
        while not model.requests:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("locale", "why", "asking"),
    [
        (
            "en",
            "The model's part is missing: it was stopped. Static checks only, logic not reviewed.",
            "is reading the code",
        ),
        ("zh-CN", "被停止了", "正在"),
        ("zh-TW", "被停止了", "正在"),
    ],
)
async def test_a_stop_keeps_what_the_tools_found_and_says_what_it_lacks(
    connection: Connection, locale: str, why: str, asking: str
) -> None:
    never = asyncio.Event()
    model = Scripted([[never]])
    office = Office(connection, model)
    message = office.message(f"review\n{FENCED}", Author("U1", "Ann", locale))

    async def stop() -> None:
        await _asked(model)
        await office.control(Stop(message.thread, message.author))

    office.paper.on_text = stop
    async with office.hearing_flags():
        told = await office.tell(message)
    assert isinstance(told.final, Done)
    assert told.final.stopped
    assert "eval" in told.text
    assert why in told.text
    assert say("review_no_score", locale) in told.text
    assert asking not in told.text
    assert names(told) == ["review.md", "review.sarif"]
    assert model.closed == 1
    (card,) = told.of(ReviewCard)
    assert why in card.note
    assert await office.desk.card(card.id, message.thread) == card
    entry = (await office.history()).entries[-1]
    assert why in entry.text
    assert asking not in entry.text
    assert [step.name for step in entry.steps] == ["code_review"]
    assert "schema_version" not in entry.steps[0].result


async def test_a_stop_where_nothing_can_be_edited_tells_what_the_tools_found(
    connection: Connection,
) -> None:
    model = Scripted([[asyncio.Event()]])
    office = Office(connection, model)
    place = Place("direct", can_edit=False, can_attach=False)
    message = replace(office.message(f"review\n{FENCED}"), place=place)
    async with office.hearing_flags():
        turn = asyncio.create_task(office.tell(message))
        await _asked(model)
        await office.control(Stop(message.thread, message.author))
        told = await turn
    assert "eval" in told.text
    assert "it was stopped. Static checks only" in told.text


async def test_a_fault_of_the_bot_leaves_the_static_part_and_says_what_it_lacks(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug")

    office = Office(connection, reviewing("bad"))
    monkeypatch.setattr("bot.reviews.turn.kept.around", broken)
    told = await office.ask(f"review\n{FENCED}")
    assert told.code == "internal_error"
    assert "eval" in told.text
    assert "Static checks only, logic not reviewed." in told.text
    assert "is reading the code" not in told.text


async def test_where_nothing_can_be_edited_or_attached_it_is_told_once(
    connection: Connection,
) -> None:
    office = Office(connection, reviewing("bad"))
    place = Place("direct", can_edit=False, can_attach=False)
    told = await office.ask(f"review\n{FENCED}", place=place)
    assert not told.of(TextRewritten)
    assert not told.of(File)
    assert "review.md" not in told.text
    assert "bad" in told.text


# -- after a crash -----------------------------------------------------------------------------


class Crash(Exception):
    pass


async def _crash_at(office: Office, kind: type[Any], message: Message) -> Told:
    """Let delivery fail at a kind of reply, and then let the turn be taken again."""

    def fail(reply: object) -> None:
        if isinstance(reply, kind):
            office.paper.on_reply = lambda _: None
            raise PlatformTemporary("lost", retry_after=0.0)

    office.paper.on_reply = fail
    await office.tell(message)
    async with asyncio.timeout(10):
        while len(office.paper.told) < 2:
            await asyncio.sleep(0.05)
            await office.work()
    return office.paper.told[-1]


async def test_a_crash_before_the_end_asks_again(connection: Connection) -> None:
    model = reviewing("x may be None")
    office = Office(connection, model)
    told = await _crash_at(office, TextDelta, office.message(f"review\n{FENCED}"))
    assert "x may be None" in told.text
    assert names(told) == ["review.md", "review.sarif"]


@pytest.mark.parametrize("kind", [File, Done])
async def test_a_crash_at_the_end_tells_it_again_with_its_files_and_asks_nobody(
    connection: Connection, kind: type[Any]
) -> None:
    model = reviewing("x may be None")
    office = Office(connection, model)
    told = await _crash_at(office, kind, office.message(f"review\n{FENCED}"))
    assert "x may be None" in told.text
    assert names(told) == ["review.md", "review.sarif"]
    assert len(model.requests) == 2
    entry = (await office.history()).entries[-1]
    assert [step.name for step in entry.steps] == ["code_review"]
    assert len(entry.steps[0].result) < 500
