"""The page fits every screen, every theme and every way of using it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.adapters.web.serving import Playground, serve
from tests.browser.conftest import MODEL_NOTE
from tests.browser.page import Visit
from tests.locales import LANGUAGES


async def test_names_are_completed_and_enter_sends_what_is_complete(visit: Visit) -> None:
    await visit.box.press_sequentially("hi @pa")
    option = visit.page.get_by_role("option", name="@parley")
    await expect(option).to_have_attribute("aria-selected", "true")
    await visit.box.press("Enter")
    await expect(visit.box).to_have_value("hi @parley ")
    await visit.box.press_sequentially("and @parley")
    await expect(visit.page.get_by_role("listbox")).to_be_hidden()
    await visit.box.press("Enter")
    await expect(visit.message("hi @parley and @parley")).to_be_visible()


async def test_escape_closes_the_list_and_not_the_thread(visit: Visit) -> None:
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    await visit.reply_box.press_sequentially("@")
    await expect(visit.page.get_by_role("listbox")).to_be_visible()
    await visit.reply_box.press("Escape")
    await expect(visit.page.get_by_role("listbox")).to_be_hidden()
    await expect(visit.reply_box).to_be_visible()
    await visit.reply_box.press("Escape")
    await expect(visit.reply_box).to_be_hidden()


async def test_shift_enter_starts_a_line_and_composing_never_sends(visit: Visit) -> None:
    await visit.box.press_sequentially("one")
    await visit.box.press("Shift+Enter")
    await visit.box.press_sequentially("two")
    await expect(visit.box).to_have_value("one\ntwo")
    await visit.box.evaluate(
        """box => {
          const enter = {key: 'Enter', bubbles: true};
          for (const options of [{isComposing: true}, {keyCode: 229}])
            box.dispatchEvent(new KeyboardEvent('keydown', {...enter, ...options}));
        }"""
    )
    await expect(visit.box).to_have_value("one\ntwo")
    await visit.box.press("Enter")
    await expect(visit.box).to_have_value("")
    await expect(visit.message("one")).to_contain_text("two")


async def test_everything_can_be_done_by_keyboard(visit: Visit) -> None:
    page = visit.page
    await expect(visit.box).to_be_focused()
    await page.keyboard.type("@parley hello")
    await page.keyboard.press("Enter")
    await visit.sees_answer("You said: hello")
    await page.keyboard.type("a second thought")
    await page.keyboard.press("Enter")
    await visit.message("a second thought").wait_for()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.type("!")
    await page.keyboard.press("Enter")
    await visit.message("a second thought!").wait_for()
    await expect(visit.box).to_be_focused()
    seen = await tabbed_through(visit)
    for name in ("Close thread", "Good answer", "Regenerate", "1 reply", "Delete message", "Ben"):
        assert any(name in each for each in seen), (name, seen)
    await visit.button("1 reply").focus()
    await page.keyboard.press("Enter")
    await expect(visit.reply_box).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(visit.reply_box).to_be_hidden()
    await expect(visit.box).to_be_focused()


async def tabbed_through(visit: Visit) -> list[str]:
    """Return the names of all that Tab reaches, each of which must show that it is there."""
    seen: list[str] = []
    for _ in range(60):
        await visit.page.keyboard.press("Tab")
        name, shown = await visit.page.evaluate(
            """() => {
              const element = document.activeElement;
              if (element === document.body) return ['the end of the page', true];
              const frame = getComputedStyle(element.closest('.composer-frame') ?? element);
              const ring = getComputedStyle(element).outlineStyle !== 'none';
              const name = element.getAttribute('aria-label') || element.textContent;
              return [name, ring || frame.boxShadow !== 'none'];
            }"""
        )
        assert shown, f"{name} has no visible focus"
        seen.append(name)
    return seen


async def test_everything_has_a_name(visit: Visit) -> None:
    await visit.say("@parley show me markdown")
    await visit.sees_answer("Plan")
    nameless = await visit.page.evaluate(
        """() => [...document.querySelectorAll('button, a, input:not([hidden]), textarea')]
             .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim()))
             .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    for role, name in (("main", None), ("navigation", None), ("complementary", "Thread")):
        await expect(visit.page.get_by_role(role, name=name)).to_have_count(1)


async def test_a_finished_answer_is_announced_once_and_tokens_are_not(visit: Visit) -> None:
    await visit.page.evaluate(
        """() => {
          window.said = [];
          const announcer = document.getElementById('announcer');
          const hear = () => window.said.push(announcer.textContent);
          new MutationObserver(hear).observe(announcer, {childList: true});
        }"""
    )
    await visit.say("@parley hello")
    await visit.sees_answer("You said: hello")
    assert await visit.page.evaluate("window.said") == ["Parley answered: You said: hello"]


async def test_a_long_answer_is_followed_unless_one_reads_above(visit: Visit) -> None:
    await visit.page.set_viewport_size({"width": 1360, "height": 420})
    await visit.say("@parley go on forever")
    scroller = visit.page.locator(".thread-pane .timeline-scroller")
    gap = "s => s.scrollHeight - s.scrollTop - s.clientHeight"
    await visit.page.wait_for_function(
        "() => { const s = document.querySelector('.thread-pane .timeline-scroller');"
        "return s.scrollHeight > s.clientHeight + 60; }"
    )
    assert await scroller.evaluate(gap) < 3
    await scroller.evaluate("s => s.scrollTo(0, 0)")
    await visit.page.wait_for_function(
        "() => { const s = document.querySelector('.thread-pane .timeline-scroller');"
        "return s.scrollHeight - s.clientHeight > 300; }"
    )
    assert await scroller.evaluate("s => s.scrollTop") == 0
    await visit.button("Jump to the latest").click()
    await visit.page.wait_for_function(
        "() => { const s = document.querySelector('.thread-pane .timeline-scroller');"
        "return s.scrollHeight - s.scrollTop - s.clientHeight < 60; }"
    )
    await visit.button("Stop").click()


async def test_dark_follows_the_system_and_can_be_chosen(chromium: Browser, url: str) -> None:
    visit = await Visit.begin(chromium, url, color_scheme="dark")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark = await visit.page.evaluate(paper)
    await visit.button("Switch to light").click()
    light = await visit.page.evaluate(paper)
    assert brightness(dark) < 60 < 200 < brightness(light)
    await visit.page.reload()
    await visit.box.wait_for()
    assert await visit.page.evaluate(paper) == light
    await visit.end()


def brightness(colour: str) -> float:
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)[:3]]
    return sum(numbers) / 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_what_is_behind_it(
    chromium: Browser, url: str, scheme: str
) -> None:
    """WCAG 2.2, success criterion 1.4.3: a contrast of at least 4.5 for text of this size."""
    visit = await Visit.begin(
        chromium, url, color_scheme=scheme, viewport={"width": 1360, "height": 850}
    )
    await visit.say("@parley show me markdown")
    await visit.sees_answer("Plan")
    poor = await visit.page.evaluate(CONTRAST)
    assert poor == []
    await visit.end()


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => [0.2126, 0.7152, 0.0722]
    .reduce((sum, weight, i) => sum + weight * linear(rgb[i] / 255), 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const visible = element.checkVisibility({checkOpacity: true});
    if (!walker.currentNode.data.trim() || !visible || element.closest('.unseen, .thumb')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const words = walker.currentNode.data.slice(0, 30);
    if (ratio < 4.5) poor.push([words, element.className, ratio.toFixed(2)]);
  }
  return poor;
}"""


async def test_a_phone_shows_everything_without_scrolling_sideways(phone: Visit) -> None:
    page = phone.page
    await phone.fits_the_screen()
    await phone.button("Open the sidebar").click()
    await expect(page.get_by_role("link", name="#random")).to_be_visible()
    await phone.fits_the_screen()
    await page.get_by_role("link", name="#random").click()
    await page.get_by_role("textbox", name="Message #random").wait_for()
    await expect(page.get_by_role("link", name="#random")).to_be_hidden()
    await phone.say("@parley show me markdown with a very-long-word-" + "x" * 300)
    await phone.button("1 reply").click()
    await phone.sees_answer("Plan")
    await phone.fits_the_screen()
    pane = await page.get_by_role("complementary", name="Thread").bounding_box()
    assert (pane["x"], pane["width"]) == (0, 390)
    await phone.button("Close thread").click()
    await expect(phone.box).to_be_visible()
    await phone.fits_the_screen()


async def test_a_finger_reaches_what_a_mouse_finds_by_hovering(phone: Visit) -> None:
    await phone.say("hello there")
    message = phone.message("hello there")
    await phone.button("More actions", message).tap()
    await phone.button("Edit message", message).tap()
    await expect(phone.page.get_by_role("textbox", name="Edit message")).to_be_focused()


async def test_buttons_are_large_enough_for_a_finger(phone: Visit) -> None:
    """WCAG 2.2, success criterion 2.5.8: at least 24 by 24 CSS pixels."""
    await phone.say("@parley hello")
    await phone.button("1 reply").click()
    await phone.sees_answer("You said: hello")
    small = await phone.page.evaluate(
        """() => [...document.querySelectorAll('button, .side-link')].filter((each) => {
          const {width, height} = each.getBoundingClientRect();
          return width && (width < 24 || height < 24);
        }).map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert small == []


async def test_the_note_about_the_model_is_shown_until_dismissed(
    visit: Visit, playground: Playground
) -> None:
    await expect(visit.page.get_by_text(MODEL_NOTE)).to_be_visible()
    await visit.page.locator(".model-note").get_by_role("button", name="Dismiss").click()
    await visit.page.reload()
    await visit.box.wait_for()
    await expect(visit.page.get_by_text(MODEL_NOTE)).to_be_hidden()


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "发消息到"), ("zh-TW", "傳訊息到")])
async def test_the_page_speaks_chinese(
    chromium: Browser, url: str, locale: str, words: str
) -> None:
    context = await chromium.new_context(locale=locale)
    page = await context.new_page()
    await page.goto(url)
    await expect(page.get_by_role("textbox", name=words)).to_be_visible()
    await context.close()


async def test_the_page_chooses_its_language_as_the_server_does(visit: Visit) -> None:
    chosen = await visit.page.evaluate(
        """async (tags) => {
          const { languageOf } = await import("/static/strings.js");
          return Object.fromEntries(tags.map((tag) => [tag, languageOf(tag)]));
        }""",
        list(LANGUAGES),
    )
    assert chosen == LANGUAGES


async def test_a_channel_reads_back_as_far_as_it_goes(visit: Visit, playground: Playground) -> None:
    from tests.adapters.web.test_messages import said

    messages = playground.platform._messages
    for n in range(120):
        await messages.add(said(f"m{n:032x}", f"number {n}", 1_800_000_000_000_000 - 120 + n))
    await visit.page.reload()
    await visit.message("number 119").wait_for()
    assert await visit.message("number 0").count() == 0
    scroller = visit.page.locator(".channel-pane .timeline-scroller")
    for shown in (100, 120):
        await scroller.evaluate("s => s.scrollTo(0, 0)")
        await expect(visit.channel.get_by_role("article")).to_have_count(shown)
    await expect(visit.channel.get_by_text("number 0", exact=True)).to_be_visible()
    await expect(visit.channel.get_by_role("article")).to_have_count(120)


async def test_the_password_page_lets_in_who_knows_it(
    chromium: Browser, connection: object
) -> None:
    async with serve(connection, password="open sesame") as playground:
        context = await chromium.new_context(locale="en-US")
        page = await context.new_page()
        await page.goto(playground.url)
        await page.get_by_label("Password").fill("wrong")
        await page.get_by_role("button", name="Come in").click()
        await expect(page.get_by_text("That password is not right.")).to_be_visible()
        await page.get_by_label("Password").fill("open sesame")
        await page.get_by_role("button", name="Come in").click()
        await page.get_by_role("textbox", name="Message #general").wait_for()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Password")).to_be_visible()
        await context.close()


async def test_the_keyboard_goes_on_in_the_box_when_what_it_pressed_goes_away(visit: Visit) -> None:
    await visit.say("@parley go on forever")
    await expect(visit.message("And so it went on", visit.thread)).to_be_visible()
    await visit.button("Stop").focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("Stopped here.", visit.thread)).to_be_visible()
    await expect(visit.button("Stop")).to_be_hidden()
    await expect(visit.reply_box).to_be_focused()
    again = visit.button("Regenerate", visit.thread)
    await again.focus()
    await visit.page.keyboard.press("Enter")
    await visit.sees_answer("Another answer, freshly made.")
    await expect(visit.reply_box).to_be_focused()


async def test_only_who_asked_is_offered_stop(visit: Visit) -> None:
    await visit.say("@parley go on forever")
    await expect(visit.button("Stop")).to_be_visible()
    await visit.button("Ben").click()
    await visit.button("1 reply").click()
    await expect(visit.thread.get_by_text("And so it went on").first).to_be_visible()
    await expect(visit.page.get_by_text("Parley is answering…").last).to_be_visible()
    await expect(visit.button("Stop")).to_be_hidden()
    await visit.button("Ana").click()
    await visit.button("1 reply").click()
    await visit.button("Stop").click()
    await expect(visit.message("Stopped here.", visit.thread)).to_be_visible()


async def test_what_cannot_be_taken_back_is_not_a_key_away(visit: Visit) -> None:
    await visit.say("to be kept")
    message = visit.message("to be kept")
    await message.hover()
    await visit.button("Delete message", message).click()
    dialog = visit.page.get_by_role("dialog")
    await expect(visit.button("Cancel", dialog)).to_be_focused()
    await visit.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(message).to_be_visible()


async def test_a_complaint_about_a_file_goes_once_it_is_no_longer_true(
    visit: Visit, tmp_path: Path
) -> None:
    large, small = tmp_path / "large.txt", tmp_path / "small.txt"
    large.write_bytes(b"x" * 1_000_001)
    small.write_text("fits")
    choose = visit.page.locator(".channel-pane input[type=file]")
    complaint = visit.page.locator(".channel-pane .complaint")
    await choose.set_input_files(large)
    await expect(complaint).to_contain_text("1,000,001 B; up to 1,000,000 B")
    await choose.set_input_files(small)
    await expect(visit.button("Remove small.txt")).to_be_visible()
    await expect(complaint).to_be_hidden()
    await choose.set_input_files(large)
    await expect(complaint).to_be_visible()
    await visit.button("Remove small.txt").click()
    await expect(complaint).to_be_hidden()
