"""Pieces of text that are harmless or not, alone or together: what a model may write."""

from __future__ import annotations

from hypothesis import strategies as st

SPICE = st.sampled_from(
    [
        "<!channel>",
        "<@U012AB3CD>",
        "<!subteam^S1>",
        "![a](https://x.example/p)",
        "[l](https://x.example)",
        "@here",
        "a@channel",
        "```",
        "```py",
        "`",
        "``",
        "**",
        "_",
        "~~",
        "|",
        "-",
        "#",
        ">",
        "1.",
        "word",
        "<b>",
        "\\<",
        "&lt;",
        "[",
        "](",
        "]:",
        "!",
        "字",
        "。",
        "|a|b|",
        "|-|-|",
        "sk-abc",
    ]
)
