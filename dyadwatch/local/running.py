"""Which `dyadwatch up` of this user run now, so that commands find one from any folder: each leaves the path
of its data directory in the user's state directory (XDG_STATE_HOME) while it runs."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from dyadwatch.local.data_dir import read_environ


@contextlib.contextmanager
def registered(data_path: Path) -> Iterator[None]:
    """Makes the data directory known until the end. A state directory that cannot be written to, as of a
    system user, is no error: commands are then told the data directory."""
    entry = _state_dir() / hashlib.sha256(str(data_path).encode()).hexdigest()[:16]
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        entry.write_text(str(data_path))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            entry.unlink(missing_ok=True)


def running() -> list[Path]:
    """The data directories of those that run and whose settings this user may read, in order of their names.
    Entries of those that were killed are removed."""
    paths = []
    with contextlib.suppress(OSError):
        for entry in sorted(_state_dir().iterdir()):
            path = Path(entry.read_text())
            if read_environ(path) is not None:
                paths.append(path)
            else:
                entry.unlink(missing_ok=True)
    return sorted(paths)


def _state_dir() -> Path:
    return platformdirs.user_state_path("dyadwatch") / "running"
