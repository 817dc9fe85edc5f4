"""How Celery reaches each kind of broker."""

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from kombu.transport import redis

from dyadwatch.broker import BrokerUrl, Kind
from dyadwatch.errors import SettingsError
from dyadwatch.model.steps import Step

_PREFIX = "dyadwatch-"  # of queues in SQS, which a whole account shares
_MESSAGE_TTL = 3_000  # milliseconds after which RabbitMQ drops a hint that nobody took
_RETENTION = 60  # seconds after which SQS does; it takes no less
_REDIS_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 5, "health_check_interval": 30}


def configuration(url: BrokerUrl) -> dict[str, Any]:
    """The part of Celery's configuration that depends on the broker. Raises
    SettingsError for what Celery cannot use or an extra that is not installed."""
    return _CONFIGURATIONS[url.kind](url)


def _redis(url: BrokerUrl) -> dict[str, Any]:
    return {
        "broker_url": _url(url, "rediss" if url.tls else "redis", f"/{url.database}"),
        "broker_use_ssl": url.tls_options() or None,
        "broker_transport_options": _REDIS_OPTIONS,
    }


def _sentinel(url: BrokerUrl) -> dict[str, Any]:
    sentinel_options = {
        name: url.options[f"sentinel_{name}"]
        for name in ("username", "password")
        if f"sentinel_{name}" in url.options
    }
    return {
        "broker_url": _url(url, "sentinel", f"/{url.database}"),
        "broker_transport_options": {
            **_REDIS_OPTIONS,
            "master_name": url.primary,
            "sentinel_kwargs": {"socket_timeout": 5, "socket_connect_timeout": 5, **sentinel_options},
        },
    }


def _cluster(_url: BrokerUrl) -> dict[str, Any]:
    raise SettingsError(
        "DYADWATCH_REDIS_URL: Celery cannot send messages through Redis Cluster; name another server there,"
        " and the cluster in DYADWATCH_PACING_URL"
    )


def _amqp(url: BrokerUrl) -> dict[str, Any]:
    tls = url.tls_options()
    names = {"ssl_cert_reqs": "cert_reqs", "ssl_ca_certs": "ca_certs", "ssl_certfile": "certfile"}
    names |= {"ssl_keyfile": "keyfile"}
    options = {new: tls[old] for old, new in names.items() if old in tls}
    if tls.get("ssl_check_hostname"):
        options["server_hostname"] = url.endpoints[0][0]
    return {
        "broker_url": _url(url, "amqps" if url.tls else "amqp", "/" + quote(url.path, safe="")),
        "broker_use_ssl": options or None,
    }


def _sqs(url: BrokerUrl) -> dict[str, Any]:
    if any(importlib.util.find_spec(name) is None for name in ("boto3", "pycurl")):
        raise SettingsError(
            "DYADWATCH_REDIS_URL: sqs:// needs packages that are not installed: dyadwatch[sqs]"
        )
    options: dict[str, Any] = {
        "queue_name_prefix": url.options.get("queue_name_prefix", _PREFIX),
        "sqs-creation-attributes": {"MessageRetentionPeriod": str(_RETENTION)},
    }
    if "region" in url.options:
        options["region"] = url.options["region"]
    if "is_secure" in url.options:
        options["is_secure"] = url.options["is_secure"] != "false"
    return {"broker_url": _url(url, "sqs", ""), "broker_transport_options": options}


_CONFIGURATIONS: Mapping[Kind, Callable[[BrokerUrl], dict[str, Any]]] = {
    "redis": _redis,
    "sentinel": _sentinel,
    "cluster": _cluster,
    "amqp": _amqp,
    "sqs": _sqs,
}


def queues(url: BrokerUrl) -> dict[str, Any]:
    """A queue for each step. RabbitMQ alone can drop old messages of itself, if asked."""
    arguments = {"x-message-ttl": _MESSAGE_TTL} if url.kind == "amqp" else {}
    return {
        step.value: {"exchange": "", "routing_key": step.value, "queue_arguments": arguments} for step in Step
    }


def has_message(channel: Any, step: Step) -> bool:
    """Whether a hint at a step waits in Redis, which keeps messages for ever. Other brokers drop old ones."""
    return isinstance(channel, redis.Channel) and channel.client.llen(step.value) > 0


def _url(url: BrokerUrl, scheme: str, path: str) -> str:
    """The URL as Celery reads it; of several hosts one URL each."""
    user = quote(url.username or "", safe="")
    userinfo = f"{user}:{quote(url.password or '', safe='')}@" if url.username or url.password else ""
    if not url.endpoints:
        return f"{scheme}://{userinfo}"
    hosts = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in url.endpoints]
    return ";".join(f"{scheme}://{userinfo}{host}{path}" for host in hosts)
