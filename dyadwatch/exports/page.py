"""A page of alerts, and what every format says of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dyadwatch.model.watches import WatchActor

Document = Mapping[str, Any]
ActorsOf = Mapping[str, Mapping[str, WatchActor]]  # "a" and "b" of each watch


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of some alerts. `url` is where they came from, `following` where older ones are, and
    `base` what paths of the service are relative to. `actors` are those of their watches, for the formats of
    ACTORS_NAMED; `is_one` says that an alert was asked for, and no list; `hub` is the WebSub
    hub that pushes the list."""

    alerts: Sequence[Document]
    url: str
    following: str | None
    base: str
    actors: ActorsOf = field(default_factory=dict)
    is_one: bool = False
    hub: str | None = None

    def actor(self, watch: str, side: str) -> WatchActor:
        """An actor of a watch."""
        return actor_of(self.actors, watch, side)


def actor_of(actors: ActorsOf, watch: str, side: str) -> WatchActor:
    """An actor of a watch; a nameless one where the watch is gone."""
    known = actors.get(watch)
    return WatchActor(f"{watch} {side}") if known is None else known[side]


def title(alert: Document) -> str:
    """That of its first article, or else the name of its watch."""
    first = next(iter(alert["articles"]), None)
    text: str = alert["watch"] if first is None else first["title"]
    return f"Withdrawn: {text}" if alert["state"] == "withdrawn" else text


def link(alert: Document, base: str) -> str:
    """Its first article, or else the alert itself."""
    first = next(iter(alert["articles"]), None)
    return own_url(alert, base) if first is None else str(first["url"])


def own_url(alert: Document, base: str) -> str:
    """Where the alert is."""
    return f"{base}/v1/alerts/{alert['id']}"


def summary(alert: Document) -> str:
    """Its evidence, a line for each quote."""
    return "\n".join(mention["evidence"]["quote"] for mention in alert["evidence"])


def surface(mention: Document, side: str) -> str | None:
    """An actor as the text of a mention first writes it."""
    first = next(iter(mention["actors"][side]), None)
    return None if first is None else first["surface"]
