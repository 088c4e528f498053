"""What each recorded payload becomes: who is meant, and every word that the model is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.inbound import Self, translate
from bot.events import Edit, Message, Relevance

RECORDINGS = Path(__file__).parents[2] / "recordings" / "slack"
ME = Self("U0PARLEY01", "B0PARLEY01", "T0ACME001")
CODE = "def f(x):\n    return x < 3 and '&amp;' or `ls` ```\n\n\t# ünïcode 漢字\n"
PLAN = "> the **plan** of @U0CAROL001:\n> ```\n> if a < b:\n>     go()\n> ```"

DIRECT, IF_JOINED, OVERHEARD = Relevance.DIRECT, Relevance.IF_JOINED, Relevance.OVERHEARD

SPOKEN: dict[str, tuple[Relevance, str]] = {
    "mention_in_thread": (DIRECT, "so, @Parley: which one?"),
    "me_message": (DIRECT, "waves at @Parley"),
    "grid_mention": (DIRECT, "from the grid, with @W0BOB00001"),
    "connect_guest": (IF_JOINED, "and from outside?"),
    "follow_up_to_everybody": (IF_JOINED, "@here anyone?"),
    # Programs are read where the bot is at home, and never answered, not even when they name it.
    "other_bot_mentions": (OVERHEARD, "your turn"),
    "workflow_message": (OVERHEARD, "a form was sent in"),
    "every_element": (
        DIRECT,
        "all of it: @U0BOB00001 #plans @oncall @S0OTHERS01 @T0ACME001 @channel "
        "https://example.com/a?b=1&c=2 [a \\[site\\]](https://example.com) "
        "👋🏼:raised_hands::skin-tone-2::parley: #36c5f0 2025-11-20 at 12:00 "
        "[2025-11-20 12:00 UTC](https://example.com/when) 1 < 2 & 3 > 2 &amp; &lt;",
    ),
    "styles": (
        DIRECT,
        "**bold** _italic_ ~~struck~~ ``a `tick` <b>`` **_~~all~~_** "
        "**[site](https://example.com)** **@U0BOB00001** under",
    ),
    "lists": (
        DIRECT,
        "first:\n1. one\n   - deep\n   - two\n      lines\n      1. deeper\n2. two\n3. three\n"
        "> - quoted item\n\nlast",
    ),
    "code_and_quotes": (
        DIRECT,
        f"see\n````\n{CODE}https://example.com/x\n@U0BOB00001\n````\n"
        "> said\n> \n> **so**\n> ```python\n> x = 1\n> ```\nend",
    ),
    "text_without_blocks": (
        DIRECT,
        "**b** _i_ ~~s~~ `c < d` [a site](https://example.com) a@example.com #C0GENERAL1 #plans "
        "@S0ONCALL01 20 Nov 2025-11-20 12:00 UTC @everyone\n> quoted & kept\n"
        "```\nx << 1\n  &y\n```\n- item",
    ),
    "app_layout": (
        OVERHEARD,
        "**Deploy finished**\n**api** `v1.2` <ok> by @U0BOB00001\n**Region**\neu\ntook 3 min\n"
        "[image: green]\nbuild [#7](https://ci.example.com/7)\n[image: Latency]\n"
        "## Notes\n- **as** it is\n| name | n |\n|---|---|\n| **a\\|b** | 1 |\nDemo\nof it\n"
        "Roll out\nto eu\n**careful**\nkept all the same",
    ),
    "app_layout_and_text": (OVERHEARD, "Only the text says this.\nOnly the block says that."),
    "app_attachments": (
        OVERHEARD,
        "on **db1**\nmonitor\n[Disk & memory](https://mon.example.com/1)\n```\ndf -h <all>\n```\n"
        "Used: 98 %\nsince 10:00\nmon\nonly a fallback\na block beneath",
    ),
    "forwarded": (
        DIRECT,
        f"what of this?\nForwarded from @Bob Builder in #C0SECRET01:\n{PLAN}",
    ),
    "forwarded_without_words": (
        DIRECT,
        f"Forwarded from @Bob Builder in a direct message:\n{PLAN}",
    ),
    "forwarded_file": (DIRECT, "look\nForwarded from @Bob Builder in #C0SECRET01:"),
    "with_preview": (DIRECT, "see https://example.com"),
    "files_of_all_kinds": (
        DIRECT,
        "all kinds\n(Slack's transcript of audio_message.m4a: please look at the build)",
    ),
}

SILENT = ("other_bot_writes_direct", "slackbot", "replied", "replied_without_subtype")

EDITED = {
    "linked_message_shown": "see https://acme.slack.com/archives/C0SECRET01/p1763630000000100\n"
    f"Forwarded from @Bob Builder in #C0SECRET01:\n{PLAN}",
    "other_bot_edits": "passed",
}


def recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return body


def spoken(name: str) -> Message:
    (only,) = translate(recorded(name)["event"], ME, "T0ACME001")
    assert isinstance(only, Message)
    return only


@pytest.mark.parametrize("name", SPOKEN)
def test_every_word_arrives_and_concerns_the_bot_as_it_should(name: str) -> None:
    message = spoken(name)
    assert (message.relevance, message.text) == SPOKEN[name]


@pytest.mark.parametrize("name", SILENT)
def test_what_nobody_says_to_the_bot_is_nothing(name: str) -> None:
    assert translate(recorded(name)["event"], ME, "T0ACME001") == ()


@pytest.mark.parametrize("subtype", recorded("notices")["events"])
def test_notices_are_nothing_even_when_they_name_the_bot(subtype: str) -> None:
    assert translate(recorded("notices")["events"][subtype], ME, "T0ACME001") == ()


@pytest.mark.parametrize("name", EDITED)
def test_what_changes_later_is_an_edit(name: str) -> None:
    (edit,) = translate(recorded(name)["event"], ME, "T0ACME001")
    assert isinstance(edit, Edit)
    assert edit.text == EDITED[name]


def test_whom_an_edit_names_can_be_looked_up() -> None:
    (edit,) = translate(recorded("linked_message_shown")["event"], ME, "T0ACME001")
    assert isinstance(edit, Edit)
    assert edit.mentions == ("U0CAROL001", "C0SECRET01")


def test_names_that_slack_tells_need_no_asking() -> None:
    assert spoken("every_element").mentions == ("U0BOB00001", "S0OTHERS01")
    assert spoken("text_without_blocks").mentions == ("C0GENERAL1", "S0ONCALL01")
    assert spoken("workflow_message").author.name == "Intake"
    assert spoken("other_bot_mentions").author.name == "Deploys"
    assert spoken("other_bot_mentions").author.is_bot


def test_files_of_every_kind_are_named_and_those_of_others_are_not_asked_for() -> None:
    message = spoken("files_of_all_kinds")
    slack_has = {file.name: file.url.startswith("https://") for file in message.attachments}
    assert slack_has == {
        "-.txt": True,
        "image.png": True,
        "Plans for spring": True,
        "Re__hello": True,
        "audio_message.m4a": True,
        "screen.mp4": True,
        "Budget": False,
        "file": False,
    }
    urls = {file.id: file.url for file in message.attachments}
    assert urls["F0DRIVE001"] == urls["F0HIDDEN01"] == "external:"
    assert urls["F0PARTNER1"] == ""  # to be asked for
    assert not message.attachments_known


def test_a_forwarded_message_brings_its_files() -> None:
    assert [file.name for file in spoken("forwarded_file").attachments] == ["plan.py"]


def test_every_recording_is_read_by_a_test() -> None:
    names = {path.stem for path in RECORDINGS.glob("*.json")}
    here = {*SPOKEN, *SILENT, *EDITED, "notices"}
    tests = "".join(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))
    assert {name for name in names - here if f'"{name}"' not in tests} == set()
