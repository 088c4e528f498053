"""Clichés of shell scripts, wherever they stand: in files, images and workflows."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

_EVERYWHERE = "shell dockerfile workflow yaml makefile"

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "pipe-to-shell",
        _EVERYWHERE,
        "curl wget",
        r"\b(?:curl|wget)\b[^|\n;&]{0,300}\|\s?(?:sudo\s+(?:-\w+\s+)?)?(?:/bin/|/usr/bin/)?"
        r"(?P<at>(?:ba|z|da|k)?sh|python3?|perl|ruby|node)\b(?!\s+-m\s+json)",
        unless=r"sha256sum|gpg --verify|-c\s+[\"']import json",
    ),
    pattern(
        "pipe-to-shell",
        _EVERYWHERE,
        "curl wget",
        r"\b(?:ba|z)?sh\s+(?:-c\s+[\"']?\$\(|<\()\s?(?:curl|wget)\b|\beval\s+[\"']?\$\((?:curl|"
        r"wget)\b",
    ),
    pattern(
        "world-writable",
        _EVERYWHERE,
        "chmod",
        r"\bchmod\s+(?:-\w+\s+)*(?:0?777|a\+rwx|o\+w|a\+w)\b",
    ),
    pattern(
        "shell-eval",
        "shell",
        "eval",
        r"(?:^|[;&|]\s?|\bthen |\bdo )[ \t]*(?P<at>eval)\s+[\"']?(?!\"?\$\((?:ssh-agent|dircolors|"
        r"brew|"
        r"direnv|pyenv|rbenv|nodenv|starship|minikube|docker-machine|opam|luarocks|zoxide|fzf))"
        r"[^\n]{0,60}?\$(?:\{?[A-Za-z1-9@*])",
        where="text",
        unless=r"^\s*#",
    ),
    pattern(
        "no-certificate-check",
        _EVERYWHERE,
        "curl wget sslverify stricthostkeychecking",
        r"\bcurl\b[^\n|;&]{0,120}\s(?:-\w{0,6}k\w{0,6}\b|--insecure\b)"
        r"|\bwget\b[^\n|;&]{0,120}--no-check-certificate\b"
        r"|\bhttp\.sslVerify\s+false|StrictHostKeyChecking[= ]no\b",
    ),
    pattern(
        "predictable-temp",
        "shell",
        "/tmp/",  # noqa: S108  a hint to look for, no file
        r"(?:>|\btouch\s|\btee\s|=)\s?[\"']?(?P<at>/tmp/[\w.-]{0,40}\$\$)",
    ),
)
