"""Secrets hidden by kind, at the same length, so that places and line numbers stay true.

Pure. Everything that is remembered, sent to a model, written to a platform or logged passes here.
Every pattern begins behind something that cannot be part of it and repeats within bounds, so that
no text costs more than linear time; hints let most texts skip most patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

MASK = "•"
"""Stands for each hidden character. No pattern accepts it, so that masked text stays as it is."""

SHORTEST_KNOWN = 6
"""Characters; hiding a shorter value wherever it occurs would hide ordinary words."""

_MOST_PASSES = 4
"""What one pass hid can uncover at most a neighbour; this bounds the cost of hostile text."""


class Found(NamedTuple):
    """A secret in a text: its kind and where it stands."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern, run only on texts that hold one of `hints`; group 1, if any, is the secret."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    folded: bool = False
    """The hints are looked for in the lower-cased text."""


def _rule(kind: str, hints: str, pattern: str, *, folded: bool = False) -> _Rule:
    flags = re.IGNORECASE if folded else 0
    return _Rule(kind, tuple(hints.split()), re.compile(pattern, flags), folded)


_FREE = r"(?<![A-Za-z0-9•])"
_BREAK = r"(?:\r?\n|\\r|\\n)[ \t]{0,20}"
_ASSIGN = r"""[\w-]{0,20}["'`]?\s{0,5}(?:=>|:=|[:=])\s{0,5}"""
_KEY_WORDS = r"(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
_HAS_DIGIT = r"(?=[^\s\"'`•]{0,199}[0-9])"

# Forms as the issuers document them: platform.openai.com, docs.slack.dev/authentication/tokens,
# docs.github.com (about authentication), docs.gitlab.com (token overview), docs.aws.amazon.com (IAM
# identifiers), RFC 7519 (tokens), RFC 7468 (keys), RFC 3986 3.2.1 (user information).
_RULES: tuple[_Rule, ...] = (
    _rule("anthropic_key", "sk-ant-", _FREE + r"sk-ant-[A-Za-z0-9_-]{20,250}"),
    _rule("openai_key", "sk-", _FREE + r"sk-(?=[A-Za-z0-9_-]{0,250}[0-9])[A-Za-z0-9_-]{20,250}"),
    _rule(
        "slack_token",
        "xox xapp-",
        _FREE + r"(?:xoxe\.)?(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,250}",
    ),
    _rule(
        "slack_webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{10,250})",
    ),
    _rule("github_token", "ghp_ gho_ ghu_ ghs_ ghr_", _FREE + r"gh[pousr]_[A-Za-z0-9]{36,250}"),
    _rule("github_token", "github_pat_", _FREE + r"github_pat_[A-Za-z0-9_]{22,250}"),
    _rule("gitlab_token", "gl", _FREE + r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|soat)-[\w.-]{20,250}"),
    _rule("aws_key_id", "AKIA ASIA", _FREE + r"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9•])"),
    _rule(
        "aws_secret",
        "aws",
        r"aws[\w -]{0,20}(?:secret|key)[\w \"'-]{0,20}[:=]{1,2}[\s\"']{0,5}"
        r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+•])",
        folded=True,
    ),
    _rule("google_key", "AIza", _FREE + r"AIza[A-Za-z0-9_-]{35}"),
    _rule("google_secret", "GOCSPX-", _FREE + r"GOCSPX-[A-Za-z0-9_-]{24,40}"),
    _rule("stripe_key", "_live_ _test_", _FREE + r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,250}"),
    _rule(
        "discord_token",
        ".",
        r"(?<![\w•.-])[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}",
    ),
    _rule(
        "discord_webhook",
        "/api/webhooks/",
        r"/api/webhooks/[0-9]{15,20}/([A-Za-z0-9_-]{30,100})",
    ),
    _rule("telegram_token", ":AA", _FREE + r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    _rule(
        "jwt",
        "eyJ",
        r"(?<![\w•-])eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,1000}",
    ),
    _rule(
        "private_key",
        "PRIVATE",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?:{_BREAK}(?:[A-Za-z-]{{3,20}}: [^\r\n\\]{{1,100}})?){{1,8}}"
        rf"([A-Za-z0-9+/=]{{16,9000}}(?:{_BREAK}[A-Za-z0-9+/=]{{1,200}}){{0,500}})",
    ),
    _rule(
        "url_password",
        "://",
        r"(?<=://)[^\s/:@\"'<>•]{0,100}:([^\s/@\"'<>•]{3,200})@",
    ),
    _rule(
        "authorization",
        "bearer basic",
        rf"\b(?:bearer|basic)\s{{1,5}}{_HAS_DIGIT}([A-Za-z0-9._~+/=-]{{20,1000}})",
        folded=True,
    ),
    _rule(
        "password",
        "passw pwd",
        rf"(?:passw(?:or)?d|pwd){_ASSIGN}([\"'`])(?![$<{{%*])(?P<secret>[^\s\"'`•]{{6,200}})\1",
        folded=True,
    ),
    _rule(
        "password",
        "passw",
        r"(?:passw(?:or)?d)[A-Z0-9_]{0,20}=(?![$<{%*])(?P<secret>[^\s\"'`•,;&()\[\]]{6,200})",
        folded=True,
    ),
    _rule(
        "token",
        "secret token key credential",
        rf"{_KEY_WORDS}{_ASSIGN}([\"'`])(?![$<{{%*]){_HAS_DIGIT}"
        r"(?P<secret>[^\s\"'`•]{8,200})\1",
        folded=True,
    ),
    _rule(
        "token",
        "SECRET TOKEN KEY",
        rf"(?:SECRET|TOKEN|API_?KEY|ACCESS_?KEY)[A-Z0-9_]{{0,20}}=(?![$<{{%*]){_HAS_DIGIT}"
        r"(?P<secret>[^\s\"'`•,;&()\[\]]{8,200})",
    ),
)


def find(text: str) -> list[Found]:
    """Find the secrets in `text`, in order and without overlaps."""
    merged: list[Found] = []
    for found in sorted(_every(text), key=lambda found: (found.start, -found.end)):
        last = merged[-1] if merged else None
        if last is None or found.start >= last.end:
            merged.append(found)
        elif found.end > last.end:
            merged[-1] = last._replace(end=found.end)
    return merged


def mask(text: str, known: Iterable[str] = ()) -> str:
    """Hide the secrets in `text`, and every value in `known`; length and lines stay the same."""
    for value in sorted(known, key=len, reverse=True):
        if len(value) >= SHORTEST_KNOWN and value in text:
            text = text.replace(value, _hidden(value))
    for _ in range(_MOST_PASSES):
        found = find(text)
        if not found:
            break
        text = _masked(text, found)
    return text


def _every(text: str) -> Iterator[Found]:
    folded = text.lower()
    for rule in _RULES:
        where = folded if rule.folded else text
        if not any(hint in where for hint in rule.hints):
            continue
        for match in rule.pattern.finditer(text):
            group: int | str = "secret" if "secret" in match.re.groupindex else match.re.groups
            yield Found(rule.kind, match.start(group), match.end(group))


def _masked(text: str, found: list[Found]) -> str:
    pieces: list[str] = []
    at = 0
    for _, start, end in found:
        pieces += (text[at:start], _hidden(text[start:end]))
        at = end
    return "".join((*pieces, text[at:]))


def _hidden(secret: str) -> str:
    return re.sub(r"[^\r\n]", MASK, secret)
