"""Hides secrets in text that grows piece by piece, also when a secret is cut across pieces.

Pure. One `Veil` belongs to one growing text; `bot.outlet` feeds it. What cannot be part of a secret
passes at once; only the end of a piece that may grow into one waits for what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.guard.masking import SHORTEST_KNOWN, mask

CONTEXT = 160
"""Characters of shown text that are looked at again: a secret's announcement (`password = "`) is
at most this long in any pattern of `masking`."""

LONGEST_HELD = 16_000
"""Characters that wait at most: beyond the longest secret that `masking` knows."""

LONG_WORD = 16
"""A word of this length may be a secret without any announcement; shorter ones may not, apart from
those that begin like one."""

# What a secret cannot contain ends the part of a text that may still become one.
_SAFE_END = re.compile(r".*[\s\u0080-\U0010ffff]", re.DOTALL)
_ANNOUNCED = (
    r"pass|pwd|secret|token|key|credential|bearer|basic|aws"
    r"|cookie|curl|mysql|login|sig=|://|/api/webhooks/|hooks\.slack"
    r"|sk-|xox|xapp-|gh[pousr]_|github_pat|gl[a-z]{2,4}-|a[ks]ia|aiza|gocspx|[sr]k_|eyj|:aa"
)
"""What stands before or begins the secrets of `masking`, in lower case; the rest are long words."""
_LONGEST_SIGN = 15
"""Characters of an announcement or a long word that may lie in earlier pieces."""
_TELLING = 4
"""Characters of a known secret that make it likely; fewer give nothing away."""
_KEY_BEGINS = "-----BEGIN"
_KEY_ENDS = "-----END"


class Veil:
    """The veil over one growing text; `known` are the secrets of the process itself."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = tuple(known)
        self._alarm = _alarm(self._known)
        self._context = ""
        self._held = ""
        self._watchful = 0
        """Characters for which every pattern is tried: something has announced a secret."""

    def feed(self, text: str) -> str:
        """Take the next piece and return what may be shown now, secrets hidden at equal length."""
        if self._is_harmless(text):
            self._context = (self._context + text)[-CONTEXT:]
            return text
        held = self._held + text
        safe = _SAFE_END.match(held, max(0, len(self._held) - 1))
        cut = safe.end() if safe else 0
        if len(held) - cut > LONGEST_HELD or not self._may_become_one(held, cut):
            cut = len(held)
        cut = min(cut, self._before_known(held))
        self._held = held[cut:]
        return self._show(held[:cut])

    def finish(self) -> str:
        """Return what was held back: nothing follows it any more."""
        held, self._held = self._held, ""
        return self._show(held)

    def _is_harmless(self, text: str) -> bool:
        """Tell cheaply whether `text` cannot be part of any secret: nearly all text cannot."""
        window = self._context[-_LONGEST_SIGN:] + self._held[-_LONGEST_SIGN:] + text
        if self._alarm.search(window.lower()) or _LONG.search(window):
            self._watchful = CONTEXT + len(text)
        elif self._watchful > 0:
            self._watchful -= len(text)
        return self._watchful <= 0 and not self._held and not self._in_private_key()

    def _may_become_one(self, held: str, cut: int) -> bool:
        tail = len(held) - cut
        if not tail:
            return False
        if tail >= LONG_WORD or self._in_private_key():
            return True
        line = (self._context + held)[-CONTEXT - tail :]
        return self._alarm.search(line.lower()) is not None

    def _before_known(self, held: str) -> int:
        """Return where the beginning of a known secret stands at the end of `held`."""
        before = self._context[1 - _TELLING :]
        text, first = before + held, len(held)
        for value in self._known:
            at = text.find(value[:_TELLING], max(0, len(text) - len(value) + 1))
            while at >= 0:
                if value.startswith(text[at:]):
                    first = min(first, max(0, at - len(before)))
                    break
                at = text.find(value[:_TELLING], at + 1)
        return first

    def _show(self, text: str) -> str:
        if not text:
            return ""
        context = self._context
        shown = mask(context + text, self._known)[len(context) :]
        self._context = self._kept(context + text)
        return shown

    def _kept(self, text: str) -> str:
        begun = text.rfind(_KEY_BEGINS)
        if begun >= 0 and _KEY_ENDS not in text[begun:] and len(text) - begun < LONGEST_HELD:
            return text[min(begun, max(0, len(text) - CONTEXT)) :]
        return text[-CONTEXT:]

    def _in_private_key(self) -> bool:
        return len(self._context) > CONTEXT or _KEY_BEGINS in self._context


_LONG = re.compile(rf"[^\s\u0080-\U0010ffff]{{{LONG_WORD}}}")


@lru_cache(maxsize=4)
def _alarm(known: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds, in lower-cased text, the first sign of a secret."""
    own = (re.escape(value[:_TELLING].lower()) for value in known if len(value) >= SHORTEST_KNOWN)
    return re.compile("|".join((_ANNOUNCED, *own)))
