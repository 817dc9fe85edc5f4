"""A page of alerts, and what every format says of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of some alerts. `url` is where they came from, `following` where older ones are, and
    `base` what paths of the service are relative to."""

    alerts: Sequence[Document]
    url: str
    following: str | None
    base: str


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
