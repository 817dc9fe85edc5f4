"""The addresses of clients."""

from ipaddress import IPv6Address, ip_address


def network(address: str | None) -> str:
    """The address, or of IPv6 the /64, which is what one subscriber of a provider is given."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
