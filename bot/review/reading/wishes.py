"""Whether what somebody says to the bot opens with the wish for a review. Pure; three languages.

Words alone never decide: "review of the film" reads like a wish, and so does "review this" above a
letter. Whoever calls holds the answer against what was posted (`bot.reviews.postings`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from bot.review.reading.chat import find
from bot.review.reading.focus import focus
from bot.review.reading.guessing import looks_like_code

LONGEST = 400
"""Characters of the words around the code that are read; a wish stands at the beginning."""

STEP = "code_review"
"""The name under which a review is a step of its answer, as the engine's tool is."""

_BARE = 8
"""Characters: nobody names a topic in fewer."""

COMMAND = "/review"
"""How a command of that name reads where it is remembered as text."""

_MARKS = r"[(){}\[\]=;<>]|->"
"""What hardly stands in a sentence; enough to take one line for code behind the command."""


class Wish(IntEnum):
    """What is to be reviewed, by the words; the surer, the greater."""

    OTHER = 1
    """Something that the words do not call code: only code in the same message makes it a wish."""
    BARE = 2
    """Whatever is there: "review this"."""
    CODE = 3
    """Code, in so many words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, the code that follows it without a fence, if any does, and what is to be looked for
    above all, in the words of whoever asks."""

    wish: Wish
    code: str = ""
    focus: str = ""


# -- English -----------------------------------------------------------------------------------

_LOOK = (
    r"(?:(?:take|have)\s+(?:an?|another)\s+(?:\w{1,12}\s+)?look\s+(?:at|over|through|into)|look\s+(?:at|"
    r"over|through)|check(?:\s+out)?|read(?:\s+through)?|go\s+(?:over|through))\s+(?:\w[\w'.-]{0,40}\s+)"
    r"{1,5}?(?:and|then)"
)
"""What is said before the wish: "take a look at this and …"."""

_POLITE = (
    rf"(?>(?:(?:{_LOOK}|hey|hi|hello|ok|okay|so|and|now|then|also|just|parley|please|pls|plz|kindly|"
    r"(?:can|could|would|will)\s+(?:you|u)|(?:can|could|may)\s+(?:i|we)\s+(?:get|have)|"
    r"(?:i|we)\s+(?:need|want)|(?:i|we)(?:'d|\s+would)\s+like|let'?s|do|make|run|start|"
    r"give\s+(?:me|us)|an?|another|one|more|quick|quickly|short|brief|thorough|full|careful)"
    r"[\s,!:]+)*)"
)
_OPENS = rf"{_POLITE}(?:(?P<code>code[\s-]?(?:re-?)?review)|(?:re-?)?review)(?=$|[^\w'-])"
_POINTER = (
    r"(?:this|that|these|those|it|them|(?:all\s+of\s+)?the\s+(?:above|below|following)|above)"
)
_NOUN = (
    r"(?:(?:source\s+)?code|snippets?|diffs?|patch(?:es)?|pull[\s-]?requests?|merge[\s-]?requests?|"
    r"prs?|mrs?|commits?|changes?|changesets?|functions?|methods?|class(?:es)?|scripts?|modules?|"
    r"implementation|refactoring|fix(?:es)?|migrations?|quer(?:y|ies)|(?:unit\s+)?tests?|"
    r"dockerfiles?|workflows?|config(?:uration)?|endpoints?|handlers?|\S{1,80}\.[a-z]{1,4})"
)
_OF_CODE = (
    rf"[\s:,]*+(?:of|for|on)?\s*(?:(?:this|that|these|those|the|my|our|his|her|their|an?|all|"
    rf"following|attached|above|latest|new)\s+)*(?:[\w.+#/&-]{{1,40}}\s+){{0,3}}?{_NOUN}(?![\w-])"
)
_OF_POINTER = (
    rf"[\s:,]*+(?:of|for|on)?\s*{_POINTER}(?=$|\s*[^\w\s]|\s+(?:for|with|and|before|as|in|on|to|"
    r"again|please|pls|now|carefully|quickly|thoroughly|too|when|if|there|i|we)\b)"
)
_FILLING = (
    rf"(?:{_POINTER}|please|pls|plz|again|once|more|now|thanks|thank\s+you|thx|for\s+(?:me|us)|"
    r"files?|attach(?:ed|ments?)|following|posted|earlier|before|here|everything|all|of|the|"
    r"quickly|carefully|@?parley|[^\w])+"
)

# -- Chinese -----------------------------------------------------------------------------------

_GAP = r"[\s,，.。:：!！、~～]"
_ASKING = (
    r"(?>(?:能不能|可不可以|能否|可否|可以|麻烦|麻煩|劳烦|勞煩|帮忙|幫忙|请|請|帮|幫|替|给|給|我们|我們|我|"
    r"你|您|能|再|重新|快速|简单|簡單|仔细|仔細|来|來|做|进行|進行|先|一下|一次|一个|一個|个|個|下|"
    rf"please|{_GAP})*)"
)
_CODE_ZH = (
    r"(?:源代码|源代碼|原始碼|源码|源碼|代码|代碼|程式碼|程式|脚本|腳本|补丁|補丁|差异|差異|合并请求|合併請求|"
    r"拉取请求|拉取請求|函数|函數|函式|方法|提交|改动|改動|变更|變更|更改|修改|片段|"
    r"(?:diff|patch|pull\s?request|pr|mr|commit|code|sql)(?![a-z]))"
)
_STRONG = (
    rf"(?:(?P<of>{_CODE_ZH})?\s*的?(?:审查|審查|评审|評審|审阅|審閱|复审|複審|走查|"
    r"(?:code\s?)?review(?![a-z])))"
)
_WEAK = (
    r"(?:看一看|看看|看一下|看下|瞧瞧|瞧一下|检查|檢查|审核|審核|检视|檢視|"
    r"过一遍|過一遍|过一下|過一下)"
)
_POINTING = (
    r"(?>(?:一下|下面|上面|上述|以上|以下|刚才|剛才|附件|我们|我們|这里|這裡|这|這|那|该|該|此|我|你|里|裡|中|"
    r"写|寫|贴|貼|发|發|段|个|個|份|些|处|處|几|幾|两|兩|一|次|下|的|this|that|it|"
    rf"{_GAP})*)"
)
_CLOSING = (
    r"(?>(?:一下|吧|呗|唄|吗|嗎|呢|了|谢谢|謝謝|多谢|多謝|感谢|感謝|好不好|好吗|好嗎|可以吗|可以嗎|行吗|行嗎|"
    r"(?:看看|看)?(?:有没有|有沒有|是否有|有)(?:什么|什麼|甚麼|啥)?(?:问题|問題|bug|错误|錯誤|漏洞|毛病)|"
    r"怎么样|怎麼樣|如何|thanks|please|"
    rf"[?？;；]|{_GAP})*)\Z"
)
_VERB_FIRST = rf"{_ASKING}{_STRONG}"
_WEAK_FIRST = rf"{_ASKING}{_WEAK}{_POINTING}[\w .+#-]{{0,20}}?{_CODE_ZH}{_POINTING}"
_OBJECT_FIRST = (
    rf"{_ASKING}(?P<taken>[把对對将將])?{_POINTING}(?P<named>[\w .+#-]{{0,20}}?{_CODE_ZH})?"
    rf"{_POINTING}{_ASKING}{_STRONG}"
)
_POINTED = rf"{_POINTING}(?P<code>[\w .+#-]{{0,20}}?{_CODE_ZH})?"
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"

# ----------------------------------------------------------------------------------------------


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile when first needed: all at once, it would slow the start down."""
    return re.compile(pattern, re.IGNORECASE)


def read_wish(message: str) -> Asked | None:
    """Return the wish with which a message opens, None when it does not open with one.

    A message that consists of `/review` and something is one, whatever follows.
    """
    if (rest := commanded(message)) is not None:
        pasted = find(rest)
        is_code = looks_like_code(pasted.prose) or _compiled(_MARKS).search(pasted.prose)
        bare = not (pasted.posted or pasted.links) and is_code
        return Asked(Wish.CODE, rest.strip("\n")) if bare else _asked(Wish.CODE, pasted.prose)
    words = find(message).prose
    first, _, below = words.partition("\n")
    if below.strip() and (wish := wished(first)) is not None and looks_like_code(below):
        return _asked(wish, first, below.strip("\n"))
    found = wished(words)
    return _asked(found, words) if found is not None else _asked_below(message, words)


def _asked_below(message: str, words: str) -> Asked | None:
    """Read the wish behind the code: "```…``` please review this", or on a line below it. What
    stands before the code may introduce it; who asks something there wants to know that first.
    """
    above, _, last = words.rstrip().rpartition("\n")
    if not above.strip() or "?" in above or "？" in above:
        return None
    wish = wished(last)
    if wish not in (Wish.BARE, Wish.CODE):
        return None
    if find(message).posted:
        return _asked(wish, last) if len(above) <= LONGEST else None
    return _asked(wish, last, above.strip("\n")) if looks_like_code(above) else None


def _asked(wish: Wish, words: str, code: str = "") -> Asked:
    words = words[:LONGEST]
    return Asked(wish, code, focus(words) if len(words) > _BARE else "")


def commanded(message: str) -> str | None:
    """Return what stands behind the command `/review`, None where there is no such command."""
    message = message.lstrip()
    if message[: len(COMMAND)].lower() != COMMAND or message[len(COMMAND) :][:1].strip():
        return None
    return message[len(COMMAND) :].lstrip(" \t")


def wished(words: str) -> Wish | None:
    """Read words without any code in them."""
    words = words.strip().lstrip("*_>#- ")[: LONGEST + 1]
    readings = (_english(words), _chinese(words) if _compiled(_HAN).search(words) else None)
    return max((each for each in readings if each is not None), default=None)


def _english(words: str) -> Wish | None:
    opening = _compiled(_OPENS).match(words)
    if opening is None:
        return None
    rest = words[opening.end() :]
    if opening["code"] or _compiled(_OF_CODE).match(rest):
        return Wish.CODE
    is_bare = not rest or _compiled(_FILLING).fullmatch(rest) or _compiled(_OF_POINTER).match(rest)
    return Wish.BARE if is_bare else Wish.OTHER


def _chinese(words: str) -> Wish | None:
    if (found := _compiled(_WEAK_FIRST).match(words)) and _compiled(_CLOSING).match(
        words, found.end()
    ):
        return Wish.CODE
    if found := _compiled(_VERB_FIRST).match(words):
        return _about(words, found)
    found = _compiled(_OBJECT_FIRST).match(words)
    if found is None:
        return None
    if found["named"]:
        return Wish.CODE
    return _about(words, found)


def _about(words: str, found: re.Match[str]) -> Wish:
    """Read what stands behind the verb."""
    pointed = _compiled(_POINTED).match(words, found.end())
    if found["of"] or (pointed is not None and pointed["code"]):
        return Wish.CODE
    end = pointed.end() if pointed is not None else found.end()
    return Wish.BARE if _compiled(_CLOSING).match(words, end) else Wish.OTHER
