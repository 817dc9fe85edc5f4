"""The addresses of clients."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


def network(address: str | None) -> str:
    """The address, or of IPv6 the /64, which is what one subscriber of a provider is given."""
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)


def is_within(address: str | None, networks: Collection[IPv4Network | IPv6Network]) -> bool:
    """Whether an address is one of some networks."""
    parsed = _parsed(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str | None) -> IPv4Address | IPv6Address | None:
    """The address, of IPv4 also where a socket of IPv6 has it."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    return (isinstance(parsed, IPv6Address) and parsed.ipv4_mapped) or parsed
