"""Finds the names of places in a question by rules. Pure; English and Chinese.

It knows no list of places: what stands after "in", or is left when all words of asking are taken
away, is handed to the tools, which know.
"""

from __future__ import annotations

import re

from bot.models.offline_asking import CHINESE, EDGES, ENGLISH, LEADING, TRAILING

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_MOST_PLACES = 8
_MOST_WORDS = 5
"""Words of a place's name: what has more is a sentence."""
_MOST_HAN = 14

_CLAUSE = re.compile(
    r"[?!;。？！；]+"
    r"|[.,]?\s+and\s+(?=(?:what|how|when|will|is|tell|also|do|does|the\s+(?:time|weather|date))\b)"
    r"|[.,]\s*(?:and\s+)?(?=(?:what|how|when|will|is|tell|also|please|can|could|would|in|i)\b)",
    re.IGNORECASE,
)
_HAN_CLAUSE = re.compile(r"[?!;。？！；，,]+")
_HERE = re.compile(r"\bhere\b|\bwhere i am\b|\bmy (?:place|city|location|time)\b", re.IGNORECASE)
_HAN_HERE = re.compile("这里|這裡|这儿|這兒|本地|我这边|我這邊")
_PREPOSITION = re.compile(r"\b(?:in|at|for|near|around|of|to)\s+", re.IGNORECASE)
_STOP = re.compile(
    r"\s+(?:right\s+now|now|today|tomorrow|tonight|this|next|on|at|for|during|over|please|currently"
    r"|and\s+(?:what|how|the|is|when|will)|what|when|if|like|then|is|are|be|will|would|in|to|into"
    r"|there|with|from|time|weather|forecast|local|(?:the\s+)?day\s+after)\b.*$|[?!;=].*$|:(?!\d).*$",
    re.IGNORECASE,
)
_APART = re.compile(r",?\s+(?:and|or|vs\.?|versus|plus)\s+|\s*[&、]\s*|\s+/\s+", re.IGNORECASE)
_HAN_APART = re.compile(r"以及|还有|還有|[和与與跟及、,，/\s]+")


def clauses(text: str) -> list[str]:
    """Cut a question into the things it asks."""
    form = _HAN_CLAUSE if _HAN.search(text) else _CLAUSE
    return [clause.strip() for clause in form.split(text) if clause.strip()]


def named(clause: str, *, bare: bool = True) -> list[str]:
    """Return the places that a clause names, at most eight.

    `bare` also takes what is left without the words of asking: "Paris weather".
    """
    if _HAN.search(clause):
        return _han(clause)
    found = _after_prepositions(clause)
    if not found and _HERE.search(clause):
        return ["here"]
    if not found and bare:
        found = _listed(_left_over(clause))
    return found[:_MOST_PLACES]


def around(before: str, after: str) -> tuple[str, list[str]]:
    """Read the words around a time: whose clock shows it, and on which others it is wanted."""
    if _HAN.search(before + after):
        sources, targets = _han(before), _han(after)
        return (sources[-1] if sources else ""), targets
    cut = re.match(
        r"\s*(?:o'?clock\s*)?(?:(?:in|at)\s+)?(?P<source>[^,=?!]*?)(?:\s+time)?\s*"
        r"(?:\b(?:in|to|for|at|as|what|is)\b|[,=?!]|->|→|$)(?P<rest>.*)$",
        after,
        re.IGNORECASE | re.DOTALL,
    )
    if cut is None:
        return "", []
    sources = _listed(_left_over(cut.group("source")))
    return (sources[0] if sources else ""), named(cut.group("rest"))[:_MOST_PLACES]


def _after_prepositions(clause: str) -> list[str]:
    clause = re.sub(r"\band\s+(?:also\s+)?(?:in|for|at)\b", "and", clause, flags=re.IGNORECASE)
    for preposition in _PREPOSITION.finditer(clause):
        if found := _listed(_STOP.sub("", " " + clause[preposition.end() :])):
            return found
    return []


def _listed(text: str) -> list[str]:
    """Split "New York, London and Tokyo"; one comma alone belongs to a name: "Paris, Texas"."""
    parts = _APART.split(text)
    if len(parts) > 1 or text.count(",") > 1:
        parts = [piece for part in parts for piece in part.split(",")]
    return [name for part in parts if (name := _name(part))]


def _name(text: str) -> str:
    """Return `text` as a place's name, empty when it is none."""
    words = text.strip(" \t.,:;!?'\"“”‘’()").split()
    while words and words[0].lower() in EDGES:
        words.pop(0)
    while words and words[-1].lower().strip(",.") in ENGLISH:
        words.pop()
    if not words or len(words) > _MOST_WORDS or all(w.lower() in ENGLISH for w in words):
        return ""
    if words[0].lower() in ("here", "there") or not any(c.isalpha() for c in "".join(words)):
        return ""
    if words[0][0].isdigit() or words[-1].lower() in ("days", "day", "hours"):
        return ""
    return " ".join(words)


def _left_over(clause: str) -> str:
    """Return the longest run of words that do not belong to asking."""
    runs: list[list[str]] = [[]]
    for word in clause.split():
        bare = word.lower().strip(".,:;!?'\"“”()")
        if bare in ENGLISH and bare not in ("and", "or"):
            runs.append([])
        elif bare in ("and", "or") and not runs[-1]:
            continue
        else:
            runs[-1].append(word)
    return " ".join(max(runs, key=lambda run: sum(map(len, run))))


def _han(clause: str) -> list[str]:
    if _HAN_HERE.search(clause):
        return ["here"]
    left = CHINESE.sub("\n", clause)
    found = []
    for chunk in left.split("\n"):
        for part in _HAN_APART.split(chunk):
            name = part.strip(" .?!？！。：:“”「」").lstrip(LEADING).rstrip(TRAILING)
            is_name = 1 < len(name) <= _MOST_HAN and not name[0].isdigit()
            if is_name and name.lower() not in ENGLISH:
                found.append(name)
    return list(dict.fromkeys(found))[:_MOST_PLACES]
