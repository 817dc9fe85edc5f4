"""Pushes, from the hub to the stored entry."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from local_site import feed

from dyadwatch.errors import StoreUnavailable, WebError
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import push
from dyadwatch.sandbox import Sandbox

WAIT = 30  # seconds for a state that comes at once unless the code is wrong
OLD, NEW = ("/old", "An older story"), ("/new", "A newer story")


def test_what_is_published_is_stored_and_due_without_a_poll(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    assert hub.form["hub.mode"] == "subscribe"
    assert hub.form["hub.topic"] == newsroom.url + "/rss"
    assert [(response.status, response.body) for response in hub.verified] == [(200, "challenge-1")]
    assert (inside.view().state, inside.titles()) == ("active", [OLD[1]])
    polls, due = newsroom.request_count("/rss"), inside.scalar("SELECT due_at FROM feeds")

    assert hub.push(feed(newsroom, NEW, OLD).body).status == 202
    assert inside.titles() == [OLD[1]]
    worked = product.pipeline.run(Step.PUSH, 5.0)
    assert worked == 1
    assert inside.titles() == [OLD[1], NEW[1]]
    assert inside.scalars("SELECT url FROM pages WHERE due_at <= now()") == [newsroom.url + "/new"]
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/new") == 1
    assert newsroom.request_count("/rss") == polls
    assert inside.scalar("SELECT due_at FROM feeds") == due
    assert inside.view().last_pushed_at is not None


def test_a_push_says_what_the_next_steps_have_to_do(product, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hinted = []
    object.__setattr__(context, "hint", hinted.append)
    hub.push(feed(newsroom, NEW).body)
    product.pipeline.run(Step.PUSH, 5.0)
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
    assert product.pipeline.run(Step.PUSH, 5.0) == 1
    assert hub.push(body).status == 202
    assert product.pipeline.run(Step.PUSH, 5.0) == 0
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
    product.pipeline.run(Step.PUSH, 5.0)
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
    ordinary = Sandbox.call_until

    def call(self, until, function, body, **options):
        return 1 / 0 if b"surprise" in body else ordinary(self, until, function, body, **options)

    monkeypatch.setattr(Sandbox, "call_until", call)
    assert product.pipeline.run(Step.PUSH, 5.0) == 2
    assert NEW[1] in inside.titles()


def test_a_push_that_cannot_be_saved_takes_no_other_with_it(
    product, inside, newsroom, hub, context, monkeypatch
):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    monkeypatch.setattr(push.entries, "compare", lambda _db, documents: {} if not documents else 1 / 0)
    assert product.pipeline.run(Step.PUSH, 5.0) == 1
    assert inside.view().last_error.code == "internal_error"


def test_a_push_that_takes_its_process_along_is_given_up(product, inside, newsroom, hub, context):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    inside.change("UPDATE pushes SET attempt_count = 3")
    product.pipeline.run(Step.PUSH, 5.0)
    assert inside.view().last_error.code == "push_given_up"
    assert inside.titles() == [OLD[1]]


def test_a_late_reader_of_a_push_stores_nothing(product, inside, newsroom, hub, monkeypatch):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    ordinary = Sandbox.call_until

    def call(self, until, function, body, **options):
        inside.change("UPDATE pushes SET turn = turn + 1")
        return ordinary(self, until, function, body, **options)

    monkeypatch.setattr(Sandbox, "call_until", call)
    assert product.pipeline.run(Step.PUSH, 5.0) == 1
    assert inside.titles() == [OLD[1]]
    assert inside.view().last_error is None


def test_a_slow_hub_delays_no_push(product, inside, newsroom, hub, monkeypatch):
    product.pipeline.run_until_idle()
    requested, stored = threading.Event(), threading.Event()
    save = push.entries.save

    def post(*_arguments, **_options):
        requested.set()
        assert stored.wait(WAIT)  # a hub that answers when the push has been stored
        raise WebError("the hub hung up")

    def note(*arguments):
        save(*arguments)
        stored.set()

    monkeypatch.setattr(product.web, "post", post)
    monkeypatch.setattr(push.entries, "save", note)
    inside.ask_again()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(product.pipeline.run, Step.PUSH, WAIT)
        assert requested.wait(WAIT)
        hub.push(feed(newsroom, NEW).body)
        assert running.result() == 2
    assert inside.titles() == [OLD[1], NEW[1]]


@pytest.mark.parametrize("queue", ["pushes", "hub_subscriptions"])
def test_a_database_that_is_away_ends_the_step_with_that(product, monkeypatch, queue):
    def claim(*_arguments, **_options):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(f"dyadwatch.store.{queue}.claim", claim)
    with pytest.raises(StoreUnavailable):
        product.pipeline.run(Step.PUSH, 5.0)


def test_no_push_is_read_once_all_is_to_stop(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    hub.push(feed(newsroom, NEW).body)
    product.pipeline.stop()
    assert product.pipeline.run(Step.PUSH, 5.0) == 0
    assert inside.titles() == [OLD[1]]
