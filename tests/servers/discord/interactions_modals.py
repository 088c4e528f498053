"""Dialogs: what the app may open, and how a person fills one in. Pure.

Source: discord-api-docs, developers/components/reference ("Text Input", "Label", "Action Row") and
developers/interactions/receiving-and-responding, "Modal".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .components import check_menu
from .records import Attachment
from .refusal import Form

ROW, STRING_SELECT, TEXT_INPUT, TEXT, LABEL, UPLOAD = 1, 3, 4, 10, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
SELECTS = frozenset({3, 5, 6, 7, 8})
IN_LABELS = SELECTS | {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}

Upload = Callable[[Any], Attachment]


# -- what the app opens ---------------------------------------------------------------------------


def check(data: dict[str, Any]) -> None:
    """Refuse a dialog that breaks a rule with 50035."""
    form = Form()
    form.length("data.custom_id", data.get("custom_id"), 1, 100)
    form.length("data.title", data.get("title"), 1, 45)
    components = data.get("components")
    if not isinstance(components, list) or not 1 <= len(components) <= 5:
        form.wrong("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        components = []
    for index, component in enumerate(components):
        _check_top(form, f"data.components.{index}", component)
    ids = [field["custom_id"] for field in fields(components) if "custom_id" in field]
    if len(ids) != len(set(ids)):
        form.wrong(
            "data.components",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        )
    form.settle()


def _check_top(form: Form, path: str, component: Any) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind == TEXT:
        form.length(f"{path}.content", component.get("content"), 1, 4000)
    elif kind == LABEL:
        form.length(f"{path}.label", component.get("label"), 1, 45)
        if component.get("description") is not None:
            form.length(f"{path}.description", component["description"], 0, 100)
        _check_field(form, f"{path}.component", component.get("component"), labelled=True)
    elif kind == ROW:
        inside = component.get("components")
        if not isinstance(inside, list) or len(inside) != 1:
            form.wrong(
                f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length."
            )
        else:
            _check_field(form, f"{path}.components.0", inside[0], labelled=False)
    else:
        _wrong_choice(form, f"{path}.type", (ROW, TEXT, LABEL))


def _wrong_choice(form: Form, path: str, choices: tuple[int, ...]) -> None:
    listed = ", ".join(map(str, sorted(choices)))
    form.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")


def _check_field(form: Form, path: str, field: Any, *, labelled: bool) -> None:
    kind = field.get("type") if isinstance(field, dict) else None
    allowed = IN_LABELS if labelled else frozenset({TEXT_INPUT})
    if kind not in allowed:
        _wrong_choice(form, f"{path}.type", tuple(allowed))
        return
    form.length(f"{path}.custom_id", field.get("custom_id"), 1, 100)
    if kind == TEXT_INPUT:
        _check_text_input(form, path, field, labelled=labelled)
    elif kind == STRING_SELECT:
        _check_select(form, path, field)


def _check_select(form: Form, path: str, field: dict[str, Any]) -> None:
    check_menu(form, path, field)
    if field.get("disabled"):
        message = "Select menus in a modal cannot be disabled"
        form.wrong(f"{path}.disabled", "MODAL_COMPONENT_DISABLED", message)
    if field.get("required", True) and field.get("min_values", 1) == 0:
        message = "min_values must be at least 1 where the field is required"
        form.wrong(f"{path}.min_values", "NUMBER_TYPE_MIN", message)


def _check_text_input(form: Form, path: str, field: dict[str, Any], *, labelled: bool) -> None:
    if field.get("style") not in (1, 2):
        _wrong_choice(form, f"{path}.style", (1, 2))
    if not labelled:
        form.length(f"{path}.label", field.get("label"), 1, 45)
    for name, most in (("placeholder", 100), ("value", 4000)):
        if field.get(name) is not None:
            form.length(f"{path}.{name}", field[name], 0, most)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = field.get(name)
        if value is not None and not (isinstance(value, int) and least <= value <= 4000):
            form.wrong(
                f"{path}.{name}",
                "NUMBER_TYPE_MAX",
                f"int value should be between {least} and 4000.",
            )


def fields(components: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield everything in a dialog that a person fills in."""
    for component in components:
        if not isinstance(component, dict):
            continue
        inner = component.get("component") or next(iter(component.get("components") or []), None)
        if isinstance(inner, dict):
            yield inner


# -- how a person fills it in ---------------------------------------------------------------------


def filled_in(
    components: list[dict[str, Any]], values: dict[str, Any], upload: Upload
) -> tuple[list[dict[str, Any]], list[Attachment]]:
    """Return `data.components` of the submission and the files that were handed in.

    Raises LookupError for a field that is not there and ValueError for a value that Discord's
    client would not let through.
    """
    there = {field["custom_id"] for field in fields(components)}
    if unknown := values.keys() - there:
        raise LookupError(f"the dialog has no {sorted(unknown)}, but {sorted(there)}")
    shown: list[dict[str, Any]] = []
    files: list[Attachment] = []
    for index, component in enumerate(components, start=1):
        kind = {"type": component["type"], "id": component.get("id", index)}
        if component["type"] == TEXT:
            shown.append(kind)
        elif component["type"] == ROW:
            answer = _answer(component["components"][0], values, upload, files)
            shown.append(kind | {"components": [answer]})
        else:
            answer = _answer(component["component"], values, upload, files)
            shown.append(kind | {"component": answer})
    return shown, files


def _answer(
    field: dict[str, Any], values: dict[str, Any], upload: Upload, files: list[Attachment]
) -> dict[str, Any]:
    custom_id, kind = field["custom_id"], field["type"]
    given = values.get(custom_id)
    answer: dict[str, Any] = {"type": kind, "id": field.get("id", 100), "custom_id": custom_id}
    if kind == TEXT_INPUT:
        return answer | {"value": _text(field, given)}
    if kind == CHECKBOX:
        return answer | {"value": bool(given)}
    if kind == RADIO:
        return answer | {"value": given}
    if kind == UPLOAD:
        handed = [upload(value) for value in given or []]
        files += handed
        return answer | {"values": [attachment.id for attachment in handed]}
    return answer | {"values": chosen(field, list(given or []))}


def _text(field: dict[str, Any], given: str | None) -> str:
    value = field.get("value") or "" if given is None else given
    required = field.get("required", True)
    least = max(field.get("min_length") or 0, 1 if required else 0)
    if len(value) < least and (value or required):
        raise ValueError(f"{field['custom_id']} needs at least {least} characters")
    if len(value) > (field.get("max_length") or 4000):
        raise ValueError(f"{field['custom_id']} takes no more than {field.get('max_length')}")
    return value


def chosen(menu: dict[str, Any], values: list[str]) -> list[str]:
    """Return what somebody chooses in a select menu, when it can be chosen there."""
    optional = menu.get("required") is False
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not (optional and not values) and not (least or 0) <= len(values) <= (most or 1):
        raise ValueError(f"{menu['custom_id']} takes {least} to {most} values")
    if menu["type"] == STRING_SELECT:
        offered = [option["value"] for option in menu["options"]]
        if missing := [value for value in values if value not in offered]:
            raise LookupError(f"{menu['custom_id']} does not offer {missing}, but {offered}")
    return values
