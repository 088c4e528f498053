"""A review as SARIF 2.1.0, which code hosts and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/; what GitHub reads of it:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from bot.review.rendering import phrases
from bot.review.rendering.visible import escaped, one_line, visible
from bot.review.values import SEVERITIES, Edit, Finding, Fix, Review, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

LEVELS: Mapping[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "nit": "note",
}

SECURITY_SEVERITY: Mapping[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "nit": "0.5",
}
"""Within GitHub's ranges: critical above 9.0, high from 7.0, medium from 4.0, low above 0."""

_BASE = "%SRCROOT%"
_SNIPPET = "snippet"
_DRIVE = re.compile(r"[A-Za-z]:/")
_SUPPRESSED = {"kind": "external", "status": "accepted"}


def render(review: Review, locale: str = "en") -> str:
    """Write a review as one SARIF run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(review, locale)]}
    return escaped(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


def _run(review: Review, locale: str) -> dict[str, Any]:
    findings = [each for each in review.findings if each.status != "fixed"]
    rules = _rules(findings)
    places = {rule["id"]: at for at, rule in enumerate(rules)}
    cwes = sorted({number for finding in findings for number in finding.cwe})
    run: dict[str, Any] = {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(review, locale)],
        "originalUriBaseIds": {_BASE: {"description": {"text": "The root of the sources."}}},
        "results": [_result(each, places, cwes) for each in findings],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "score": review.score,
            "scoreBasis": review.score_basis,
            "verdict": review.verdict,
            "modelPart": review.coverage.llm,
        },
    }
    if cwes:
        run["taxonomies"] = [_taxonomy(cwes)]
    return run


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "Parley", "rules": rules}
    with suppress(PackageNotFoundError):  # run from a checkout that is not installed
        driver["semanticVersion"] = version("parley")
    return driver


def rule_of(finding: Finding) -> str:
    """Name the rule: that of the first tool that found it, else what kind of thing it is."""
    tools = (source for source in finding.sources if source != "llm")
    return next((one.replace(":", "/", 1) for one in tools), f"model/{finding.type}")


def _rules(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Describe each rule once; its severity is the gravest with which it is used."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(rule_of(finding), []).append(finding)
    return [_rule(rule, found) for rule, found in by_rule.items()]


def _rule(rule: str, found: list[Finding]) -> dict[str, Any]:
    worst = min((each.severity for each in found), key=SEVERITIES.index)
    is_tool = not rule.startswith("model/")
    title = one_line(found[0].title) if is_tool else f"Found by a language model: {found[0].type}"
    cwes = sorted({number for each in found for number in each.cwe}) if is_tool else []
    described: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": {
            "tags": [found[0].type, *(f"external/cwe/cwe-{number:03}" for number in cwes)],
        },
    }
    if found[0].type == "security":
        described["properties"]["security-severity"] = SECURITY_SEVERITY[worst]
    return described


def _result(finding: Finding, places: Mapping[str, int], cwes: list[int]) -> dict[str, Any]:
    rule = rule_of(finding)
    told = "\n".join(filter(None, (finding.title, finding.message, finding.suggestion)))
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": places[rule],
        "level": LEVELS[finding.severity],
        "message": {"text": visible(told) or finding.type},
        "locations": [_location(finding)],
        "partialFingerprints": {"parleyFindingId/v1": finding.id},
        "rank": round(finding.confidence * 100, 1),
        "properties": {
            "severity": finding.severity,
            "type": finding.type,
            "sources": list(finding.sources),
            "placed": finding.anchor.status,
            "candidates": list(finding.anchor.candidates),
            "inChange": finding.in_change,
        },
    }
    if finding.cwe:
        component = {"name": "CWE", "index": 0}
        result["taxa"] = [
            {"id": str(number), "index": cwes.index(number), "toolComponent": component}
            for number in finding.cwe
        ]
    if finding.status == "dismissed":
        result["suppressions"] = [_SUPPRESSED]
    if finding.fix is not None and finding.fix.verified and finding.fix.edits:
        result["fixes"] = [_fix(finding.anchor.path, finding.fix)]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    """A place that is not sure, or of the old side, has no region: it would be another line."""
    anchor = finding.anchor
    physical: dict[str, Any] = {"artifactLocation": _artifact(anchor.path)}
    if anchor.start_line is not None and anchor.side == "new" and anchor.status != "fuzzy":
        region: dict[str, Any] = {"startLine": anchor.start_line}
        last = max(anchor.end_line or 0, anchor.start_line)
        if anchor.end_line is not None:
            region["endLine"] = last
        if anchor.start_col is not None:
            region["startColumn"] = anchor.start_col
            if anchor.end_col is not None:
                least = anchor.start_col if last == anchor.start_line else 1
                region["endColumn"] = max(least, anchor.end_col) + 1  # SARIF's ends lie behind
        if anchor.quote:
            region["snippet"] = {"text": anchor.quote}
        physical["region"] = region
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, Any]:
    """Name a file (SARIF, 3.4): below the root of the sources, or by its whole path. A stranger's
    `../x` leads out of the root and is no more than itself: it is given no base."""
    path = path.replace("\\", "/") or _SNIPPET
    if path.startswith("/") or _DRIVE.match(path):
        return {"uri": f"file:///{quote(posixpath.normpath(path).lstrip('/'), safe='/:')}"}
    path = posixpath.normpath(path)
    # A colon in the first segment would be read as a scheme (RFC 3986, 4.2); it is escaped.
    uri = quote(path, safe="/")
    return {"uri": uri} if path.split("/")[0] == ".." else {"uri": uri, "uriBaseId": _BASE}


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    fixed: dict[str, Any] = {
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [_replacement(edit) for edit in fix.edits],
            }
        ]
    }
    if fix.description.strip():
        fixed["description"] = {"text": visible(fix.description)}
    return fixed


def _replacement(edit: Edit) -> dict[str, Any]:
    """Replace whole lines; inserting and deleting take the line's end along."""
    new = edit.new.removesuffix("\n")
    first, behind = edit.start_line, edit.end_line + 1
    whole = {"startLine": first, "startColumn": 1, "endLine": max(first, behind), "endColumn": 1}
    if edit.end_line < edit.start_line:
        return {"deletedRegion": whole, "insertedContent": {"text": f"{new}\n"}}
    if not edit.new:
        return {"deletedRegion": whole}
    region = {"startLine": first, "endLine": edit.end_line}
    return {"deletedRegion": region, "insertedContent": {"text": new}}


def _invocation(review: Review, locale: str) -> dict[str, Any]:
    failed = review.coverage.llm == "failed"
    notes = [phrases.model_note(review, locale), *phrases.gaps(review, locale)]
    level = "warning" if review.coverage.llm in ("failed", "partial") else "note"
    return {
        "executionSuccessful": not failed,
        "toolExecutionNotifications": list(_notifications(notes, level)),
    }


def _notifications(notes: Iterable[str], level: str) -> Iterator[dict[str, Any]]:
    for note in notes:
        if note:
            yield {"level": level, "message": {"text": note}}


def _taxonomy(cwes: list[int]) -> dict[str, Any]:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "shortDescription": {"text": "Common Weakness Enumeration"},
        "informationUri": "https://cwe.mitre.org/",
        "isComprehensive": False,
        "taxa": [{"id": str(number)} for number in cwes],
    }
