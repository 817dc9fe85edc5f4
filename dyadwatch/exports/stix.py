"""STIX 2.1 (OASIS standard of 10 June 2021): a bundle with a report for each alert.

The report refers to the two actors (identities), what is said to have passed between them (relationships) and
the quotes that say so (notes); each article is a sighting of the report by its publisher, with its address.
What a text denies, or says may happen, is a note and never a relationship. Identifiers are made from ours
(UUIDv5), so that an alert that is exported again replaces itself.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import orjson

from dyadwatch.exports import page
from dyadwatch.exports.page import Document, Page
from dyadwatch.exports.times import in_utc

MEDIA_TYPE = "application/stix+json;version=2.1"
ANY_VERSION = "application/stix+json"
_OURS = UUID("3b0c9f7e-4e57-5a43-9d0a-6a5f0e6d8c11")  # the namespace of the identifiers
_ALWAYS = "2026-01-01T00:00:00.000Z"  # of what never changes under its identifier
_STATED = frozenset({"asserted", "reported", "historical"})  # the modalities of what is said to be so
Object = dict[str, Any]


def write(shown: Page) -> bytes:
    """The bundle. An object that several alerts share is in it once."""
    objects = {_SELF["id"]: _SELF}
    for alert in shown.alerts:
        objects |= {each["id"]: each for each in _alert(alert, shown)}
    versions = [f"{each['id']} {each['modified']}" for each in objects.values()]
    return orjson.dumps({"type": "bundle", "id": _id("bundle", *versions), "objects": [*objects.values()]})


def _alert(alert: Document, shown: Page) -> Iterator[Object]:
    actors = {side: _actor(alert, side, shown) for side in ("a", "b")}
    relationships = _relationships(alert, actors)
    evidence = {"id": [each["id"] for each in (*actors.values(), *relationships)]}
    notes = [_note(alert, mention, evidence["id"]) for mention in alert["evidence"]]
    report = _object(
        alert,
        "report",
        str(alert["id"]),
        name=page.title(alert),
        description=page.summary(alert) or page.title(alert),
        published=in_utc(alert["created_at"]),
        object_refs=[*evidence["id"], *(note["id"] for note in notes)],
        labels=[alert["watch"], *alert["event_types"]],
        external_references=[
            {
                "source_name": "dyadwatch",
                "external_id": str(alert["id"]),
                "url": page.own_url(alert, shown.base),
            }
        ],
        revoked=alert["state"] == "withdrawn",
        confidence=_percent(alert["score"]),
        **({"lang": alert["language"]} if alert["language"] else {}),
    )
    yield from (*actors.values(), *relationships, *notes, report)
    for article in alert["articles"]:
        publisher = _publisher(article)
        yield from (publisher, _sighting(alert, article, report["id"], publisher["id"]))


def _actor(alert: Document, side: str, shown: Page) -> Object:
    actor = shown.actor(alert["watch"], side)
    references = [
        {"source_name": "Wikidata", "external_id": qid, "url": f"https://www.wikidata.org/wiki/{qid}"}
        for qid in filter(None, [actor.qid])
    ]
    return _identity(
        "individual" if actor.is_person else "organization", actor.name, actor.qid or "", references
    )


def _publisher(article: Document) -> Object:
    return _identity("organization", article["source"] or "unknown publisher", "", [])


def _identity(kind: str, name: str, key: str, references: list[Object]) -> Object:
    identity = {
        **_head("identity", _id("identity", kind, name, key), _ALWAYS, _ALWAYS),
        "name": name,
        "identity_class": kind,
    }
    return identity | ({"external_references": references} if references else {})


def _relationships(alert: Document, actors: dict[str, Object]) -> list[Object]:
    """One for each type and direction of an event that some evidence states; a plain tie is `related-to`."""
    stated: dict[tuple[str, bool], list[Document]] = {}
    for mention in alert["evidence"]:
        if mention["modality"] in _STATED:
            kind = (mention["event_type"] or "related-to").lower()
            stated.setdefault((kind, mention["direction"] == "b->a"), []).append(mention)
    return [
        _object(
            alert,
            "relationship",
            f"{alert['id']} {kind} {backwards}",
            relationship_type=kind,
            description="\n".join(each["evidence"]["quote"] for each in mentions),
            source_ref=actors["b" if backwards else "a"]["id"],
            target_ref=actors["a" if backwards else "b"]["id"],
            labels=sorted({each["modality"] for each in mentions}),
            confidence=_percent(max(each["confidence"] for each in mentions)),
        )
        for (kind, backwards), mentions in stated.items()
    ]


def _note(alert: Document, mention: Document, refers_to: list[str]) -> Object:
    place = mention["evidence"]
    where = f"{mention['article']}/{mention['article_version']}/{place['start']}-{place['end']}"
    article = next((each for each in alert["articles"] if each["id"] == mention["article"]), None)
    words = (mention["event_type"] or "tie", mention["direction"], mention["modality"])
    reference = {
        "source_name": "dyadwatch",
        "external_id": where,
        "description": "article/version/code points",
    }
    speaker = (mention["attribution"] or {}).get("speaker")
    return _object(
        alert,
        "note",
        f"{alert['id']} {where} {' '.join(words)}",
        abstract=", ".join(words),
        content=place["quote"],
        object_refs=refers_to,
        confidence=_percent(mention["confidence"]),
        external_references=[reference, *([] if article is None else [_reference(article)])],
        **({"authors": [speaker]} if speaker else {}),
    )


def _sighting(alert: Document, article: Document, report: str, publisher: str) -> Object:
    seen = {"first_seen": in_utc(article["published_at"])} if article["published_at"] else {}
    return _object(
        alert,
        "sighting",
        f"{alert['id']} {article['id']}",
        sighting_of_ref=report,
        where_sighted_refs=[publisher],
        count=1,
        external_references=[_reference(article)],
        **seen,
    )


def _reference(article: Document) -> Object:
    return {
        "source_name": article["source"] or "unknown publisher",
        "description": article["title"],
        "url": article["url"],
    }


def _object(alert: Document, kind: str, key: str, **properties: Any) -> Object:
    """An object of an alert, which has the times of the alert."""
    created, modified = in_utc(alert["created_at"]), in_utc(alert["updated_at"])
    return {**_head(kind, _id(kind, key), created, modified), "created_by_ref": _SELF["id"], **properties}


def _head(kind: str, identifier: str, created: str, modified: str) -> Object:
    return {
        "type": kind, "spec_version": "2.1", "id": identifier, "created": created, "modified": modified,
    }  # fmt: skip


def _id(kind: str, *key: str) -> str:
    return f"{kind}--{uuid5(_OURS, ' '.join((kind, *key)))}"


def _percent(share: float) -> int:
    return round(100 * share)


_SELF = _identity("system", "dyadwatch", "", [])
