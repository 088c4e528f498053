"""Clichés of SQL, in files of its own and put together from strings in other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.review.reading.lexing import Code
from bot.review.static.cliches.pattern import Pattern, Spot, pattern, spot
from bot.review.static.units import Unit

_HOSTS = (
    "javascript typescript jsx tsx vue svelte java csharp go php ruby kotlin scala swift dart perl"
)
_BEGINS = (
    r"(?:SELECT\s[^\"'`\n]{1,200}?\sFROM\s|INSERT\s+INTO\s|UPDATE\s[^\"'`\n]{1,80}?\sSET\s|"
    r"DELETE\s+FROM\s)"
)
_CONSTANT = r"[A-Z][A-Z0-9_]{2,}\b"

PATTERNS: tuple[Pattern, ...] = (
    pattern(
        "sql-injection",
        _HOSTS,
        "select insert update delete",
        rf"(?P<at>\"\s{{0,20}}{_BEGINS}[^\"\n]{{0,300}}\"(?:\s{{0,40}}\+\s{{0,40}}\"[^\"\n]"
        rf"{{0,300}}\"){{0,4}})"
        rf"\s{{0,40}}(?:\+|\.(?=\s?\$))\s{{0,40}}(?!{_CONSTANT}|\")[\w$(@]",
        fold=False,
    ),
    pattern(
        "sql-injection",
        _HOSTS,
        "select insert update delete",
        rf"(?P<at>'\s{{0,20}}{_BEGINS}[^'\n]{{0,300}}')\s{{0,40}}(?:\+|\.(?=\s?\$))\s{{0,40}}"
        rf"(?!{_CONSTANT}|')[\w$(@]",
    ),
    pattern(
        "sql-injection",
        "javascript typescript jsx tsx vue svelte",
        "select insert update delete",
        rf"(?<![\w)\]>])(?P<at>`\s{{0,40}}{_BEGINS}[^`]{{0,400}}?\$"
        rf"\{{(?!\s?{_CONSTANT}|\s?(?:sql|Prisma|join|"
        r"raw)\b))",
        unless=r"\bsql`|\bgql`|Prisma\.sql|placeholders|\.map\(\(\) => '\?'\)",
    ),
    pattern(
        "sql-injection",
        "ruby",
        "select insert update delete where find_by_sql",
        rf"(?P<at>\"(?:{_BEGINS})[^\"\n]{{0,300}}#\{{)|\.(?:where|find_by_sql|order|having|joins)\("
        r"\s?\"[^\"\n]{0,200}#\{",
    ),
    pattern(
        "sql-injection",
        "php perl",
        "select insert update delete",
        rf"(?P<at>\"\s{{0,20}}{_BEGINS}[^\"\n]{{0,300}}[{{'\s=(]\$\w)",
    ),
    pattern(
        "sql-injection",
        "kotlin csharp scala dart swift",
        "select insert update delete",
        rf"(?P<at>(?:\$@?|@\$|s|f)?\"\s{{0,20}}{_BEGINS}[^\"\n]{{0,300}}(?:\$\w|"
        rf"\$\{{|(?<=['=\s(])\{{\w))",
        unless=r"FromSqlInterpolated|ExecuteSqlInterpolated|FromSql\(",
    ),
    pattern(
        "sql-injection",
        "go java csharp kotlin scala",
        "sprintf format(",
        rf"(?P<at>\b(?:fmt\.Sprintf|String\.format|string\.Format))\(\s{{0,40}}\"\s{{0,20}}"
        rf"{_BEGINS}"
        r"[^\"\n]{0,300}(?:%[svdq]|\{\d)",
    ),
    pattern(
        "sql-null-compare",
        "sql",
        "null",
        r"(?:\bWHERE\b|\bAND\b|\bOR\b|\bON\b|\bWHEN\b)[^;\n]{0,120}?(?P<at>(?:<>|!=|"
        r"(?<![<>!:])=)\s?NULL\b)",
        fold=True,
        where="bare",
    ),
    pattern(
        "sql-not-in-null",
        "sql",
        "not in",
        r"\bNOT\s+IN\s?\(\s?SELECT\b(?![^)]{0,300}\bIS\s+NOT\s+NULL)",
        fold=True,
        where="bare",
    ),
    pattern(
        "sql-dynamic",
        "sql",
        "exec",
        r"\bEXEC(?:UTE)?(?:\s+IMMEDIATE)?\s?\(?\s?N?'[^\n]{0,200}'\s?(?:\|\||\+)\s?@?\w"
        r"|\bSET\s+@\w+\s?=\s?N?'\s?(?:SELECT|INSERT|UPDATE|DELETE)[^\n]{0,200}'\s?\+\s?@\w",
        fold=True,
        unless=r"quote_ident|quote_literal|QUOTENAME",
    ),
    pattern(
        "sql-leading-wildcard",
        "sql",
        "like",
        r"\bI?LIKE\s+'%[^'\n]{1,60}",
        fold=True,
    ),
    pattern(
        "sql-grant-all",
        "sql",
        "grant",
        r"\bGRANT\s+ALL(?:\s+PRIVILEGES)?\s+ON\s+(?:\*\.\*|[^;\n]{1,100}\sTO\s+(?:PUBLIC|"
        r"'[^'\n]*'@'%'))",
        fold=True,
    ),
    pattern(
        "sql-plain-password",
        "sql",
        "passw",
        r"\bINSERT\s+INTO\s[^;]{1,200}\bpassw(?:or)?d\b[^;]{0,100}\)\s*VALUES\s?\([^;]{0,200}?"
        r"(?P<at>'(?!\$2|\$argon|\$pbkdf|\{|[0-9a-f]{32,}|!|\*|x')[^'\n]{3,40}')"
        r"|\bIDENTIFIED\s+BY\s+'[^'\n]{1,60}'|\bWHERE\b[^;\n]{0,100}\bpassword\s?=\s?'[^'\n$]{1,60"
        r"}'",
        fold=True,
    ),
    pattern(
        "sql-cross-join",
        "sql",
        "from",
        r"\bFROM\s+\w+(?:\s+(?:AS\s+)?(?!where\b|join\b|on\b)\w+)?\s?,\s?\w+(?:\s+(?:AS\s+)?"
        r"(?!where\b|group\b|order\b|limit\b)\w+)?\s*(?:;|\Z|\n\s*(?:ORDER|GROUP|LIMIT)\b)",
        fold=True,
        where="bare",
    ),
    pattern("sql-select-star", "sql", "select", r"\bSELECT\s+\*\s+FROM\b", fold=True, where="bare"),
)

_CHANGE = re.compile(
    r"(?:^|;)\s*(?P<at>DELETE\s+FROM\s+[\w.\"`\[\]]+|UPDATE\s+[\w.\"`\[\]]+(?:\s+\w+)?\s+SET\b)",
    re.IGNORECASE,
)
_LONGEST_STATEMENT = 4_000


def spots(unit: Unit, kind: str, code: Code) -> Iterator[Spot]:
    """Find statements that change every row. A statement that is cut off may have its condition."""
    if kind != "sql":
        return
    bare = code.bare
    for found in _CHANGE.finditer(bare):
        end = bare.find(";", found.end(), found.end() + _LONGEST_STATEMENT)
        if end < 0 and (not unit.is_whole or len(bare) - found.end() > _LONGEST_STATEMENT):
            continue
        rest = bare[found.end() : end if end >= 0 else len(bare)]
        if not re.search(r"\b(?:WHERE|LIMIT|JOIN|USING|CURRENT\s+OF)\b", rest, re.IGNORECASE):
            yield spot(code, "sql-no-where", *found.span("at"))
