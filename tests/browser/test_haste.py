"""Who is faster than the network is never surprised: nothing typed is lost or goes elsewhere.

Each test holds one request on its way, so that the moment that is usually too short to see lasts.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from playwright.async_api import Locator, Route, expect

from bot.store.channel_message import ChannelMessage, Meta
from tests.adapters.web.serving import Playground, until
from tests.browser.page import Visit

STATE = "/api/state*"
LIST = "/api/messages?*"
POSTS = "/api/messages"
ONE = "/api/messages/*"
EVENTS = "/api/events?*"
FILES = "/api/files*"


async def type_and_enter(visit: Visit, text: str) -> None:
    await visit.page.keyboard.type(text)
    await visit.page.keyboard.press("Enter")


async def texts(playground: Playground) -> list[str]:
    """Return what the server has in #general, oldest first."""
    return [each.text for each in await playground.platform._messages.channel("general")]


async def has(playground: Playground, *expected: str) -> None:
    """Wait until the server has exactly these messages in #general."""

    async def equal() -> bool:
        return await texts(playground) == list(expected)

    await until(equal)


async def somebody_says(
    playground: Playground, text: str, *, at: int, channel: str = "general", thread: str = ""
) -> None:
    """Let Ben say something elsewhere; `at` is in microseconds since the epoch."""
    meta = Meta(channel, "ben", "Ben", at, thread=thread)
    await playground.platform._messages.add(ChannelMessage(f"m{at:032x}", meta, text))


async def caret(box: Locator) -> tuple[str, int]:
    """Return the text of a box before its caret, and how much follows."""
    await expect(box).to_be_focused()
    before, after = await box.evaluate(
        "b => [b.value.slice(0, b.selectionStart), b.value.length - b.selectionStart]"
    )
    return before, after


async def begin_edit(visit: Visit, text: str) -> None:
    """Open the newest message, which ends in " end", and write `text` before that."""
    await visit.box.press("ArrowUp")
    for _ in " end":
        await visit.page.keyboard.press("ArrowLeft")
    await visit.page.keyboard.type(text)


async def lose_track(visit: Visit, playground: Playground, *deleted: ChannelMessage) -> None:
    """Let the page miss too much, also that `deleted` went, and wait until it reads all anew."""

    async def lose(route: Route) -> None:
        for message in deleted:
            await playground.platform._messages.remove(message)
        await route.fulfill(content_type="text/event-stream", body="event: lost\ndata: 1\n\n")

    await visit.page.route(f"{visit.url}{EVENTS}", lose, times=1)
    async with visit.page.expect_response("**/api/messages?*channel=*"):
        for stream in list(playground.platform._hub._subscriptions):
            stream.close()


async def test_arrow_up_changes_what_was_just_sent_and_nothing_else(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("first")
    await has(playground, "first")
    async with visit.holding("POST", POSTS) as held:
        await visit.say("a second thought")
        await held.reached.wait()
        await visit.page.keyboard.press("ArrowUp")
        await expect(visit.editor).to_have_value("a second thought")
        await type_and_enter(visit, "!")
        await expect(visit.message("a second thought!")).to_be_visible()
        await expect(visit.box).to_be_focused()
        await expect(visit.box).to_have_value("")
        assert await texts(playground) == ["first"]
    await has(playground, "first", "a second thought!")
    await expect(visit.message("a second thought!")).to_contain_text("(edited)")
    await expect(visit.channel.get_by_role("article")).to_have_count(2)


async def test_a_change_also_follows_a_message_whose_answer_and_event_are_late(
    visit: Visit, playground: Playground
) -> None:
    async with visit.holding("GET", EVENTS):
        await visit.page.reload()
        async with visit.holding("POST", POSTS, answer=True) as held:
            await visit.say("a thought")
            await held.reached.wait()
            await visit.page.keyboard.press("ArrowUp")
            await type_and_enter(visit, "!")
            await visit.page.keyboard.press("ArrowUp")
            await type_and_enter(visit, "!")
            await expect(visit.message("a thought!!")).to_be_visible()
        await has(playground, "a thought!!")
        await expect(visit.message("a thought!!")).to_contain_text("(edited)")
    await expect(visit.channel.get_by_role("article")).to_have_count(1)
    await expect(visit.message("a thought!!")).to_be_visible()


async def test_an_open_editor_outlives_the_arrival_of_its_message(
    visit: Visit, playground: Playground
) -> None:
    async with visit.holding("POST", POSTS):
        await visit.say("begin end")
        await begin_edit(visit, " middle")
    await has(playground, "begin end")
    await expect(visit.page.locator(".message:not(.is-sending)")).to_have_count(1)
    assert await caret(visit.editor) == ("begin middle", 4)
    await type_and_enter(visit, "!")
    await has(playground, "begin middle! end")


async def test_an_open_editor_outlives_whatever_happens_around_it(
    visit: Visit, playground: Playground
) -> None:
    messages = playground.platform._messages
    await somebody_says(playground, "above", at=int(time.time() - 60) * 1_000_000)
    await visit.message("above").wait_for()
    await visit.say("begin end")
    await has(playground, "above", "begin end")
    own = (await messages.channel("general"))[-1]
    await begin_edit(visit, " middle")
    await somebody_says(playground, "a reply", at=own.meta.at + 1, thread=own.id)
    await somebody_says(playground, "below", at=own.meta.at + 2)
    await visit.message("below").wait_for()
    await messages.remove((await messages.channel("general"))[0])
    await expect(visit.message("above")).to_have_count(0)
    assert await caret(visit.editor) == ("begin middle", 4)
    await lose_track(visit, playground)
    await visit.message("below").wait_for()
    assert await caret(visit.editor) == ("begin middle", 4)
    await type_and_enter(visit, "!")
    await expect(visit.message("begin middle! end")).to_contain_text("1 reply")


async def test_an_open_editor_waits_while_one_looks_elsewhere(visit: Visit) -> None:
    await visit.say("begin end")
    await begin_edit(visit, " middle")
    await visit.page.get_by_role("link", name="#random").click()
    await expect(visit.page.get_by_role("textbox", name="Message #random")).to_be_focused()
    await visit.page.get_by_role("link", name="#general").click()
    await expect(visit.editor).to_have_value("begin middle end")


async def test_an_editor_stays_when_its_message_is_deleted_elsewhere(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("begin end")
    await has(playground, "begin end")
    await begin_edit(visit, " middle")
    (message,) = await playground.platform._messages.channel("general")
    await playground.platform._messages.remove(message)
    await somebody_says(playground, "below", at=message.meta.at + 1)
    await visit.message("below").wait_for()
    assert await caret(visit.editor) == ("begin middle", 4)
    await visit.page.keyboard.press("Escape")
    await expect(visit.message("begin")).to_have_count(0)
    await expect(visit.box).to_be_focused()


async def test_a_change_is_seen_at_once_and_can_be_changed_again(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("one")
    await has(playground, "one")
    async with visit.holding("PATCH", ONE) as held:
        await visit.page.keyboard.press("ArrowUp")
        await type_and_enter(visit, " two")
        await held.reached.wait()
        await visit.page.keyboard.press("ArrowUp")
        await expect(visit.editor).to_have_value("one two")
        await type_and_enter(visit, " three")
        await expect(visit.message("one two three")).to_be_visible()
    await has(playground, "one two three")
    await expect(visit.message("one two three")).to_contain_text("(edited)")


async def test_a_change_that_is_refused_is_kept_and_says_why(visit: Visit) -> None:
    visit.may_lose_server = True

    async def refuse(route: Route) -> None:
        if route.request.method != "PATCH":
            return await route.fallback()
        error = {"error": {"code": "no", "text": "The moon is full."}}
        return await route.fulfill(status=403, json=error)

    await visit.say("one")
    await visit.page.route(f"{visit.url}{ONE}", refuse)
    await visit.page.keyboard.press("ArrowUp")
    await type_and_enter(visit, " two")
    message = visit.message("one two")
    await expect(message).to_contain_text("Not sent: The moon is full.")
    await visit.page.unroute(f"{visit.url}{ONE}", refuse)
    await visit.button("Try again", message).click()
    await expect(message).not_to_contain_text("Not sent")
    await expect(message).to_contain_text("(edited)")


async def test_a_change_waits_for_the_server_or_is_given_up(
    visit: Visit, playground: Playground
) -> None:
    visit.may_lose_server = True
    await visit.say("one")
    await has(playground, "one")
    await visit.page.route(f"{visit.url}{ONE}", lambda route: route.abort())
    await visit.page.keyboard.press("ArrowUp")
    await type_and_enter(visit, " two")
    await expect(visit.message("one two")).to_contain_text("Not sent yet")
    await visit.button("Discard", visit.message("one two")).click()
    await expect(visit.message("one")).not_to_contain_text("two")
    await visit.page.keyboard.press("Escape")
    await visit.box.press("ArrowUp")
    await type_and_enter(visit, " three")
    await expect(visit.message("one three")).to_contain_text("Not sent yet")
    await visit.page.unroute(f"{visit.url}{ONE}")
    await has(playground, "one three")
    await expect(visit.message("one three")).not_to_contain_text("Not sent yet")


async def test_a_change_given_up_on_its_way_takes_no_newer_one_along(
    visit: Visit, playground: Playground
) -> None:
    visit.may_lose_server = True
    await visit.say("one")
    await has(playground, "one")
    tried: list[str] = []
    reached, arrives, refused = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def answer(route: Route) -> None:
        text = str((route.request.post_data_json or {}).get("text"))
        tried.append(text)
        if text == "one two" and tried.count(text) == 2:
            reached.set()
            await arrives.wait()
            await route.fulfill(json={})
        else:
            await route.abort()
            if text != "one two":
                refused.set()

    await visit.page.route(f"{visit.url}{ONE}", answer)
    await visit.page.keyboard.press("ArrowUp")
    await type_and_enter(visit, " two")
    await reached.wait()
    await visit.button("Discard", visit.message("one two")).click()
    await visit.page.keyboard.press("Escape")
    await visit.box.press("ArrowUp")
    await type_and_enter(visit, " three")
    await refused.wait()
    arrives.set()
    await expect(visit.message("one three")).to_contain_text("Not sent yet")
    await visit.page.unroute(f"{visit.url}{ONE}")
    await has(playground, "one three")


async def test_what_is_written_while_the_channel_is_read_is_shown_and_can_be_changed(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("long ago")
    await has(playground, "long ago")
    async with visit.holding("GET", LIST) as held:
        await visit.page.reload()
        await held.reached.wait()
        await visit.say("early")
        await has(playground, "long ago", "early")
        await visit.page.keyboard.press("ArrowUp")
        await type_and_enter(visit, " bird")
        await expect(visit.message("early bird")).to_be_visible()
    await expect(visit.message("long ago")).to_be_visible()
    await has(playground, "long ago", "early bird")
    await expect(visit.channel.get_by_role("article")).to_have_count(2)


async def test_nobody_can_write_before_it_is_known_where_to(
    visit: Visit, playground: Playground
) -> None:
    await visit.box.fill("a draft")
    async with visit.holding("GET", STATE) as held:
        await visit.page.reload()
        await held.reached.wait()
        await visit.page.locator(".channel-pane .box").dispatch_event("click")
        await type_and_enter(visit, "too early")
    await expect(visit.box).to_have_value("a draft")
    await expect(visit.box).to_be_focused()
    assert await texts(playground) == []


async def test_what_is_on_its_way_stays_when_the_page_loses_track(
    visit: Visit, playground: Playground
) -> None:
    async with visit.holding("POST", POSTS) as held:
        await visit.say("on its way")
        await held.reached.wait()
        await visit.box.press_sequentially("half a thought")
        await visit.box.press("Home")
        await lose_track(visit, playground)
        await expect(visit.message("on its way")).to_be_visible()
        assert await caret(visit.box) == ("", len("half a thought"))
    await has(playground, "on its way")
    await expect(visit.channel.get_by_role("article")).to_have_count(1)


async def test_what_was_deleted_unseen_goes_when_the_page_finds_its_way(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("stays")
    await visit.say("goes")
    await has(playground, "stays", "goes")
    _, message = await playground.platform._messages.channel("general")
    await lose_track(visit, playground, message)
    await expect(visit.message("goes")).to_have_count(0)
    await expect(visit.message("stays")).to_be_visible()


async def test_a_reply_box_keeps_the_focus_when_the_page_loses_track(
    visit: Visit, playground: Playground
) -> None:
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    await visit.reply_box.press_sequentially("half a thought")
    await lose_track(visit, playground)
    await visit.sees_answer("You said: hello")
    assert await caret(visit.reply_box) == ("half a thought", 0)


async def test_who_one_is_changes_at_once_for_what_is_said_next(
    visit: Visit, playground: Playground
) -> None:
    await visit.page.get_by_role("link", name="Parley").click()
    await visit.page.get_by_role("textbox", name="Message Parley").wait_for()
    async with visit.holding("GET", STATE) as held:
        await visit.button("Ben").click()
        await held.reached.wait()
        await visit.page.get_by_role("textbox", name="Message Parley").fill("who am I?")
        await visit.page.keyboard.press("Enter")
        await expect(visit.message("who am I?").first).to_contain_text("Ben")

        async def arrived() -> list[ChannelMessage]:
            return await playground.platform._messages.channel("dm-ben")

        assert (await until(arrived))[0].meta.author == "ben"
    await expect(visit.message("You said: who am I?")).to_be_visible()


async def test_the_last_choice_of_a_person_holds_whichever_answer_comes_last(
    visit: Visit, playground: Playground
) -> None:
    async with visit.holding("GET", "/api/state?as=ben", answer=True) as held:
        await visit.button("Ben").click()
        await held.reached.wait()
        async with visit.page.expect_response("**/api/state?as=chen"):
            await visit.button("Chen").click()
    await visit.say("it is me")
    await expect(visit.message("it is me")).to_contain_text("Chen")
    await expect(visit.page.get_by_role("button", name="Chen you")).to_be_visible()


async def test_a_message_waits_for_its_file_and_not_for_another_enter(
    visit: Visit, playground: Playground
) -> None:
    note = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"buy milk\n"}
    async with visit.holding("POST", FILES) as held:
        await visit.page.locator(".channel-pane input[type=file]").set_input_files(note)
        await held.reached.wait()
        await visit.say("read this")
        await expect(visit.message("read this")).to_contain_text("notes.txt")
        await expect(visit.box).to_have_value("")
        assert await texts(playground) == []
    await expect(visit.message("read this").get_by_role("link", name="notes.txt")).to_be_visible()


async def test_a_file_stays_in_the_room_where_it_was_attached(visit: Visit) -> None:
    note = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"buy milk\n"}
    await visit.page.locator(".channel-pane input[type=file]").set_input_files(note)
    chip = visit.button("Remove notes.txt")
    await expect(chip).to_be_visible()
    await visit.page.get_by_role("link", name="#random").click()
    await visit.page.get_by_role("textbox", name="Message #random").wait_for()
    await expect(chip).to_be_hidden()
    await visit.page.get_by_role("link", name="#general").click()
    await expect(chip).to_be_visible()


async def test_an_answer_that_was_read_before_its_events_is_announced_once(visit: Visit) -> None:
    async with visit.holding("GET", EVENTS):
        await visit.page.reload()
        await visit.say("@parley hello")
        await visit.reply_box.wait_for()
        # Opened again and again, the thread is read as far as the answer has come.
        while not await visit.button("👍 Good answer", visit.thread).count():
            await visit.button("Close thread").click()
            async with visit.page.expect_response("**/api/messages?*thread=*"):
                await visit.message("hello").hover()
                await visit.button("Open thread").click()
        await visit.page.evaluate(
            """() => {
              window.said = [];
              const announcer = document.getElementById('announcer');
              const hear = () => window.said.push(announcer.textContent);
              new MutationObserver(hear).observe(announcer, {childList: true});
            }"""
        )
    await visit.page.wait_for_function("() => window.said.length > 0")
    await visit.say("@parley again")
    await visit.page.wait_for_function("() => window.said.at(-1).includes('again')")
    assert await visit.page.evaluate("window.said") == [
        "Parley answered: You said: hello",
        "Parley answered: You said: again",
    ]


async def test_a_late_page_does_not_bring_an_answer_back_to_life(
    visit: Visit, playground: Playground
) -> None:
    """The thread was read while the answer grew, and what was read arrives after its end."""
    async with visit.holding("GET", "/api/messages?*thread=*", answer=True) as held:
        await visit.say("@parley show me markdown")
        await held.reached.wait()
        await visit.sees_answer("Plan")
        await expect(visit.channel.get_by_text("Last reply")).to_be_visible()
        async with visit.page.expect_response("**/api/messages?*thread=*"):
            held.released.set()
    await visit.say("and on")
    await expect(visit.channel.get_by_text("Last reply")).to_be_visible()
    await expect(visit.page.get_by_text("Parley is")).to_have_count(0)


async def test_an_answer_that_ends_while_it_is_read_is_shown_to_its_end(
    visit: Visit, playground: Playground
) -> None:
    """The last event comes before the page that was read, which still shows half of the answer."""
    messages = playground.platform._messages
    now = int(time.time()) * 1_000_000
    meta = Meta("general", "parley", "Parley", now, bot=True, state="streaming")
    half = ChannelMessage(f"b{1:032x}", meta, "The first half")
    await messages.add(half)
    async with visit.holding("GET", LIST, answer=True) as held:
        await visit.page.reload()
        await held.reached.wait()
        whole = replace(half, meta=replace(meta, state="done"))
        await messages.grow(whole, " and the second.", meta=True)
        await somebody_says(playground, "elsewhere", at=now + 1, channel="random")
        link = visit.page.get_by_role("link", name="#random")
        await expect(link).to_have_attribute("aria-label", "#random, 1 new")
    await expect(visit.message("The first half and the second.")).to_be_visible()
    await expect(visit.page.get_by_text("Parley is")).to_have_count(0)


async def test_a_count_beside_a_channel_takes_no_focus_away(
    visit: Visit, playground: Playground
) -> None:
    link = visit.page.get_by_role("link", name="#random")
    await link.focus()
    await somebody_says(playground, "news", at=1_800_000_000_000_000, channel="random")
    await expect(link).to_have_attribute("aria-label", "#random, 1 new")
    await expect(link).to_be_focused()
