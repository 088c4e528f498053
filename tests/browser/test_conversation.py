"""The main job in a browser: ask, watch the answer grow, follow up, change it, come back."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.store.connection import Connection
from tests.adapters.web.serving import Playground, free_port, serve
from tests.browser.page import Visit


async def test_a_mention_is_answered_in_a_thread_with_its_tools_shown(visit: Visit) -> None:
    await visit.say("@parley what's the weather in Beijing, and what time is it there?")
    tools = visit.thread.get_by_role("listitem").filter(has_text="Looking up the weather")
    await expect(tools).to_be_visible()
    await expect(tools).to_contain_text("✓")
    answer = await visit.sees_answer("In Beijing (China) it is 7 °C")
    await expect(answer.get_by_role("table")).to_be_visible()
    await expect(visit.button("1 reply")).to_be_visible()


async def test_life_is_seen_at_once_and_the_answer_grows(visit: Visit) -> None:
    await visit.page.evaluate(
        """() => {
          const look = () => {
            const text = document.querySelector('.app').innerText;
            if (/Parley is (thinking|answering)…/.test(text)) window.first ??= 'life';
            if (text.includes('And so it went')) window.first ??= 'words';
          };
          new MutationObserver(look).observe(document, {childList: true, subtree: true});
        }"""
    )
    await visit.say("@parley go on forever")
    life = visit.page.get_by_text(re.compile("Parley is (thinking|answering)…"))
    await expect(life.first).to_be_visible()
    assert await visit.page.evaluate("window.first") == "life"
    answer = visit.message("And so it went on", visit.thread)
    await expect(answer).to_be_visible()
    before = len(await answer.inner_text())
    await visit.page.wait_for_function(
        "before => document.querySelector('.thread-pane .is-bot').innerText.length > before + 50",
        arg=before,
    )
    await visit.button("Stop").click()
    await expect(answer).to_contain_text("Stopped here.")
    await expect(visit.button("Stop")).to_be_hidden()


async def test_a_follow_up_needs_no_mention(visit: Visit) -> None:
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    await visit.reply("and again?")
    await visit.sees_answer("You said: and again?")
    await expect(visit.button("3 replies")).to_be_visible()


async def test_a_direct_message_needs_no_mention_and_no_thread(visit: Visit) -> None:
    await visit.page.get_by_role("link", name="Parley").click()
    await visit.page.get_by_role("textbox", name="Message Parley").wait_for()
    await visit.say("hello you")
    await expect(visit.message("You said: hello you")).to_be_visible()
    await expect(visit.reply_box).to_be_hidden()


async def test_a_reload_finds_everything_where_it_was(visit: Visit) -> None:
    await visit.say("first things first")
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    await visit.button("Ben").click()
    await expect(
        visit.button("Ben").or_(visit.page.get_by_role("button", name="Ben you"))
    ).to_have_attribute("aria-pressed", "true")
    await visit.reply_box.fill("half a thought")
    await visit.page.reload()
    await visit.sees_answer("You said: hello")
    await expect(visit.message("first things first")).to_be_visible()
    await expect(visit.page.get_by_role("button", name="Ben you")).to_be_visible()
    await expect(visit.reply_box).to_have_value("half a thought")


async def test_own_messages_are_edited_and_deleted_and_others_are_not(visit: Visit) -> None:
    await visit.say("helo wrld")
    message = visit.message("helo wrld")
    await message.hover()
    await visit.button("Edit message", message).click()
    editor = visit.page.get_by_role("textbox", name="Edit message")
    await editor.fill("hello **world**")
    await editor.press("Enter")
    message = visit.message("hello world")
    await expect(message).to_contain_text("(edited)")
    await visit.button("Ben").click()
    await message.hover()
    await expect(visit.button("Delete message", message)).to_have_count(0)
    await visit.button("Ana").click()
    await message.hover()
    await visit.button("Delete message", message).click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(message).to_have_count(0)


async def test_a_deleted_question_with_an_answer_leaves_a_line(visit: Visit) -> None:
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    message = visit.message("hello").first
    await message.hover()
    await visit.button("Delete message", message).click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(visit.channel.get_by_text("This message was deleted.")).to_be_visible()
    await expect(visit.button("1 reply")).to_be_visible()


async def test_a_text_file_is_attached_and_sent(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n")
    await visit.page.locator(".channel-pane input[type=file]").set_input_files(path)
    await expect(visit.button("Remove notes.txt")).to_be_visible()
    await visit.say("@parley read this")
    link = visit.message("read this").get_by_role("link", name="notes.txt")
    await expect(link).to_be_visible()
    async with visit.page.expect_download() as download:
        await link.click()
    saved = await (await download.value).path()
    assert await asyncio.to_thread(Path(saved).read_text) == "buy milk\n"


async def test_a_file_can_be_dropped_and_one_that_is_too_large_is_refused_kindly(
    visit: Visit,
) -> None:
    transfer = await visit.page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["hello"], "small.txt", {type: "text/plain"}));
          transfer.items.add(new File([new Uint8Array(1000001)], "large.bin"));
          return transfer;
        }"""
    )
    for kind in ("dragenter", "dragover", "drop"):
        await visit.page.dispatch_event("main", kind, {"dataTransfer": transfer})
    await expect(visit.button("Remove small.txt")).to_be_visible()
    await expect(
        visit.page.get_by_text("large.bin has 1,000,001 B; up to 1,000,000 B fit here")
    ).to_be_visible()


async def test_feedback_is_given_taken_back_and_kept(visit: Visit) -> None:
    await visit.say("@parley hello")
    answer = await visit.sees_answer("You said: hello")
    good = answer.get_by_role("button", name="Good answer")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await visit.page.reload()
    answer = await visit.sees_answer("You said: hello")
    good = answer.get_by_role("button", name="Good answer")
    await expect(good).to_have_attribute("aria-pressed", "true")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "false")


async def test_another_answer_takes_the_place_of_the_first(visit: Visit) -> None:
    await visit.say("@parley hello")
    answer = await visit.sees_answer("You said: hello")
    await visit.button("Regenerate", answer).click()
    await visit.sees_answer("Another answer, freshly made.")
    await expect(visit.thread.get_by_text("You said: hello")).to_have_count(0)
    await expect(visit.button("1 reply")).to_be_visible()


async def test_a_failure_is_an_honest_sentence_after_what_there_is(visit: Visit) -> None:
    await visit.say("@parley please fail")
    answer = await visit.sees_answer("The first half of an ans")
    await expect(answer).to_contain_text("The model stopped answering. Ask again in a minute.")


async def test_a_command_is_answered_to_its_caller_alone(visit: Visit) -> None:
    await visit.box.fill("/parley help")
    await visit.box.press("Enter")
    notice = visit.page.get_by_role("status").filter(has_text="Only visible to you")
    await expect(notice).to_contain_text("Parley answers where you ask.")
    await visit.button("Dismiss", notice).click()
    await expect(notice).to_have_count(0)


async def test_two_people_see_the_same_at_the_same_time(
    visit: Visit, chromium: Browser, url: str
) -> None:
    other = await Visit.begin(chromium, url)
    await other.button("Chen").click()
    await visit.say("@parley hello")
    await expect(other.message("hello")).to_be_visible()
    await other.button("1 reply").click()
    await other.sees_answer("You said: hello")
    await expect(other.button("Regenerate")).to_be_hidden()
    await other.end()


async def test_a_server_that_restarts_is_found_again_and_nothing_is_missed_or_lost(
    chromium: Browser, connection: Connection
) -> None:
    port = free_port()
    async with serve(connection, port=port) as playground:
        visit = await Visit.begin(chromium, playground.url)
        await visit.say("before")
        visit.may_lose_server = True
    await expect(visit.page.get_by_text("The server cannot be reached.")).to_be_visible()
    await visit.say("written meanwhile")
    await expect(visit.message("written meanwhile")).to_contain_text("Not sent yet")
    async with serve(connection, port=port) as playground:
        await expect(visit.page.get_by_text("The server cannot be reached.")).to_be_hidden()
        await expect(visit.message("written meanwhile")).not_to_contain_text("Not sent yet")
        await visit.say("@parley and after")
        await visit.sees_answer("You said: and after")
        other = await Visit.begin(chromium, playground.url)
        await expect(other.message("written meanwhile")).to_have_count(1)
        await other.end()
        await visit.end()


async def test_an_answer_that_grew_behind_a_dead_connection_is_whole(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("@parley show me markdown")
    await visit.thread.get_by_text("Plan").wait_for()
    for _ in range(3):
        playground.platform._hub.close()
        await asyncio.sleep(0.05)
        playground.platform._hub.healthy = True
    answer = await visit.sees_answer("Plan")
    await expect(answer.get_by_role("cell", name="22")).to_be_visible()
    stored = await playground.platform._messages.thread(playground.bot.events[0].id)
    shown = await answer.locator(".prose").inner_text()
    assert "or the guide (example.org)" in re.sub(r"\s+", " ", shown)
    assert stored[0].text.count("| two  | 22    |") == 1
