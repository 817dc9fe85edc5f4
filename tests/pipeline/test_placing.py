"""Articles that are placed side by side end in the stories and alerts that one after the other would give."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_site import VISIT, WEATHER
from readings import claim, read
from sqlalchemy import text

from dyadwatch.pipeline import placing
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import queries, watches
from dyadwatch.store import stories as story_rows
from dyadwatch.tagging import shipped_watches

HEADLINES = ("Assad meets Khamenei in Tehran", "Heavy rain is expected along the coast", "News in brief")
# Two texts that share nothing, and one that shares a part of each, so that it may join the story of either;
# and texts that share no word: two of one event in other languages, and one of another event.
TEXTS = (
    ("en", "\n\n".join(VISIT)),
    ("en", "\n\n".join(WEATHER)),
    ("en", "\n\n".join((*VISIT[:2], *WEATHER[:2]))),
    ("ru", "Президент Сирии Башар Асад сегодня встретился в Москве с верховным лидером Ирана Али Хаменеи."),
    ("tr", "Suriye Devlet Başkanı Beşşar Esad bugün Moskova'da İran dini lideri Ali Hamaney ile görüştü."),
    ("de", "Baschar al-Assad traf vor drei Tagen in Teheran den obersten Führer des Iran, Ali Chamenei."),
)
URLS = [f"https://a.test/{number}" for number in range(8)]


@pytest.fixture
def context(store):
    with store.begin() as db:
        watches.ensure(db, shipped_watches()[:1])
    return SimpleNamespace(store=store, compiled=TaggerCache(store).current())


def empty(context):
    with context.store.begin() as db:
        db.execute(text("TRUNCATE pages, stories, alert_events CASCADE"))


def outcome(context):
    """The URLs of each story, and what its alert says."""
    with context.store.begin() as db:
        rows = db.execute(
            text("""
            SELECT array_agg(DISTINCT a.url ORDER BY a.url) AS urls, min(alerts.state) AS state,
                   min(alerts.score) AS score, min(alerts.document ->> 'copies') AS copies
            FROM articles a LEFT JOIN alerts ON alerts.story_id = a.story_id GROUP BY a.story_id ORDER BY 1
            """)
        ).all()
        placed = db.execute(text("SELECT url FROM articles ORDER BY id")).scalars().all()
        events = db.execute(text("SELECT count(*), count(DISTINCT alert_id) FROM alert_events")).one()
    return rows, placed, events


@settings(
    max_examples=settings.default.max_examples // 10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(URLS),
            st.sampled_from(HEADLINES),
            st.sampled_from(TEXTS),
            st.sampled_from([None, *URLS]),
        ),
        min_size=2,
        max_size=8,
        unique_by=lambda article: article[0],
    )
)
@pytest.mark.no_cover
def test_articles_placed_side_by_side_end_as_in_the_order_of_their_ids(context, drawn):
    empty(context)
    results = {one[0]: read(context, *one) for one in drawn}
    together = threading.Barrier(len(results))

    def place(snapshot, result):
        together.wait(60)
        placing.place(context.store, snapshot, result)

    with ThreadPoolExecutor(len(results)) as pool:
        list(pool.map(place, claim(context, results.values()), results.values()))
    side_by_side, placed, events = outcome(context)
    assert sorted(placed) == sorted(results)
    empty(context)
    in_order = [results[url] for url in placed]
    for snapshot, result in zip(claim(context, in_order), in_order, strict=True):
        placing.place(context.store, snapshot, result)
    assert outcome(context) == (side_by_side, placed, events)


def test_a_new_article_is_placed_in_two_round_trips(context, monkeypatch):
    """Whoever may be the same story waits for each of them."""
    result = read(context, URLS[0], HEADLINES[1], TEXTS[1], None)
    (snapshot,) = claim(context, [result])
    sent = []
    leave = psycopg.Pipeline.__exit__
    monkeypatch.setattr(psycopg.Pipeline, "__exit__", lambda *args: sent.append(None) or leave(*args))
    placing.place(context.store, snapshot, result)
    assert len(sent) == 2
    assert outcome(context)[1] == [URLS[0]]


def test_an_article_waits_for_a_copy_and_for_no_other_story(context):
    """A transaction that is held keeps only what it might be the same story as."""
    first = read(context, URLS[0], HEADLINES[0], TEXTS[0], None)
    other = read(context, URLS[1], HEADLINES[1], TEXTS[1], None)
    copy = read(context, URLS[2], HEADLINES[0], TEXTS[0], None)
    of_other, of_copy = claim(context, [other, copy])
    with ThreadPoolExecutor(1) as pool:
        with context.store.begin() as held:
            queries.run(held, story_rows.lock_similar_query(first.article, placing._report(of_copy, first)))
            placing.place(context.store, of_other, other)
            waiting = pool.submit(placing.place, context.store, of_copy, copy)
            blocked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while held.execute(blocked).scalar_one() == 0:
                assert not waiting.done()
        waiting.result(60)
    assert len(outcome(context)[1]) == 2
