"""What people do over HTTP reaches the channel and the inbox, and is answered honestly."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.events import (
    Attachment,
    Delete,
    Edit,
    Feedback,
    Leave,
    Message,
    Regenerate,
    Relevance,
    Reset,
    Stop,
)
from bot.platform import Controlled, Problem, Stored
from tests.adapters.web.browsing import Browser
from tests.adapters.web.serving import until
from tests.bounds import PATIENCE


async def test_a_mention_is_answered_in_a_thread_under_it(browser: Browser) -> None:
    root = await browser.said("@parley hello")
    (answer,) = await browser.answered(root)
    assert (answer["text"], answer["thread"], answer["asked"]) == ("You said: hello", root, ["ana"])
    _, page = await browser.send("GET", "/api/messages?channel=general")
    assert [(m["id"], m["replies"]) for m in page["messages"]] == [(root, 1)]


async def test_a_follow_up_needs_no_mention_and_chatter_gets_no_answer(browser: Browser) -> None:
    root = await browser.said("@parley hello")
    await browser.answered(root)
    assert (await browser.post("and tomorrow?", thread=root))[1]["outcome"] == "stored"
    await browser.answered(root, 2)
    assert (await browser.post("@Ben, lunch?", thread=root))[1]["outcome"] == "remembered"
    assert (await browser.post("just chatting"))[1]["outcome"] == "dropped"
    relevances = [e.relevance for e in browser.playground.bot.events if isinstance(e, Message)]
    assert relevances == [Relevance.DIRECT, Relevance.IF_JOINED]


async def test_a_direct_message_is_answered_in_its_place(browser: Browser) -> None:
    await browser.said("hello", channel="dm-ana")
    async with asyncio.timeout(PATIENCE):
        while True:
            _, page = await browser.send("GET", "/api/messages?channel=dm-ana&as=ana")
            if len(page["messages"]) == 2 and page["messages"][1]["state"] == "done":
                break
            await asyncio.sleep(0.01)
    assert page["messages"][1]["text"] == "You said: hello"
    status, _ = await browser.send("GET", "/api/messages?channel=dm-ana&as=ben")
    assert status == 404


async def test_a_repeated_post_is_one_message(browser: Browser) -> None:
    id = secrets.token_hex(16)
    first = await browser.post("@parley hello", id=id)
    second = await browser.post("@parley hello", id=id)
    assert first[1]["message"]["id"] == second[1]["message"]["id"] == f"m{id}"
    assert (first[1]["outcome"], second[1]["outcome"]) == ("stored", "known")
    assert len(await browser.answered(f"m{id}")) == 1


async def test_an_id_of_somebody_elses_message_cannot_be_taken(browser: Browser) -> None:
    id = secrets.token_hex(16)
    await browser.post("mine", id=id)
    status, _ = await browser.post("not mine", id=id, **{"as": "ben"})
    assert status == 404


async def test_without_the_inbox_nothing_is_acknowledged_and_trying_again_works(
    browser: Browser,
) -> None:
    id = secrets.token_hex(16)
    browser.playground.bot.away = True
    status, answer = await browser.post("@parley hello", id=id)
    assert status == 503
    assert answer["error"]["text"]
    browser.playground.bot.away = False
    assert (await browser.post("@parley hello", id=id))[1]["outcome"] == "stored"
    await browser.answered(f"m{id}")


async def test_a_stored_message_shows_a_sign_of_life_that_survives_a_reload(idle: Browser) -> None:
    root = await idle.said("@parley hello")
    async with asyncio.timeout(PATIENCE):
        while True:
            _, page = await idle.send("GET", "/api/messages?channel=general")
            if page["messages"][0]["waiting"]:
                break
            await asyncio.sleep(0.005)
    assert page["messages"][0]["id"] == root


async def test_too_much_at_once_is_said_to_the_one_who_wrote(idle: Browser) -> None:
    idle.playground.bot.answer_put = Stored.FULL
    _, answer = await idle.post("@parley hello")
    assert "too much at once" in answer["notice"]


async def test_an_edit_reaches_channel_and_core_without_the_mention(idle: Browser) -> None:
    id = await idle.said("@parley helo")
    status, _ = await idle.send("PATCH", f"/api/messages/{id}", {"as": "ana", "text": "@parley hi"})
    assert status == 200
    (edit,) = idle.playground.bot.controls
    assert isinstance(edit, Edit)
    assert (edit.target, edit.text, edit.thread.thread) == (id, "hi", id)
    _, page = await idle.send("GET", f"/api/messages/{id}")
    assert page["message"]["text"] == "@parley hi"
    assert page["message"]["edited"]


async def test_an_edit_that_calls_the_bot_makes_a_question_of_what_was_none(
    browser: Browser,
) -> None:
    browser.playground.bot.answer_control[Edit] = Controlled.NOTHING
    id = await browser.said("hello")
    change = {"as": "ana", "text": "hello @parley"}
    browser.playground.bot.away = True
    assert (await browser.send("PATCH", f"/api/messages/{id}", change))[0] == 503
    browser.playground.bot.away = False
    _, answer = await browser.send("PATCH", f"/api/messages/{id}", change)
    assert answer["outcome"] == "stored"
    (shown,) = await browser.answered(id)
    assert shown["text"] == "You said: hello @parley"
    await browser.send("PATCH", f"/api/messages/{id}", {"as": "ana", "text": "hi @parley"})
    assert len(browser.playground.bot.events) == 1


async def test_an_edit_within_chatter_asks_nothing(browser: Browser) -> None:
    browser.playground.bot.answer_control[Edit] = Controlled.NOTHING
    id = await browser.said("hello")
    await browser.send("PATCH", f"/api/messages/{id}", {"as": "ana", "text": "hello, Ben"})
    assert browser.playground.bot.events == []


async def test_a_deleted_message_takes_its_files_along(idle: Browser) -> None:
    file = (await idle.upload(b"secret plans"))["file"]
    id = await idle.said("@parley look", files=[file["id"]])
    status, _ = await idle.send("DELETE", f"/api/messages/{id}", {"as": "ana"})
    assert status == 200
    assert [type(c) for c in idle.playground.bot.controls] == [Delete]
    assert (await idle.send("GET", f"/api/messages/{id}"))[0] == 404
    attachment = Attachment(file["id"], "notes.txt")
    thread = idle.playground.bot.controls[0].thread
    download = await idle.playground.platform.download(thread, attachment, 1000)
    assert download.problem is Problem.GONE


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_only_the_writer_changes_a_message(idle: Browser, method: str) -> None:
    id = await idle.said("@parley hello")
    status, answer = await idle.send(method, f"/api/messages/{id}", {"as": "ben", "text": "x"})
    assert (status, answer["error"]["code"]) == (403, "not_yours")
    assert idle.playground.bot.controls == []


async def test_stop_ends_the_running_answer(browser: Browser) -> None:
    root = await browser.said("@parley go on forever")

    async def begun() -> bool:
        return bool((await browser.send("GET", f"/api/messages?thread={root}"))[1]["messages"])

    await until(begun)
    body = {"as": "ana", "channel": "general", "thread": root}
    assert (await browser.send("POST", "/api/stop", body))[0] == 200
    (answer,) = await browser.answered(root)
    assert answer["state"] == "stopped"
    stop = browser.playground.bot.controls[-1]
    assert isinstance(stop, Stop)
    assert (stop.author.id, stop.anyone) == ("ana", False)


async def test_a_stop_before_the_answer_begins_waits_for_it(idle: Browser) -> None:
    root = await idle.said("@parley hello")
    bot = idle.playground.bot
    bot.answer_control[Stop] = Controlled.NOTHING
    body = {"as": "ana", "channel": "general", "thread": root}

    async def waits() -> bool:
        return bool((await idle.send("GET", f"/api/messages/{root}"))[1]["message"]["waiting"])

    await until(waits)
    stopping = asyncio.create_task(idle.send("POST", "/api/stop", body))

    async def tried() -> bool:
        return len(bot.controls) > 1

    await until(tried)
    bot.answer_control[Stop] = Controlled.DONE
    assert await stopping == (200, {"ok": True, "notice": ""})


async def test_a_stop_where_nothing_runs_says_so(idle: Browser) -> None:
    root = await idle.said("just chatting")
    body = {"as": "ana", "channel": "general", "thread": root}
    _, answer = await idle.send("POST", "/api/stop", body)
    assert answer["notice"] == "No answer is running here."


async def test_who_did_not_ask_is_told_kindly(idle: Browser) -> None:
    root = await idle.said("@parley hello")
    idle.playground.bot.answer_control[Stop] = Controlled.NOT_ALLOWED
    body = {"as": "ben", "channel": "general", "thread": root}
    status, answer = await idle.send("POST", "/api/stop", body)
    assert (status, answer["error"]["text"]) == (403, "Only the people who asked can do that.")


async def test_a_thumb_is_shown_and_passed_on(browser: Browser) -> None:
    root = await browser.said("@parley hello")
    (answer,) = await browser.answered(root)
    body = {"as": "ben", "message": answer["id"], "value": 1}
    assert (await browser.send("POST", "/api/feedback", body))[0] == 200
    _, page = await browser.send("GET", f"/api/messages/{answer['id']}")
    assert page["message"]["feedback"] == {"ben": 1}
    assert isinstance(browser.playground.bot.controls[-1], Feedback)
    for value in (2, True, "1", None):
        assert (await browser.send("POST", "/api/feedback", {**body, "value": value}))[0] == 400


async def test_only_who_asked_gets_another_answer(browser: Browser) -> None:
    root = await browser.said("@parley hello")
    (answer,) = await browser.answered(root)
    body = {"message": answer["id"], "id": secrets.token_hex(16)}
    assert (await browser.send("POST", "/api/regenerate", {**body, "as": "ben"}))[0] == 403
    assert (await browser.send("POST", "/api/regenerate", {**body, "as": "ana"}))[0] == 201
    async with asyncio.timeout(PATIENCE):
        while True:
            messages = await browser.answered(root)
            if messages[0]["text"] == "Another answer, freshly made.":
                break
            await asyncio.sleep(0.01)
    assert len(messages) == 1
    event = browser.playground.bot.events[-1]
    assert isinstance(event, Regenerate)
    assert event.target == answer["id"]


async def test_commands_are_answered_to_the_caller_alone(idle: Browser) -> None:
    root = await idle.said("hello")
    _, answer = await idle.post("/parley")
    assert "Parley answers where you ask" in answer["notice"]
    assert "forgotten" in (await idle.post("/parley reset", thread=root))[1]["notice"]
    assert "no longer follows" in (await idle.post("/parley leave", thread=root))[1]["notice"]
    assert "inside a thread" in (await idle.post("/parley leave"))[1]["notice"]
    assert [type(c) for c in idle.playground.bot.controls] == [Reset, Leave]
    _, page = await idle.send("GET", "/api/messages?channel=general")
    assert len(page["messages"]) == 1


async def test_words_come_in_the_readers_language(idle: Browser) -> None:
    for tag, word in (("zh-CN,en;q=0.5", "忘记"), ("zh-TW", "忘記"), ("de", "forgotten")):
        body = {"as": "ana", "channel": "dm-ana", "text": "/parley reset"}
        _, answer = await idle.send("POST", "/api/messages", body, **{"Accept-Language": tag})
        assert word in answer["notice"]


async def test_a_summons_inside_a_thread_can_read_what_came_before(browser: Browser) -> None:
    root = await browser.said("we ship on Friday")
    await browser.said("Monday is better", thread=root, **{"as": "ben"})
    await browser.said("@parley who is right?", thread=root)
    await browser.answered(root)
    await browser.said("and now?", thread=root)
    await browser.answered(root, 2)
    last = browser.playground.bot.events[-1]
    assert not last.starts_thread
    platform = browser.playground.platform
    earlier = await platform.earlier(last, 10)
    assert [(m.author.name, m.author.is_bot) for m in earlier] == [
        ("Ana", False),
        ("Ben", False),
        ("Ana", False),
        ("Parley", True),
    ]
    assert earlier[3].author.id == "self"
    assert [m.text for m in await platform.earlier(last, 2)] == [
        "we ship on Friday",
        "You said: who is right?",
    ]
    assert await platform.earlier(last, 0) == []


async def test_what_was_written_behind_a_message_is_read_as_it_was_meant(browser: Browser) -> None:
    root = await browser.said("@parley well?")
    await browser.answered(root)
    await browser.said("and now?", thread=root, **{"as": "ben"})
    await browser.answered(root, 2)
    await browser.said("@ben look", thread=root)
    first = browser.playground.bot.events[0]
    later = await browser.playground.platform.later(first, first.at, 10)
    assert [(m.author.name, m.text, m.relevance) for m in later] == [
        ("Ben", "and now?", Relevance.IF_JOINED),
        ("Ana", "@ben look", Relevance.OVERHEARD),
    ]
    assert len(await browser.playground.platform.later(first, first.at, 1)) == 1


async def test_an_attached_file_reaches_the_worker(idle: Browser) -> None:
    file = (await idle.upload("Grüße".encode(), "gruß.txt"))["file"]
    await idle.said("@parley read this", files=[file["id"]])
    event = idle.playground.bot.events[-1]
    (attachment,) = event.attachments
    assert (attachment.name, attachment.media_type, attachment.size) == (
        "gruß.txt",
        "text/plain",
        7,
    )
    platform = idle.playground.platform
    assert (await platform.download(event.thread, attachment, 100)).content == "Grüße".encode()
    assert (await platform.download(event.thread, attachment, 3)).problem is Problem.TOO_LARGE


async def test_a_file_that_is_too_large_is_refused_kindly(idle: Browser) -> None:
    answer = await idle.upload(b"x" * 1_000_001)
    assert "up to 1 MB" in answer["error"]["text"]


async def test_nobody_attaches_anothers_file(idle: Browser) -> None:
    file = (await idle.upload(b"x", who="ben"))["file"]
    status, _ = await idle.post("@parley look", files=[file["id"]])
    assert status == 404


async def test_a_file_is_handed_out_to_be_saved_and_never_as_a_page(idle: Browser) -> None:
    file = (await idle.upload(b"<script>alert(1)</script>", "x.html"))["file"]
    async with idle.session.get(f"{idle.playground.url}/api/files/{file['id']}") as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
