"""The URLs of brokers: what kind of server each names, and where it is."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from dyadwatch.errors import SettingsError

Kind = Literal["redis", "sentinel", "cluster", "amqp", "sqs"]
Endpoint = tuple[str, int]

# scheme -> kind, whether it is TLS, default port
_SCHEMES: Mapping[str, tuple[Kind, bool, int]] = {
    "redis": ("redis", False, 6379),
    "rediss": ("redis", True, 6379),
    "valkey": ("redis", False, 6379),
    "valkeys": ("redis", True, 6379),
    "sentinel": ("sentinel", False, 26379),
    "redis+cluster": ("cluster", False, 6379),
    "rediss+cluster": ("cluster", True, 6379),
    "amqp": ("amqp", False, 5672),
    "amqps": ("amqp", True, 5671),
    "sqs": ("sqs", True, 443),
}
_TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs"})
_OPTIONS: Mapping[Kind, frozenset[str]] = {
    "redis": frozenset(),
    "sentinel": frozenset({"sentinel_username", "sentinel_password"}),
    "cluster": frozenset(),
    "amqp": frozenset(),
    "sqs": frozenset({"region", "queue_name_prefix", "is_secure"}),
}


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """A URL, read. `path` is the database's number, the name that sentinels know the primary by (and its
    database after a slash), or the virtual host; `options` are those of the query."""

    kind: Kind
    endpoints: tuple[Endpoint, ...]
    tls: bool = False
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def address(self) -> str:
        """Where the server is, without user and password."""
        return ", ".join(f"{host}:{port}" for host, port in self.endpoints) or self.kind

    @property
    def counts(self) -> bool:
        """Whether the server can count and keep values, as Redis does."""
        return self.kind in {"redis", "sentinel", "cluster"}

    @property
    def primary(self) -> str:
        """The name under which sentinels know the primary."""
        return self.path.partition("/")[0]

    @property
    def database(self) -> int:
        """The database's number."""
        return int((self.path.partition("/")[2] if self.kind == "sentinel" else self.path) or 0)

    def tls_options(self) -> dict[str, object]:
        """How to check the server, as redis-py and Celery name it: certificate
        and name, unless the URL says otherwise."""
        if not self.tls:
            return {}
        checked = self.options.get("ssl_cert_reqs", "required") != "none"
        files = {
            name: self.options[name] for name in _TLS_OPTIONS - {"ssl_cert_reqs"} if name in self.options
        }
        return {
            "ssl_cert_reqs": ssl.CERT_REQUIRED if checked else ssl.CERT_NONE,
            "ssl_check_hostname": checked,
            **files,
        }


def read_url(url: str, setting: str) -> BrokerUrl:
    """A broker's URL, given in the variable `setting`. Raises SettingsError, which names the variable and
    what is wrong, but no part of the URL that may be secret."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in _SCHEMES:
        raise SettingsError(f"{setting}: {scheme[:20]!r} is not supported; use one of {', '.join(_SCHEMES)}")
    kind, tls, port = _SCHEMES[scheme.lower()]
    authority, _, path_and_query = rest.partition("/")
    authority, question, query = authority.partition("?")
    path, _, late_query = path_and_query.partition("?")
    options = dict(parse_qsl(query if question else late_query, keep_blank_values=True))
    userinfo, _, hosts = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    broker_url = BrokerUrl(
        kind=kind,
        endpoints=_endpoints(hosts, port, setting) if hosts or kind != "sqs" else (),
        tls=tls,
        username=unquote(username) or None,
        password=unquote(password) or None,
        path=unquote(path.rstrip("/")),
        options=options,
    )
    _check(broker_url, setting)
    return broker_url


def _endpoints(hosts: str, port: int, setting: str) -> tuple[Endpoint, ...]:
    endpoints = []
    for host in hosts.split(","):
        try:
            parts = urlsplit(f"//{host}")
            endpoints.append((parts.hostname or "127.0.0.1", parts.port or port))
        except ValueError as error:
            raise SettingsError(f"{setting}: a host or port is malformed") from error
    return tuple(endpoints)


def _check(url: BrokerUrl, setting: str) -> None:
    unknown = sorted(set(url.options) - _OPTIONS[url.kind] - (_TLS_OPTIONS if url.tls else frozenset()))
    if unknown:
        raise SettingsError(f"{setting}: the option {unknown[0]!r} is not known for {url.kind}")
    if url.options.get("ssl_cert_reqs", "required") not in {"required", "none"}:
        raise SettingsError(f"{setting}: ssl_cert_reqs must be 'required' or 'none'")
    if url.kind in {"redis", "amqp", "sqs"} and len(url.endpoints) > 1:
        raise SettingsError(f"{setting}: several hosts need sentinel:// or redis+cluster://")
    if url.kind == "sentinel" and not url.primary:
        raise SettingsError(f"{setting}: name the primary, as sentinel://host:26379,host:26379/NAME")
    if url.kind == "cluster" and url.path not in {"", "0"}:
        raise SettingsError(f"{setting}: a cluster has database 0 alone")
    try:
        _ = url.database if url.kind in {"redis", "sentinel"} else 0
    except ValueError as error:
        raise SettingsError(f"{setting}: the path must be a database's number") from error
