"""Details of alerts, read for a whole page of them: their stories, their articles, all of their evidence,
and their triage."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.model.alert_details import AlertDetail, AlertDetails, StoryRef
from dyadwatch.model.alert_triage import Reader
from dyadwatch.model.alerts import AlertMention
from dyadwatch.model.archive_runs import TaggingRow
from dyadwatch.model.articles import ArticleView
from dyadwatch.store import alert_triage, articles, tagging_rows
from dyadwatch.store.alerts import AlertDocument

MAX_ALERTS = 50  # at once
_MAX_MENTIONS = 100  # of one alert
_STORIES = text("SELECT id, title, created_at, merged_into FROM stories WHERE id = ANY(:ids)")
_MENTIONS = TypeAdapter(list[AlertMention])
_Documents = Sequence[Mapping[str, Any]]


def read(
    db: Connection, alerts: Sequence[AlertDocument], details: Collection[AlertDetail], reader: Reader
) -> list[AlertDetails]:
    """The details of each alert, for a reader."""
    documents = [alert.parse() for alert in alerts]
    missing = [None] * len(documents)
    parts = zip(
        _stories(db, documents) if "story" in details else missing,
        _articles(db, documents) if "articles" in details else missing,
        _evidence(db, documents) if "evidence" in details else missing,
        alert_triage.read(db, [alert.id for alert in alerts], reader) if "triage" in details else missing,
        strict=True,
    )
    return [AlertDetails(*part) for part in parts]


def _stories(db: Connection, documents: _Documents) -> list[StoryRef]:
    rows = db.execute(_STORIES, {"ids": list({document["story"] for document in documents})})
    stories = {row.id: StoryRef(row.id, row.title, row.created_at, row.merged_into) for row in rows}
    return [stories[document["story"]] for document in documents]


def _articles(db: Connection, documents: _Documents) -> list[tuple[ArticleView, ...]]:
    """An article may have been expunged a moment ago."""
    views = {view.id: view for view in articles.by_id(db, set(chain.from_iterable(map(_ids, documents))))}
    return [tuple(views[id_] for id_ in _ids(document) if id_ in views) for document in documents]


def _evidence(db: Connection, documents: _Documents) -> list[tuple[AlertMention, ...]]:
    ids = set(chain.from_iterable(map(_ids, documents)))
    rows = tagging_rows.read(db, ids, {document["watch"] for document in documents})
    mentions = {row.key: _mentions(row) for row in rows if row.relationship}
    own = (
        chain.from_iterable(mentions.get((id_, document["watch"]), ()) for id_ in _ids(document))
        for document in documents
    )
    return [tuple(sorted(each, key=lambda mention: -mention.confidence)[:_MAX_MENTIONS]) for each in own]


def _mentions(row: TaggingRow) -> list[AlertMention]:
    origin = {"article": row.article_id, "article_version": row.article_version}
    return _MENTIONS.validate_python([{**mention, **origin} for mention in row.mentions])


def _ids(document: Mapping[str, Any]) -> list[int]:
    return [article["id"] for article in document["articles"]]
