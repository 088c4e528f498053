"""What a review says: the schema of the JSON output, version 1, and what every stage passes on.

Severity, type and source are stable words; texts for people are written when it is rendered.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, computed_field

SCHEMA_VERSION: Literal["1"] = "1"

Severity: TypeAlias = Literal["critical", "high", "medium", "low", "nit"]
FindingType: TypeAlias = Literal[
    "bug",
    "security",
    "performance",
    "reliability",
    "maintainability",
    "tests",
    "docs",
    "style",
]
Placed: TypeAlias = Literal["exact", "moved", "fuzzy", "approximate", "file", "none"]
"""How sure a finding's place is. `exact`: the quote stands on the cited line, or only there.
`moved`: it stands elsewhere, without doubt. `fuzzy`: nearly so reads one line. `approximate`: one
of `candidates`. `file`: about the file. `none`: it could not be placed."""

Part: TypeAlias = Literal["ok", "partial", "failed", "off"]
Unit: TypeAlias = Annotated[float, Field(ge=0, le=1)]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "nit")
"""The gravest first."""

LONGEST_TITLE = 90

SECRETS = frozenset({259, 321, 798})
"""Weaknesses that call what stands in the code a secret (cwe.mitre.org)."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Value):
    """Where a finding stands. Lines count from 1, both ends included."""

    path: str
    side: Literal["new", "old"] = "new"
    start_line: int | None = None
    end_line: int | None = None
    start_col: int | None = None
    end_col: int | None = None
    quote: str = ""
    status: Placed = "none"
    candidates: tuple[int, ...] = ()


class Edit(_Value):
    """Whole lines `start_line` to `end_line` that read `old` are to read `new`; where `end_line`
    lies before `start_line`, `new` is put before that line."""

    start_line: int
    end_line: int
    old: str
    new: str


class Fix(_Value):
    """A proposed change, and what was found out about it; None is what could not be found out."""

    description: str = ""
    edits: tuple[Edit, ...]
    patch: str = ""
    """A unified diff that `git apply` takes."""
    applies: bool = False
    parses: bool | None = None
    relint_ok: bool | None = None
    finding_gone: bool | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own form
    @property
    def verified(self) -> bool:
        """Tell whether it may be offered as a fix."""
        return (
            self.applies
            and self.parses is not False
            and self.relint_ok is not False
            and self.finding_gone is not False
        )


class Finding(_Value):
    """One thing to say. `id` survives shifts of lines (`bot.review.findings.identity`)."""

    id: str
    severity: Severity
    type: FindingType
    rule_id: str | None = None
    cwe: tuple[int, ...] = ()
    sources: tuple[str, ...]
    """`llm`, or a tool and its rule, such as `ruff:S608`."""
    confidence: Unit
    title: str = Field(max_length=LONGEST_TITLE)
    message: str
    trigger: str = ""
    """The input or the case that makes it go wrong."""
    suggestion: str = ""
    anchor: Anchor
    fix: Fix | None = None
    in_change: bool = True
    more: int = 0
    """Further places of the same rule, which are not listed."""
    status: Literal["new", "open", "fixed", "dismissed"] = "new"


class ToolRun(_Value):
    """What a static tool did. `files` counts what it read; `detail` says why it failed, `unread`
    names the files of which it did not read all, where it read others."""

    name: str
    version: str = ""
    state: Part = "ok"
    files: int = 0
    seconds: float = 0.0
    detail: str = ""
    unread: tuple[str, ...] = ()


class Coverage(_Value):
    """What was read, honestly: by path, in full, in part and why, not at all and why.

    `missing` are the reasons for what is not there and of which no file is known, such as
    `files_left_out`; `unlinted` the languages that no linter knows, `unknown` for one that could
    not be told.
    """

    files_total: int
    full: tuple[str, ...] = ()
    partial: dict[str, str] = {}
    skipped: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    unlinted: tuple[str, ...] = ()
    tools: tuple[ToolRun, ...] = ()
    llm: Part = "off"
    llm_detail: str = ""
    dropped_findings: int = 0


class Usage(_Value):
    """What it cost: tokens, seconds, and US dollars where the price is known."""

    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None


class Review(_Value):
    """The whole review. `score` is None when the model's part is missing."""

    schema_version: Literal["1"] = SCHEMA_VERSION
    kind: Literal["snippet", "file", "diff", "pr"]
    language: str | None = None
    score: int | None = Field(default=None, ge=1, le=10)
    score_basis: str = ""
    verdict: Literal["ok", "comments", "changes", "incomplete"]
    summary: str = ""
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[str, ...] = ()
    coverage: Coverage
    usage: Usage = Usage()
