"""What is meant to deceive a reader: words to an automated reviewer, hidden characters.

Pure. Reported as findings, so that they are seen by people; what the code says to a model never
decides anything. Every pattern repeats within bounds, and lines are read one by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.review.static.findings import Seen
from bot.review.static.rules import READS, table
from bot.review.static.units import Row, Unit

NAME = "tripwires"

_VERB = r"(?:ignore|disregard|forget|override|skip|bypass)"
_EARLIER = r"(?:previous|prior|above|preceding|earlier|foregoing|system|all(?: of)?(?: the| your)?)"
_ORDERS = r"(?:instructions?|prompts?|rules|guidelines|directions|context|guardrails)"
_REVIEWER = (
    r"(?:ai|llms?|gpt|chatgpt|claude|copilot|gemini|language models?|code ?rabbit|"
    r"(?:automated|automatic|ai|llm|code[- ]review)[- ](?:code )?(?:reviewers?|review(?: bots?)?|"
    r"assistants?|agents?|tools?|bots?|models?)|review bots?)"
)
_FINDINGS = (
    r"(?:issues?|problems?|vulnerabilit(?:y|ies)|findings?|bugs?|concerns?|warnings?|comments?)"
)
_GAP = r"[\s*#/\"'`,:;>-]{1,8}"

_PHRASES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_VERB}{_GAP}(?:(?:any|all|the|every|your|my|of|these|those){_GAP}){{0,3}}"
        rf"{_EARLIER}{_GAP}(?:\w{{1,20}}{_GAP}){{0,2}}{_ORDERS}\b",
        rf"\b{_REVIEWER}\b[\s,:!-]{{1,6}}(?:\w{{1,20}}[\s,]{{1,3}}){{0,4}}?"
        rf"(?:must|should|shall|please|always|do not|don't|never|"
        rf"only)\s{{1,3}}(?:\w{{1,20}}\s){{0,2}}?"
        r"(?:approve|accept|ignore|skip|report|flag|mention|say|respond|reply|answer|output|rate|"
        r"give|score|merge|mark|comment|review)\b",
        rf"\b(?:do not|don't|never|must not|should not)\s{{1,3}}(?:report|flag|mention|raise|"
        rf"disclose|"
        rf"comment on|point out|warn about)\s{{1,3}}(?:(?:any|this|these|the|it|about|security|as|"
        rf"an?|of)\s{{1,3}}){{0,4}}{_FINDINGS}\b",
        r"\b(?:you are|act as|pretend to be|behave as)\s{1,3}(?:now\s{1,3})?(?:an?\s{1,3}|"
        r"the\s{1,3})?"
        r"(?:\w{1,20}\s{1,3}){0,2}(?:ai|assistant|language model|reviewer|chatbot|dan)\b",
        r"\b(?:approve|lgtm|merge)\b.{0,40}\b(?:without|no)\s(?:any\s|further\s){0,2}"
        r"(?:review|comments?|findings?|questions?|analysis)\b",
        r"\b(?:rate|score|grade|give)\s(?:this|the|it)\b.{0,40}\b(?:10\s?/\s?10|10 out of 10|"
        r"full marks|"
        r"perfect score)",
        r"\b(?:respond|reply|answer|output)\s(?:only\s)?(?:with|exactly)[\s:\"'`]{1,4}(?:only\s)?"
        r"[\"'`]?(?:lgtm|looks good|approved|no issues|\[\]|\{\})",
        r"\b(?:reveal|print|show|repeat|output|leak)\s(?:me\s)?(?:your|the)\s(?:system|hidden|"
        r"initial)\s"
        r"(?:prompt|instructions?|message)",
        r"\bnew (?:system )?instructions?\s?(?:for (?:the )?(?:ai|model|reviewer|assistant)|"
        r":\s?you)",
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<</?SYS>>",
        r"\bend of (?:the )?(?:code|diff|data|input|file)\b.{0,30}\b(?:system|instructions?|"
        r"assistant)\b",
        r"(?:忽略|無視|无视|忘记|忘記|不要理会|不要理會).{0,8}(?:以上|之前|先前|前面|上面|上述|所有|系统|系統)"
        r".{0,8}(?:指令|指示|提示|规则|規則|要求|说明|說明)",
        r"(?:不要|请勿|請勿|切勿|禁止)(?:报告|報告|指出|提及|提到|标记|標記).{0,10}"
        r"(?:问题|問題|漏洞|缺陷|错误|錯誤)",
        r"(?:给|給|打|评|評).{0,8}(?:满分|滿分|10\s?分|十分)",
    )
)
_HINTS = re.compile(
    r"ignore|disregard|forget|override|skip|bypass|review|assistant|\bai\b|llm|gpt|claude|copilot|"
    r"gemini|model|coderabbit|do not|don't|never|not|lgtm|approve|10|full marks|perfect score|"
    r"respond|reply|answer|output|prompt|instruction|<\||inst\]|sys>|end of|"
    r"忽略|無視|无视|忘|理|勿|不要|禁止|分",
    re.IGNORECASE,
)

# Unicode Standard Annex 9, explicit directional formatting and isolates.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI = r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff\ufe0f\u200d\u20e3]"
_JOINERS = "\u200c\u200d"
"""Part of Persian and Indic spelling and of emoji; suspicious only beside ASCII."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a]"
    f"|(?<=[!-~])[{_JOINERS}]|[{_JOINERS}](?=[!-~])"
)
# Tags (flags of regions put some behind a black flag) and runs of variation selectors.
_SPELLED = re.compile(
    "(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
    "|[\U000e0100-\U000e01ef]{2,}|[\ufe00-\ufe0f]{3,}|[\u200b-\u200d\u2060\ufeff]{8,}"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\x1b]|\r(?!$)")

# Letters of other scripts that look like Latin ones (Unicode Technical Standard 39, confusables).
_ALIKE = "аеорсухіјѕԁһӏԛԝАВЕЗКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧνα"
_MIXED = re.compile(rf"(?<![\w])(?=\w{{0,60}}[A-Za-z])\w{{0,60}}[{_ALIKE}]\w{{0,60}}")


def seen(unit: Unit) -> Iterator[Seen]:
    """Find what is meant to deceive on the new side, and in the file's name."""
    if unit.rows and any(_phrases(_words(unit.source.path))):
        yield _seen(unit, "injection-in-name", 0)
    for number, row in enumerate(unit.rows):
        text = row.text
        if _HINTS.search(text):
            for start, end in _phrases(text):
                yield _seen(unit, "injection", number, start, end)
        if not text.isascii() or _CONTROL.search(text):
            yield from _characters(unit, number, row)


def _words(path: str) -> str:
    """Read a file's name as people do."""
    return re.sub(r"[_./\\-]+", " ", path)


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """Find the first phrase of a line; one is enough to be looked at."""
    for pattern in _PHRASES:
        if found := pattern.search(text):
            yield found.span()
            return


def _characters(unit: Unit, number: int, row: Row) -> Iterator[Seen]:
    text = row.text
    if number == 0 and row.line.new == 1:
        text = text.removeprefix("\ufeff").rjust(len(text))
    if found := _BIDI.search(text):
        yield _seen(unit, "bidi", number, *found.span(), shown=text)
    if found := _SPELLED.search(text):
        yield _seen(unit, "invisible-text", number, *found.span(), shown=text)
    elif found := _INVISIBLE.search(text):
        yield _seen(unit, "invisible", number, *found.span(), shown=text)
    if found := _CONTROL.search(text):
        yield _seen(unit, "control", number, *found.span(), shown=text)
    for found in _MIXED.finditer(text):
        if _is_mixed(found[0]):
            yield _seen(unit, "homoglyph", number, *found.span(), shown=found[0])
            break


def _is_mixed(word: str) -> bool:
    """Tell whether a name mixes Latin with another script that is there only to look like it.

    A word that also holds letters unlike any Latin one (`Δx`, `имяUser`) is honest.
    """
    others = [letter for letter in word if not letter.isascii() and letter.isalpha()]
    return (
        any(letter.isascii() and letter.isalpha() for letter in word)
        and all(letter in _ALIKE for letter in others)
        and len(word) > 2
    )


def _seen(unit: Unit, rule: str, row: int, start: int = 0, end: int = 1, shown: str = "") -> Seen:
    message = f"{READS}{visible(shown)[:300]}" if shown else ""
    return Seen(unit, NAME, table(NAME)[rule], row, row, start, end, message)


def visible(text: str) -> str:
    """Write what cannot be seen as its code point, such as ⟨U+202E⟩."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩"
        if unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp")
        or _INVISIBLE.match(letter)
        or "\ufe00" <= letter <= "\ufe0e"
        or "\U000e0100" <= letter <= "\U000e01ef"
        else letter
        for letter in text
    )
