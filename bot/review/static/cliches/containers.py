"""Clichés of Dockerfiles, of workflows on GitHub, and of what both have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.review.reading.dialects import BASES
from bot.review.reading.lexing import Code
from bot.review.static.cliches.pattern import Pattern, Spot, pattern, spot
from bot.review.static.units import Unit

# docs.github.com, "Security hardening for GitHub Actions": contexts that strangers write.
_UNTRUSTED = (
    r"github\.(?:head_ref|event\.(?:issue|pull_request|discussion|comment|review|review_comment|"
    r"head_commit|workflow_run|pages|commits|inputs|client_payload)[\w.\[\]*]{0,80}?"
    r"(?:title|body|message|email|name|label|ref|head_branch|default_branch|page_name|"
    r"display_title)"
    r"|event\.(?:inputs|client_payload)\.\w+)\b"
)
_RUN = re.compile(r"^([ \t]*)(?:-[ \t]+)?(?:run|script):[ \t]*(.*)$", re.MULTILINE)
_EXPRESSION = re.compile(rf"\$\{{\{{[^}}\n]{{0,120}}?\b{_UNTRUSTED}[^}}\n]{{0,80}}\}}\}}")
_WORKFLOW = re.compile(r"^(?:[\"']?on[\"']?:|jobs:)", re.MULTILINE)

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "docker-user-root", "dockerfile", "user", r"^USER\s+(?:root|0)(?::\S+)?\s*\Z", fold=True
    ),
    pattern(
        "docker-secret",
        "dockerfile",
        "env arg",
        r"^(?:ENV|ARG)\s+\w{0,30}(?:PASSWORD|PASSWD|SECRET|API_?KEY|TOKEN|PRIVATE_KEY|ACCESS_KEY)"
        r"\w{0,20}[ =][\"']?(?!\$|\{|[\"'\s]|<|/|true\b|false\b)\S{3,}",
        fold=True,
    ),
    pattern(
        "docker-secret",
        "dockerfile",
        "copy add",
        r"^(?:COPY|ADD)\s[^\n]{0,100}(?:\bid_rsa\b|(?<![\w.])\.env\b(?!\.)|\.aws\b|\.npmrc\b|"
        r"\.pem\b)",
        fold=True,
    ),
    pattern(
        "docker-add-url",
        "dockerfile",
        "add",
        r"^ADD\s+(?:--chown=\S+\s+)?https?://",
        fold=True,
    ),
    pattern(
        "docker-apt",
        "dockerfile",
        "apt",
        r"^RUN\s+apt(?:-get)?\s+update\s*$|^RUN\s+apt(?:-get)?\s+update(?:[^\n]|"
        r"\\\n){0,20}\n(?!\s*&&)"
        r"RUN\s+apt(?:-get)?\s+install",
        fold=True,
    ),
    pattern(
        "docker-apt-ask",
        "dockerfile",
        "apt",
        r"\bapt-get\s+(?:[\w-]+\s+)*?(?P<at>install)\b(?!(?:[^\n&;]|\\\n){0,400}\s(?:-\w*y\w*|"
        r"--yes|"
        r"--assume-yes|-qq)\b)",
        unless=r"\s-\w*y|--yes|-qq",
        absent=r"APT::Get::Assume-Yes|-y install|-qy|-yq",
    ),
    pattern("docker-cd", "dockerfile", "run", r"^RUN\s+cd\s+\S+\s*$", fold=True),
    pattern("docker-sudo", "dockerfile", "sudo", r"^RUN\s+(?P<at>sudo)\s", fold=True),
    pattern(
        "docker-socket",
        "yaml shell dockerfile workflow",
        "docker.sock",
        r"/var/run/docker\.sock:/var/run/docker\.sock",
    ),
    pattern("workflow-permissions", "workflow", "write-all", r"^\s*permissions:\s*write-all\b"),
    pattern(
        "workflow-unpinned",
        "workflow",
        "uses",
        r"\buses:\s*[\"']?(?!actions/|github/|docker/|\./)(?P<at>[\w.-]+/[\w./-]+@(?:main|master|"
        r"HEAD|"
        r"latest|develop|dev))\b",
    ),
    pattern(
        "workflow-secret-shown",
        "workflow",
        "secrets.",
        r"\b(?:echo|printf|print|cat)\b[^\n|>]{0,120}\$\{\{\s?secrets\.\w+\s?\}\}[^\n|>]{0,60}$",
    ),
    pattern(
        "workflow-all-secrets",
        "workflow",
        "secrets",
        r"\$\{\{\s?toJSON\(\s?secrets\s?\)",
        fold=True,
    ),
    pattern(
        "workflow-commands",
        "workflow",
        "actions_allow_unsecure_commands",
        r"\bACTIONS_ALLOW_UNSECURE_COMMANDS:\s*[\"']?true",
    ),
    pattern(
        "workflow-target",
        "workflow",
        "pull_request_target workflow_run",
        r"\bref:\s*[\"']?\$\{\{\s?(?P<at>github\.(?:event\.pull_request\.(?:head\.(?:sha|ref)|"
        r"merge_commit_sha"
        r"|number)|head_ref|event\.workflow_run\.head_(?:sha|branch)))",
        absent=r"\A(?![\s\S]{0,20000}\b(?:pull_request_target|workflow_run)\b)",
    ),
    pattern(
        "privileged",
        "yaml shell workflow",
        "privileged",
        r"^\s*(?:-\s+)?privileged:\s*true\b|\bdocker\s+run\b[^\n]{0,200}--privileged\b",
    ),
)


def kind(unit: Unit) -> str:
    """Return the language, where a workflow on GitHub is one of its own."""
    path, language = unit.source.path, unit.source.language
    if language != "yaml":
        return BASES.get(language, language)
    if "/workflows/" in f"/{path}" or path.endswith(("action.yml", "action.yaml")):
        return "workflow"
    text = unit.text
    is_one = len(set(_WORKFLOW.findall(text))) == 2 or (
        "pull_request_target" in text or "runs-on:" in text or "${{ github." in text
    )
    return "workflow" if is_one else language


def spots(unit: Unit, kind: str, code: Code) -> Iterator[Spot]:
    """Find what takes more than one line to see."""
    if kind == "workflow":
        yield from _injections(code)
    elif kind == "dockerfile":
        yield from _unpinned(code)
        if unit.is_whole:
            yield from _without_user(code)


def _injections(code: Code) -> Iterator[Spot]:
    """Find untrusted text inside of scripts; as a value of `env` it is harmless."""
    for run in _RUN.finditer(code.code):
        indent = len(run[1].expandtabs(8))
        end = run.end()
        while end < len(code.code):
            following = code.code.find("\n", end + 1)
            following = len(code.code) if following < 0 else following
            row = code.code[end + 1 : following]
            if row.strip() and len(row) - len(row.lstrip()) <= indent:
                break
            end = following
        for found in _EXPRESSION.finditer(code.code, run.start(2), end):
            yield spot(code, "workflow-injection", *found.span())


_FROM = re.compile(
    r"^FROM\s+(?:--\S+\s+)?(?P<image>[^\s$@]{1,200})(?=\s|$)(?:\s+AS\s+(?P<name>\S+))?",
    re.MULTILINE | re.IGNORECASE,
)


def _unpinned(code: Code) -> Iterator[Spot]:
    """Find images without a version; a stage of this file needs none."""
    stages = {"scratch"}
    for found in _FROM.finditer(code.code):
        image = found["image"]
        tag = image.rpartition("/")[2].partition(":")[2]
        if image.lower() not in stages and tag in ("", "latest"):
            yield spot(code, "docker-latest", *found.span("image"))
        stages.add((found["name"] or "").lower())


_STAGES = re.compile(r"^FROM\s", re.MULTILINE | re.IGNORECASE)
_USER = re.compile(r"^USER\s", re.MULTILINE | re.IGNORECASE)
_RUNS = re.compile(r"^(?:CMD|ENTRYPOINT)\s", re.MULTILINE | re.IGNORECASE)
_UNPRIVILEGED = re.compile(r"nonroot|distroless|unprivileged|scratch", re.IGNORECASE)


def _without_user(code: Code) -> Iterator[Spot]:
    """Look at the last stage alone: it is what runs."""
    stages = [found.start() for found in _STAGES.finditer(code.code)]
    if not stages:
        return
    last = code.code[stages[-1] :]
    runs = _RUNS.search(last)
    if runs and not _USER.search(last) and not _UNPRIVILEGED.search(last.split("\n", 1)[0]):
        yield spot(code, "docker-root", stages[-1] + runs.start(), stages[-1] + runs.end())
