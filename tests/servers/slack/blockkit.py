"""Block Kit's rules: which blocks a message or view may hold, and how large they may be. Pure.

Limits: docs.slack.dev/reference/block-kit/blocks and /block-elements, and the constants of
slack_sdk.models.blocks. A whole message may hold about 13,200 characters (bolt-js issue 2509).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .elements import (
    ANY,
    PLAIN,
    Block,
    BlockError,
    check_element,
    check_image,
    check_input,
    check_items,
    check_object,
    check_text,
    fail,
)
from .refusal import Refusal

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
ONLY_IN_MESSAGES = {"context_actions", "table", "task_card", "plan", "carousel"}

_Check = Callable[[Block, str], None]


def parse(value: Any) -> list[Block]:
    """Return `blocks` as a list; they come as JSON text in forms, as a list or text in JSON."""
    if isinstance(value, str):
        if not value:
            return []
        try:
            value = json.loads(value)
        except ValueError:
            raise Refusal("invalid_blocks_format") from None
    if not isinstance(value, list) or not all(isinstance(block, dict) for block in value):
        raise Refusal("invalid_blocks_format")
    return value


def check_message(blocks: list[Block]) -> None:
    """Refuse blocks that Slack would not take in a message."""
    _check(blocks, MESSAGE_BLOCKS)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS or characters(blocks) > MESSAGE_CHARACTERS:
        raise Refusal("msg_blocks_too_long")
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise Refusal("invalid_attachments", "only_one_table_allowed")


def check_view(blocks: list[Block]) -> None:
    """Refuse blocks that Slack would not take in a modal or App Home."""
    _check(blocks, VIEW_BLOCKS)
    for index, block in enumerate(blocks):
        if block["type"] in ONLY_IN_MESSAGES:
            raise Refusal("invalid_arguments", f"unsupported type: {block['type']} [/{index}]")


def characters(node: Any) -> int:
    """Count the characters of all text in these blocks."""
    if isinstance(node, list):
        return sum(characters(item) for item in node)
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(characters(v) for v in node.values() if isinstance(v, dict | list))
    return 0


def _check(blocks: list[Block], most: int) -> None:
    try:
        if len(blocks) > most:
            fail("/blocks", f"no more than {most} items allowed")
        seen: set[str] = set()
        for index, block in enumerate(blocks):
            _block(block, f"/blocks/{index}")
            block_id = block.setdefault("block_id", f"b{index}")
            if block_id in seen:
                fail(f"/blocks/{index}/block_id", f"`block_id` {block_id} already exists")
            seen.add(block_id)
    except BlockError as error:
        raise Refusal("invalid_blocks", str(error)) from None


def _block(block: Block, path: str) -> None:
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        fail(f"{path}/type", f"unsupported type: {kind}")
    allowed, check = _KINDS[str(kind)]
    for key in block:
        if key not in allowed and key not in ("type", "block_id"):
            fail(path, f"invalid additional property: {key}")
    check_text(block, "block_id", path, 255, required=False)
    check(block, path)


def _section(block: Block, path: str) -> None:
    if "text" not in block and "fields" not in block:
        fail(path, "must provide text or fields")
    if "text" in block:
        check_object(block["text"], f"{path}/text", 3000, ANY)
    if "fields" in block:
        for index, item in enumerate(check_items(block, "fields", path, 10)):
            check_object(item, f"{path}/fields/{index}", 2000, ANY)
    if "accessory" in block:
        check_element(block["accessory"], f"{path}/accessory")


def _header(block: Block, path: str) -> None:
    check_object(block.get("text"), f"{path}/text", 150, PLAIN)


def _context(block: Block, path: str) -> None:
    for index, item in enumerate(check_items(block, "elements", path, 10)):
        where = f"{path}/elements/{index}"
        if isinstance(item, dict) and item.get("type") == "image":
            check_image(item, where)
        else:
            check_object(item, where, 3000, ANY)


def _actions(block: Block, path: str) -> None:
    seen: set[str] = set()
    for index, item in enumerate(check_items(block, "elements", path, 25)):
        check_element(item, f"{path}/elements/{index}")
        if item["action_id"] in seen:
            fail(f"{path}/elements/{index}", f"`action_id` {item['action_id']} already exists")
        seen.add(item["action_id"])


def _context_actions(block: Block, path: str) -> None:
    for index, item in enumerate(check_items(block, "elements", path, 5)):
        where = f"{path}/elements/{index}"
        if not isinstance(item, dict) or item.get("type") not in (
            "feedback_buttons",
            "icon_button",
        ):
            fail(where, "must be feedback_buttons or icon_button")
        check_element(item, where)


def _rich_text(block: Block, path: str) -> None:
    kinds = {f"rich_text_{kind}" for kind in ("section", "list", "preformatted", "quote")}
    for index, item in enumerate(check_items(block, "elements", path, 1000, least=0)):
        where = f"{path}/elements/{index}"
        if not isinstance(item, dict) or item.get("type") not in kinds:
            fail(where, "must be a rich text element")
        leaves = check_items(item, "elements", where, 10_000, least=0)
        if item["type"] == "rich_text_list":
            if item.get("style") not in ("bullet", "ordered"):
                fail(f"{where}/style", "must be bullet or ordered")
            continue
        for number, leaf in enumerate(leaves):
            if not isinstance(leaf, dict) or leaf.get("type") not in _LEAVES:
                fail(f"{where}/elements/{number}", "unsupported type")
            if leaf["type"] == "text" and not leaf.get("text"):
                fail(f"{where}/elements/{number}/text", "must be more than 0 characters")


def _table(block: Block, path: str) -> None:
    for index, row in enumerate(check_items(block, "rows", path, 100)):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            fail(f"{path}/rows/{index}", "must have between 1 and 20 cells")
        for number, cell in enumerate(row):
            if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "rich_text"):
                fail(f"{path}/rows/{index}/{number}", "must be raw_text or rich_text")
            if cell["type"] == "raw_text":
                check_text(cell, "text", f"{path}/rows/{index}/{number}", 3000)
    check_items(block, "column_settings", path, 20, least=0) if "column_settings" in block else None


def _markdown(block: Block, path: str) -> None:
    check_text(block, "text", path, MARKDOWN_CHARACTERS)


def _input(block: Block, path: str) -> None:
    check_object(block.get("label"), f"{path}/label", 2000, PLAIN)
    check_input(block.get("element"), f"{path}/element")
    if "hint" in block:
        check_object(block["hint"], f"{path}/hint", 2000, PLAIN)


def _task(block: Block, path: str) -> None:
    check_text(block, "task_id", path, 255)
    check_text(block, "title", path, 1000)
    if block.get("status", "pending") not in ("pending", "in_progress", "complete", "error"):
        fail(f"{path}/status", "must be a valid task status")


def _nothing(block: Block, path: str) -> None:
    """Accept: the block has no rule beyond its properties."""


_LEAVES = {"text", "link", "user", "channel", "usergroup", "broadcast", "emoji", "date", "color"}
_KINDS: dict[str, tuple[set[str], _Check]] = {
    "section": ({"text", "fields", "accessory", "expand"}, _section),
    "header": ({"text"}, _header),
    "context": ({"elements"}, _context),
    "divider": (set(), _nothing),
    "image": ({"image_url", "alt_text", "title", "slack_file"}, check_image),
    "actions": ({"elements"}, _actions),
    "context_actions": ({"elements"}, _context_actions),
    "rich_text": ({"elements"}, _rich_text),
    "table": ({"rows", "column_settings"}, _table),
    "markdown": ({"text"}, _markdown),
    "input": ({"label", "hint", "element", "optional", "dispatch_action"}, _input),
    "task_card": ({"task_id", "title", "details", "output", "sources", "status"}, _task),
    "plan": ({"title", "tasks"}, _nothing),
    "alert": ({"text", "level"}, _nothing),
    "card": ({"hero_image", "icon", "title", "subtitle", "body", "actions"}, _nothing),
    "carousel": ({"elements"}, _nothing),
}
