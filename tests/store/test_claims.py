"""Claims: due rows, for one turn, by one runner, bounded per host."""

from datetime import UTC, datetime

from sqlalchemy import text

from dyadwatch.model.pages import FetchResult
from dyadwatch.store import claims, fetch


def make_pages(store, **hosts):
    """Pages that are due: so many for each host."""
    with store.begin() as db:
        for host, count in hosts.items():
            for number in range(count):
                db.execute(
                    text("INSERT INTO pages (url, host, due_at) VALUES (:url, :host, now())"),
                    {"url": f"http://{host}/{number}", "host": host},
                )


def take(store, **arguments):
    with store.begin() as db:
        return fetch.claim(db, **arguments)


def test_a_claimed_row_is_not_claimed_again_before_its_lease_ends(store):
    make_pages(store, a=1)
    (first,) = take(store, limit=10)
    assert take(store, limit=10) == []
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now()"))
    (second,) = take(store, limit=10)
    assert (second.id, second.turn) == (first.id, first.turn + 1)


def test_two_runners_at_once_share_the_rows(store):
    make_pages(store, a=2, b=2, c=2)
    with store.begin() as one, store.begin() as two:
        mine = fetch.claim(one, limit=3)
        yours = fetch.claim(two, limit=10)
    assert len(mine) == len(yours) == 3
    assert {page.id for page in mine}.isdisjoint(page.id for page in yours)


def test_a_host_with_many_due_rows_is_bounded_and_hides_no_other(store):
    make_pages(store, big=50, small=1)
    hosts = [page.host for page in take(store, limit=8)]
    assert sorted(hosts) == ["big", "big", "small"]


def test_busy_hosts_are_left_alone(store):
    make_pages(store, a=2, b=2)
    assert {page.host for page in take(store, limit=8, busy=["a"])} == {"b"}


def test_rows_that_are_not_due_are_not_taken(store):
    make_pages(store, a=1)
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = NULL"))
    assert take(store, limit=8) == []


def test_a_runner_whose_turn_has_passed_saves_nothing(store):
    make_pages(store, a=1)
    (late,) = take(store, limit=1)
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now()"))
    (current,) = take(store, limit=1)
    now = datetime.now(UTC)
    result = FetchResult(status=200, url=late.url, headers={}, body=b"late")
    with store.begin() as db:
        assert not fetch.save(db, late, result, now=now)
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 0
        assert fetch.save(db, current, result, now=now)
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 1


def test_the_same_bytes_again_are_not_another_snapshot(store):
    make_pages(store, a=1)
    now = datetime.now(UTC)
    for body in (b"one", b"one", b"two", b"one"):
        with store.begin() as db:
            db.execute(text("UPDATE pages SET due_at = now()"))
            (page,) = fetch.claim(db, limit=1)
            fetch.save(db, page, FetchResult(status=200, url=page.url, headers={}, body=body), now=now)
    with store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM snapshots")).scalar() == 3


def test_rows_without_a_host_are_claimed_too(store):
    make_pages(store, a=3)
    with store.begin() as db:
        assert len(claims.take_any(db, "pages", limit=2, lease=5)) == 2
        assert len(claims.take_any(db, "pages", limit=2, lease=5)) == 1
