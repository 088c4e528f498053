"""The one exception of the local Slack: a Web API answer with `ok: false`."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Answer `{"ok": false, "error": name, ...}` with Slack's own name for the error."""

    def __init__(self, name: str, *messages: str, **fields: Any) -> None:
        super().__init__(name)
        self.name = name
        self.fields: dict[str, Any] = dict(fields)
        if messages:
            self.fields["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in messages]}

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.name, **self.fields}


def missing(field: str) -> Refusal:
    """Refuse a call that lacks a required argument, in the words of Slack's schema check."""
    return Refusal("invalid_arguments", f"missing required field: {field}")
