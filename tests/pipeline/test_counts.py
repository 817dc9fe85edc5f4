"""What an alert counts is what its rows say, however articles come, change, vanish and are judged."""

import contextlib
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from local_site import VISIT, WEATHER
from sqlalchemy import text

from dyadwatch import stories
from dyadwatch.errors import Conflict, InvalidInput
from dyadwatch.model.articles import ExtractedArticle, Notice, OriginClaim, ReadArticle
from dyadwatch.model.pages import ClaimedPage, ClaimedRecheck, RecheckResult
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.pipeline import alert_verdicts, expunge, notify, placing, recheck, story_verdicts
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import snapshots, watches
from dyadwatch.tagging import shipped_watches

NOW = datetime.now(UTC)
WINDOW = timedelta(minutes=10)
HEADLINE = "Assad meets Khamenei in Tehran"
OWN = (
    "Nobody had announced the guest, but Bashar al-Assad was received by Ali Khamenei, as photographs showed.",
    "Neither spoke to the press. The motorcade left for the airport before dark, by the old road.",
)
# As it was, reworded, with less evidence, with none; a report in its own words.
TEXTS = (
    VISIT,
    (VISIT[0].replace("Monday", "Tuesday"), *VISIT[1:]),
    (VISIT[1], VISIT[0], *WEATHER),
    WEATHER,
    OWN,
)
# Whose an article says it is, where not its publisher's.
CLAIMS = (
    None,
    OriginClaim("family:reuters", "Reuters", "credit", known=True),
    OriginClaim("name:gazette", "Gazette", "named", known=False),
)
_DANGLING = text("""
SELECT count(*) FROM articles WHERE copy_of IS NOT NULL AND NOT EXISTS (
    SELECT FROM articles AS root
    WHERE root.id = articles.copy_of AND root.copy_of IS NULL AND root.story_id = articles.story_id)
""")
_VERDICTS = text("SELECT coalesce(sum(1), 0) FROM alert_verdicts")
NOTICE = Notice("corrected", "Correction: it was on Tuesday.")
_ALERTS = text("""
SELECT alerts.id, state, document, coalesce(pending, false) AS pending,
    (SELECT body FROM alert_events WHERE alert_id = alerts.id ORDER BY id DESC LIMIT 1) AS last_event,
    ARRAY(SELECT body FROM alert_events WHERE alert_id = alerts.id ORDER BY id DESC LIMIT 2) AS last_events,
    ARRAY(SELECT a.id FROM taggings t JOIN articles a ON a.id = t.article_id
        WHERE t.watch_id = alerts.watch_id AND t.relationship AND a.story_id = alerts.story_id ORDER BY 1) AS carriers,
    ARRAY(SELECT DISTINCT a.origin_key FROM taggings t JOIN articles a ON a.id = t.article_id
        WHERE t.watch_id = alerts.watch_id AND t.relationship AND a.story_id = alerts.story_id
            AND a.origin_known) AS origins,
    ARRAY(SELECT DISTINCT a.origin_key FROM taggings t JOIN articles a ON a.id = t.article_id
        WHERE t.watch_id = alerts.watch_id AND t.relationship AND a.story_id = alerts.story_id
            AND NOT a.origin_known) AS unknown,
    ARRAY(SELECT a.id || ' ' || a.status FROM taggings t JOIN articles a ON a.id = t.article_id
        WHERE t.watch_id = alerts.watch_id AND t.relationship AND a.story_id = alerts.story_id ORDER BY 1) AS statuses
FROM alerts JOIN announcements ON alert_id = alerts.id
""")


@pytest.fixture
def context(store):
    with store.begin() as db:
        watches.ensure(db, shipped_watches()[:1])
    return SimpleNamespace(store=store, compiled=TaggerCache(store).current())


def listed(data):
    """What the body of an event shows, as changes name it."""
    shown = {("event_type", name) for name in data["event_types"]}
    for mention in data["evidence"]:
        shown |= {(field, mention[field]) for field in ("event_type", "level", "direction", "modality")}
    return shown


def contradictions(bodies):
    """Changes of the last event that its own body, or that of the one before it, denies."""
    last, *before = bodies
    shown = listed(last)
    shown_before = listed(before[0]) if before and before[0]["state"] == "active" else set()
    changes = [(*change["kind"].rpartition("."), change) for change in last["changes"]]
    return [
        change
        for field, _, verb, change in changes
        if (verb == "removed" and (field, change["old"]) in shown)
        or (verb == "added" and (field, change["new"]) in shown_before)
    ]


class Newsroom(RuleBasedStateMachine):
    """Articles of five addresses, each with one of a few texts at a time."""

    def __init__(self, context):
        super().__init__()
        self.store, self.compiled, self.numbers = context.store, context.compiled, count()
        self.verdicts = 0
        with self.store.begin() as db:
            db.execute(text("TRUNCATE pages, stories, alert_events CASCADE"))

    @rule(
        address=st.integers(1, 5),
        paragraphs=st.sampled_from(TEXTS),
        claim=st.sampled_from(CLAIMS),
        notice=st.sampled_from([None, NOTICE]),
    )
    def read(self, address, paragraphs, claim, notice):
        """An article arrives, is edited, or loses its evidence."""
        body = "\n\n".join(paragraphs)
        whole = f"{HEADLINE}\n\n{body}"
        article = ReadArticle(
            url=f"https://a.test/{address}",
            extracted=ExtractedArticle(title=HEADLINE, text=body, notice=notice),
            text=whole,
            publication=None,
            modified_at=None,
            language="en",
            title_key=stories.title_key(HEADLINE),
            signature=stories.signature(whole),
            shingles=stories.shingle_keys(body),
            claim=claim or OriginClaim(f"source:{address}", f"Paper {address}", "source", known=address < 4),
        )
        tagged = self.compiled.tagger.tag(whole, title=HEADLINE, language="en")
        reading = placing.Reading(article, tagged.watches, self.compiled)
        with self.store.begin() as db:
            page = db.execute(
                text("""
                INSERT INTO pages (url, host) VALUES (:url, 'a.test')
                ON CONFLICT (url) DO UPDATE SET host = excluded.host RETURNING id
                """),
                {"url": article.url},
            ).scalar_one()
            new = NewSnapshot(page, "page", article.url, 200, {}, b"%d" % next(self.numbers), NOW)
            snapshots.add(db, new)
            (snapshot,) = snapshots.claim(db, limit=1)
        placing.place(self.store, snapshot, reading, window=WINDOW)

    @rule(address=st.integers(1, 5), is_gone=st.booleans())
    def look_again(self, address, is_gone):
        """A page is gone, or there again."""
        with self.store.begin() as db:
            row = db.execute(
                text("""
                SELECT rechecks.id, rechecks.turn FROM rechecks JOIN pages ON pages.id = rechecks.id WHERE url = :url
                """),
                {"url": f"https://a.test/{address}"},
            ).first()
            if row is None:
                return
            page = ClaimedPage(row.id, row.turn, "a.test", None, f"https://a.test/{address}", 0, None, None)
            result = RecheckResult(
                NOW, 410 if is_gone else 304, missing_since=NOW if is_gone else None, is_gone=is_gone
            )
            recheck._save_row(db, ClaimedRecheck(page, NOW, None, carries_alert=True), result, WINDOW)

    @rule()
    def let_the_window_pass(self):
        with self.store.begin() as db:
            db.execute(text("UPDATE announcements SET due_at = now() WHERE due_at IS NOT NULL"))
        context = SimpleNamespace(
            store=self.store, stopping=SimpleNamespace(is_set=lambda: False), hint=lambda step: None
        )
        notify.run(context, 5)

    @rule(number=st.integers(0, 4), word=st.sampled_from(["confirm", "reject", "clear", None]))
    def judge(self, number, word):
        with self.store.begin() as db:
            alerts = db.execute(text("SELECT id FROM alerts ORDER BY id")).scalars().all()
            if alerts:
                reason = "other" if word == "reject" else None
                alert_verdicts.add(db, alerts[number % len(alerts)], word, reason=reason, key=None)
                self.verdicts += 1

    @rule(address=st.integers(1, 5), merge=st.booleans())
    def regroup(self, address, merge):
        """An analyst moves an article into a story of its own, or its story into the first one."""
        with self.store.begin() as db:
            row = db.execute(
                text("""
                SELECT id, story_id, (SELECT min(story_id) FROM articles) AS first FROM articles WHERE url = :url
                """),
                {"url": f"https://a.test/{address}"},
            ).first()
        if row is None:
            return
        with contextlib.suppress(Conflict, InvalidInput), self.store.begin() as db:
            if merge:
                story_verdicts.merge(db, row.story_id, row.first, reason="one", key=None)
            else:
                story_verdicts.split(db, row.story_id, [row.id], reason="two", key=None)

    @rule(address=st.integers(1, 5))
    def expunge(self, address):
        with self.store.begin() as db:
            found = db.execute(
                text("SELECT id FROM articles WHERE url = :url"), {"url": f"https://a.test/{address}"}
            ).scalar()
        if found is not None:
            expunge.article(self.store, found, dry_run=False)

    @invariant()
    def alerts_say_what_their_rows_say(self):
        with self.store.begin() as db:
            alerts = db.execute(_ALERTS).all()
            assert db.execute(_DANGLING).scalar_one() == 0
            assert db.execute(_VERDICTS).scalar_one() == self.verdicts
        for alert in alerts:
            document = alert.document
            assert (alert.state == "active") == bool(alert.carriers)
            if alert.carriers:
                assert document["copies"] == len(alert.carriers)
                assert document["origin_count"] == max(1, len(alert.origins))
                assert document["unknown_origins"] == len(alert.unknown)
                assert sorted(one["id"] for one in document["articles"]) == alert.carriers
                assert (
                    sorted(f"{one['id']} {one['status']}" for one in document["articles"]) == alert.statuses
                )
                assert {one["article"] for one in document["evidence"]} <= set(alert.carriers)
            assert contradictions([orjson.loads(body)["data"] for body in alert.last_events]) == []
            if not alert.pending:
                said = orjson.loads(alert.last_event)["data"]
                names = ("state", "copies", "origins", "origin_count")
                assert {name: said[name] for name in names} == {name: document[name] for name in names}
                # A verdict on an alert that is withdrawn makes a version, and no event.
                assert said["version"] <= document["version"]


def test_an_edit_makes_no_copy_of_a_text_in_another_story(context):
    newsroom = Newsroom(context)
    newsroom.read(1, VISIT, None, None)
    newsroom.read(2, WEATHER, None, None)
    newsroom.regroup(1, merge=False)
    newsroom.read(2, VISIT, None, None)
    newsroom.alerts_say_what_their_rows_say()
    with context.store.begin() as db:
        rows = db.execute(text("SELECT copy_of, count(*) OVER (PARTITION BY story_id) FROM articles")).all()
    assert [tuple(row) for row in rows] == [(None, 1), (None, 1)]


def test_after_any_interleaving_an_alert_says_what_its_rows_say(context):
    run_state_machine_as_test(
        lambda: Newsroom(context),
        settings=settings(
            max_examples=max(3, settings.default.max_examples // 20),
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
