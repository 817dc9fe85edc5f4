"""The sources that a fresh installation starts with."""

from functools import cache
from importlib.resources import files

import yaml

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource


@cache
def starter_sources() -> tuple[NewSource, ...]:
    """Publishers of both sides and outsiders, from `starter_sources.yaml`; add one there, with every
    field."""
    sources = yaml.safe_load(files("dyadwatch.feeds").joinpath("starter_sources.yaml").read_text("utf-8"))
    return tuple(
        NewSource(**{**item, "feeds": tuple(NewFeed(url) for url in item["feeds"])}) for item in sources
    )
