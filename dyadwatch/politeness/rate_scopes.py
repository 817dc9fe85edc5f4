"""What counts as one host for politeness: the host, its registrable domain, or a group that the operator names."""

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

HOST, DOMAIN, GROUP = "host", "domain", "group:"


def key(host: str, scope: str) -> str:
    """The name under which requests to `host` are counted. `scope` is "host", "domain", or "group:" and a name."""
    if scope.startswith(GROUP):
        return scope
    if scope == DOMAIN and not _is_address(host):
        return _suffixes().privatesuffix(host) or host
    return host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
