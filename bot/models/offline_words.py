"""What the offline model says, in the bot's three languages, and how it knows which one to use."""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.wording import Language, language

Words: TypeAlias = dict[Language, str]

WHAT_I_AM: Words = {
    "en": "I am an offline helper without a language model, so I cannot converse. "
    "Set `OPENAI_API_KEY` and start me again for real conversation.",
    "zh-Hans": "我是没有语言模型的离线助手，不能聊天。"
    "设置 `OPENAI_API_KEY` 并重新启动后，就可以真正对话。",
    "zh-Hant": "我是沒有語言模型的離線助手，不能聊天。"
    "設定 `OPENAI_API_KEY` 並重新啟動後，就可以真正對話。",
}
I_CAN: Words = {"en": "What I can do:", "zh-Hans": "我能做的：", "zh-Hant": "我能做的："}
WEATHER: Words = {
    "en": "the weather, for example “weather in Paris tomorrow”",
    "zh-Hans": "查天气，例如“北京明天天气怎么样”",
    "zh-Hant": "查天氣，例如「台北明天天氣怎麼樣」",
}
TIME: Words = {
    "en": "the time, for example “time in Tokyo and Berlin” or “what is 3 pm Tokyo in Berlin”",
    "zh-Hans": "查时间，例如“现在东京几点”或“东京下午3点是柏林几点”",
    "zh-Hant": "查時間，例如「現在東京幾點」或「東京下午3點是柏林幾點」",
}
REVIEW: Words = {
    "en": "a review of code, for example “review this” above a code block",
    "zh-Hans": "检查代码，例如在代码块上方写“审查这段代码”",
    "zh-Hant": "檢查程式碼，例如在程式碼區塊上方寫「審查這段程式碼」",
}
NOTHING: Words = {
    "en": "Nothing: no tool is available here.",
    "zh-Hans": "目前没有可用的工具。",
    "zh-Hant": "目前沒有可用的工具。",
}

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_TRADITIONAL = frozenset(
    "樣氣時點幾現麼嗎請問東這區灣個為們說會還裡裏後開關於國語對與從過來還給讓應該誰週颱"
)
_SIMPLIFIED = frozenset(
    "样气时点几现么吗请问东这区湾个为们说会还里后开关于国语对与从过来给让应该谁周台"
)
_INTERFACE = re.compile(r"interface language is ([\w-]+)")


def language_of(text: str, instructions: str = "") -> Language:
    """Tell in which language `text` asks; where it does not show, what the prompt says of it."""
    if _HAN.search(text):
        traditional = sum(character in _TRADITIONAL for character in text)
        simplified = sum(character in _SIMPLIFIED - _TRADITIONAL for character in text)
        if traditional != simplified:
            return "zh-Hant" if traditional > simplified else "zh-Hans"
        return _hinted(instructions, "zh-Hans")
    return "en" if re.search(r"[A-Za-z]{2}", text) else _hinted(instructions, "en")


def _hinted(instructions: str, default: Language) -> Language:
    found = _INTERFACE.search(instructions)
    hinted = language(found.group(1)) if found else "en"
    return default if hinted == "en" else hinted
