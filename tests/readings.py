"""Articles as `tag` has read them, ready to be placed."""

from datetime import UTC, datetime
from itertools import count

from sqlalchemy import text

from dyadwatch import stories
from dyadwatch.model.articles import ExtractedArticle, Origin, Publication, ReadArticle
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.pipeline import placing
from dyadwatch.store import snapshots

FETCHED_AT = datetime.now(UTC)
_BODIES = count()  # each page has changed


def read(context, url, headline, written, origin=None, published=FETCHED_AT):
    """An article and its verdicts, as `tag` has them before it stores anything."""
    language, content = written
    body = f"{headline}\n\n{content}"
    signature = stories.signature(body)
    extracted = ExtractedArticle(title=headline, text=content, origin=Origin(url=origin) if origin else None)
    article = ReadArticle(
        url=url,
        extracted=extracted,
        text=body,
        publication=Publication(published, "meta", "instant"),
        modified_at=None,
        language=language,
        title_key=stories.title_key(headline),
        signature=signature,
        shingles=stories.shingle_keys(content),
        claim=stories.claim_origin(url, None),
    )
    tagged = context.compiled.tagger.tag(body, title=headline, language=language, published=published)
    return placing.Reading(article, tagged.watches, context.compiled)


def claim(context, results):
    """A claimed snapshot for each result."""
    with context.store.begin() as db:
        for number, result in enumerate(results):
            page = db.execute(
                text(
                    "INSERT INTO pages (url, host) VALUES (:url, 'a.test')"
                    " ON CONFLICT (url) DO UPDATE SET host = excluded.host RETURNING id"
                ),
                {"url": f"{result.article.url}?snapshot={number}"},
            ).scalar_one()
            new = NewSnapshot(page, "page", result.article.url, 200, {}, b"%d" % next(_BODIES), FETCHED_AT)
            snapshots.add(db, new)
    with context.store.begin() as db:
        claimed = snapshots.claim(db, limit=len(results))
    return sorted(claimed, key=lambda snapshot: snapshot.id)
