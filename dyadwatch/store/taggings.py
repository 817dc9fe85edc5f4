"""Taggings: what each watch found in an article. Tagging writes them (tag.py)."""

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.errors import NotFound
from dyadwatch.model.taggings import TaggingView

_VIEW = TypeAdapter(TaggingView)
_OF_ARTICLE = text("""
SELECT watch_id AS watch, watch_version, tagger_version, article_version, tagged_at, relationship, score, level,
       event_types, mentions, whole
FROM taggings WHERE article_id = :article ORDER BY watch_id
""")
# For rows that an older release wrote.
_UNSAID: dict[str, object] = {
    "direction": None,
    "modality": None,
    "attribution": None,
    "relevance": 0.0,
    "salience": {},
    "stance": {},
    "zones": [],
    "suppressed": [],
}


def of_article(db: Connection, article_id: int) -> list[TaggingView]:
    """What each watch found in the current version of an article, in order of the watches. Raises NotFound."""
    if db.execute(text("SELECT 1 FROM articles WHERE id = :id"), {"id": article_id}).first() is None:
        raise NotFound(f"There is no article {article_id}.")
    found = []
    for row in db.execute(_OF_ARTICLE, {"article": article_id}).mappings():
        values = {**_UNSAID, **row, **row["whole"]}
        del values["whole"]
        found.append(_VIEW.validate_python(values))
    return found
