"""Watches as files, in JSON or YAML."""

from pathlib import Path
from typing import Any

import orjson
import yaml

from dyadwatch.errors import InvalidInput, TooCostly
from dyadwatch.sandbox import shared_sandbox

MAX_BYTES = 2 * 2**20  # as many as the API accepts


def read_watch_file(path: Path, *, code: str) -> dict[str, Any]:
    """The document of a file, unchecked; JSON is YAML too. Raises InvalidInput with this code."""
    try:
        with path.open("rb") as file:
            document = orjson.loads(shared_sandbox().call(expand, file.read(MAX_BYTES + 1).decode("utf-8")))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise InvalidInput(f"{path} is neither JSON nor YAML: {error}", code=code) from error
    except TooCostly as error:
        raise InvalidInput(f"{path} cannot be read: {error.detail}", code=code) from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} holds no mapping", code=code)
    return document


def expand(text: str) -> bytes:
    """A YAML document as JSON. A few aliases of aliases can stand for more than any machine holds: they are
    written out here, in the sandbox."""
    document = orjson.dumps(yaml.safe_load(text), option=orjson.OPT_NON_STR_KEYS)
    if max(len(text), len(document)) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    return document
