"""Who may talk to the playground at all: which names it answers to, and which pages may write.

Against DNS rebinding the Host header is checked, against other sites' pages the Origin. Passwords
are `session.py`'s matter. Health, metrics and other platforms' routes never come by here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.web.payload import Refused

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_READING = frozenset({"GET", "HEAD"})

# Set by reverse proxies: the request came from further away than its socket tells.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def needs_password(host: str, public_url: str = "") -> bool:
    """Tell whether the playground can be reached from outside and so must ask for a password."""
    return not is_loopback(host) or not is_loopback(urlsplit(public_url).hostname or "localhost")


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules for one address. `host` and `port` are what the server listens on; port 0 is
    whichever was free, and the name alone decides."""

    host: str
    port: int
    public_url: str = ""
    has_password: bool = False

    def check(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Raise `Refused` (403) for a name that is not ours, or for another site's request."""
        if not self._knows(headers.get("Host", "")):
            raise Refused(403, "strange_host")
        if not self.has_password and any(name in headers for name in _FORWARDED):
            raise Refused(403, "strange_host")
        if method not in _READING or path.startswith("/api/"):
            self._check_origin(headers)

    def _knows(self, header: str) -> bool:
        name, port = _split(header)
        if self.has_password and self._is_public(name, port):
            return True
        if self.has_password and not is_loopback(self.host):
            # A mapped port or the machine's own address; a literal address cannot be rebound.
            return name in _LOOPBACK_NAMES or _address(name) is not None or name == self.host
        return (name in _LOOPBACK_NAMES or name == self.host) and self.port in (port, 0)

    def _is_public(self, name: str, port: int) -> bool:
        public = urlsplit(self.public_url)
        if not public.hostname:
            return False
        default = 443 if public.scheme == "https" else 80
        return name == public.hostname and port in (public.port or default, 80)

    def _check_origin(self, headers: Mapping[str, str]) -> None:
        # Browsers send Origin with every request that writes and with every one from another site,
        # and Sec-Fetch-Site with all; who sends neither is no browser and carries no one's cookies.
        origin = headers.get("Origin")
        if origin is None:
            if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
                raise Refused(403, "strange_origin")
            return
        parts = urlsplit(origin)
        same = parts.scheme in ("http", "https") and parts.netloc.lower() == headers["Host"].lower()
        public = urlsplit(self.public_url)
        if not same and (not public.netloc or (parts.scheme, parts.netloc) != public[:2]):
            raise Refused(403, "strange_origin")


def _split(header: str) -> tuple[str, int]:
    """Return name and port of a Host header; an empty name when it is not one."""
    try:
        parts = urlsplit(f"//{header}")
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return "", 0
        return parts.hostname or "", parts.port or 80
    except ValueError:
        return "", 0


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
