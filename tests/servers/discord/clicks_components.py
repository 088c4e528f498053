"""Finding what is pressed or chosen on a message. Pure.

Source: discord-api-docs, developers/components/reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .components import walk
from .interactions_modals import chosen
from .records import Channel, Message, Role, User

BUTTON, STRING_SELECT, USERS, ROLES, MENTIONABLES, CHANNELS = 2, 3, 5, 6, 7, 8
LINK, PREMIUM = 5, 6  # styles of buttons that tell the app nothing
_TAKES: dict[int, tuple[type, ...]] = {
    USERS: (User,),
    ROLES: (Role,),
    MENTIONABLES: (User, Role),
    CHANNELS: (Channel,),
}


@dataclass
class Used:
    """The `data` of a component interaction, and what it refers to."""

    data: dict[str, Any]
    users: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)


def buttons(message: Message) -> list[str]:
    """Return the labels (else the emoji) of a message's buttons that can be pressed."""
    return [_face(c) for c in walk(message.components) if c["type"] == BUTTON and _enabled(c)]


def pressed(message: Message, name: str) -> Used:
    """Return what pressing a button tells; raises LookupError when it cannot be pressed."""
    for component in walk(message.components):
        if component["type"] != BUTTON or component.get("style") in (LINK, PREMIUM):
            continue
        emoji = (component.get("emoji") or {}).get("name")
        if name in (component.get("custom_id"), component.get("label"), emoji):
            return Used(_data(component))
    raise LookupError(f"no button {name!r}, but {buttons(message)}")


def selected(message: Message, name: str, values: list[Any]) -> Used:
    """Return what choosing in a menu tells; raises LookupError or ValueError when it cannot be."""
    kinds = (STRING_SELECT, *_TAKES)
    for component in walk(message.components):
        if component["type"] in kinds and component.get("custom_id") == name:
            return _chosen(component, values)
    raise LookupError(f"no menu with the custom id {name!r}")


def _chosen(component: dict[str, Any], values: list[Any]) -> Used:
    used = Used(_data(component))
    plain: list[str] = []
    for value in values:
        if component["type"] == STRING_SELECT:
            plain.append(value)
            continue
        fits = isinstance(value, _TAKES[component["type"]])
        if not fits:
            raise TypeError(f"{component['custom_id']} does not take {value!r}")
        plain.append(value.id)
        listed = {User: used.users, Role: used.roles, Channel: used.channels}[type(value)]
        listed.append(value.id)
    used.data["values"] = chosen(component, plain)
    return used


def _data(component: dict[str, Any]) -> dict[str, Any]:
    if not _enabled(component):
        raise LookupError(f"{_face(component)} is disabled")
    shown = {"custom_id": component["custom_id"], "component_type": component["type"]}
    return shown | ({"id": component["id"]} if "id" in component else {})


def _enabled(component: dict[str, Any]) -> bool:
    return not component.get("disabled")


def _face(component: dict[str, Any]) -> str:
    emoji = (component.get("emoji") or {}).get("name")
    return str(component.get("label") or emoji or component.get("custom_id"))
