"""Clichés of Java, Kotlin, C#, Go, PHP and Ruby."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

_JVM = "java kotlin scala"

PATTERNS: tuple[Pattern, ...] = (
    # Java and its neighbours
    pattern(
        "string-identity",
        "java",
        "==",
        r"(?<![\w.\"])[\w.()]{1,60}\s?[!=]=\s?\"[^\"\n]{0,80}\"|\"[^\"\n]{0,80}\"\s?[!=]=\s?[\w.]",
    ),
    pattern(
        "empty-catch",
        _JVM + " csharp cpp php",
        "catch",
        r"\bcatch\s?(?:\([^)\n]{0,80}\)\s?)?(?P<at>\{\s{0,40}\})",
        where="text",
    ),
    pattern(
        "command-injection",
        _JVM + " groovy",
        "getruntime",
        r"\bgetRuntime\(\)\s{0,20}\.exec\(\s?(?:\"[^\"\n]{0,200}\"\s?\+|\w+\s?\+)",
    ),
    pattern(
        "unsafe-deserialization",
        _JVM,
        "objectinputstream",
        r"\bnew ObjectInputStream\(|\.(?P<at>readObject\(\))",
        where="bare",
        unless=r"private void readObject|ObjectInputFilter|defaultReadObject",
    ),
    pattern(
        "weak-hash",
        _JVM + " csharp",
        "md5 sha1 sha-1",
        r"\bMessageDigest\.getInstance\(\s?\"(?:MD5|SHA-?1|MD2)\"|\b(?:MD5|"
        r"SHA1)(?:CryptoServiceProvider|"
        r"Managed)?(?:\.Create)?\(\)",
    ),
    pattern(
        "weak-cipher",
        _JVM + " csharp",
        "cipher des ecb",
        r"\bCipher\.getInstance\(\s?\"(?:DES|DESede|RC4|RC2|Blowfish|AES/ECB|AES\")"
        r"|\bCipherMode\.ECB\b|\bnew (?:DES|TripleDES|RC2)CryptoServiceProvider\b",
    ),
    pattern(
        "weak-random",
        _JVM + " csharp",
        "random",
        r"^.{0,120}\b\w{0,30}(?:token|secret|passw(?:or)?d|nonce|salt|sessionid|"
        r"otp)\w{0,30}\b.{0,80}?"
        r"(?P<at>\bnew Random\(\)|\bMath\.random\(\))",
        fold=True,
    ),
    pattern(
        "no-certificate-check",
        _JVM + " csharp go",
        "trust verify certificate",
        r"\bInsecureSkipVerify:\s?true\b|\bServerCertificate(?:Custom)?Validation(?:Callback)?\s?"
        r"\+?=[^;]{0,80}"
        r"=>\s?true|\bNoopHostnameVerifier\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b|"
        r"\bcheckServerTrusted\([^)]{0,120}\)[^{\n]{0,60}\{\s{0,40}\}",
    ),
    pattern(
        "csrf-off",
        _JVM,
        "csrf",
        r"\bcsrf\(\)\.disable\(\)|\bcsrf\((?:\w+\s?->\s?\w+\.disable\(\)|"
        r"AbstractHttpConfigurer::disable)\)",
    ),
    pattern(
        "double-checked",
        "java",
        "synchronized",
        r"\bif\s?\((\w+) == null\)\s?\{\s{0,40}synchronized\s?\([^)]{1,40}\)\s?\{\s{0,40}if\s?\(\1"
        r" == null\)",
        where="bare",
        absent=r"\bvolatile\b",
    ),
    # C#
    pattern(
        "async-void",
        "csharp",
        "async void",
        r"\basync void (?!\w{0,60}_?(?:Click|Load|Loaded|Changed|Closing|Tick|Handler|Pressed|"
        r"Tapped)\b"
        r"|On[A-Z])\w",
        where="bare",
        unless=r"EventArgs|override",
    ),
    pattern(
        "blocking-async",
        "csharp",
        "async .result .wait(",
        r"\w+Async\([^;\n]{0,120}\)\.(?P<at>Result\b|Wait\(\)|GetAwaiter\(\)\.GetResult\(\))",
        where="bare",
    ),
    pattern(
        "unsafe-deserialization",
        "csharp",
        "binaryformatter typenamehandling",
        r"\bnew BinaryFormatter\(|\bTypeNameHandling\.(?:All|Auto|Objects)\b",
        where="bare",
    ),
    # Go
    pattern(
        "ignored-error",
        "go",
        "_",
        r"^\s*(?:\w+,\s?)(?P<at>_)\s?:?=\s?(?:os\.(?:Open|Create|ReadFile)|ioutil\.\w+|"
        r"io\.ReadAll|json\."
        r"(?:Unmarshal|Marshal)|http\.(?:Get|Post|NewRequest)|strconv\.\w+|sql\.Open|\w+\.(?:Exec|"
        r"Query)|"
        r"net\.(?:Dial|Listen))\(",
        where="bare",
    ),
    pattern(
        "defer-in-loop",
        "go",
        "defer",
        r"^(\s*)for\b[^\n]{0,120}\{\n(?:\1[ \t]+(?!.*func\()[^\n]{0,160}\n){0,8}?\1[ \t]+(?P<at>de"
        r"fer\s+"
        r"[\w.]+\.(?:Close|Unlock|RUnlock|Rollback)\(\))",
        where="bare",
    ),
    pattern(
        "waitgroup-inside",
        "go",
        ".add(",
        r"\bgo func\([^)\n]{0,60}\)\s?\{\s{0,40}(?P<at>\w+\.Add\(1\))",
        where="bare",
    ),
    pattern(
        "command-injection",
        "go",
        "exec.command",
        r"\bexec\.Command(?:Context)?\((?:\w+,\s?)?\s?\"(?:/bin/)?(?:ba)?sh\"\s?,\s?\"-c\"\s?,\s?"
        r"(?:\"[^\"\n]{0,200}\"\s?\+|fmt\.Sprintf|\w+\s?[+)])",
    ),
    pattern(
        "weak-hash",
        "go",
        "md5. sha1.",
        r"\b(?:md5|sha1)\.(?:New\(\)|Sum\()",
        where="bare",
        unless=r"etag|cache|checksum|fingerprint",
    ),
    pattern(
        "null-deref",
        "go",
        "nil",
        r"\bif (\w+) == nil \{\s{0,40}(?:return )?[^\n;=]{0,40}?(?<![\w.])(?P<at>\1\.\w)"
        r"|(?<![\w.])(\w+) == nil && \3\.\w",
        where="bare",
    ),
    # PHP
    pattern(
        "loose-compare",
        "php",
        "==",
        r"\$\w{0,20}(?:password|token|hash|signature|hmac|digest|"
        r"secret)\w{0,20}\s?(?P<at>==)(?!=)\s?[$\w]",
        fold=True,
        where="bare",
        unless=r"null|true|false|count\(",
    ),
    pattern(
        "mass-assignment",
        "php",
        "extract(",
        r"\bextract\(\s?\$_(?:GET|POST|REQUEST|COOKIE)\b",
    ),
    pattern(
        "weak-hash",
        "php ruby",
        "md5 sha1",
        r"\b(?:md5|sha1)\(\s?\$\w{0,20}(?:pass|pwd|secret|token)\w{0,20}|\bDigest::(?:MD5|SHA1)\b",
        fold=True,
    ),
    pattern(
        "debug-on",
        "php",
        "display_errors",
        r"\bini_set\(\s?[\"']display_errors[\"']\s?,\s?[\"']?(?:1|On)",
        fold=True,
    ),
    # Ruby
    pattern(
        "command-injection",
        "ruby perl",
        "system exec ` open",
        r"(?<![\w.])(?:system|exec|IO\.popen|Open3\.\w+)[ (]\s?\"[^\"\n]{0,200}#\{|"
        r"`[^`\n]{0,200}#\{",
        unless=r"shellescape",
    ),
    pattern(
        "unsafe-deserialization",
        "ruby",
        "marshal.load yaml.load",
        r"\bMarshal\.load\(\s?(?!File)|\bYAML\.(?:load|unsafe_load)\(\s?(?!File)",
        where="bare",
    ),
    pattern(
        "mass-assignment",
        "ruby",
        "params",
        r"\.(?:new|create!?|update!?)\(\s?params(?:\[:\w+\])?\s?\)|\bparams\.permit!",
        where="bare",
    ),
    pattern(
        "xss",
        "ruby html",
        "html_safe raw",
        r"\bparams\[[^\]\n]{1,40}\]\.html_safe|\braw[ (]\s?params\[",
    ),
    pattern(
        "ignored-error", "ruby", "rescue", r"\brescue\s+nil\b|\brescue\s*(?:=> \w+)?\s*\n\s*end\b"
    ),
)
