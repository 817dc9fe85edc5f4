"""The web server: `python -m service.server HOST PORT`. The other settings come from the environment."""

import signal
import sys
from contextlib import suppress
from functools import partial
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from types import FrameType

import uvicorn

from dyadwatch import bootstrap, logs
from dyadwatch.errors import DyadwatchError
from dyadwatch.settings import Settings
from service.app import THREADS, create_app, route
from service.connections import ConnectionLimits, Connections
from service.gateway import Gateway, GatewayLimits
from service.metrics import Metrics
from service.refusal_pages import refusal_page
from service.streams import Streams

_OPEN_FILES = 4_096  # a connection takes one, and many systems start processes with 1,024
_STOP_SECONDS = 8  # for requests under way, once the server is told to stop


def create(settings: Settings, host: str, port: int) -> uvicorn.Server:
    """The server of a product with these settings. Raises SettingsError."""
    proxies = settings.trusted_proxies
    limits = ConnectionLimits(per_address=settings.connections_per_address, trusted=proxies)
    product = bootstrap.build(settings)
    counts = Metrics(product)
    app = create_app(product, counts)
    streams = Streams(product.wakeups.wait, product.newest_event)
    counts.streams.set_function(lambda: streams.open)
    gateway = Gateway(
        app,
        route,
        GatewayLimits(THREADS),
        constant=("/healthz",),
        streams=streams,
        error_page=partial(refusal_page, app),
        count=counts.count,
    )
    config = uvicorn.Config(
        gateway,
        host=host,
        port=port,
        http=Connections(limits).protocol,  # type: ignore[arg-type]  # called as a class would be
        interface="asgi3",
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[str(network) for network in proxies],
        timeout_keep_alive=round(limits.header_seconds),
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return uvicorn.Server(config)


def main(host: str, port: str) -> None:
    try:
        settings = Settings.from_environ()
        logs.start(settings, once=True)
        server = create(settings, host, int(port))
    except DyadwatchError as error:
        print(error.report(), file=sys.stderr)  # noqa: T201  # a command's answer
        sys.exit(error.exit_status)
    _, most = getrlimit(RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        setrlimit(RLIMIT_NOFILE, (min(_OPEN_FILES, most), most))
    for number in (signal.SIGINT, signal.SIGTERM):  # which uvicorn raises again once it has stopped
        signal.signal(number, _exit)
    server.run()


def _exit(_number: int, _frame: FrameType | None) -> None:
    """Whoever asks the server to stop has nothing to worry about: its exit status is 0."""
    sys.exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
