"""Clichés of Python that ruff does not know."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

_SENSITIVE = (
    r"(?:token|secret|passw(?:or)?d|otp|nonce|salt|session_?id|api_?key|reset_?code|pin_code)"
)

_ALONE = r"(?<![(,\[{=+\\|&]\n)^[ \t]*"
"""A statement of its own, not the next row of one that is not yet complete."""

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "shared-counter",
        "python",
        "thread pool executor",
        # A function that adds to a global name without a lock, and is given to threads.
        r"^def (\w+)\([^\n]{0,200}:\n(?:[ \t]++[^\n]{0,200}+\n|\n){0,6}?[ \t]+global (\w+)\n"
        r"(?:[ \t]++[^\n]{0,200}+\n|\n){0,12}?[ \t]+(?P<at>\2\s?(?:[+*-]=|=\s?\2\s?[+*-]))"
        r"(?=[\s\S]{0,6000}?\b(?:Thread\([^)\n]{0,200}target\s?=\s?\1\b"
        r"|(?:submit|map|apply_async)\(\s?\1\b))",
        where="bare",
        absent=r"\b(?:R?Lock|Semaphore|Condition)\(|Process(?:Pool)?",
    ),
    pattern(
        "empty-average",
        "python",
        "len(",
        # The length of a parameter divides, and nothing in the function asks whether it is empty.
        r"^([ \t]*)def \w+\([^)\n]{0,200}?\b(\w+)(?![\w=])[^)\n]{0,200}\)[^\n]{0,60}:\n"
        r"(?:(?![^\n]*(?:\bif\b|\bassert\b|\btry\b|\bwhile\b|\2\s?=[^=]|\bdef\b))"
        r"\1[ \t]++[^\n]{0,200}+\n){0,6}?"
        r"\1[ \t]++return [^\n]{0,80}?(?P<at>/\s?len\(\2\))",
        where="bare",
        unless=r"\b(?:if|or|max)\b[^\n]{0,80}$",
    ),
    pattern(
        "weak-random",
        "python",
        "random.",
        rf"^.{{0,120}}\b\w{{0,30}}{_SENSITIVE}\w{{0,30}}\b.{{0,120}}?"
        r"(?P<at>\brandom\.(?:choices?|randint|random|randrange|sample|getrandbits)\()",
        unless=r"SystemRandom|secrets\.",
        fold=True,
    ),
    pattern(
        "weak-random",
        "python",
        "random.",
        rf"\bdef \w{{0,30}}{_SENSITIVE}\w{{0,30}}\([^\n]{{0,200}}\n(?:[^\n]{{0,200}}\n){{0,5}}?"
        r"[^\n]{0,120}?(?P<at>\brandom\.(?:choices?|randint|random|randrange|sample)\()",
        unless=r"SystemRandom",
        fold=True,
    ),
    pattern(
        "not-awaited",
        "python",
        "asyncio.sleep",
        r"^[ \t]*(?P<at>asyncio\.(?:sleep|wait_for|wait)\()",
        where="bare",
    ),
    pattern(
        "jwt-unverified",
        "python",
        "jwt",
        r"\bjwt\.decode\([^)]{0,200}(?:verify\s?=\s?False|verify_signature[\"']\s?:\s?False"
        r"|algorithms?\s?=\s?\[?\s?[\"']none)",
    ),
    pattern(
        "no-certificate-check",
        "python",
        "cert_none check_hostname",
        r"\bverify_mode\s?=\s?(?:ssl\.)?CERT_NONE\b|\bcert_reqs\s?=\s?(?:ssl\.)?CERT_NONE\b"
        r"|\bcheck_hostname\s?=\s?False\b",
    ),
    pattern(
        "debug-on",
        "python",
        "debug",
        r"^DEBUG\s?=\s?True\b",
        where="bare",
    ),
    pattern(
        "host-any",
        "python",
        "allowed_hosts",
        r"^ALLOWED_HOSTS\s?=\s?\[\s?[\"']\*[\"']",
    ),
    pattern(
        "csrf-off",
        "python",
        "csrf_exempt wtf_csrf_enabled",
        r"^[ \t]*@csrf_exempt\b|WTF_CSRF_ENABLED[\"']?\]?\s?=\s?False",
    ),
    pattern(
        "cors-any",
        "python",
        "allow_origins origins",
        r"allow_origins\s?=\s?\[\s?[\"']\*[\"']\s?\][^)]{0,200}allow_credentials\s?=\s?True"
        r"|allow_credentials\s?=\s?True[^)]{0,200}allow_origins\s?=\s?\[\s?[\"']\*[\"']"
        r"|supports_credentials\s?=\s?True[^)]{0,200}origins\s?=\s?[\"']\*"
        r"|origins\s?=\s?[\"']\*[\"'][^)]{0,200}supports_credentials\s?=\s?True",
    ),
    pattern(
        "off-by-one",
        "python",
        "range(",
        r"\bfor (\w+) in (?P<at>range\((?:0,\s?)?len\(([\w.]{1,60})\)\s?\+\s?1\))\s?:"
        r"(?:[^\n]{0,200}\n){1,6}?[^\n]{0,200}?\b\3\[\1\]",
    ),
    pattern(
        "off-by-one",
        "python",
        "len(",
        r"\bwhile (\w+) (?P<at><=)\s?len\(([\w.]{1,60})\)\s?:"
        r"(?:[^\n]{0,200}\n){1,6}?[^\n]{0,200}?\b\3\[\1\]",
    ),
    pattern(
        "index-length",
        "python",
        "len(",
        r"(?<![\w.])([\w.]{1,60})\[len\(\1\)\](?!\s?=[^=])",
        where="bare",
    ),
    pattern(
        "null-deref",
        "python",
        "none",
        r"(?<![\w.])(\w+) is None and (?P<at>\1\.\w)"
        r"|(?<![\w.])(\w+) is not None or \3\.\w",
        where="bare",
        unless=r"\bor\b.{0,80}\band\b",
    ),
    pattern(
        "null-deref",
        "python",
        "none",
        r"\bif (\w+) is None:\s{0,40}(?:return |raise \w+\()?[^\n=]{0,60}?(?<![\w.])(?P<at>\1\.\w)",
        where="bare",
    ),
    pattern(
        "none-assigned",
        "python",
        ".sort .append .extend .reverse .update .insert .add .shuffle",
        r"^[ \t]*(\w+)\s?=\s?(?:\1\.(?:sort|append|extend|reverse|insert|add|update|clear)\("
        r"|\w+\.(?:sort|reverse)\(\)|random\.shuffle\()",
        where="bare",
        unless=r"hash|hmac|digest|sha|md5|df|frame|np\.|\.sort\(\w|torch|jnp|polars|pl\.|Image",
    ),
    pattern(
        "result-lost",
        "python",
        ".replace( .strip( .upper( .lower(",
        _ALONE + r"(?P<at>(?:\w+)\.(?:replace\([\"'][^()\n]{0,60}\)|strip\(\)|lstrip\(\)|rstrip\(\)"
        r"|upper\(\)|lower\(\)|title\(\)))[ \t]*$",
        unless=r"[^)\s]\s*$|\breturn\b|=",
    ),
    pattern(
        "nan-compare",
        "python",
        "nan",
        r"[=!]=\s?(?:float\([\"']nan[\"']\)|(?:np|numpy|math)\.nan\b)",
        fold=True,
    ),
    pattern(
        "float-equal",
        "python",
        "==",
        r"\bif [^\n:]{0,80}?\b\d*\.\d+\s?[*+/-]\s?[^\n:=]{0,40}==[^\n:]{0,40}"
        r"|\bif [^\n:=]{0,80}?[*+/-][^\n:=]{0,40}==\s?\d*\.[1-9]\d*\b"
        r"|(?<![\w.])\d*\.\d+\s?[*+/-]\s?\d*\.\d+\s?=="
        r"|^[ \t]*(?:return|while|elif) [^\n:=]{0,80}?[\w)\]]\s?[*+/-]\s?[\w(][^\n:=]{0,40}?"
        r"[!=]=\s?\d*\.(?!0+\b|50*\b|250*\b|750*\b)\d+\b"
        r"|^[ \t]*(?:return|while|elif) [^\n:=]{0,80}?[\w)\]]\s?[*+/-]\s?"
        r"\d*\.(?!0+\b|50*\b|250*\b|750*\b)\d+\s?[!=]=\s?\w",
        where="bare",
        unless=r"approx|isclose",
    ),
    pattern(
        "toctou",
        "python",
        "exists( isfile( access( is_file(",
        r"^([ \t]*)if (?P<at>(?:not )?os\.(?:path\.(?:exists|isfile)|"
        r"access)\((\w[\w.]{0,60})[^)]{0,40}\))"
        r"[^\n]{0,60}:\n(?:\1[ \t]+[^\n]{0,160}\n){0,2}?\1[ \t]+[^\n]{0,100}?"
        r"\b(?:open|os\.(?:remove|unlink|rename|mkdir|rmdir|makedirs)|shutil\.rmtree)\(\s?\3\b",
        where="bare",
        unless=r"exist_ok",
    ),
    pattern(
        "shared-dict",
        "python",
        "[[",
        r"\[\s?\[[^\[\]\n]{0,80}\]\s?\*\s?\w{1,40}\s?\]\s?\*\s?\w|\[\s?(?:\[\]|"
        r"\{\})\s?\]\s?\*\s?\w",
        where="bare",
    ),
    pattern(
        "plain-password",
        "python",
        "password",
        r"\bif [^\n:]{0,80}?\b(?:user|account|row|record|u)(?:\.|"
        r"\[[\"'])password(?:[\"']\])?\s?[!=]="
        r"\s?(?!None)\w|\bif [^\n:]{0,60}\bpassword\s?[!=]=\s?(?:user|account|row|record|u)"
        r"(?:\.|\[[\"'])password\b",
    ),
    pattern(
        "timing-compare",
        "python",
        "signature hmac digest api_key token",
        r"\bif [^\n:]{0,60}?\b\w{0,20}(?:signature|hmac|digest\(\)|api_?key)\b\s?[!=]=\s?"
        r"(?![\"'\d]|None|len)[\w.]",
        where="bare",
        unless=r"isinstance|type\(",
        fold=True,
    ),
    pattern(
        "log-secret",
        "python",
        "log print",
        r"\b(?:log(?:ger|ging)?\.\w{3,9}|print)\([^\n]{0,120}?(?:[{,]\s?|%\s?)"
        r"(?P<at>(?:\w+\.)?(?:password|passwd|api_?key|secret_?key|access_?token|private_?key|ssn"
        r"|credit_?card|card_?number|cvv))\b(?!\s?(?:is|=|:|\())",
        fold=True,
        unless=r"mask|redact|getpass|len\(|hash|\*\*\*",
    ),
    pattern(
        "xxe",
        "python",
        "xmlparser",
        r"\bXMLParser\([^)]{0,120}resolve_entities\s?=\s?True",
    ),
    pattern(
        "weak-cipher",
        "python",
        "mode_ecb des arc4",
        r"\bMODE_ECB\b|\b(?:DES3?|ARC4|Blowfish)\.new\(",
        where="bare",
    ),
    pattern(
        "result-lost",
        "python",
        "sorted(",
        _ALONE + r"(?P<at>sorted\([^\n=]{1,80}\))[ \t]*$",
        where="bare",
    ),
)
