"""Masking: every kind of secret is hidden, ordinary text is left alone, nothing moves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.masking import MASK, find, mask

# Built in pieces so that no scanner takes this file for a leak.
A20 = "a1B2c3D4e5F6g7H8i9J0"
H32 = "0123456789abcdef" * 2
PEM = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
MIDDLE = ["aB3+" * 16, "cD4/" * 16, "eF5g" * 16]
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
    "service_token": [
        "hf" + "_" + A20 + A20[:14],
        "np" + "m_" + A20 + A20[:16],
        "py" + "pi-AgEI" + A20 * 3,
        "S" + "G." + A20 + "ab." + A20 * 2,
        "S" + "K" + H32,
        H32 + "-us12",
        "do" + "p_v1_" + H32 * 2,
        "shp" + "at_" + H32,
        "gs" + "k_" + A20 * 2,
        "r" + "8_" + A20 + A20[:17],
        "xa" + "i-" + A20 * 4,
        "lin" + "_api_" + A20 * 2,
        "hv" + "s." + A20 * 2,
        "sq0" + "csp-" + A20 * 2,
    ],
}
INSIDE = [
    ("service_token", "AccountName=a;Account" + "Key=", A20 * 4 + "abcdef==", ";"),
    ("service_token", "//registry.npmjs.org/:_auth" + "Token=", A20, "\n"),
    ("private_key", "key: ", "AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF" * 5, "\n"),
    ("url_password", "https://example.com/a?b=c&access" + "_token=", A20, "&d=e"),
    ("authorization", "Cookie: lang=en; session=", A20, "; theme=dark"),
    ("authorization", "curl -H 'X-Api-" + "Key: ", A20, "' https://example.com"),
    ("password", "db:\n  pass" + "word: ", "foo12345bar", "\n  name: shop\n"),
    ("password", "DB_" + "PASS=", "letmeinplease", "\n"),
    ("password", "export MYSQL_" + "PWD=", "hunter22", "\n"),
    ("password", "pass" + 'phrase = "', "Zx9Kq2Lm8Wp5", '"'),
    ("password", "if pass" + 'word == "', "Zx9Kq2Lm8Wp6", '":'),
    ("password", "pass" + 'word: str = "', "Zx9Kq2Lm8Wp6", '"'),
    ("password", "ENV DB_" + "PASSWORD ", "hunter22", "\n"),
    ("token", 'os.environ["SEC' + 'RET"] = "', A20, '"'),
    ("token", "{'user': 'me', 'pass': '", "hunter22", "'}"),
    ("command_password", "curl -s -u admin:", "pw", " https://example.com"),
    ("command_password", "mysql -h db -u root -p", "pw12", " shop"),
    ("command_password", "ssh" + "pass -p ", "pw12", " ssh host"),
    ("command_password", "docker login -u me -p ", "pw12", " registry"),
    ("command_password", "machine host login me pass" + "word ", "pw12", "\n"),
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
    "interface Login { password: string\n  token: Uint8Array\n  secret: uint256\n}",
    "password: ${DB_PASSWORD1}\ntokens: 4096\ntoken_url: /oauth2/token1\n",
    "OLDPWD=/home/me2 FIRST_PASS=complete BYPASS=enabled1x",
    "curl -u $USER:$PASSWORD https://example.com/u:p",
    "mysql -p shop < dump.sql; mysql --port=3306",
    "the login form asks for a password twice and curl does not",
    "parser.add_argument('--password', help='the password1')",
    "uuid 123e4567-e89b-12d3-a456-426614174000 and SKU 12345",
    "sha256:" + "0123456789abcdef" * 4,
    "\n".join("0123456789abcdef" * 4 for _ in range(5)),
    "https://example.com/list?page_token=abc12345&keyword=9",
    "-----BEGIN CERTIFICATE-----\n" + "\n".join(MIDDLE) + "\n-----END CERTIFICATE-----",
    "\n".join(MIDDLE) + "\nabcd\n-----END CERTIFICATE-----",
    "cookie: a=b; consent=yes1234567",
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


def test_the_middle_of_a_key_is_hidden_without_its_first_line() -> None:
    text = "x = 1\n" + "\n".join(MIDDLE) + "\n"
    assert mask(text) == "x = 1\n" + f"{MASK * 64}\n" * 3


def test_the_end_of_a_key_tells_what_stands_above_it() -> None:
    end = "-----END RSA PRIVATE " + "KEY-----"
    assert mask(f"{MIDDLE[0]}\nabCD1=\n{end}") == f"{MASK * 64}\n{MASK * 6}\n{end}"


@pytest.mark.parametrize("mark", "+-")
def test_a_key_in_a_diff_is_hidden_and_the_marks_stay(mark: str) -> None:
    begin, end = (f"-----{word} RSA PRIVATE " + "KEY-----" for word in ("BEGIN", "END"))
    lines = ['K = """' + begin, *MIDDLE[:2], "abCD1234=", end + '"""', "y = 2"]
    shown = mask("".join(f"{mark}{line}\n" for line in lines)).split("\n")
    assert shown[1:4] == [mark + MASK * 64, mark + MASK * 64, mark + MASK * 9]
    assert (shown[0], shown[4:]) == (f"{mark}{lines[0]}", [f"{mark}{x}" for x in lines[4:]] + [""])


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
            "aB3",
            "curl -u a",
            "mysql -",
            "login a password ",
            "cookie: a=b; ",
            "cookie: sess=",
            "?token=",
            "?token=a",
            "token: a1",
            "\ntoken: a1",
            "\nENV PASS",
            "_PASS",
            "PASS_",
            "aB3+" * 16 + "\n",
            "+-----BEGIN PRIVATE KEY-----\n+a",
            "SG.a",
            "--pass a",
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
            began = time.process_time()
            mask(text)
            best = min(best, time.process_time() - began)
        return best

    small, large = seconds(8_000), seconds(64_000)
    assert large < max(small, 0.002) * 8 * 4, (
        "eight times the text costs about eight times the time"
    )
    assert large < 1.0
