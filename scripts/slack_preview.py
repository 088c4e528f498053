"""Slack messages as a web page, about as Slack's own client lays out Block Kit. Pure.

For looking at what the bot posts without a workspace; `take_slack_picture` photographs it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]

STYLE = """
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46668 Lato, "Noto Sans",
  "Noto Sans CJK SC", "DejaVu Sans", sans-serif; }
.thread { width: 680px; padding: 14px 20px 20px; }
.message { display: flex; gap: 10px; padding: 8px 0; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: 700;
  display: grid; place-items: center; }
.who { font-weight: 900; }
.app { background: #e8e8e8; color: #616061; border-radius: 2px; font-size: 10px; font-weight: 700;
  padding: 1px 3px; vertical-align: 2px; margin-left: 4px; }
.at { color: #616061; font-size: 12px; margin-left: 8px; }
.body { min-width: 0; flex: 1; }
.body p { margin: 0; white-space: pre-wrap; }
h3 { font-size: 18px; line-height: 1.33; font-weight: 900; margin: 8px 0 4px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0; }
ul, ol { margin: 0; padding-left: 28px; }
ul { list-style: disc; } ul.d1 { list-style: circle; } ul.d2 { list-style: square; }
.d1 { margin-left: 28px; } .d2 { margin-left: 56px; }
code { font: 12px/1.5 "DejaVu Sans Mono", monospace; color: #c01343; background: #f8f8f8;
  border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd;
  border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
blockquote { border-left: 4px solid #ddd; border-radius: 2px; margin: 4px 0; padding-left: 12px;
  white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
table { border-collapse: separate; border-spacing: 0; border: 1px solid #ddd; border-radius: 8px;
  margin: 8px 0; }
td { border-right: 1px solid #ddd; border-bottom: 1px solid #ddd; padding: 6px 12px; }
tr:first-child td { font-weight: 700; background: #f8f8f8; }
td:last-child { border-right: 0; } tr:last-child td { border-bottom: 0; }
.row { display: flex; gap: 8px; margin-top: 8px; }
.thumbs { gap: 2px; color: #616061; margin-top: 4px; }
.thumbs span { padding: 2px 6px; font-size: 14px; }
.button { border: 1px solid #bbb; border-radius: 8px; padding: 4px 12px; font-size: 13px;
  font-weight: 700; }
"""

_MARKS = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One message: who wrote it, and its blocks (or plain text without any)."""

    name: str
    color: str
    at: str
    text: str
    blocks: tuple[Block, ...] = ()
    is_app: bool = False


def page(messages: Iterable[Shown]) -> str:
    """Lay out a thread."""
    inside = "".join(map(_message, messages))
    return f'<meta charset="utf-8"><style>{STYLE}</style><div class="thread">{inside}</div>'


def _message(message: Shown) -> str:
    app = '<span class="app">APP</span>' if message.is_app else ""
    body = "".join(map(_block, message.blocks)) or f"<p>{html.escape(message.text)}</p>"
    return (
        f'<div class="message"><div class="face" style="background:{message.color}">'
        f'{message.name[0]}</div><div class="body"><div><span class="who">{message.name}</span>'
        f'{app}<span class="at">{message.at}</span></div>{body}</div></div>'
    )


def _block(block: Block) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(map(_element, block["elements"]))
        case "header":
            return f"<h3>{html.escape(block['text']['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "table":
            return _table(block)
        case "actions":
            return f'<div class="row">{"".join(map(_button, block["elements"]))}</div>'
        case "context_actions":
            return f'<div class="row thumbs">{"".join(map(_thumbs, block["elements"]))}</div>'
    raise ValueError(f"no preview of a block of type {block['type']}")


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


def _button(button: Block) -> str:
    return f'<span class="button">{html.escape(button["text"]["text"])}</span>'


def _thumbs(element: Block) -> str:
    sides = (element["positive_button"], element["negative_button"])
    return "".join(f"<span>{html.escape(side['text']['text'])}</span>" for side in sides)
