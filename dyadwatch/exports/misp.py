"""MISP's core format (draft-dulaunoy-misp-core-format): an event for each alert, with a link for each article
and a text for each quote.

Nothing of it is meant for detection (`to_ids` is false), and it is distributed to nobody but the own
organisation until somebody there decides otherwise. Identifiers are made from ours, so that an alert that is
sent again updates its event.
"""

from typing import Any
from uuid import UUID, uuid5

import orjson

from dyadwatch.exports import page
from dyadwatch.exports.page import Document, Page
from dyadwatch.exports.times import read

MEDIA_TYPE = "application/vnd.misp+json"
_OURS = UUID("8f2f0d3a-2c36-5a0c-8a54-0d2b7f4a9e55")  # the namespace of the identifiers
_UNDEFINED, _COMPLETE, _OWN = "4", "2", "0"  # of threat_level_id, analysis, distribution
_CATEGORY = "External analysis"


def write(shown: Page) -> bytes:
    """What MISP's REST interface answers to a search; of a single alert its event, as it is sent to MISP."""
    events = [{"Event": _event(alert, shown.base)} for alert in shown.alerts]
    return orjson.dumps(events[0] if shown.is_one else {"response": events})


def _event(alert: Document, base: str) -> dict[str, Any]:
    timestamp = _epoch(alert["updated_at"])
    links = [
        _attribute(f"{alert['id']} {each['id']}", timestamp, "link", each["url"], _caption(each))
        for each in alert["articles"]
    ]
    said: dict[tuple[str, str], list[str]] = {}  # MISP has an attribute of a type and value once
    for each in alert["evidence"]:
        said.setdefault((_place(each), each["evidence"]["quote"]), []).append(_says(each))
    texts = [
        _attribute(f"{alert['id']} {place}", timestamp, "text", quote, f"{'; '.join(kinds)} ({place})")
        for (place, quote), kinds in said.items()
    ]
    own = _attribute(str(alert["id"]), timestamp, "link", page.own_url(alert, base), "the alert of dyadwatch")
    return {
        "uuid": _uuid("event", str(alert["id"])),
        "info": page.title(alert),
        "date": read(_published(alert) or alert["created_at"]).date().isoformat(),
        "timestamp": timestamp,
        "published": False,
        "threat_level_id": _UNDEFINED,
        "analysis": _COMPLETE,
        "distribution": _OWN,
        "Orgc": {"name": "dyadwatch", "uuid": _uuid("organisation", "dyadwatch")},
        "Tag": [{"name": name} for name in _tags(alert)],
        "Attribute": [own, *links, *texts],
    }


def _published(alert: Document) -> str | None:
    """When its first article was published."""
    return next((each["published_at"] for each in alert["articles"] if each["published_at"]), None)


def _tags(alert: Document) -> list[str]:
    """Machine tags, as MISP's taxonomies have them."""
    values = [("watch", alert["watch"]), ("level", alert["level"]), ("state", alert["state"])]
    values += [("event-type", each) for each in alert["event_types"]]
    return [f'dyadwatch:{name}="{value}"' for name, value in values]


def _attribute(key: str, timestamp: str, kind: str, value: str, comment: str) -> dict[str, Any]:
    return {
        "uuid": _uuid("attribute", key),
        "type": kind,
        "category": _CATEGORY,
        "value": value,
        "comment": comment,
        "timestamp": timestamp,
        "to_ids": False,
    }


def _caption(article: Document) -> str:
    return ": ".join(filter(None, (article["source"], article["title"])))


def _says(mention: Document) -> str:
    """What a quote is evidence of."""
    return ", ".join((mention["event_type"] or "tie", mention["direction"], mention["modality"]))


def _place(mention: Document) -> str:
    place = mention["evidence"]
    version = mention["article_version"]
    return f"article {mention['article']}, version {version}, code points {place['start']}-{place['end']}"


def _epoch(text: str) -> str:
    return str(int(read(text).timestamp()))


def _uuid(kind: str, key: str) -> str:
    return str(uuid5(_OURS, f"{kind} {key}"))
