"""Asking hubs: requests, verification, renewal, and hubs that lie, fail or fall silent."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from local_hub import Behaviour
from local_site import Page, feed

from dyadwatch import bootstrap
from dyadwatch.model.steps import Step
from dyadwatch.store import claims

OLD, NEW = ("/old", "An older story"), ("/new", "A newer story")


def test_without_a_public_url_no_hub_is_asked(product, inside, newsroom, hub, context):
    object.__setattr__(context, "limits", bootstrap.Limits(poll_min=60, poll_max=600, threads=4))
    product.pipeline.run_until_idle()
    assert hub.requests == []
    assert inside.titles() == [OLD[1]]


@pytest.mark.parametrize(
    "lie", [{"topic": "https://elsewhere.example/rss"}, {"mode": "unsubscribe"}, {"challenge": ""}]
)
def test_a_hub_that_asks_for_something_else_gets_no_subscription(product, inside, newsroom, hub, lie):
    hub.behaviours["/"] = Behaviour(parameters=lie)
    product.pipeline.run_until_idle()
    assert [response.status in (400, 404) for response in hub.verified] == [True]
    assert inside.view().state == "pending"


def test_a_hub_that_verifies_later_is_waited_for(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(verifies=False)
    product.pipeline.run_until_idle()
    assert (inside.view().state, inside.view().last_error) == ("pending", None)
    assert hub.verify(hub.form).status == 200
    assert inside.view().state == "active"


def test_a_hub_that_never_verifies_is_asked_again_and_that_is_told(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(verifies=False)
    product.pipeline.run_until_idle()
    inside.ask_again()
    product.pipeline.run_until_idle()
    assert len(hub.requests) == 2
    assert hub.requests[0] == hub.requests[1]
    assert inside.view().last_error.code == "hub_unverified"


def test_a_denied_subscription_is_recorded_and_the_feed_polled_on(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(parameters={"mode": "denied", "reason": "not ours"})
    product.pipeline.run_until_idle()
    assert [response.status for response in hub.verified] == [204]
    view = inside.view()
    assert (view.state, view.last_error.code) == ("denied", "hub_denied")
    wait = inside.scalar("SELECT due_at FROM hub_subscriptions") - datetime.now(UTC)
    assert timedelta(hours=20) < wait < timedelta(hours=28)
    hub.behaviours["/"] = Behaviour()
    inside.ask_again()
    product.pipeline.run_until_idle()
    assert inside.view().state == "active"


def test_a_hub_that_fails_is_asked_again_later(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(status=503, words="too busy", headers={"Retry-After": "7200"})
    product.pipeline.run_until_idle()
    view = inside.view()
    assert (view.state, view.last_error.code) == ("pending", "http_503")
    assert view.last_error.detail == "The hub answered 503: too busy"
    assert inside.scalar("SELECT due_at FROM hub_subscriptions") - datetime.now(UTC) > timedelta(hours=1)


def test_a_hub_may_send_us_to_another(product, inside, newsroom, hub):
    hub.behaviours |= {"/": Behaviour(status=307, headers={"Location": "/other"}), "/other": Behaviour()}
    product.pipeline.run_until_idle()
    assert [path for path, _ in hub.requests] == ["/", "/other"]
    assert hub.requests[0][1] == hub.requests[1][1]
    assert inside.view().state == "active"


def test_a_hub_that_sends_us_round_and_round_is_given_up_for_a_day(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(status=308, headers={"Location": "/"})
    product.pipeline.run_until_idle()
    assert len(hub.requests) == 4
    assert inside.view().last_error.code == "http_308"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://169.254.169.254/", "blocked_address"),
        ("http://127.0.0.1:9/", "redirect_invalid"),
        ("http://localhost/", "redirect_invalid"),
        ("https://hub.example/", "redirect_invalid"),
        ("http://[", "redirect_invalid"),
    ],
)
def test_a_hub_that_must_not_be_asked_is_not(product, inside, newsroom, hub, address, code):
    hub.behaviours["/"] = Behaviour(status=307, headers={"Location": address})
    product.pipeline.run_until_idle()
    assert inside.view().last_error.code == code


def test_the_secret_is_sent_to_no_hub_where_others_could_read_it(product, inside, newsroom, naming):
    newsroom.pages["/rss"] = naming(feed(newsroom, OLD), "http://hub.example/")
    product.pipeline.run_until_idle()
    assert inside.view().last_error.code == "hub_insecure"
    assert inside.titles() == [OLD[1]]


def test_a_hub_that_cannot_be_reached_does_not_end_polling(product, inside, newsroom, hub):
    hub.close()
    hub.close = lambda: None
    product.pipeline.run_until_idle()
    assert inside.view().last_error.code == "connect_failed"
    assert inside.titles() == [OLD[1]]


def test_a_surprise_while_asking_is_recorded(product, inside, newsroom, hub, context, monkeypatch):
    monkeypatch.setattr(context.web, "post", lambda *_, **__: 1 / 0)
    product.pipeline.run_until_idle()
    assert inside.view().last_error.code == "internal_error"


def test_a_lease_is_renewed_with_the_same_callback_and_secret(product, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(parameters={"lease_seconds": "1000"})
    product.pipeline.run_until_idle()
    due = inside.scalar("SELECT due_at - now() FROM hub_subscriptions")
    assert timedelta(seconds=690) < due < timedelta(seconds=890)
    first = inside.view().lease_until
    inside.ask_again()
    product.pipeline.run_until_idle()
    assert hub.requests[0] == hub.requests[1]
    assert inside.view().lease_until > first


def test_a_renewal_that_fails_leaves_the_rest_of_the_lease(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    hub.behaviours["/"] = Behaviour(status=500)
    inside.ask_again()
    product.pipeline.run_until_idle()
    assert (inside.view().state, inside.view().last_error.code) == ("active", "http_500")
    hub.push(feed(newsroom, NEW).body)
    product.pipeline.run_until_idle()
    assert NEW[1] in inside.titles()


def test_a_feed_that_changes_its_hub_changes_over(product, naming, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    before = hub.form
    hub.behaviours["/second"] = Behaviour()
    newsroom.pages["/rss"] = naming(feed(newsroom, OLD, NEW), hub.url + "second")
    inside.change("UPDATE feeds SET due_at = now()")
    product.pipeline.run_until_idle()
    assert [path for path, _ in hub.requests] == ["/", "/second"]
    assert (inside.view().hub, inside.view().state) == (hub.url + "second", "active")
    assert hub.push(feed(newsroom, NEW).body, form=before).status == 410


def test_a_feed_that_names_no_hub_any_more_is_only_polled(product, inside, newsroom, hub):
    product.pipeline.run_until_idle()
    newsroom.pages["/rss"] = feed(newsroom, OLD, NEW)
    inside.change("UPDATE feeds SET due_at = now()")
    product.pipeline.run_until_idle()
    assert inside.scalar("SELECT count(*) FROM hub_subscriptions") == 0
    assert inside.scalar("SELECT memory ->> 'push_until' FROM feeds") is None
    assert hub.push(feed(newsroom, NEW).body).status == 410


def test_a_poll_under_way_does_not_forget_that_the_hub_has_verified(product, naming, inside, newsroom, hub):
    hub.behaviours["/"] = Behaviour(verifies=False)
    product.pipeline.run_until_idle()
    newsroom.pages["/rss"] = naming(feed(newsroom, OLD), hub.url)
    ordinary = product.web.get

    def slow(url, **options):
        answer = ordinary(url, **options)
        if url.endswith("/rss"):
            assert hub.verify(hub.form).status == 200
        return answer

    product.web.get = slow
    inside.change("UPDATE feeds SET due_at = now()")
    product.pipeline.run(Step.POLL, 5.0)
    assert inside.scalar("SELECT memory ->> 'push_until' FROM feeds") is not None


def test_a_request_ends_within_its_lease(product, inside, newsroom, naming, ends, monkeypatch):
    """Whatever each redirect of the hub leaves of its own deadline."""
    release = threading.Event()
    newsroom.pages["/hub"] = Page(status=307, headers={"Location": "/hung"})
    newsroom.pages["/hung"] = Page(release=release)
    newsroom.pages["/rss"] = naming(feed(newsroom, OLD), newsroom.url + "/hub")
    product.pipeline.run(Step.POLL, 5.0)
    monkeypatch.setattr(claims, "LEASE", 1.0)
    ends.clear()
    assert product.pipeline.run(Step.PUSH, 0.5) == 1
    release.set()
    assert len(ends) == 1
    assert newsroom.request_count("/hung") == 1
    assert inside.view().last_error.code == "deadline_exceeded"
    assert inside.scalar("SELECT turn = 1 AND due_at > now() FROM hub_subscriptions")
