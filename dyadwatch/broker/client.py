"""The connection to Redis or Valkey, and what holds while there is none."""

import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import redis
import structlog
from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import RedisClusterException
from redis.retry import Retry
from redis.sentinel import Sentinel

from dyadwatch.broker import rabbitmq
from dyadwatch.broker_urls import BrokerUrl
from dyadwatch.errors import BrokerUnavailable

_log = structlog.get_logger(__name__)

_TIMEOUT = 1.0  # seconds to connect, and for each reply
_RETRY_AFTER = 5.0  # seconds for which a broker that failed is not asked again
_ERRORS = (redis.RedisError, RedisClusterException, OSError)

_MAX_DETAIL = 300  # characters of an error

T = TypeVar("T")
# redis.Redis and redis.RedisCluster have no class in common, but the commands that are used here.
Client = Any


class Broker:
    """Connections to the server that `url` names; None: there is none. `counts_at` is
    another one to execute commands at, for a broker that only carries messages.
    Opens nothing before the first call; safe for threads."""

    def __init__(self, url: BrokerUrl | None, counts_at: BrokerUrl | None = None) -> None:
        self._url = url
        self._counts_at = counts_at or (url if url is not None and url.counts else None)
        self._client: Client | None = None
        self._lock = threading.Lock()
        self._unavailable_until = 0.0
        self._failures = 0

    @property
    def failures(self) -> int:
        """How many commands have failed, each of which left the broker alone for a moment."""
        return self._failures

    @property
    def is_shared(self) -> bool:
        """Whether what is counted is counted over all processes."""
        return self._counts_at is not None

    def key(self, name: str) -> str:
        """The name of a key among those of other installations."""
        return f"{self._counts_at.key_prefix if self._counts_at else ''}{name}"

    def execute(self, command: Callable[[Client], T]) -> T | None:
        """What `command` returns; None where there is no server for it,
        it fails, or it failed a moment ago. Never raises."""
        if self._counts_at is None or monotonic() < self._unavailable_until:
            return None
        try:
            return command(self._connected())
        except _ERRORS as error:
            self._leave_alone(error)
            return None

    def ping(self) -> None:
        """Signs in to each server; raises BrokerUnavailable. Of SQS it is known only whether
        a server that the URL names accepts connections."""
        if self._url is None:
            raise BrokerUnavailable(
                "DYADWATCH_REDIS_URL is not set: give it, or let `dyadwatch up` start the servers itself"
            )
        if not self._url.counts:
            _sign_in(self._url)
        if self._counts_at is not None:
            try:
                self._connected().ping()
            except _ERRORS as error:
                self._leave_alone(error)
                raise BrokerUnavailable(
                    f"Redis or Valkey at {self._counts_at.address} cannot be reached: {describe(error)}"
                ) from error

    def is_up(self) -> bool:
        """Whether each server answers; one that failed a moment ago is not asked, which may take long."""
        if monotonic() < self._unavailable_until:
            return False
        try:
            self.ping()
        except BrokerUnavailable:
            return False
        return True

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _leave_alone(self, error: Exception) -> None:
        self._unavailable_until = monotonic() + _RETRY_AFTER
        with self._lock:
            self._failures += 1
        address = "" if self._counts_at is None else self._counts_at.address
        _log.warning("broker unavailable", address=address, error=describe(error))

    def _connected(self) -> Client:
        with self._lock:
            if self._client is None and self._counts_at is not None:
                self._client = _open(self._counts_at)
            return self._client


def describe(error: Exception) -> str:
    """What an error says, without the whole description of a client that Sentinel's add."""
    return str(error).partition(" : <")[0][:_MAX_DETAIL]


def _open(url: BrokerUrl) -> Client:
    """A client of Redis or Valkey. That of a cluster asks its nodes at once for the others."""
    options: dict[str, Any] = {
        "username": url.username,
        "password": url.password,
        "socket_timeout": _TIMEOUT,
        "socket_connect_timeout": _TIMEOUT,
        # Once more, since the server may have ended an idle connection; one that hangs hangs again.
        "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    }
    if url.tls:
        options |= {"ssl": True, **url.tls_options()}
    if url.kind == "cluster":
        nodes = [ClusterNode(*endpoint) for endpoint in url.endpoints]  # type: ignore[no-untyped-call]
        return redis.RedisCluster(startup_nodes=nodes, **options)
    if url.kind == "sentinel":
        own = {name: url.options.get(f"sentinel_{name}") for name in ("username", "password")}
        sentinel = Sentinel(url.endpoints, sentinel_kwargs=options | own)  # type: ignore[no-untyped-call]
        return sentinel.master_for(url.primary, db=url.database, **options)  # type: ignore[no-untyped-call]
    if url.kind == "unix":
        return redis.Redis(unix_socket_path=url.path, db=url.database, **options)
    host, port = url.endpoints[0]
    return redis.Redis(host=host, port=port, db=url.database, **options)


def _sign_in(url: BrokerUrl) -> None:
    try:
        if url.kind == "amqp":
            rabbitmq.sign_in(url, _TIMEOUT)
        for endpoint in url.endpoints if url.kind == "sqs" else ():
            socket.create_connection(endpoint, timeout=_TIMEOUT).close()
    except (OSError, AMQPError) as error:
        raise BrokerUnavailable(
            f"The broker at {url.address} cannot be reached: {describe(error)}"
        ) from error
