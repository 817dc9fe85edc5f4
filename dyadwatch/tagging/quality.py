"""How often the tagger is right: the figures of quality.json, measured by benchmarks/quality.py."""

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson


@functools.cache
def shipped_quality() -> Mapping[str, Any]:
    """What was measured of which version of the tagger: tables of figures, what they mean, how they were
    measured, and what they do not say."""
    quality: dict[str, Any] = orjson.loads((files(__package__) / "quality.json").read_bytes())
    return quality
