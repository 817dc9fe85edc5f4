"""The sources that a fresh installation starts with."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dyadwatch import publishers
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource


@cache
def starter_sources() -> tuple[NewSource, ...]:
    """Sources of both sides and outsiders, from `starter_sources.yaml`; add one there, and whoever publishes
    it in `publishers/publishers.yaml`."""
    sources = yaml.safe_load(files("dyadwatch.feeds").joinpath("starter_sources.yaml").read_text("utf-8"))
    return tuple(_source(item) for item in sources)


def _source(item: Mapping[str, Any]) -> NewSource:
    publisher = publishers.by_slug(item["publisher"])
    facts = {name: getattr(publisher, name) for name in ("country", "side", "ownership")}
    return NewSource(**{**facts, **item, "feeds": tuple(NewFeed(url) for url in item["feeds"])})
