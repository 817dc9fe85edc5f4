"""The settings of a command beside a running `up`: those of that `up`, but for what the command's own
environment sets."""

from dyadwatch.errors import SettingsError
from dyadwatch.local.data_dir import read_environ
from dyadwatch.settings import Settings


def with_local_settings(settings: Settings, *, broker: bool = True) -> Settings:
    """The settings, with those of the `up` that runs on the data directory in place of what is not set, where
    the URLs of the database and the broker are not. Without `broker` only the database is required.

    Raises SettingsError where a URL is missing and no `up` runs.
    """
    if settings.database_url and (settings.redis_url or not broker):
        return settings
    environ = read_environ(settings.data_dir)
    if environ is None:
        missing = "DYADWATCH_REDIS_URL" if settings.database_url else "DYADWATCH_DATABASE_URL"
        raise SettingsError(
            f"{missing} is not set, and no `dyadwatch up` of yours runs on {settings.data_dir.absolute()}: "
            "start it, or set the URL"
        )
    running = Settings.from_environ(environ)
    return running.model_copy(update={name: getattr(settings, name) for name in settings.model_fields_set})
