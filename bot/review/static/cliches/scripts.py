"""Clichés of JavaScript and TypeScript that oxlint does not know."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

_JS = "javascript typescript jsx tsx vue svelte"
_SENSITIVE = r"(?:token|secret|passw(?:or)?d|otp|nonce|salt|session_?id|api_?key|reset_?code)"
_CLEAN = r"sanitize|DOMPurify|escape|encode|trustedTypes|purify"

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "inner-html",
        _JS + " html",
        "innerhtml outerhtml insertadjacenthtml",
        r"\.(?P<at>(?:inner|outer)HTML)\s?\+?=(?!=)\s?(?![\"'][^\"'\n]{0,300}[\"']\s?;?\s*$"
        r"|`[^`$]{0,300}`\s?;?\s*$|[\"'`]{2})\S",
        unless=_CLEAN,
    ),
    pattern(
        "inner-html",
        _JS + " html",
        "insertadjacenthtml",
        r"\.(?P<at>insertAdjacentHTML)\(\s?[\"'`]\w+[\"'`]\s?,\s?(?![\"'][^\"'\n]{0,300}[\"']\s?\)"
        r"|`[^`$]{0,300}`\s?\))\S",
        unless=_CLEAN,
    ),
    pattern(
        "inner-html",
        _JS,
        "dangerouslysetinnerhtml v-html",
        r"\bdangerouslySetInnerHTML\s?=\s?\{\{\s?__html:\s?(?![\"'])\w|\bv-html=",
        unless=_CLEAN,
    ),
    pattern(
        "inner-html",
        _JS + " html",
        ".html(",
        r"\$\([^)\n]{1,60}\)\.(?P<at>html)\(\s?(?:[\"'][^\"'\n]{0,100}[\"']\s?\+\s?\w|"
        r"`[^`\n]{0,100}\$\{)",
        unless=_CLEAN,
    ),
    pattern(
        "document-write",
        _JS + " html",
        "document.write",
        r"\bdocument\.writeln?\(",
        where="bare",
    ),
    pattern(
        "foreach-async",
        _JS,
        "foreach",
        r"\.(?P<at>forEach)\(\s{0,40}async\b",
        where="bare",
    ),
    pattern(
        "async-filter",
        _JS,
        "async",
        r"\.(?P<at>filter|some|every|find|findIndex|sort|reduce)\(\s{0,40}async\b",
        where="bare",
        unless=r"reduce\(|(?:Async|async\w+|\bp)\.",
    ),
    pattern(
        "async-effect", _JS, "effect", r"\buse(?:Layout)?Effect\(\s{0,40}async\b", where="bare"
    ),
    pattern(
        "missing-await",
        _JS,
        "fetch(",
        r"(?<!await )(?<!return )(?<![\w.])fetch\([^()\n]{0,150}(?:\([^()\n]{0,80}\))?[^()\n]{0,80"
        r"}\)"
        r"\.(?:json|text|ok|status|body|blob|headers)\b",
        where="bare",
    ),
    pattern(
        "missing-await",
        _JS,
        "fetch( axios",
        r"\b(?:const|let|var) (\w+) = (?P<at>fetch|axios(?:\.\w+)?)\([^;\n]{0,150}\);?\s*\n"
        r"(?:[^\n]{0,120}\n){0,3}?[^\n]{0,80}?(?<!await )(?<![\w.])\1\.(?:json\(|text\(|ok\b|"
        r"status\b|data\b)",
        where="bare",
    ),
    pattern(
        "command-injection",
        _JS,
        "exec( execsync( spawn(",
        r"(?<![\w.])(?P<at>(?:child_process\.|cp\.|childProcess\.)?(?:exec|execSync))\(\s{0,20}"
        r"(?:[\"'][^\"'\n]{0,200}[\"']\s?\+\s?\w|`[^`\n]{0,200}\$\{|\w+\s?\+\s?[\"'\w])",
        unless=r"shellescape|shell-quote|quote\(",
    ),
    pattern(
        "command-injection",
        _JS,
        "spawn",
        r"\b(?P<at>spawn(?:Sync)?)\([^;]{0,200}?\bshell\s?:\s?true",
    ),
    pattern(
        "weak-random",
        _JS,
        "math.random",
        rf"^.{{0,120}}\b\w{{0,30}}{_SENSITIVE}\w{{0,30}}\b.{{0,120}}?(?P<at>\bMath\.random\(\))",
        fold=True,
    ),
    pattern(
        "weak-random",
        _JS,
        "math.random",
        rf"\bfunction \w{{0,30}}{_SENSITIVE}\w{{0,30}}\([^\n]{{0,200}}\n(?:[^\n]{{0,200}}\n)"
        rf"{{0,5}}?"
        r"[^\n]{0,120}?(?P<at>\bMath\.random\(\))",
        fold=True,
    ),
    pattern(
        "weak-hash",
        _JS,
        "createhash",
        r"\bcreateHash\(\s?[\"'](?:md5|sha1|md4)[\"']",
        fold=True,
        unless=r"etag|cache|checksum|fingerprint|git",
    ),
    pattern(
        "weak-cipher",
        _JS,
        "cipher",
        r"\bcreate(?:De|C)ipher(?:iv)?\(\s?[\"'](?:des|rc4|bf|aes-\d+-ecb)|\bcreateCipher\(",
        fold=True,
    ),
    pattern(
        "no-certificate-check",
        _JS,
        "rejectunauthorized node_tls_reject_unauthorized",
        r"\brejectUnauthorized[\"']?\s?:\s?false\b"
        r"|\bNODE_TLS_REJECT_UNAUTHORIZED[\"']?\]?\s?=\s?[\"']?0",
    ),
    pattern(
        "jwt-unverified",
        _JS,
        "jwt alg",
        r"algorithms?[\"']?\s?:\s?\[?\s?[\"']none[\"']|\bignoreSignature\s?:\s?true",
        fold=True,
    ),
    pattern(
        "cors-any",
        _JS,
        "origin",
        r"\borigin\s?:\s?(?:[\"']\*[\"']|true)\s?,[^}]{0,120}credentials\s?:\s?true"
        r"|credentials\s?:\s?true\s?,[^}]{0,120}\borigin\s?:\s?(?:[\"']\*[\"']|true)"
        r"|Access-Control-Allow-Origin[\"']\s?,\s?req\.headers\.origin",
    ),
    pattern(
        "cookie-unsafe",
        _JS,
        "httponly secure",
        r"\bhttpOnly\s?:\s?false\b",
    ),
    pattern(
        "token-in-storage",
        _JS,
        "localstorage sessionstorage",
        r"\b(?:local|session)Storage\.setItem\(\s?[\"'`]\w{0,20}(?:token|jwt|password|"
        r"secret)\w{0,20}",
        fold=True,
    ),
    pattern(
        "implied-eval",
        _JS,
        "settimeout setinterval execscript",
        r"(?<![\w.$])(?:window\.|globalThis\.|self\.)?(?P<at>set(?:Timeout|Interval|Immediate)|"
        r"execScript)\(\s{0,20}[\"'`]",
    ),
    pattern(
        "prototype-pollution",
        _JS,
        "__proto__ for",
        r"\bfor\s?\((?:const|let|var) (\w+) in (\w+)\)\s?\{?\s{0,40}(?:if[^\n]{0,80}\{?\s{0,40})?"
        r"(?P<at>(\w+)\[\1\])\s?=[^;\n=]{0,80}?(?:={3}[^;\n=]{0,60}?)?(?<!\w)\w{1,40}\("
        r"\4\[\1\](?:\s?(?:\|\||\?\?)\s?\{\})?,\s?\2\[\1\]",
        where="bare",
        absent=r"__proto__|hasOwn",
    ),
    pattern(
        "off-by-one",
        _JS + " java csharp cpp c php go dart kotlin",
        ".length .size( len( .count count(",
        r"\bfor\s?\(?\s?(?:[\w:]{1,20} )?\$?(\w+)\s?:?=\s?[01]\s?;\s?\$?\1\s?"
        r"(?P<at><=\s?(?:\$?[\w.>-]{1,60}\.(?:length|Length|Count|size\(\)|length\(\))"
        r"|(?:len|count|strlen|sizeof)\(\$?[\w.>-]{1,60}\)))\s?;"
        r"(?:[^\n]{0,200}\n){0,6}?[^\n]{0,200}?\[\$?\1\]",
        where="bare",
    ),
    pattern(
        "index-length",
        _JS + " java csharp",
        ".length",
        r"(?<![\w.])([\w.]{1,60})\[\1\.(?:length|Length|Count)\](?!\s?=[^=])",
        where="bare",
    ),
    pattern(
        "null-deref",
        _JS + " java csharp cpp c dart kotlin",
        "null undefined nullptr if",
        r"(?<![\w.!])(\w+)\s?===?\s?(?:null|undefined|nullptr|NULL)\s?&&\s?\1(?:\.|->)\w"
        r"|(?<![\w.!])(\w+)\s?!==?\s?(?:null|undefined|nullptr|NULL)\s?\|\|\s?!?\2(?:\.|->)\w"
        r"|(?<![\w.!])!(\w+)\s?&&\s?!?\3(?:\.|->)\w"
        r"|\bif\s?\((?:!(\w+)|(\w+)\s?===?\s?(?:null|undefined|nullptr|NULL))\)\s?\{?\s{0,40}"
        r"(?:return |throw new \w+\()?[^\n;=]{0,60}?(?<![\w.])(?P<at>(?:\4|\5)(?:\.|->)\w)",
        where="bare",
    ),
    pattern(
        "null-deref",
        _JS,
        "null undefined",
        r"\b(?:let|const|var) (\w+)(?:\s?:\s?[\w |<>\[\]]{1,60})?\s?=\s?(?:null|undefined);?\s*\n"
        r"[^\n]{0,60}?(?<![\w.])(?P<at>\1\.\w+)(?!\s?=[^=])",
        where="bare",
    ),
    pattern(
        "nan-compare",
        _JS,
        "nan",
        r"[=!]==?\s?NaN\b",
        where="bare",
    ),
    pattern(
        "mutable-state",
        _JS,
        "usestate",
        r"\bconst \[(\w+),\s?(set\w+)\]\s?=\s?(?:React\.)?useState\([^\n]{0,200}\n(?:[^\n]{0,200}"
        r"\n){0,20}?"
        r"[^\n]{0,80}?(?<![\w.])(?P<at>\1\.(?:push|splice|pop|shift|unshift|sort|reverse)\()",
        where="bare",
    ),
    pattern(
        "result-lost",
        _JS,
        ".replace( .concat( .trim( .touppercase( .tolowercase( .map( .filter(",
        r"(?<![(,\[{=+\\|&?:]\n)^[ \t]*(?P<at>\w+\.(?:replace(?:All)?\([^\n]{1,80}\)|"
        r"concat\([^\n]{1,60}\)|trim\(\)"
        r"|toUpperCase\(\)|toLowerCase\(\)))[ \t]*;[ \t]*$",
        where="bare",
        unless=r"\breturn\b|=|location|history|router|\$|await|navigation",
    ),
    pattern(
        "plain-password",
        _JS + " java csharp php go ruby",
        "password",
        r"\b(?:user|account|row|u|found|existing)\w{0,10}(?:\.|->)\$?password\s?[!=]==?\s?(?!null|"
        r"undefined"
        r"|nil|[\"'])[$@]?\w|\b(?:req\.body\.)?password\s?[!=]==?\s?(?:user|account|row|u|"
        r"found)\w{0,10}"
        r"(?:\.|->)password\b",
        where="bare",
        fold=True,
    ),
    pattern(
        "log-secret",
        _JS,
        "console. logger.",
        r"\b(?:console|logger|log)\.\w{3,5}\([^\n]{0,120}?(?:,\s?|\$\{|\+\s?)"
        r"(?P<at>(?:\w+\.){0,3}(?:password|passwd|api_?key|secret_?key|access_?token|private_?key"
        r"|credit_?card|card_?number|cvv))\b(?!\s?(?:\(|\?|=))",
        fold=True,
        unless=r"mask|redact|\*\*\*|\.length",
    ),
    pattern(
        "target-blank",
        "html vue svelte",
        "target",
        r"<a\b[^>\n]{0,300}\btarget=[\"']_blank[\"'][^>\n]{0,300}>",
        unless=r"\brel=|href=[\"'][#/]",
    ),
    pattern(
        "plain-http",
        _JS,
        "http://",
        r"\b(?:fetch|axios(?:\.\w+)?)\(\s?[\"'`](?P<at>http://)"
        r"(?!localhost|127\.|0\.0\.0\.0|\[|10\.|192\.168\.|\$\{|[\w-]+[:/\"'])",
    ),
)
