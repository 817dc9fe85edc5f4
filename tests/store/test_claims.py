"""Claims: due rows, for one turn, by one runner, bounded per host."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dyadwatch.model.claims import Busy
from dyadwatch.model.pages import FetchResult
from dyadwatch.model.sources import NewSource
from dyadwatch.store import claims, pages, sources


def make_pages(store, **hosts):
    """Pages that are due: so many for each host."""
    with store.begin() as db:
        for host, count in hosts.items():
            for number in range(count):
                db.execute(
                    text("INSERT INTO pages (url, host, due_at) VALUES (:url, :host, now())"),
                    {"url": f"http://{host}/{number}", "host": host},
                )


def claim(store, **arguments):
    with store.begin() as db:
        return pages.claim(db, **arguments)


def make_due(store):
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now() - make_interval(secs => 400 - id)"))


def test_a_claimed_row_is_not_claimed_again_before_its_lease_ends(store):
    make_pages(store, a=1)
    (first,) = claim(store, limit=10)
    assert claim(store, limit=10) == []
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now()"))
    (second,) = claim(store, limit=10)
    assert (second.id, second.turn) == (first.id, first.turn + 1)


def test_two_runners_at_once_share_the_rows(store):
    make_pages(store, a=2, b=2, c=2)
    with store.begin() as one, store.begin() as two:
        mine = pages.claim(one, limit=3)
        yours = pages.claim(two, limit=10)
    assert len(mine) == len(yours) == 3
    assert {page.id for page in mine}.isdisjoint(page.id for page in yours)


def test_a_host_with_many_due_rows_is_bounded_and_hides_no_other(store):
    make_pages(store, big=50, small=1)
    hosts = [page.host for page in claim(store, limit=8)]
    assert sorted(hosts) == ["big", "big", "small"]


def test_busy_hosts_are_left_alone(store):
    make_pages(store, a=2, b=2)
    assert {page.host for page in claim(store, limit=8, busy=Busy(hosts=["a"]))} == {"b"}


def test_what_is_under_way_counts_against_the_bounds_of_a_claim(store, two_sources):
    """Otherwise who has one row less than it may would be given as many again."""
    per_host, per_owner = pages.QUEUE.per_host, pages.QUEUE.per_owner
    assert (per_host, per_owner) == (2, 8)
    with store.begin() as db:
        db.execute(text("DELETE FROM pages"))
        owner = db.execute(text("SELECT min(id) FROM sources")).scalar_one()
        db.execute(
            text(
                "INSERT INTO pages (url, host, source_id, due_at)"
                " SELECT 'u' || n, 'h' || n / 4, :owner, now() FROM generate_series(0, 39) AS n"
            ),
            {"owner": owner},
        )
    busy = Busy(host_counts={"h0": 1, "h1": 2}, owner_counts={owner: 5})
    hosts = [page.host for page in claim(store, limit=30, busy=busy)]
    assert len(hosts) == per_owner - 5
    assert hosts.count("h0") <= 1
    assert "h1" not in hosts


def test_rows_that_are_not_due_are_not_claimed(store):
    make_pages(store, a=1)
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = NULL"))
    assert claim(store, limit=8) == []


def test_a_runner_whose_turn_has_passed_saves_nothing(store):
    make_pages(store, a=1)
    (late,) = claim(store, limit=1)
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now()"))
    (current,) = claim(store, limit=1)
    now = datetime.now(UTC)
    result = FetchResult(status=200, url=late.url, headers={}, body=b"late")
    with store.begin() as db:
        assert not pages.save_fetch(db, late, result, now=now)
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 0
        assert pages.save_fetch(db, current, result, now=now)
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 1


def test_the_same_bytes_again_are_not_another_snapshot(store):
    make_pages(store, a=1)
    now = datetime.now(UTC)
    for body in (b"one", b"one", b"two", b"one"):
        with store.begin() as db:
            db.execute(text("UPDATE pages SET due_at = now()"))
            (page,) = pages.claim(db, limit=1)
            pages.save_fetch(db, page, FetchResult(status=200, url=page.url, headers={}, body=body), now=now)
    with store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 3


def test_rows_without_a_host_are_claimed_too(store):
    make_pages(store, a=3)
    queue = claims.Queue("pages", lost="false", order="row.due_at, row.id")
    with store.begin() as db:
        assert len(claims.claim(db, queue, limit=2)) == 2
        assert len(claims.claim(db, queue, limit=2)) == 1


@pytest.fixture
def two_sources(store):
    """Due pages of two sources on one host, and one elsewhere; gives the ids of the sources."""
    with store.begin() as db:
        slow, quick = (sources.create(db, NewSource(name, ())).id for name in ("Slow", "Quick"))
        for url, host, source, tries, age in (
            ("s1", "a.test", slow, 0, 9),
            ("s2", "a.test", slow, 2, 3),
            ("q1", "a.test", quick, 0, 3),
            ("e1", "b.test", quick, 0, 3),
        ):
            db.execute(
                text(
                    "INSERT INTO pages (url, host, source_id, attempt_count, due_at)"
                    " VALUES (:url, :host, :source, :tries, now() - make_interval(secs => :age))"
                ),
                {"url": url, "host": host, "source": source, "tries": tries, "age": age},
            )
    return slow, quick


def after(db, seconds):
    """A time of the transaction's own clock, by which `waits` counts."""
    return db.execute(text("SELECT now() + make_interval(secs => :secs)"), {"secs": seconds}).scalar_one()


def waits(db):
    """Seconds by page; 0 for those that are due."""
    rows = db.execute(text("SELECT url, extract(epoch FROM due_at - now())::float AS wait FROM pages"))
    return {row.url: max(0, row.wait) for row in rows}


def test_the_due_pages_of_a_busy_host_wait_together_and_those_that_failed_wait_longer(store, two_sources):
    """The turn of the one deferred is over; other hosts go on."""
    with store.begin() as db:
        (page,) = pages.claim(db, limit=1)
        pages.defer(db, page, after(db, 10))
        wait_by_url = waits(db)
    assert page.url == "s1"
    assert wait_by_url["e1"] == 0
    assert wait_by_url["s1"] == 10
    assert wait_by_url["q1"] == 10
    assert wait_by_url["s2"] == 40


def test_pages_of_sources_that_go_before_the_one_deferred_do_not_wait_with_it(store, two_sources):
    _, quick = two_sources
    with store.begin() as db:
        (page,) = pages.claim(db, limit=1)
        pages.defer(db, page, after(db, 10), ahead=[quick, None])
        wait_by_url = waits(db)
    assert {url for url, wait in wait_by_url.items() if wait > 1} == {"s1", "s2"}


def test_with_one_that_hung_only_the_pages_of_its_source_wait(store, two_sources):
    slow, _ = two_sources
    with store.begin() as db:
        (page,) = pages.claim(db, limit=1)
        pages.defer(db, page, after(db, 10), behind=[slow])
        wait_by_url = waits(db)
    assert {url for url, wait in wait_by_url.items() if wait > 1} == {"s1", "s2"}


def test_a_page_of_a_turn_that_has_passed_is_not_deferred(store, two_sources):
    """Another runner has it by now."""
    with store.begin() as db:
        (page,) = pages.claim(db, limit=1)
        db.execute(text("UPDATE pages SET turn = turn + 1, due_at = now() + interval '60 seconds'"))
        pages.defer(db, page, after(db, 10))
        assert waits(db)[page.url] == 60


def test_other_sources_of_a_host_go_before_one_that_was_slow(store, two_sources):
    """Only on that host. What waits already waits for longer, what is under way is left alone."""
    slow, _ = two_sources
    with store.begin() as db:
        for url, wait in (("s2", 2), ("s3", 60)):
            db.execute(
                text(
                    "INSERT INTO pages (url, host, source_id, due_at)"
                    " VALUES (:url, 'a.test', :slow, now() + make_interval(secs => :wait))"
                    " ON CONFLICT (url) DO UPDATE SET due_at = EXCLUDED.due_at"
                ),
                {"url": url, "slow": slow, "wait": wait},
            )
        pages.defer_source(db, "a.test", slow, after(db, 15))
        wait_by_url = waits(db)
    assert wait_by_url == {"s1": 15, "s2": 15, "s3": 60, "q1": 0, "e1": 0}


@pytest.fixture
def huge_and_small(store, two_sources):
    """Due pages, each on another host: 300 of one source, then one of another; gives the ids of both."""
    with store.begin() as db:
        db.execute(text("DELETE FROM pages"))
        huge, small = db.execute(text("SELECT id FROM sources ORDER BY id")).scalars().all()[:2]
        db.execute(
            text(
                "INSERT INTO pages (url, host, source_id, due_at)"
                " SELECT 'u' || n, 'h' || n, CASE WHEN n = 300 THEN :small ELSE :huge END,"
                " now() - make_interval(secs => 400 - n) FROM generate_series(1, 300) AS n"
            ),
            {"huge": huge, "small": small},
        )
    return huge, small


def test_a_source_with_many_hosts_is_bounded_and_hides_no_other(store, huge_and_small):
    huge, small = huge_and_small
    first = claim(store, limit=20)
    assert sorted(page.owner for page in first) == [huge] * pages.QUEUE.per_owner + [small]
    assert claim(store, limit=20, busy=Busy(owners=[huge])) == []
    assert {page.owner for page in claim(store, limit=20)} == {huge}


@pytest.mark.parametrize("busy", [False, True])
def test_a_claim_passes_over_few_rows_of_a_source_and_finds_the_others(
    store, huge_and_small, monkeypatch, busy
):
    """Also where it may take the source's rows."""
    huge, small = huge_and_small
    monkeypatch.setattr(claims, "_WINDOW", 1)
    monkeypatch.setattr(claims, "_PASSED", 2)
    claimed = claim(store, limit=10, busy=Busy(owners=[huge] if busy else []))
    assert sorted(page.owner for page in claimed) == [huge] * (0 if busy else pages.QUEUE.per_owner) + [small]


def test_a_source_with_many_hosts_takes_no_place_of_one_that_was_due_later(store, huge_and_small):
    """Although rows of many other sources were due with its first ones: those are of one host, which is
    bounded."""
    huge, small = huge_and_small
    with store.begin() as db:
        db.execute(text("INSERT INTO sources (name) SELECT 'n' || n FROM generate_series(1, 9) AS n"))
        db.execute(
            text(
                "UPDATE pages SET host = 'h', source_id = :small + substr(url, 2)::int"
                " WHERE substr(url, 2)::int < 10"
            ),
            {"small": small},
        )
        db.execute(text("UPDATE pages SET due_at = now() - interval '370 s' WHERE url = 'u300'"))
    claimed = claim(store, limit=4)
    assert sum(page.host == "h" for page in claimed) == pages.QUEUE.per_host
    assert {huge, small} < {page.owner for page in claimed}


def rows_read(plan):
    """How many rows the nodes of a plan that was executed went through, with those that were passed over."""
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    inner = sum(rows_read(part) for part in plan.get("Plans", ()))
    return plan["Actual Loops"] * (plan["Actual Rows"] + removed) + inner


@pytest.mark.parametrize("owners", [1, 100])
def test_what_a_claim_reads_does_not_grow_with_what_is_due(store, owners):
    """Also where the statistics were taken while nothing was due, as they often are."""
    explain = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {pages.QUEUE.claim_statement}")
    read = []
    with store.begin() as db:
        db.execute(text("INSERT INTO sources (name) SELECT 'n' || n FROM generate_series(1, 100) AS n"))
        db.execute(
            text(
                "INSERT INTO pages (url, host, source_id, due_at)"
                " SELECT 'u' || n, 'h' || n, (SELECT min(id) FROM sources) + n % :owners, now() + interval '1 h'"
                " FROM generate_series(1, 4000) AS n"
            ),
            {"owners": owners},
        )
        db.execute(text("ANALYZE pages"))
        for due in (500, 4_000):
            db.execute(
                text("UPDATE pages SET due_at = now() WHERE substr(url, 2)::int <= :due"), {"due": due}
            )
            [[plan]] = db.execute(explain, pages.QUEUE.claim_parameters(limit=2)).scalars()
            read.append(rows_read(plan["Plan"]))
    assert read[1] < 2 * read[0]


def test_sources_of_one_host_are_claimed_by_turns(store, huge_and_small):
    with store.begin() as db:
        db.execute(text("UPDATE pages SET host = 'h'"))
    assert {page.owner for page in claim(store, limit=8)} == set(huge_and_small)


def test_what_is_deferred_with_a_row_is_bounded(store, huge_and_small, monkeypatch):
    """The rest is deferred when it is next."""
    huge, _ = huge_and_small
    monkeypatch.setattr(claims, "BATCH", 10)
    with store.begin() as db:
        later = after(db, 60)
        db.execute(text("UPDATE pages SET host = 'h'"))
        pages.defer_source(db, "h", huge, later)
        assert sum(wait > 1 for wait in waits(db).values()) == 10
        (page,) = pages.claim(db, limit=1)
        pages.defer(db, page, later)
        assert sum(wait > 1 for wait in waits(db).values()) == 21
