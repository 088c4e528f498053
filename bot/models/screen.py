"""Keeps out of the visible text what models of other services write into it. Pure.

Two things: reasoning in <think> tags at the beginning, and tool calls written as text in
<tool_call> tags (Hermes, Qwen). Both may be cut anywhere between two pieces of the stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection

_THINK = re.compile(r"\s*<(think|thinking|thought)>", re.IGNORECASE)
_THINK_TAGS = ("<think>", "<thinking>", "<thought>")
_CALL, _CALL_END = "<tool_call>", "</tool_call>"
_MAX_CALL = 100_000
"""Characters after which an unclosed <tool_call> is text after all."""


class Screen:
    """Reads an answer's text piece by piece; `calls` are (name, JSON arguments) found in it."""

    def __init__(self, offered: Collection[str] = ()) -> None:
        self.calls: list[tuple[str, str]] = []
        self.thoughts = 0
        """Characters of reasoning seen so far."""
        self._offered = frozenset(offered)
        self._state = "start"
        self._end = ""
        """The tag that ends the reasoning."""
        self._held = ""
        """Text that may turn out to belong to a tag."""

    def feed(self, text: str) -> str:
        """Take the next piece and return what of it may be shown."""
        plain = self._state == "text" and not self._held and "<" not in text
        if plain and not (self._offered and text[-1:].isspace()):
            return text  # the usual piece; blanks wait, for they go with a call that may follow
        self._held += text
        return self._sift(last=False)

    def finish(self) -> str:
        """Return what was held back and is text after all; read a call that was never closed."""
        return self._sift(last=True)

    def _sift(self, *, last: bool) -> str:
        while self._state != "text":
            decided = self._start(last=last) if self._state == "start" else self._skip(last=last)
            if not decided:
                return ""
        return self._show(last=last)

    def _start(self, *, last: bool) -> bool:
        """Decide whether reasoning begins here; False while too little of the text is there."""
        found = _THINK.match(self._held)
        if found:
            self._state, self._end = "think", f"</{found.group(1).lower()}>"
            self._give(found.end())
            return True
        beginning = self._held.lstrip().lower()
        if not last and any(tag.startswith(beginning) for tag in _THINK_TAGS):
            return False
        self._state = "text"
        if self._end:
            self._held = self._held.lstrip()  # the blank lines after the reasoning
        return True

    def _skip(self, *, last: bool) -> bool:
        """Drop reasoning; False while its end has not come."""
        at = self._held.lower().find(self._end)
        if at < 0:
            keep = 0 if last else _overlap(self._held.lower(), self._end)
            self.thoughts += len(self._give(len(self._held) - keep))
            return False
        self.thoughts += at
        self._give(at + len(self._end))
        self._state = "start"  # some models think again at once
        return True

    def _show(self, *, last: bool) -> str:
        shown: list[str] = []
        while True:
            begin = self._held.find(_CALL) if self._offered else -1
            if begin < 0:
                return "".join((*shown, self._release(last=last)))
            end = self._held.find(_CALL_END, begin)
            if end < 0 and not last and len(self._held) - begin < _MAX_CALL:
                return "".join((*shown, self._give(len(self._held[:begin].rstrip()))))
            stop = len(self._held) if end < 0 else end + len(_CALL_END)
            if self._take(self._held[begin + len(_CALL) : stop if end < 0 else end]):
                shown.append(self._give(begin).rstrip())
                self._give(stop - begin)
            else:
                shown.append(self._give(stop))

    def _release(self, *, last: bool) -> str:
        """Give out what is held, except for a beginning that may still become a tag."""
        if last:
            only_blanks_after_calls = self.calls and not self._held.strip()
            return "" if only_blanks_after_calls else self._give(len(self._held))
        if not self._offered:
            return self._give(len(self._held))
        visible = len(self._held) - _overlap(self._held, _CALL)
        return self._give(len(self._held[:visible].rstrip()))

    def _give(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text

    def _take(self, body: str) -> bool:
        """Read a call from the text between the tags; False when it is none of ours."""
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(call, dict) or call.get("name") not in self._offered:
            return False
        arguments = call.get("arguments", call.get("parameters")) or {}
        if not isinstance(arguments, str):
            arguments = json.dumps(arguments, ensure_ascii=False)
        self.calls.append((call["name"], arguments))
        return True


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may be the beginning of `tag`."""
    for length in range(min(len(text), len(tag) - 1), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
