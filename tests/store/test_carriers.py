"""What carries an alert is read in bounds, and says the same as all of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dyadwatch.alerts import AlertKey, decide
from dyadwatch.model.alerts import FurtherCarriers
from dyadwatch.model.sources import NewSource
from dyadwatch.store import queries, sources, taggings, watches

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_ARTICLES = text("""
INSERT INTO articles (url, source_id, story_id, version, title, title_key, language, origin,
    origin_key, origin_name, origin_known)
SELECT 'https://a.test/' || n, CASE WHEN n % 3 = 0 THEN :source END, :story, 1, 'Title ' || n, 't',
    CASE WHEN n % 2 = 0 THEN 'ar' ELSE 'en' END,
    CASE WHEN n % 5 = 0 THEN '{"agency": "AFP", "publisher": null, "url": null}'::jsonb END,
    CASE WHEN n % 4 = 0 THEN 'family:' || n % 3 END, CASE WHEN n % 4 = 0 THEN 'Paper ' || n % 3 END,
    CASE WHEN n % 4 = 0 THEN n % 3 > 0 END
FROM generate_series(1, 60) AS n
""")
_TAGGINGS = text("""
INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship, score,
    level, mentions)
SELECT id, 'a-b', 1, 1, '1', id % 7 <> 0, id / 100.0, CASE WHEN id % 4 = 0 THEN 'state' ELSE 'person' END, '[]'
FROM articles
""")


@pytest.fixture
def story(db, rows):
    """Sixty articles, most of which carry an alert."""
    watches.create(db, "a-b", "A", {})
    story = rows.story()
    source = sources.create(db, NewSource("News", ())).id
    db.execute(_ARTICLES, {"story": story, "source": source})
    db.execute(_TAGGINGS)
    return story


@pytest.mark.parametrize("quoted", [1, 20, 51])
def test_an_alert_of_many_articles_is_that_of_a_few_and_of_what_the_others_add(
    db, story, monkeypatch, quoted
):
    every = queries.run(db, taggings.carriers_query("a-b", story))
    assert len(every) == 52
    assert queries.run(db, taggings.further_carriers_query("a-b", story)) == FurtherCarriers()
    monkeypatch.setattr(taggings, "_QUOTED", quoted)
    few = queries.run(db, taggings.carriers_query("a-b", story))
    further = queries.run(db, taggings.further_carriers_query("a-b", story))
    assert few == every[:quoted]
    assert further.copies == 52 - quoted
    key = AlertKey(1, "a-b", story)
    of_every, of_few = (
        decide(None, *carriers, key=key, now=NOW).stored for carriers in ((every,), (few, further))
    )
    assert set(of_every.source_ids) == set(of_few.source_ids)
    assert of_every.languages == of_few.languages
    for name in (
        "score",
        "level",
        "language",
        "copies",
        "origins",
        "origin_count",
        "unknown_origins",
        "state",
    ):
        assert getattr(of_every.alert, name) == getattr(of_few.alert, name)
