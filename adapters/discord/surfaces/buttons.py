"""The buttons under a reply: Stop while it grows, then another try and thumbs.

Pure. Outbound lays them under its writes, `clicks` reads back what they say. A button names the
note in which its reply is kept (`chains.keep_tag`), so it works after a restart and in any process.
Limits: https://docs.discord.com/developers/components/reference (label 80, custom_id 100).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

from adapters.streaming import Stage

Component: TypeAlias = dict[str, Any]
Action: TypeAlias = Literal["stop", "again", "up", "down"]

_ROW, _BUTTON = 1, 2
_SECONDARY = 2
"""The grey style."""

_DEEPEST = 3
"""Rows stand in a message or in one container of it."""

_OURS = re.compile(r"parley:(?P<action>[a-z]+):(?P<name>[\w-]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button says: what to do, and the name of its reply's note."""

    action: Action
    name: str


def custom_id(action: Action, name: str) -> str:
    """Spell what a button says."""
    return f"parley:{action}:{name}"


def read(custom_id: object) -> Pressed | None:
    """Read back what `custom_id` wrote; None for what is no button of a reply."""
    found = _OURS.fullmatch(str(custom_id))
    if found is None or found["action"] not in get_args(Action):
        return None
    return Pressed(cast("Action", found["action"]), found["name"])


def footer(
    stage: Stage,
    name: str,
    words: Callable[[str], str],
    *,
    again: bool = True,
    label: str = "button_regenerate",
) -> list[Component]:
    """Return the components under a message of this stage; `words` says a sentence by its key,
    and `label` is that of the button for another answer. Without `again` none is offered."""
    match stage:
        case Stage.GROWING:
            return _row(_button("stop", name, label=words("button_stop")))
        case Stage.ANSWERED:
            thumbs = [_button("up", name, sign="👍"), _button("down", name, sign="👎")]
            more = [_button("again", name, label=words(label))] if again else []
            return _row(*more, *thumbs)
        case Stage.FAILED if again:
            return _row(_button("again", name, label=words("button_try_again")))
    return []


def names(components: object) -> set[str]:
    """Return the names that stand in a message's buttons, as Discord tells of them."""
    return {pressed.name for pressed in _buttons(components)}


def offers_stop(components: object) -> bool:
    """Tell whether a message, as Discord tells of it, has a Stop button."""
    return any(pressed.action == "stop" for pressed in _buttons(components))


def _buttons(components: object, depth: int = 0) -> Iterator[Pressed]:
    """Yield what buttons say, in rows and in the containers around them."""
    if depth > _DEEPEST or not isinstance(components, Sequence):
        return
    for one in components:
        if not isinstance(one, Mapping):
            continue
        if (pressed := read(one.get("custom_id", ""))) is not None:
            yield pressed
        yield from _buttons(one.get("components"), depth + 1)


def _row(*buttons: Component) -> list[Component]:
    return [{"type": _ROW, "components": list(buttons)}]


def _button(action: Action, name: str, *, label: str = "", sign: str = "") -> Component:
    button: Component = {
        "type": _BUTTON,
        "style": _SECONDARY,
        "custom_id": custom_id(action, name),
    }
    if label:
        button["label"] = label
    if sign:
        button["emoji"] = {"name": sign}
    return button
