"""Learns at run time what a service refuses, so that the same request works without it. Pure.

Look-alikes answer 400 to parameters that they do not know, each in its own words. The one that the
complaint names is left out and the request is sent again; what helped is remembered as long as the
model lives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from bot.models.complaints import Complaint

Body = dict[str, Any]

_NAMING = frozenset({400, 404, 415, 422, 501})
"""Statuses with which services turn down a request for something in it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a request can do without: how it is named, and whether this request has it."""

    name: str
    named: re.Pattern[str]
    used: Callable[[Body], bool]


def _key(name: str) -> Feature:
    """Return the feature of sending the parameter `name` at all."""
    return Feature(
        name, re.compile(rf"(?<![\w-]){name}(?![\w-])", re.IGNORECASE), lambda body: name in body
    )


def _feature(name: str, named: str, used: Callable[[Body], bool]) -> Feature:
    return Feature(name, re.compile(named, re.IGNORECASE), used)


def _messages(body: Body) -> list[Body]:
    given = body.get("messages", body.get("input"))
    return given if isinstance(given, list) else []


def _functions(body: Body) -> list[Body]:
    return [tool.get("function", tool) for tool in body.get("tools", ())]


def _has_images(body: Body) -> bool:
    return any(isinstance(message.get("content"), list) for message in _messages(body))


def _has_long_ids(body: Body) -> bool:
    calls = (call for message in _messages(body) for call in message.get("tool_calls") or ())
    return any(len(call["id"]) != SHORT_ID for call in calls)


def _lacks_reasoning(body: Body) -> bool:
    return any(
        message.get("tool_calls") and not message.get("reasoning_content")
        for message in _messages(body)
    )


def _may_set_effort(body: Body) -> bool:
    return "messages" in body and "reasoning_effort" not in body


SHORT_ID = 9
"""Characters of the only tool call ids that Mistral takes."""
FEATURES = (
    _key("stream_options"),
    _key("max_completion_tokens"),
    _key("max_tokens"),
    _key("max_output_tokens"),
    _key("parallel_tool_calls"),
    _key("safety_identifier"),
    _key("prompt_cache_key"),
    # A model that must be told not to reason; the wording is OpenAI's, beside function tools.
    _feature("default_effort", r"reasoning_effort to '?none", _may_set_effort),
    _key("reasoning_effort"),
    _feature("include", r"\binclude\b|encrypted[ _]content", lambda body: "include" in body),
    _feature("store", r"['\"`]store['\"`]|^store\b|: store\b", lambda body: "store" in body),
    _key("instructions"),
    _feature(
        "strict",
        r"\bstrict\b",
        lambda body: any("strict" in function for function in _functions(body)),
    ),
    _feature(
        "developer",
        r"developer|\broles?\b.{0,60}(system|user)",
        lambda body: any(message.get("role") == "developer" for message in _messages(body)),
    ),
    _feature("images", r"image|vision|multimodal|content.{0,40}string", _has_images),
    _feature(
        "reasoning_back",
        r"reasoning(_content)?\b(?!.{0,60}passed back)",
        lambda body: any(
            "reasoning_content" in message or "reasoning" in message for message in _messages(body)
        ),
    ),
    _feature("no_reasoning_back", r"reasoning_content.{0,60}passed back", _lacks_reasoning),
    _feature(
        "late_system",
        r"system message.{0,60}(beginning|first)|unexpected role '?system",
        lambda body: any(message.get("role") == "system" for message in _messages(body)[1:]),
    ),
    _feature("long_ids", r"tool call id|tool_call_id|length of 9", _has_long_ids),
    _key("tool_choice"),
    _feature(
        "tools",
        r"(not|n't) support.{0,20}(tool|function)|support tool|\btools?\b.{0,30}not supported"
        r"|(permitted|unknown|unsupported|unrecognized).{0,40}\btools\b",
        lambda body: "tools" in body,
    ),
)


class Habits:
    """What one service is known to refuse, by the names of `FEATURES`."""

    def __init__(self) -> None:
        self.refused: frozenset[str] = frozenset()

    def learn(self, features: Collection[str]) -> None:
        """Remember that the service takes requests without `features`."""
        self.refused |= frozenset(features)


def blamed(complaint: Complaint, body: Body, tried: Collection[str]) -> str:
    """Return the feature of `body` that `complaint` names and `tried` has not yet, or nothing.

    A complaint's own `param` decides before its wording does.
    """
    if complaint.status not in _NAMING:
        return ""
    for said in (complaint.param, complaint.message):
        for feature in FEATURES:
            if feature.name not in tried and feature.named.search(said) and feature.used(body):
                return feature.name
    return ""
