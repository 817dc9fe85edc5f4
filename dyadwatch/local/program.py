"""How this user calls `dyadwatch`, for messages that are to be copied."""

import shlex
import shutil
import sys
from pathlib import Path

import dyadwatch


def program() -> str:
    """The words of a shell: `dyadwatch` where it is on the path, the script of a checkout, or Python's -m."""
    if shutil.which("dyadwatch"):
        return "dyadwatch"
    script = Path(dyadwatch.__file__).parents[1] / "scripts" / "dyadwatch"
    return shlex.quote(str(script)) if script.exists() else f"{shlex.quote(sys.executable)} -m dyadwatch.cli"
