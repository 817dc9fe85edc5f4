"""What is old expires, and what a person expunges is gone, wherever it stood."""

from datetime import UTC, datetime
from functools import partial

import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.retention import KeepDays, RetentionProgress
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import retain
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alerts, deliveries, retention, subscriptions
from dyadwatch.subscriptions import AlertFilter

QUOTE = "Khamenei"
KEEP = KeepDays(snapshots=30, events=30, attempts=30)
# Every column of text or JSON that there is: nothing expunged may be left in any.
_COLUMNS = text("""
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'ARRAY', 'tsvector')
    AND table_name NOT IN ('watches', 'watch_versions')
""")


@pytest.fixture
def newsroom(product, site, subscribe):
    """Two articles, one of which carries an alert that was delivered. Returns the source."""
    site.pages["/hook"] = Page("", status=204)
    site.pages["/rss"] = feed(site, ("/visit", "Assad meets Khamenei"), ("/weather", "Rain expected"))
    site.pages["/visit"] = article("Assad meets Khamenei", *VISIT)
    site.pages["/weather"] = article("Rain expected", *WEATHER)
    source = subscribe("/rss").id
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    product.pipeline.run_until_idle()
    return source


def _all(product, statement, **params):
    with product.store.begin() as db:
        return db.execute(text(statement), params).all()


def _age(product, days=40):
    """Makes everything that is stored so much older."""
    columns = {
        "snapshots": ("fetched_at",),
        "entries": ("first_seen_at", "last_seen_at"),
        "alert_events": ("created_at",),
        "attempts": ("at",),
        "robots": ("expires_at",),
        "page_sessions": ("expires_at",),
        "idempotent_answers": ("created_at",),
    }
    with product.store.begin() as db:
        for table, names in columns.items():
            changes = ", ".join(f"{name} = {name} - interval '{days} days'" for name in names)
            db.execute(text(f"UPDATE {table} SET {changes}"))


def _expire(product, keep=KEEP):
    with product.store.begin() as db:
        return {rule: retention.expire(db, RetentionProgress(rule), keep)[0] for rule in retention.RULES}


def test_what_is_young_or_kept_for_ever_stays(product, newsroom):
    assert not any(_expire(product).values())
    _age(product)
    counts = _expire(product, KeepDays())
    assert {rule for rule, count in counts.items() if count} <= {"robots"}


def test_what_is_old_expires_but_for_the_evidence_of_an_alert(product, newsroom):
    _age(product)
    _all(product, "UPDATE entries SET summary = 'What the feed says' RETURNING id")
    counts = _expire(product)
    assert (counts["snapshots"], counts["entries"], counts["event bodies"], counts["attempts"]) == (
        1,
        2,
        1,
        1,
    )
    (page,) = _all(product, "SELECT pages.url FROM snapshots JOIN pages ON pages.id = page_id")
    assert page.url.endswith("/visit")
    assert not any(_expire(product).values())


def test_a_subscription_that_nobody_confirms_expires(product, newsroom):
    _all(
        product,
        "INSERT INTO subscriptions (url, host, events, state, updated_at)"
        " SELECT 'https://r.test/', 'r.test', '{alert.created}', state, now() - make_interval(days => days)"
        " FROM (VALUES ('unconfirmed', 31), ('unconfirmed', 29), ('active', 99)) AS one (state, days)"
        " RETURNING id",
    )
    assert _expire(product)["unconfirmed"] == 1
    states = _all(product, "SELECT state FROM subscriptions WHERE host = 'r.test' ORDER BY id")
    assert [one.state for one in states] == ["unconfirmed", "active"]


def test_the_shingles_of_articles_that_are_compared_with_no_more_expire(product, newsroom, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    with product.store.begin() as db:
        old = db.execute(text("SELECT min(id) FROM articles")).scalar_one()
        db.execute(
            text("UPDATE articles SET first_seen_at = now() - interval '32 days' WHERE id = :id"), {"id": old}
        )
        shingles = db.execute(
            text("SELECT count(*) FROM article_shingles WHERE article_id = :id"), {"id": old}
        ).scalar_one()
        db.execute(text("INSERT INTO article_shingles VALUES (1, 0)"))  # of one that was deleted
    assert product.pipeline.expire()["article shingles"] == shingles + 1 > 1
    (left,) = _all(product, "SELECT DISTINCT article_id FROM article_shingles")
    assert left.article_id > old


def test_an_event_that_is_still_to_be_delivered_keeps_its_body_and_its_attempts(product, newsroom):
    _age(product)
    _all(product, "UPDATE deliveries SET state = 'pending', due_at = now() RETURNING id")
    counts = _expire(product)
    assert (counts["event bodies"], counts["attempts"]) == (0, 0)


def test_an_event_whose_body_has_expired_is_not_sent_again(product, newsroom):
    _age(product)
    _expire(product)
    ((delivery,),) = _all(product, "SELECT id FROM deliveries")
    with pytest.raises(Conflict) as caught, product.store.begin() as db:
        deliveries.resend(db, delivery)
    assert caught.value.code == "event_expired"


def test_the_round_of_the_day_is_due_once_a_day(product, newsroom):
    _age(product)
    _all(product, "UPDATE retention SET due_at = now() RETURNING id")
    assert product.pipeline.run(Step.RETAIN, 5) == 1
    assert product.pipeline.run(Step.RETAIN, 5) == 0
    ((due_at,),) = _all(product, "SELECT due_at FROM retention")
    assert 23 < (due_at - datetime.now(UTC)).total_seconds() / 3600 <= 24
    assert len(_all(product, "SELECT id FROM snapshots")) == 1


def test_a_round_without_time_goes_on_later(product, newsroom):
    _age(product)
    counts, progress = retain.expire(product.pipeline.context, seconds=0)
    assert (sum(counts.values()), progress) == (0, retention.START)


def test_a_round_passes_each_row_once_and_goes_on_where_a_run_ended(product, newsroom, monkeypatch):
    """Also over rows that are kept, of the same age."""
    monkeypatch.setattr(retention, "BATCH", 1)
    _age(product)
    _all(product, "UPDATE retention SET due_at = now() RETURNING id")
    passed = []
    while (claimed := product.store.run(retention.claim)) is not None:
        passed.append(claimed.progress)
        _, progress = product.store.run(partial(retention.expire, progress=claimed.progress, keep=KEEP))
        wait = 0 if progress else 3600
        product.store.run(partial(retention.finish, claimed=claimed, progress=progress, seconds=wait))
    assert len(passed) == len(set(passed))
    assert [each.rule for each in passed if each.after_age is None] == list(retention.RULES)
    assert [each.rule for each in passed].count("snapshots") == 3
    assert len(_all(product, "SELECT id FROM snapshots")) == 1


def _traces(product, word):
    """The columns that hold a word."""
    with product.store.begin() as db:
        return {
            f"{table}.{column}"
            for table, column in db.execute(_COLUMNS).all()
            if db.execute(
                text(f"SELECT 1 FROM {table} WHERE CAST({column} AS text) ILIKE :word LIMIT 1"),
                {"word": f"%{word}%"},
            ).first()
        }


def _alert(product):
    with product.store.begin() as db:
        (alert,) = alerts.page(db, AlertFilter(), limit=5, cursor=None).data
    return alert.parse()


def test_an_expunged_article_leaves_no_trace_and_its_alert_is_withdrawn(product, site, newsroom):
    article_id = _alert(product)["articles"][0]["id"]
    assert _traces(product, QUOTE)
    counts = product.pipeline.expunge_article(article_id, dry_run=False)
    assert (counts.articles, counts.versions, counts.snapshots, counts.entries) == (1, 1, 1, 1)
    assert (counts.alerts, counts.events) == (1, 1)
    assert {trace for trace in _traces(product, QUOTE) if not trace.endswith(".watch_id")} - {
        "alerts.document",
        "alert_events.body",
    } == set()
    for column in ("alerts.document", "alert_events.body"):  # but for the name of the watch
        table, name = column.split(".")
        for (value,) in _all(product, f"SELECT CAST({name} AS text) FROM {table}"):
            assert QUOTE not in value.replace("assad-khamenei", "")
    alert = _alert(product)
    assert (alert["state"], alert["articles"], alert["evidence"]) == ("withdrawn", [], [])

    product.pipeline.run_until_idle()
    assert b"alert.withdrawn" in [one.body for one in site.requests if one.path == "/hook"][-1]
    with pytest.raises(NotFound):
        product.pipeline.expunge_article(article_id, dry_run=False)


def test_an_expunged_article_is_not_fetched_again(product, site, newsroom):
    product.pipeline.expunge_article(_alert(product)["articles"][0]["id"], dry_run=False)
    site.pages["/rss"] = feed(site, ("/visit", "Assad meets Khamenei again"))
    _all(product, "UPDATE feeds SET due_at = now() RETURNING id")
    before = site.request_count("/visit")
    product.pipeline.run_until_idle()
    assert site.request_count("/visit") == before
    assert "entries.title" not in _traces(product, QUOTE)


def test_a_dry_run_only_counts(product, newsroom):
    article_id = _alert(product)["articles"][0]["id"]
    before = _all(product, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM snapshots)")
    assert product.pipeline.expunge_article(article_id, dry_run=True).articles == 1
    assert product.pipeline.expunge_source(newsroom, dry_run=True).articles == 2
    assert _all(product, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM snapshots)") == before


def test_an_expunged_source_is_gone_with_its_articles(product, newsroom):
    assert product.pipeline.expunge_source(newsroom, dry_run=False).articles == 2
    for table in ("sources", "feeds", "entries", "pages", "snapshots", "articles", "article_versions"):
        assert _all(product, f"SELECT 1 FROM {table}") == [], table
    assert _alert(product)["state"] == "withdrawn"
    with pytest.raises(NotFound):
        product.pipeline.expunge_source(newsroom, dry_run=False)
