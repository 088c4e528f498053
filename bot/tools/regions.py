"""How names of places compare: spelling without accents, and the short names of states and
countries. Pure; used by the geocoder and by the offline table.
"""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[\s\-_/·・．.]+")
_GONE = re.compile(r"[’'‘`ʻʼ()（）]")
_SHORT = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
)


def simplified(name: str) -> str:
    """Spell `name` so that two spellings of one name are equal: "São  Paulo" is "sao paulo"."""
    plain = unicodedata.normalize("NFKD", _GONE.sub("", name).casefold()).translate(_LETTERS)
    bare = "".join(each for each in plain if not _is_accent(each))
    words = _APART.sub(" ", unicodedata.normalize("NFC", bare)).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def _is_accent(character: str) -> bool:
    """Tell accents on Latin, Greek and Cyrillic from the marks that make other scripts' letters."""
    return "\u0300" <= character <= "\u036f"


def same_area(asked: str, name: str, country_code: str) -> bool:
    """Tell whether `asked` ("IL", "UK", "广东") means the area `name` of that country."""
    wanted, have = simplified(asked), simplified(name)
    if not wanted or not have:
        return False
    if _bare(wanted) == _bare(have):
        return True
    if _STATES.get(country_code, {}).get(wanted) == have:
        return True
    return wanted in _COUNTRIES.get(country_code, ())


def _bare(name: str) -> str:
    """Leave off what only says that it is a state."""
    for end in ("省", "市", "州", "县", "縣", "自治区", "自治區", " province", " state"):
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def _table(text: str) -> dict[str, str]:
    pairs = (each.split("=") for each in text.split(";"))
    return {code.strip(): name.strip() for code, name in pairs}


_STATES = {
    "US": _table(
        "al=alabama;ak=alaska;az=arizona;ar=arkansas;ca=california;co=colorado;ct=connecticut;"
        "de=delaware;dc=district of columbia;fl=florida;ga=georgia;hi=hawaii;id=idaho;il=illinois;"
        "in=indiana;ia=iowa;ks=kansas;ky=kentucky;la=louisiana;me=maine;md=maryland;"
        "ma=massachusetts;mi=michigan;mn=minnesota;ms=mississippi;mo=missouri;mt=montana;"
        "ne=nebraska;nv=nevada;nh=new hampshire;nj=new jersey;nm=new mexico;ny=new york;"
        "nc=north carolina;nd=north dakota;oh=ohio;ok=oklahoma;or=oregon;pa=pennsylvania;"
        "ri=rhode island;sc=south carolina;sd=south dakota;tn=tennessee;tx=texas;ut=utah;"
        "vt=vermont;va=virginia;wa=washington;wv=west virginia;wi=wisconsin;wy=wyoming"
    ),
    "CA": _table(
        "ab=alberta;bc=british columbia;mb=manitoba;nb=new brunswick;nl=newfoundland and labrador;"
        "ns=nova scotia;nt=northwest territories;nu=nunavut;on=ontario;pe=prince edward island;"
        "qc=quebec;sk=saskatchewan;yt=yukon"
    ),
    "AU": _table(
        "act=australian capital territory;nsw=new south wales;nt=northern territory;qld=queensland;"
        "sa=south australia;tas=tasmania;vic=victoria;wa=western australia"
    ),
}
"""Postal abbreviations of states and provinces (USPS, Canada Post, Australia Post)."""

_COUNTRIES = {
    "US": (
        "us",
        "usa",
        "u s",
        "u s a",
        "america",
        "united states",
        "united states of america",
        "美国",
        "美國",
    ),
    "GB": ("uk", "u k", "gb", "great britain", "britain", "united kingdom", "英国", "英國"),
    "CN": ("china", "prc", "mainland china", "中国", "中國"),
    "KR": ("korea", "south korea", "韩国", "韓國", "南韓"),
    "AE": ("uae", "emirates", "united arab emirates", "阿联酋", "阿聯酋"),
    "NL": ("holland", "netherlands", "the netherlands", "荷兰", "荷蘭"),
    "RU": ("russia", "russian federation", "俄罗斯", "俄羅斯"),
    "CZ": ("czech republic", "czechia"),
    "TR": ("turkey", "turkiye"),
    "DE": ("germany", "deutschland", "德国", "德國"),
    "JP": ("japan", "日本"),
    "FR": ("france", "法国", "法國"),
    "TW": ("taiwan", "台湾", "台灣"),
    "HK": ("hong kong", "香港"),
}
"""What people call countries beside the names that services use, by ISO 3166 code."""
