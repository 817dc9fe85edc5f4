"""YAML files of the package itself."""

from importlib.resources import files
from typing import Any

import yaml


def read_strings(package: str, name: str) -> Any:
    """The data of a file of a package, all values as strings: with YAML's types, "on" and "no" would be
    booleans."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # it makes nothing but strings
