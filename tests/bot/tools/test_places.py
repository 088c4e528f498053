"""The offline table: large enough to answer, small enough to ship, and right."""

from __future__ import annotations

import zoneinfo
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools import places

_DATA = files("bot.tools") / "data"


def test_the_tables_are_small_and_carry_their_licence() -> None:
    sizes = [len((_DATA / name).read_bytes()) for name in ("places.txt", "countries.txt")]
    assert sum(sizes) < 305_000
    assert "Creative Commons Attribution 4.0" in (_DATA / "NOTICE").read_text()


def test_every_zone_in_the_table_exists() -> None:
    zones = (_DATA / "places.txt").read_text(encoding="utf-8").split("\n", 1)[0].split(" ")
    assert len(zones) > 300
    assert set(zones) <= zoneinfo.available_timezones()


def test_every_line_has_its_form() -> None:
    lines = (_DATA / "places.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 6_000
    for line in lines[1:]:
        keys, _, rest = line.partition("|")
        assert keys.startswith("\t")
        assert keys.endswith("\t")
        name, country, _, numbers = rest.split("|")
        assert name
        assert len(country) == 2
        assert all(0 <= int(number) < 400 for number in numbers.split(" "))


def test_every_country_is_found_by_its_name_in_three_languages() -> None:
    for line in (_DATA / "countries.txt").read_text(encoding="utf-8").splitlines():
        code, *names = line.split("\t")
        for name in names:
            assert code in {each.country_code for each in places.find(name)}, name


_CAPITALS = """
Abu Dhabi:AE Abuja:NG Accra:GH Addis Ababa:ET Algiers:DZ Amman:JO Amsterdam:NL Ankara:TR
Antananarivo:MG Apia:WS Ashgabat:TM Asmara:ER Asuncion:PY Athens:GR Baghdad:IQ Baku:AZ Bamako:ML
Bangkok:TH Beijing:CN Beirut:LB Belgrade:RS Berlin:DE Bern:CH Bishkek:KG Bogota:CO Brasilia:BR
Bratislava:SK Brussels:BE Bucharest:RO Budapest:HU Buenos Aires:AR Cairo:EG Canberra:AU Caracas:VE
Chisinau:MD Colombo:LK Conakry:GN Copenhagen:DK Dakar:SN Damascus:SY Dhaka:BD Doha:QA Dublin:IE
Dushanbe:TJ Freetown:SL Guatemala City:GT Hanoi:VN Harare:ZW Havana:CU Helsinki:FI Islamabad:PK
Jakarta:ID Kabul:AF Kampala:UG Kathmandu:NP Khartoum:SD Kigali:RW Kingston:JM Kuala Lumpur:MY
Kuwait City:KW Kyiv:UA La Paz:BO Lima:PE Lisbon:PT Ljubljana:SI London:GB Luanda:AO Lusaka:ZM
Luxembourg:LU Madrid:ES Managua:NI Manila:PH Maputo:MZ Mexico City:MX Minsk:BY Mogadishu:SO
Monaco:MC Monrovia:LR Montevideo:UY Moscow:RU Muscat:OM Nairobi:KE New Delhi:IN Nicosia:CY Oslo:NO
Ottawa:CA Panama City:PA Paris:FR Phnom Penh:KH Port Moresby:PG Prague:CZ Pretoria:ZA Pyongyang:KP
Quito:EC Rabat:MA Reykjavik:IS Riga:LV Riyadh:SA Rome:IT San Jose:CR Sanaa:YE Santiago:CL
Santo Domingo:DO Sarajevo:BA Seoul:KR Singapore:SG Skopje:MK Sofia:BG Stockholm:SE Suva:FJ
Taipei:TW Tallinn:EE Tashkent:UZ Tbilisi:GE Tegucigalpa:HN Tehran:IR Thimphu:BT Tirana:AL Tokyo:JP
Tripoli:LY Tunis:TN Ulaanbaatar:MN Valletta:MT Vienna:AT Vientiane:LA Vilnius:LT Warsaw:PL
Washington:US Wellington:NZ Windhoek:NA Yaounde:CM Yerevan:AM Zagreb:HR
"""


def test_capitals_are_found() -> None:
    import re

    for name, code in re.findall(r"([A-Z][A-Za-z ]+):([A-Z]{2})", _CAPITALS):
        found = places.find(name.strip())
        assert code in {each.country_code for each in found}, name


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("  são   PAULO ", "São Paulo, Brazil"),
        ("St Petersburg", "Saint Petersburg, Russia"),
        ("saint louis", "St. Louis, Missouri, United States"),
        ("Xi'an", "Xi’an, Shaanxi, China"),
        ("Frankfurt/Main", "Frankfurt am Main, Germany"),
        ("København", "Copenhagen, Denmark"),
        ("Łódź", "Łódź, Poland"),
        ("Москва", "Moscow, Russia"),
        ("London, Canada", "London, Ontario, Canada"),
        ("Birmingham AL", "Birmingham, Alabama, United States"),
        ("Hyderabad, Pakistan", "Hyderabad, Pakistan"),
        ("Georgia", "Georgia"),
        ("德国柏林", "Berlin, Germany"),
    ],
)
def test_spellings_areas_and_scripts(text: str, label: str) -> None:
    assert places.find(text)[0].label() == label


@pytest.mark.parametrize("text", ["Texas", "Ireland", "Germany", "Ontario", "England", "德国"])
def test_an_area_is_a_country_or_a_state(text: str) -> None:
    assert places.is_area(text)


@pytest.mark.parametrize(
    "text", ["Singapore", "Hong Kong", "Monaco", "Luxembourg", "Tokyo", "New York", "Xyzzy", ""]
)
def test_a_city_is_no_area_even_when_a_country_or_state_is_called_so(text: str) -> None:
    assert not places.is_area(text)


def test_labels_name_the_country_in_the_readers_language() -> None:
    (tokyo, *_) = places.find("Tokyo")
    assert [tokyo.label(each) for each in ("en", "zh-CN", "zh-TW")] == [
        "Tokyo, Japan",
        "Tokyo, 日本",
        "Tokyo, 日本",
    ]
    assert places.country_name("DE", "zh-TW") == "德國"
    assert places.country_name("??") == "??"


@pytest.mark.parametrize(
    "text", ["", " ", ",", ", ,", "|", "\t", "a|b", "Tokyo\t", "\n", "x" * 9999]
)
def test_odd_input_finds_nothing_or_a_place_and_never_fails(text: str) -> None:
    assert all(each.name == "Tokyo" for each in places.find(text))


@given(st.text(max_size=60))
def test_any_text_can_be_looked_for(text: str) -> None:
    for place in places.find(text):
        assert place.label()
