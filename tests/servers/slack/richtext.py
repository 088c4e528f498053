"""What people type, as Slack's own clients send it: escaped mrkdwn plus `rich_text` blocks.

Pure. `compose` is used by the actions of people; the escaping rules are those of
docs.slack.dev/messaging/formatting-message-text, also used to normalise what bots post.
"""

from __future__ import annotations

import re
from typing import Any

from .workspace import User, Workspace

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.S)
_BULLET = re.compile(r"^(?:[•*-]) (.*)$")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<@(?P<uid>[UW][A-Z0-9]+)>"
    r"|(?<![\w@/.])@(?P<name>[A-Za-z0-9][\w.-]*)"
    r"|(?<![\w#/&])#(?P<chan>[a-z0-9][\w-]*)"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<target>https?://[^\s)]+)\)"
    r"|(?P<url>https?://[^\s<>|]+)"
    r"|(?<![\w:]):(?P<emoji>[a-z][a-z0-9_+-]*):"
    r"|(?<![\w*])\*(?P<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\s](?:[^_\n]*[^_\s])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^~\s](?:[^~\n]*[^~\s])?)~(?![\w~])"
)
_MARK = {"bold": "*", "italic": "_", "strike": "~"}
_CONTROL = re.compile(
    r"<(?:@[UWB][A-Z0-9]+|#[CGD][A-Z0-9]+|!(?:here|channel|everyone|subteam\^S[A-Z0-9]+|date\^[^<>|]+)"
    r"|(?:https?://|mailto:|tel:)[^<>|\s]+)(?:\|[^<>\n]*)?>"
)
_ENTITY = re.compile(r"&(?:amp|lt|gt);")

Element = dict[str, Any]


def escape(text: str) -> str:
    """Escape the three control characters of mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escape_plain(text: str) -> str:
    """Escape text in which `&amp;`, `&lt;` and `&gt;` already stand for themselves."""
    kept = _ENTITY.split(text)
    entities = [*_ENTITY.findall(text), ""]
    return "".join(escape(part) + entity for part, entity in zip(kept, entities, strict=True))


def normalise(text: str) -> str:
    """Return a bot's text as Slack stores it: control sequences kept, other `&<>` escaped."""
    if not ("<" in text or ">" in text or "&" in text):
        return text
    out, position = [], 0
    for match in _CONTROL.finditer(text):
        out += [_escape_plain(text[position : match.start()]), match.group()]
        position = match.end()
    out.append(_escape_plain(text[position:]))
    return "".join(out)


def compose(workspace: Workspace, typed: str) -> tuple[str, list[dict[str, Any]]]:
    """Return (text, blocks) of a message that a person has typed.

    `@name` and `#channel` of this workspace, `<@U…>`, `@here`, URLs, `[label](url)`, inline code,
    fences, quotes, bullets, `*bold*`, `_italic_` and `~strike~` become what the client makes of
    them; everything else, angle brackets included, is plain text.
    """
    text: list[str] = []
    elements: list[Element] = []
    position = 0
    for fence in _FENCE.finditer(typed):
        _lines(workspace, typed[position : fence.start()].rstrip("\n"), text, elements)
        code = fence.group(1)
        text.append(f"```{escape(code)}```")
        elements.append({"type": "rich_text_preformatted", "border": 0, "elements": _plain(code)})
        position = fence.end()
    _lines(workspace, typed[position:].removeprefix("\n"), text, elements)
    block = {"type": "rich_text", "block_id": "b1", "elements": elements}
    return "\n".join(text), [block] if elements else []


def _plain(text: str) -> list[Element]:
    return [{"type": "text", "text": text}]


def _lines(workspace: Workspace, typed: str, text: list[str], elements: list[Element]) -> None:
    """Append the lines between two fences, grouped as Slack groups them."""
    if not typed:
        return
    for line in typed.split("\n"):
        quoted, bullet = line.startswith(">"), _BULLET.match(line)
        body = line[1:].removeprefix(" ") if quoted else bullet.group(1) if bullet else line
        mrkdwn, inline = _inline(workspace, body)
        if quoted:
            text.append(f"&gt; {mrkdwn}")
            _join(elements, "rich_text_quote", inline)
        elif bullet:
            text.append(f"• {mrkdwn}")
            item = {"type": "rich_text_section", "elements": inline}
            if elements and elements[-1]["type"] == "rich_text_list":
                elements[-1]["elements"].append(item)
            else:
                elements.append(
                    {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": [item]}
                )
        else:
            text.append(mrkdwn)
            _join(elements, "rich_text_section", inline)


def _join(elements: list[Element], kind: str, inline: list[Element]) -> None:
    """Add a line to the last element when it is of the same kind, else open a new one."""
    if elements and elements[-1]["type"] == kind:
        elements[-1]["elements"] += [*_plain("\n"), *inline]
    else:
        elements.append({"type": kind, "elements": inline})


def _inline(workspace: Workspace, line: str) -> tuple[str, list[Element]]:
    text: list[str] = []
    elements: list[Element] = []
    position = 0
    for match in _INLINE.finditer(line):
        found = _token(workspace, match)
        if found is None:
            continue
        before = line[position : match.start()]
        if before:
            text.append(escape(before))
            elements += _plain(before)
        text.append(found[0])
        elements.append(found[1])
        position = match.end() - found[2]
    rest = line[position:]
    if rest:
        text.append(escape(rest))
        elements += _plain(rest)
    return "".join(text), elements


def _token(workspace: Workspace, match: re.Match[str]) -> tuple[str, Element, int] | None:
    """Return (mrkdwn, rich-text element, characters given back) or None for plain text."""
    kind, value = match.lastgroup or "", match.group(match.lastgroup or 0)
    if kind == "code":
        return f"`{escape(value)}`", {"type": "text", "text": value, "style": {"code": True}}, 0
    if kind == "uid":
        return _mention(workspace.users.get(value), 0)
    if kind == "name":
        return _named(workspace, value)
    if kind == "chan":
        channel = next((c for c in workspace.channels.values() if c.name == value), None)
        if channel is None:
            return None
        return f"<#{channel.id}|{value}>", {"type": "channel", "channel_id": channel.id}, 0
    if kind == "target":
        label = match.group("label")
        return f"<{value}|{escape(label)}>", {"type": "link", "url": value, "text": label}, 0
    if kind == "url":
        bare = value.rstrip(".,;:!?)'\"")
        return f"<{escape(bare)}>", {"type": "link", "url": bare}, len(value) - len(bare)
    if kind == "emoji":
        return f":{value}:", {"type": "emoji", "name": value}, 0
    mark = _MARK[kind]
    return f"{mark}{escape(value)}{mark}", {"type": "text", "text": value, "style": {kind: True}}, 0


def _mention(user: User | None, given_back: int) -> tuple[str, Element, int] | None:
    if user is None:
        return None
    return f"<@{user.id}>", {"type": "user", "user_id": user.id}, given_back


def _named(workspace: Workspace, name: str) -> tuple[str, Element, int] | None:
    bare = name.rstrip(".-_")
    given_back = len(name) - len(bare)
    if bare in ("here", "channel", "everyone"):
        return f"<!{bare}>", {"type": "broadcast", "range": bare}, given_back
    group = next((i for i, handle in workspace.usergroups.items() if handle == bare), None)
    if group is not None:
        element = {"type": "usergroup", "usergroup_id": group}
        return f"<!subteam^{group}|@{bare}>", element, given_back
    return _mention(next((u for u in workspace.users.values() if u.name == bare), None), given_back)
