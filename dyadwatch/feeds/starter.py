"""The sources that a fresh installation starts with, and lists of sources to add at once."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dyadwatch import publishers
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource, SourcePack


@cache
def starter_sources() -> tuple[NewSource, ...]:
    """Sources of both sides and outsiders, from `starter_sources.yaml`; add one there, and whoever publishes
    it in `publishers/publishers.yaml`."""
    return tuple(_source(item) for item in _read("starter_sources.yaml"))


@cache
def starter_packs() -> tuple[SourcePack, ...]:
    """Lists of sources by region or language, from `starter_packs.yaml`."""
    by_name = {source.name: source for source in starter_sources()}
    return tuple(
        SourcePack(
            item["id"],
            item["title"],
            tuple(
                by_name[source] if isinstance(source, str) else _source(source) for source in item["sources"]
            ),
        )
        for item in _read("starter_packs.yaml")
    )


def _read(name: str) -> Any:
    return yaml.load(files("dyadwatch.feeds").joinpath(name).read_text("utf-8"), yaml.CSafeLoader)


def _source(item: Mapping[str, Any]) -> NewSource:
    publisher = publishers.by_slug(item["publisher"])
    facts = {name: getattr(publisher, name) for name in ("country", "side", "ownership")}
    return NewSource(**{**facts, **item, "feeds": tuple(NewFeed(url) for url in item["feeds"])})
