"""Which of the bot's three languages a locale means, and how a value reads inside a status line.

Pure; used by every tool that has words for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from bot import wording
from bot.tools.options import Title

Language: TypeAlias = Literal["en", "zh-CN", "zh-TW"]
Words: TypeAlias = Mapping[str, str]
"""One sentence by language; `en` is always there."""

_NAMES: Mapping[wording.Language, Language] = {"en": "en", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

_USING: Words = {
    "en": "Using {name}…",
    "zh-CN": "正在使用 {name}…",
    "zh-TW": "正在使用 {name}…",
}

_SHOWN = 40
"""Characters of an argument that a status line shows; Slack's status takes about 50 in all."""


def language(locale: str) -> Language:
    """Choose the language of `locale`, under the names that tools' authors write."""
    return _NAMES[wording.language(locale)]


def say(words: Words, locale: str, **values: Any) -> str:
    """Fill in the sentence for `locale`."""
    return words.get(language(locale), words["en"]).format(**values)


def has_han(text: str) -> bool:
    """Tell whether `text` holds Chinese characters."""
    return _HAN.search(text) is not None


def short(value: Any) -> str:
    """Spell an argument on one short line, as a status line shows it."""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def titled(name: str, title: Title | None, arguments: Mapping[str, Any], locale: str) -> str:
    """Say what the tool `name` is doing. The arguments are the model's own, not yet checked."""
    try:
        if callable(title):
            return short_line(title(dict(arguments), locale))
        if title is not None:
            words = {"en": title} if isinstance(title, str) else title
            shown = {key: short(value) for key, value in arguments.items()}
            return short_line(words.get(language(locale), words["en"]).format(**shown))
    except Exception:  # noqa: S110  a title may fail on odd arguments; the tool still runs
        pass
    return say(_USING, locale, name=name)


def short_line(text: str) -> str:
    """Keep a status line to one line that every platform takes."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"
