"""A list that is searched shows what passes its filters, and looks at so many rows for a page at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import orjson
import pytest
from sqlalchemy import text

from dyadwatch.model.alert_triage import Reader
from dyadwatch.store import alert_lists, alert_pages, alert_triage, alerts, articles, search, watches
from dyadwatch.subscriptions import AlertFilter

_START = datetime(2020, 1, 1, tzinfo=UTC)
_WORDS = ("tehran", "damascus", "talks")
_COUNT = 60
_READER = Reader("key 1", "Me")
_FIRST_STORY = 10_001
_SOURCES = """
INSERT INTO sources (id, name, country, side) OVERRIDING SYSTEM VALUE
VALUES (1, 'A', 'SY', 'north'), (2, 'B', 'SY', NULL), (3, 'C', 'IR', 'north'), (4, 'D', NULL, 'north')
"""
_STORIES = """
INSERT INTO stories (id, title) OVERRIDING SYSTEM VALUE
SELECT number, 'A story' FROM generate_series(CAST(:first AS bigint), :last) AS number
"""


def _choices(random):
    """What an alert is made of, and a filter."""
    return {
        "language": random.choice(("ar", "en", "fa", "zh")),
        "event_type": random.choice(("CONSULT", "AID", "ASSAULT")),
        "source": random.randrange(1, 5),
        "level": random.choice(("person", "state")),
        "direction": random.choice(("a->b", "b->a", "mutual")),
        "modality": [random.choice(("asserted", "negated")), "historical"],
        "story": random.sample(range(_FIRST_STORY, _FIRST_STORY + 2 * _COUNT), _COUNT),
        "side": random.choice(("north", "south")),
        "country": random.sample(("SY", "IR", "FR"), 2),
        "min_origins": random.choice((1, 2, 10, 11, 12)),
        "state": random.choice(("active", "withdrawn")),
        "verdict": random.choice(("none", "confirmed", "rejected")),
        "watch": random.choice(("a-b", "c-d")),
        "min_score": random.choice((0, 0.29, 0.3, 0.57, 0.9, 0.995, 1)),
        "q": " ".join(random.sample(_WORDS, 2)),
        "triage": random.sample(("unread", "read", "dismissed", "starred", "assigned"), 2),
        "since": _time(random),
        "until": _time(random),
    }


def _time(random):
    """Seconds, days or years after the start, now and then the same."""
    return _START + timedelta(
        seconds=random.randrange(3) * random.choice((0, 1, 300, 90_000, 4e7, 4e8, -2e9))
    )


@pytest.fixture
def many(db, rows):
    """Ids and times hardly agree."""
    random = Random(1)
    for name in ("a-b", "c-d"):
        watches.create(db, name, name, {})
    db.execute(text(_SOURCES))
    db.execute(text(_STORIES), {"first": _FIRST_STORY, "last": _FIRST_STORY + _COUNT})
    for number in range(_COUNT):
        values, others = _choices(random), _choices(random)
        alert = rows.alert(
            values["watch"],
            story_id=_FIRST_STORY + number,
            created_at=values["since"],
            score=random.choice((0, 0.28, 0.29, 0.299, 0.3, 0.57, 0.58, 0.89, 0.9, 0.996, 1)),
            level=values["level"],
            state=values["state"],
            event_types=[values["event_type"], others["event_type"]],
            languages=[values["language"], others["language"]],
            source_ids=[values["source"], others["source"]],
            document={
                "evidence": [
                    {"direction": each["direction"], "modality": each["modality"][0]}
                    for each in (values, others)
                ],
                "origin_count": values["min_origins"],
                "verdict": values["verdict"],
            },
            search=values["q"],
        )
        marks = {name: random.random() < 0.3 for name in ("read", "starred", "dismissed")}
        mine = random.choice((_READER, Reader("key 2", "You")))
        alert_triage.change(db, [alert], mine, marks | {"assignee": mine.person})
        article = rows.article(
            f"https://a.test/{number}",
            title=values["q"],
            language=random.choice((values["language"], None)),
            first_seen_at=values["since"],
        )
        db.execute(
            text(
                "INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version,"
                " relationship, score, mentions) VALUES (:id, 'a-b', 1, 1, '1', :relationship, 1, '[]')"
            ),
            {"id": article, "relationship": random.random() < 0.5},
        )


def _walk(page):
    """The ids of all pages of a list."""
    ids, cursor = [], None
    for _ in range(3 * _COUNT):
        one = page(cursor)
        ids += [item.id for item in one.data]
        cursor = one.next
        if cursor is None:
            return ids
    raise AssertionError("the list does not end")


def _some(random, names):
    """A time to begin with is before the one to end with."""
    choices = _choices(random)
    some = {name: choices[name] for name in random.sample(names, random.randrange(len(names)))}
    if some.keys() >= {"since", "until"}:
        some["since"], until = sorted([some["since"], some["until"]])
        some["until"] = max(until, some["since"] + timedelta(seconds=1))
    return some


@pytest.mark.parametrize("stretches", [[1, 2, 5, 9], search.STRETCHES])
def test_the_pages_of_alerts_show_what_passes_the_filters(db, many, monkeypatch, stretches):
    monkeypatch.setattr(search, "STRETCHES", stretches)
    random = Random(2)
    for _ in range(40):
        filters = _some(random, list(AlertFilter.model_fields))
        where = " AND ".join(["true", *(alert_lists._CONDITIONS[name] for name in filters)])
        statement = f"SELECT id FROM alerts WHERE {where} ORDER BY created_at DESC, id DESC"
        limit, chosen = random.randrange(1, 6), AlertFilter(**filters).read_by(_READER)
        params = alert_lists.parameters(db, chosen)
        ids = _walk(lambda cursor, f=chosen, n=limit: alerts.page(db, f, limit=n, cursor=cursor))
        assert ids == list(db.execute(text(statement), params).scalars()), filters


@pytest.mark.parametrize("most_sorted", [-1, search._MAX_SORTED])
def test_pages_in_other_orders_show_the_same_however_few_fit(db, many, monkeypatch, most_sorted):
    monkeypatch.setattr(search, "_MAX_SORTED", most_sorted)
    random = Random(5)
    for _ in range(15):
        filters = _some(random, list(AlertFilter.model_fields))
        sort = random.choice(list(alert_lists._SORTED_BY))
        where = " AND ".join(["true", *(alert_lists._CONDITIONS[name] for name in filters)])
        statement = f"SELECT id FROM alerts WHERE {where} ORDER BY {alert_lists._SORTED_BY[sort]} DESC, id DESC LIMIT 9"
        chosen = AlertFilter(**filters).read_by(_READER)
        params = alert_lists.parameters(db, chosen)
        read = partial(alerts.page, db, chosen, sort=sort)
        first = read(limit=4, cursor=None)
        rest = read(limit=5, cursor=first.next).data if first.next else ()
        assert [one.id for one in (*first.data, *rest)] == list(db.execute(text(statement), params).scalars())


def test_a_page_as_json_is_that_of_its_documents(db, many):
    random = Random(7)
    for _ in range(15):
        chosen = AlertFilter(**_some(random, list(AlertFilter.model_fields))).read_by(_READER)
        sort = random.choice(["created", *alert_lists._SORTED_BY])
        of_page = {"limit": random.randrange(1, 6), "cursor": None, "sort": sort}
        page = alerts.page(db, chosen, **of_page)
        as_json = alert_pages.read(db, chosen, **of_page)
        assert as_json.next == page.next
        assert orjson.loads(b"[%s]" % as_json.json) == [one.parse() for one in page.data]
        assert replace(as_json, json=b"") == alert_pages.revision(db, chosen, **of_page)


_OF_ARTICLES = {
    "language": "language = :language",
    "q": "words @@ websearch_to_tsquery('simple', :q)",
    "watch": "EXISTS (SELECT 1 FROM taggings WHERE article_id = id AND watch_id = :watch AND relationship)",
    "since": "first_seen_at >= :since",
    "until": "first_seen_at < :until",
}


@pytest.mark.parametrize("stretches", [[1, 2, 5, 9], search.STRETCHES])
def test_the_pages_of_articles_show_what_passes_the_filters(db, many, monkeypatch, stretches):
    monkeypatch.setattr(search, "STRETCHES", stretches)
    random = Random(3)
    for _ in range(40):
        filters = _some(random, list(_OF_ARTICLES))
        where = " AND ".join(["true", *(_OF_ARTICLES[name] for name in filters)])
        statement = f"SELECT id FROM articles WHERE {where} ORDER BY first_seen_at DESC, id DESC"
        limit = random.randrange(1, 6)
        ids = _walk(lambda cursor, f=filters, n=limit: articles.page(db, **f, limit=n, cursor=cursor))
        assert ids == list(db.execute(text(statement), filters).scalars()), filters


def test_a_page_looks_at_so_many_rows_at_most_and_leads_on(db, rows, monkeypatch):
    monkeypatch.setattr(search, "STRETCHES", [2, 5])
    watches.create(db, "a-b", "A", {})
    oldest = rows.alert("a-b", created_at=_START, languages=["he"])
    for number in range(1, 12):
        rows.alert("a-b", created_at=_START + timedelta(hours=number), languages=["en"])
    pages, cursor = [], None
    while not pages or cursor is not None:
        page = alerts.page(db, AlertFilter(language="he"), limit=9, cursor=cursor)
        pages.append([alert.id for alert in page.data])
        cursor = page.next
    assert pages == [[], [oldest], []]
