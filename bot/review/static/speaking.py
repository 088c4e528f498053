"""Words that speak to an automated reviewer, told by whom they address and what they ask for. Pure.

English, Chinese, and the best known phrases of eight other languages. Every pattern repeats within
bounds: a line costs no more than its length. Called by `tripwires`.
"""

from __future__ import annotations

import re


def phrase(text: str) -> tuple[int, int] | None:
    """Return where the first phrase of a line stands; one is enough to be looked at."""
    if _HINTS.search(text):
        for pattern in _PHRASES:
            if found := pattern.search(text):
                return found.span()
    return None


_VERB = r"(?:ignore|disregard|forget|override|skip|bypass)"
_EARLIER = r"(?:previous|prior|above|preceding|earlier|foregoing|system|all(?: of)?(?: the| your)?)"
_ORDERS = r"(?:instructions?|prompts?|rules|guidelines|directions|context|guardrails)"
_MACHINE = (
    r"(?:ai|llms?|gpt(?:-?\d[\w.]*)?|chatgpt|claude|copilot|gemini|(?:large )?language models?|"
    r"(?:ai|llm|automated|automatic) (?:assistants?|agents?|tools?|bots?|models?|systems?))"
)
_REVIEWER = (
    r"(?:code ?rabbit|review bots?|bot reviewers?|reviewing (?:ai|llm|model|agent|assistant|bot)|"
    r"(?:automated|automatic|machine|ai|llm|gpt|claude|copilot|code[- ]review)[- ]"
    r"(?:code[- ])?(?:reviewers?|review[- ](?:bots?|agents?|tools?|assistants?|models?|systems?)|"
    r"review|checkers?|auditors?|scanners?))"
)
_FINDINGS = (
    r"(?:issues?|problems?|vulnerabilit(?:y|ies)|findings?|bugs?|concerns?|warnings?|comments?)"
)
_SUBJECT = (
    r"(?:code|file|function|line|block|section|change|diff|commit|patch|module|pull[- ]request|"
    r"merge[- ]request|pr|mr)"
)
_ALLOW = r"(?:approve|accept|merge|lgtm|pass|rubber[- ]?stamp|green[- ]?light|wave through)"
_GAP = r"[\s*#/\"'`,:;>-]{1,8}"
_SOFT = (
    r"(?:(?:please|kindly|just|simply|now|always|you|must|should|shall|may|can|are|to|asked|"
    r"required|safely|directly)\s{1,3}){0,5}"
)

# A line counts only where it speaks to whoever reviews, or tells a reader to ignore what was said,
# to approve or to be silent. Whom a prompt makes a model be is nobody's business: programs that
# talk to models are full of it.
_ENGLISH = (
    rf"\b{_VERB}{_GAP}(?:(?:any|all|the|every|your|my|of|these|those){_GAP}){{0,3}}"
    rf"{_EARLIER}{_GAP}(?:\w{{1,20}}{_GAP}){{0,2}}{_ORDERS}\b",
    rf"\b{_VERB}{_GAP}(?:\w{{1,20}}{_GAP}){{0,3}}?(?:above|below|previous|prior|everything|rest|"
    rf"this|diff|changes?){_GAP}(?:\w{{1,20}}{_GAP}){{0,4}}?(?:and|then)\s{{1,3}}{_SOFT}"
    rf"(?:approve|lgtm|rubber[- ]?stamp|(?:accept|merge|pass)\s(?:this|the|it)\s?{_SUBJECT}|(?:say|"
    rf"report|respond|reply|answer|output)\s(?:with\s|that\s|only\s){{0,2}}(?:lgtm|nothing|no|all|"
    rf"everything|approved?|okay|it(?:'s|\sis|\slooks)))\b",
    rf"\b(?:{_REVIEWER})\b[\s,:!-]{{1,6}}(?:\w{{1,20}}[\s,]{{1,3}}){{0,4}}?"
    rf"(?:must|should|shall|please|always|do not|don't|never|only|can|may)\s{{1,3}}"
    rf"(?:\w{{1,20}}\s){{0,2}}?(?:{_ALLOW}|ignore|disregard|skip|trust|report|flag|mention|say|"
    rf"respond|reply|answer|output|rate|give|score|mark|comment|review)\b",
    rf"\b(?:{_REVIEWER}|{_MACHINE})\s{{0,2}}[,:!]\s{{0,3}}{_SOFT}(?:(?:{_VERB}|{_ALLOW}|trust|"
    rf"treat|assume|consider)\s{{1,3}}(?:\w{{1,20}}\s{{1,3}}){{0,4}}?(?:this|the|these|it|all|any|"
    rf"everything|following|above|below|{_SUBJECT})\b|(?:do not|don't|never)\s{{1,3}}(?:report|"
    rf"flag|mention|comment|raise|warn|review|check|analy[sz]e|scan)\b)",
    rf"\b(?:{_MACHINE})\s{{1,3}}(?:must|should|shall|please|always|can|may)\s{{1,3}}"
    rf"(?:\w{{1,20}}\s){{0,2}}?(?:approve|lgtm|merge|rubber[- ]?stamp|(?:{_VERB}|accept|pass|trust)"
    rf"\s{{1,3}}(?:this|these|the\s(?:following|above|below))\s{{0,3}}{_SUBJECT}?)\b",
    rf"\bif you(?:'re| are) (?:an? )?(?:{_REVIEWER}|{_MACHINE})\b.{{0,60}}\b(?:{_VERB}|{_ALLOW}|"
    rf"stop|do not|don't|never|report|respond|reply|output|say)\b",
    rf"\b(?:note|notice|message|attention|memo|dear|hint|instructions?)\b[\s:,-]{{1,3}}"
    rf"(?:(?:to|for|all|any|the|our|an?)\s{{1,2}}){{0,3}}(?:{_REVIEWER})\b",
    rf"\b(?:do not|don't|never|must not|should not|without)\s{{1,3}}(?:report(?:ing)?|"
    rf"flag(?:ging)?|mention(?:ing)?|rais(?:e|ing)|disclos(?:e|ing)|comment(?:ing)? on|"
    rf"point(?:ing)? out|warn(?:ing)? about)\s{{1,3}}"
    rf"(?:(?:any|this|these|the|it|about|security|as|an?|of)\s{{1,3}})"
    rf"{{0,4}}{_FINDINGS}(?=\s{{0,3}}(?:[.!;,\"')\]*]|--|$)|\s{{1,3}}(?:here|below|above|in\s"
    rf"(?:this|the)|for\s(?:this|the)|with\sth|about\sthis)\b)",
    r"(?<!never )(?<!not )(?<!n't )\b(?:approve|lgtm|merge)\b[^.]{0,40}"
    r"\b(?:without|no)\s(?:any\s|further\s){0,2}"
    r"(?:review|comments?|findings?|questions?|analysis)\b",
    rf"\b(?:rate|score|grade|give)\s(?:this|the|it)(?:\s{_SUBJECT})?\s(?:an?\s|as\s|with\s|at\s)?"
    r"(?:10\s?/\s?10|10 out of 10|full marks|(?:the\s)?perfect score|(?:the\s)?(?:highest|best|"
    r"top|full|maximum)\s(?:score|rating|marks?))",
    r"\b(?:respond|reply|answer|output)\s(?:only\s)?(?:with|exactly)[\s:\"'`]{1,4}(?:only\s)?"
    r"[\"'`]?(?:lgtm|looks good|approved?\b|no (?:issues|findings|problems|vulnerabilities))",
    r"\b(?:reviewed|audited|approved|vetted|cleared|signed off|verified)\b.{0,60}?\b(?:do not|"
    r"don't|no need to|you (?:can|may|should|must) (?:skip|ignore)|skip|ignore)\s(?:any\s|"
    r"further\s|the\s|its\s|this\s){0,2}(?:re-?)?(?:review|report|flag|raise|comment|warnings?|findings?|"
    r"analysis)\b",
    rf"\bnew (?:system )?instructions?\s?(?:for (?:the )?(?:{_REVIEWER}|{_MACHINE}|reviewer)|"
    r":\s?you)",
    r"(?:<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<</?SYS>>).{0,80}?"
    rf"\b(?:approve|lgtm|ignore|disregard|skip the|no (?:issues|findings|vulnerab)|{_REVIEWER})",
    r"\bend of (?:the )?(?:code|diff|data|input|file)\b\W{1,12}(?:new )?(?:system|instructions?|"
    r"assistant)\s{0,2}:",
)
_CHINESE = (
    r"(?:忽略|無視|无视|忘记|忘記|不要理会|不要理會).{0,8}(?:以上|之前|先前|前面|上面|上述|所有|系统|系統)"
    r".{0,8}(?:指令|指示|提示|规则|規則|要求|说明|說明)",
    r"(?:忽略|無視|无视|跳过|跳過).{0,14}(?:并|並|然后|然後|直接|，|,).{0,6}"
    r"(?:批准|放行|(?:通过|通過|合并|合併|同意)(?:此|这|這|本|该|該|吧|即可|$))",
    r"(?:不要|请勿|請勿|切勿|禁止|无需|無需)(?:报告|報告|指出|提及|提到|标记|標記).{0,10}"
    r"(?:问题|問題|漏洞|缺陷|错误|錯誤)",
    r"(?:给|給|打|评|評).{0,8}(?:满分|滿分|10\s?分|十分)",
    r"(?:AI|LLM|GPT|大模型|语言模型|語言模型|自动|自動|人工智能|人工智慧)"
    r"(?:代码|程式碼)?(?:审查|審查|评审|評審|审核|審核|审阅|審閱)(?:员|員|者|器|工具|机器人|機器人|助手|系统|系統)?"
    r"[\s，,：:！!]{0,3}(?:请|請|务必|務必|必须|必須|应|應|不要|不得|无需|無需|可以|直接)",
    r"(?<![\w])(?:AI|LLM|GPT|大模型|语言模型|語言模型)\s?[，,：:！!]\s?(?:请|請|务必|務必|必须|必須|直接|不要|无需|無需)"
    r".{0,6}(?:忽略|无视|無視|跳过|跳過|批准|放行|报告|報告|指出)",
    r"(?:无需|無需|不用|不必|免)(?:再|进一步|進一步)?(?:审查|審查|审核|審核|评审|評審).{0,6}"
    r"(?:批准|通过|通過|合并|合併)",
    r"(?:请|請)(?:直接)?(?:批准|合并|合併|通过|通過)(?:此|这|這|本|该|該)(?:个|個|次|段)?"
    r"(?:PR|MR|合并请求|合併請求|拉取请求|拉取請求|提交|代码|程式碼|改动|改動|变更|變更)",
)
_OTHERS = (
    # German, French, Spanish, Portuguese, Italian, Russian, Japanese, Korean
    r"\b(?:ignorier\w{0,3}|vergiss|vergesst|missachte\w?)\s(?:bitte\s)?(?:\w{1,12}\s){0,3}?"
    r"(?:vorherigen|vorigen|bisherigen|obigen|früheren|vorangegangenen|vorstehenden)\s(?:\w{1,20}\s)?"
    r"(?:anweisung(?:en)?|instruktionen|regeln|befehle|vorgaben)",
    r"\bKI[- ](?:prüfer|reviewer|gutachter)\w{0,2}\s?[,:]",
    r"\b(?:ignore[zr]?|oublie[zr]?)\s(?:\w{1,12}\s){0,3}?(?:instructions|consignes|règles|directives)\s"
    r"(?:précédentes|antérieures|ci-dessus|système)",
    r"\b(?:ignora\w{0,2}|ignore[ns]?|olvida\w?|olvide|esqueça\w?|dimentica\w{0,2})\s(?:\w{1,12}\s){0,3}?"
    r"(?:instrucciones|indicaciones|instruções|istruzioni|reglas|regras|regole)\s"
    r"(?:anteriores|previas|prévias|precedenti|de arriba|acima)",
    r"\b(?:revisor(?:es)?|relecteurs?|revisore)\s(?:de\s)?(?:ia|ai|automátic[oa]s?|automatiques?)\s?[,:]",
    r"(?:игнорируй\w{0,2}|забудь\w{0,2})\s(?:все\s|всё\s|эти\s){0,2}"
    r"(?:предыдущие|прежние|вышеуказанные|системные)\s(?:инструкции|указания|правила)",
    r"(?:以前|これまで|上記|先ほど|前)(?:まで)?の?(?:すべての|全ての)?(?:指示|命令|ルール|プロンプト)"
    r"[をは]?(?:すべて|全て)?(?:無視|忘れ)",
    r"(?:AI|自動)\s?(?:コード)?レビュ(?:アー?|ワー)(?:へ|は|、|：|:)",
    r"(?:이전|위|앞)의?\s?(?:모든\s?)?(?:지시|지침|명령|규칙)(?:사항)?[을를은는]?\s?(?:모두\s?)?무시",
    r"AI\s?(?:코드\s?)?리뷰어(?:에게|는|:|,)",
)
_PHRASES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*_ENGLISH, *_CHINESE, *_OTHERS))
_HINTS = re.compile(
    r"ignor|disregard|forget|override|skip|bypass|review|\bai\b|llm|gpt|claude|copilot|gemini|"
    r"language model|agent|assistant|bot\b|coderabbit|do not|don't|never|not |without|lgtm|"
    r"approve|no need|merge|rate|score|grade|give|respond|reply|answer|output|instruction|"
    r"<\||inst\]|sys>|end of|\bki[- ]|oubli|olvid|esque|dimentic|vergiss|vergesst|missacht|"
    r"relecteur|revisor|игнор|забудь|"
    r"忽略|無視|无视|忘|理|勿|不要|禁止|分|跳|批准|放行|审|審|评|評|无需|無需|请|請|レビュ|리뷰|무시",
    re.IGNORECASE,
)
