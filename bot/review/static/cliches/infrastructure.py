"""Clichés of Terraform, Kubernetes and other descriptions of machines."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "open-to-world",
        "terraform",
        "0.0.0.0/0",
        r"\bingress\s?\{[^}]{0,400}?(?P<at>cidr_blocks\s*=\s*\[\s?\"0\.0\.0\.0/0\")",
        unless=r"(?:to|from)_port\s*=\s*(?:80|443)\b",
    ),
    pattern(
        "public-bucket",
        "terraform",
        "public-read",
        r"\bacl\s*=\s*\"public-read(?:-write)?\"",
    ),
    pattern(
        "iam-wildcard",
        "terraform json yaml",
        "action",
        r"\"?Actions?\"?\s*[:=]\s*\[?\s?\"\*\"\s?\]?,?\s*\n?\s*\"?Resources?\"?\s*[:=]\s*\[?\s?\"\*\"",
    ),
    pattern(
        "unencrypted",
        "terraform",
        "encrypted",
        r"\b(?:storage_)?encrypted\s*=\s*false\b",
    ),
    pattern(
        "open-to-world",
        "terraform",
        "publicly_accessible",
        r"\bpublicly_accessible\s*=\s*true\b",
    ),
    pattern(
        "docker-latest",
        "yaml",
        "image:",
        r"^\s*(?:-\s+)?image:\s*[\"']?(?P<at>[\w./-]{1,120}:latest)\b",
    ),
    pattern(
        "docker-user-root",
        "yaml",
        "runasuser",
        r"^\s*runAsUser:\s*0\s*$",
    ),
)
