"""What a tool returned, as the engine takes it: always a `ToolOutput`, never too large.

Pure; called by `bot.tools.registry` and `bot.tools.calling`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.tools.port import ToolOutput

MOST_TEXT = 16_000
"""Characters of a result that the model reads: about 4,000 tokens of English, 10,000 of Chinese."""

MOST_CARDS = 8
MOST_FILE_BYTES = 8_000_000
"""All files of one result together; platforms take 10 MB and more."""

_SUMMARY = 200


def as_output(value: Any) -> ToolOutput:
    """Accept what tools return: text, a `ToolOutput`, or any value that JSON can spell."""
    if isinstance(value, ToolOutput):
        return value
    if isinstance(value, str):
        return ToolOutput(text=value)
    if value is None:
        return ToolOutput(text="Done.")
    return ToolOutput(text=json.dumps(value, ensure_ascii=False, default=str))


def remarked(output: ToolOutput, remark: str) -> ToolOutput:
    """Put a remark behind the text, which is cut for it rather than the remark."""
    if not remark:
        return output
    text = _cut(output.text, MOST_TEXT - len(remark) - 1)
    return replace(output, text=f"{text}\n{remark}")


def bounded(output: ToolOutput) -> ToolOutput:
    """Cut `output` down to what the engine and the platforms carry, and say so in its text."""
    files, size = [], 0
    for file in output.files:
        size += len(file.content)
        if size <= MOST_FILE_BYTES:
            files.append(file)
    text = _sound(output.text)
    if len(files) < len(output.files):
        text = f"{text}\n(Files were left out: together they are larger than 8 MB.)"
    return replace(
        output,
        text=_cut(text),
        cards=output.cards[:MOST_CARDS],
        files=tuple(files),
        summary=" ".join(_sound(output.summary).split())[:_SUMMARY],
    )


def _cut(text: str, most: int = MOST_TEXT) -> str:
    if len(text) <= most:
        return text
    note = f"\n(Cut here: the result has {len(text):,} characters. Ask for less, or for a part.)"
    return text[: most - len(note)] + note


def _sound(text: str) -> str:
    """Replace halves of characters, which no network or store can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
