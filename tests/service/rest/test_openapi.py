"""The OpenAPI document is valid, whole, and true: every answer
of these tests is held against it (conftest)."""

import re
from datetime import UTC, datetime
from importlib import resources
from typing import get_args

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import text

from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.failures import Failure
from dyadwatch.model.subscriptions import EndpointHealth, FilterProblem, OperatorEventType, WatchEventType
from dyadwatch.store import endpoints
from dyadwatch.subscriptions.confirmations import PING
from dyadwatch.subscriptions.timing import DIGEST
from service.app import OPERATIONS
from service.rest import webhooks

TEST_EVENT = "subscription.test"


@pytest.mark.no_cover
def test_the_document_is_valid_openapi_3_1_and_needs_no_key(with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_path_that_is_served_is_described(app, with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/v1/", "/healthz", "/readyz", "/metrics"))
    }
    assert described == served
    assert len({f"{operation.method} {operation.path}" for operation in OPERATIONS}) == len(OPERATIONS)


def test_every_operation_has_its_own_name_a_summary_and_its_scope(with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert not [name for name in document["components"]["schemas"] if "__" in name], "two models of one name"
    assert all(operation["summary"] for operation in operations)
    assert all("Scope: `" in operation["description"] for operation in operations if "tags" in operation)


def test_webhooks_and_keys_are_described(with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    assert set(document["webhooks"]) == {
        *get_args(AlertEventType),
        *get_args(OperatorEventType),
        *get_args(WatchEventType),
        DIGEST,
        PING,
    }
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["security"] == [{"key": []}]


@pytest.mark.no_cover
def test_each_event_has_a_schema_of_its_own_with_a_version(with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    for name in webhooks.BODY_OF:
        path = document["webhooks"][name]["post"]["externalDocs"]["url"]
        schema = with_scope(None).get(path).get_json()
        Draft202012Validator.check_schema(schema)
        assert schema["properties"]["type"] == {"const": name}
        assert schema["$id"] == path == f"/schemas/v1/{name}.json"
    assert with_scope(None).get("/schemas/v1/alert.lost.json").status_code == 404


def test_what_is_told_of_endpoints_has_the_schema_of_its_event(with_scope, api, product):
    """Each is sent to another subscription than the one that it is about, a test to that one."""
    about, _ = (
        api.post("/v1/subscriptions", {"url": f"https://{host}.test/", "events": list(events)}).get_json()[
            "id"
        ]
        for host, events in (("a", ["alert.created"]), ("b", get_args(OperatorEventType)))
    )
    now = datetime.now(UTC)
    failure = Failure("timeout", "It did not answer.", now)
    endpoint = EndpointHealth(10, now, None, failure)
    told = {
        "endpoint.failing": {"endpoint": endpoint},
        "endpoint.recovered": {"endpoint": EndpointHealth()},
        "endpoint.disabled": {"endpoint": endpoint, "reason": "410"},
        "delivery.exhausted": {"delivery": 1, "error": failure},
        "subscription.silent": {
            "problems": [FilterProblem("/filter/side", "north", "there is none", "unknown_side")]
        },
    }
    with product.store.begin() as db:
        for name, data in told.items():
            endpoints.announce(db, about, name, data, now)
    assert api.post(f"/v1/subscriptions/{about}/test").status_code == 200
    with product.store.begin() as db:
        bodies = {row.type: row.body for row in db.execute(text("SELECT type, body FROM alert_events"))}
    assert set(bodies) == {*told, PING}
    for name, body in bodies.items():
        schema = with_scope(None).get(f"/schemas/v1/{name}.json").get_json()
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(orjson.loads(body))


def test_what_a_subscriber_is_posted_has_the_schema_of_an_event(with_scope):
    document = with_scope(None).get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    assert schemas["Event"]["properties"]["data"] == {"$ref": "#/components/schemas/ChangedAlert"}
    fields = schemas["ChangedAlert"]["properties"]
    shown = {name: schema for name, schema in schemas["Alert"]["properties"].items() if name != "expanded"}
    assert shown.items() <= fields.items()
    assert fields["changes"]["items"] == {"$ref": "#/components/schemas/AlertChange"}


def test_the_docs_load_nothing_from_elsewhere(with_scope):
    anybody = with_scope(None)
    answer = anybody.get("/docs")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert len(loaded) == 5
    for address in loaded:
        assert address.startswith("/")
        assert anybody.get(address).status_code == 200
    assert anybody.get("/docs/redoc.js").status_code == 404


def test_the_docs_ask_no_validator_elsewhere():
    script = (resources.files("service.ui") / "static" / "docs.js").read_text()
    assert "validatorUrl: null" in script
