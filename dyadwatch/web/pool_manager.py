"""The pool manager: urllib3's connection pools, whose connections decide on the address that they dial."""

import ssl
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
from urllib3 import PoolManager, ProxyManager
from urllib3.util import make_headers

from dyadwatch.web.guarded_connections import Dial, GuardedPool, GuardedTLSPool
from dyadwatch.web.sockets import TotalTimeoutTLSSocket

_HOSTS = 200  # with open connections
_CONNECTIONS = 16  # kept open for a host


def pool_manager(proxy: str | None, dial: Dial) -> PoolManager:
    """Pools that open sockets with `dial`, to `proxy` where one is given."""
    context = tls_context()
    manager = (
        PoolManager(num_pools=_HOSTS, maxsize=_CONNECTIONS, ssl_context=context)
        if proxy is None
        else _proxy_manager(proxy, context)
    )
    # urllib3 only calls these, and calls for classes.
    pools: dict[str, Any] = {
        "http": partial(GuardedPool, dial=dial),
        "https": partial(GuardedTLSPool, dial=dial),
    }
    manager.pool_classes_by_scheme = pools
    return manager


def tls_context() -> ssl.SSLContext:
    """What checks the certificates of servers; its sockets have total timeouts."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.sslsocket_class = TotalTimeoutTLSSocket
    return context


def _proxy_manager(proxy: str, context: ssl.SSLContext) -> ProxyManager:
    parts = urlsplit(proxy)
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return ProxyManager(
        f"http://{parts.netloc.rpartition('@')[2]}",
        proxy_headers=make_headers(proxy_basic_auth=user) if user else None,
        num_pools=_HOSTS,
        maxsize=_CONNECTIONS,
        ssl_context=context,
    )
