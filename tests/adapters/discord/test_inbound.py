"""What a payload of Discord means for the bot: tables, and whatever shape a stranger sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import inbound
from adapters.discord.inbound import Ear, Self
from adapters.discord.payloads import snowflake
from adapters.discord.places import OPENED, Spot, direct, inside
from bot.event_codec import encode
from bot.events import Delete, Edit, Message, Relevance, ThreadRef

ME = Self("900", "901")
GUILD, CHANNEL, THREAD = "10", "20", "30"
SPOT = Spot(GUILD, CHANNEL, name="general", locale="en-US", role="99")
CHAT = replace(SPOT, can_thread=False)
IN_THREAD = inside(SPOT, THREAD, private=False)
DIRECT = direct("50")
EAR = Ear(
    ME, names=lambda kind, id: {"role-7": "team", "channel-8": "random"}.get(f"{kind}-{id}", "")
)
AT = 1_700_000_000_000
ID = str((AT - 1_420_070_400_000) << 22)


def user(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "username": name.lower(), "global_name": name, **more}


ADA, BOB = user("1", "Ada"), user("2", "Bob")
BOT = user("900", "Parley", bot=True)
OTHER_BOT = user("3", "Robot", bot=True)


def said(content: str = "hello", author: dict[str, Any] = ADA, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": ID,
        "type": 0,
        "channel_id": CHANNEL,
        "guild_id": GUILD,
        "author": author,
        "content": content,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "edited_timestamp": None,
        "flags": 0,
    }
    return base | more


def mention(content: str = "<@900> hello", **more: Any) -> dict[str, Any]:
    return said(content, **({"mentions": [BOT]} | more))


def reply(to: dict[str, Any], content: str = "why?", **more: Any) -> dict[str, Any]:
    return said(
        content,
        type=19,
        message_reference={"type": 0, "message_id": to["id"], "channel_id": CHANNEL},
        referenced_message=to,
        **more,
    )


OURS = said("42", BOT, id="77")
ADAS, BOBS = said("as I said", id="78"), said("look here", BOB, id="79")


def hear(payload: dict[str, Any], spot: Spot = SPOT, ear: Ear = EAR, **more: Any) -> Message | None:
    return inbound.spoken(payload, spot, ear, **more)


# -- for whom it is meant ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "spot", "relevance"),
    [
        (mention(), SPOT, Relevance.DIRECT),
        (said("<@!900> hello", mentions=[BOT]), SPOT, Relevance.DIRECT),
        (said("hello <@&99>", mention_roles=["99"]), SPOT, Relevance.DIRECT),
        (said("hello <@&98>", mention_roles=["98"]), SPOT, None),
        (said("@everyone lunch", mention_everyone=True), SPOT, None),
        (said(), SPOT, None),
        (reply(OURS), SPOT, Relevance.DIRECT),
        (reply(BOBS), SPOT, None),
        (said(), DIRECT, Relevance.DIRECT),
        (said(), IN_THREAD, Relevance.IF_JOINED),
        (mention(), IN_THREAD, Relevance.DIRECT),
        (reply(OURS), IN_THREAD, Relevance.DIRECT),
        (reply(ADAS), IN_THREAD, Relevance.IF_JOINED),
        (reply(BOBS), IN_THREAD, Relevance.OVERHEARD),
        (said("<@2> you?", mentions=[BOB]), IN_THREAD, Relevance.OVERHEARD),
        (said("<@&7> you?", mention_roles=["7"]), IN_THREAD, Relevance.OVERHEARD),
        (said("@here who?"), IN_THREAD, Relevance.OVERHEARD),
        (said("what did <@2> say?", mentions=[BOB]), IN_THREAD, Relevance.IF_JOINED),
        (mention("<@2> and <@900>, go"), IN_THREAD, Relevance.DIRECT),
        (mention(author=OTHER_BOT), SPOT, None),
        (mention(author=OTHER_BOT), IN_THREAD, Relevance.OVERHEARD),
        (mention(webhook_id="5"), IN_THREAD, Relevance.OVERHEARD),
        (mention(author=BOT), SPOT, None),
        (said("done", user("5", "x"), application_id="901"), DIRECT, None),
        (said("done", BOT, flags=64), DIRECT, None),
        (mention(type=7), SPOT, None),
        (mention(type=20), IN_THREAD, None),
        (said("", type=21, message_reference={"message_id": "1"}), IN_THREAD, None),
        (said("x", type=6), DIRECT, None),
    ],
)
def test_a_message_is_meant_for_the_bot_or_not(
    payload: dict[str, Any], spot: Spot, relevance: Relevance | None
) -> None:
    message = hear(payload, spot)
    assert (message.relevance if message is not None else None) == relevance


def test_without_follow_ups_what_is_said_in_a_thread_is_only_overheard() -> None:
    ear = replace(EAR, follow_ups=False)
    message = hear(said(), IN_THREAD, ear)
    assert message is not None
    assert message.relevance is Relevance.OVERHEARD


def test_without_the_content_intent_only_what_has_its_words_is_heard() -> None:
    ear = replace(EAR, reads_all=False)
    assert hear(said(""), IN_THREAD, ear) is None
    assert hear(reply(OURS, ""), SPOT, ear) is None
    assert hear(mention(), IN_THREAD, ear) is not None
    assert hear(said("direct"), DIRECT, ear) is not None
    edited = said("", edited_timestamp="2026-01-01T00:00:00+00:00")
    assert inbound.changed(edited, IN_THREAD, ear) == ()


@pytest.mark.parametrize("reads_all", [False, True])
def test_an_edit_whose_words_are_withheld_is_none(reads_all: bool) -> None:
    """Who drops the mention from a reply still pings its author; its words are not told then."""
    ear = replace(EAR, reads_all=reads_all)
    when = "2026-01-01T00:00:00+00:00"
    for spot in (SPOT, IN_THREAD):
        assert inbound.changed(mention(content="", edited_timestamp=when), spot, ear) == ()
        assert inbound.changed(mention(edited_timestamp=when), spot, ear) != ()
    file = {"id": "5", "filename": "a.py", "url": "https://cdn.discordapp.com/a.py", "size": 3}
    left = mention(content="", attachments=[file], edited_timestamp=when)
    assert inbound.changed(left, SPOT, ear) != ()


# -- where it belongs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "spot", "workspace", "channel", "thread", "starts"),
    [
        (mention(), SPOT, GUILD, CHANNEL, ID, True),
        (reply(BOBS, mentions=[BOT]), SPOT, GUILD, CHANNEL, ID, False),
        (reply(OURS), SPOT, GUILD, CHANNEL, ID, False),
        (reply(OURS), CHAT, GUILD, CHANNEL, "77", False),
        (mention(), CHAT, GUILD, CHANNEL, ID, True),
        (mention(), IN_THREAD, GUILD, CHANNEL, THREAD, False),
        (mention(id=THREAD), IN_THREAD, GUILD, CHANNEL, THREAD, True),
        (said(), DIRECT, "@me", "50", "", True),
    ],
)
def test_a_message_belongs_to_a_conversation(
    payload: dict[str, Any], spot: Spot, workspace: str, channel: str, thread: str, starts: bool
) -> None:
    message = hear(payload, spot)
    assert message is not None
    assert message.thread == ThreadRef("discord", workspace, channel, thread)
    assert message.starts_thread is starts


def test_the_first_message_of_a_forums_post_says_that_its_thread_is_open() -> None:
    post, further, question = (
        hear(mention(id=THREAD), IN_THREAD),
        hear(said(), IN_THREAD),
        hear(mention()),
    )
    assert post is not None
    assert further is not None
    assert question is not None
    assert OPENED in post.place.address
    assert not further.place.address
    assert not question.place.address


def test_an_answer_to_a_message_of_the_bot_goes_on_where_that_belongs() -> None:
    chain = ThreadRef("discord", GUILD, CHANNEL, "5")
    message = hear(reply(OURS), chain=chain)
    assert message is not None
    assert message.thread == chain
    assert not message.place.can_thread
    inside_of_thread = hear(reply(OURS), IN_THREAD, chain=chain)
    assert inside_of_thread is not None
    assert inside_of_thread.thread.thread == THREAD
    assert inbound.gone("1", SPOT, chain) == Delete("1", chain)
    assert inbound.gone("1", IN_THREAD, chain).thread.thread == THREAD


def test_the_time_and_the_names_are_of_the_payload() -> None:
    message = hear(mention(member={"nick": "Countess"}))
    assert message is not None
    assert message.at // 1000 == AT
    assert (message.author.id, message.author.name) == ("1", "Countess")
    assert (message.place.name, message.place.locale) == ("general", "en-US")


# -- what it says ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@900> hello", "hello"),
        ("  <@!900>, hello", "hello"),
        ("<@&99>: hello", "hello"),
        ("hello <@900>", "hello @Parley"),
        ("<@900> ask <@2> and <@&7> in <#8>", "ask @Bob and @team in #random"),
        ("<@900> who is <@5> in <#6>", "who is @5 in #6"),
        ("<@900> <:wave:123456> <a:dance:99>", ":wave: :dance:"),
        ("<@900> at <t:1700000000:R>", "at 2023-11-14 22:13 UTC"),
        ("<@900> at <t:1700000000:t>", "at 22:13 UTC"),
        ("<@900> at <t:99999999999999:t>", "at 99999999999999"),
        ("<@900> try </ask question:5>", "try /ask question"),
        ("<@900> see <id:customize>", "see #Channels & Roles"),
        ("<@900> `<@2>` and ```\n<#8>\n```", "`<@2>` and ```\n<#8>\n```"),
        ("<@900> 1 < 2 <b>", "1 < 2 <b>"),
        ("<@900>", ""),
    ],
)
def test_content_reads_as_people_see_it(content: str, text: str) -> None:
    message = hear(mention(content, mentions=[BOT, BOB]))
    assert message is not None
    assert message.text == text


def test_ids_without_a_name_are_handed_on_to_be_looked_up() -> None:
    message = hear(mention("<@900> <@5> <#6> <@2>", mentions=[BOT, BOB]))
    assert message is not None
    assert message.mentions == ("5", "6")


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"sticker_items": [{"id": "1", "name": "Wave"}]}, "hello\n[sticker: Wave]"),
        (
            {
                "poll": {
                    "question": {"text": "Lunch?"},
                    "answers": [
                        {"answer_id": 1, "poll_media": {"text": "Yes"}},
                        {"answer_id": 2, "poll_media": {"text": "No"}},
                    ],
                    "results": {"answer_counts": [{"id": 1, "count": 3}]},
                }
            },
            "hello\n[poll: Lunch?]\n- Yes (3)\n- No",
        ),
        (
            {"embeds": [{"type": "rich", "title": "Build", "description": "failed"}]},
            "hello\nBuild\nfailed",
        ),
        ({"embeds": [{"type": "link", "title": "Page", "url": "https://x.org"}]}, "hello"),
        ({"embeds": [{"type": "article", "title": "Page"}]}, "hello"),
        (
            {"flags": 1 << 13, "attachments": [{"id": "1", "duration_secs": 3.2}]},
            "hello\n[voice message, 3 s]",
        ),
        (
            {
                "message_reference": {"type": 1, "channel_id": "8", "message_id": "1"},
                "message_snapshots": [{"message": {"content": "so it\nis <@2>"}}],
                "mentions": [],
            },
            "hello\nForwarded from #random:\n> so it\n> is @2",
        ),
        (
            {"components": [{"type": 17, "components": [{"type": 10, "content": "V2"}]}]},
            "hello\nV2",
        ),
    ],
)
def test_what_hangs_beneath_is_named_or_quoted(more: dict[str, Any], text: str) -> None:
    message = hear(said(**more), DIRECT)
    assert message is not None
    assert message.text == text


def test_files_are_those_of_the_message_and_of_what_it_hands_on() -> None:
    file = {
        "id": "5",
        "filename": "a_b.txt",
        "title": "ä b",
        "size": 12,
        "content_type": "text/plain; charset=utf-8",
        "url": "https://cdn.discordapp.com/x",
    }
    other = {"message": {"content": "", "attachments": [{"id": "6", "filename": "p.png"}]}}
    message = hear(said("", attachments=[file], message_snapshots=[other]), DIRECT)
    assert message is not None
    first, second = message.attachments
    assert (first.name, first.media_type, first.size) == ("ä b.txt", "text/plain", 12)
    assert first.url == "https://cdn.discordapp.com/x"
    assert second.name == "p.png"


def test_a_question_in_a_thread_quotes_whose_message_it_answers() -> None:
    message = hear(reply(BOBS, "<@900> is that so?", mentions=[BOT]), IN_THREAD)
    assert message is not None
    assert message.text == "Bob:\n> look here\n\nis that so?"
    assert hear(reply(OURS, "why?"), IN_THREAD).text == "why?"  # type: ignore[union-attr]


# -- edits -------------------------------------------------------------------------------------

EDITED = "2026-01-01T00:00:00.123456+00:00"


def test_an_edit_is_one_with_a_time() -> None:
    [edit] = inbound.changed(said("better", edited_timestamp=EDITED), IN_THREAD, EAR)
    assert edit == Edit(
        ID, ThreadRef("discord", GUILD, CHANNEL, THREAD), "better", 1_767_225_600_123_456, ()
    )
    assert inbound.changed(said("x"), IN_THREAD, EAR) == ()
    assert inbound.changed(said("x", BOT, edited_timestamp=EDITED), IN_THREAD, EAR) == ()
    assert inbound.changed(said("x", type=6, edited_timestamp=EDITED), IN_THREAD, EAR) == ()


def test_an_edit_that_names_the_bot_is_a_question_too() -> None:
    edit, asked = inbound.changed(mention(edited_timestamp=EDITED), SPOT, EAR)
    assert isinstance(edit, Edit)
    assert isinstance(asked, Message)
    assert edit.thread == asked.thread


# -- history -----------------------------------------------------------------------------------


def test_a_threads_first_message_stands_in_for_its_notice() -> None:
    thread = ThreadRef("discord", GUILD, CHANNEL, THREAD)
    notice = said("", type=21, referenced_message=BOBS, id="500")
    first = inbound.earlier(notice, thread, EAR, IN_THREAD)
    assert first is not None
    assert (first.id, first.text, first.author.name) == ("79", "look here", "Bob")
    lost = said("", type=21, referenced_message=None, id="500")
    assert inbound.earlier(lost, thread, EAR, IN_THREAD) is None


def test_own_messages_come_back_as_its_own_without_the_small_print() -> None:
    thread = ThreadRef("discord", GUILD, CHANNEL, THREAD)
    button = {"type": 1, "components": [{"type": 2, "label": "Stop"}]}
    own = said("It is <t:1700000000>.\n\n-# stopped", BOT, components=[button], type=20)
    message = inbound.earlier(own, thread, EAR, IN_THREAD)
    assert message is not None
    assert (message.author.id, message.author.is_bot) == ("self", True)
    assert message.text == "It is <t:1700000000>."
    assert inbound.earlier(said("x", type=7), thread, EAR, IN_THREAD) is None


# -- whatever comes ----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        *("id", "type", "author", "content", "mentions", "mention_roles", "attachments", "embeds"),
        *("message_reference", "referenced_message", "message_snapshots", "poll", "components"),
        *("sticker_items", "flags", "webhook_id", "application_id", "edited_timestamp", "member"),
    ]
)


@given(st.dictionaries(FIELDS, JSON), st.sampled_from([SPOT, CHAT, IN_THREAD, DIRECT]))
def test_no_shape_of_a_stranger_makes_it_fail(broken: dict[str, Any], spot: Spot) -> None:
    for base in (mention(), reply(BOBS, mentions=[BOT]), {}):
        payload = {**base, **broken}
        for heard in (inbound.spoken(payload, spot, EAR), *inbound.changed(payload, spot, EAR)):
            if isinstance(heard, Message):
                encode(heard)
        inbound.earlier(payload, SPOT.ref("1"), EAR, spot)


@given(st.text(max_size=200))
def test_text_stays_as_it_is_where_it_holds_no_token(text: str) -> None:
    if "<" not in text:
        message = hear(said(text), DIRECT)
        assert message is not None
        assert message.text == text


@given(st.integers(min_value=0, max_value=(1 << 63) - 1))
def test_ids_hold_their_time(whole: int) -> None:
    at = inbound.microseconds(str(whole))
    assert abs(int(snowflake(at)) - whole) < 1 << 22


def test_what_the_bot_laid_out_in_components_is_read_back() -> None:
    inside = [{"type": 10, "content": "### Code review"}, {"type": 10, "content": "1. It breaks."}]
    own = said("", BOT, components=[{"type": 17, "components": inside}])
    message = inbound.earlier(own, SPOT.ref("1"), EAR, SPOT)
    assert message is not None
    assert message.author.id == "self"
    assert message.text == "### Code review\n1. It breaks."
