"""The playground's gate: its names, which pages may write, who knows the password."""

from __future__ import annotations

import pytest

from adapters.web.adapter import WebPlatform
from adapters.web.guard import Gate, is_loopback, needs_password
from adapters.web.payload import Refused
from adapters.web.session import LASTS, Sessions
from bot.errors import ConfigError

LOCAL = Gate("127.0.0.1", 8080)


def allowed(gate: Gate, host: str, method: str = "GET", path: str = "/", **headers: str) -> bool:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        gate.check(method, path, {"Host": host, **named})
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "LOCALHOST:8080"]
)
def test_it_answers_to_the_names_of_this_machine(host: str) -> None:
    assert allowed(LOCAL, host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example:8080",
        "localhost:8081",
        "localhost",
        "192.168.1.7:8080",
        "user@localhost:8080",
        "localhost:8080/x",
        "localhost:99999",
        "[::1",
    ],
)
def test_it_answers_to_no_other_name(host: str) -> None:
    assert not allowed(LOCAL, host)


def test_a_request_that_came_through_a_proxy_needs_a_password() -> None:
    assert not allowed(LOCAL, "127.0.0.1:8080", X_Forwarded_For="1.2.3.4")
    assert allowed(
        Gate("127.0.0.1", 8080, has_password=True), "127.0.0.1:8080", X_Forwarded_For="1.2.3.4"
    )


def test_the_public_address_is_answered_only_with_a_password() -> None:
    public = "https://parley.example.org"
    assert not allowed(Gate("127.0.0.1", 8080, public), "parley.example.org")
    assert allowed(Gate("127.0.0.1", 8080, public, True), "parley.example.org")
    assert not allowed(Gate("127.0.0.1", 8080, public, True), "other.example.org")


def test_off_loopback_addresses_are_answered_and_foreign_names_are_not() -> None:
    gate = Gate("0.0.0.0", 8080, has_password=True)
    assert allowed(gate, "192.168.1.7:8080")
    assert allowed(gate, "localhost:18080")
    assert not allowed(gate, "evil.example:8080")


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1:8081",
        "file://",
        "x",
    ],
)
def test_another_sites_page_may_neither_write_nor_listen(origin: str) -> None:
    assert not allowed(LOCAL, "127.0.0.1:8080", "POST", "/api/messages", Origin=origin)
    assert not allowed(LOCAL, "127.0.0.1:8080", "GET", "/api/events", Origin=origin)


def test_its_own_page_may_write() -> None:
    own = "http://127.0.0.1:8080"
    assert allowed(LOCAL, "127.0.0.1:8080", "DELETE", "/api/messages/m1", Origin=own)
    gate = Gate("127.0.0.1", 8080, "https://parley.example.org", True)
    public = "https://parley.example.org"
    assert allowed(gate, "parley.example.org", "POST", "/api/stop", Origin=public)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_that_a_browser_calls_foreign_is_refused(site: str) -> None:
    assert not allowed(LOCAL, "localhost:8080", "GET", "/api/state", Sec_Fetch_Site=site)
    assert not allowed(LOCAL, "localhost:8080", "POST", "/login", Sec_Fetch_Site=site)
    assert allowed(LOCAL, "localhost:8080", "GET", "/", Sec_Fetch_Site=site)


def test_loopback_is_known_in_all_its_spellings() -> None:
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "parley.example"))
    assert needs_password("127.0.0.1", "https://parley.example.org")
    assert not needs_password("127.0.0.1", "http://localhost:8080")


def test_it_does_not_start_where_others_reach_it_without_a_password() -> None:
    with pytest.raises(ConfigError, match="PLAYGROUND_PASSWORD"):
        WebPlatform(None, None, host="0.0.0.0", port=8080)


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_holds_until_its_end_and_in_every_process() -> None:
    clock = Clock()
    cookie = Sessions("secret", clock).issue()
    other = Sessions("secret", clock)
    assert other.is_valid(cookie)
    assert not Sessions("changed", clock).is_valid(cookie)
    clock.now += LASTS
    assert not other.is_valid(cookie)


@pytest.mark.parametrize("cookie", ["", ".", "9999999999", "9999999999.00", "x.y", "\ud800.é"])
def test_a_made_up_session_is_none(cookie: str) -> None:
    assert not Sessions("secret").is_valid(cookie)


def test_a_later_end_needs_a_new_signature() -> None:
    until, _, signature = Sessions("secret").issue().partition(".")
    assert not Sessions("secret").is_valid(f"{int(until) + 1}.{signature}")


def test_passwords_cannot_be_tried_without_end() -> None:
    clock = Clock()
    sessions = Sessions("secret", clock)
    for _ in range(5):
        assert sessions.may_try("1.2.3.4")
        assert not sessions.is_right("guess", "1.2.3.4")
    assert not sessions.may_try("1.2.3.4")
    assert sessions.may_try("5.6.7.8")
    for number in range(60):
        sessions.is_right("guess", f"10.0.0.{number}")
    assert not sessions.may_try("5.6.7.8")
    clock.now += 61
    assert sessions.may_try("1.2.3.4")
    assert sessions.is_right("secret", "1.2.3.4")


def test_a_password_may_be_in_any_language_however_a_keyboard_spells_it() -> None:
    sessions = Sessions("Öffne dich, Se\u0301sam")
    assert sessions.is_right("O\u0308ffne dich, S\u00e9sam ", "1.2.3.4")
    assert not sessions.is_right("Offne dich, Sesam", "1.2.3.4")
