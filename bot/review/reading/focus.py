"""What somebody who asks for a review wants looked for, in their own words. Pure; English and
Chinese. Only topics are taken, never praise: who is told that code is right finds less in it.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST = 200
"""Characters of a wish that are passed on."""

_NOT_A_TOPIC = (
    r"(?:me|us|him|her|them|you|now|free|once|a\s+(?:moment|sec(?:ond)?|bit)|today|tomorrow|review|"
    r"real|sure|example|my\s+(?:team|boss|friend)|the\s+(?:team|release|record))\b"
)
_ENGLISH = (
    r"\b(?:"
    r"for(?:\s+(?:any|all|potential|possible))?"
    r"|(?:with\s+(?:an?\s+)?)?(?:focus(?:s?ing|s?ed)?|eye|emphasis|concentrat(?:e|ing))"
    r"(?:\s+(?:only|mainly|mostly|especially|more))?\s+(?:on|to|for)"
    r"|look(?:ing)?\s+(?:out\s+)?(?:for|at|into)|watch(?:ing)?\s+(?:out\s+)?for"
    r"|pay(?:ing)?\s+(?:(?:special|close|particular)\s+)?attention\s+to"
    r"|check(?:ing)?\s+(?:for|whether|if|that)"
    r"|especially|particularly|in\s+particular|above\s+all|mainly|mostly|primarily|specifically"
    r"|with\s+respect\s+to|in\s+terms\s+of|regarding|concerning"
    rf")\b[\s,:]*+(?!{_NOT_A_TOPIC})(?P<topic>[^.!?;\n`。！？；]{{3,200}})"
)
_QUESTION = (
    r"(?:^|[.!?:,;\n])\s*(?P<topic>(?:is|are|does|do|can|could|will|would|what)\s+"
    r"(?:it|this|that|they|these|there|the|happens)\b[^.!?;\n]{3,200}\?)"
)
_CHINESE = (
    r"(?:重点|重點|着重|著重|侧重|側重|关注|關注|注意|留意|尤其|特别|特別|主要|针对|針對|专注|專注|"
    r"有没有|有沒有|是否有|检查|檢查)+"
    r"(?:于|於|是|看|查|检查|檢查|关注|關注|一下|在|其|它|的|[:：,，\s])*"
    r"(?P<topic>[^。！？!?；;\n，,`]{2,100})"
)
_GENERAL = re.compile(
    r"(?:什么|什麼|甚麼|啥|任何|一下|这段|這段|我的|的|这个|這個|问题|問題|错误|錯誤|漏洞|毛病|代码|代碼|程式碼|程式|"
    r"吗|嗎|呢|吧|谢谢|謝謝|bugs?|errors?|issues?|problems?|mistakes?|code|it|this|anything|else|"
    r"any|all|the|wrong|please|thanks|\W)*",
    re.IGNORECASE,
)
"""Nothing that a review would not look for anyway."""

_THANKS = re.compile(
    r"[\s,]*\b(?:please|pls|plz|thanks|thank you|thx|谢谢|謝謝)\W*\Z", re.IGNORECASE
)


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each, re.IGNORECASE) for each in (_QUESTION, _ENGLISH, _CHINESE))


def focus(words: str) -> str:
    """Return the topics in the words of a wish, on one line; empty where none is named."""
    topics: list[str] = []
    for pattern in _compiled():
        for found in pattern.finditer(words):
            topic = _THANKS.sub("", " ".join(found["topic"].split()))
            if not _GENERAL.fullmatch(topic) and not any(topic in other for other in topics):
                topics.append(topic)
    told = "".join(c if c.isprintable() else " " for c in "; ".join(topics))
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1].rstrip()}…"
