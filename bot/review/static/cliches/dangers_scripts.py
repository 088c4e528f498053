"""Where strangers' words come in and do harm in JavaScript: in servers and in pages. Data."""

from __future__ import annotations

import re

from bot.review.static.cliches.tongue import NEVER, Tongue, danger

SCRIPTS = Tongue(
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
    function=re.compile(NEVER + r"(?P<parameters>)"),
    handler=re.compile(NEVER),
    innocent=frozenset(),
    dangers=(
        danger(
            "path-traversal",
            r"\b(?:fs|fsp|fs\.promises|fse)\.(?:readFile|readFileSync|createReadStream|writeFile|"
            r"writeFileSync|unlink|unlinkSync|readdir|rm|rmSync|createWriteStream|open)\("
            r"|\bres\.(?:sendFile|download)\(|(?<![\w.])(?:readFile|readFileSync|createReadStream)\(",
            excuse=r"\{\s?root\s?:",
        ),
        danger(
            "open-redirect",
            r"\bres\.redirect\(|\b(?:window\.)?location(?:\.href)?\s?=(?!=)\s?"
            r"|\blocation\.(?:assign|replace)\(",
        ),
        danger("command-injection", r"(?<![\w.])(?:child_process\.|cp\.)?(?:exec|execSync)\("),
        danger(
            "code-injection", r"(?<![\w.])(?:eval|Function|vm\.run\w+|setTimeout|setInterval)\("
        ),
        danger("xss", r"\bres\.(?:send|write|end)\(", needs=r"[\"'`]\s*<|<\w"),
        danger(
            "xss",
            r"\.(?:innerHTML|outerHTML)\s?\+?=\s?|\bdocument\.write(?:ln)?\(|\$\([^)\n]{0,60}\)"
            r"\.html\(",
        ),
        danger(
            "sql-injection",
            r"\.(?:query|execute|raw|all|run|get|\$queryRawUnsafe|"
            r"\$executeRawUnsafe)\(",
            needs=r"\$\{|\+|^\s*\w+\s*$",
            excuse=r"\b(?:axios|http|https|app|router|fetch|cache|map|params|headers)\.get\(",
        ),
        danger(
            "ssrf",
            r"(?<![\w.])(?:axios(?:\.(?:get|post|put|request))?|got|needle|"
            r"https?\.get|fetch|request(?:\.get)?)\(",
            needs=r"^(?!.*\blocation\.)",
            excuse=r"location\.|router\.|app\.",
        ),
        danger(
            "nosql-injection",
            r"\.(?:find|findOne|findOneAndUpdate|deleteMany|updateOne)\(",
            needs=r":\s?req\.(?:body|query)\.\w+|^\s?req\.(?:body|query)\s?$|\$where",
        ),
        danger(
            "mass-assignment",
            r"\bnew [A-Z]\w+\(|\.(?:create|findByIdAndUpdate|update)\(",
            needs=r"^\s?(?:\.\.\.)?req\.body\s?$",
        ),
        danger("regex-injection", r"\bnew RegExp\("),
        danger("unsafe-deserialization", r"\b(?:unserialize|serialize\.unserialize)\("),
        danger("prototype-pollution", r"\b(?:_|lodash)\.(?:merge|defaultsDeep|set)\(", every=True),
    ),
)
