"""Alerts are shown as stored, and narrowed by every filter."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text

from dyadwatch.errors import InvalidInput, NotFound
from dyadwatch.store import alert_lists, alerts, articles, filter_values, watches
from dyadwatch.subscriptions import AlertFilter

_EARLY, _LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def both(db, rows):
    for name in ("a-b", "c-d"):
        watches.create(db, name, name, {})
    values = "(5, 'A', 'SY', 'north'), (6, 'B', 'IR', 'south')"
    db.execute(text(f"INSERT INTO sources (id, name, country, side) OVERRIDING SYSTEM VALUE VALUES {values}"))
    early = rows.alert(
        "a-b",
        created_at=_EARLY,
        score=0.5,
        level="state",
        search="Tehran hosts talks",
        document={
            "copies": 3,
            "evidence": [
                {"direction": "a->b", "modality": "negated"},
                {"direction": "mutual", "modality": "asserted"},
            ],
            "verdict": "confirmed",
            "origins": ["SANA", "Reuters"],
        },
    )
    late = rows.alert(
        "c-d",
        created_at=_LATE,
        state="withdrawn",
        event_types=["CONSULT"],
        language="ar",
        languages=["ar", "en"],
        source_ids=[4, 5],
        search="زيارة الى دمشق",
    )
    return early, late


def test_an_alert_is_shown_as_stored(db, both):
    """The document comes back as it was saved, next to what its entity tag needs."""
    alert = alerts.get(db, both[0])
    document = alert.parse()
    assert (document["id"], document["watch"], document["copies"]) == (both[0], "a-b", 3)
    assert (alert.id, alert.version) == (both[0], 1)
    assert alerts.page(db, AlertFilter(), limit=9, cursor=None).data[1] == alert


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [1, 0]),
        ({"watch": "a-b"}, [0]),
        ({"since": _LATE}, [1]),
        ({"until": _LATE}, [0]),
        ({"source": 5}, [1]),
        ({"language": "en"}, [1]),
        ({"event_type": "CONSULT"}, [1]),
        ({"min_score": 0.5}, [1, 0]),
        ({"min_score": 0.51}, [1]),
        ({"level": "state"}, [0]),
        ({"direction": "a->b"}, [0]),
        ({"direction": "mutual"}, [0]),
        ({"direction": "b->a"}, []),
        ({"modality": "negated"}, [0]),
        ({"modality": ["hypothetical", "historical"]}, []),
        ({"min_origins": 2}, [0]),
        ({"min_origins": 3}, []),
        ({"side": "north"}, [1]),
        ({"side": ["south", "north"], "country": ["SY"]}, [1]),
        ({"country": "IR"}, []),
        ({"language": ["he", "ar"]}, [1]),
        ({"watch": ["a-b", "c-d"], "level": ["state", "person"]}, [1, 0]),
        ({"state": "withdrawn"}, [1]),
        ({"verdict": "confirmed"}, [0]),
        ({"verdict": ["none", "rejected"]}, [1]),
        ({"q": "tehran"}, [0]),
        ({"q": "دمشق or tehran"}, [1, 0]),
        ({"q": '"talks hosts"'}, []),
        ({"watch": "a-b", "state": "withdrawn"}, []),
    ],
)
def test_a_filter_keeps_what_it_says(db, both, filters, expected):
    page = alerts.page(db, AlertFilter(**filters), limit=9, cursor=None)
    assert [alert.id for alert in page.data] == [both[number] for number in expected]


def test_pages_lead_on(db, both):
    first = alerts.page(db, AlertFilter(), limit=1, cursor=None)
    rest = alerts.page(db, AlertFilter(), limit=1, cursor=first.next)
    assert [page.data[0].id for page in (first, rest)] == [both[1], both[0]]
    assert rest.next is None


def test_an_alert_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        alerts.get(db, 1)


def test_every_field_of_the_filter_has_a_condition():
    assert set(alert_lists._CONDITIONS) == set(AlertFilter.model_fields)


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("-tehran", "search_unbounded"),
        ("tehran or -damascus", "search_unbounded"),
        *((q, "malformed") for q in ("&|!:*", '"', "(((", "-", " ")),
    ],
)
def test_a_search_for_no_word_is_refused_by_every_list(db, both, q, code):
    filters = AlertFilter(q=q)
    lists = [
        *(
            partial(alerts.page, db, filters, cursor=None, limit=9, sort=sort)
            for sort in ("created", "score")
        ),
        partial(alerts.changes, db, filters, after=0, limit=9),
        partial(alert_lists.count, db, filters, limit=9),
        partial(articles.page, db, q=q, limit=9, cursor=None),
        partial(articles.page, db, q=q, story=1, limit=9, cursor=None),
        partial(filter_values.check_kept, db, filters.model_dump()),
    ]
    for read in lists:
        with pytest.raises(InvalidInput) as caught:
            read()
        assert [(error.pointer, error.code) for error in caught.value.errors] == [("/q", code)]


def test_filters_hold_together_on_every_page(db, both):
    """Values, and a score beside them; the cursor bounds them together."""
    first = alerts.page(db, AlertFilter(source=5, language="en", event_type="CONSULT"), limit=9, cursor=None)
    assert [alert.id for alert in first.data] == [both[1]]
    assert alerts.page(db, AlertFilter(source=5, level="state"), limit=9, cursor=None).data == ()
    assert alerts.page(db, AlertFilter(source=5, min_score=0.95), limit=9, cursor=None).data == ()
    db.execute(text("UPDATE alerts SET languages = '{ar}', state = 'active'"))
    filters = AlertFilter(language="ar", state="active", until=datetime(2026, 1, 3, tzinfo=UTC))
    newest = alerts.page(db, filters, limit=1, cursor=None)
    assert [alert.id for alert in newest.data] == [both[1]]
    assert [alert.id for alert in alerts.page(db, filters, limit=1, cursor=newest.next).data] == [both[0]]
