"""RabbitMQ, which only carries messages: how to check it, and whether it lets us in."""

from typing import Any

import amqp  # type: ignore[import-untyped]

from dyadwatch.broker_urls import BrokerUrl

DEFAULT_USER = "guest"  # with the same password; RabbitMQ lets it in from its own machine alone
_TLS_NAMES = {
    "ssl_cert_reqs": "cert_reqs",
    "ssl_ca_certs": "ca_certs",
    "ssl_certfile": "certfile",
    "ssl_keyfile": "keyfile",
}


def tls_options(url: BrokerUrl) -> dict[str, object]:
    """How to check the server, as Celery's library for AMQP names it."""
    tls = url.tls_options()
    options = {_TLS_NAMES[name]: value for name, value in tls.items() if name in _TLS_NAMES}
    return options | ({"server_hostname": url.endpoints[0][0]} if tls.get("ssl_check_hostname") else {})


def sign_in(url: BrokerUrl, timeout: float) -> None:
    """Opens a connection and closes it. Raises OSError or AMQPError."""
    host, port = url.endpoints[0]
    connection: Any = amqp.Connection(
        host=f"{host}:{port}",
        userid=url.username or DEFAULT_USER,
        password=url.password or DEFAULT_USER,
        virtual_host=url.path or "/",
        ssl=tls_options(url) or False,
        connect_timeout=timeout,
        read_timeout=timeout,
        write_timeout=timeout,
    )
    with connection:
        connection.connect()
