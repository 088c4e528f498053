"""What a model wrote, made harmless for a terminal: control characters are shown, not obeyed.

Pure. Every text of a reply passes here before it is coloured and printed; its secrets are hidden
already (`bot.outlet`).
"""

from __future__ import annotations

# Every control character but line break and tab becomes its picture (Unicode, Control Pictures), so
# that no text can move the cursor, colour, retitle or answer for the person (ECMA-48).
_TABLE: dict[int, str | None] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t\r"},
    ord("\r"): None,  # half of a line break, else a way to write over what stands there
    0x7F: "␡",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),  # turn text around
}


def inert(text: str) -> str:
    """Return `text` without anything that a terminal would obey."""
    return text.translate(_TABLE)
