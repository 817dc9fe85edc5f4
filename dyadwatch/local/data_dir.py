"""The data directory: who may use it now, where its servers are, and what a killed `up` left running in it."""

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from dyadwatch.errors import DyadwatchError
from dyadwatch.local.process_spec import Account

MARK = (
    "UP_OF_DYADWATCH"  # in the environment of every process of a tree: the data directory that it belongs to
)
_SERVERS = frozenset({"postgres", "valkey-server"})
_ACCOUNT = "pgserver"  # the name that the wheels' own tools use, so that both find the same user


class HouseError(DyadwatchError):
    """The data directory cannot be used."""

    code = "data_dir_unusable"


@dataclass(frozen=True, slots=True)
class House:
    """A data directory, absolute. `account` is who its servers run as where we are root."""

    folder: Path
    account: Account | None

    @property
    def mark(self) -> dict[str, str]:
        """The environment that marks a process as belonging here."""
        return {MARK: str(self.folder)}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers are: URLs with their secrets."""

    database_url: str
    redis_url: str


def open_house(folder: Path) -> House:
    """Makes the directory where it is missing. Raises HouseError where that is not allowed."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
        folder = folder.resolve()
        account = _account(folder) if os.geteuid() == 0 else None
    except OSError as error:
        raise HouseError(
            f"{folder} cannot be written to ({(error.strerror or str(error)).lower()}): "
            "set DYADWATCH_DATA_DIR to a directory that you own"
        ) from error
    return House(folder, account)


@contextlib.contextmanager
def occupied(house: House) -> Iterator[None]:
    """Holds the house while open: the kernel lets go of the lock whatever ends us. Raises HouseError where another has it."""
    with (house.folder / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise HouseError(
                f"`dyadwatch up` (process {file.read().strip() or 'unknown'}) is already running on {house.folder}: "
                "stop it first, or set another DYADWATCH_DATA_DIR",
                code="already_running",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_occupied(folder: Path) -> bool:
    """Whether an `up` runs on this data directory now."""
    lock = folder / "up.lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False


def write_addresses(house: House, addresses: Addresses) -> None:
    """Leaves the URLs for the other commands, readable by the owner alone."""
    path = house.folder / "addresses.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps(addresses))


def read_addresses(folder: Path) -> Addresses | None:
    """Where the servers of the `up` that runs on this directory are; None where none runs, or its files are not ours."""
    path = folder / "addresses.json"
    try:
        return Addresses(**orjson.loads(path.read_bytes())) if is_occupied(folder) else None
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def own_folder(house: House, name: str) -> Path:
    """A directory of the house for one server, closed to everyone but the user it runs as."""
    folder = house.folder / name
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    if house.account:
        os.chown(folder, house.account.user, house.account.group)
    return folder


def open_path(house: House, target: Path) -> list[Path]:
    """As root, lets the servers' user pass through the directories above `target` (x for others, no more) and returns
    those that had to be changed."""
    if house.account is None:
        return []
    changed = []
    for folder in target.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            changed.append(folder)
    return changed


def leftovers(house: House) -> list[int]:
    """Processes that a killed `up` left behind: marked with this house, or its servers with their directory here."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            marked = f"{MARK}={house.folder}".encode() in (entry / "environ").read_bytes().split(b"\0")
            if int(entry.name) != os.getpid() and (marked or _serves(entry, house.folder)):
                found.append(int(entry.name))
    return sorted(found)


def clear(house: House, *, seconds: float = 10.0) -> int:
    """Ends what `leftovers` finds, first by asking, then by force; returns how many there were. Holds the lock already."""
    first = leftovers(house)
    begun = time.monotonic()
    asked = False
    while left := leftovers(house):
        passed = time.monotonic() - begun
        if passed > 1 and not asked:  # their lifelines have asked them already: give that a moment
            asked = True
            _send(left, signal.SIGTERM)
            _send([pid for pid in left if _is_postmaster(pid)], signal.SIGINT)
        if passed > seconds:
            _send(left, signal.SIGKILL)
        time.sleep(0.05)
    return len(first)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_postmaster(pid: int) -> bool:
    try:
        return b"-D" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _serves(entry: Path, folder: Path) -> bool:
    return (entry / "exe").readlink().name in _SERVERS and (entry / "cwd").readlink().parent == folder


def _account(folder: Path) -> Account:
    """Who the servers run as instead of root: the owner of data that is there already, else a user made for it."""
    import pwd  # noqa: PLC0415  # not on every platform

    data = folder / "postgres"
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    names = {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    if _ACCOUNT not in names and (useradd := shutil.which("useradd")):
        subprocess.run([useradd, "--system", "--no-create-home", _ACCOUNT], check=False, capture_output=True)  # noqa: S603
        names |= {entry.pw_name: Account(entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return names.get(_ACCOUNT) or names["nobody"]
