"""Discord's messages and dialogs as a web page, about as Discord's own client lays them out. Pure.

For looking at what the bot shows without a server; `take_discord_picture` photographs it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from scripts.discord_marks import marked
from scripts.discord_style import STYLE

Component: TypeAlias = Mapping[str, Any]
"""Numbered as in https://docs.discord.com/developers/components/reference."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message: who wrote it, and its content as it was sent. `names` by token, as `marked`
    takes them; `used` is who ran which command; `branch` the name, length and last message of the
    thread that hangs on it."""

    name: str
    color: str
    at: str
    text: str
    names: Mapping[str, str] = field(default_factory=dict)
    components: Sequence[Component] = ()
    files: Sequence[tuple[str, int]] = ()
    is_app: bool = False
    edited: bool = False
    private: bool = False
    loading: bool = False
    mentions: bool = False
    used: tuple[str, str] | None = None
    branch: tuple[str, int, str] | None = None


def page(*panes: str) -> str:
    """Lay out panes beside each other."""
    inside = "".join(panes)
    return f'<meta charset="utf-8"><style>{STYLE}</style><div class="page">{inside}</div>'


def channel(name: str, messages: Iterable[Shown], *, sign: str = "#") -> str:
    """Lay out a channel."""
    return f'<div class="pane">{_bar(sign, name)}{_messages(messages)}</div>'


def thread(name: str, starter: str, messages: Iterable[Shown]) -> str:
    """Lay out a thread as it stands open beside its channel; `starter` has opened it."""
    start = (
        f'<div class="start"><b>{html.escape(name)}</b>'
        f'<span class="hint">Started by {html.escape(starter)}</span></div>'
    )
    return f'<div class="pane">{_bar("🧵", name)}{start}{_messages(messages)}</div>'


def dialog(title: str, components: Iterable[Component], *, submit: str = "Submit") -> str:
    """Lay out a dialog. Its own two buttons are Discord's."""
    inside = "".join(map(_part, components))
    return (
        f'<div class="menu"><div class="dialog"><h4>{html.escape(title)}</h4>{inside}'
        f'<div class="foot"><span class="button wide">Cancel</span>'
        f'<span class="button main">{submit}</span></div></div></div>'
    )


def _bar(sign: str, name: str) -> str:
    return f'<div class="bar"><i>{sign}</i>{html.escape(name)}</div>'


def _messages(messages: Iterable[Shown]) -> str:
    written, before = [], None
    for message in messages:
        plain = before is not None and not message.used and not message.private
        goes_on = plain and before == (message.name, message.at, message.private)
        written.append(_message(message, goes_on=goes_on))
        before = (message.name, message.at, message.private)
    return "".join(written)


def _message(message: Shown, *, goes_on: bool) -> str:
    kinds = {"private": message.private, "mentions": message.mentions, "next": goes_on}
    classes = " ".join(["message", *(name for name, is_so in kinds.items() if is_so)])
    parts = (
        "" if goes_on else _head(message),
        _body(message),
        "".join(_file(*file) for file in message.files),
        "".join(map(_part, message.components)),
        _branch(*message.branch) if message.branch else "",
        '<div class="hint">👁 Only you can see this • <a>Dismiss message</a></div>'
        if message.private
        else "",
    )
    return f'<div class="{classes}">{"".join(parts)}</div>'


def _head(message: Shown) -> str:
    used = ""
    if message.used:
        who, command = (html.escape(word) for word in message.used)
        small = f'<span class="face small" style="background:#6d6f78">{who[0]}</span>'
        used = f'<div class="used">{small}<b>{who}</b> used <em>{command}</em></div>'
    app = '<span class="app">✓ APP</span>' if message.is_app else ""
    return (
        f'{used}<span class="face" style="background:{message.color}">{message.name[0]}</span>'
        f'<div><span class="who">{html.escape(message.name)}</span>{app}'
        f'<span class="at">Today at {message.at}</span></div>'
    )


def _body(message: Shown) -> str:
    if message.loading:
        return f'<div class="thinking">{html.escape(message.name)} is thinking…</div>'
    if not message.text:
        return ""  # it is laid out in components, or only brings a file
    edited = ' <span class="edited">(edited)</span>' if message.edited else ""
    return f'<div class="text">{marked(message.text, message.names)}{edited}</div>'


def _branch(name: str, count: int, last: str) -> str:
    counted = f"{count} Message{'s' if count != 1 else ''} ›"
    return (
        f'<div class="branch">{html.escape(name)} <a>{counted}</a><div>{html.escape(last)}</div>'
        "</div>"
    )


def _file(name: str, size: int) -> str:
    return f'<div class="file">📄 <a>{html.escape(name)}</a><div>{size / 1024:.2f} KB</div></div>'


def _part(component: Component) -> str:
    """Lay out what stands in a message or a dialog."""
    match component["type"]:
        case 1:
            return f'<div class="row">{"".join(map(_part, component["components"]))}</div>'
        case 2:
            label = component.get("label") or component["emoji"]["name"]
            dim = " dim" if component.get("disabled") else ""
            return f'<span class="button{dim}">{html.escape(label)}</span>'
        case 3:
            return _select(component)
        case 4:
            said = component.get("value") or component.get("placeholder") or ""
            return f'<div class="field">{html.escape(said)}</div>'
        case 10:
            return f'<div class="text">{marked(component["content"])}</div>'
        case 14:
            return "<hr>"
        case 17:
            inside = "".join(map(_part, component["components"]))
            edge = f"border-left-color: #{component['accent_color']:06x}"
            return f'<div class="box" style="{edge}">{inside}</div>'
        case 18:
            field = component["component"]
            star = "<i>*</i>" if field.get("required", True) else ""
            label = f'<div class="label">{html.escape(component["label"])} {star}</div>'
            return label + _part(field)
    raise ValueError(f"no preview of a component of type {component['type']}")


def _select(menu: Component) -> str:
    chosen = [option["label"] for option in menu["options"] if option.get("default")]
    others = [option["label"] for option in menu["options"] if not option.get("default")]
    rows = "".join(f'<div class="option">{html.escape(label)}</div>' for label in others)
    return f'<div class="select">{html.escape(", ".join(chosen))}</div>{rows}'
