"""The data directory of `dyadwatch up`: its lock, its owner, and what it leaves there for other commands."""

import base64
import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from dyadwatch.errors import DyadwatchError
from dyadwatch.local.process_spec import Account

_LOCK_FILE = "up.lock"
_ENVIRON_FILE = "environ.json"
_KEY_FILE = "secrets.key"
_ACCOUNT = "pgserver"  # the name that the server packages' own tools use, so that both find the same user


class DataDirError(DyadwatchError):
    """The data directory cannot be used."""

    code = "data_dir_unusable"


@dataclass(frozen=True, slots=True)
class DataDir:
    """A data directory; `path` is absolute. `account` is who its servers run as where we are root."""

    path: Path
    account: Account | None


def open_data_dir(path: Path) -> DataDir:
    """Makes the directory where it is missing. Raises DataDirError where it cannot be made or written to."""
    path = path.absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o711)
        probe = path / ".writable"
        probe.touch()
        probe.unlink()
        path = path.resolve()
        account = _server_account(path) if os.geteuid() == 0 else None
        str(path).encode()  # it is written to files and to the environment
    except UnicodeEncodeError as error:
        raise DataDirError(
            f"the name of {str(path)!r} is not UTF-8: set DYADWATCH_DATA_DIR to another directory"
        ) from error
    except OSError as error:
        raise DataDirError(
            f"{path} cannot be written to ({(error.strerror or str(error)).lower()}): "
            "set DYADWATCH_DATA_DIR to a directory that you own"
        ) from error
    return DataDir(path, account)


@contextlib.contextmanager
def lock(data_dir: DataDir) -> Iterator[None]:
    """Holds the directory's lock, which the kernel frees however
    we end. Raises DataDirError where another process has it."""
    with (data_dir.path / _LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise DataDirError(
                f"`dyadwatch up` (process {pid}) is already running on {data_dir.path}: "
                "stop it first, or set another DYADWATCH_DATA_DIR",
                code="already_running",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_locked(path: Path) -> bool:
    """Whether an `up` runs on this data directory now."""
    lock_file = path / _LOCK_FILE
    if not lock_file.exists():
        return False
    with lock_file.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False


def write_environ(data_dir: DataDir, environ: Mapping[str, str]) -> None:
    """Leaves variables of the environment for the other commands, readable by the owner alone."""
    path = data_dir.path / _ENVIRON_FILE
    path.unlink(missing_ok=True)
    _write_private(path, orjson.dumps(environ))


def secret_key(data_dir: DataDir) -> str:
    """The key that seals secrets of the directory's own database, made where there is none; readable by the
    owner alone."""
    path = key_file(data_dir.path)
    if not path.exists():
        _write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)))
    return path.read_text().strip()


def key_file(path: Path) -> Path:
    """Where the key of `secret_key` is kept in the data directory."""
    return path / _KEY_FILE


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def read_environ(path: Path) -> dict[str, str] | None:
    """What the `up` that runs on this directory has left; None where none runs, or its file is not for us to
    read."""
    try:
        return dict(orjson.loads((path / _ENVIRON_FILE).read_bytes())) if is_locked(path) else None
    except (OSError, ValueError, TypeError):
        return None


def remove_environ(data_dir: DataDir) -> None:
    """To be called when the servers end."""
    (data_dir.path / _ENVIRON_FILE).unlink(missing_ok=True)


def make_server_dir(data_dir: DataDir, name: str) -> Path:
    """A subdirectory for one server, closed to everyone but the user it runs as."""
    path = data_dir.path / name
    path.mkdir(exist_ok=True, mode=0o700)
    path.chmod(0o700)
    give_to_account(data_dir, path)
    return path


def give_to_account(data_dir: DataDir, path: Path) -> None:
    """As root, makes the servers' user the owner of `path`."""
    if data_dir.account:
        os.chown(path, data_dir.account.uid, data_dir.account.gid)


def allow_traversal(data_dir: DataDir, target: Path) -> list[Path]:
    """As root, lets the servers' user pass through the directories above `target` (x for others, no more).

    Returns the directories that were changed.
    """
    if data_dir.account is None:
        return []
    changed = []
    for parent in target.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
            changed.append(parent)
    return changed


def remove_content(data_dir: DataDir) -> None:
    """Removes everything but the lock."""
    for entry in data_dir.path.iterdir():
        if entry.name == _LOCK_FILE:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _server_account(path: Path) -> Account:
    """Who the servers run as instead of root: the owner of an
    existing database, else a system user made for it."""
    import pwd  # noqa: PLC0415  # not on every platform

    data = path / "postgres"
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    accounts = {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    if _ACCOUNT not in accounts and (useradd := shutil.which("useradd")):
        command = [useradd, "--system", "--no-create-home", _ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # no input in it
        accounts |= {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return accounts.get(_ACCOUNT) or accounts["nobody"]
