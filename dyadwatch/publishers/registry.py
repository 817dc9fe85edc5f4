"""The publishers that are shipped, and how they are found."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml

from dyadwatch.model.publishers import Publisher
from dyadwatch.text.words import word_key


@cache
def all_publishers() -> tuple[Publisher, ...]:
    """All that are known, in the order of their slugs."""
    listed = yaml.load(
        files("dyadwatch.publishers").joinpath("publishers.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    return tuple(sorted(map(_publisher, listed), key=lambda publisher: publisher.slug))


def by_slug(slug: str | None) -> Publisher | None:
    """The publisher of a slug, None where there is none."""
    return _slugs().get(slug or "")


def by_name(name: str | None) -> Publisher | None:
    """The publisher with this name, whatever its case and punctuation."""
    return _names().get(_name_key(name or ""))


def at(url: str | None) -> Publisher | None:
    """The publisher of a site, by its host or a domain that this belongs to."""
    host = (urlsplit(url or "").hostname or "").rstrip(".")
    labels = host.split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next(filter(None, map(_domains().get, domains)), None)


def of_source(slug: str | None, site: str | None) -> Publisher | None:
    """The publisher of a source: the one that its operator states, else that of its site (the address of its
    homepage or of a feed). Its name says nothing: anybody can take one."""
    return by_slug(slug) or at(site)


def _publisher(item: Mapping[str, Any]) -> Publisher:
    facts: dict[str, str] = {}
    references: dict[str, str] = {}
    for stated in item.get("facts", ()):
        values = {name: value for name, value in stated.items() if name != "source"}
        facts |= values
        references |= dict.fromkeys(values, stated["source"])
    return Publisher(
        slug=item["slug"],
        names=tuple(item["names"]),
        domains=tuple(item["domains"]),
        agency=item.get("agency", False),
        side=item["side"],
        country=facts.get("country"),
        ownership=facts.get("ownership"),
        state_control=facts.get("state_control"),
        family=facts.get("family", item["slug"]),
        references=references,
    )


def _name_key(name: str) -> str:
    return word_key(name).removeprefix("the ")


@cache
def _slugs() -> Mapping[str, Publisher]:
    return {publisher.slug: publisher for publisher in all_publishers()}


@cache
def _names() -> Mapping[str, Publisher]:
    return {_name_key(name): publisher for publisher in all_publishers() for name in publisher.names}


@cache
def _domains() -> Mapping[str, Publisher]:
    return {domain: publisher for publisher in all_publishers() for domain in publisher.domains}
