"""Which language something is written in: told by whoever posted it, else by its looks. Pure.

Order: fence tag, file name, the platform's word for it, first line, then `guessing`. What cannot be
told is an empty string, and the review says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from bot.review.reading.guessing import MOST_READ, guess

_EXTENSIONS = """
python py pyi pyw python3 py3 ipython
javascript js mjs cjs node es6 ecmascript
typescript ts mts cts
jsx jsx javascriptreact
tsx tsx typescriptreact
shell sh bash zsh ksh dash bats shellscript sh-session console
go go golang
rust rs
java java
kotlin kt kts
scala scala sc
swift swift
c c h
cpp cpp cc cxx hpp hh hxx c++ h++ ino
csharp cs c# csx
objectivec m mm objective-c objc
ruby rb rake gemspec
php php php7 phtml
perl pl pm perl5
lua lua
sql sql psql mysql pgsql plpgsql sqlite tsql
html html htm xhtml
css css
scss scss sass
less less
xml xml xsd xsl svg plist csproj
json json jsonc json5 geojson
yaml yaml yml
toml toml
ini ini cfg conf properties dosini env dotenv
markdown md markdown mdx
dockerfile dockerfile docker containerfile
makefile makefile make mk gnumakefile
terraform tf tfvars hcl
dart dart
r r rscript
julia jl
elixir ex exs
erlang erl
haskell hs
clojure clj cljs edn
powershell ps1 psm1 pwsh
batch bat cmd
graphql graphql gql
protobuf proto
vue vue
svelte svelte
nix nix
zig zig
groovy groovy gradle jenkinsfile
text text txt plain plaintext
diff diff patch udiff
"""

BY_WORD: Mapping[str, str] = {
    word: language
    for language, *words in (line.split() for line in _EXTENSIONS.strip().split("\n"))
    for word in (language, *words)
}
"""Language by extension, fence tag or a platform's word for it, in lower case."""

_BY_NAME: Mapping[str, str] = {
    **dict.fromkeys((".bashrc", ".bash_profile", ".zshrc", ".profile", "apkbuild"), "shell"),
    **dict.fromkeys(("rakefile", "gemfile", "vagrantfile", "podfile"), "ruby"),
    **dict.fromkeys(("sconstruct", "wscript", "build.bazel"), "python"),
    "cmakelists.txt": "cmake",
    "go.mod": "gomod",
}
_SHEBANGS = (
    (re.compile(r"\bpython[\d.]*\b"), "python"),
    (re.compile(r"\b(?:ba|z|k|da|a)?sh\b"), "shell"),
    (re.compile(r"\b(?:node|bun)\b"), "javascript"),
    (re.compile(r"\b(?:deno|ts-node|tsx)\b"), "typescript"),
    (re.compile(r"\b(perl|ruby|php|lua|Rscript)"), ""),
)
_SETTING = re.compile(r"[A-Z_][A-Z0-9_]{0,100}=(?!\()[^`]*")
_UNTOLD = ("text", "")


def detect(text: str, *, tag: str = "", name: str = "", hint: str = "") -> str:
    """Name the language of a text in lower case, such as `python`; empty if it cannot be told.

    `hint` is what the platform calls it, which is often no more than `text`.
    """
    for told in (by_word(tag), by_name(name), by_word(hint)):
        if told not in _UNTOLD:
            return told
    return by_shebang(text) or ("ini" if _is_settings(text) else guess(text))


def _is_settings(text: str) -> bool:
    """Tell a list of `NAME=value` from a script, which also does something."""
    lines = [line.strip() for line in text[:MOST_READ].split("\n")]
    told = [line for line in lines if line and not line.startswith("#")]
    return len(told) > 1 and all(map(_SETTING.fullmatch, told))


def by_word(word: str) -> str:
    """Look up a fence tag, a media type or a platform's word; empty if it means nothing to us."""
    bare = word.strip().lower().removeprefix("language-").strip("{}.")
    bare = bare.rpartition("/")[2].removeprefix("x-") if "/" in bare else bare
    return BY_WORD.get(bare, "")


def by_name(name: str) -> str:
    """Tell the language by a file's name; empty if the name does not say."""
    base = PurePosixPath(name.replace("\\", "/")).name.lower()
    stem = base.partition(".")[0]
    if stem in ("dockerfile", "containerfile", "makefile", "gnumakefile", "jenkinsfile"):
        return BY_WORD[stem]
    if base in _BY_NAME:
        return _BY_NAME[base]
    if base.startswith(".env."):
        return "ini"
    _, dot, extension = base.rpartition(".")
    return BY_WORD.get(extension, "") if dot else ""


def by_shebang(text: str) -> str:
    """Tell the language by `#!` in the first line."""
    if not text.startswith("#!"):
        return ""
    line = text[:200].partition("\n")[0]
    for pattern, language in _SHEBANGS:
        if found := pattern.search(line):
            return language or BY_WORD.get(found[1].lower(), "")
    return ""
