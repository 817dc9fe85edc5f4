"""Watches as files, in JSON or YAML."""

from pathlib import Path
from typing import Any

import yaml

from dyadwatch.errors import InvalidInput


def read_watch_file(path: Path, *, code: str) -> dict[str, Any]:
    """The document of a file, unchecked; JSON is YAML too. Raises InvalidInput with this code."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is neither JSON nor YAML: {error}", code=code) from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} holds no mapping", code=code)
    return document
