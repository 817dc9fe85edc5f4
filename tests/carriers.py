"""Articles that carry an alert, with plain defaults."""

from datetime import UTC, datetime

from dyadwatch.model.alerts import AlertMention, AlertOrigin, Carrier
from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Evidence

PUBLISHED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def mention(article=1, quote="They met.", **values):
    fields = {
        "watch": "a-b",
        "watch_version": 1,
        "tagger_version": "1",
        "level": "person",
        "event_type": "CONSULT",
        "mode": None,
        "quad_class": None,
        "score": None,
        "direction": "mutual",
        "modality": "asserted",
        "attribution": None,
        "actors": {},
        "evidence": Evidence(quote, 0, len(quote), "", ""),
        "confidence": 0.9,
        "features": {},
        "rules": (),
        "article": article,
        "article_version": 1,
    }
    return AlertMention(**{**fields, **values})


def origin(name, *, known=True):
    return AlertOrigin(f"name:{name}", name, known)


def carrier(article=1, *mentions, **values):
    fields = {
        "article": ArticleRef(article, f"https://a.test/{article}", "They meet", "A Paper", PUBLISHED),
        "source_id": 4,
        "language": "en",
        "origin": origin("A Paper"),
        "score": 0.8,
        "level": "person",
        "mentions": mentions or (mention(article),),
    }
    return Carrier(**{**fields, **values})
