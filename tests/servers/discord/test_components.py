"""Components V2 as Discord takes and refuses them, and the dialogs behind their buttons."""

from __future__ import annotations

from typing import Any

import pytest

from . import components, interactions_modals
from .refusal import ApiError, Form

V2 = 1 << 15


def text(content: str = "So.", **more: Any) -> dict[str, Any]:
    return {"type": 10, "content": content, **more}


def button(id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": id, **more}


def row(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(inside)}


def box(*inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(inside), **more}


def errors(*laid: dict[str, Any], v2: bool = True) -> str:
    form = Form()
    components.check(form, list(laid), v2=v2)
    return str(form.errors)


@pytest.mark.parametrize(
    "laid",
    [
        [text(), row(button())],
        [box(text(), {"type": 14, "divider": True, "spacing": 2}, row(button()), accent_color=0)],
        [text("a" * 4_000)],
        [box(*(text() for _ in range(39)))],
        [text(id=7), text(id=0), text(id=0)],
    ],
)
def test_what_discord_takes(laid: list[dict[str, Any]]) -> None:
    assert errors(*laid) == "{}"


@pytest.mark.parametrize(
    ("laid", "code"),
    [
        ([box(*(text() for _ in range(40)))], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ([text("a" * 2_001), text("b" * 2_000)], "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([text("")], "BASE_TYPE_REQUIRED"),
        ([box(box(text()))], "BASE_TYPE_CHOICES"),
        ([box()], "BASE_TYPE_BAD_LENGTH"),
        ([button()], "BASE_TYPE_CHOICES"),
        ([row(text())], "BASE_TYPE_CHOICES"),
        ([row(*(button(str(n)) for n in range(6)))], "BASE_TYPE_BAD_LENGTH"),
        ([row(button()), box(row(button()))], "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ([row(button("a" * 101))], "BASE_TYPE_BAD_LENGTH"),
        ([row(button(label="a" * 81))], "BASE_TYPE_MAX_LENGTH"),
        ([row(button(disabled="yes"))], "BOOLEAN_TYPE_CONVERT"),
        ([box(text(), accent_color=0x1000000)], "NUMBER_TYPE_MAX"),
        ([box(text(), accent_color="red")], "NUMBER_TYPE_COERCE"),
        ([{"type": 14, "spacing": 3}], "NUMBER_TYPE_MAX"),
        ([text(id=7), box(text(id=7))], "COMPONENT_ID_DUPLICATED"),
        ([text(id=2**31)], "NUMBER_TYPE_MAX"),
    ],
)
def test_what_discord_refuses(laid: list[dict[str, Any]], code: str) -> None:
    assert code in errors(*laid)


def test_text_displays_need_the_flag() -> None:
    assert "BASE_TYPE_CHOICES" in errors(text(), v2=False)


def dialog(**select: Any) -> dict[str, Any]:
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    menu = {"type": 3, "custom_id": "why", "options": options, **select}
    return {
        "custom_id": "a",
        "title": "Why?",
        "components": [text(), {"type": 18, "label": "Why?", "component": menu}],
    }


def test_a_dialog_with_a_menu_is_taken() -> None:
    interactions_modals.check(dialog())
    interactions_modals.check(dialog(required=False, min_values=0))


@pytest.mark.parametrize(
    "select",
    [
        {"disabled": True},
        {"min_values": 0},
        {"placeholder": "a" * 151},
        {"options": []},
        {"options": [{"label": "a" * 101, "value": "1"}]},
        {"options": [{"label": "One", "value": "1"}, {"label": "Two", "value": "1"}]},
    ],
)
def test_a_menu_that_no_dialog_may_have_is_refused(select: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        interactions_modals.check(dialog(**select))
