"""Which network addresses belong to the public internet: a deny-list of our own.

Pure. The standard library's `is_global` is not enough: it lets translation prefixes and multicast
pass, and its tables change with the Python release. Used by `bot.fetch`.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_V4_DENIED = tuple(
    IPv4Network(network)
    for network in (
        # IANA IPv4 Special-Purpose Address Registry; multicast and reserved space (RFC 5771)
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Azure's host agent (learn.microsoft.com, "What is IP address 168.63.129.16?")
        "168.63.129.16/32",
    )
)
_V6_GLOBAL = IPv6Network("2000::/3")
"""All that IANA has given out for unicast; the rest is local, mapped, multicast or unassigned."""
_V6_DENIED = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries any IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""Carries an IPv4 address in its last 32 bits (RFC 6052)."""


def is_public(address: str) -> bool:
    """Tell whether `address` (numeric, as the resolver gives it) is one that strangers may name."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        carried = _carried(parsed)
        if carried is None:
            return parsed in _V6_GLOBAL and not any(parsed in network for network in _V6_DENIED)
        parsed = carried
    return not any(parsed in network for network in _V4_DENIED)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
