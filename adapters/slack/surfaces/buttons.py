"""The buttons under a reply: Stop while it grows, then feedback and another try.

Pure. Outbound lays them under its writes, `clicks` reads back what they say. All that a click needs
stands in a button's value, so that it works after a restart and in any process.
Limits: https://docs.slack.dev/reference/block-kit/block-elements (texts 75, values 2,000).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from adapters.common.presses import askers_of
from adapters.streaming import Stage
from bot.platform import Batch

Block: TypeAlias = dict[str, Any]

STOP, AGAIN, FEEDBACK = "parley_stop", "parley_again", "parley_feedback"
"""Action ids."""

VERSION = 1

LONGEST_VALUE = 2_000

MOST_ASKERS = 60
"""Named in a value; a batch has twenty events, and an answer given anew adds who wished for it."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a button knows of its reply: the thread whose turn it is (as in `ThreadRef`), the
    reply's key, who asked, and of a thumb its value."""

    thread: str
    key: str
    askers: tuple[str, ...] = ()
    value: int = 0

    def write(self) -> str:
        """Spell the tag as a button's value."""
        body: dict[str, Any] = {"v": VERSION, "t": self.thread, "k": self.key}
        if self.value:
            return _json(body | {"r": self.value})  # anybody may give one
        askers = list(self.askers[:MOST_ASKERS])
        while len(written := _json(body | {"a": askers})) > LONGEST_VALUE:
            askers.pop()
        return written

    @classmethod
    def read(cls, value: object) -> Tag | None:
        """Read a tag back; None for what is none of this release's."""
        try:
            body = json.loads(str(value))
            if not isinstance(body, dict) or body.get("v") != VERSION:
                return None
            askers = tuple(str(asker) for asker in body.get("a") or ())
            return cls(str(body["t"]), str(body["k"]), askers, int(body.get("r") or 0))
        except (ValueError, KeyError, TypeError):
            return None


def tag_of(batch: Batch, key: str) -> Tag:
    """Return what the buttons of a batch's reply know of it."""
    return Tag(batch.thread.thread, key, askers_of(batch))


def footer(stage: Stage, tag: Tag, words: Callable[[str], str]) -> list[Block]:
    """Return the blocks under a message of this stage; `words` says a sentence by its key."""
    match stage:
        case Stage.GROWING:
            return [_actions(button(STOP, words("button_stop"), tag.write()))]
        case Stage.ANSWERED:
            return [thumbs(tag, words), _actions(again(tag, words("button_regenerate")))]
        case Stage.FAILED:
            return [_actions(again(tag, words("button_try_again")))]
    return []


def offers_stop(blocks: object) -> bool:
    """Tell whether a message, as Slack tells of it, has a Stop button."""
    return any(element.get("action_id") == STOP for element in elements(blocks))


def elements(blocks: object) -> Iterator[Mapping[str, Any]]:
    """Yield what can be pressed in a message, as Slack tells of it."""
    for block in blocks if isinstance(blocks, Sequence) else ():
        if isinstance(block, Mapping) and block.get("type") == "actions":
            yield from block.get("elements") or ()


def _actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def again(tag: Tag, label: str) -> Block:
    """Return the button that has an answer given anew."""
    return button(AGAIN, label, tag.write())


def button(action: str, label: str, value: str) -> Block:
    """Return a button with the value that its press brings."""
    return {"type": "button", "action_id": action, "text": _text(label), "value": value}


def thumbs(tag: Tag, words: Callable[[str], str]) -> Block:
    """Return the block with which an answer is rated."""
    sides = {
        f"{side}_button": {
            "text": _text(sign),
            "value": replace(tag, value=value).write(),
            "accessibility_label": words(f"feedback_{side}"),
        }
        for side, sign, value in (("positive", "👍", 1), ("negative", "👎", -1))
    }
    element = {"type": "feedback_buttons", "action_id": FEEDBACK, **sides}
    return {"type": "context_actions", "elements": [element]}


def _text(value: str) -> Block:
    return {"type": "plain_text", "text": value}


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
