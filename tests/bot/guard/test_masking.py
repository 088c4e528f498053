"""Masking: every kind of secret is hidden, ordinary text is left alone, nothing moves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.masking import MASK, find, mask

# Built in pieces so that no scanner takes this file for a leak.
A20 = "a1B2c3D4e5F6g7H8i9J0"
PEM = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
SECRETS = {
    "openai_key": ["sk-" + "proj-" + A20 * 2, "sk-" + A20 * 2, "sk-" + "or-v1-" + A20],
    "anthropic_key": ["sk-" + "ant-api03-" + A20 * 3],
    "slack_token": ["xo" + "xb-123456789012-" + A20, "xa" + "pp-1-A01-" + A20, "xo" + "xp-" + A20],
    "github_token": ["gh" + "p_" + A20 + A20[:16], "github" + "_pat_" + A20 + "_" + A20],
    "gitlab_token": ["gl" + "pat-" + A20],
    "aws_key_id": ["AK" + "IA" + "IOSFODNN7EXAMPL3"],
    "google_key": ["AI" + "za" + A20 + A20[:15]],
    "google_secret": ["GOC" + "SPX-" + A20 + "abcdefgh"],
    "stripe_key": ["sk" + "_live_" + A20],
    "discord_token": ["M" + "TIz" + A20 + "." + "GaBcDe" + "." + A20 + "abcdefgh"],
    "telegram_token": ["123456789:" + "AA" + A20 + A20[:13]],
    "jwt": ["ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0In0." + A20 * 2],
}
INSIDE = [
    ("slack_webhook", "https://hooks.slack.com/services/", "T01/B02/" + A20, ""),
    ("discord_webhook", "https://discord.com/api/webhooks/123456789012345678/", A20 * 2, ""),
    ("aws_secret", 'aws_secret_access_key = "', "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", '"'),
    ("url_password", "postgres://shop:", "hunter22", "@db.example.com/shop"),
    ("url_password", "redis://:", "hunter22", "@localhost"),
    ("authorization", "Authorization: Bearer ", A20, ""),
    ("password", 'password = "', "correct-horse", '"'),
    ("password", "'db_password': '", "hunter22", "'"),
    ("password", "DB_PASSWORD=", "hunter22", "\n"),
    ("token", 'api_key: "', A20, '"'),
    ("token", "MY_TOKEN=", A20, "\n"),
    (
        "private_key",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n",
        f"{PEM}\n{PEM}\n{PEM[:9]}==",
        "\n-----END RSA PRIVATE KEY-----\n",
    ),
    ("private_key", '"-----BEGIN PRIVATE KEY-----\\n', PEM, '\\n-----END PRIVATE KEY-----\\n"'),
]
HARMLESS = [
    "hello, what's the weather in Beijing?",
    "see https://example.com/a:b@c and mail me@example.com",
    "the task-force-on-risk-based-thinking-and-learning met",
    'max_tokens = 4096; token = os.environ["TOKEN"]',
    "commit 3f3c1b0a9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a is green",
    'password = "${DB_PASSWORD}"; secret: "<your secret>"',
    "def password_of(user): return user.password",
    "http://127.0.0.1:8080/healthz and redis://localhost:6379/0",
    "-----BEGIN CERTIFICATE-----\n" + PEM + "\n-----END CERTIFICATE-----",
    "data:image/png;base64,iVBORw0KGgo",
    "basic understanding of bearer authentication",
    "密码是秘密，不要告诉别人",
]


@pytest.mark.parametrize(
    ("kind", "secret"), [(kind, secret) for kind, many in SECRETS.items() for secret in many]
)
def test_each_kind_is_found_and_hidden_whole(kind: str, secret: str) -> None:
    text = f"look: {secret} !"
    assert [(found.kind, found.start, found.end) for found in find(text)] == [
        (kind, 6, 6 + len(secret))
    ]
    assert mask(text) == f"look: {MASK * len(secret)} !"


@pytest.mark.parametrize(("kind", "before", "secret", "after"), INSIDE)
def test_only_the_secret_part_is_hidden_and_lines_stay(
    kind: str, before: str, secret: str, after: str
) -> None:
    text = before + secret + after
    hidden = "".join(c if c == "\n" else MASK for c in secret)
    assert kind in [found.kind for found in find(text)]
    assert mask(text) == before + hidden + after


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert mask(text) == text


def test_known_values_are_hidden_wherever_they_stand() -> None:
    assert (
        mask("a=plainword;plainword2", ["plainword", "plainword2"]) == f"a={MASK * 9};{MASK * 10}"
    )


def test_short_known_values_are_no_reason_to_hide_words() -> None:
    assert mask("an ordinary word", ["or", ""]) == "an ordinary word"


def test_neighbours_are_both_hidden() -> None:
    one, two = SECRETS["stripe_key"][0], SECRETS["aws_key_id"][0]
    assert set(mask(f"{one},{two}")) == {MASK, ","}


pieces = st.one_of(
    st.sampled_from([secret for many in SECRETS.values() for secret in many]),
    st.sampled_from([before + secret + after for _, before, secret, after in INSIDE]),
    st.sampled_from(['"', "'", "\n", " ", "password=", "secret: ", "://", ":", "@", "sk-", MASK]),
    st.text(max_size=20),
)
texts = st.lists(pieces, max_size=8).map("".join)


@given(texts)
def test_length_and_lines_are_kept(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(masked) if c in "\r\n"] == [
        i for i, c in enumerate(text) if c in "\r\n"
    ]


@given(texts, st.lists(st.text(min_size=6, max_size=10), max_size=2))
def test_masked_text_stays_as_it_is(text: str, known: list[str]) -> None:
    masked = mask(text, known)
    assert mask(masked, [value for value in known if MASK not in value]) == masked


@given(texts)
def test_finds_are_in_order_and_apart(text: str) -> None:
    ends = 0
    for _, start, end in find(text):
        assert ends <= start < end <= len(text)
        ends = end


@pytest.mark.parametrize(
    "seed",
    [
        *(
            "sk-",
            "sk-a",
            "eyJ",
            "eyJaaaaaaaaaa.",
            "password=",
            'token="a',
            "://a:",
            "A",
            "M",
            ".",
            "0",
        ),
        *(
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n",
            "bearer ",
            "aws key ",
            "\n",
        ),
        *("glpat-", "ghp_a", "secretsecret", "AKIA", "hooks.slack.com/services/", "pwd "),
    ],
)
def test_hostile_text_costs_no_more_than_linear_time(seed: str) -> None:
    def seconds(size: int) -> float:
        text = (seed * (size // len(seed) + 1))[:size]
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            mask(text)
            best = min(best, time.perf_counter() - began)
        return best

    small, large = seconds(8_000), seconds(64_000)
    assert large < max(small, 0.002) * 8 * 4, (
        "eight times the text costs about eight times the time"
    )
    assert large < 1.0
