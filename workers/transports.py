"""How Celery reaches each kind of broker."""

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from kombu.transport import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dyadwatch.broker import rabbitmq
from dyadwatch.broker_urls import BrokerUrl
from dyadwatch.errors import SettingsError
from dyadwatch.model.steps import Step

_PREFIX = "dyadwatch-"  # of queues in SQS, which a whole account shares
_MESSAGE_TTL = 3_000  # milliseconds after which RabbitMQ drops a hint that nobody took
_RETENTION = 60  # seconds after which SQS does; it takes no less
# Whoever sends a hint has something better to do than to wait: the next tick sends another.
_ONE_ATTEMPT = {"max_retries": 0}
_REDIS_TIMEOUTS = {"socket_timeout": 5, "socket_connect_timeout": 5}
_REDIS_OPTIONS = {**_ONE_ATTEMPT, **_REDIS_TIMEOUTS, "health_check_interval": 30}


def configuration(url: BrokerUrl) -> dict[str, Any]:
    """The part of Celery's configuration that depends on the broker. Raises
    SettingsError where an extra is not installed."""
    return _CONFIGURATIONS[url.kind](url)


def _redis(url: BrokerUrl) -> dict[str, Any]:
    return {
        "broker_url": _url(url, "rediss" if url.tls else "redis", f"/{url.database}"),
        "broker_use_ssl": url.tls_options() or None,
        "broker_transport_options": {**_REDIS_OPTIONS, "global_keyprefix": url.key_prefix},
    }


def _unix(url: BrokerUrl) -> dict[str, Any]:
    socket = f"redis+socket://{_userinfo(url)}{quote(url.path)}"
    return {
        "broker_url": f"{socket}?virtual_host={url.database}",
        "broker_transport_options": {**_REDIS_OPTIONS, "global_keyprefix": url.key_prefix},
    }


def _sentinel(url: BrokerUrl) -> dict[str, Any]:
    sentinel_options = {
        name: url.options[f"sentinel_{name}"]
        for name in ("username", "password")
        if f"sentinel_{name}" in url.options
    }
    tls_options = url.tls_options()
    tls = {"ssl": True, **tls_options} if url.tls else {}
    return {
        "broker_url": _url(url, "sentinel", f"/{url.database}"),
        "broker_use_ssl": tls_options or None,
        "broker_transport_options": {
            **_REDIS_OPTIONS,
            "global_keyprefix": url.key_prefix,
            "master_name": url.primary,
            "sentinel_kwargs": {**_REDIS_TIMEOUTS, "retry": Retry(NoBackoff(), 0), **sentinel_options, **tls},
        },
    }


def _amqp(url: BrokerUrl) -> dict[str, Any]:
    return {
        "broker_url": _url(url, "amqps" if url.tls else "amqp", "/" + quote(url.path, safe="")),
        "broker_use_ssl": rabbitmq.tls_options(url) or None,
        "broker_transport_options": {**_ONE_ATTEMPT, "read_timeout": 5, "write_timeout": 5},
    }


def _sqs(url: BrokerUrl) -> dict[str, Any]:
    if any(importlib.util.find_spec(name) is None for name in ("boto3", "pycurl")):
        raise SettingsError(
            "DYADWATCH_REDIS_URL: sqs:// needs packages that are not installed: dyadwatch[sqs]"
        )
    options: dict[str, Any] = {
        **_ONE_ATTEMPT,
        "queue_name_prefix": url.options.get("queue_name_prefix", _PREFIX),
        "sqs-creation-attributes": {"MessageRetentionPeriod": str(_RETENTION)},
    }
    if "region" in url.options:
        options["region"] = url.options["region"]
    if "is_secure" in url.options:
        options["is_secure"] = url.options["is_secure"] != "false"
    return {"broker_url": _url(url, "sqs", ""), "broker_transport_options": options}


_CONFIGURATIONS: Mapping[str, Callable[[BrokerUrl], dict[str, Any]]] = {
    "redis": _redis,
    "unix": _unix,
    "sentinel": _sentinel,
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
    userinfo = _userinfo(url)
    if not url.endpoints:
        return f"{scheme}://{userinfo}"
    hosts = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in url.endpoints]
    return ";".join(f"{scheme}://{userinfo}{host}{path}" for host in hosts)


def _userinfo(url: BrokerUrl) -> str:
    user = quote(url.username or "", safe="")
    return f"{user}:{quote(url.password or '', safe='')}@" if url.username or url.password else ""
