"""Slack messages and views as a web page, about as Slack's own client lays out Block Kit. Pure.

For looking at what the bot shows without a workspace; `take_slack_picture` photographs it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.slack_marks import marked
from scripts.slack_style import STYLE

Block = Mapping[str, Any]

_MARKS = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One message: who wrote it, and its blocks (or its text without any).

    An app's text is mrkdwn; what is `private` is seen by one person alone.
    """

    name: str
    color: str
    at: str
    text: str
    blocks: tuple[Block, ...] = ()
    is_app: bool = False
    private: bool = False


def page(*parts: str) -> str:
    """Lay out threads and views beside each other."""
    inside = "".join(parts)
    return f'<meta charset="utf-8"><style>{STYLE}</style><div class="page">{inside}</div>'


def thread(messages: Iterable[Shown]) -> str:
    """Lay out messages beneath each other."""
    return f'<div class="thread">{"".join(map(_message, messages))}</div>'


def dark(part: str) -> str:
    """Lay out a part in the dark theme, and as narrow as a telephone."""
    return f'<div class="dark">{part}</div>'


def view(body: Block, name: str) -> str:
    """Lay out a dialog or an App Home; `name` is the app's."""
    inside = "".join(map(_block, body["blocks"]))
    if body["type"] == "home":
        tabs = "<b>Home</b><span>Messages</span><span>About</span>"
        return (
            f'<div class="view home"><div class="title">{name}</div><div class="tabs">{tabs}</div>'
            f"{inside}</div>"
        )
    return _dialog(body["title"], inside, body["close"], body["submit"], "primary")


def confirmation(confirm: Block) -> str:
    """Lay out the question behind a button."""
    inside = f"<p>{_text(confirm['text'])}</p>"
    style = confirm.get("style", "primary")
    return _dialog(confirm["title"], inside, confirm["deny"], confirm["confirm"], style)


def prompts(title: str, offered: Iterable[Mapping[str, str]]) -> str:
    """Lay out what a pane offers to begin with."""
    rows = "".join(f'<div class="prompt">{html.escape(one["title"])}</div>' for one in offered)
    return f'<div class="view pane"><b>{html.escape(title)}</b>{rows}</div>'


def _dialog(title: Block, inside: str, close: Block, submit: Block, style: str) -> str:
    return (
        f'<div class="view dialog"><div class="title">{_text(title)}</div>{inside}'
        f'<div class="foot"><span class="button">{_text(close)}</span>'
        f'<span class="button {style}">{_text(submit)}</span></div></div>'
    )


def _message(message: Shown) -> str:
    app = '<span class="app">APP</span>' if message.is_app else ""
    text = marked(message.text) if message.is_app else f"<p>{html.escape(message.text)}</p>"
    body = "".join(map(_block, message.blocks)) or text
    private = '<div class="private">Only visible to you</div>' if message.private else ""
    return (
        f'{private}<div class="message"><div class="face" style="background:{message.color}">'
        f'{message.name[0]}</div><div class="body"><div><span class="who">{message.name}</span>'
        f'{app}<span class="at">{message.at}</span></div>{body}</div></div>'
    )


def _block(block: Block) -> str:
    return _BLOCKS[block["type"]](block)


def _rich_text(block: Block) -> str:
    return "".join(map(_element, block["elements"]))


def _header(block: Block) -> str:
    return f"<h3>{_text(block['text'])}</h3>"


def _divider(block: Block) -> str:
    return "<hr>"


def _section(block: Block) -> str:
    text = f'<div class="grow">{_text(block["text"])}</div>'
    beside = _control(block["accessory"]) if "accessory" in block else ""
    return f'<div class="section">{text}{beside}</div>'


def _context(block: Block) -> str:
    return f'<div class="context">{" ".join(map(_text, block["elements"]))}</div>'


def _actions(block: Block) -> str:
    return f'<div class="row">{"".join(map(_control, block["elements"]))}</div>'


def _context_actions(block: Block) -> str:
    return f'<div class="row thumbs">{"".join(map(_thumbs, block["elements"]))}</div>'


def _input(block: Block) -> str:
    return (
        f'<div class="input"><div class="label">{_text(block["label"])}</div>'
        f"{_control(block['element'])}</div>"
    )


def _element(element: Block) -> str:
    inner = element["elements"]
    match element["type"]:
        case "rich_text_section":
            return f"<p>{_leaves(inner)}</p>"
        case "rich_text_quote":
            return f"<blockquote>{_leaves(inner)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{_leaves(inner)}</pre>"
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            items = "".join(f"<li>{_element(item)}</li>" for item in inner)
            start, depth = element.get("offset", 0) + 1, min(element.get("indent", 0), 2)
            return f'<{tag} start="{start}" class="d{depth}">{items}</{tag}>'
    raise ValueError(f"no preview of {element['type']}")


def _leaves(leaves: Iterable[Block]) -> str:
    return "".join(map(_leaf, leaves))


def _leaf(leaf: Block) -> str:
    shown = html.escape(leaf.get("text") or leaf["url"])
    if leaf["type"] == "link":
        shown = f'<a href="{html.escape(leaf["url"])}">{shown}</a>'
    for style in leaf.get("style", {}):
        shown = f"<{_MARKS[style]}>{shown}</{_MARKS[style]}>"
    return shown


def _table(block: Block) -> str:
    aligns = [column["align"] for column in block["column_settings"]]
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{align}">{_cell(cell)}</td>'
            for cell, align in zip(row, aligns, strict=True)
        )
        + "</tr>"
        for row in block["rows"]
    )
    return f"<table>{rows}</table>"


def _cell(cell: Block) -> str:
    if cell["type"] == "raw_text":
        return html.escape(cell["text"])
    return "".join(map(_element, cell["elements"]))


def _control(element: Block) -> str:
    """Lay out what can be pressed, chosen or written into."""
    match element["type"]:
        case "button":
            return (
                f'<span class="button {element.get("style", "")}">{_text(element["text"])}</span>'
            )
        case "static_select":
            return f'<span class="select">{_text(element["initial_option"]["text"])}</span>'
        case "plain_text_input":
            hint = f'<i class="hint">{_text(element.get("placeholder", _NOTHING))}</i>'
            return (
                f'<div class="field">{html.escape(element.get("initial_value", "")) or hint}</div>'
            )
        case "radio_buttons":
            return "".join(_radio(option, element) for option in element["options"])
    raise ValueError(f"no preview of an element of type {element['type']}")


def _radio(option: Block, element: Block) -> str:
    sign = "●" if option == element.get("initial_option") else "○"
    return f'<div class="radio"><span>{sign}</span> {_text(option["text"])}</div>'


def _text(text: Block) -> str:
    """Write a text object."""
    return marked(text["text"]) if text["type"] == "mrkdwn" else html.escape(text["text"])


def _thumbs(element: Block) -> str:
    sides = (element["positive_button"], element["negative_button"])
    return "".join(f"<span>{html.escape(side['text']['text'])}</span>" for side in sides)


_NOTHING: Block = {"type": "plain_text", "text": ""}

_BLOCKS: Mapping[str, Callable[[Block], str]] = {
    "rich_text": _rich_text,
    "header": _header,
    "divider": _divider,
    "table": _table,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
}
