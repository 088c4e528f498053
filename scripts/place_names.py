"""The hand-written part of the clock's offline tables: areas by GeoNames' codes, what people call
countries and cities beside their names. Read by `make_places.py` alone.
"""

from __future__ import annotations


def _areas(text: str) -> dict[str, tuple[str, str]]:
    """Read "code name=Chinese/other Chinese; ..." """
    result = {}
    for each in text.replace("\n", " ").split(";"):
        code, _, rest = each.strip().partition(" ")
        name, _, chinese = rest.partition("=")
        result[code] = (name.strip(), chinese.strip())
    return result


AREAS = {
    "US": _areas("""AL Alabama=阿拉巴马/阿拉巴馬; AK Alaska=阿拉斯加; AZ Arizona=亚利桑那/亞利桑那;
        AR Arkansas=阿肯色; CA California=加州/加利福尼亚/加利福尼亞; CO Colorado=科罗拉多/科羅拉多;
        CT Connecticut=康涅狄格; DE Delaware=特拉华/德拉瓦; DC District of Columbia=;
        FL Florida=佛罗里达/佛羅里達; GA Georgia=乔治亚州/佐治亚; HI Hawaii=夏威夷;
        ID Idaho=爱达荷/愛達荷; IL Illinois=伊利诺伊/伊利諾; IN Indiana=印第安纳/印第安納;
        IA Iowa=艾奥瓦/愛荷華; KS Kansas=堪萨斯州/堪薩斯; KY Kentucky=肯塔基;
        LA Louisiana=路易斯安那; ME Maine=缅因/緬因; MD Maryland=马里兰/馬里蘭;
        MA Massachusetts=马萨诸塞/麻州/麻薩諸塞; MI Michigan=密歇根/密西根;
        MN Minnesota=明尼苏达/明尼蘇達; MS Mississippi=密西西比; MO Missouri=密苏里/密蘇里;
        MT Montana=蒙大拿; NE Nebraska=内布拉斯加; NV Nevada=内华达/內華達;
        NH New Hampshire=新罕布什尔; NJ New Jersey=新泽西/紐澤西; NM New Mexico=新墨西哥;
        NY New York=纽约州/紐約州; NC North Carolina=北卡罗来纳/北卡;
        ND North Dakota=北达科他/北達科他; OH Ohio=俄亥俄; OK Oklahoma=俄克拉荷马/奧克拉荷馬;
        OR Oregon=俄勒冈/奧勒岡; PA Pennsylvania=宾夕法尼亚/賓州/宾州;
        RI Rhode Island=罗得岛/羅德島;
        SC South Carolina=南卡罗来纳/南卡; SD South Dakota=南达科他/南達科他;
        TN Tennessee=田纳西/田納西; TX Texas=得克萨斯/德州/德克薩斯; UT Utah=犹他/猶他;
        VT Vermont=佛蒙特; VA Virginia=弗吉尼亚/維吉尼亞; WA Washington=华盛顿州/華盛頓州;
        WV West Virginia=西弗吉尼亚; WI Wisconsin=威斯康星; WY Wyoming=怀俄明/懷俄明"""),
    "CA": _areas("""01 Alberta=阿尔伯塔/艾伯塔; 02 British Columbia=不列颠哥伦比亚/卑詩;
        03 Manitoba=曼尼托巴; 04 New Brunswick=新不伦瑞克;
        05 Newfoundland and Labrador=纽芬兰/紐芬蘭;
        07 Nova Scotia=新斯科舍; 08 Ontario=安大略; 09 Prince Edward Island=爱德华王子岛;
        10 Quebec=魁北克省; 11 Saskatchewan=萨斯喀彻温; 12 Yukon=育空;
        13 Northwest Territories=西北地区; 14 Nunavut=努纳武特"""),
    "AU": _areas("""01 Australian Capital Territory=; 02 New South Wales=新南威尔士/新南威爾斯;
        03 Northern Territory=北领地/北領地; 04 Queensland=昆士兰/昆士蘭;
        05 South Australia=南澳大利亚/南澳; 06 Tasmania=塔斯马尼亚/塔斯馬尼亞;
        07 Victoria=维多利亚州/維多利亞州; 08 Western Australia=西澳大利亚/西澳"""),
    "GB": _areas("""ENG England=英格兰/英格蘭; NIR Northern Ireland=北爱尔兰/北愛爾蘭;
        SCT Scotland=苏格兰/蘇格蘭; WLS Wales=威尔士/威爾斯"""),
    "CN": _areas("""01 Anhui=安徽; 02 Zhejiang=浙江; 03 Jiangxi=江西; 04 Jiangsu=江苏/江蘇;
        05 Jilin=吉林省; 06 Qinghai=青海; 07 Fujian=福建; 08 Heilongjiang=黑龙江/黑龍江;
        09 Henan=河南;
        10 Hebei=河北; 11 Hunan=湖南; 12 Hubei=湖北; 13 Xinjiang=新疆; 14 Tibet=西藏;
        15 Gansu=甘肃/甘肅;
        16 Guangxi=广西/廣西; 18 Guizhou=贵州/貴州; 19 Liaoning=辽宁/遼寧;
        20 Inner Mongolia=内蒙古/內蒙古; 21 Ningxia=宁夏/寧夏; 24 Shanxi=山西;
        25 Shandong=山东/山東;
        26 Shaanxi=陕西/陝西; 29 Yunnan=云南/雲南; 30 Guangdong=广东/廣東;
        31 Hainan=海南; 32 Sichuan=四川"""),
}
"""Country -> GeoNames' code of a state or province -> its name and its names in Chinese."""

NO_ZONE = frozenset({"AN", "AQ", "CS", "BV", "HM", "UM"})
"""Codes that no longer stand for a country, or for islands where nobody lives."""

NOT_CITIES = frozenset({("HK", "Victoria"), ("CN", "Chéngguān Qū"), ("MO", "Macau")})
"""Parts of cities that GeoNames lists as cities of their own."""

COUNTRY_ZONES = {"BQ": "America/Kralendijk", "TK": "Pacific/Fakaofo", "PW": "Pacific/Palau"}
"""Countries without a city in the table."""

COUNTRY_ALIASES: dict[str, tuple[str, ...]] = {
    "US": (
        "United States",
        "USA",
        "US",
        "U.S.",
        "U.S.A.",
        "America",
        "United States of America",
        "the US",
        "the States",
    ),
    "GB": ("United Kingdom", "UK", "U.K.", "Great Britain", "Britain", "GB"),
    "AE": ("United Arab Emirates", "UAE", "Emirates"),
    "CN": ("China", "PRC", "Mainland China", "首都"),
    "HK": ("Hong Kong", "HK"),
    "MO": ("Macao", "Macau"),
    "TW": ("Taiwan", "ROC"),
    "KR": ("South Korea", "Korea", "Republic of Korea", "韩国", "韓國", "南韓"),
    "KP": ("North Korea", "DPRK"),
    "NL": ("Netherlands", "Holland", "The Netherlands"),
    "CZ": ("Czechia", "Czech Republic"),
    "TR": ("Türkiye", "Turkey"),
    "CI": ("Côte d’Ivoire", "Ivory Coast"),
    "CD": ("DR Congo", "Democratic Republic of the Congo", "DRC", "Congo-Kinshasa"),
    "CG": ("Republic of the Congo", "Congo", "Congo-Brazzaville"),
    "MM": ("Myanmar", "Burma"),
    "SZ": ("Eswatini", "Swaziland"),
    "CV": ("Cape Verde", "Cabo Verde"),
    "TL": ("Timor-Leste", "East Timor"),
    "VA": ("Vatican City", "Vatican", "Holy See"),
    "PS": ("Palestine", "Palestinian Territories"),
    "LA": ("Laos",),
    "MK": ("North Macedonia", "Macedonia"),
    "BA": ("Bosnia and Herzegovina", "Bosnia"),
    "SA": ("Saudi Arabia", "KSA"),
    "NZ": ("New Zealand", "NZ", "Aotearoa"),
    "IE": ("Ireland", "Republic of Ireland", "Eire"),
    "DE": ("Germany", "Deutschland"),
    "ES": ("Spain", "España"),
    "IT": ("Italy", "Italia"),
    "JP": ("Japan", "Nippon"),
    "FM": ("Micronesia", "Federated States of Micronesia"),
    "BS": ("Bahamas", "The Bahamas"),
    "GM": ("Gambia", "The Gambia"),
    "PH": ("Philippines", "The Philippines"),
    "VI": ("U.S. Virgin Islands", "US Virgin Islands"),
    "MF": ("Saint Martin",),
}
"""The first is how the bot says it."""

CITY_ALIASES: dict[tuple[str, str], tuple[str, ...]] = {
    ("US", "New York City"): ("NYC", "New York", "Big Apple", "NY", "Manhattan", "Wall Street"),
    ("US", "San Francisco"): ("SF", "Frisco", "San Fran", "Bay Area", "旧金山", "舊金山"),
    ("US", "Los Angeles"): ("LA", "L.A.", "Hollywood", "洛杉矶", "洛杉磯"),
    ("US", "Washington"): ("Washington DC", "Washington D.C.", "DC", "D.C.", "华盛顿", "華盛頓"),
    ("US", "Philadelphia"): ("Philly",),
    ("US", "Las Vegas"): ("Vegas", "拉斯维加斯"),
    ("US", "New Orleans"): ("NOLA",),
    ("US", "Chicago"): ("Windy City",),
    ("US", "Boston"): ("Beantown",),
    ("US", "San Jose"): ("Silicon Valley", "硅谷", "矽谷"),
    ("US", "Salt Lake City"): ("SLC",),
    ("US", "Honolulu"): ("檀香山",),
    ("US", "Seattle"): ("Redmond", "西雅图", "西雅圖"),
    ("US", "Mountain View"): (),
    ("US", "Palo Alto"): ("帕罗奥图",),
    ("US", "Cupertino"): ("库比蒂诺",),
    ("US", "Ashburn"): ("us-east-1",),
    ("US", "Santa Cruz"): ("圣克鲁斯",),
    ("CA", "Toronto"): ("GTA",),
    ("CA", "Montréal"): ("Montreal",),
    ("CA", "St. John's"): ("Saint John's",),
    ("MX", "Mexico City"): ("CDMX", "Ciudad de México", "Mexico DF"),
    ("BR", "Rio de Janeiro"): ("Rio",),
    ("BR", "São Paulo"): ("Sampa",),
    ("AR", "Buenos Aires"): ("CABA",),
    ("GB", "London"): ("Greater London", "The City", "伦敦", "倫敦"),
    ("GB", "Oxford"): ("牛津",),
    ("GB", "Cambridge"): ("剑桥", "劍橋"),
    ("DE", "Köln"): ("Cologne", "Koeln"),
    ("DE", "Munich"): ("München", "Muenchen"),
    ("DE", "Frankfurt am Main"): ("Frankfurt", "Frankfurt/Main", "法兰克福"),
    ("DE", "Nuremberg"): ("Nürnberg", "Nuernberg"),
    ("DE", "Hannover"): ("Hanover",),
    ("DE", "Düsseldorf"): ("Duesseldorf",),
    ("DE", "Braunschweig"): ("Brunswick",),
    ("AT", "Vienna"): ("Wien",),
    ("CH", "Zürich"): ("Zurich", "Zuerich"),
    ("CH", "Geneva"): ("Genève", "Genf", "日内瓦"),
    ("CH", "Basel"): ("Basle", "Bâle"),
    ("CH", "Bern"): ("Berne",),
    ("CH", "Davos"): ("达沃斯",),
    ("LI", "Vaduz"): (),
    ("BE", "Brussels"): ("Bruxelles", "Brussel"),
    ("BE", "Antwerp"): ("Antwerpen", "Anvers"),
    ("BE", "Gent"): ("Ghent", "Gand"),
    ("BE", "Brugge"): ("Bruges",),
    ("NL", "The Hague"): ("Den Haag", "海牙"),
    ("NL", "Amsterdam"): ("A'dam",),
    ("DK", "Copenhagen"): ("København", "Kobenhavn"),
    ("SE", "Gothenburg"): ("Göteborg",),
    ("SJ", "Longyearbyen"): ("Svalbard",),
    ("IT", "Rome"): ("Roma",),
    ("IT", "Milan"): ("Milano",),
    ("IT", "Turin"): ("Torino",),
    ("IT", "Naples"): ("Napoli",),
    ("IT", "Florence"): ("Firenze",),
    ("IT", "Genoa"): ("Genova",),
    ("IT", "Venice"): ("Venezia", "威尼斯"),
    ("ES", "Sevilla"): ("Seville",),
    ("ES", "Zaragoza"): ("Saragossa",),
    ("ES", "Barcelona"): ("Barna",),
    ("PT", "Lisbon"): ("Lisboa",),
    ("PT", "Porto"): ("Oporto",),
    ("FR", "Lyon"): ("Lyons",),
    ("FR", "Marseille"): ("Marseilles",),
    ("FR", "Strasbourg"): ("Strassburg",),
    ("FR", "Cannes"): ("戛纳",),
    ("PL", "Warsaw"): ("Warszawa",),
    ("PL", "Kraków"): ("Krakow", "Cracow"),
    ("CZ", "Prague"): ("Praha",),
    ("RO", "Bucharest"): ("București",),
    ("RS", "Belgrade"): ("Beograd",),
    ("GR", "Athens"): ("Athina",),
    ("GR", "Thessaloníki"): ("Thessaloniki", "Salonica"),
    ("UA", "Kyiv"): ("Kiev",),
    ("UA", "Lviv"): ("Lvov", "Lwów"),
    ("UA", "Kharkiv"): ("Kharkov",),
    ("UA", "Odesa"): ("Odessa",),
    ("RU", "Moscow"): ("Moskva",),
    ("RU", "Saint Petersburg"): ("St Petersburg", "Petersburg", "Leningrad"),
    ("TR", "Istanbul"): ("İstanbul", "Constantinople"),
    ("KZ", "Astana"): ("Nur-Sultan",),
    ("KZ", "Almaty"): ("Alma-Ata",),
    ("IN", "Mumbai"): ("Bombay",),
    ("IN", "Kolkata"): ("Calcutta",),
    ("IN", "Chennai"): ("Madras",),
    ("IN", "Bengaluru"): ("Bangalore",),
    ("IN", "Pune"): ("Poona",),
    ("IN", "Delhi"): ("NCR",),
    ("IN", "Gurugram"): ("Gurgaon",),
    ("IN", "Hyderābād"): ("Hyderabad",),
    ("BD", "Dhaka"): ("Dacca",),
    ("MM", "Yangon"): ("Rangoon",),
    ("VN", "Ho Chi Minh City"): ("Saigon", "HCMC", "胡志明市", "西贡"),
    ("KH", "Phnom Penh"): ("金边",),
    ("MY", "Kuala Lumpur"): ("KL",),
    ("ID", "Denpasar"): ("Bali", "巴厘岛", "峇里島"),
    ("ID", "Jakarta"): ("Batavia",),
    ("TH", "Bangkok"): ("BKK", "Krung Thep"),
    ("TH", "Phuket"): ("普吉岛", "普吉"),
    ("CN", "Beijing"): ("Peking", "PEK", "帝都", "京城"),
    ("CN", "Shanghai"): ("魔都", "浦东", "浦東"),
    ("CN", "Guangzhou"): ("Canton",),
    ("CN", "Nanjing"): ("Nanking",),
    ("CN", "Xi’an"): ("Xian", "Xi'an", "西安"),
    ("CN", "Tianjin"): ("Tientsin",),
    ("CN", "Ürümqi"): ("Urumqi", "Wulumuqi", "乌鲁木齐", "烏魯木齊"),
    ("CN", "Lhasa"): ("拉萨", "拉薩"),
    ("PF", "Papeete"): ("Tahiti", "大溪地"),
    ("CN", "Lijiang"): ("丽江",),
    ("TW", "Taipei"): ("台北", "臺北"),
    ("TW", "Hsinchu"): ("新竹",),
    ("JP", "Tokyo"): ("Shibuya", "Tôkyô", "东京", "東京"),
    ("JP", "Kyoto"): ("京都",),
    ("KR", "Seoul"): ("Gangnam", "首尔", "首爾"),
    ("AU", "Sydney"): ("悉尼", "雪梨"),
    ("NZ", "Queenstown"): ("皇后镇",),
    ("NZ", "Wellington"): (),
    ("IL", "Jerusalem"): ("耶路撒冷",),
    ("IL", "Tel Aviv"): ("Tel Aviv-Yafo", "TLV"),
    ("AE", "Dubai"): ("迪拜", "杜拜"),
    ("SA", "Makkah"): ("Mecca", "麦加", "麥加"),
    ("ZA", "Johannesburg"): ("Joburg", "Jozi"),
    ("ZA", "Cape Town"): ("Kaapstad",),
    ("EG", "Cairo"): ("Al Qahirah",),
    ("PR", "San Juan"): (),
    ("GU", "Hagåtña"): ("Hagatna", "Agana"),
    ("MV", "Male"): ("Malé", "马累"),
    ("NP", "Kathmandu"): ("加德满都",),
    ("CL", "Santiago"): ("Santiago de Chile",),
    ("BO", "La Paz"): (),
    ("BO", "Sucre"): (),
    ("LK", "Colombo"): ("科伦坡",),
    ("TZ", "Dar es Salaam"): (),
    ("NG", "Lagos"): (),
    ("BZ", "Belmopan"): (),
}
"""Country and GeoNames' name of a city -> what else people call it."""
