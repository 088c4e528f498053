"""A review as SARIF: the shape of the standard, and what code hosts need of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from bot.review.rendering import render
from bot.review.values import Edit, Review
from tests.bot.review.made import finding

from .reviews import FIX, INJECTION, STATIC, UNSURE, review, reviews


def run_of(made: Review) -> dict[str, Any]:
    log = json.loads(render(made, "sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return log["runs"][0]


def results(*findings: Any, **more: Any) -> list[dict[str, Any]]:
    return run_of(review(*findings, **more))["results"]


def check_region(region: dict[str, Any]) -> None:
    """Check what SARIF 2.1.0 says of regions (3.30): counts from 1, ends not before starts."""
    allowed = {"startLine", "endLine", "startColumn", "endColumn", "snippet"}
    assert set(region) <= allowed
    assert region["startLine"] >= 1
    assert region.get("endLine", region["startLine"]) >= region["startLine"]
    assert region.get("startColumn", 1) >= 1
    if region.get("endLine", region["startLine"]) == region["startLine"] and "endColumn" in region:
        assert region["endColumn"] >= region["startColumn"]


def check_run(run: dict[str, Any]) -> None:
    """Check a run's shape: what is required is there, and every index leads to what it names."""
    driver = run["tool"]["driver"]
    assert driver["name"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
        for note in invocation["toolExecutionNotifications"]:
            assert note["level"] in ("none", "note", "warning", "error")
            assert note["message"]["text"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert 0 <= result["rank"] <= 100
        for taxon in result.get("taxa", ()):
            taxonomy = run["taxonomies"][taxon["toolComponent"]["index"]]
            assert taxonomy["name"] == taxon["toolComponent"]["name"]
            assert taxonomy["taxa"][taxon["index"]]["id"] == taxon["id"]
        for location in result["locations"]:
            physical = location["physicalLocation"]
            artifact = physical["artifactLocation"]
            assert artifact["uri"].isascii()
            assert not set(artifact["uri"]) & set(' "<>\\^`{|}')
            if "uriBaseId" in artifact:
                assert artifact["uriBaseId"] in run["originalUriBaseIds"]
            else:  # a whole path, or one that leads out of the root
                assert artifact["uri"].startswith(("file:///", ".."))
            if "region" in physical:
                check_region(physical["region"])
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                assert change["replacements"]
                for replacement in change["replacements"]:
                    check_region(replacement["deletedRegion"])


def test_a_finding_is_a_result_with_all_that_is_known() -> None:
    run = run_of(review(INJECTION))
    check_run(run)
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == "ruff/S608"
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-089"]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["partialFingerprints"] == {"parleyFindingId/v1": "aaaaaaaaaaaa"}
    assert result["rank"] == 95.0
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 12,
        "endLine": 14,
        "startColumn": 5,
        "endColumn": 10,
        "snippet": {"text": "q = (\n    base + name\n)"},
    }


def test_a_place_that_is_not_sure_has_no_region() -> None:
    (result,) = results(UNSURE)
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "src/a%20b.py", "uriBaseId": "%SRCROOT%"}}
    assert result["properties"]["candidates"] == [3, 40]


@pytest.mark.parametrize(
    ("edit", "replacement"),
    [
        (
            Edit(start_line=3, end_line=4, old="a\nb\n", new="c\n"),
            {"deletedRegion": {"startLine": 3, "endLine": 4}, "insertedContent": {"text": "c"}},
        ),
        (
            Edit(start_line=3, end_line=2, old="", new="c\n"),
            {
                "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1},
                "insertedContent": {"text": "c\n"},
            },
        ),
        (
            Edit(start_line=3, end_line=3, old="a\n", new=""),
            {"deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1}},
        ),
    ],
)
def test_each_kind_of_edit_is_a_replacement(edit: Edit, replacement: dict[str, Any]) -> None:
    (result,) = results(
        INJECTION.model_copy(update={"fix": FIX.model_copy(update={"edits": (edit,)})})
    )
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [replacement]


def test_a_fix_that_was_not_verified_is_not_offered() -> None:
    unverified = FIX.model_copy(update={"applies": False})
    assert "fixes" not in results(INJECTION.model_copy(update={"fix": unverified}))[0]


def test_what_was_dismissed_is_suppressed_and_what_is_fixed_is_gone() -> None:
    (result,) = results(
        INJECTION.model_copy(update={"status": "dismissed"}),
        UNSURE.model_copy(update={"status": "fixed"}),
    )
    assert result["suppressions"] == [{"kind": "external", "status": "accepted"}]


def test_a_missing_model_part_is_no_successful_run_and_a_static_one_says_what_it_is() -> None:
    failed = run_of(review(score=None, coverage={"llm": "failed", "llm_detail": "busy"}))
    (invocation,) = failed["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "warning"
    (invocation,) = run_of(review(**STATIC))["invocations"]
    assert invocation["executionSuccessful"] is True
    told = invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert told == "Static checks only, logic not reviewed."


@given(reviews)
def test_every_review_has_the_standards_shape(made: Review) -> None:
    check_run(run_of(made))


def test_a_rule_is_as_grave_as_its_gravest_finding() -> None:
    low = finding(severity="low", type="security")
    run = run_of(review(low, finding(severity="high", type="security")))
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("model/security", "error")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("src/a b.py", {"uri": "src/a%20b.py", "uriBaseId": "%SRCROOT%"}),
        ("./src/../a.py", {"uri": "a.py", "uriBaseId": "%SRCROOT%"}),
        ("", {"uri": "snippet", "uriBaseId": "%SRCROOT%"}),
        ("a:b.py", {"uri": "a%3Ab.py", "uriBaseId": "%SRCROOT%"}),
        ("../in/dp.py", {"uri": "../in/dp.py"}),
        ("src/../../x.py", {"uri": "../x.py"}),
        ("/in/dp.py", {"uri": "file:///in/dp.py"}),
        ("C:\\in\\dp.py", {"uri": "file:///C:/in/dp.py"}),
    ],
)
def test_a_file_is_named_below_the_root_or_as_a_whole(path: str, place: dict[str, str]) -> None:
    anchor = INJECTION.anchor.model_copy(update={"path": path})
    (result,) = results(INJECTION.model_copy(update={"anchor": anchor}))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == place
