"""The application for a WSGI server: `granian --interface wsgi --factory service.wsgi:create`."""

from flask import Flask

from dyadwatch import bootstrap, logs
from dyadwatch.settings import Settings
from service.app import create_app


def create() -> Flask:
    """The application of a product built from the environment. Raises SettingsError."""
    settings = Settings.from_environ()
    logs.start(settings)
    return create_app(bootstrap.build(settings))
