"""What people type is escaped as Slack's clients do it, and shown again as it was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.servers.slack.render import mrkdwn_text, notified, visible_text
from tests.servers.slack.richtext import compose, normalise
from tests.servers.slack.workspace import Message, Workspace

_PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\r\n`*_~@#:>•-[<"), min_size=1)
_ANY = st.text("<>&@!|#*`_ ab\nhttps://x.io:U0;ampltg", max_size=60)


def _workspace() -> Workspace:
    workspace = Workspace("T0", "Acme", "acme")
    workspace.add_user("alice")
    return workspace


@given(_PLAIN.filter(lambda text: "http" not in text))
def test_plain_text_is_shown_as_it_was_typed(typed: str) -> None:
    workspace = _workspace()
    text, blocks = compose(workspace, typed)
    assert mrkdwn_text(workspace, text) == typed
    message = Message("1.000000", "C0", text, 0.0, blocks=blocks)
    assert visible_text(workspace, message) == typed


@given(_ANY)
def test_typed_text_never_holds_a_control_sequence_that_was_only_written_out(typed: str) -> None:
    text, _ = compose(_workspace(), typed.replace("@", "(at)"))
    assert notified(text, [], markdown=False, spoken=False) == set()


@given(_ANY)
def test_storing_a_text_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_control_sequences_survive_and_other_brackets_are_escaped() -> None:
    posted = "<@U123> <b> & &amp; <https://x.io|x> a > b <!channel> <!nobody>"
    assert normalise(posted) == (
        "<@U123> &lt;b&gt; &amp; &amp; <https://x.io|x> a &gt; b <!channel> &lt;!nobody&gt;"
    )


def test_code_quotes_lists_and_names_become_rich_text() -> None:
    workspace = _workspace()
    alice = workspace.user("alice").id
    text, blocks = compose(workspace, "@alice, see:\n> quoted\n- one\n- two\n```\nif a < b:\n```\n")
    assert text == f"<@{alice}>, see:\n&gt; quoted\n• one\n• two\n```if a &lt; b:```"
    kinds = [element["type"] for element in blocks[0]["elements"]]
    assert kinds == [
        "rich_text_section",
        "rich_text_quote",
        "rich_text_list",
        "rich_text_preformatted",
    ]
    message = Message("1.000000", "C0", text, 0.0, blocks=blocks)
    assert visible_text(workspace, message) == (
        "@alice, see:\n> quoted\n• one\n• two\n```\nif a < b:\n```"
    )
