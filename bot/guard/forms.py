"""The forms that secrets have, and what stands before those that have none of their own. Pure.

Every pattern begins behind something that cannot be part of it and repeats within bounds, so that
no text costs more than linear time; hints let most texts skip most patterns. Read by
`bot.guard.masking` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, run only on texts that hold one of `hints`; group 1, if any, is the secret."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    folded: bool = False
    """The hints are looked for in the lower-cased text."""


def _rule(kind: str, hints: str, pattern: str, *, folded: bool = False) -> Rule:
    flags = re.IGNORECASE if folded else 0
    return Rule(kind, tuple(hints.split()), re.compile(pattern, flags), folded)


_FREE = r"(?<![A-Za-z0-9•])"
_END = r"(?![A-Za-z0-9•])"
_BREAK = r"(?:\r?\n|\\r|\\n)[ \t]{0,20}"
_NAME_ENDS = r"""[\w-]{0,20}["'`]?\]?"""
_ASSIGN = _NAME_ENDS + r"(?:\s{0,5}:\s{0,3}\w{1,20})?\s{0,5}(?:=>|:=|[:=])\s{0,5}"
_COMPARE = _NAME_ENDS + r"\s{0,5}[!=]={1,2}\s{0,5}"
_PASSWORDS = r"(?:passw(?:or)?d|passphrase|pwd)"
_KEY_WORDS = r"(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)"
_HAS_DIGIT = r"(?=[^\s\"'`•]{0,199}[0-9])"
_IS_VALUE = r"(?![$<{%*])"
"""It is no variable and no placeholder."""
_NEAR = r"[^\n•]{0,100}?"
"""Within a command; `bot.guard.veil` looks back no farther than its CONTEXT."""
_OWNERS = "DB|DATABASE|MYSQL|PG|POSTGRES|REDIS|MONGO|SMTP|MAIL|FTP|SSH|LDAP|ROOT|ADMIN|USER|SUDO"
_TYPES = r"(?!(?:u?int|float|byte|big|base|sha|hs|rs|u|i|f)s?[0-9]|(?:Ui|I)nt[0-9]|Float[0-9])"

# Forms as the issuers document them: platform.openai.com, docs.slack.dev/authentication/tokens,
# docs.github.com (about authentication), docs.gitlab.com (token overview), docs.aws.amazon.com (IAM
# identifiers), RFC 7519 (tokens), RFC 7468 (keys), RFC 3986 3.2.1 (user information).
RULES: tuple[Rule, ...] = (
    _rule("anthropic_key", "sk-ant-", _FREE + r"sk-ant-[A-Za-z0-9_-]{20,250}"),
    _rule("openai_key", "sk-", _FREE + r"sk-(?=[A-Za-z0-9_-]{0,250}[0-9])[A-Za-z0-9_-]{20,250}"),
    _rule(
        "slack_token",
        "xox xapp-",
        _FREE + r"(?:xoxe\.)?(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,250}",
    ),
    _rule(
        "slack_webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{10,250})",
    ),
    _rule("github_token", "ghp_ gho_ ghu_ ghs_ ghr_", _FREE + r"gh[pousr]_[A-Za-z0-9]{36,250}"),
    _rule("github_token", "github_pat_", _FREE + r"github_pat_[A-Za-z0-9_]{22,250}"),
    _rule("gitlab_token", "gl", _FREE + r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|soat)-[\w.-]{20,250}"),
    _rule("aws_key_id", "AKIA ASIA", _FREE + r"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9•])"),
    _rule(
        "aws_secret",
        "aws",
        r"aws[\w -]{0,20}(?:secret|key)[\w \"'-]{0,20}[:=]{1,2}[\s\"']{0,5}"
        r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+•])",
        folded=True,
    ),
    _rule("google_key", "AIza", _FREE + r"AIza[A-Za-z0-9_-]{35}"),
    _rule("google_secret", "GOCSPX-", _FREE + r"GOCSPX-[A-Za-z0-9_-]{24,40}"),
    _rule("stripe_key", "_live_ _test_", _FREE + r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,250}"),
    _rule(
        "discord_token",
        ".",
        r"(?<![\w•.-])[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}",
    ),
    _rule(
        "discord_webhook",
        "/api/webhooks/",
        r"/api/webhooks/[0-9]{15,20}/([A-Za-z0-9_-]{30,100})",
    ),
    _rule("telegram_token", ":AA", _FREE + r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    _rule(
        "jwt",
        "eyJ",
        r"(?<![\w•-])eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,1000}",
    ),
    _rule(
        "private_key",
        "PRIVATE",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?:{_BREAK}(?:[A-Za-z-]{{3,20}}: [^\r\n\\]{{1,100}})?){{1,8}}"
        rf"([A-Za-z0-9/][A-Za-z0-9+/=]{{15,9000}}(?:{_BREAK}[A-Za-z0-9+/=]{{1,200}}){{0,500}})",
    ),
    _rule(
        "url_password",
        "://",
        r"(?<=://)[^\s/:@\"'<>•]{0,100}:(?![$<{%*\[])([^\s/@\"'<>•]{3,200})@",
    ),
    _rule(
        "authorization",
        "bearer basic",
        rf"\b(?:bearer|basic)\s{{1,5}}{_HAS_DIGIT}([A-Za-z0-9._~+/=-]{{20,1000}})",
        folded=True,
    ),
    _rule(
        "password",
        "passw passphrase pwd",
        rf"{_PASSWORDS}(?:{_ASSIGN}|{_COMPARE})([\"'`]){_IS_VALUE}"
        r"(?P<secret>[^\s\"'`•]{6,200})\1",
        folded=True,
    ),
    _rule(
        "password",
        "passw",
        r"(?:passw(?:or)?d)[A-Z0-9_]{0,20}=(?![$<{%*])(?P<secret>[^\s\"'`•,;&()\[\]]{6,200})",
        folded=True,
    ),
    _rule(
        "token",
        "secret token key credential pass",
        rf"(?:{_KEY_WORDS}|(?<![a-z])pass(?![a-z])){_ASSIGN}([\"'`])(?![$<{{%*]){_HAS_DIGIT}"
        r"(?P<secret>[^\s\"'`•]{8,200})\1",
        folded=True,
    ),
    _rule(
        "token",
        "SECRET TOKEN KEY",
        rf"(?:SECRET|TOKEN|API_?KEY|ACCESS_?KEY)[A-Z0-9_]{{0,20}}=(?![$<{{%*]){_HAS_DIGIT}"
        r"(?P<secret>[^\s\"'`•,;&()\[\]]{8,200})",
    ),
    # Tokens by their issuers' documents: Hugging Face, Azure Storage, npm, PyPI, SendGrid, Twilio,
    # Mailchimp, DigitalOcean, Shopify, Groq, Replicate, xAI, Linear, HashiCorp Vault, Square,
    # JFrog; age by its specification (age-encryption.org/v1).
    _rule("service_token", "hf_", _FREE + r"hf_[A-Za-z0-9]{30,60}" + _END),
    _rule("service_token", "Key=", r"AccountKey=([A-Za-z0-9+/]{80,90}={0,2})"),
    _rule("service_token", "Key=", r"SharedAccessKey=([A-Za-z0-9+/]{40,60}={0,2})"),
    _rule("service_token", "npm_", _FREE + r"npm_[A-Za-z0-9]{36}" + _END),
    _rule("service_token", "_authToken", r"_authToken\s{0,3}=\s{0,3}([A-Za-z0-9_+/=.-]{16,250})"),
    _rule("service_token", "pypi-Ag", _FREE + r"pypi-Ag[A-Za-z0-9_-]{20,1000}"),
    _rule("service_token", "SG.", _FREE + r"SG\.[A-Za-z0-9_-]{10,40}\.[A-Za-z0-9_-]{10,70}"),
    _rule("service_token", "SK", _FREE + r"SK[0-9a-f]{32}" + _END),
    _rule("service_token", "-us", _FREE + r"[0-9a-f]{32}-us[0-9]{1,2}" + _END),
    _rule("service_token", "_v1_", _FREE + r"do[opr]_v1_[0-9a-f]{64}" + _END),
    _rule("service_token", "shp", _FREE + r"shp(?:at|ca|pa|ss|tka)_[0-9A-Fa-f]{32}" + _END),
    _rule("service_token", "gsk_", _FREE + r"gsk_[A-Za-z0-9]{20,80}" + _END),
    _rule("service_token", "r8_", _FREE + r"r8_[A-Za-z0-9]{20,45}" + _END),
    _rule("service_token", "xai-", _FREE + r"xai-[A-Za-z0-9]{20,120}" + _END),
    _rule("service_token", "lin_api_", _FREE + r"lin_api_[A-Za-z0-9]{20,64}" + _END),
    _rule("service_token", "hvs. hvb.", _FREE + rf"hv[sb]\.{_HAS_DIGIT}[A-Za-z0-9_-]{{20,250}}"),
    _rule("service_token", "sq0", _FREE + r"sq0(?:csp|atp)-[A-Za-z0-9_-]{22,43}"),
    _rule("service_token", "AKCp", _FREE + r"AKCp[A-Za-z0-9]{60,80}" + _END),
    _rule("private_key", "AGE-SECRET-KEY-1", _FREE + r"AGE-SECRET-KEY-1[A-Z0-9]{30,80}"),
    _rule(
        "url_password",
        "token= key= secret= sig=",
        r"[?&](?:(?:access|auth|refresh|id|private)_?token|token|api_?key|(?:client_?)?secret|sig)="
        rf"{_IS_VALUE}(?=[^\s&#\"'`<>•]{{0,199}}[0-9])([^\s&#\"'`<>{{}}•]{{8,500}})",
        folded=True,
    ),
    _rule(
        "authorization",
        "cookie",
        r"\bcookie[\"'`]?\s{0,3}[:=]\s{0,3}[\"'`]?(?:[\w.-]{1,60}=[^;\s\"'`]{0,200};\s{0,3}){0,8}?"
        r"[\w.-]{0,40}(?:sess|sid|auth|token|jwt)[\w.-]{0,40}="
        rf"{_IS_VALUE}(?=[^;\s\"'`•]{{0,199}}[0-9])([^;\s\"'`<>•]{{8,1000}})",
        folded=True,
    ),
    _rule(
        "authorization",
        "-key -token apikey",
        r"\b(?:x-api-key|api-key|apikey|x-[a-z]{1,20}-(?:token|key)|private-token)\s{0,3}:\s{0,3}"
        rf"{_IS_VALUE}(?=[A-Za-z._~+/=-]{{0,199}}[0-9])([A-Za-z0-9._~+/=-]{{8,500}})",
        folded=True,
    ),
    # Where nothing needs quotes: YAML, files of variables, Dockerfiles.
    _rule(
        "password",
        "passw passphrase secret token key",
        r"(?m)^[ \t-]{0,60}[\"']?[\w.-]{0,40}?"
        r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)"
        rf"[\"']?:[ \t]{{1,20}}{_IS_VALUE}{_TYPES}(?![/.~!&|>@])"
        r"(?=[^\s]{0,199}[0-9])(?=[^\s]{0,199}[A-Za-z])"
        r"(?P<secret>[^\s\"'`•,;&()\[\]{}]{6,200})(?=[ \t]{0,20}(?:\#[^\n]{0,200})?\r?$)",
        folded=True,
    ),
    _rule(
        "password",
        "PASS= PWD= PASSPHRASE=",
        rf"(?<![A-Z0-9_])(?:(?:[A-Z0-9_]{{0,40}}_)?(?:{_OWNERS})_?(?:PASS|PWD)"
        rf"|[A-Z0-9_]{{1,40}}_(?:PASS|PWD)(?==[\"']?{_HAS_DIGIT})"
        rf"|(?:[A-Z0-9_]{{1,40}}_)?PASSPHRASE)=[\"']?{_IS_VALUE}(?![/.~])"
        r"(?P<secret>[^\s\"'`•,;&()\[\]]{6,200})",
    ),
    _rule(
        "password",
        "PASSW _PASS PWD SECRET TOKEN KEY",
        r"(?m)^[ \t]{0,20}(?:ENV|ARG)[ \t]{1,5}[A-Z0-9_]{0,40}(?:PASS|PWD|SECRET|TOKEN|KEY)"
        rf"[A-Z0-9_]{{0,20}}[ \t=]{{1,5}}[\"']?{_IS_VALUE}(?![/.~]){_HAS_DIGIT}"
        r"(?P<secret>[^\s\"'`•]{6,200})",
    ),
    # Commands: curl(1), mysql(1), sshpass(1), docker-login(1), netrc(5).
    _rule(
        "command_password",
        "curl",
        rf"\bcurl\b{_NEAR}\s(?:-u|-U|--user|--proxy-user)[ =]{{0,3}}[\"']?[^\s:\"'•]{{1,60}}:"
        rf"{_IS_VALUE}([^\s\"'`•]{{2,200}})",
    ),
    _rule(
        "command_password",
        "mysql",
        rf"\bmysql(?:dump|admin|import|show)?\b{_NEAR}\s-p[\"']?(?![$<{{%*=-])"
        r"([^\s\"'`•]{2,100})",
    ),
    _rule(
        "command_password",
        "sshpass",
        rf"\bsshpass\s{{1,5}}-p\s{{0,3}}[\"']?{_IS_VALUE}([^\s\"'`•]{{2,100}})",
    ),
    _rule(
        "command_password",
        "login",
        rf"\b(?:docker|podman|helm)\s{{1,5}}(?:registry\s{{1,5}})?login\b{_NEAR}\s-p[ =]?[\"']?"
        rf"{_IS_VALUE}([^\s\"'`•]{{2,200}})",
    ),
    _rule(
        "command_password",
        "--pass",
        rf"(?<![\w-])--pass(?:word|wd|phrase|)[ \t]{{1,3}}[\"']?{_IS_VALUE}(?!-){_HAS_DIGIT}"
        r"([^\s\"'`•]{6,200})",
    ),
    _rule(
        "command_password",
        "login",
        r"\blogin\s{1,20}[^\s•]{1,60}\s{1,20}password\s{1,20}([^\s\"'`•]{2,200})",
    ),
)
