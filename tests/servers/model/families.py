"""Which parameters each family of OpenAI's models takes, as data.

Used by the request checks in "openai" mode. Sources: the parameter notes in the API reference and
the error answers that many projects reported for tools together with reasoning on Chat Completions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Sampling = Literal["always", "default only", "without reasoning", "never"]
ChatTools = Literal["always", "effort unset or none", "effort unset", "effort none", "never"]

_FULL = ("none", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Family:
    """One row: models whose names match `names` behave like this.

    `efforts` are the accepted reasoning efforts (empty: not a reasoning model); `sampling` says
    when temperature and its like are accepted; `chat_tools` when functions are, on that wire.
    """

    names: str
    efforts: tuple[str, ...] = ()
    default_effort: str | None = None
    sampling: Sampling = "always"
    chat_tools: ChatTools = "always"
    chat: bool = True
    context: int = 400_000

    @property
    def reasons(self) -> bool:
        """Whether these are reasoning models."""
        return bool(self.efforts)


_DATED = r"(-\d{4}-\d{2}-\d{2})?"
FAMILIES = (
    Family(rf"gpt-4o(-mini)?{_DATED}", context=128_000),
    Family(rf"gpt-4\.1(-mini)?{_DATED}", context=1_047_576),
    Family(rf"o3{_DATED}", ("low", "medium", "high"), "medium", "default only", context=200_000),
    Family(
        rf"gpt-5(-mini|-nano)?{_DATED}",
        ("minimal", "low", "medium", "high"),
        "medium",
        "default only",
    ),
    Family(rf"gpt-5\.1{_DATED}", ("none", "low", "medium", "high"), "none", "without reasoning"),
    Family(rf"gpt-5\.2-pro{_DATED}", ("medium", "high", "xhigh"), "medium", "never", chat=False),
    Family(
        rf"gpt-5\.[2-4](-mini|-nano)?{_DATED}",
        ("none", "low", "medium", "high", "xhigh"),
        "none",
        "without reasoning",
        "effort unset or none",
    ),
    Family(
        rf"gpt-5\.5{_DATED}",
        ("none", "low", "medium", "high", "xhigh"),
        "medium",
        "without reasoning",
        "effort unset",
    ),
    Family(
        r"gpt-5\.6-(sol|terra|luna)|gpt-6-(luna|sol)|gpt-6\.1-terra",
        _FULL,
        "medium",
        "without reasoning",
        "effort none",
    ),
    Family(
        r"gpt-6-astra|gpt-6\.1-sol|gpt-6\.2-(astra|sol)",
        ("low", "medium", "high", "xhigh", "max"),
        "medium",
        "never",
        "never",
    ),
)
# What GET /v1/models lists, with announced shutdown dates.
MODELS: dict[str, str | None] = {
    "gpt-6.2-astra": None,
    "gpt-6.2-sol": None,
    "gpt-6.1-sol": None,
    "gpt-6.1-terra": None,
    "gpt-6-astra": None,
    "gpt-6-sol": None,
    "gpt-6-luna": None,
    "gpt-5.6-sol": None,
    "gpt-5.6-terra": None,
    "gpt-5.6-luna": None,
    "gpt-5.5": None,
    "gpt-5.4": None,
    "gpt-5.4-mini": None,
    "gpt-5.4-nano": "2027-04-01",
    "gpt-5.2": None,
    "gpt-5.1": "2027-04-01",
    "gpt-5": "2026-12-11",
    "gpt-5-mini": "2026-12-11",
    "o3": "2026-12-11",
    "gpt-4.1": "2027-01-14",
    "gpt-4.1-mini": "2027-01-14",
    "gpt-4o": "2027-01-14",
    "gpt-4o-mini": "2027-01-14",
}
GONE = re.compile(r"o1|o1-mini|o3-mini|o4-mini|gpt-4|gpt-4-turbo|gpt-3\.5-turbo|gpt-4\.1-nano")
_PATTERNS = [(re.compile(family.names), family) for family in FAMILIES]


def family_of(model: str) -> Family | None:
    """Return the family that a model's name belongs to, or None for an unknown model."""
    for pattern, family in _PATTERNS:
        if pattern.fullmatch(model):
            return family
    return None
