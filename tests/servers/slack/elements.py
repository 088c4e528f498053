"""Block Kit's smaller parts: text objects and interactive elements, with their limits. Pure.

Limits: docs.slack.dev/reference/block-kit/block-elements and /composition-objects.
"""

from __future__ import annotations

from typing import Any, NoReturn

Block = dict[str, Any]


class BlockError(Exception):
    """A rule of Block Kit is broken; the message is Slack's sentence with the place."""


def fail(path: str, what: str) -> NoReturn:
    """Refuse what stands at a place of the blocks."""
    raise BlockError(f"{what} [json-pointer:{path}]")


def check_text(holder: Block, key: str, path: str, most: int, *, required: bool = True) -> None:
    """Check a plain string property."""
    value = holder.get(key)
    if value is None:
        if required:
            fail(path, f"missing required field: {key}")
        return
    if not isinstance(value, str):
        fail(f"{path}/{key}", "must be a string")
    if required and not value:
        fail(f"{path}/{key}", "must be more than 0 characters")
    if len(str(value)) > most:
        fail(f"{path}/{key}", f"must be less than {most + 1} characters")


def check_object(value: Any, path: str, most: int, kinds: tuple[str, ...]) -> None:
    """Check a text object: type, text, length."""
    if not isinstance(value, dict):
        fail(path, "must provide an object")
    if value.get("type") not in kinds:
        fail(f"{path}/type", f"must be one of {', '.join(kinds)}")
    check_text(value, "text", path, most)
    extra = "emoji" if value["type"] == "plain_text" else "verbatim"
    for key in value:
        if key not in ("type", "text", extra):
            fail(path, f"invalid additional property: {key}")


def check_items(holder: Block, key: str, path: str, most: int, least: int = 1) -> list[Any]:
    """Check that a property is a list of a permitted length; return it."""
    value = holder.get(key)
    if not isinstance(value, list):
        fail(f"{path}/{key}", "must provide an array")
    if len(value) < least:
        fail(f"{path}/{key}", f"must have at least {least} items")
    if len(value) > most:
        fail(f"{path}/{key}", f"no more than {most} items allowed")
    return value


ANY = ("mrkdwn", "plain_text")
PLAIN = ("plain_text",)


def check_image(block: Block, path: str) -> None:
    if "image_url" not in block and "slack_file" not in block:
        fail(path, "must provide image_url or slack_file")
    check_text(block, "image_url", path, 3000, required=False)
    check_text(block, "alt_text", path, 2000)


_SELECTS = {"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"}
_INPUTS = {
    "plain_text_input",
    "users_select",
    "conversations_select",
    "channels_select",
    "datepicker",
    "timepicker",
    "number_input",
    "external_select",
    "image",
}


def check_element(item: Any, path: str) -> None:
    """Check one interactive element."""
    if not isinstance(item, dict):
        fail(path, "must provide an object")
    kind = item.get("type")
    if kind == "image":
        check_image(item, path)
        return
    item.setdefault("action_id", path.replace("/", ""))
    check_text(item, "action_id", path, 255)
    if kind == "button":
        _button(item, path)
    elif kind == "icon_button":
        check_object(item.get("text"), f"{path}/text", 75, PLAIN)
    elif kind == "feedback_buttons":
        _feedback(item, path)
    elif kind in _SELECTS:
        _select(item, path)
    elif kind == "plain_text_input":
        _text_input(item, path)
    elif kind not in _INPUTS:
        fail(f"{path}/type", f"unsupported type: {kind}")


def check_input(item: Any, path: str) -> None:
    """Check the element of an input block: one that has a value."""
    check_element(item, path)
    if item["type"] in _PRESSED:
        fail(f"{path}/type", f"unsupported type: {item['type']}")


def _known(item: Block, path: str, *keys: str) -> None:
    for key in item:
        if key not in ("type", "action_id", *keys):
            fail(path, f"invalid additional property: {key}")


def _button(item: Block, path: str) -> None:
    _known(item, path, "text", "value", "url", "style", "confirm", "accessibility_label")
    check_object(item.get("text"), f"{path}/text", 75, PLAIN)
    check_text(item, "value", path, 2000, required=False)
    check_text(item, "url", path, 3000, required=False)
    check_text(item, "accessibility_label", path, 75, required=False)
    if item.get("style") not in (None, "primary", "danger"):
        fail(f"{path}/style", "must be primary or danger")
    if "confirm" in item:
        _confirm(item["confirm"], f"{path}/confirm")


def _confirm(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        fail(path, "must provide an object")
    for key, most, kinds in (
        ("title", 100, PLAIN),
        ("text", 300, ANY),
        ("confirm", 30, PLAIN),
        ("deny", 30, PLAIN),
    ):
        check_object(value.get(key), f"{path}/{key}", most, kinds)


def _feedback(item: Block, path: str) -> None:
    _known(item, path, "positive_button", "negative_button")
    for side in ("positive_button", "negative_button"):
        button = item.get(side)
        if not isinstance(button, dict):
            fail(f"{path}/{side}", "must provide an object")
        check_object(button.get("text"), f"{path}/{side}/text", 75, PLAIN)
        check_text(button, "value", f"{path}/{side}", 2000)
        check_text(button, "accessibility_label", f"{path}/{side}", 75, required=False)


def _select(item: Block, path: str) -> None:
    kind = str(item["type"])
    _known(item, path, *_SELECT_KEYS, *(("placeholder",) if kind.endswith("select") else ()))
    if "placeholder" in item:
        check_object(item["placeholder"], f"{path}/placeholder", 150, PLAIN)
    options = check_items(item, "options", path, _MOST_OPTIONS.get(kind, 100))
    for index, option in enumerate(options):
        _option(option, f"{path}/options/{index}", ANY if kind in _MARKED else PLAIN)
    if len({option["value"] for option in options}) < len(options):
        fail(f"{path}/options", "option values must be unique")
    if "initial_option" in item and item["initial_option"] not in options:
        fail(f"{path}/initial_option", "must match one of the options")


def _option(option: Any, path: str, kinds: tuple[str, ...]) -> None:
    if not isinstance(option, dict):
        fail(path, "must provide an object")
    check_object(option.get("text"), f"{path}/text", 75, kinds)
    check_text(option, "value", path, 150)
    if "description" in option:
        check_object(option["description"], f"{path}/description", 75, kinds)


def _text_input(item: Block, path: str) -> None:
    _known(item, path, *_INPUT_KEYS)
    check_text(item, "initial_value", path, 3000, required=False)
    if "placeholder" in item:
        check_object(item["placeholder"], f"{path}/placeholder", 150, PLAIN)
    for key, least in (("min_length", 0), ("max_length", 1)):
        if not least <= item.get(key, least) <= 3000:
            fail(f"{path}/{key}", f"must be between {least} and 3000")
    if len(item.get("initial_value", "")) > item.get("max_length", 3000):
        fail(f"{path}/initial_value", "must be less than max_length")


_PRESSED = {"button", "icon_button", "feedback_buttons", "overflow", "image"}
_MARKED = {"radio_buttons", "checkboxes"}
_MOST_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}
_SELECT_KEYS = (
    "options",
    "option_groups",
    "initial_option",
    "initial_options",
    "confirm",
    "focus_on_load",
    "max_selected_items",
)
_INPUT_KEYS = (
    "initial_value",
    "multiline",
    "min_length",
    "max_length",
    "dispatch_action_config",
    "focus_on_load",
    "placeholder",
)
