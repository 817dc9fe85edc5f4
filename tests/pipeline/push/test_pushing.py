"""Pushes, from the hub to the stored entry, next to the polls."""

import threading
import time

import pytest
from local_hub import Manner
from local_site import feed

from dyadwatch.errors import StoreUnavailable
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import push as pushing
from dyadwatch.sandbox.sandbox import Sandbox

OLD, NEW = ("/old", "An older story"), ("/new", "A newer story")


def test_what_is_published_is_stored_and_due_without_a_poll(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    assert hub.form["hub.mode"] == "subscribe"
    assert hub.form["hub.topic"] == newsroom.url + "/rss"
    assert [(said.status, said.body) for said in hub.verified] == [(200, "challenge-1")]
    assert (inside.view().state, inside.titles()) == ("active", [OLD[1]])
    polls, due = newsroom.asked("/rss"), inside.scalar("SELECT due_at FROM feeds")

    assert hub.push(feed(newsroom, NEW, OLD).body).status == 202
    assert inside.titles() == [OLD[1]]
    worked = product.pipeline.run(Step.POLL, 5.0)
    assert worked == 1
    assert inside.titles() == [OLD[1], NEW[1]]
    assert inside.scalars("SELECT url FROM pages WHERE due_at <= now()") == [newsroom.url + "/new"]
    product.pipeline.run_until_idle()
    assert newsroom.asked("/new") == 1
    assert newsroom.asked("/rss") == polls
    assert inside.scalar("SELECT due_at FROM feeds") == due
    assert inside.view().last_pushed_at is not None


def test_the_time_from_publishing_to_the_stored_entry(product, inside, newsroom, hub, record_property):
    product.pipeline.run_until_idle()
    began = time.perf_counter()
    hub.push(feed(newsroom, NEW, OLD).body)
    answered = time.perf_counter()
    product.pipeline.run(Step.POLL, 5.0)
    stored = time.perf_counter()
    record_property("answered_ms", round(1_000 * (answered - began), 1))
    record_property("stored_ms", round(1_000 * (stored - began), 1))
    assert inside.titles() == [OLD[1], NEW[1]]


def test_a_push_says_what_the_next_steps_have_to_do(product, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hinted = []
    object.__setattr__(context, "hint", hinted.append)
    hub.push(feed(newsroom, NEW).body)
    product.pipeline.run(Step.POLL, 5.0)
    assert hinted == [Step.FETCH]


def test_a_push_leaves_what_polls_remember_as_it_was(product, inside, newsroom, hub):
    newsroom.pages["/rss"].headers["ETag"] = '"one"'
    product.pipeline.run_until_idle()
    remembered = "SELECT etag || body_hash || coalesce(last_status::text, '') || due_at FROM feeds"
    before = inside.scalar(remembered)
    hub.push(feed(newsroom, NEW).body)
    product.pipeline.run_until_idle()
    assert inside.scalar(remembered) == before


def test_a_repeated_push_stores_nothing_twice(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    body = feed(newsroom, NEW, OLD).body
    assert [hub.push(body).status for _ in range(3)] == [202, 202, 202]
    assert product.pipeline.run(Step.POLL, 5.0) == 1
    assert hub.push(body).status == 202
    assert product.pipeline.run(Step.POLL, 5.0) == 0
    assert inside.titles() == [OLD[1], NEW[1]]


@pytest.mark.parametrize("body", [b"", b"<html><title>Oops</title></html>", b"\x00\xff", b"{}"])
def test_a_push_that_cannot_be_read_is_told_and_the_feed_polled_soon(
    product, naming, inside, newsroom, hub, body
):
    product.pipeline.run_until_idle()
    inside.change(
        "UPDATE feeds SET due_at = now() + interval '1 day', last_polled_at = now() - interval '1 hour'",
    )
    assert hub.push(body).status == 202
    newsroom.pages["/rss"] = naming(feed(newsroom, NEW, OLD), hub.url)
    product.pipeline.run(Step.POLL, 5.0)
    assert "A push could not be read" in inside.view().last_error.detail
    product.pipeline.run_until_idle()
    assert NEW[1] in inside.titles()
    assert hub.push(feed(newsroom, OLD).body).status == 202
    product.pipeline.run_until_idle()
    assert inside.view().last_error is None


def test_a_push_by_somebody_else_changes_nothing(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    assert hub.push(feed(newsroom, NEW).body, secret="guessed").status == 202
    product.pipeline.run_until_idle()
    assert inside.titles() == [OLD[1]]
    assert inside.view().last_error.code == "signature_invalid"


def test_a_huge_push_is_refused_and_hurts_nobody(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    assert hub.push(b"x" * (10 * 2**20 + 1)).status == 413
    assert hub.push(feed(newsroom, NEW).body).status == 202
    product.pipeline.run_until_idle()
    assert NEW[1] in inside.titles()


def test_a_surprise_while_reading_is_recorded_and_stops_no_other_push(
    product, inside, newsroom, hub, context, monkeypatch
):
    product.pipeline.run_until_idle()
    hub.push("<surprise/>")
    hub.push(feed(newsroom, NEW).body)
    ordinary = Sandbox.call

    def call(self, function, body, **given):
        return 1 / 0 if b"surprise" in body else ordinary(self, function, body, **given)

    monkeypatch.setattr(Sandbox, "call", call)
    assert product.pipeline.run(Step.POLL, 5.0) == 2
    assert NEW[1] in inside.titles()


def test_a_push_that_cannot_be_saved_takes_no_other_with_it(
    product, inside, newsroom, hub, context, monkeypatch
):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    monkeypatch.setattr(pushing.entries, "recognise", lambda _db, shown: {} if not shown else 1 / 0)
    assert product.pipeline.run(Step.POLL, 5.0) == 1
    assert inside.view().last_error.code == "internal_error"


def test_a_push_that_takes_its_process_along_is_given_up(product, inside, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    inside.change("UPDATE pushes SET attempt_count = 3")
    product.pipeline.run(Step.POLL, 5.0)
    assert inside.view().last_error.code == "push_given_up"
    assert inside.titles() == [OLD[1]]


def test_a_late_reader_of_a_push_stores_nothing(product, inside, newsroom, hub, context, monkeypatch):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    ordinary = pushing.feeds.parse

    def parse(body, **given):
        inside.change("UPDATE pushes SET turn = turn + 1")
        return ordinary(body, **given)

    monkeypatch.setattr(pushing.feeds, "parse", parse)
    product.pipeline.run(Step.POLL, 5.0)
    assert inside.titles() == [OLD[1]]


def test_a_slow_feed_delays_no_push_and_a_slow_hub_no_poll(product, inside, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    slow = threading.Event()
    rounds = []

    def polls(_seconds):
        rounds.append(inside.titles())
        if len(rounds) == 1:
            assert slow.wait(10)  # a feed that answers when the push has been stored
        return 1

    def watch():
        for _ in range(200):
            if NEW[1] in inside.titles():
                slow.set()
                return
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert pushing.alongside(context, 5.0, polls) >= 2
    watcher.join()
    assert slow.is_set()


def test_polls_go_on_while_a_hub_takes_its_time(product, inside, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hub.manners["/"] = Manner(delay=1.0)
    inside.ask_again()
    rounds = []
    pushing.alongside(context, 10.0, lambda _seconds: rounds.append(1) or 0)
    assert len(rounds) > 1


def test_a_database_that_is_away_ends_the_run_with_that(context):
    def polls(_seconds):
        raise StoreUnavailable("gone")

    with pytest.raises(StoreUnavailable):
        pushing.alongside(context, 5.0, polls)


def test_a_database_that_is_away_for_pushes_ends_the_run_too(context, monkeypatch):
    def claim(_db, **_given):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(pushing.pushes, "claim", claim)
    with pytest.raises(StoreUnavailable):
        pushing.alongside(context, 5.0, lambda _seconds: 0)


def test_no_work_is_begun_once_all_is_to_stop(product, inside, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    context.stopping.set()
    assert pushing.alongside(context, 5.0, lambda _seconds: 0) == 0
    assert inside.titles() == [OLD[1]]
