"""What counts as one host for politeness: the host, its
registrable domain, or a group that the operator names."""

from dyadwatch import urls

HOST, DOMAIN, GROUP = "host", "domain", "group:"


def key(host: str, scope: str) -> str:
    """The name under which requests to `host` are counted.
    `scope` is "host", "domain", or "group:" and a name."""
    if scope.startswith(GROUP):
        return scope
    return (urls.registrable_domain(host) if scope == DOMAIN else None) or host
