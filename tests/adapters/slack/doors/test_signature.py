"""A request is Slack's only with a fresh timestamp and the right signature over its raw body."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from adapters.slack.doors.signature import SIGNATURE, TIMESTAMP, Unsigned, check, sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_763_640_000.0


def _headers(body: bytes, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at))
    return {TIMESTAMP: stamp, SIGNATURE: sign(secret, stamp, body)}


def test_slacks_own_example_is_taken() -> None:
    # From docs.slack.dev/authentication/verifying-requests-from-slack.
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        b"G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-"
        b"collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F3977"
        b"00885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a1"
        b"4d10d2c447fce8b6703c"
    )
    signed = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = {TIMESTAMP: "1531420618", SIGNATURE: signed}
    check(SECRET, headers, body, 1_531_420_618.0)


@given(st.text(max_size=200).map(str.encode), st.integers(-300, 300))
def test_the_sdk_agrees_about_what_is_signed(body: bytes, age: int) -> None:
    headers = _headers(body, NOW - age)
    check(SECRET, headers, body, NOW)
    assert sign(SECRET, headers[TIMESTAMP], body) == SignatureVerifier(SECRET).generate_signature(
        timestamp=headers[TIMESTAMP], body=body
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({TIMESTAMP: ""}, "no signature"),
        ({SIGNATURE: ""}, "no signature"),
        ({TIMESTAMP: "now"}, "no number"),
        ({TIMESTAMP: "1e9"}, "no number"),
        ({TIMESTAMP: "-5"}, "no number"),
        ({TIMESTAMP: "١٢٣"}, "no number"),
        ({TIMESTAMP: "9" * 400}, "no number"),
        ({TIMESTAMP: str(int(NOW) - 301)}, "stale"),
        ({TIMESTAMP: str(int(NOW) + 301)}, "future"),
        ({TIMESTAMP: str(int(NOW) - 1)}, "wrong"),
        ({SIGNATURE: "v0=" + "0" * 64}, "wrong"),
        ({SIGNATURE: "v0=é\ud800"}, "wrong"),
    ],
)
def test_anything_else_is_refused_with_the_reason(change: dict[str, str], why: str) -> None:
    with pytest.raises(Unsigned, match=why):
        check(SECRET, _headers(b"{}") | change, b"{}", NOW)


def test_a_body_that_was_changed_is_refused() -> None:
    with pytest.raises(Unsigned, match="wrong"):
        check(SECRET, _headers(b'{"a": 1}'), b'{"a": 2}', NOW)


def test_another_apps_secret_is_refused() -> None:
    with pytest.raises(Unsigned, match="wrong"):
        check(SECRET, _headers(b"{}", secret="another"), b"{}", NOW)


@settings(max_examples=300)
@given(st.text(max_size=30), st.text(max_size=80), st.binary(max_size=50))
def test_no_header_raises_anything_else(stamp: str, signed: str, body: bytes) -> None:
    with pytest.raises(Unsigned):
        check(SECRET, {TIMESTAMP: stamp, SIGNATURE: signed}, body, NOW)
