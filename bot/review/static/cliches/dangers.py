"""Where strangers' words come in and where they do harm, by language. Data.

Sources are the frameworks' own names for a request; a parameter counts only in a request's handler.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.review.static.cliches.dangers_python import PYTHON
from bot.review.static.cliches.dangers_scripts import SCRIPTS
from bot.review.static.cliches.tongue import NEVER, Tongue, danger

_PHP = Tongue(
    hints=("$_get", "$_post", "$_request", "$_cookie", "$_files"),
    source=re.compile(
        r"\$_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER\[['\"](?:HTTP_|QUERY|REQUEST_URI))"
    ),
    cleaner=re.compile(
        r"\b(?:htmlspecialchars|htmlentities|intval|basename|escapeshellarg|escapeshellcmd|"
        r"mysqli_real_escape_string|real_escape_string|quote|filter_var|filter_input|strip_tags|"
        r"urlencode|realpath|in_array|password_verify|password_hash|count|isset|empty)\s?\(|\(int\)"
    ),
    assignment=re.compile(r"\s*(?P<names>\$\w+)\s?\.?=(?![=>])\s?"),
    function=re.compile(r"\bfunction \w*\((?P<parameters>)"),
    handler=re.compile(NEVER),
    innocent=frozenset(),
    dangers=(
        danger("xss", r"\b(?:echo|print)\b|<\?=", every=True),
        danger(
            "sql-injection",
            r"\b(?:mysqli?_query|pg_query)\(|->(?:query|exec|multi_query)\(",
            every=True,
        ),
        danger("command-injection", r"\b(?:shell_exec|exec|system|passthru|popen|proc_open)\("),
        danger("code-injection", r"(?<![\w>])(?:eval|assert|create_function)\("),
        danger(
            "path-traversal",
            r"\b(?:include|require)(?:_once)?\b\s?\(?|\b(?:file_get_contents|fopen|"
            r"readfile|unlink|file|file_put_contents|move_uploaded_file)\(",
            every=True,
        ),
        danger("unsafe-deserialization", r"\bunserialize\("),
        danger("open-redirect", r"\bheader\(", needs=r"[Ll]ocation:"),
    ),
)

_JAVA = Tongue(
    hints=("getparameter", "getheader", "@requestparam", "@pathvariable", "getquerystring"),
    source=re.compile(
        r"\b(?:req|request|httpRequest)\.get(?:Parameter|Header|QueryString|Cookies|"
        r"PathInfo)\("
    ),
    cleaner=re.compile(
        r"\b(?:Integer\.parseInt|Long\.parseLong|escapeHtml\w*|encodeForHTML|getCanonicalPath|normalize|"
        r"setString|sanitize\w*|validate\w*|UUID\.fromString)\s?\("
    ),
    assignment=re.compile(r"\s*(?:final )?(?P<names>(?:[\w<>\[\]]{1,40} )?\w{1,40})\s?=(?![=])\s?"),
    function=re.compile(
        r"^\s*(?:public|private|protected)[\w<>\[\], ]{0,80} \w+\((?P<parameters>)"
    ),
    handler=re.compile(NEVER),
    innocent=frozenset(),
    dangers=(
        danger(
            "path-traversal",
            r"\bnew (?:File|FileInputStream|FileReader|FileOutputStream)\("
            r"|\bPaths\.get\(|\bPath\.of\(",
            every=True,
        ),
        danger(
            "sql-injection",
            r"\.(?:executeQuery|executeUpdate|execute|createQuery|createNativeQuery|"
            r"prepareStatement)\(",
        ),
        danger("command-injection", r"\.exec\(|\bnew ProcessBuilder\("),
        danger(
            "xss", r"\bgetWriter\(\)\.(?:write|print|println)\(|\bout\.(?:print|println|write)\("
        ),
        danger("open-redirect", r"\.sendRedirect\("),
        danger("ssrf", r"\bnew URL\(|\bURI\.create\("),
    ),
)

_GO = Tongue(
    hints=("r.url", "r.form", "formvalue", "c.query", "c.param", "mux.vars"),
    source=re.compile(
        r"\b(?:r|req|request)\.(?:URL\.Query\(\)|FormValue\(|PostFormValue\(|Form\b|"
        r"Header\.Get\()|\bc\.(?:Query|Param|PostForm|FormValue|QueryParam)\(|\bmux\.Vars\("
    ),
    cleaner=re.compile(
        r"\b(?:filepath\.Base|path\.Base|strconv\.\w+|html\.EscapeString|"
        r"template\.HTMLEscapeString|url\.QueryEscape|sanitize\w*|validate\w*)\("
    ),
    assignment=re.compile(r"\s*(?:var )?(?P<names>[\w, ]{1,60}?)\s?:?=(?![=])\s?"),
    function=re.compile(r"^func\b[^\n{]{0,160}\((?P<parameters>)"),
    handler=re.compile(NEVER),
    innocent=frozenset({"err", "_", "ok"}),
    dangers=(
        danger(
            "path-traversal",
            r"\bos\.(?:Open|ReadFile|Create|Remove|RemoveAll|OpenFile)\(|"
            r"\bioutil\.ReadFile\(|\bhttp\.ServeFile\(",
            every=True,
        ),
        danger(
            "sql-injection",
            r"\.(?:Query|QueryRow|Exec|Raw)(?:Context)?\(",
            needs=r"\+|Sprintf|^\s*\w+\s*$",
            excuse=r"\.URL\.Query\(\)|\bc\.Query\(",
        ),
        danger("command-injection", r"\bexec\.Command(?:Context)?\(", every=True),
        danger(
            "xss",
            r"\bfmt\.Fprint(?:f|ln)?\(\s?w\b|\btemplate\.HTML\(",
            every=True,
            needs=r"<|^[^,]*$",
        ),
        danger("open-redirect", r"\bhttp\.Redirect\(", every=True),
        danger("ssrf", r"\bhttp\.(?:Get|Post|Head)\("),
    ),
)

_RUBY = Tongue(
    hints=("params", "request."),
    source=re.compile(
        r"\bparams(?:\[|\.(?:fetch|require|dig))|\bcookies\[|\brequest\.(?:headers|env)\b"
    ),
    cleaner=re.compile(
        r"\b(?:sanitize\w*|escape\w*|h|Shellwords\.\w+|File\.basename)\s?\(|\.to_i\b|"
        r"\.shellescape|\.permit\(|\.find(?:_by)?!?\("
    ),
    assignment=re.compile(r"\s*(?P<names>@?\w+)\s?=(?![=~])\s?"),
    function=re.compile(r"^\s*def \w+(?P<parameters>)"),
    handler=re.compile(NEVER),
    innocent=frozenset(),
    dangers=(
        danger(
            "path-traversal",
            r"\b(?:File\.(?:read|open|delete|new)|IO\.read|send_file)[ (]",
            every=True,
        ),
        danger("open-redirect", r"\bredirect_to[ (]", excuse=r"_(?:path|url)\b|:back"),
        danger("command-injection", r"(?<![\w.])(?:system|exec|IO\.popen|Open3\.\w+)[ (]"),
        danger(
            "code-injection",
            r"(?<![\w.])(?:eval|instance_eval|class_eval)[ (]|\.(?:constantize|"
            r"public_send|send)\b[ (]?",
            every=True,
        ),
        danger(
            "sql-injection", r"\.(?:where|find_by_sql|order|execute|having)[ (]", needs=r"#\{|\+"
        ),
    ),
)

DANGERS: Mapping[str, Tongue] = {
    "python": PYTHON,
    **dict.fromkeys(("javascript", "typescript", "jsx", "tsx"), SCRIPTS),
    "php": _PHP,
    "java": _JAVA,
    "go": _GO,
    "ruby": _RUBY,
}
"""By the names of `bot.review.reading.languages`."""
