"""The places that the local Open-Meteo knows: few, but with the usual traps.

Names that many places share, names in other scripts, entries without population, elevation or
regions. Values follow GeoNames (https://www.geonames.org, CC BY 4.0), which the real service uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """One entry; zero and empty values are left out of answers, as the real service does."""

    id: int
    name: str
    latitude: float
    longitude: float
    timezone: str
    country_code: str
    country: str
    admin1: str = ""
    population: int = 0
    elevation: float = 0.0
    feature_code: str = "PPL"
    admin2: str = ""
    postcodes: tuple[str, ...] = ()
    translations: dict[str, str] = field(default_factory=dict)
    other_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a search can find the place by."""
        return (self.name, *self.translations.values(), *self.other_names, *self.postcodes)


def _place(id: int, name: str, at: tuple[float, float], timezone: str, **rest: Any) -> Place:
    return Place(id, name, at[0], at[1], timezone, **rest)


_CN = {"country_code": "CN", "country": "China"}
_US = {"country_code": "US", "country": "United States"}
_JP = {"country_code": "JP", "country": "Japan"}
_DE = {"country_code": "DE", "country": "Germany"}
_GB = {"country_code": "GB", "country": "United Kingdom"}
_FR = {"country_code": "FR", "country": "France"}
_CAPITAL = {"feature_code": "PPLC"}

PLACES: tuple[Place, ...] = (
    _place(
        1816670,
        "Beijing",
        (39.9075, 116.39723),
        "Asia/Shanghai",
        admin1="Beijing",
        population=18_960_744,
        elevation=49.0,
        translations={"zh": "北京", "ja": "北京市", "de": "Peking", "fr": "Pékin"},
        **_CN,
        **_CAPITAL,
    ),
    _place(
        1796236,
        "Shanghai",
        (31.22222, 121.45806),
        "Asia/Shanghai",
        admin1="Shanghai",
        population=24_874_500,
        elevation=12.0,
        feature_code="PPLA",
        translations={"zh": "上海"},
        **_CN,
    ),
    _place(
        1795565,
        "Shenzhen",
        (22.54554, 114.0683),
        "Asia/Shanghai",
        admin1="Guangdong",
        population=17_494_398,
        elevation=16.0,
        feature_code="PPLA2",
        translations={"zh": "深圳"},
        **_CN,
    ),
    _place(
        1819729,
        "Hong Kong",
        (22.27832, 114.17469),
        "Asia/Hong_Kong",
        country_code="HK",
        country="Hong Kong",
        population=7_491_609,
        translations={"zh": "香港"},
        **_CAPITAL,
    ),
    _place(
        1668341,
        "Taipei",
        (25.05306, 121.52639),
        "Asia/Taipei",
        country_code="TW",
        country="Taiwan",
        admin1="Taipei City",
        population=7_871_900,
        elevation=14.0,
        translations={"zh": "台北", "zh-tw": "臺北"},
        **_CAPITAL,
    ),
    _place(
        1850147,
        "Tokyo",
        (35.6895, 139.69171),
        "Asia/Tokyo",
        admin1="Tokyo",
        population=9_733_276,
        elevation=44.0,
        translations={"zh": "东京", "ja": "東京", "de": "Tokio"},
        **_JP,
        **_CAPITAL,
    ),
    _place(
        1861060,
        "Japan",
        (35.68536, 139.75309),
        "Asia/Tokyo",
        population=126_529_100,
        feature_code="PCLI",
        translations={"zh": "日本"},
        **_JP,
    ),
    _place(
        1880252,
        "Singapore",
        (1.28967, 103.85007),
        "Asia/Singapore",
        country_code="SG",
        country="Singapore",
        population=5_638_700,
        translations={"zh": "新加坡"},
        **_CAPITAL,
    ),
    _place(
        1275339,
        "Mumbai",
        (19.07283, 72.88261),
        "Asia/Kolkata",
        country_code="IN",
        country="India",
        admin1="Maharashtra",
        population=12_691_836,
        elevation=10.0,
        feature_code="PPLA",
        other_names=("Bombay",),
    ),
    _place(
        1283240,
        "Kathmandu",
        (27.70169, 85.3206),
        "Asia/Kathmandu",
        country_code="NP",
        country="Nepal",
        admin1="Bagmati Province",
        population=1_442_271,
        elevation=1317.0,
        **_CAPITAL,
    ),
    _place(
        2643743,
        "London",
        (51.50853, -0.12574),
        "Europe/London",
        admin1="England",
        admin2="Greater London",
        population=8_961_989,
        elevation=25.0,
        translations={"zh": "伦敦", "fr": "Londres"},
        **_GB,
        **_CAPITAL,
    ),
    _place(
        6058560,
        "London",
        (42.98339, -81.23304),
        "America/Toronto",
        country_code="CA",
        country="Canada",
        admin1="Ontario",
        population=422_324,
        elevation=252.0,
    ),
    _place(
        4517009,
        "London",
        (39.88645, -83.44825),
        "America/New_York",
        admin1="Ohio",
        admin2="Madison",
        population=10_060,
        elevation=321.0,
        **_US,
    ),
    _place(
        2988507,
        "Paris",
        (48.85341, 2.3488),
        "Europe/Paris",
        admin1="Île-de-France",
        admin2="Paris",
        population=2_138_551,
        elevation=42.0,
        postcodes=("75001", "75002"),
        translations={"zh": "巴黎", "de": "Paris"},
        **_FR,
        **_CAPITAL,
    ),
    _place(
        4717560,
        "Paris",
        (33.66094, -95.55551),
        "America/Chicago",
        admin1="Texas",
        admin2="Lamar",
        population=24_782,
        elevation=183.0,
        **_US,
    ),
    _place(
        2950159,
        "Berlin",
        (52.52437, 13.41053),
        "Europe/Berlin",
        admin1="State of Berlin",
        population=3_426_354,
        elevation=74.0,
        postcodes=("10967", "13347"),
        translations={"zh": "柏林"},
        **_DE,
        **_CAPITAL,
    ),
    _place(
        5083330,
        "Berlin",
        (44.46867, -71.18508),
        "America/New_York",
        admin1="New Hampshire",
        admin2="Coos",
        population=9_367,
        elevation=311.0,
        **_US,
    ),
    _place(
        4557109,
        "Berlin",
        (39.92064, -78.9578),
        "America/New_York",
        admin1="Pennsylvania",
        admin2="Somerset",
        population=2_019,
        elevation=710.0,
        **_US,
    ),
    _place(
        4409896,
        "Springfield",
        (37.21533, -93.29824),
        "America/Chicago",
        admin1="Missouri",
        admin2="Greene",
        population=166_810,
        elevation=396.0,
        **_US,
    ),
    _place(
        4951788,
        "Springfield",
        (42.10148, -72.58981),
        "America/New_York",
        admin1="Massachusetts",
        admin2="Hampden",
        population=154_341,
        elevation=21.0,
        **_US,
    ),
    _place(
        4250542,
        "Springfield",
        (39.80172, -89.64371),
        "America/Chicago",
        admin1="Illinois",
        admin2="Sangamon",
        population=116_565,
        elevation=182.0,
        feature_code="PPLA",
        **_US,
    ),
    _place(
        5746545,
        "Portland",
        (45.52345, -122.67621),
        "America/Los_Angeles",
        admin1="Oregon",
        admin2="Multnomah",
        population=652_503,
        elevation=12.0,
        **_US,
    ),
    _place(
        4975802,
        "Portland",
        (43.65737, -70.2589),
        "America/New_York",
        admin1="Maine",
        admin2="Cumberland",
        population=66_881,
        elevation=19.0,
        **_US,
    ),
    _place(
        5128581,
        "New York",
        (40.71427, -74.00597),
        "America/New_York",
        admin1="New York",
        population=8_804_190,
        elevation=10.0,
        postcodes=("10001", "10002"),
        translations={"zh": "纽约"},
        other_names=("New York City", "NYC", "NY"),
        **_US,
    ),
    _place(
        5391959,
        "San Francisco",
        (37.77493, -122.41942),
        "America/Los_Angeles",
        admin1="California",
        population=864_816,
        elevation=16.0,
        translations={"zh": "旧金山"},
        other_names=("SF",),
        **_US,
    ),
    _place(
        2147714,
        "Sydney",
        (-33.86785, 151.20732),
        "Australia/Sydney",
        country_code="AU",
        country="Australia",
        admin1="New South Wales",
        population=4_627_345,
        elevation=58.0,
        feature_code="PPLA",
        translations={"zh": "悉尼"},
    ),
    _place(
        3448439,
        "São Paulo",
        (-23.5475, -46.63611),
        "America/Sao_Paulo",
        country_code="BR",
        country="Brazil",
        admin1="São Paulo",
        population=12_400_232,
        elevation=769.0,
        feature_code="PPLA",
    ),
    _place(
        2657896,
        "Zurich",
        (47.36667, 8.55),
        "Europe/Zurich",
        country_code="CH",
        country="Switzerland",
        admin1="Zurich",
        population=341_730,
        elevation=429.0,
        feature_code="PPLA",
        translations={"de": "Zürich"},
    ),
    # No population, no elevation, no region: the fields are missing from the answer.
    _place(
        2925533,
        "Å",
        (67.87983, 12.98317),
        "Europe/Oslo",
        country_code="NO",
        country="Norway",
        other_names=("Å i Lofoten",),
    ),
    _place(
        6690001,
        "Longyearbyen",
        (78.22334, 15.64689),
        "Arctic/Longyearbyen",
        country_code="SJ",
        country="Svalbard and Jan Mayen",
    ),
)
# First-level regions by their abbreviation; in a search these come before country codes, so that
# "Berlin, DE" looks in Delaware and finds nothing.
REGIONS: dict[str, str] = {
    "mo": "Missouri",
    "ma": "Massachusetts",
    "il": "Illinois",
    "or": "Oregon",
    "me": "Maine",
    "ny": "New York",
    "ca": "California",
    "tx": "Texas",
    "oh": "Ohio",
    "nh": "New Hampshire",
    "pa": "Pennsylvania",
    "de": "Delaware",
    "in": "Indiana",
    "nsw": "New South Wales",
}
# Countries and regions in Chinese, for answers in that language and for the filter behind a comma.
AREAS: dict[str, dict[str, str]] = {
    "zh": {
        "China": "中国",
        "Beijing": "北京市",
        "Shanghai": "上海市",
        "Guangdong": "广东",
        "Hong Kong": "香港",
        "Taiwan": "台湾",
        "Japan": "日本",
        "Tokyo": "东京都",
        "Singapore": "新加坡",
        "India": "印度",
        "United Kingdom": "英国",
        "England": "英格兰",
        "France": "法国",
        "Germany": "德国",
        "United States": "美国",
        "Missouri": "密苏里州",
        "Oregon": "俄勒冈州",
        "Australia": "澳大利亚",
        "Brazil": "巴西",
        "Switzerland": "瑞士",
    }
}
