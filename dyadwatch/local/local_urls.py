"""Where the database and the broker are: from the settings, or
from the `up` that runs on the data directory."""

from pydantic import SecretStr

from dyadwatch.errors import SettingsError
from dyadwatch.local.data_dir import read_server_urls
from dyadwatch.settings import Settings


def with_local_urls(settings: Settings, *, broker: bool = True) -> Settings:
    """The settings, with the URLs of the running `up` where none
    are set. Without `broker` only the database is required.

    Raises SettingsError where a URL is missing and no `up` runs.
    """
    if settings.database_url and (settings.redis_url or not broker):
        return settings
    urls = read_server_urls(settings.data_dir)
    if urls is None:
        missing = "DYADWATCH_REDIS_URL" if settings.database_url else "DYADWATCH_DATABASE_URL"
        raise SettingsError(
            f"{missing} is not set, and no `dyadwatch up` of yours runs on {settings.data_dir.absolute()}: "
            "start it, or set the URL"
        )
    return settings.model_copy(
        update={
            "database_url": settings.database_url or SecretStr(urls.database_url),
            "redis_url": settings.redis_url or SecretStr(urls.redis_url),
        }
    )
