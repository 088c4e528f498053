"""What is typical for each language: patterns and how much each speaks for it. Data.

Patterns look at single lines and repeat within bounds, so that their cost stays linear.
"""

# ruff: noqa: E501  # a pattern is read as one line, however long

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Weighted: TypeAlias = tuple[tuple[float, str], ...]


def _weights(*pairs: tuple[float, str]) -> Weighted:
    return pairs


_C_FAMILY = (
    (0.4, r";[ \t]*(?://.*)?$"),
    (0.2, r"^\s{0,80}\}"),
    (0.2, r"\)\s{0,9}\{[ \t]*$"),
    (0.2, r"^\s{0,80}//"),
)

WEIGHTS: Mapping[str, Weighted] = {
    "python": _weights(
        (3, r"^\s{0,80}(?:async )?def \w+\(.*"),
        (
            3,
            r"^\s{0,80}(?:if|elif|else|for|while|try|except|finally|with|class)\b[^{};]{0,200}:\s*(?:#.*)?$",
        ),
        (2, r"^\s{0,80}(?:from [\w.]+ import |import [\w.]+(?: as \w+)?$)"),
        (2, r"\bself\.\w"),
        (2, r"\b(?:None|True|False|elif|lambda \w*:|not in|is not)\b"),
        (1.5, r'"""|\'\'\''),
        (1.5, r"\bf[\"']|\b(?:len|print|isinstance|range|str|int)\("),
        (1, r"^\s{0,80}(?:return|raise|yield|assert|pass|del)\b[^;{]{0,200}$"),
        (1, r"^\s{0,80}@\w[\w.]*(?:\(.*)?$"),
        (1, r"^\s{0,80}[a-z_][\w.]* = [^;{]{1,200}$"),
        (0.4, r"^\s{0,80}# "),
        (-2, r"[;{]\s*$"),
        (-3, r"^\s{0,80}(?:local|my|let|const|var|fi|done|end)\b"),
    ),
    "javascript": _weights(
        (2.5, r"\b(?:const|let) [\w{\[][^=\n]{0,80}="),
        (3, r"=>\s{0,9}[{(\w]"),
        (2, r"\bfunction\b ?\w{0,60}\s?\("),
        (3, r"===|!=="),
        (
            2,
            r"\b(?:console\.\w+|require|module\.exports|document\.|window\.|JSON\.|Promise|undefined|typeof)\b",
        ),
        (2, r"^\s{0,80}(?:import .{0,200} from ['\"]|export (?:default|const|function|class)\b)"),
        (1.5, r"\bvar \w+\s?[=;,]"),
        (1, r"\basync\b|\bawait\b|\bnew [A-Z]|\bthis\.\w"),
        (1, r"^\s{0,80}(?:\}\)|\}\s?else|\},)"),
        (1.5, r"\.(?:prototype|length|then|map|forEach|push|join|replace)\b"),
        (0.5, r";\s*$"),
        (0.3, r"^\s{0,80}(?:/?\*|//)"),
        (
            -3,
            r"^\s{0,80}(?:#include|#define|package |public |private |using |func |fn |local |<\?php)",
        ),
        (-4, r"^\s{0,80}(?:static|int|char|void|unsigned|struct|const char) \*{0,2}\w"),
    ),
    "typescript": _weights(
        (2.5, r"^export (?:declare )?(?:type|interface) \w|\bimport \{[^}\n]{1,200}\} from"),
        (
            3,
            r"[\w)\]?]\??: (?:string|number|boolean|any|void|unknown|never|Promise<|Array<|Record<|readonly )",
        ),
        (3, r"^\s{0,80}(?:export )?(?:declare )?(?:interface|type|enum|namespace) \w+"),
        (3, r"^\s{0,80}(?:export )?declare \w"),
        (2, r"\b(?:public|private|protected|readonly) \w+\s?[(:?]"),
        (2, r"\bimport type\b|\bas (?:const|any|unknown|string|number)\b|\bkeyof\b"),
        (1.5, r"\b(?:const|let) \w+: \w|\)\s?: \w[\w<>\[\]| ]{0,60}(?: \{|;|=>)"),
        (1.5, r"=>\s{0,9}[{(\w]"),
        (1.5, r"\b(?:const|let) [\w{\[]"),
        (2, r"^\s{0,80}(?:import .{0,200} from ['\"]|export (?:default|const|function|class)\b)"),
        (1, r"===|!==|\basync\b|\bawait\b|\bthis\.\w"),
        (0.5, r";\s*$"),
        (-3, r"^\s{0,80}(?:#include|package |using |func |fn |local |<\?php)|\$\w+ ?=|\$this"),
    ),
    "java": _weights(
        (
            3,
            r"^\s{0,80}(?:public|private|protected)\s(?:static |final |abstract |synchronized ){0,3}[\w<>\[\], ?]{1,80} \w+\s?[(=;{]",
        ),
        (3, r"^\s{0,80}(?:import (?:static )?(?:java|javax|org|com)\.|package [\w.]+;)"),
        (2, r"\bSystem\.out\.|\bnew (?:ArrayList|HashMap|StringBuilder|Scanner)\b"),
        (2, r"^\s{0,80}@(?:Override|Autowired|Test|Nullable|Deprecated)\b"),
        (
            1.5,
            r"\b(?:String|Integer|List|Map|Set|Optional|boolean|final) ?(?:<[\w, <>?]{1,60}>)? \w+\s?[=;,)]",
        ),
        (1.5, r"\bthrows \w|\bextends \w|\bimplements \w|\binstanceof \w"),
        *_C_FAMILY,
        (
            -3,
            r"\b(?:using|namespace|var|const|let|func|fn|string|bool|function)\b \w|^\s{0,80}#|->|::|\$\w",
        ),
    ),
    "csharp": _weights(
        (4, r"^\s{0,80}(?:using (?:static )?[A-Z][\w.]*;|namespace [\w.]+)"),
        (2.5, r"\b(?:string|bool|var|decimal|object) \w+\s?[=;,)]"),
        (2.5, r"\{ get; (?:(?:private |internal )?set;|init;)? ?\}"),
        (
            2,
            r"^\s{0,80}(?:public|private|protected|internal)\s(?:static |async |override |virtual |readonly |sealed |partial ){0,3}[\w<>\[\],?. ]{1,80}",
        ),
        (2, r"\bConsole\.Write|\bTask<|\bIEnumerable<|\bforeach \(|=> \w+[.(]|\bnameof\("),
        *_C_FAMILY,
        (-2, r"\b(?:String|boolean|final|extends|implements|throws)\b \w|^\s{0,80}import "),
        (-3, r"^\s{0,80}#include|->|\$\w|\bfunction \w"),
    ),
    "go": _weights(
        (4, r"^package \w+$"),
        (4, r"^\s{0,80}func (?:\(\w+ \*?[\w.]+\) )?\w*\("),
        (3, r"\b\w+(?:, \w+)? := "),
        (3, r"\bif err != nil\b|\bfmt\.\w|\berrors\.New|\bnil\b.{0,40}\{$"),
        (2, r"^\s{0,80}(?:defer|go|chan|select|type \w+ (?:struct|interface)) ?[\w{]"),
        (2, r"\bmap\[\w+\]|\[\]\w+\{|\binterface\{\}|\bmake\(|\bfor .{0,60}range "),
        (0.7, r"^\t+\w"),
        (-2, r";\s*$"),
    ),
    "rust": _weights(
        (4, r"^\s{0,80}(?:pub(?:\(\w+\))? )?(?:async |unsafe |const )?fn \w+"),
        (3, r"\blet mut \w|&mut \w|&'?(?:static |a )?(?:str|self)\b"),
        (3, r"^\s{0,80}(?:impl|trait|mod|pub struct|pub enum|use (?:std|crate|super|self|\w+)::)"),
        (2, r"\b(?:println|vec|format|panic|assert_eq|matches|write)!\(|#\[\w"),
        (2, r"\.unwrap\(\)|\bSome\(|\bOk\(|\bErr\(|\bResult<|\bOption<|\)\?;"),
        (
            2,
            r"\bif let \w|\.(?:to_owned|to_string|push_str|iter|into|is_empty|collect)\(\)?|&format!",
        ),
        (1, r"\b[A-Z]\w+::\w|\bfor \(?\w[\w, ]*\)? in [^{\n]{1,60}\{$"),
        (1.5, r"\) -> [\w<&]|\bmatch \w.{0,60}\{|=> \{?"),
        (1, r"\blet \w+(?:: [\w<>&]+)? ="),
        (0.3, r";\s*$"),
        (-2, r"===|\bconst \w+ = |\bfunction\b"),
    ),
    "c": _weights(
        (-3, r"\blet \w|\bfn \w|\bmut \w|\bconst \w+ = |=> |: (?:string|number|boolean)\b"),
        (4, r"^\s{0,20}#\s?(?:include\s*[<\"]|define \w|ifn?def \w|endif|pragma|if |undef )"),
        (
            3,
            r"^\s{0,80}(?:(?:static|const|inline|extern|unsigned|struct|register) ){0,4}(?:int|char|void|long|short|double|float|size_t|uint\d+_t|int\d+_t|FILE|bool)\s+\*{0,3}\w+\s?[(=;\[,]",
        ),
        (2, r"^\s{0,80}(?:typedef|struct|union|enum|static|extern|register)\s\w"),
        (2, r"\b(?:printf|malloc|free|sizeof|memcpy|memset|strlen|strcmp|NULL|errno|assert)\b"),
        (1.5, r"\w->\w|\bgoto \w|\*{1,2}\w+ ?[=;,)]|&\w+[,)]"),
        (0.6, r"^\s{0,80}/\*|^\s\*[ /]|\*/"),
        (1, r"\b[A-Z][A-Z0-9]+_[A-Z0-9_]+\b"),
        *_C_FAMILY,
        (
            -3,
            r"\b(?:std::|template ?<|namespace|class|public:|private:|function|var|let|new [A-Z])\b|===|\$\w",
        ),
    ),
    "cpp": _weights(
        (
            4,
            r"(?<!use )\bstd::(?!sync|io::|collections|fmt|mem)|\bcout ?<<|\btemplate ?<|^\s{0,80}namespace\b|\busing namespace\b",
        ),
        (3, r"^\s{0,80}(?:public|private|protected):"),
        (
            3,
            r"\w::~?\w+\(|\bnullptr\b|\bconst \w[\w:<>]*& ?\w|\b(?:static|dynamic|const|reinterpret)_cast<",
        ),
        (2, r"^\s{0,20}#\s?(?:include\s*[<\"]|define \w|ifn?def \w|endif|pragma)"),
        (
            2,
            r"^\s{0,80}(?:class|struct) \w+(?: final)?(?: ?: ?public \w.*)?\s?[{;]?$|\bvirtual \w|\boverride\b|\bauto&? \w+ ?=",
        ),
        (1.5, r"\w->\w|\w::\w"),
        *_C_FAMILY,
        (-4, r"===|\$\w|\bfn \w|\blet \w|\bmut \w|\bfunction\b|^\s{0,80}use \w"),
    ),
    "php": _weights(
        (8, r"<\?php|<\?="),
        (2.5, r"\$\w+ ?(?:=|->|\[)|\$this->"),
        (2, r"\bfunction \w+\(.{0,80}\$\w|\b(?:public|private|protected) (?:static )?function\b"),
        (
            2,
            r"\b(?:isset|array|empty|implode|explode|foreach|echo|require_once|include_once)\b ?\(?.{0,40}\$\w",
        ),
        (1, r"=> |::\w|^\s{0,80}\* @(?:param|return|var) "),
        (0.6, r";\s*$"),
        (-4, r"^\s{0,80}(?:my|sub|fi|done|esac|then)\b|\belsif\b|\$\{"),
    ),
    "ruby": _weights(
        (3, r"^\s{0,80}def (?:self\.)?\w+[?!]?(?:\(.*\))?\s*$"),
        (3, r"^\s{0,80}end(?:\.\w.*)?$"),
        (
            2,
            r"\bdo \|[\w, ]+\||\{ ?\|[\w, ]+\||\.each\b|\bputs \w|\bunless \w|\battr_(?:reader|accessor)\b",
        ),
        (
            2,
            r"^\s{0,80}(?:require(?:_relative)? ['\"]|module [A-Z]|class [A-Z]\w*(?: < [A-Z].*)?$)",
        ),
        (1.5, r"(?<![\w:]):[a-z]\w+\b|@\w+ ?(?:=|\|\|=)|=~|\bnil\b|\.nil\?|\belsif\b"),
        (1, r"\w: :?\w+,|\b\w+\.\w+[?!]"),
        (-3, r"[;{]\s*$|\bthen$|\blocal \w|\bself\.\w+ ?=.*:$|~="),
    ),
    "perl": _weights(
        (4, r"^\s{0,80}(?:use (?:strict|warnings|[A-Z][\w:]+)|package [\w:]+;|sub \w+)"),
        (3, r"\bmy (?:\(|[$@%])\w|\bour [$@%]\w|\blocal \$"),
        (2, r"[@%]\{?\$?\w+\}?(?=[;,)\s])|\$_\b|\$\w+->[{\[]|=~ ?[ms]?[/{]|@_\b"),
        (2, r"\b(?:elsif|unless|foreach my|shift;|die|qw\(|bless|__PACKAGE__)\b"),
        (2, r"^=(?:head\d|cut|over|item|back|pod)\b"),
        (1, r"\$\w+ ?(?:=|\.=|\))"),
        (0.4, r";\s*$"),
        (-4, r"<\?php|\bfunction \w|\$this\b|\bpublic \w|\bfi$|\bdone$|\besac$|\bthen$"),
    ),
    "lua": _weights(
        (3, r"^\s{0,80}local (?:function )?\w+"),
        (3, r"\bthen\s*$|^\s{0,80}end[,)]*\s*$|\bfunction\s?\([\w, .]*\)"),
        (2, r"~=|\.\. |\bnil\b|\belseif\b|\bpairs\(|\bipairs\(|\brequire ?[\"'(]"),
        (2, r"^\s{0,80}function [\w.:]+\(.*\)\s*$|\w:\w+\("),
        (1.5, r"^\s{0,80}--(?:\[\[|\s|-)"),
        (1, r"\bvim\.|\bself[.:]\w|\bnot \w"),
        (-3, r"[;{]\s*$|\bfi$|\bdo \||\bSELECT\b|\bFROM\b|^\s{0,80}(?:def|elif|my) "),
    ),
    "shell": _weights(
        (
            3,
            r"^\s{0,80}(?:if|elif|while|until) (?:!\s)?\[\[? |; then\b|^\s{0,80}then$|^\s{0,80}fi\b|^\s{0,80}esac\b|;;\s*$",
        ),
        (3, r"^\s{0,80}(?:done|for \w+ in .{0,200}; ?do|while read\b.*)"),
        (2, r"\$\{\w+(?:[:#%/\[][^}]{0,80})?\}|\$\(\w[^)]{0,200}\)|\"\$[\w@#?*]|\$[1-9#@?*]\b"),
        (
            2,
            r"^\s{0,80}(?:export |unset |source |set -[euxo]|echo |exit \d|local \w+=|readonly |trap )",
        ),
        (2, r"^\s{0,80}[A-Za-z_]\w*=(?:\"|'|\$|[\w/.-]|$)"),
        (2, r"^\s{0,80}\w[\w-]*\s?\(\)\s?\{?"),
        (
            1.5,
            r"^\s{0,80}(?:sudo|apt-get|curl|grep|sed|awk|mkdir|rm|cp|mv|cd|cat|chmod|git|docker|pip|npm|make|tar|printf|test) [-\w/.\"'$]",
        ),
        (1.5, r" \| \w+| \|\| \w+| && \w+ |2>&1|>/dev/null|<<-?\s?['\"]?EOF| \\$"),
        (0.4, r"^\s{0,80}#(?! ?include)"),
        (
            -3,
            r";\s*$(?<!;;)|^\s{0,80}(?:def|function \w+\(.+\)|my|let|const|var|import|RUN|FROM|COPY) |:=|=>",
        ),
    ),
    "sql": _weights(
        (2.5, r"^(?:CREATE|ALTER|DROP|COMMENT|GRANT|AS '|LANGUAGE|RETURNS|END;?$|BEGIN$|DECLARE$)"),
        (
            1,
            r"\b(?:BIGINT|INTEGER|TEXT|VARCHAR|BOOLEAN|TIMESTAMP|int8|float8|bigint|timestamptz|boolean|oid|OUT \w)\b",
        ),
        (
            4,
            r"^\s{0,80}(?i:select\s.{1,200}|insert into |update \w+ set |delete from |create (?:or replace |temp(?:orary)? |unique )?(?:table|view|index|function|trigger|database) |alter table |drop table |grant \w+ on |with \w+ as \()",
        ),
        (
            2,
            r"\b(?i:from \w+|where \w+|group by|order by|left join|inner join|join \w+ on|primary key|not null|references \w+|varchar|values\s?\()",
        ),
        (1, r"^\s{0,80}(?i:begin|commit|select|set|and|or|declare)\b.{0,100};?$"),
        (1.5, r"^\s{0,40}--"),
        (0.5, r";\s*$"),
        (
            -3,
            r"^\s{0,80}(?:def|function|const|let|var|public|import|#include|local|if \()\b|[{}]\s*$|\$\w+ ?=|\bself\.",
        ),
    ),
    "html": _weights(
        (5, r"<!DOCTYPE html|<html\b|</(?:html|head|body)>"),
        (
            2,
            r"</(?:div|p|a|span|li|ul|ol|td|tr|table|h\d|script|style|form|button|section|code|pre|dt|dd|em|dl|tt|b|font|select|option|label)>",
        ),
        (
            2,
            r"<(?:div|p|a|span|li|ul|img|td|tr|table|input|form|link|meta|br|h\d|dt|dd|button|section|code|pre|tt)\b[^>\n]{0,300}>",
        ),
        (1.5, r"\b(?:class|href|id|style|src)=\""),
        (
            -3,
            r"<\?php|^\s{0,80}(?:return|const|let|import|function|def|public|private|local|var) |=>|\bclassName=",
        ),
    ),
    "xml": _weights(
        (6, r"<\?xml "),
        (2, r"</[\w-]+:[\w-]+>|\bxmlns(?::\w+)?=|<[\w-]+:[\w-]+[ >]"),
        (1, r"^\s{0,80}</?[A-Za-z][\w.-]*(?: [^>\n]{0,300})?/?>\s*$"),
        (-2, r"</(?:div|p|a|span|li|html|body|td)>|^\s{0,80}(?:return|const|function|import) "),
    ),
    "css": _weights(
        (3, r"^\s{0,80}[.#]?[\w-]+(?:[ .:#>,\[\]\"=~*+()-][^{};\n]{0,150})?\s?\{\s*$(?<!\)\s\{)"),
        (
            3,
            r"^\s{0,80}(?:-\w+-)?(?:color|background(?:-\w+)?|margin(?:-\w+)?|padding(?:-\w+)?|display|font(?:-\w+)?|border(?:-\w+)*|width|height|position|top|left|right|bottom|text-\w+|line-height|float|overflow|opacity|flex(?:-\w+)?|content|z-index|cursor)\s?: ?[^;{}\n]{1,200};",
        ),
        (2, r"\b\d+(?:px|em|rem|vh|vw)\b|@media\b|@import\b|!important|#[0-9a-fA-F]{3,6};"),
        (
            -4,
            r"^\s{0,80}(?:return|const|let|var|if|for|function|def|local|class|import)\b|[=!]=|=>|\w\(",
        ),
    ),
    "json": _weights(
        (3, r"^\s{0,80}\"[^\"\n]{1,100}\"\s?: ?(?:[\"\d{\[-]|true|false|null)"),
        (1, r"^\s{0,80}[\]}],?\s*$"),
        (1, r"^\s{0,80}\{\s*$"),
        (
            -4,
            r"^\s{0,80}(?:return|const|let|var|if|for|function|def|import|[a-zA-Z_]\w* ?[=:])|;\s*$|=>|\w\(",
        ),
    ),
    "yaml": _weights(
        (2, r"^\s{0,60}(?:- )?[\w./-]+:(?: [^{};=()\n]{0,200})?$"),
        (2, r"^---\s*$|^\s{0,60}- [\w\"'./-][^;{}()=\n]{0,200}$"),
        (1.5, r": [|>]-?\s*$|\$\{\{|: (?:true|false|yes|no)$"),
        (
            -4,
            r"^\s{0,80}(?:return|const|let|var|function|def|local|import|class|if|for|while|try|else|elif|except)\b|[;{]\s*$|=>|^\s{0,80}[\w.]+\s?=\s|\w\([^)\n]{0,80}\)\s?[:;]?\s*$|^\s*#\s*include|=\"",
        ),
        (-2, r"^\[[\w.-]+\]\s*$"),
    ),
    "toml": _weights(
        (4, r"^\[\[?[\w.\"-]+\]\]?\s*$"),
        (2, r"^[\w.\"-]+ = (?:\"|'|\[|\d|true|false|\{)"),
        (
            -4,
            r"^\s{1,80}(?:return|const|let|def|local|import|if|for) |;\s*$|^\s{0,80}(?:def|class|import|from) |\w\(",
        ),
    ),
    "dockerfile": _weights(
        (5, r"^FROM [\w./:@${}-]+(?: AS \w+)?\s*$"),
        (
            3,
            r"^(?:RUN|COPY|WORKDIR|ENTRYPOINT|CMD|EXPOSE|ENV|ARG|ADD|USER|VOLUME|LABEL|HEALTHCHECK) \S",
        ),
    ),
    "makefile": _weights(
        (3, r"^[\w./%$(){}-]+(?: [\w./%-]+)*\s?::?(?: [\w./%$(){} -]*)?\n\t\S"),
        (3, r"^\.PHONY|^\s{0,8}(?:ifeq|ifneq|ifdef|endif|include \$)"),
        (1.5, r"\$\([A-Z_]+\)|\$[@<^]|^[A-Z_]+ ?[:?+]?= ?"),
        (-3, r";\s*$|^\s{0,80}(?:def|return|const|let|import|#include) "),
    ),
    "terraform": _weights(
        (
            5,
            r"^(?:resource|data|variable|output|provider|module|locals|terraform)(?: \"[\w-]+\"){0,2} \{",
        ),
        (1, r"^\s{1,40}\w+\s+= (?:\"|\[|var\.|\d|true|false)"),
    ),
    "kotlin": _weights(
        (
            4,
            r"^\s{0,80}(?:(?:override|private|suspend|inline|internal|open|public) ){0,3}fun (?:<\w+> )?[\w.]*\(",
        ),
        (
            3,
            r"\b(?:val|var) \w+(?:: [\w<>?]+)? ?(?:=|by )|\bdata class\b|\bcompanion object\b|\?\.\w|!!|\?: ",
        ),
        (1, r"\bwhen ?\(|\blistOf\(|\bprintln\(|\bit\."),
        (-3, r";\s*$|\bfunc \w|\bfn \w"),
    ),
    "swift": _weights(
        (
            3,
            r"^\s{0,80}(?:(?:private|public|override|static|internal|fileprivate|open|mutating) ){0,3}func \w+[(<]",
        ),
        (
            3,
            r"\bguard let\b|\bif let \w|\bimport (?:UIKit|SwiftUI|Foundation)\b|\bextension \w+\b|\) throws ->",
        ),
        (
            2,
            r"\blet \w+(?:: [\w<>?\[\]]+)? =|\bvar \w+: [\w\[<]|\) -> \w+ \{|@(?:State|objc|Published|IBOutlet)\b",
        ),
        (1, r"\bself\.\w|\bnil\b|\w: \w+\)"),
        (-3, r";\s*$|:= |\bfn \w|\bconst \w"),
    ),
    "scala": _weights(
        (
            3,
            r"^\s{0,80}(?:(?:override|private|implicit|final|lazy) ){0,3}def \w+(?:\[\w+\])?(?:\(.*\))?(?:: [\w\[\], ]+)? =",
        ),
        (3, r"\bcase class\b|\bobject \w+ (?:extends|\{)|\bextends \w+ with \w|\bimplicit val\b"),
        (1.5, r"\bval \w+(?:: \w+)? =|\bcase \w.{0,80}=>|\b(?:Seq|List|Option|Map)\["),
        (-3, r";\s*$|\bfun \w"),
    ),
    "markdown": _weights(
        (2.5, r"^#{1,5} \w[^{};=()]{0,100}$"),
        (
            2,
            r"^\s{0,8}[-*] (?:\*\*|`|\[|[A-Z][a-z]+ [a-z]+ )|^\|.{1,300}\|\s*$|\[[^\]\n]{1,100}\]\([^)\n]{1,200}\)|^```",
        ),
        (1, r"\*\*[^*\n]{1,100}\*\*|`[^`\n]{1,80}`"),
        (-3, r"[;{]\s*$|^\s{0,80}(?:def|return|import|const|let|if|for) |^\w+="),
    ),
    "powershell": _weights(
        (
            3,
            r"\b(?:Get|Set|New|Remove|Write|Import|Invoke|Add|Test)-[A-Z]\w+|^\s{0,80}param ?\(|\$PSScriptRoot|-(?:eq|ne|match|like) ",
        ),
        (1, r"\$\w+ ?="),
    ),
    "diff": _weights(
        (8, r"^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@"),
        (8, r"^diff --git "),
    ),
}
