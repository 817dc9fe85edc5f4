"""Watches as files, in JSON or YAML."""

import math
from pathlib import Path
from typing import Any

from dyadwatch.errors import InvalidInput
from dyadwatch.pipeline import watch_documents
from dyadwatch.sandbox import shared_sandbox
from dyadwatch.tagging.watches.watch_texts import MAX_BYTES


def read_watch_file(path: Path, *, code: str) -> dict[str, Any]:
    """The document of a file, unchecked; JSON is YAML too. Raises InvalidInput with this code."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is neither JSON nor YAML: {error}", code=code) from error
    return watch_documents.read(shared_sandbox(), text, until=math.inf, name=str(path), code=code)
