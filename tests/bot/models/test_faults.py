"""A service's complaint becomes the error that says what the caller can do about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    ContextTooLong,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelTemporary,
)
from bot.models import complaints
from bot.models.faults import context_in, judge, unreachable
from tests.servers.model import fails, no_credit, too_long
from tests.servers.model.parts import Fault

NOW = 1_790_000_000.0
SECRET = "sk-live-0123456789abcdef"


def complaint(fault: Fault) -> complaints.Complaint:
    headers = {key.lower(): value for key, value in fault.headers.items()}
    return complaints.read(fault.status, fault.body, headers, now=NOW, secret=SECRET)


def error_for(status: int, body: Any, **headers: str) -> ModelError:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return judge(complaints.read(status, raw, headers, now=NOW, secret=SECRET))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelRejected),
        (401, ModelRejected),
        (402, ModelRejected),
        (403, ModelRejected),
        (404, ModelRejected),
        (405, ModelRejected),
        (408, ModelTemporary),
        (409, ModelTemporary),
        (413, ModelRejected),
        (422, ModelRejected),
        (429, ModelTemporary),
        (500, ModelTemporary),
        (502, ModelTemporary),
        (503, ModelTemporary),
        (504, ModelTemporary),
        (529, ModelTemporary),
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        "openai",
        "string",
        "code_message",
        "object_error",
        "list",
        "int_code",
        "html",
        "text",
        "empty",
    ],
)
def test_every_status_is_judged_in_every_shape(
    status: int, kind: type[ModelError], shape: Any
) -> None:
    error = judge(complaint(fails(status, shape=shape, message="Something is off.")))
    assert type(error) is kind
    assert error.status == status
    assert str(status) in str(error)
    if shape not in ("html", "empty"):
        assert "Something is off." in str(error)


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_service_without_room_is_busy(status: int) -> None:
    error = judge(complaint(fails(status)))
    assert isinstance(error, ModelTemporary)
    assert error.busy


def test_a_service_that_failed_is_not_busy() -> None:
    error = judge(complaint(fails(500)))
    assert isinstance(error, ModelTemporary)
    assert not error.busy


def test_no_credit_is_not_worth_waiting_for() -> None:
    assert type(judge(complaint(no_credit()))) is ModelRejected


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, {"error": {"message": "Insufficient Balance", "type": "unknown_error"}}),
        (400, {"code": "Arrearage", "message": "Access denied, please make sure your account…"}),
        (403, {"error": {"message": "insufficient balance", "code": 30001}}),
        (429, {"error": {"code": "insufficient_user_quota", "message": "用户额度不足"}}),
    ],
)
def test_an_unpaid_account_is_the_operators_matter(status: int, body: Any) -> None:
    error = error_for(status, body)
    assert type(error) is ModelRejected
    assert "credit" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, json.loads(too_long().body)),
        (400, {"error": {"message": "Your input exceeds the context window of this model."}}),
        (
            400,
            {"object": "error", "message": "This model's maximum context length is 8192 tokens."},
        ),
        (400, {"error": {"type": "exceed_context_size_error", "message": "request (9 tokens)…"}}),
        (
            400,
            {"code": "InvalidParameter", "message": "Range of input length should be [1, 30720]"},
        ),
        (400, [{"error": {"message": "The input token count (9) exceeds the maximum number…"}}]),
        (
            413,
            {"error": {"message": "Request too large for model `x`: Limit 6000, Requested 9000"}},
        ),
        (429, {"error": {"message": "Request too large for gpt-6: Limit 30000, Requested 50000."}}),
        (400, {"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
    ],
)
def test_too_much_text_is_told_apart(status: int, body: Any) -> None:
    assert type(error_for(status, body)) is ContextTooLong


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ("This model's maximum context length is 8192 tokens. However, you requested 9,000", 8192),
        ("maximum context length is 128,000 tokens", 128_000),
        ("exceeds the available context size (4096 tokens)", 4096),
        ("Request too large for gpt-6 (TPM): Limit 30000, Requested 50000.", 30_000),
        ("Your input exceeds the context window of this model.", 0),
    ],
)
def test_the_size_that_a_complaint_names_is_read(message: str, size: int) -> None:
    assert context_in(complaints.Complaint(400, message)) == size


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (
            400,
            {
                "error": {
                    "code": "content_filter",
                    "message": "The response was filtered",
                    "innererror": {"code": "ResponsibleAIPolicyViolation"},
                }
            },
        ),
        (400, {"code": "DataInspectionFailed", "message": "Input data may contain…"}),
        (400, {"error": {"code": "SensitiveContentDetected", "message": "…"}}),
        (400, {"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全…"}}),
        (400, {"error": {"code": "invalid_prompt", "message": "violating our usage policy"}}),
    ],
)
def test_a_filter_is_told_apart(status: int, body: Any) -> None:
    assert type(error_for(status, body)) is ModelRefused


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "Mon, 21 Sep 2026 14:13:50 GMT"}, 30.0),
        ({"retry-after": "Mon, 21 Sep 2020 14:13:50 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_the_wait_that_headers_ask_for_is_kept(
    headers: dict[str, str], seconds: float | None
) -> None:
    error = error_for(503, b"", **headers)
    assert isinstance(error, ModelTemporary)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"error": {"message": "Rate limit reached. Please try again in 120ms."}}, 0.12),
        ({"error": {"message": "Please try again in 1m30.5s. Visit …"}}, 90.5),
        ({"error": {"message": "Please retry after 20 seconds."}}, 20.0),
        ({"error": {"message": "slow", "details": [{"@type": "x", "retryDelay": "34s"}]}}, 34.0),
    ],
)
def test_the_wait_that_the_body_asks_for_is_kept(body: Any, seconds: float) -> None:
    error = error_for(429, body)
    assert isinstance(error, ModelTemporary)
    assert error.retry_after == pytest.approx(seconds)


def test_openais_own_word_on_trying_again_counts() -> None:
    assert type(judge(complaint(fails(500, should_retry=False)))) is ModelRejected
    assert type(judge(complaint(fails(400, should_retry=True)))) is ModelTemporary


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ({"error": {"message": "Overloaded", "code": 529}}, ModelTemporary, 529),
        ({"error": "Overloaded"}, ModelTemporary, 0),
        ({"error": {"message": "bad", "code": "invalid_api_key"}}, ModelRejected, 0),
        ({"type": "error", "code": "server_error", "message": "x"}, ModelTemporary, 0),
        (
            {"type": "error", "error": {"code": "rate_limit_exceeded", "message": "x"}},
            ModelTemporary,
            0,
        ),
        ({"code": 20015, "message": "busy", "data": None}, ModelTemporary, 0),
        ({"object": "error", "message": "m", "code": 400}, ModelRejected, 400),
        (
            {"type": "response.failed", "response": {"error": {"code": "server_error"}}},
            ModelTemporary,
            0,
        ),
        (
            {"error": {"message": "x", "code": "context_length_exceeded"}},
            ContextTooLong,
            0,
        ),
    ],
)
def test_an_error_inside_a_stream_is_judged(data: Any, kind: type[ModelError], status: int) -> None:
    found = complaints.in_stream(data)
    assert found is not None
    error = judge(found)
    assert type(error) is kind
    assert error.status == status


@pytest.mark.parametrize(
    "data",
    [
        {"choices": [], "error": None},
        {"choices": [{"delta": {"content": "error"}}]},
        {"type": "response.created", "response": {"error": None}},
        {"id": "x"},
        [],
        "text",
        None,
    ],
)
def test_an_ordinary_event_is_no_complaint(data: Any) -> None:
    assert complaints.in_stream(data) is None


@given(
    st.sampled_from([400, 401, 429, 500]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "message", "code", "detail", "type", "metadata", "loc"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
)
def test_no_body_makes_reading_it_fail(status: int, body: Any) -> None:
    error = error_for(status, body)
    assert isinstance(error, ModelError)
    assert len(str(error)) < 600
    complaints.in_stream(body)


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {SECRET}.",
        "Incorrect API key provided: sk-proj-abc***************wxyz.",
        "Authorization: Bearer abcdefg.hijk",
        "cannot connect to http://user:pass@proxy:3128/",
    ],
)
def test_no_credential_is_in_an_error(said: str) -> None:
    text = str(error_for(401, {"error": {"message": said}}))
    for secret in (SECRET, "sk-proj", "wxyz", "abcdefg", "user:pass"):
        assert secret not in text


def test_a_validators_complaint_names_the_parameter() -> None:
    body = {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "No"}]}
    found = complaints.read(422, json.dumps(body).encode(), {}, now=NOW)
    assert found.param == "stream_options"


def test_a_web_page_instead_of_an_answer_is_explained() -> None:
    found = complaints.read(200, b"<!doctype html><title>Welcome</title>", {}, now=NOW)
    assert "OPENAI_BASE_URL" in str(judge(found))


def test_the_library_s_own_words_do_not_reach_anybody() -> None:
    error = unreachable(OSError("http://user:secret@host"))
    assert isinstance(error, ModelTemporary)
    assert "secret" not in str(error)
