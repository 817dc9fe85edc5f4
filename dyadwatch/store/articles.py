"""Articles: one per canonical URL, with every text seen under it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import (
    ArticleHit,
    ArticleView,
    FullArticleView,
    JoinedBy,
    Notice,
    Origin,
    ReadArticle,
    Snippet,
    StoredArticle,
    TextSpan,
)
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import pagination, search
from dyadwatch.store.columns import SOURCE_REF, source_ref
from dyadwatch.store.queries import Query, Rows, nothing, run_together
from dyadwatch.stories import Copy
from dyadwatch.text import bounds
from dyadwatch.text.words import spaced

_BEGIN, _END = "\x02", "\x03"
_SPACES = re.compile(r"\s+")
# A field of the view is the column of that name, except for these.
_EXPRESSIONS = {
    "story": "a.story_id",
    "source": SOURCE_REF,
    "text": "v.text",
}
_TABLES = "articles a LEFT JOIN sources s ON s.id = a.source_id"


def _columns(view: type[ArticleView]) -> Any:
    names = [field.name for field in fields(view) if field.default is MISSING]  # others are computed
    return text(", ".join(f"{_EXPRESSIONS.get(name, f'a.{name}')} AS {name}" for name in names))


_ALL = select(_columns(ArticleView)).select_from(text(_TABLES))
_BY_ID = (
    select(_columns(FullArticleView))
    .select_from(text(f"{_TABLES} JOIN article_versions v ON v.article_id = a.id AND v.number = a.version"))
    .where(text("a.id = :id"))
)
_RENAME = text("""
UPDATE articles SET url = pages.url FROM pages
WHERE articles.id = :article AND pages.id = articles.page_id
    AND NOT EXISTS (SELECT FROM articles AS other WHERE other.url = pages.url)
RETURNING articles.id
""")
_BY_URL = text("""
SELECT a.id, a.story_id, a.version, v.text_hash, a.not_article, a.notice FROM articles a
JOIN article_versions v ON v.article_id = a.id AND v.number = a.version WHERE a.url = :url
""")
# Its terms are those of article_terms() in migration 0042.
_INDEX = search.TermIndex(
    "articles", "article_terms(words, source_id, language, first_seen_at)", "first_seen_at"
)
# The part of a text that shows the words searched for: they stand between control characters, which no
# stored text has. It is looked for in the beginning of a text only, since it is read for each that is shown.
_SNIPPETS = text(f"""
SELECT a.id, ts_headline('simple', left(v.text, 20000), websearch_to_tsquery('simple', :q),
    'StartSel="{_BEGIN}", StopSel="{_END}", MaxWords=40, MinWords=20, ShortWord=0, MaxFragments=1') AS snippet
FROM articles a JOIN article_versions v ON v.article_id = a.id AND v.number = a.version
WHERE a.id = ANY(:ids)
""")  # noqa: S608
_VALUES = ("source", "language")  # filters whose values are terms of the index
_BOUNDS = {"since": "at >= :since", "until": "at < :until"}
_STREAM = pagination.stream("articles", at="first_seen_at")
_OF_WATCH = "watch_id = :watch AND relationship"
_STREAM_OF_WATCH = pagination.stream("taggings", _OF_WATCH, at="first_seen_at", key="article_id")
# Of one story, of which all are read: they are few beside those of an archive.
_OF_STORY = {
    "story": "story_id = :story",
    "source": "source_id = :source",
    "language": "language = :language",
    "watch": f"EXISTS (SELECT FROM taggings WHERE article_id = articles.id AND {_OF_WATCH})",
    "q": "words @@ websearch_to_tsquery('simple', :q)",
}
_IN_STRETCH = f"""id IN (SELECT article_id FROM taggings WHERE {_OF_WATCH}
    AND first_seen_at >= coalesce(CAST(:low AS timestamptz), '-infinity') AND first_seen_at <= :high_at)"""  # noqa: S608
_LAST_TIMES = text("""
SELECT one.id, last.first_seen_at FROM unnest(CAST(:sources AS bigint[])) AS one (id) CROSS JOIN LATERAL (
    SELECT first_seen_at FROM articles WHERE source_id = one.id
    ORDER BY first_seen_at DESC, id DESC LIMIT :limit
) AS last
""")
# A date that a page once stated is kept where the page states none now.
_DELETE_SHINGLES = text("DELETE FROM article_shingles WHERE article_id = :article")
# An edit makes no copy of an article in another story: an analyst may have parted the two.
_COPIED = """(SELECT root.id FROM articles AS root
            WHERE root.id = excluded.copy_of AND root.story_id = articles.story_id)"""
# Only its page, read since, ends that an article is gone: not when its archive is read anew.
_STILL_GONE = "articles.status = 'gone' AND NOT (:is_page AND :first_seen_at > articles.status_at)"
_SAVE = text(
    """
WITH story AS (
    INSERT INTO stories (title) SELECT :title WHERE CAST(:story AS bigint) IS NULL RETURNING id
), article AS (
    INSERT INTO articles (url, page_id, source_id, story_id, version, title, title_key, dek, authors,
                          author_note, published_at, published_source, published_precision,
                          modified_at, language, origin, section, image_caption,
                          not_article, signature, first_seen_at, copy_of, copy_features,
                          origin_claim, origin_key, origin_name, origin_known, joined_by,
                          status, status_at, notice, words)
    VALUES (:url, :page, :source, coalesce(
                (SELECT story_id FROM articles WHERE id = :copy_of), :story, (SELECT id FROM story)), 1,
            :title, :title_key, :dek,
            :authors, :author_note, :published_at, :published_source, :published_precision,
            :modified_at, :language, CAST(:origin AS jsonb), :section,
            :image_caption, :not_article, :signature, :first_seen_at, :copy_of,
            CAST(:copy_features AS jsonb), CAST(:claim AS jsonb), :origin_key, :origin_name, :origin_known,
            CAST(:joined_by AS jsonb),
            :status, CASE WHEN :status <> 'live' THEN now() END, CAST(:notice AS jsonb),
            article_words(coalesce(CAST(:spaced AS text), :text)))
    ON CONFLICT (url) DO UPDATE SET
        version = articles.version + CAST(:new_text AS integer), title = excluded.title,
        title_key = excluded.title_key, dek = excluded.dek, authors = excluded.authors,
        author_note = excluded.author_note, language = excluded.language,
        published_at = coalesce(excluded.published_at, articles.published_at),
        published_source = coalesce(excluded.published_source, articles.published_source),
        published_precision = coalesce(excluded.published_precision, articles.published_precision),
        modified_at = coalesce(excluded.modified_at, articles.modified_at), section = excluded.section,
        image_caption = excluded.image_caption, not_article = excluded.not_article,
        origin = excluded.origin, signature = excluded.signature, origin_claim = excluded.origin_claim,
        copy_of = CASE WHEN :new_text = 1 THEN {copied} ELSE articles.copy_of END,
        copy_features = CASE WHEN :new_text = 0 THEN articles.copy_features
            WHEN {copied} IS NOT NULL THEN excluded.copy_features END,
        updated_at = CASE WHEN :new_text = 1 THEN now() ELSE articles.updated_at END,
        status = CASE WHEN {still_gone} THEN 'gone' ELSE excluded.status END,
        notice = excluded.notice, words = excluded.words,
        status_at = CASE WHEN {still_gone} OR excluded.status = articles.status THEN articles.status_at
            ELSE now() END
    RETURNING id, story_id, version
), version AS (
    INSERT INTO article_versions (article_id, number, snapshot_id, title, text, text_hash, change)
    SELECT id, version, :snapshot, :title, :text, CAST(:text_hash AS text), CAST(:change AS jsonb)
    FROM article WHERE :new_text = 1
), other_url AS (
    INSERT INTO article_urls (url, article_id) SELECT :other_url, id FROM article
    WHERE CAST(:other_url AS text) IS NOT NULL ON CONFLICT (url) DO NOTHING
), recheck AS (
    INSERT INTO rechecks (id, host, source_id, first_seen_at, due_at)
    SELECT pages.id, host, pages.source_id, :first_seen_at,
        CAST(:first_seen_at AS timestamptz) + interval '1 hour' * (0.95 + 0.1 * random())
    FROM pages WHERE pages.id = :page AND (SELECT version FROM article) = 1 AND NOT :quiet
    ON CONFLICT (id) DO NOTHING
), shingle AS (
    INSERT INTO article_shingles (key, article_id)
    SELECT unnest(CAST(:shingles AS bigint[])), id FROM article WHERE :new_text = 1
)
SELECT id, story_id, version, CAST(:text_hash AS text), :not_article, CAST(:notice AS jsonb) FROM article
""".replace("{copied}", _COPIED).replace("{still_gone}", _STILL_GONE)
)


def get(db: Connection, article_id: int) -> FullArticleView:
    """An article with the text of its current version. Raises NotFound."""
    row = db.execute(_BY_ID, {"id": article_id}).first()
    if row is None:
        raise NotFound(f"There is no article {article_id}.")
    return FullArticleView(**_values(row), tagged_to=bounds.tagged_to(row.text))


def page(  # noqa: PLR0913  (each is a filter of the list, by keyword)
    db: Connection,
    *,
    source: int | None = None,
    story: int | None = None,
    language: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str | None = None,
    watch: str | None = None,
    limit: int,
    cursor: str | None,
) -> ListPage[ArticleHit]:
    """Articles, the last first seen at the top. `since` and `until` bound first_seen_at, `q` searches their
    texts, headlines among them, `watch` keeps the articles that carry its relationship, `story` those of one
    story. Raises InvalidInput (see `search.websearch_query`)."""
    params = _without_none(
        source=source, story=story, language=language, watch=watch, since=since, until=until
    )
    q = None if q is None else search.websearch_query(db, q)
    if story is not None:
        params |= _without_none(q=q)
        return _read(db, params, _stream_of_story(params), q, limit=limit, cursor=cursor)
    terms = [search.term(name, params[name]) for name in params if name in _VALUES]
    if not terms and q is None:
        stream = _STREAM_OF_WATCH if watch else _STREAM
        return _read(db, params, stream, limit=limit, cursor=cursor)
    filters = search.Filters(terms, q, since, (_IN_STRETCH,) if watch else (), params)
    return pagination.find(
        db,
        _ALL,
        partial(_hits, db, q),
        index=_INDEX,
        filters=filters,
        until=until,
        kind="articles",
        limit=limit,
        cursor=cursor,
        table="a.",
    )


def _stream_of_story(params: Mapping[str, Any]) -> str:
    conditions = [_OF_STORY[name] for name in params if name in _OF_STORY]
    return pagination.stream("articles", *conditions, at="first_seen_at")


def _read(
    db: Connection,
    params: Mapping[str, Any],
    stream: str,
    q: str | None = None,
    *,
    limit: int,
    cursor: str | None,
) -> ListPage[ArticleHit]:
    """A page of a stream of articles, between the times that the params name."""
    return pagination.read(
        db,
        _ALL,
        params,
        partial(_hits, db, q),
        stream=stream,
        bounds=[_BOUNDS[name] for name in params if name in _BOUNDS],
        kind="articles",
        limit=limit,
        cursor=cursor,
        at="first_seen_at",
        table="a.",
    )


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def by_id(db: Connection, ids: Collection[int]) -> list[ArticleView]:
    """Those of the articles that there are."""
    return _views(db.execute(_ALL.where(text("a.id = ANY(:ids)")), {"ids": list(ids)}).all())


def of_story(db: Connection, story_id: int, *, limit: int) -> list[ArticleView]:
    """At most `limit` articles of a story, in the order first seen."""
    query = _ALL.where(text("a.story_id = :story")).order_by(text("a.first_seen_at, a.id")).limit(limit)
    return _views(db.execute(query, {"story": story_id}).all())


def last_times(db: Connection, sources: Sequence[int], *, limit: int) -> dict[int, list[datetime]]:
    """When the last articles of each source were first seen."""
    times: dict[int, list[datetime]] = {}
    for source, at in db.execute(_LAST_TIMES, {"sources": list(sources), "limit": limit}):
        times.setdefault(source, []).append(at)
    return times


def rename_to_page(db: Connection, article: int) -> bool:
    """Has an article known by the URL of its page, which stated another article's. Whether it is: its page
    must be stored, and no other article may have that URL."""
    return db.execute(_RENAME, {"article": article}).first() is not None


def find_query(url: str) -> Query[StoredArticle | None]:
    """The article with this URL, if there is one."""
    return Query(_BY_URL, {"url": url}, _stored_article)


def save(
    db: Connection,
    snapshot: ClaimedSnapshot,
    article: ReadArticle,
    stored: StoredArticle | None,
    story: int | None,
    copy: Copy | None,
    joined_by: JoinedBy | None = None,
) -> StoredArticle:
    """Stores an article, and a version of it where its text is new, in a story of its own where `story` is
    None, `joined_by` what is kept of a new one; `stored` is what `find_query` gave. What it is a `copy` of is
    decided anew with its text."""
    text_hash = article.text_hash
    new_text = stored is None or stored.text_hash != text_hash
    params = {
        **_params(snapshot, article),
        "story": story,
        "copy_of": copy.root if copy else None,
        "copy_features": orjson.dumps(copy.features).decode() if copy else None,
        "joined_by": orjson.dumps(joined_by).decode() if joined_by else None,
        "text_hash": text_hash,
        "new_text": int(new_text),
    }
    before = [Query(_DELETE_SHINGLES, {"article": stored.id}, nothing)] if stored and new_text else []
    saved: StoredArticle
    *_, saved = run_together(db, *before, Query(_SAVE, params, _saved_article))
    return saved


def _params(snapshot: ClaimedSnapshot, article: ReadArticle) -> dict[str, Any]:
    extracted, publication, claim = article.extracted, article.publication, article.claim
    return {
        "url": article.url,
        "page": snapshot.page,
        "source": snapshot.source,
        "title": extracted.title,
        "title_key": article.title_key,
        "dek": extracted.dek,
        "authors": list(extracted.authors),
        "author_note": extracted.author_note,
        "published_at": publication.at if publication else None,
        "published_source": publication.source if publication else None,
        "published_precision": publication.precision if publication else None,
        "modified_at": article.modified_at,
        "section": extracted.section,
        "image_caption": extracted.image_caption,
        "not_article": extracted.not_article,
        "language": article.language,
        "origin": orjson.dumps(extracted.origin).decode() if extracted.origin else None,
        "signature": article.signature,
        "shingles": list(article.shingles),
        "claim": orjson.dumps(claim).decode(),
        "origin_key": claim.key,
        "origin_name": claim.name,
        "origin_known": claim.known,
        "first_seen_at": snapshot.fetched_at,
        "quiet": snapshot.quiet,  # of the past: it is edited no more
        "snapshot": snapshot.id,
        "text": article.text,
        "spaced": None if (words := spaced(article.text)) is article.text else words,
        "other_url": article.other_url,
        "status": extracted.notice.kind if extracted.notice else "gone" if snapshot.is_withdrawn else "live",
        "is_page": snapshot.kind == "page",
        "notice": orjson.dumps(extracted.notice).decode() if extracted.notice else None,
        "change": orjson.dumps(article.change).decode() if article.change else None,
    }


def _stored_article(rows: Rows) -> StoredArticle | None:
    return _saved_article(rows) if rows else None


def _saved_article(rows: Rows) -> StoredArticle:
    article, story, version, text_hash, not_article, notice = rows[0]
    said = None if notice is None else Notice(**notice)
    return StoredArticle(article, story, version, text_hash, not_article, said)


def _views(rows: Sequence[pagination.Record]) -> list[ArticleView]:
    return [ArticleView(**_values(row)) for row in rows]


def _hits(db: Connection, q: str | None, rows: Sequence[pagination.Record]) -> list[ArticleHit]:
    snippets = {} if q is None else _snippets(db, q, [row.id for row in rows])
    return [ArticleHit(**_values(row), snippet=snippets.get(row.id)) for row in rows]


def _snippets(db: Connection, q: str, ids: Sequence[int]) -> dict[int, Snippet]:
    """Of those of the articles whose texts have a word of `q` near their beginning."""
    rows = db.execute(_SNIPPETS, {"q": q, "ids": list(ids)})
    return {row.id: _snippet(row.snippet) for row in rows if _BEGIN in row.snippet}


def _snippet(marked: str) -> Snippet:
    passage, spans = "", []
    for number, part in enumerate(re.split(f"[{_BEGIN}{_END}]", marked)):
        line = _SPACES.sub(" ", part)
        if number % 2:
            spans.append(TextSpan(len(passage), len(passage) + len(line)))
        passage += line
    return Snippet(passage, tuple(spans))


def _values(row: pagination.Record) -> dict[str, Any]:
    values = row._asdict()
    values["authors"] = tuple(values["authors"])
    values["source"] = source_ref(values["source"])
    for name, kind in (("origin", Origin), ("joined_by", JoinedBy), ("notice", Notice)):
        values[name] = None if values[name] is None else kind(**values[name])
    return values
