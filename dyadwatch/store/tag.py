"""The claim and the save of a tag step: from a snapshot to an article, its story and what each watch finds in it."""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, RowMapping, text

from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.failures import Failure
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import claims
from dyadwatch.store.failures import to_column
from dyadwatch.stories import Facts

LEASE = 60.0
_LENGTHS = 60  # of the last bodies of a source
_PLACING = 4_157_002  # one article finds its story at a time, so that two copies cannot miss each other

_BODIES = text("""
SELECT snapshots.id, pages.source_id, sources.reading_rules, sources.language, words.*,
    (SELECT min(published_at) FROM entries WHERE page_id = pages.id) AS published_at
FROM snapshots JOIN pages ON pages.id = snapshots.page_id LEFT JOIN sources ON sources.id = pages.source_id
LEFT JOIN LATERAL (
    SELECT title, coalesce(content, summary, '') AS html, authors FROM entries WHERE page_id = pages.id
    ORDER BY length(coalesce(content, summary, '')) DESC, id LIMIT 1
) AS words ON true
WHERE snapshots.id = ANY(:ids)
""")


def claim(db: Connection, *, limit: int) -> list[ClaimedSnapshot]:
    """Takes snapshots that are due, and counts the try: one that kills its runner is not tried for ever."""
    rows = claims.take_any(db, "snapshots", limit=limit, lease=LEASE)
    ids = [row["id"] for row in rows]
    db.execute(
        text("UPDATE snapshots SET attempt_count = attempt_count + 1 WHERE id = ANY(:ids)"), {"ids": ids}
    )
    about = {row["id"]: row for row in db.execute(_BODIES, {"ids": ids}).mappings()}
    return [
        ClaimedSnapshot(
            id=row["id"],
            turn=row["turn"],
            page=row["page_id"],
            source=about[row["id"]]["source_id"],
            kind=row["kind"],
            url=row["url"],
            headers=row["headers"],
            body=zlib.decompress(row["body"]),
            fetched_at=row["fetched_at"],
            published_at=about[row["id"]]["published_at"],
            entry=_words(about[row["id"]]),
            source_language=about[row["id"]]["language"],
            rules=_rules(about[row["id"]]["reading_rules"]),
            attempts=row["attempt_count"] + 1,
        )
        for row in rows
    ]


def _words(row: RowMapping) -> EntryContent | None:
    return None if row["title"] is None else EntryContent(row["title"], row["html"], tuple(row["authors"]))


def _rules(document: Mapping[str, list[str]] | None) -> ExtractionRules | None:
    return ExtractionRules(**{name: tuple(found) for name, found in document.items()}) if document else None


def finish(
    db: Connection, snapshot: ClaimedSnapshot, failure: Failure | None, retry_at: datetime | None = None
) -> bool:
    """Ends the turn: done, failed for good, or to be tried again. False where the turn has passed."""
    result = db.execute(
        text("""UPDATE snapshots SET due_at = :due_at, last_error = CAST(:last_error AS jsonb),
                    attempt_count = CASE WHEN CAST(:due_at AS timestamptz) IS NULL THEN 0 ELSE attempt_count END
                WHERE id = :id AND turn = :turn"""),
        {"id": snapshot.id, "turn": snapshot.turn, "due_at": retry_at, "last_error": to_column(failure)},
    )
    return result.rowcount == 1


@dataclass(frozen=True, slots=True)
class Known:
    """An article as it stands before this snapshot."""

    id: int
    story: int
    version: int
    text_hash: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A snapshot as read: the article under its identity, ready to be stored."""

    url: str
    article: ExtractedArticle
    text: str
    published_at: datetime | None
    modified_at: datetime | None
    language: str | None
    title_key: str
    signature: bytes
    bands: tuple[int, ...]

    @property
    def text_hash(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def save_length(
    db: Connection, source: int, length: int, judge: Callable[[Sequence[int]], str | None]
) -> None:
    """Adds the length of a body that was read to its source's last ones, and stores what `judge` says of them."""
    lengths = db.execute(
        text("SELECT text_lengths FROM sources WHERE id = :id FOR NO KEY UPDATE"), {"id": source}
    ).scalar_one_or_none()
    if lengths is None:
        return
    kept = [*lengths, length][-_LENGTHS:]
    db.execute(
        text("""UPDATE sources SET text_lengths = :kept, drift =
                    CASE WHEN CAST(:why AS text) IS NULL THEN NULL
                    ELSE jsonb_build_object('code', 'extraction_drift', 'detail', CAST(:why AS text),
                                            'at', coalesce(drift ->> 'at', to_jsonb(now()) #>> '{}')) END
                WHERE id = :id"""),
        {"id": source, "kept": kept, "why": judge(kept)},
    )


def lock_placing(db: Connection) -> None:
    """Until the end of the transaction, nobody else places an article or raises an alert."""
    db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _PLACING})


def known(db: Connection, url: str) -> Known | None:
    """The article under this URL, if there is one."""
    row = (
        db.execute(
            text("""SELECT articles.id, articles.story_id AS story, articles.version, article_versions.text_hash
                    FROM articles JOIN article_versions ON article_versions.article_id = articles.id
                         AND article_versions.number = articles.version
                    WHERE articles.url = :url"""),
            {"url": url},
        )
        .mappings()
        .one_or_none()
    )
    return Known(**row) if row else None


_NEIGHBOURS = text("""
SELECT articles.story_id, articles.url, articles.origin ->> 'url' AS origin_url, articles.title_key,
       articles.signature, length(article_versions.text) AS length, articles.first_seen_at
FROM articles JOIN article_versions ON article_versions.article_id = articles.id
     AND article_versions.number = articles.version
WHERE articles.first_seen_at > now() - interval '7 days' AND (
    articles.id IN (SELECT article_id FROM article_bands WHERE band = ANY(:bands))
    OR (:title_key <> '' AND articles.title_key = :title_key)
    OR articles.url = :origin_url OR articles.origin ->> 'url' = :url
) ORDER BY articles.first_seen_at, articles.id LIMIT 200
""")


def neighbours(db: Connection, reading: Reading) -> list[tuple[int, Facts]]:
    """(story, facts) of recent articles that may tell the same story, oldest first."""
    rows = db.execute(
        _NEIGHBOURS,
        {
            "bands": list(reading.bands),
            "title_key": reading.title_key,
            "url": reading.url,
            "origin_url": reading.article.origin.url if reading.article.origin else None,
        },
    )
    return [
        (
            row.story_id,
            Facts(
                url=row.url,
                origin_url=row.origin_url,
                title_key=row.title_key,
                signature=bytes(row.signature),
                length=row.length,
                first_seen_at=row.first_seen_at,
            ),
        )
        for row in rows
    ]


def new_story(db: Connection, title: str) -> int:
    """Opens a story and returns its id."""
    return int(
        db.execute(
            text("INSERT INTO stories (title) VALUES (:title) RETURNING id"), {"title": title}
        ).scalar_one()
    )


_ARTICLE = text("""
INSERT INTO articles (url, page_id, source_id, story_id, version, title, title_key, dek, authors, author_note,
                      published_at, modified_at, language, origin, section, image_caption, not_article, signature,
                      first_seen_at)
VALUES (:url, :page, :source, :story, 1, :title, :title_key, :dek, :authors, :author_note,
        :published_at, :modified_at, :language, CAST(:origin AS jsonb), :section, :image_caption, :not_article,
        :signature, :seen)
ON CONFLICT (url) DO UPDATE SET
    version = articles.version + :changed, title = excluded.title, title_key = excluded.title_key,
    dek = excluded.dek, authors = excluded.authors, author_note = excluded.author_note,
    published_at = coalesce(excluded.published_at, articles.published_at), language = excluded.language,
    modified_at = coalesce(excluded.modified_at, articles.modified_at), section = excluded.section,
    image_caption = excluded.image_caption, not_article = excluded.not_article,
    origin = excluded.origin, signature = excluded.signature,
    updated_at = CASE WHEN :changed = 1 THEN now() ELSE articles.updated_at END
RETURNING id, version
""")


def save_article(
    db: Connection, snapshot: ClaimedSnapshot, reading: Reading, before: Known | None, story: int
) -> tuple[int, int]:
    """Stores the article, and a version of it where the text is new. Returns (article id, version number)."""
    changed = before is None or before.text_hash != reading.text_hash
    article = reading.article
    row = db.execute(
        _ARTICLE,
        {
            "url": reading.url,
            "page": snapshot.page,
            "source": snapshot.source,
            "story": story,
            "title": article.title,
            "title_key": reading.title_key,
            "dek": article.dek,
            "authors": list(article.authors),
            "author_note": article.author_note,
            "published_at": reading.published_at,
            "modified_at": reading.modified_at,
            "section": article.section,
            "image_caption": article.image_caption,
            "not_article": article.not_article,
            "language": reading.language,
            "origin": orjson.dumps(article.origin).decode() if article.origin else None,
            "signature": reading.signature,
            "seen": snapshot.fetched_at,
            "changed": int(changed),
        },
    ).one()
    if changed:
        _save_version(db, row.id, row.version, snapshot, reading)
    return row.id, row.version


def _save_version(
    db: Connection, article: int, number: int, snapshot: ClaimedSnapshot, reading: Reading
) -> None:
    db.execute(
        text("""INSERT INTO article_versions (article_id, number, snapshot_id, title, text, text_hash)
                VALUES (:article, :number, :snapshot, :title, :text, :text_hash)"""),
        {
            "article": article,
            "number": number,
            "snapshot": snapshot.id,
            "title": reading.article.title,
            "text": reading.text,
            "text_hash": reading.text_hash,
        },
    )
    db.execute(text("DELETE FROM article_bands WHERE article_id = :article"), {"article": article})
    db.execute(
        text(
            "INSERT INTO article_bands (band, article_id) SELECT DISTINCT unnest(CAST(:bands AS bigint[])), :article"
        ),
        {"bands": list(reading.bands), "article": article},
    )


# What a tagging says of the text as a whole, besides its verdict.
_WHOLE = (
    "direction",
    "modality",
    "attribution",
    "relevance",
    "salience",
    "stance",
    "zones",
    "suppressed",
)
_TAGGING = text("""
INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship, score,
                      level, event_types, mentions, whole)
SELECT :article, id, :version, :watch_version, :tagger_version, :relationship, :score, :level, :event_types,
       CAST(:mentions AS jsonb), CAST(:whole AS jsonb)
FROM watches WHERE id = :watch
ON CONFLICT (article_id, watch_id) DO UPDATE SET
    article_version = excluded.article_version, watch_version = excluded.watch_version,
    tagger_version = excluded.tagger_version, relationship = excluded.relationship, score = excluded.score,
    level = excluded.level, event_types = excluded.event_types, mentions = excluded.mentions, whole = excluded.whole,
    tagged_at = now()
""")


def save_taggings(
    db: Connection,
    article: int,
    version: int,
    found: Mapping[str, Tagged],
    *,
    tagged_with: Mapping[str, int],
    tagger_version: str,
) -> set[str]:
    """Stores what each watch found in the article and forgets what it found before and no longer does. Returns the
    watches for which the article carried the relationship before, or does now. `tagged_with` maps every watch that
    looked at the article to its version."""
    carried = set(
        db.execute(
            text("SELECT watch_id FROM taggings WHERE article_id = :article AND relationship"),
            {"article": article},
        ).scalars()
    )
    shown = {watch: tagged for watch, tagged in found.items() if tagged.mentions or tagged.suppressed}
    db.execute(
        text("""DELETE FROM taggings WHERE article_id = :article AND watch_id = ANY(:looked)
                AND watch_id <> ALL(:shown)"""),
        {"article": article, "looked": list(tagged_with), "shown": list(shown)},
    )
    for watch, tagged in shown.items():
        db.execute(
            _TAGGING,
            {
                "article": article,
                "watch": watch,
                "version": version,
                "watch_version": tagged_with[watch],
                "tagger_version": tagger_version,
                "relationship": tagged.relationship,
                "score": tagged.score,
                "level": _level(tagged),
                "event_types": _event_types(tagged),
                "mentions": orjson.dumps(tagged.mentions).decode(),
                "whole": orjson.dumps({name: getattr(tagged, name) for name in _WHOLE}).decode(),
            },
        )
    return carried | {watch for watch, tagged in shown.items() if tagged.relationship}


def _level(tagged: Tagged) -> str | None:
    levels = {mention.level for mention in tagged.mentions}
    return next((level for level in ("person", "mediated", "state") if level in levels), None)


def _event_types(tagged: Tagged) -> list[str]:
    """The main acts, or all where none stands out."""
    told = [mention.event_type for mention in tagged.mentions if mention.event_type]
    return list(tagged.event_types or dict.fromkeys(told))


def active_versions(db: Connection) -> tuple[tuple[str, int], ...]:
    """(id, version) of every active watch, in order: what a compiled tagger must agree with."""
    rows = db.execute(text("SELECT id, version FROM watches WHERE enabled ORDER BY id"))
    return tuple((row.id, row.version) for row in rows)


def retag(db: Connection) -> int:
    """Makes the newest snapshot of every page due again. Returns how many."""
    return db.execute(
        text("""UPDATE snapshots SET due_at = now(), attempt_count = 0
                WHERE id IN (SELECT max(id) FROM snapshots GROUP BY page_id)""")
    ).rowcount


def carriers(db: Connection, watch: str, story: int) -> Sequence[RowMapping]:
    """The articles of a story that carry the relationship of a watch, first seen first, with what was found."""
    return (
        db.execute(
            text("""SELECT articles.id, articles.url, articles.title, articles.published_at, articles.language,
                           articles.source_id, sources.name AS source, articles.origin, taggings.article_version,
                           taggings.score, taggings.level, taggings.event_types, taggings.mentions
                    FROM taggings JOIN articles ON articles.id = taggings.article_id
                    LEFT JOIN sources ON sources.id = articles.source_id
                    WHERE taggings.watch_id = :watch AND articles.story_id = :story AND taggings.relationship
                    ORDER BY articles.first_seen_at, articles.id"""),
            {"watch": watch, "story": story},
        )
        .mappings()
        .all()
    )
