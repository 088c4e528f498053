"""Clichés of C and C++."""

from __future__ import annotations

from bot.review.static.cliches.pattern import Pattern, pattern

_C = "c cpp objectivec"

PATTERNS: tuple[Pattern, ...] = (
    pattern("unbounded-copy", _C, "gets(", r"(?<![\w.>])gets\(", where="bare"),
    pattern(
        "unbounded-copy",
        _C,
        "strcpy( strcat( sprintf(",
        r"(?<![\w.>:])(?P<at>strcpy|strcat|stpcpy)\(\s?[^,\n]{1,60},\s?(?![\"L])[\w*(]"
        r"|(?<![\w.>:])vsprintf\(|(?<![\w.>:])sprintf\([^;\n]{1,60},\s?\"[^\"\n]{0,80}%s",
    ),
    pattern("unbounded-copy", _C, "scanf(", r"\b[fs]?scanf\([^\"\n]{0,60}\"[^\"\n]{0,60}%s"),
    pattern(
        "format-string",
        _C,
        "printf( syslog(",
        r"(?<![\w.>:])(?:v?printf\(\s?|fprintf\(\s?\w+\s?,\s?|syslog\(\s?\w+\s?,\s?)"
        r"(?P<at>[a-z_]\w*(?:->\w+|\.\w+|\[\w+\])?)\s?\)\s?;",
        where="bare",
        unless=r"_\(|gettext",
    ),
    pattern(
        "missing-terminator",
        _C,
        "malloc",
        r"\bmalloc\(\s?(?:sizeof\(char\)\s?\*\s?)?strlen\([^()\n]{1,60}\)\s?(?:\*\s?sizeof\(char\)"
        r"\s?)?\)",
        where="bare",
    ),
    pattern(
        "swapped-memset",
        _C,
        "memset(",
        r"\bmemset\([^,\n]{1,60},\s?(?:sizeof\b[^,\n]{1,40}|[1-9]\d{1,8}),\s?(?:0|'\\0'|0x0+)\s?\)",
        where="code",
    ),
    pattern(
        "sizeof-pointer",
        _C,
        "sizeof",
        r"\bchar\s?\*\s?(\w+)\s?=[^;\n]{1,80};(?:[^\n]{0,160}\n){1,6}?[^\n]{0,80}?"
        r"(?P<at>\bsizeof\s?\(?\s?\1\s?\)?)",
        where="bare",
        unless=r"sizeof\s?\(\s?\*",
    ),
    pattern("feof-loop", _C, "feof(", r"\bwhile\s?\(\s?!\s?feof\s?\(", where="bare"),
    pattern(
        "return-local",
        _C,
        "return",
        r"^[ \t]+(?:unsigned )?(?:char|int|float|double|long|"
        r"wchar_t) (\w+)\[[^\]\n]{1,40}\][^\n]{0,60};"
        r"(?:\n(?![}\w])[^\n]{0,160}){1,12}?\n[ \t]+(?P<at>return \1\s?;)",
        where="bare",
        unless=r"\bstatic\b",
    ),
    pattern(
        "realloc-lost",
        _C,
        "realloc",
        r"(?<![\w.>])(\w[\w.>-]{0,40})\s?=\s?(?:\([\w *]{1,30}\)\s?)?realloc\(\s?\1\s?,",
        where="bare",
    ),
    pattern(
        "assign-in-condition",
        _C + " java csharp php",
        "if",
        r"\bif\s?\(\s?\$?\w{1,40}\s?(?P<at>=)(?![=>])\s?(?:-?\d+|true|false|NULL|nullptr|null|"
        r"'[^'\n]{0,3}')\s?\)",
        where="code",
    ),
    pattern(
        "command-injection",
        _C,
        "system( popen(",
        r"\bs?n?printf\(\s?(\w+)[^;\n]{0,40},?\s?\"[^\"\n]{0,80}%s[^;\n]{0,120};(?:[^\n]{0,160}\n)"
        r"{1,6}?"
        r"[^\n]{0,60}?(?P<at>\b(?:system|popen)\(\s?\1\b)",
    ),
    pattern(
        "predictable-temp",
        _C,
        "tmpnam mktemp tempnam",
        r"(?<![\w.>])(?:tmpnam|tempnam|mktemp)\(",
        where="bare",
    ),
    pattern(
        "weak-random",
        _C + " php",
        "rand(",
        r"^.{0,120}\b\w{0,30}(?:token|secret|passw(?:or)?d|nonce|salt|"
        r"session_?id)\w{0,30}\b.{0,80}?"
        r"(?P<at>(?<![\w.>:])(?:mt_)?rand\()",
        fold=True,
    ),
)
