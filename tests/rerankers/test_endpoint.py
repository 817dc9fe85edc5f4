"""A reranker that asks an endpoint: what counts, what it costs, and that no failure stops the tagging. The
endpoint is a real server on loopback."""

import json
import threading
from ipaddress import ip_network

import pytest
import structlog
from local_site import Page, Site

from dyadwatch.broker import Broker, Cache, Quota, Throttle
from dyadwatch.broker_urls import read_broker_url
from dyadwatch.rerankers import Endpoint, EndpointReranker
from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.relations.rerankers import Claim
from dyadwatch.web import Client

PATH = "/v1/chat/completions"
SENTENCE = "Aldra thanked Qirra on Monday."
CLAIM = Claim(("Aldra", 0, 5), ("Qirra", 14, 19), "SUPPORT")


def completion(content, **page):
    document = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    return Page(json.dumps(document), kind="application/json", **page)


def verdict(probability=0.8, quote="Aldra thanked Qirra"):
    return completion(json.dumps({"probability": probability, "quote": quote}))


@pytest.fixture
def site():
    site = Site()
    site.pages[PATH] = verdict()
    yield site
    site.close()


@pytest.fixture
def clock():
    """A clock that the test sets."""

    class Clock:
        now = 1_000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def connect(site, clock, without_certificates):
    """Makes rerankers, each of a process of its own."""
    opened = []

    def connect(redis_url=None, *, calls=100, timeout=5.0, networks=("127.0.0.0/8",), **endpoint):
        web = Client(allow_private=[ip_network(network) for network in networks], user_agent="test")
        broker = Broker(read_broker_url(redis_url) if redis_url else None)
        opened.extend([web, broker])
        throttle, quota = Throttle(broker), Quota(calls, window=3600)
        return EndpointReranker(
            Endpoint(**{"url": f"{site.url}/v1", "model": "small", "key": None, **endpoint}, timeout=timeout),
            web,
            Cache(broker, "reranker", 60),
            lambda: throttle.spend("reranker", quota).allowed,
            clock=clock,
        )

    yield connect
    for one in opened:
        one.close()


def test_a_model_is_asked_in_the_form_of_chat_completions(connect, site):
    reranker = connect(key="sk-secret", url=f"{site.url}/v1/")
    assert reranker(SENTENCE, [CLAIM]) == [0.8]
    (request,) = site.requests
    asked = json.loads(request.body)
    assert (request.path, asked["model"], asked["temperature"]) == (PATH, "small", 0)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert json.loads(asked["messages"][1]["content"])["sentence"] == SENTENCE
    assert request.headers["authorization"] == "Bearer sk-secret"


def test_claims_of_the_same_two_are_one_question(connect, site):
    claims = [CLAIM, Claim(CLAIM.recipient, CLAIM.actor, "CONSULT")]
    assert connect()(SENTENCE, claims) == [0.8, 0.8]
    assert len(site.requests) == 1


@pytest.mark.parametrize("confidence", [0.0, 0.04, 0.96, 1.0])
def test_of_what_the_rules_are_sure_nothing_is_asked(connect, site, confidence):
    assert connect()(SENTENCE, [CLAIM._replace(confidence=confidence)]) == [None]
    assert site.requests == []


def test_a_sentence_without_end_is_not_sent(connect, site):
    assert connect()(SENTENCE + "x" * 2_000, [CLAIM]) == [None]
    assert site.requests == []


@pytest.mark.parametrize("shared", [True, False])
def test_an_answer_is_used_again(connect, site, shared, request):
    """By other processes too where they share a broker; one that does not count is not asked for again."""
    redis_url = request.getfixturevalue("redis_url") if shared else None
    first = connect(redis_url)
    second = connect(redis_url) if shared else first
    assert first(SENTENCE, [CLAIM]) == second(SENTENCE, [CLAIM]) == [0.8]
    site.pages[PATH] = verdict(quote="Aldra praised Qirra")
    other = CLAIM._replace(recipient=("Monday", 23, 29))
    assert first(SENTENCE, [other]) == second(SENTENCE, [other]) == [None]
    assert len(site.requests) == 2
    assert second.outcomes["cached"] == 2
    assert first.outcomes["not_quoted"] == 1


def test_another_model_is_asked_anew(connect, site, redis_url):
    for model in ("small", "large"):
        connect(redis_url, model=model)(SENTENCE, [CLAIM])
    assert len(site.requests) == 2


def sentences(count):
    return [f"{SENTENCE} {number}" for number in range(count)]


@pytest.mark.parametrize("shared", [True, False])
def test_the_budget_of_calls_holds_for_all_processes_of_a_broker_or_for_each(connect, site, shared, request):
    redis_url = request.getfixturevalue("redis_url") if shared else None
    rerankers = [connect(redis_url, calls=2) for _ in range(2)]
    scores = [reranker(sentence, [CLAIM]) for sentence in sentences(3) for reranker in rerankers[::-1]]
    assert len(site.requests) == (2 if shared else 4)
    assert scores.count([None]) == 2
    assert sum(reranker.outcomes["over_budget"] for reranker in rerankers) == 2


def test_while_the_broker_is_away_each_process_counts_and_remembers(connect, site):
    reranker = connect("redis://127.0.0.1:1/0", calls=1)
    assert [reranker(SENTENCE, [CLAIM]) for _ in range(2)] == [[0.8], [0.8]]
    assert reranker(SENTENCE + "!", [CLAIM]) == [None]
    assert len(site.requests) == 1


FAILURES = {
    "status_500": Page("oops", status=500),
    "status_401": Page("{}", status=401),
    "status_302": Page("", status=302, headers={"Location": "/elsewhere"}),
    "status_429": Page("{}", status=429),
    "answer_unreadable": Page("<html>"),
}


@pytest.mark.parametrize("code", FAILURES)
def test_an_endpoint_that_fails_is_left_alone_for_a_minute_and_told_of_once(connect, site, clock, code):
    site.pages[PATH] = FAILURES[code]
    reranker = connect()
    with structlog.testing.capture_logs() as logs:
        assert [reranker(sentence, [CLAIM]) for sentence in sentences(3)] == [[None]] * 3
        clock.now += 59
        reranker(SENTENCE, [CLAIM])
        assert len(site.requests) == 1
        clock.now += 2
        reranker(SENTENCE, [CLAIM])
    assert len(site.requests) == 2
    assert [(log["event"], log["code"]) for log in logs] == [("reranker failed", code)]
    assert reranker.outcomes == {code: 2, "paused": 3}
    site.pages[PATH] = verdict()
    clock.now += 61
    assert reranker(SENTENCE, [CLAIM]) == [0.8]


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", '{"choices": []}', '{"choices": [{"message": {"content": null}}]}', "x" * 2**18],
    ids=lambda body: body[:20],
)
def test_a_response_that_is_no_completion_or_has_no_end_is_a_failure(connect, site, body):
    site.pages[PATH] = Page(body)
    reranker = connect()
    assert reranker(SENTENCE, [CLAIM]) == [None]
    assert reranker.outcomes == {"answer_unreadable": 1}


def test_an_endpoint_says_how_long_to_leave_it_alone(connect, site, clock):
    site.pages[PATH] = Page("{}", status=429, headers={"Retry-After": "600"})
    reranker = connect()
    for passed in (0, 599, 2):
        clock.now += passed
        reranker(SENTENCE, [CLAIM])
    assert len(site.requests) == 2


def test_a_slow_answer_is_not_waited_for(connect, site):
    release = threading.Event()
    site.pages[PATH] = completion("{}", release=release)
    reranker = connect(timeout=0.15)
    assert reranker(SENTENCE, [CLAIM]) == [None]
    assert reranker.outcomes == {"deadline_exceeded": 1}
    release.set()


def test_a_process_waits_a_third_of_its_time_at_most(connect, site, clock, monkeypatch):
    """Fifteen seconds at once, whatever an answer may take."""
    reranker = connect()
    post = reranker._http.post

    def slow(*arguments, deadline, **options):
        clock.now += deadline
        return post(*arguments, deadline=60, **options)

    monkeypatch.setattr(reranker._http, "post", slow)
    began = clock.now
    for sentence in sentences(50):
        reranker(sentence, [CLAIM])
    assert clock.now - began <= 15 * 1.5 + 0.1
    assert reranker.outcomes["no_time"] > 40
    clock.now += 30
    assert reranker(SENTENCE, [CLAIM]) == [0.8]


def test_an_address_that_is_not_public_is_asked_only_where_the_operator_allows_it(connect, site):
    reranker = connect(networks=())
    assert reranker(SENTENCE, [CLAIM]) == [None]
    assert reranker.outcomes == {"blocked_address": 1}
    assert site.requests == []


def test_outcomes_are_logged_every_ten_minutes(connect, clock):
    reranker = connect()
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            reranker(SENTENCE, [CLAIM])
            clock.now += 400
        reranker(SENTENCE, [CLAIM])
    assert [{**log, "log_level": ""} for log in logs] == [
        {"event": "reranker outcomes", "answered": 1, "cached": 2, "log_level": ""}
    ]


TEXT = "Before Assad, Khamenei had trusted only Nasrallah."
QUOTE = "Before Assad, Khamenei had trusted only"


@pytest.fixture(scope="module")
def tagger():
    """Calls the reranker that its `judge` names."""

    class Judged:
        def __init__(self):
            self.watch = parse_watch(shipped_watches()[0])
            self.tagger = Tagger([self.watch], reranker=self._ask)

        def _ask(self, sentence, claims):
            return self.judge(sentence, claims)

        def tag(self, judge):
            self.judge = judge
            return self.tagger.tag(TEXT, language="en", watches=[self.watch.id]).watches[self.watch.id]

    return Judged()


def no_opinion(_, claims):
    return [None] * len(claims)


def test_an_answer_moves_a_clause_within_its_bound(tagger, connect, site):
    """It is a named feature among the others."""
    site.pages[PATH] = verdict(1, QUOTE)
    after = tagger.tag(connect())
    assert after.score > tagger.tag(no_opinion).score
    assert after.mentions[0].features["reranker"] == pytest.approx(2.1972, abs=1e-3)


@pytest.mark.parametrize("page", [verdict(1, "Khamenei trusted Assad"), *FAILURES.values()])
def test_without_an_answer_that_counts_a_text_is_tagged_as_without_a_reranker(tagger, connect, site, page):
    site.pages[PATH] = page
    assert tagger.tag(connect()) == tagger.tag(no_opinion)
    assert len(site.requests) == 1
