"""Tagging rows: taggings as they are stored, replaced many at a time, and the history of what was tagged
under other versions of a text, a watch or the tagger."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.model.archive_runs import TaggingRow
from dyadwatch.model.mentions import Mention, Tagged
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store.queries import Query, Record, nothing

# What the column `whole` holds: fields about the text as a
# whole, with the defaults for rows of older releases.
WHOLE: Mapping[str, object] = {
    "direction": None,
    "modality": None,
    "attribution": None,
    "relevance": 0.0,
    "salience": {},
    "stance": {},
    "zones": [],
    "suppressed": [],
    "mention_count": 0,
    "tagged_to": None,
}

_VIEW = TypeAdapter(TaggingView)
_MENTIONS = TypeAdapter(tuple[Mention, ...])
_LIMIT = 100
_COLUMNS = ", ".join(field.name for field in fields(TaggingRow))
_TYPES = (
    "article_id bigint, watch_id text, article_version integer, watch_version integer, tagger_version text,"
    " relationship boolean, score double precision, level text, event_types text[], mentions jsonb,"
    " whole jsonb"
)
_READ = text(f"""
SELECT {_COLUMNS} FROM taggings WHERE article_id = ANY(:articles) AND watch_id = ANY(:watches)
""")  # noqa: S608  # constant SQL, as all here
# What is tagged again under the same versions says the same.
_KEEP = text(f"""
INSERT INTO tagging_history ({_COLUMNS}, tagged_at)
SELECT {_COLUMNS}, tagged_at FROM taggings AS t
WHERE article_id = ANY(CAST(:articles AS bigint[])) AND EXISTS (
    SELECT FROM unnest(CAST(:watches AS text[]), CAST(:versions AS integer[])) AS new (watch, version),
        articles AS a
    WHERE new.watch = t.watch_id AND a.id = t.article_id
        AND (t.watch_version, t.tagger_version, t.article_version) <> (new.version, :tagger, a.version)
)
ON CONFLICT (article_id, watch_id, article_version, watch_version, tagger_version) DO UPDATE SET
    relationship = excluded.relationship, score = excluded.score, level = excluded.level,
    event_types = excluded.event_types, mentions = excluded.mentions, whole = excluded.whole,
    tagged_at = excluded.tagged_at
""")  # noqa: S608
_DELETE = text("""
DELETE FROM taggings
USING unnest(CAST(:articles AS bigint[]), CAST(:watches AS text[])) AS gone (article, watch)
WHERE article_id = gone.article AND watch_id = gone.watch
""")
_REPLACE = text(f"""
INSERT INTO taggings ({_COLUMNS})
SELECT {_COLUMNS} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS new ({_TYPES})
ON CONFLICT (article_id, watch_id) DO UPDATE SET
    article_version = excluded.article_version, watch_version = excluded.watch_version,
    tagger_version = excluded.tagger_version, relationship = excluded.relationship, score = excluded.score,
    level = excluded.level, event_types = excluded.event_types, mentions = excluded.mentions,
    whole = excluded.whole, tagged_at = now()
""")  # noqa: S608
_OF_ARTICLE = text("""
SELECT watch_id AS watch, watch_version, tagger_version, article_version, tagged_at, relationship, score,
       level, event_types, mentions, whole
FROM tagging_history WHERE article_id = :article ORDER BY tagged_at DESC, watch_id LIMIT :limit
""")


def keep_query(articles: Collection[int], tagged_with: Mapping[str, int], tagger_version: str) -> Query[None]:
    """Keeps the taggings of articles that are about to be replaced by those of other versions."""
    params = {
        "articles": list(articles),
        "watches": list(tagged_with),
        "versions": list(tagged_with.values()),
        "tagger": tagger_version,
    }
    return Query(_KEEP, params, nothing)


def of_article(db: Connection, article: int) -> list[TaggingView]:
    """What was tagged of an article under other versions, the last replaced first."""
    rows = db.execute(_OF_ARTICLE, {"article": article, "limit": _LIMIT}).mappings()
    return [view(row) for row in rows]


def view(row: Record) -> TaggingView:
    """A tagging as it is shown, of rows of older releases too."""
    values: dict[str, Any] = {**WHOLE, "mention_count": len(row["mentions"]), **row, **row["whole"]}
    del values["whole"]
    return _VIEW.validate_python(values)


def read(db: Connection, articles: Collection[int], watches: Collection[str]) -> list[TaggingRow]:
    """The taggings of articles by these watches as they are."""
    rows = db.execute(_READ, {"articles": list(articles), "watches": list(watches)})
    return [TaggingRow(*row) for row in rows]


def mentions(row: TaggingRow) -> tuple[Mention, ...]:
    """The mentions of a tagging, of rows of older releases too."""
    return _MENTIONS.validate_python(row.mentions)


def replace_query(rows: Sequence[TaggingRow]) -> Query[None]:
    """Stores taggings in place of those of the same article and watch."""
    return Query(_REPLACE, {"rows": orjson.dumps(rows).decode()}, nothing)


def delete_query(keys: Collection[tuple[int, str]]) -> Query[None]:
    """Deletes the taggings of these articles by these watches."""
    articles, watches = [article for article, _ in keys], [watch for _, watch in keys]
    return Query(_DELETE, {"articles": articles, "watches": watches}, nothing)


def row(tagged: Tagged, article: int, version: int, *, watch_version: int, tagger_version: str) -> TaggingRow:
    """A verdict as it is stored: the same bytes each time for the same text, watch and tagger."""
    return TaggingRow(
        article_id=article,
        watch_id=tagged.watch,
        article_version=version,
        watch_version=watch_version,
        tagger_version=tagger_version,
        relationship=tagged.relationship,
        score=tagged.score,
        level=tagged.level,
        event_types=list(tagged.all_event_types),
        mentions=orjson.loads(orjson.dumps(tagged.mentions)),
        whole=orjson.loads(orjson.dumps({name: getattr(tagged, name) for name in WHOLE})),
    )
