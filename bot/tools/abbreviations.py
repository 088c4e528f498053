"""What the letters of a time zone stand for: every meaning in use, the most likely first.

People who write "EST" in July mean Eastern Time as it then is, so that each meaning is a zone and
not an offset. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.tools.languages import language


@dataclass(frozen=True, slots=True)
class Meaning:
    """One reading of an abbreviation."""

    zone: str
    english: str
    simplified: str
    traditional: str

    def name(self, locale: str) -> str:
        """Name it in the language of `locale`."""
        names = {"en": self.english, "zh-CN": self.simplified, "zh-TW": self.traditional}
        return names[language(locale)]


_EASTERN = Meaning(
    "America/New_York", "Eastern Time (North America)", "北美东部时间", "北美東部時間"
)
_CENTRAL = Meaning(
    "America/Chicago", "Central Time (North America)", "北美中部时间", "北美中部時間"
)
_MOUNTAIN = Meaning(
    "America/Denver", "Mountain Time (North America)", "北美山区时间", "北美山區時間"
)
_PACIFIC = Meaning(
    "America/Los_Angeles", "Pacific Time (North America)", "北美太平洋时间", "北美太平洋時間"
)
_ALASKA = Meaning("America/Anchorage", "Alaska Time", "阿拉斯加时间", "阿拉斯加時間")
_HAWAII = Meaning("Pacific/Honolulu", "Hawaii Time", "夏威夷时间", "夏威夷時間")
_ATLANTIC = Meaning("America/Halifax", "Atlantic Time (Canada)", "大西洋时间", "大西洋時間")
_NEWFOUNDLAND = Meaning("America/St_Johns", "Newfoundland Time", "纽芬兰时间", "紐芬蘭時間")
_BRITISH = Meaning("Europe/London", "British Time", "英国时间", "英國時間")
_IRISH = Meaning("Europe/Dublin", "Irish Time", "爱尔兰时间", "愛爾蘭時間")
_WESTERN_EUROPE = Meaning("Europe/Lisbon", "Western European Time", "西欧时间", "西歐時間")
_CENTRAL_EUROPE = Meaning("Europe/Berlin", "Central European Time", "欧洲中部时间", "歐洲中部時間")
_EASTERN_EUROPE = Meaning("Europe/Helsinki", "Eastern European Time", "东欧时间", "東歐時間")
_MOSCOW = Meaning("Europe/Moscow", "Moscow Time", "莫斯科时间", "莫斯科時間")
_INDIA = Meaning("Asia/Kolkata", "India Standard Time", "印度标准时间", "印度標準時間")
_ISRAEL = Meaning("Asia/Jerusalem", "Israel Time", "以色列时间", "以色列時間")
_CHINA = Meaning("Asia/Shanghai", "China Standard Time", "中国标准时间", "中國標準時間")
_CUBA = Meaning("America/Havana", "Cuba Time", "古巴时间", "古巴時間")
_JAPAN = Meaning("Asia/Tokyo", "Japan Standard Time", "日本标准时间", "日本標準時間")
_KOREA = Meaning("Asia/Seoul", "Korea Standard Time", "韩国标准时间", "韓國標準時間")
_HONG_KONG = Meaning("Asia/Hong_Kong", "Hong Kong Time", "香港时间", "香港時間")
_SINGAPORE = Meaning("Asia/Singapore", "Singapore Time", "新加坡时间", "新加坡時間")
_MALAYSIA = Meaning("Asia/Kuala_Lumpur", "Malaysia Time", "马来西亚时间", "馬來西亞時間")
_PHILIPPINES = Meaning("Asia/Manila", "Philippine Time", "菲律宾时间", "菲律賓時間")
_WEST_INDONESIA = Meaning("Asia/Jakarta", "Western Indonesia Time", "印尼西部时间", "印尼西部時間")
_INDOCHINA = Meaning("Asia/Bangkok", "Indochina Time", "中南半岛时间", "中南半島時間")
_PAKISTAN = Meaning("Asia/Karachi", "Pakistan Time", "巴基斯坦时间", "巴基斯坦時間")
_BANGLADESH = Meaning("Asia/Dhaka", "Bangladesh Time", "孟加拉时间", "孟加拉時間")
_NEPAL = Meaning("Asia/Kathmandu", "Nepal Time", "尼泊尔时间", "尼泊爾時間")
_IRAN = Meaning("Asia/Tehran", "Iran Time", "伊朗时间", "伊朗時間")
_GULF = Meaning("Asia/Dubai", "Gulf Standard Time", "海湾标准时间", "海灣標準時間")
_ARABIA = Meaning("Asia/Riyadh", "Arabia Standard Time", "阿拉伯标准时间", "阿拉伯標準時間")
_EAST_AUSTRALIA = Meaning(
    "Australia/Sydney", "Australian Eastern Time", "澳大利亚东部时间", "澳洲東部時間"
)
_MID_AUSTRALIA = Meaning(
    "Australia/Adelaide", "Australian Central Time", "澳大利亚中部时间", "澳洲中部時間"
)
_WEST_AUSTRALIA = Meaning(
    "Australia/Perth", "Australian Western Time", "澳大利亚西部时间", "澳洲西部時間"
)
_NEW_ZEALAND = Meaning("Pacific/Auckland", "New Zealand Time", "新西兰时间", "紐西蘭時間")
_SAMOA = Meaning("Pacific/Pago_Pago", "Samoa Standard Time", "萨摩亚时间", "薩摩亞時間")
_SOUTH_AFRICA = Meaning("Africa/Johannesburg", "South Africa Time", "南非时间", "南非時間")
_EAST_AFRICA = Meaning("Africa/Nairobi", "East Africa Time", "东非时间", "東非時間")
_WEST_AFRICA = Meaning("Africa/Lagos", "West Africa Time", "西非时间", "西非時間")
_CENTRAL_AFRICA = Meaning("Africa/Maputo", "Central Africa Time", "中非时间", "中非時間")
_BRASILIA = Meaning("America/Sao_Paulo", "Brasília Time", "巴西利亚时间", "巴西利亞時間")
_ARGENTINA = Meaning("America/Argentina/Buenos_Aires", "Argentina Time", "阿根廷时间", "阿根廷時間")
_CHILE = Meaning("America/Santiago", "Chile Time", "智利时间", "智利時間")
_AMAZON = Meaning("America/Manaus", "Amazon Time", "亚马孙时间", "亞馬遜時間")
_ARMENIA = Meaning("Asia/Yerevan", "Armenia Time", "亚美尼亚时间", "亞美尼亞時間")

_MEANINGS: Mapping[str, tuple[Meaning, ...]] = {
    "et": (_EASTERN,), "est": (_EASTERN,), "edt": (_EASTERN,), "eastern": (_EASTERN,),
    "美东": (_EASTERN,), "美東": (_EASTERN,), "美国东部": (_EASTERN,), "美國東部": (_EASTERN,),
    "ct": (_CENTRAL,), "cst": (_CENTRAL, _CHINA, _CUBA), "cdt": (_CENTRAL, _CUBA),
    "central": (_CENTRAL,), "美中": (_CENTRAL,), "美国中部": (_CENTRAL,), "美國中部": (_CENTRAL,),
    "mt": (_MOUNTAIN,), "mst": (_MOUNTAIN, _MALAYSIA), "mdt": (_MOUNTAIN,),
    "mountain": (_MOUNTAIN,),
    "pt": (_PACIFIC,), "pst": (_PACIFIC, _PHILIPPINES), "pdt": (_PACIFIC,), "pacific": (_PACIFIC,),
    "美西": (_PACIFIC,), "美国西部": (_PACIFIC,), "美國西部": (_PACIFIC,),
    "akst": (_ALASKA,), "akdt": (_ALASKA,), "hst": (_HAWAII,), "hdt": (_HAWAII,),
    "ast": (_ATLANTIC, _ARABIA), "adt": (_ATLANTIC,), "atlantic": (_ATLANTIC,),
    "nst": (_NEWFOUNDLAND,), "ndt": (_NEWFOUNDLAND,),
    "bst": (_BRITISH, _BANGLADESH), "wet": (_WESTERN_EUROPE,), "west": (_WESTERN_EUROPE,),
    "cet": (_CENTRAL_EUROPE,), "cest": (_CENTRAL_EUROPE,), "mez": (_CENTRAL_EUROPE,),
    "mesz": (_CENTRAL_EUROPE,), "central european": (_CENTRAL_EUROPE,),
    "eet": (_EASTERN_EUROPE,), "eest": (_EASTERN_EUROPE,), "msk": (_MOSCOW,),
    "ist": (_INDIA, _ISRAEL, _IRISH), "idt": (_ISRAEL,), "irst": (_IRAN,),
    "china standard": (_CHINA,), "sgt": (_SINGAPORE,), "myt": (_MALAYSIA,), "hkt": (_HONG_KONG,),
    "jst": (_JAPAN,), "kst": (_KOREA,), "pht": (_PHILIPPINES,), "wib": (_WEST_INDONESIA,),
    "ict": (_INDOCHINA,), "pkt": (_PAKISTAN,), "npt": (_NEPAL,), "gst": (_GULF,),
    "aet": (_EAST_AUSTRALIA,), "aest": (_EAST_AUSTRALIA,), "aedt": (_EAST_AUSTRALIA,),
    "act": (_MID_AUSTRALIA,), "acst": (_MID_AUSTRALIA,), "acdt": (_MID_AUSTRALIA,),
    "awst": (_WEST_AUSTRALIA,), "nzst": (_NEW_ZEALAND,), "nzdt": (_NEW_ZEALAND,),
    "nzt": (_NEW_ZEALAND,), "sst": (_SAMOA, _SINGAPORE), "sast": (_SOUTH_AFRICA,),
    "eat": (_EAST_AFRICA,), "wat": (_WEST_AFRICA,), "cat": (_CENTRAL_AFRICA,),
    "brt": (_BRASILIA,), "art": (_ARGENTINA,), "clt": (_CHILE,), "clst": (_CHILE,),
    "amt": (_AMAZON, _ARMENIA),
}  # fmt: skip


def meanings(text: str, asker_zone: str = "") -> tuple[Meaning, ...]:
    """Return what `text` may stand for, the asker's own zone first; empty when it is none."""
    found = _MEANINGS.get(text.strip().lower(), ())
    return tuple(sorted(found, key=lambda each: each.zone != asker_zone))
