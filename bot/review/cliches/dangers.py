"""Where strangers' words come in and where they do harm, by language. Data.

Sources are the frameworks' own names for a request; a parameter counts only in a request's handler.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Danger:
    """A call that does harm with strangers' words: in any argument, or in the `first` alone."""

    rule: str
    sink: re.Pattern[str]
    first: bool
    needs: re.Pattern[str] | None
    excuse: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Tongue:
    """What has to be known of a language to follow words through it."""

    hints: tuple[str, ...]
    source: re.Pattern[str]
    cleaner: re.Pattern[str]
    assignment: re.Pattern[str]
    function: re.Pattern[str]
    handler: re.Pattern[str]
    innocent: frozenset[str]
    dangers: tuple[Danger, ...]


def _danger(
    rule: str, sink: str, *, every: bool = False, needs: str = "", excuse: str = _NEVER
) -> Danger:
    return Danger(
        rule,
        re.compile(sink),
        not every,
        re.compile(needs) if needs else None,
        re.compile(excuse),
    )


_PYTHON = Tongue(
    hints=("request", "input(", "sys.argv", "@app.", "@router.", "route("),
    source=re.compile(
        r"\b(?:flask\.)?request\.(?:args|form|values|json|cookies|headers|files|data|GET|POST|FILES|"
        r"query_params|path_params|params|get_json|META|body|query|match_info|rel_url)\b"
        r"|\bself\.get_(?:query_)?argument\("
    ),
    cleaner=re.compile(
        r"\b(?:secure_filename|basename|safe_join|quote|escape|clean|sanitize\w*|int|float|bool|len|"
        r"UUID|url_has_allowed_host_and_scheme|is_safe_url|urlparse|re\.escape|realpath|resolve|"
        r"is_relative_to|allow\w*|whitelist\w*|validate\w*)\s?\("
    ),
    assignment=re.compile(
        r"\s*(?P<names>[\w, ]{1,80}?)(?:\s?:\s?[\w\[\], |.]{1,60})?\s?=(?![=])\s?"
    ),
    function=re.compile(r"^\s*(?:async )?def \w+\((?P<parameters>[^)]{0,400})"),
    handler=re.compile(
        r"^\s*@\w+\.(?:route|get|post|put|patch|delete|websocket|api_route)\([^\n]{0,200}[<{]"
        r"|^\s*@(?:app|router|api|bp|blueprint)\.(?:get|post|put|patch|delete)\("
    ),
    innocent=frozenset(
        {"self", "cls", "request", "req", "db", "session", "user", "response", "background_tasks"}
    ),
    dangers=(
        _danger(
            "path-traversal",
            r"(?<![\w.])(?:open|io\.open|send_file|FileResponse|os\.(?:remove|unlink|listdir|rmdir|"
            r"makedirs)|shutil\.(?:rmtree|copy\w*|move)|(?:pathlib\.)?Path|aiofiles\.open)\(",
            excuse=r"abort\(|\bnot in\b",
        ),
        _danger(
            "ssrf",
            r"\b(?:requests|httpx|session|client|urllib\.request|aiohttp)\."
            r"(?:get|post|put|patch|delete|head|request|urlopen)\(|(?<![\w.])urlopen\(",
            excuse=r"\bparams\s?=|^\s*@",
        ),
        _danger(
            "open-redirect",
            r"(?<![\w.])(?:redirect|HttpResponseRedirect|RedirectResponse)\(",
            excuse=r"url_for|reverse\(",
        ),
        _danger(
            "template-injection",
            r"(?<![\w.])(?:render_template_string|jinja2\.Template|Template)\(",
        ),
        _danger("code-injection", r"(?<![\w.])(?:eval|exec|compile|__import__)\("),
        _danger(
            "unsafe-deserialization",
            r"\b(?:pickle|cPickle|dill|marshal|jsonpickle|yaml)\."
            r"(?:loads?|decode|unsafe_load)\(",
        ),
        _danger(
            "command-injection",
            r"\b(?:os\.(?:system|popen)|subprocess\.(?:getoutput|"
            r"getstatusoutput)|commands\.getoutput)\(",
        ),
        _danger(
            "command-injection",
            r"\bsubprocess\.(?:run|call|Popen|check_output|check_call)\(",
            every=True,
            needs=r"shell\s?=\s?True",
        ),
        _danger(
            "sql-injection",
            r"\.(?:execute|executemany|executescript|raw|text)\(",
            needs=r"[%+]|\bf[\"']|\.format\(|^\s*\w+\s*$",
        ),
        _danger(
            "xss",
            r"(?<![\w.])(?:make_response|HttpResponse|HTMLResponse|Markup|mark_safe)\(",
            needs=r"<",
        ),
        _danger("xss", r"^\s*return\s", needs=r"[\"']\s*<\w", every=True),
        _danger("regex-injection", r"\bre\.(?:compile|match|search|findall|sub|fullmatch)\("),
    ),
)

_SCRIPT = Tongue(
    hints=("req.", "request.", "location", "searchparams", "ctx."),
    source=re.compile(
        r"\b(?:req|request|ctx\.request|ctx)\.(?:query|params|body|headers|cookies|files?|param\()"
        r"|\b(?:window\.|document\.)?location\.(?:search|hash|href)\b|\bdocument\.(?:URL|referrer)\b"
        r"|\bsearchParams\.get\("
    ),
    cleaner=re.compile(
        r"\b(?:path\.basename|basename|encodeURIComponent|encodeURI|escape\w*|sanitize\w*|"
        r"DOMPurify\.\w+|parseInt|parseFloat|Number|Boolean|validator\.\w+|xss|isSafe\w*|validate\w*|"
        r"allow\w*|mongoose\.Types\.ObjectId|ObjectId)\s?\("
    ),
    assignment=re.compile(
        r"\s*(?:const |let |var )?(?P<names>\{[^}=]{1,120}\}|[\w.\[\]]{1,60})"
        r"(?:\s?:\s?[\w<>\[\], |]{1,60})?\s?=(?![=>])\s?"
    ),
    function=re.compile(_NEVER + r"(?P<parameters>)"),
    handler=re.compile(_NEVER),
    innocent=frozenset(),
    dangers=(
        _danger(
            "path-traversal",
            r"\b(?:fs|fsp|fs\.promises|fse)\.(?:readFile|readFileSync|createReadStream|writeFile|"
            r"writeFileSync|unlink|unlinkSync|readdir|rm|rmSync|createWriteStream|open)\("
            r"|\bres\.(?:sendFile|download)\(|(?<![\w.])(?:readFile|readFileSync|createReadStream)\(",
            excuse=r"\{\s?root\s?:",
        ),
        _danger(
            "open-redirect",
            r"\bres\.redirect\(|\b(?:window\.)?location(?:\.href)?\s?=(?!=)\s?"
            r"|\blocation\.(?:assign|replace)\(",
        ),
        _danger("command-injection", r"(?<![\w.])(?:child_process\.|cp\.)?(?:exec|execSync)\("),
        _danger(
            "code-injection", r"(?<![\w.])(?:eval|Function|vm\.run\w+|setTimeout|setInterval)\("
        ),
        _danger("xss", r"\bres\.(?:send|write|end)\(", needs=r"[\"'`]\s*<|<\w"),
        _danger(
            "xss",
            r"\.(?:innerHTML|outerHTML)\s?\+?=\s?|\bdocument\.write(?:ln)?\(|\$\([^)\n]{0,60}\)"
            r"\.html\(",
        ),
        _danger(
            "sql-injection",
            r"\.(?:query|execute|raw|all|run|get|\$queryRawUnsafe|"
            r"\$executeRawUnsafe)\(",
            needs=r"\$\{|\+|^\s*\w+\s*$",
            excuse=r"\b(?:axios|http|https|app|router|fetch|cache|map|params|headers)\.get\(",
        ),
        _danger(
            "ssrf",
            r"(?<![\w.])(?:axios(?:\.(?:get|post|put|request))?|got|needle|"
            r"https?\.get|fetch|request(?:\.get)?)\(",
            needs=r"^(?!.*\blocation\.)",
            excuse=r"location\.|router\.|app\.",
        ),
        _danger(
            "nosql-injection",
            r"\.(?:find|findOne|findOneAndUpdate|deleteMany|updateOne)\(",
            needs=r":\s?req\.(?:body|query)\.\w+|^\s?req\.(?:body|query)\s?$|\$where",
        ),
        _danger(
            "mass-assignment",
            r"\bnew [A-Z]\w+\(|\.(?:create|findByIdAndUpdate|update)\(",
            needs=r"^\s?(?:\.\.\.)?req\.body\s?$",
        ),
        _danger("regex-injection", r"\bnew RegExp\("),
        _danger("unsafe-deserialization", r"\b(?:unserialize|serialize\.unserialize)\("),
        _danger("prototype-pollution", r"\b(?:_|lodash)\.(?:merge|defaultsDeep|set)\(", every=True),
    ),
)

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
    handler=re.compile(_NEVER),
    innocent=frozenset(),
    dangers=(
        _danger("xss", r"\b(?:echo|print)\b|<\?=", every=True),
        _danger(
            "sql-injection",
            r"\b(?:mysqli?_query|pg_query)\(|->(?:query|exec|multi_query)\(",
            every=True,
        ),
        _danger("command-injection", r"\b(?:shell_exec|exec|system|passthru|popen|proc_open)\("),
        _danger("code-injection", r"(?<![\w>])(?:eval|assert|create_function)\("),
        _danger(
            "path-traversal",
            r"\b(?:include|require)(?:_once)?\b\s?\(?|\b(?:file_get_contents|fopen|"
            r"readfile|unlink|file|file_put_contents|move_uploaded_file)\(",
            every=True,
        ),
        _danger("unsafe-deserialization", r"\bunserialize\("),
        _danger("open-redirect", r"\bheader\(", needs=r"[Ll]ocation:"),
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
    handler=re.compile(_NEVER),
    innocent=frozenset(),
    dangers=(
        _danger(
            "path-traversal",
            r"\bnew (?:File|FileInputStream|FileReader|FileOutputStream)\("
            r"|\bPaths\.get\(|\bPath\.of\(",
            every=True,
        ),
        _danger(
            "sql-injection",
            r"\.(?:executeQuery|executeUpdate|execute|createQuery|createNativeQuery|"
            r"prepareStatement)\(",
        ),
        _danger("command-injection", r"\.exec\(|\bnew ProcessBuilder\("),
        _danger(
            "xss", r"\bgetWriter\(\)\.(?:write|print|println)\(|\bout\.(?:print|println|write)\("
        ),
        _danger("open-redirect", r"\.sendRedirect\("),
        _danger("ssrf", r"\bnew URL\(|\bURI\.create\("),
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
    handler=re.compile(_NEVER),
    innocent=frozenset({"err", "_", "ok"}),
    dangers=(
        _danger(
            "path-traversal",
            r"\bos\.(?:Open|ReadFile|Create|Remove|RemoveAll|OpenFile)\(|"
            r"\bioutil\.ReadFile\(|\bhttp\.ServeFile\(",
            every=True,
        ),
        _danger(
            "sql-injection",
            r"\.(?:Query|QueryRow|Exec|Raw)(?:Context)?\(",
            needs=r"\+|Sprintf|^\s*\w+\s*$",
            excuse=r"\.URL\.Query\(\)|\bc\.Query\(",
        ),
        _danger("command-injection", r"\bexec\.Command(?:Context)?\(", every=True),
        _danger(
            "xss",
            r"\bfmt\.Fprint(?:f|ln)?\(\s?w\b|\btemplate\.HTML\(",
            every=True,
            needs=r"<|^[^,]*$",
        ),
        _danger("open-redirect", r"\bhttp\.Redirect\(", every=True),
        _danger("ssrf", r"\bhttp\.(?:Get|Post|Head)\("),
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
    handler=re.compile(_NEVER),
    innocent=frozenset(),
    dangers=(
        _danger(
            "path-traversal",
            r"\b(?:File\.(?:read|open|delete|new)|IO\.read|send_file)[ (]",
            every=True,
        ),
        _danger("open-redirect", r"\bredirect_to[ (]", excuse=r"_(?:path|url)\b|:back"),
        _danger("command-injection", r"(?<![\w.])(?:system|exec|IO\.popen|Open3\.\w+)[ (]"),
        _danger(
            "code-injection",
            r"(?<![\w.])(?:eval|instance_eval|class_eval)[ (]|\.(?:constantize|"
            r"public_send|send)\b[ (]?",
            every=True,
        ),
        _danger(
            "sql-injection", r"\.(?:where|find_by_sql|order|execute|having)[ (]", needs=r"#\{|\+"
        ),
    ),
)

DANGERS: Mapping[str, Tongue] = {
    "python": _PYTHON,
    **dict.fromkeys(("javascript", "typescript", "jsx", "tsx"), _SCRIPT),
    "php": _PHP,
    "java": _JAVA,
    "go": _GO,
    "ruby": _RUBY,
}
"""By the names of `bot.review.languages`."""
