"""What a person would see of a message, and whom it would really notify. Pure.

Tests compare against `visible_text`, never against the raw payload, so that escaping and block
structure are judged by their effect. Buttons and task cards are listed separately.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .richtext import unescape
from .workspace import Message, Workspace

_ANGLE = re.compile(r"<([^<>\n]+)>")
_MARKDOWN_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]+`", re.S)
_BROADCASTS = ("here", "channel", "everyone")
_SPOKEN = re.compile(r"(?<![\w@<!])@(here|channel|everyone)\b")

Block = dict[str, Any]


def visible_text(workspace: Workspace, message: Message) -> str:
    """Return the message as displayed: names for ids, labels for links, entities decoded."""
    if message.blocks:
        parts = [block_text(workspace, block) for block in message.blocks]
    else:
        parts = [mrkdwn_text(workspace, message.text)] if message.text else []
    for attachment in message.attachments:
        parts += [
            mrkdwn_text(workspace, str(attachment[key]))
            for key in ("pretext", "title", "text")
            if attachment.get(key)
        ]
        parts += [block_text(workspace, block) for block in attachment.get("blocks") or ()]
    return "\n".join(part for part in parts if part)


def mrkdwn_text(workspace: Workspace, text: str) -> str:
    return unescape(_ANGLE.sub(lambda match: _control(workspace, match.group(1)), text))


def _control(workspace: Workspace, inner: str) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        user = workspace.users.get(target[1:])
        return f"@{user.name}" if user else f"@{target[1:]}"
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return f"#{channel.name}" if channel else f"#{label or target[1:]}"
    if target.startswith("!subteam^"):
        return label or f"@{workspace.usergroups.get(target[9:], target[9:])}"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return label or target


def block_text(workspace: Workspace, block: Block) -> str:
    """Return what one block displays, without its buttons."""
    kind = block.get("type")
    if kind == "rich_text":
        return "\n".join(_rich(workspace, element) for element in block["elements"])
    if kind == "markdown":
        return mrkdwn_text(workspace, block["text"])
    if kind == "section":
        texts = [block["text"]] if block.get("text") else []
        return "\n".join(_object(workspace, t) for t in [*texts, *block.get("fields", ())])
    if kind == "header":
        return _object(workspace, block["text"])
    if kind == "context":
        return " ".join(_object(workspace, element) for element in block["elements"])
    if kind == "image":
        return f"[image: {block.get('alt_text', '')}]"
    if kind == "table":
        return "\n".join(
            " | ".join(_cell(workspace, cell) for cell in row) for row in block["rows"]
        )
    if kind == "alert":
        return _object(workspace, block["text"])
    if kind == "divider":
        return "---"
    return ""


def _object(workspace: Workspace, text: Block) -> str:
    if text.get("type") == "image":
        return f"[image: {text.get('alt_text', '')}]"
    value = str(text.get("text", ""))
    return value if text.get("type") == "plain_text" else mrkdwn_text(workspace, value)


def _cell(workspace: Workspace, cell: Block) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(_rich(workspace, element) for element in cell["elements"])
    return str(cell.get("text", ""))


def _rich(workspace: Workspace, element: Block) -> str:
    kind, inner = element.get("type"), element.get("elements", [])
    if kind == "rich_text_list":
        ordered = element.get("style") == "ordered"
        indent = "  " * element.get("indent", 0)
        return "\n".join(
            f"{indent}{f'{number}.' if ordered else '•'} {_rich(workspace, item)}"
            for number, item in enumerate(inner, element.get("offset", 0) + 1)
        )
    text = "".join(_leaf(workspace, leaf) for leaf in inner)
    if kind == "rich_text_preformatted":
        return f"```\n{text}\n```"
    if kind == "rich_text_quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return text


def _leaf(workspace: Workspace, leaf: Block) -> str:
    kind = leaf.get("type")
    if kind == "text":
        return str(leaf["text"])
    if kind == "link":
        return str(leaf.get("text") or leaf["url"])
    if kind == "user":
        return _control(workspace, f"@{leaf['user_id']}")
    if kind == "channel":
        return _control(workspace, f"#{leaf['channel_id']}")
    if kind == "usergroup":
        return _control(workspace, f"!subteam^{leaf['usergroup_id']}")
    if kind == "broadcast":
        return f"@{leaf['range']}"
    if kind == "emoji":
        return f":{leaf['name']}:"
    return str(leaf.get("fallback", ""))


def elements(blocks: list[Block]) -> Iterator[tuple[str, Block]]:
    """Yield (block_id, element) of everything interactive in these blocks."""
    for block in blocks:
        block_id = block.get("block_id", "")
        inner = list(block.get("elements", ())) if block.get("type") != "rich_text" else []
        inner += [block[key] for key in ("accessory", "element") if key in block]
        for element in inner:
            if "action_id" in element:
                yield block_id, element


def notified(text: str, blocks: list[Block], *, markdown: bool, spoken: bool) -> set[str]:
    """Return whom this content notifies: user ids, `S…` groups, `here`, `channel`, `everyone`.

    `markdown`: the text is Markdown, where code keeps its signs; `spoken`: the call asked for
    `link_names` or `parse=full`, so that a bare `@here` counts. Text beside blocks counts too:
    it is what the notification is made from.
    """
    found = _angled(_MARKDOWN_CODE.sub("", text) if markdown else text)
    if spoken:
        found |= set(_SPOKEN.findall(text))
    for block in blocks:
        found |= set(_block_targets(block))
    return found


def _angled(text: str) -> set[str]:
    found = set()
    for inner in _ANGLE.findall(text) if "<" in text else ():
        target = inner.partition("|")[0]
        if target.startswith("@"):
            found.add(target[1:])
        elif target.startswith("!subteam^"):
            found.add(target[9:])
        elif target[1:] in _BROADCASTS and target.startswith("!"):
            found.add(target[1:])
    return found


def _block_targets(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _block_targets(item)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "mrkdwn":
        yield from _angled(str(node.get("text", "")))
    elif kind == "markdown":
        yield from _angled(_MARKDOWN_CODE.sub("", str(node.get("text", ""))))
    elif kind == "user":
        yield str(node["user_id"])
    elif kind == "usergroup":
        yield str(node["usergroup_id"])
    elif kind == "broadcast":
        yield str(node["range"])
    else:
        for value in node.values():
            if isinstance(value, dict | list):
                yield from _block_targets(value)
