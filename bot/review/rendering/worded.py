"""A finding in the language of whoever reads it: what our own tables say of a rule, its title and
what to do, is looked up when it is rendered. Pure.

A finding itself keeps the tables' English and its rule, and so do the outputs for programs. What
tools and models wrote in their own words stays as it is.
"""

from __future__ import annotations

from bot.review.static.rules import READS, Rule, table, words
from bot.review.values import Finding
from bot.wording import language, say


def worded(finding: Finding, locale: str) -> Finding:
    """Return a finding with the tables' texts in the language of `locale`; doing so twice changes
    nothing more."""
    spoken = language(locale)
    if spoken == "en":
        return finding
    for source in finding.sources:
        tool, _, id = source.partition(":")
        rule = table(tool).get(id) if tool in TOOLS else None
        told = words(tool, spoken).get(id) if rule is not None else None
        if rule is not None and told is not None:
            finding = _with(finding, rule, told.title, told.suggestion, locale)
    return finding


TOOLS = frozenset({"ruff", "oxlint", "shellcheck", "secrets", "tripwires", "cliches"})
"""Those that have a table; a source may be called anything else."""


def _with(finding: Finding, rule: Rule, title: str, suggestion: str, locale: str) -> Finding:
    changed: dict[str, str] = {}
    if finding.title == rule.title:
        changed["title"] = title
    if finding.suggestion == rule.suggestion:
        changed["suggestion"] = suggestion
    # Where a tool says no more than the title, the title is the message; a model's may follow.
    for before, after in ((f"{rule.title}.", f"{title}。"), (READS, say("review_reads", locale))):
        if finding.message.startswith(before):
            changed["message"] = after + finding.message.removeprefix(before)
    return finding.model_copy(update=changed)
