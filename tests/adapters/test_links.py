"""Where links lead is read and spelled once, whichever platform shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pacing.links import confined, host_of, unbracketed, unturned


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org:8443/a?b", "example.org"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https:///path", ""),
        ("ftp://example.org", ""),
        ("javascript:alert(1)", ""),
        ("https://[::1", ""),
    ],
)
def test_the_host_is_the_one_a_browser_goes_to(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.text(max_size=60))
def test_nothing_in_an_address_ends_its_link(target: str) -> None:
    url = unbracketed(confined(target))
    assert not any(char.isspace() or char in '<>|"`\\^{}()' for char in url)


def test_a_label_turns_no_host_around() -> None:
    assert unturned("a\u202eb\u2066c") == "abc"
