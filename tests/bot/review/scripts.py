"""Scripted answers of a model that reviews, for the tests of whoever asks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from bot.models.port import Request
from bot.models.scripted import Scripted, Turn
from bot.review.asking.question import Asking


def said(*findings: dict[str, Any], **more: Any) -> str:
    """Return an answer in the form that was asked for."""
    usual = {"summary": "It adds two numbers.", "score": 8, "recommendations": []}
    return json.dumps({**usual, "findings": findings, **more}, ensure_ascii=False)


def raw(quote: str, line: int | None = None, path: str = "a.py", **more: Any) -> dict[str, Any]:
    """Return a finding as a model writes it."""
    usual = {
        "path": path,
        "line": line,
        "quote": quote,
        "severity": "high",
        "type": "bug",
        "confidence": 0.9,
        "title": "Divides by zero",
        "message": "An empty list makes this fail.",
        "trigger": "mean([])",
        "suggestion": "Return early.",
    }
    return {**usual, **more}


def disproved(**proofs: str) -> str:
    """Return the answer of the one who doubts: a proof for each finding."""
    listed = [{"id": name, "proof": proof, "because": "…"} for name, proof in proofs.items()]
    return json.dumps({"disproved": listed})


def asking(turns: Sequence[Turn], seconds: float = 30.0) -> Asking:
    """Ask a scripted model; nothing is waited for."""
    deadline = asyncio.get_running_loop().time() + seconds
    return Asking(Scripted(turns), deadline, sleep=_no_sleep)


def asked(one: Asking) -> list[Request]:
    """Return what the scripted model was asked."""
    requests: list[Request] = one.model.requests  # type: ignore[attr-defined]  # it is scripted
    return requests


async def _no_sleep(seconds: float) -> None:
    """Let time pass at once."""
