"""The rules for message components: rows, buttons, menus, and Components V2. Pure.

discord.com/developers/docs/components/reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .refusal import Form

ROW, BUTTON, TEXT_MENU, TEXT_INPUT = 1, 2, 3, 4
MENUS = frozenset({3, 5, 6, 7, 8})
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LINK, PREMIUM = 5, 6
ROWS = 5
V2_COMPONENTS = 40
V2_CHARACTERS = 4_000
V2_TOP = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every component with everything in it."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if isinstance(component.get("accessory"), dict):
            yield from walk([component["accessory"]])


def text_bytes(components: list[dict[str, Any]]) -> int:
    """Return how many bytes of UTF-8 the text of Components V2 has, as Discord seems to count."""
    texts = [c.get("content", "") for c in walk(components) if c["type"] == TEXT]
    return sum(len(text.encode()) + 12 for text in texts)


def check(form: Form, components: Any, *, v2: bool) -> list[dict[str, Any]]:
    """Check the components of a message and number them as Discord does (`id`)."""
    if components is None:
        return []
    if not _is_list_of_objects(form, components, "components"):
        return []
    if not v2 and len(components) > ROWS:
        _bad_length(form, "components", 1, ROWS)
    for number, component in enumerate(components):
        _top(form, f"components.{number}", component, v2=v2)
    if form.errors:
        return []
    _check_all(form, components, v2=v2)
    return [] if form.errors else _numbered(components)


def _is_list_of_objects(form: Form, value: Any, path: str) -> bool:
    if not isinstance(value, list):
        form.wrong(path, "LIST_TYPE_CONVERT", "Could not interpret value as a list.")
        return False
    for number, item in enumerate(value):
        if not isinstance(item, dict):
            form.wrong(
                f"{path}.{number}",
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            )
    return not form.errors


def _top(form: Form, path: str, component: dict[str, Any], *, v2: bool) -> None:
    kind = component.get("type")
    allowed = V2_TOP if v2 else {ROW}
    if kind not in allowed:
        _choice(form, f"{path}.type", sorted(allowed))
    else:
        _one(form, path, component)


def _one(form: Form, path: str, component: dict[str, Any]) -> None:
    kind = component.get("type")
    if kind == ROW:
        _row(form, path, component)
    elif kind == BUTTON:
        _button(form, path, component)
    elif kind in MENUS:
        check_menu(form, path, component)
    elif kind == TEXT:
        form.length(f"{path}.content", component.get("content", ""), 1, V2_CHARACTERS)
    elif kind == SECTION:
        _section(form, path, component)
    elif kind == SEPARATOR:
        _separator(form, path, component)
    elif kind == CONTAINER:
        _number(form, f"{path}.accent_color", component.get("accent_color"), 0, 0xFFFFFF)
        _children(form, path, component, V2_TOP - {CONTAINER}, 1, V2_COMPONENTS)


def _separator(form: Form, path: str, separator: dict[str, Any]) -> None:
    _number(form, f"{path}.spacing", separator.get("spacing"), 1, 2)
    if not isinstance(separator.get("divider", True), bool):
        form.wrong(f"{path}.divider", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def _number(form: Form, path: str, value: Any, least: int, most: int) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    elif not least <= value <= most:
        form.wrong(path, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")


def _row(form: Form, path: str, row: dict[str, Any]) -> None:
    inner = row.get("components")
    first = inner[0] if isinstance(inner, list) and inner else None
    if isinstance(first, dict) and first.get("type") in MENUS:
        _children(form, path, row, {first["type"]}, 1, 1)
    else:
        _children(form, path, row, {BUTTON}, 1, 5)


def _section(form: Form, path: str, section: dict[str, Any]) -> None:
    _children(form, path, section, {TEXT}, 1, 3)
    accessory = section.get("accessory")
    if not isinstance(accessory, dict):
        form.wrong(f"{path}.accessory", "BASE_TYPE_REQUIRED", "This field is required")
    elif accessory.get("type") not in (BUTTON, THUMBNAIL):
        _choice(form, f"{path}.accessory.type", [BUTTON, THUMBNAIL])
    else:
        _one(form, f"{path}.accessory", accessory)


def _children(
    form: Form, path: str, component: dict[str, Any], kinds: Any, least: int, most: int
) -> None:
    inner = component.get("components")
    if inner is None:
        form.wrong(f"{path}.components", "BASE_TYPE_REQUIRED", "This field is required")
        return
    if not _is_list_of_objects(form, inner, f"{path}.components"):
        return
    if not least <= len(inner) <= most:
        _bad_length(form, f"{path}.components", least, most)
    for number, child in enumerate(inner):
        at = f"{path}.components.{number}"
        if child.get("type") not in kinds:
            _choice(form, f"{at}.type", sorted(kinds))
        else:
            _one(form, at, child)


def _button(form: Form, path: str, button: dict[str, Any]) -> None:
    style = button.get("style")
    if not isinstance(button.get("disabled", False), bool):
        form.wrong(f"{path}.disabled", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    if style not in (1, 2, 3, 4, LINK, PREMIUM):
        _choice(form, f"{path}.style", [1, 2, 3, 4, LINK, PREMIUM])
        return
    if style == PREMIUM:
        form.length(f"{path}.sku_id", button.get("sku_id", ""), 1, 20)
        return
    label, emoji = button.get("label"), button.get("emoji")
    if label is not None:
        form.length(f"{path}.label", label, 0, 80)
    if not label and not emoji:
        message = "A label or emoji must be provided"
        form.wrong(path, "BUTTON_COMPONENT_INVALID_EMPTY", message)
    if emoji is not None and not isinstance(emoji, dict):
        form.wrong(f"{path}.emoji", "DICT_TYPE_CONVERT", "Only dictionaries may be used")
    if style == LINK:
        _link(form, path, button)
    elif "url" in button:
        message = "A url is only allowed for link buttons"
        form.wrong(path, "BUTTON_COMPONENT_URL_NOT_ALLOWED", message)
    else:
        form.length(f"{path}.custom_id", button.get("custom_id", ""), 1, 100)


def _link(form: Form, path: str, button: dict[str, Any]) -> None:
    if "custom_id" in button:
        message = "A custom id and url cannot both be specified"
        form.wrong(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    url = button.get("url", "")
    if form.length(f"{path}.url", url, 1, 512) and not url.startswith(
        ("http://", "https://", "discord://")
    ):
        message = f'Scheme "{url.partition(":")[0]}" is not supported.'
        form.wrong(f"{path}.url", "URL_TYPE_INVALID_SCHEME", message)


def check_menu(form: Form, path: str, menu: dict[str, Any]) -> None:
    """Check a select menu, in a message or a dialog."""
    form.length(f"{path}.custom_id", menu.get("custom_id", ""), 1, 100)
    if "placeholder" in menu:
        form.length(f"{path}.placeholder", menu["placeholder"], 0, 150)
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not isinstance(least, int) or not isinstance(most, int) or not 0 <= least <= 25:
        form.wrong(f"{path}.min_values", "NUMBER_TYPE_MAX", "must be from 0 to 25")
    elif not max(1, least) <= most <= 25:
        form.wrong(f"{path}.max_values", "NUMBER_TYPE_MAX", "must be from 1 to 25")
    if menu["type"] == TEXT_MENU:
        _options(form, path, menu)


def _options(form: Form, path: str, menu: dict[str, Any]) -> None:
    options = menu.get("options", [])
    if not _is_list_of_objects(form, options, f"{path}.options"):
        return
    if not 1 <= len(options) <= 25:
        _bad_length(form, f"{path}.options", 1, 25)
    seen = set()
    for number, option in enumerate(options):
        at = f"{path}.options.{number}"
        form.length(f"{at}.label", option.get("label", ""), 1, 100)
        form.length(f"{at}.value", option.get("value", ""), 1, 100)
        if option.get("description") is not None:
            form.length(f"{at}.description", option["description"], 0, 100)
        if option.get("value") in seen:
            message = "The specified option value is already used"
            form.wrong(f"{at}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        seen.add(option.get("value"))


def _check_all(form: Form, components: list[dict[str, Any]], *, v2: bool) -> None:
    """Check what concerns all components together: ids, their number, their text."""
    names: set[str] = set()
    everything = list(walk(components))
    _ids(form, everything)
    for component in everything:
        name = component.get("custom_id")
        if name is not None and name in names:
            message = "Component custom id cannot be duplicated"
            form.wrong("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        names.add(name or "")
    if not v2:
        return
    if len(everything) > V2_COMPONENTS:
        message = f"The maximum number of components is {V2_COMPONENTS}"
        form.wrong("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    text = sum(len(c.get("content", "")) for c in everything if c["type"] == TEXT)
    if text > V2_CHARACTERS:
        message = f"The total displayable text size must be {V2_CHARACTERS} or fewer"
        form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _ids(form: Form, everything: list[dict[str, Any]]) -> None:
    """Check the numbers that the app itself gave; 0 counts as none."""
    given = [c["id"] for c in everything if c.get("id")]
    for id in given:
        _number(form, "components.id", id, 0, 2**31 - 1)
    if len(set(map(str, given))) != len(given):
        message = "Component id cannot be duplicated"
        form.wrong("components", "COMPONENT_ID_DUPLICATED", message)


def _numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every component without an id one, in the order in which they stand."""
    taken = {c["id"] for c in walk(components) if isinstance(c.get("id"), int)}
    fresh = (number for number in range(1, 1_000) if number not in taken)

    def numbered(component: dict[str, Any]) -> dict[str, Any]:
        made = dict(component)
        if not made.get("id"):
            made["id"] = next(fresh)
        if "components" in made:
            made["components"] = [numbered(child) for child in made["components"]]
        if isinstance(made.get("accessory"), dict):
            made["accessory"] = numbered(made["accessory"])
        return made

    return [numbered(component) for component in components]


def _bad_length(form: Form, path: str, least: int, most: int) -> None:
    form.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _choice(form: Form, path: str, allowed: list[int]) -> None:
    shown = ", ".join(str(item) for item in allowed)
    form.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{shown}}}.")
