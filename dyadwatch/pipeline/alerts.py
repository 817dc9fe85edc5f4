"""What a story owes its subscribers: one alert per watch and story, kept in step with what its articles say."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from dyadwatch import subscriptions
from dyadwatch.model.alerts import Alert, AlertEventType, AlertMention
from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Level
from dyadwatch.store import Connection, RowMapping, deliver, raising, tag
from dyadwatch.store.raising import Standing

# The most confident evidence that an alert carries, so that a webhook stays near 20 kB (Standard Webhooks).
_EVIDENCE = 20
_LEVELS: tuple[Level, ...] = ("person", "mediated", "state")
_MENTIONS = TypeAdapter(tuple[AlertMention, ...])
_ALERT = TypeAdapter(Alert)


def settle(db: Connection, watch: str, story: int) -> AlertEventType | None:
    """Raises, updates or withdraws the alert of a watch for a story, and writes the event and the deliveries that
    this owes, all in the open transaction. Returns what happened, None where nothing worth telling did.

    A mere rewording is stored but not told: told are a first or a further article, another type of event, level,
    direction or modality, and the end of the evidence.
    """
    carriers = tag.carriers(db, watch, story)
    before = raising.standing(db, watch, story)
    if before is None and not carriers:
        return None
    told = _ALERT.validate_python(before.document) if before else None
    alert = _alert(db, watch, story, carriers, before) if carriers else _withdrawn(told, raising.clock(db))
    event = _event(told, alert)
    if event is None and told is not None:
        alert = replace(alert, version=told.version)
        if replace(alert, updated_at=told.updated_at) == told:
            return None
    languages, sources = _distinct(carriers, "language"), _distinct(carriers, "source_id")
    raising.save(db, alert, languages=languages, sources=sources)
    if event is not None:
        _tell(db, alert, event, languages=languages, sources=sources)
    return event


def _alert(
    db: Connection, watch: str, story: int, carriers: Sequence[RowMapping], before: Standing | None
) -> Alert:
    if before is None:
        id_, now = raising.reserve(db)
        version, created_at = 1, now
    else:
        id_, now = before.id, raising.clock(db)
        version, created_at = before.version + 1, before.created_at
    levels = {carrier["level"] for carrier in carriers}
    level = next(level for level in _LEVELS if level in levels)
    evidence = _evidence(carriers)
    return Alert(
        id=id_,
        watch=watch,
        story=story,
        score=max(carrier["score"] for carrier in carriers),
        level=level,
        event_types=tuple(dict.fromkeys(mention.event_type for mention in evidence if mention.event_type)),
        language=carriers[0]["language"],
        created_at=created_at,
        updated_at=now,
        articles=tuple(
            ArticleRef(
                id=carrier["id"],
                url=carrier["url"],
                title=carrier["title"],
                source=carrier["source"],
                published_at=carrier["published_at"],
            )
            for carrier in carriers
        ),
        evidence=evidence,
        copies=len(carriers),
        origins=tuple(sorted({name for carrier in carriers for name in _origin(carrier)})),
        state="active",
        version=version,
    )


def _evidence(carriers: Sequence[RowMapping]) -> tuple[AlertMention, ...]:
    """The mentions of all articles, each quote once, in the order of the articles and their texts; where there are
    too many, the most confident. State-level evidence backs no verdict about the two persons, so it stays with the
    article."""
    mentions = [
        mention
        for carrier in carriers
        for mention in _MENTIONS.validate_python(
            [
                {**mention, "article": carrier["id"], "article_version": carrier["article_version"]}
                for mention in carrier["mentions"]
                if mention["level"] != "state"
            ]
        )
    ]
    first = {(mention.evidence.quote, mention.event_type): mention for mention in reversed(mentions)}
    once = [mention for mention in mentions if first[mention.evidence.quote, mention.event_type] is mention]
    best = sorted(once, key=lambda mention: -mention.confidence)[:_EVIDENCE]
    return tuple(mention for mention in once if mention in best)


def _origin(carrier: RowMapping) -> Sequence[str]:
    origin = carrier["origin"] or {}
    name = origin.get("agency") or origin.get("publisher") or carrier["source"]
    return [name] if name else []


def _withdrawn(told: Alert | None, now: datetime) -> Alert:
    if told is None:
        raise ValueError("an alert that was never told cannot be withdrawn")
    if told.state == "withdrawn":
        return told
    return replace(told, state="withdrawn", version=told.version + 1, updated_at=now)


def _event(told: Alert | None, alert: Alert) -> AlertEventType | None:
    if told is None:
        return "alert.created"
    if _tellable(told) == _tellable(alert):
        return None
    return "alert.withdrawn" if alert.state == "withdrawn" else "alert.updated"


def _tellable(alert: Alert) -> tuple[object, ...]:
    mentions = {
        (mention.event_type, mention.level, mention.direction, mention.modality) for mention in alert.evidence
    }
    return alert.state, alert.level, frozenset(article.id for article in alert.articles), frozenset(mentions)


def _distinct(carriers: Sequence[RowMapping], column: str) -> list[Any]:
    return list(dict.fromkeys(carrier[column] for carrier in carriers if carrier[column] is not None))


def _tell(
    db: Connection, alert: Alert, event: AlertEventType, *, languages: list[str], sources: list[int]
) -> None:
    """Writes the event with the bytes that every subscriber is sent, and a delivery for each that wants it."""
    document = {**orjson.loads(orjson.dumps(alert)), "source_ids": sources, "languages": languages}
    wanted = [
        id_
        for id_, events, filter_ in deliver.subscribers(db)
        if subscriptions.matches(filter_, events, event, document)
    ]
    deliver.owe(
        db,
        alert=alert.id,
        event_type=event,
        webhook_id=f"msg_{uuid.uuid4().hex}",
        body=subscriptions.envelope(event, alert.updated_at, alert).decode(),
        subscriptions=wanted,
    )
