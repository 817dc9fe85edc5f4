"""The settings of a command beside a running `up`: those of that `up`, but for what the command's own
environment sets."""

from pathlib import Path

from dyadwatch.errors import SettingsError
from dyadwatch.local.data_dir import read_environ
from dyadwatch.local.running import running
from dyadwatch.settings import Settings

DEMO = "demo"  # the subdirectory of the data directory that `up --demo` uses


def with_local_settings(settings: Settings, *, broker: bool = True) -> Settings:
    """The settings, with those of the `up` that runs here in place of what is not set, where the URLs of the
    database and the broker are not. Without `broker` only the database is required.

    Raises SettingsError where a URL is missing and no `up` runs, or several do elsewhere.
    """
    if settings.database_url and (settings.redis_url or not broker):
        return settings
    environ = find_running(settings)
    if environ is None:
        missing = "DYADWATCH_REDIS_URL" if settings.database_url else "DYADWATCH_DATABASE_URL"
        raise SettingsError(
            f"{missing} is not set, and no `dyadwatch up` of yours runs on {settings.data_dir.absolute()}: "
            "start it, or set the URL"
        )
    in_force = Settings.from_environ(environ)
    own = {name: getattr(settings, name) for name in settings.model_fields_set - {"data_dir"}}
    return in_force.model_copy(update=own)


def with_local_web(settings: Settings) -> Settings:
    """The settings of a command that needs no database: those of the `up` that runs here where one does, so
    that it reaches what that reaches; where none or several run, its own."""
    try:
        return with_local_settings(settings, broker=False)
    except SettingsError:
        return settings


def find_running(settings: Settings) -> dict[str, str] | None:
    """The environment that a running `up` has left for commands: the one on the data directory, its demo, or,
    where the environment names no data directory, the only one that this user runs. None where none runs.

    Raises SettingsError where it would have to choose.
    """
    for path in (settings.data_dir, settings.data_dir / DEMO):
        if (environ := read_environ(path)) is not None:
            return environ
    paths: list[Path] = [] if "data_dir" in settings.model_fields_set else running()
    if len(paths) > 1:
        raise SettingsError(
            f"several `dyadwatch up` of yours run, on {', '.join(map(str, paths))}: "
            "name one of them in DYADWATCH_DATA_DIR"
        )
    return read_environ(paths[0]) if paths else None
