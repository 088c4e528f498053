"""Where strangers' words come in and do harm in Python: Flask, Django, FastAPI and such. Data."""

from __future__ import annotations

import re

from bot.review.static.cliches.tongue import Tongue, danger

PYTHON = Tongue(
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
        danger(
            "path-traversal",
            r"(?<![\w.])(?:open|io\.open|send_file|FileResponse|os\.(?:remove|unlink|listdir|rmdir|"
            r"makedirs)|shutil\.(?:rmtree|copy\w*|move)|(?:pathlib\.)?Path|aiofiles\.open)\(",
            excuse=r"abort\(|\bnot in\b",
        ),
        danger(
            "path-traversal", r"\.save\(|\.write_(?:bytes|text)\(", needs=r"\.filename\b|\.name\b"
        ),
        danger(
            "ssrf",
            r"\b(?:requests|httpx|session|client|urllib\.request|aiohttp)\."
            r"(?:get|post|put|patch|delete|head|request|urlopen)\(|(?<![\w.])urlopen\(",
            excuse=r"\bparams\s?=|^\s*@",
        ),
        danger(
            "open-redirect",
            r"(?<![\w.])(?:redirect|HttpResponseRedirect|RedirectResponse)\(",
            excuse=r"url_for|reverse\(",
        ),
        danger(
            "template-injection",
            r"(?<![\w.])(?:render_template_string|jinja2\.Template|Template)\(",
        ),
        danger("code-injection", r"(?<![\w.])(?:eval|exec|compile|__import__)\("),
        danger(
            "unsafe-deserialization",
            r"\b(?:pickle|cPickle|dill|marshal|jsonpickle|yaml)\."
            r"(?:loads?|decode|unsafe_load)\(",
        ),
        danger(
            "command-injection",
            r"\b(?:os\.(?:system|popen)|subprocess\.(?:getoutput|"
            r"getstatusoutput)|commands\.getoutput)\(",
        ),
        danger(
            "command-injection",
            r"\bsubprocess\.(?:run|call|Popen|check_output|check_call)\(",
            every=True,
            needs=r"shell\s?=\s?True",
        ),
        danger(
            "sql-injection",
            r"\.(?:execute|executemany|executescript|raw|text)\(",
            needs=r"[%+]|\bf[\"']|\.format\(|^\s*\w+\s*$",
        ),
        danger(
            "xss",
            r"(?<![\w.])(?:make_response|HttpResponse|HTMLResponse|Markup|mark_safe)\(",
            needs=r"<",
        ),
        danger("xss", r"^\s*return\s", needs=r"[\"']\s*<\w", every=True),
        danger("regex-injection", r"\bre\.(?:compile|match|search|findall|sub|fullmatch)\("),
    ),
)
