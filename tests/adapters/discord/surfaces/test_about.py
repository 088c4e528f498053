"""Messages that somebody asks about, and dialogs, of whatever shape they come."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.surfaces import about, modals
from adapters.discord.surfaces.about import About
from bot.events import Attachment
from bot.wording import TEXTS

ODD: Any = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "custom_id", "component", "components", "values", "messages"]),
            inner,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["resolved", "target_id", "components", "custom_id"]), ODD))
def test_a_payload_of_any_shape_is_read_or_left(data: dict[str, Any]) -> None:
    about.read_target(data, "1", "2")
    about.attachment(data, "3")
    modals.submitted(data)
    modals.submitted(data | {"custom_id": modals.custom_id("9")})


@given(st.text(max_size=60))
def test_a_note_of_any_content_is_read_or_left(data: str) -> None:
    about.read(data)


def test_a_message_is_kept_whole_and_without_its_secrets() -> None:
    file = Attachment("5", "a.py", "text/x-python", 3, "https://cdn.example/a.py")
    kept = About("1", "Alice", "7", "text", "https://discord.com/channels/1/2/1", (file,))
    assert about.read(kept.write()) == kept
    secret = "sk-" + "a1B2" * 12
    message = {"id": "7", "content": f"key {secret}", "author": {"id": "8", "username": "al"}}
    read = about.read_target({"target_id": "7", "resolved": {"messages": {"7": message}}}, "1", "2")
    assert read is not None
    assert secret not in read.write()
    assert read.author == "al"


@given(st.text(max_size=3000), st.text(max_size=100))
def test_a_dialog_fits_into_discords_limits(text: str, author: str) -> None:
    message = About("1", author, "7", text, "https://discord.com/channels/1/2/1")
    for language in TEXTS:
        excerpt = modals._excerpt(message, language)
        assert 1 <= len(excerpt) <= 4000


async def test_its_labels_fit_in_every_language() -> None:
    message = About("1", "Alice", "7", "text", "https://discord.com/channels/1/2/1")
    for language in TEXTS:
        made = modals.dialog(message, "9", language)
        assert len(made.title) <= 45
        for component in made.to_components():
            assert len(component.get("label", "")) <= 45
