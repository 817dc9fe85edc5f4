"""Which addresses are public.

An own list and not `ipaddress.is_private`, which calls 100.64/10, ::/96, fec0::/10,
3fff::/20 and 6to4 public on Python 3.11. The union of what Svix, Smokescreen,
Convoy and requests-hardened refuse, after the IANA special-purpose registries.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# fmt: off
_REFUSED_V4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",  # Azure's WireServer: a public address that serves secrets
)))
# fmt: on
_GLOBAL_V6 = IPv6Network("2000::/3")
# Within it: IETF protocols with Teredo and ORCHID, documentation, 6to4, documentation again (RFC 9637).
_REFUSED_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def parse_address(text: str) -> Address | None:
    """The address that `text` writes, an IPv4-mapped one as
    IPv4; None for a name. A zone (`%eth0`) is dropped."""
    if ":" not in text and not text[-1:].isdigit():
        return None
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """Whether `address` is globally routable and not special."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def is_permitted(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether `address` is public or within one of the networks that the operator opened."""
    return is_public(address) or any(address in network for network in allowed)
