"""What Prometheus reads of the service, and who may read it."""

from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from broker_servers import valkey
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from dyadwatch.broker import Broker, Throttle
from dyadwatch.broker_urls import read_broker_url
from dyadwatch.model.steps import Step
from dyadwatch.model.workers import RunCount
from dyadwatch.setting_values import read_networks
from dyadwatch.store import Store, workers
from service import metrics
from service.addresses import is_within
from service.app import create_app
from service.metrics import route_of


def _samples(answer, read=read_text):
    """The values by name and labels."""
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in read(answer.text)
        for sample in family.samples
    }


def test_requests_pass_and_are_counted_while_the_broker_is_away(product, with_scope, monkeypatch):
    monkeypatch.setattr(metrics, "_FRESH", 0)
    with ExitStack() as running:
        port = running.enter_context(valkey())
        broker = running.enter_context(closing(Broker(read_broker_url(f"redis://127.0.0.1:{port}/0"))))
        api = with_scope("read")
        api.client = create_app(replace(product, broker=broker, throttle=Throttle(broker))).test_client()
        assert api.get("/v1/alerts").status_code == 200
        before = _samples(api.get("/metrics"))
        running.close()
        late = with_scope("read")  # of which nothing has been taken from the broker
        late.client = api.client
        answers = [late.get("/v1/alerts") for _ in range(3)]
    assert [(answer.status_code, "RateLimit" in answer.headers) for answer in answers] == [(200, True)] * 3
    after = _samples(late.get("/metrics"))
    names = ("dyadwatch_broker_up", "dyadwatch_broker_failures_total", "dyadwatch_rate_limit_unshared_total")
    assert [before[name,] for name in names] == [1, 0, 0]
    assert [after[name,] for name in names] == [0, 1, 4]  # with the one that says so


def test_requests_are_counted_by_the_pattern_of_their_path(with_scope, product):
    app = create_app(product)
    reader = with_scope("read")
    reader.client = app.test_client()
    for path in ("/v1/alerts/1", "/v1/alerts/2", "/v1/alerts", "/v1/alerts", "/none/1", "/none/2"):
        reader.get(path)
    reader.client.open("/v1/alerts", method="BREW")
    samples = _samples(reader.get("/metrics"))
    counts = {
        tuple(labels): value
        for (name, *labels), value in samples.items()
        if name == "dyadwatch_http_requests_total"
    }
    assert counts == {
        ("/v1/alerts/{id}", "404", "GET"): 2,
        ("/v1/alerts", "200", "GET"): 2,  # the second one before Flask
        ("404", "GET", "unknown"): 2,
        ("405", "OTHER", "unknown"): 1,
    }
    assert samples["dyadwatch_http_request_seconds_count", "/v1/alerts"] == 2


def test_the_state_is_that_of_the_database(api, rows, product):
    api.client = create_app(product).test_client()
    rows.alert()
    with product.store.begin() as db:
        workers.add(db, "a:1", {Step.TAG: RunCount(3, 1, 9, 2.5)})
    accept = {"Accept": "application/openmetrics-text"}
    answer = api.get("/metrics", headers=accept)
    assert answer.content_type.startswith("application/openmetrics-text")
    samples = _samples(answer, read_openmetrics)
    assert samples["dyadwatch_database_up",] == samples["dyadwatch_alerts_last_day",] == 1
    assert samples["dyadwatch_work_due", "deliver"] == 0
    assert samples["dyadwatch_delivery_attempts_last_day", "failed"] == 0
    assert samples["dyadwatch_worker_runs_total", "failed", "tag"] == 1
    assert samples["dyadwatch_worker_rows_total", "tag"] == 9
    assert samples["dyadwatch_worker_processes", "tag"] == 1
    rows.alert()
    again = _samples(api.get("/metrics"))  # which asks nobody so soon
    assert again["dyadwatch_alerts_last_day",] == 1
    assert again["dyadwatch_http_requests_total", "/metrics", "200", "GET"] >= 1


def test_a_key_is_needed_but_from_networks_that_are_named(product, with_scope):
    anybody = with_scope(None)
    assert anybody.get("/metrics").get_json()["code"] == "key_missing"
    assert with_scope("read").get("/metrics").status_code == 200
    named = product.settings.model_copy(update={"metrics_networks": read_networks("10.0.0.0/8, 127.0.0.1")})
    away = replace(product, settings=named, store=Store("postgresql://u:hunter2@127.0.0.1:1/x"))
    near = create_app(away).test_client()
    samples = _samples(near.get("/metrics"))  # without a database, which knows the keys
    assert (samples["dyadwatch_database_up",], samples["dyadwatch_broker_up",]) == (0, 1)
    assert near.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 401


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.0.0.1", False),
        ("::1", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_is_within_a_network_also_as_ipv6_writes_it(address, expected):
    assert is_within(address, read_networks("10.0.0.0/8,fd00::/8")) == expected


def test_a_route_is_written_as_the_documentation_does():
    rules = ("/v1/alerts/<row:id>", "/static/<path:filename>", "/alerts.<slug:format>", "/x/<token>")
    assert [route_of(rule) for rule in rules] == [
        "/v1/alerts/{id}",
        "/static/{filename}",
        "/alerts.{format}",
        "/x/{token}",
    ]
