"""The URLs of brokers: what kind of server each names, and where it is."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Kind = Literal["redis", "unix", "sentinel", "cluster", "amqp", "sqs"]
Endpoint = tuple[str, int]

# scheme -> kind, whether it is TLS, default port
_SCHEMES: Mapping[str, tuple[Kind, bool, int]] = {
    "redis": ("redis", False, 6379),
    "rediss": ("redis", True, 6379),
    "valkey": ("redis", False, 6379),
    "valkeys": ("redis", True, 6379),
    "unix": ("unix", False, 0),
    "sentinel": ("sentinel", False, 26379),
    "rediss+sentinel": ("sentinel", True, 26379),
    "redis+cluster": ("cluster", False, 6379),
    "rediss+cluster": ("cluster", True, 6379),
    "amqp": ("amqp", False, 5672),
    "amqps": ("amqp", True, 5671),
    "sqs": ("sqs", True, 443),
}
_TLS_FILES = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
_TLS_OPTIONS = _TLS_FILES | {"ssl_cert_reqs"}
_OPTIONS: Mapping[Kind, frozenset[str]] = {
    "redis": frozenset({"key_prefix"}),
    "unix": frozenset({"key_prefix", "db"}),
    "sentinel": frozenset({"key_prefix", "sentinel_username", "sentinel_password"}),
    "cluster": frozenset({"key_prefix"}),
    "amqp": frozenset(),
    "sqs": frozenset({"region", "queue_name_prefix", "is_secure"}),
}


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """A URL, read. `path` is the database's number, the path of a socket, the name that sentinels know the
    primary by (and its database after a slash), or the virtual host; `options` are those of the query."""

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
        if self.kind == "unix":
            return self.path
        return ", ".join(f"{host}:{port}" for host, port in self.endpoints) or self.kind

    @property
    def counts(self) -> bool:
        """Whether the server can count and keep values, as Redis does."""
        return self.kind in {"redis", "unix", "sentinel", "cluster"}

    @property
    def key_prefix(self) -> str:
        """What the names of all keys begin with, so that several installations can share a database."""
        return self.options.get("key_prefix", "")

    @property
    def primary(self) -> str:
        """The name under which sentinels know the primary."""
        return self.path.partition("/")[0]

    @property
    def database(self) -> int:
        """The database's number."""
        return int(self.database_path or 0)

    @property
    def database_path(self) -> str:
        """The database's number as the URL has it."""
        if self.kind == "unix":
            return self.options.get("db", "")
        return self.path.partition("/")[2] if self.kind == "sentinel" else self.path

    @property
    def files(self) -> Mapping[str, str]:
        """The files that the URL names, by the names of their options."""
        return {name: self.options[name] for name in sorted(_TLS_FILES) if name in self.options}

    def tls_options(self) -> dict[str, object]:
        """How to check the server, as redis-py and Celery name it: certificate
        and name, unless the URL says otherwise."""
        if not self.tls:
            return {}
        checked = self.options.get("ssl_cert_reqs", "required") != "none"
        return {
            "ssl_cert_reqs": ssl.CERT_REQUIRED if checked else ssl.CERT_NONE,
            "ssl_check_hostname": checked,
            **self.files,
        }


def read_broker_url(url: str) -> BrokerUrl:
    """The URL of a server that carries messages. Raises ValueError."""
    broker_url = _read_url(url)
    if broker_url.kind == "cluster":
        raise ValueError(
            "messages cannot be sent through Redis Cluster; name another server there, and the cluster in "
            "DYADWATCH_PACING_URL"
        )
    return broker_url


def read_pacing_url(url: str) -> BrokerUrl:
    """The URL of a server that counts. Raises ValueError."""
    broker_url = _read_url(url)
    if not broker_url.counts:
        raise ValueError("only Redis and Valkey can count")
    return broker_url


def _read_url(url: str) -> BrokerUrl:
    """A URL. Raises ValueError that says what is wrong, but quotes no part that may be secret."""
    scheme, separator, rest = url.partition("://")
    if scheme.lower() not in _SCHEMES or not separator:
        is_scheme = separator and re.fullmatch(r"[a-zA-Z][\w+.-]{0,19}", scheme)
        name = f"{scheme}://" if is_scheme else "a URL without a scheme"
        schemes = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise ValueError(f"{name} is not supported; use one of {schemes}")
    kind, tls, port = _SCHEMES[scheme.lower()]
    location, _, query = rest.partition("?")
    authority, _, path = location.partition("/")
    options = dict(parse_qsl(query, keep_blank_values=True))
    userinfo, _, hosts = authority.rpartition("@")
    username, _, password = userinfo.partition(":")
    broker_url = BrokerUrl(
        kind=kind,
        endpoints=_endpoints(hosts, port) if hosts or kind not in {"sqs", "unix"} else (),
        tls=tls,
        username=unquote(username) or None,
        password=unquote(password) or None,
        path=f"/{unquote(path)}" if kind == "unix" else unquote(path.rstrip("/")),
        options=options,
    )
    _check(broker_url)
    return broker_url


def _endpoints(hosts: str, port: int) -> tuple[Endpoint, ...]:
    endpoints = []
    for host in hosts.split(","):
        try:
            parts = urlsplit(f"//{host}")
            endpoints.append((parts.hostname or "127.0.0.1", parts.port or port))
        except ValueError:  # which quotes what may be part of a password
            raise ValueError(
                "a host or port is malformed; characters with a meaning in URLs must be percent-encoded in "
                "names and passwords"
            ) from None
    return tuple(endpoints)


def _check(url: BrokerUrl) -> None:
    _check_options(url)
    _check_place(url)
    if url.kind in {"redis", "unix", "sentinel"} and not re.fullmatch("[0-9]{0,5}", url.database_path):
        raise ValueError(f"{'db' if url.kind == 'unix' else 'the path'} must be a database's number")


def _check_place(url: BrokerUrl) -> None:
    if url.kind in {"redis", "amqp", "sqs"} and len(url.endpoints) > 1:
        raise ValueError("several hosts need sentinel:// or redis+cluster://")
    if url.kind == "unix" and (url.endpoints or url.path == "/"):
        raise ValueError("name the socket by its whole path, as unix:///run/redis.sock?db=0")
    if url.kind == "sentinel" and not url.primary:
        raise ValueError("name the primary, as sentinel://host:26379,host:26379/NAME")
    if url.kind == "cluster" and url.path not in {"", "0"}:
        raise ValueError("a cluster has database 0 alone")


def _check_options(url: BrokerUrl) -> None:
    known = _OPTIONS[url.kind] | (_TLS_OPTIONS if url.tls else frozenset())
    if set(url.options) - known:  # not named: it may be what follows a question mark in a password
        names = ", ".join(sorted(known)) or "none"
        raise ValueError(f"an option after the question mark is not known; there are {names}")
    if url.options.get("ssl_cert_reqs", "required") not in {"required", "none"}:
        raise ValueError("ssl_cert_reqs must be 'required' or 'none'")
    if re.search(r"[{}\s*?]|\[", url.key_prefix):  # braces would send all keys to one node of a cluster
        raise ValueError("key_prefix must not contain spaces, braces, brackets, * or ?")
