"""The application for an ASGI server: `granian --interface asginl --factory service.asgi:create`."""

from dyadwatch import bootstrap, logs
from dyadwatch.settings import Settings
from service.app import THREADS, create_app, route
from service.gateway import Gateway, GatewayLimits


def create() -> Gateway:
    """The application of a product built from the environment. Raises SettingsError."""
    settings = Settings.from_environ()
    logs.start(settings)
    return Gateway(create_app(bootstrap.build(settings)), route, GatewayLimits(THREADS))
