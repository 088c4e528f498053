"""The server's sentences at the playground come in the language that fits the reader's locale."""

from __future__ import annotations

import pytest

from adapters.web.wording import read_locale, say
from tests.locales import LANGUAGES


@pytest.mark.parametrize(("locale", "language"), LANGUAGES.items())
def test_a_sentence_is_said_in_the_language_of_the_locale(locale: str, language: str) -> None:
    told = {
        "en": "That request was not understood.",
        "zh-Hans": "无法理解这个请求。",
        "zh-Hant": "無法理解這個請求。",
    }
    assert say("malformed", locale).startswith(told[language])


def test_the_first_language_that_a_browser_names_is_the_readers() -> None:
    assert read_locale("zh-Hans-HK, en;q=0.5") == "zh-Hans-HK"
    assert read_locale("*") == ""
