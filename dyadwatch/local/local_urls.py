"""Where the servers are: from the settings, or from the `up` that runs on the data directory."""

from pydantic import SecretStr

from dyadwatch.errors import SettingsError
from dyadwatch.local.data_dir import read_addresses
from dyadwatch.settings import Settings


def completed(settings: Settings, *, broker: bool = True) -> Settings:
    """The settings with the URLs of the running `up` where none are given. What works inline does without a `broker`.
    Raises SettingsError where one is missing and no `up` runs."""
    if settings.database_url and (settings.redis_url or not broker):
        return settings
    found = read_addresses(settings.data_dir)
    if found is None:
        missing = "DYADWATCH_REDIS_URL" if settings.database_url else "DYADWATCH_DATABASE_URL"
        raise SettingsError(
            f"{missing} is not set, and no `dyadwatch up` of yours runs on {settings.data_dir.absolute()}: start it, or set it"
        )
    given = {"database_url": SecretStr(found.database_url), "redis_url": SecretStr(found.redis_url)}
    return settings.model_copy(update={name: getattr(settings, name) or url for name, url in given.items()})
