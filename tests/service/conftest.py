"""The HTTP service of a real product on real servers, and clients with a key of each scope."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import orjson
import pytest
from alert_rows import complete_document
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import SecretStr
from shared_app import serving
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from dyadwatch import bootstrap
from dyadwatch.model.keys import Scope
from dyadwatch.settings import Settings
from dyadwatch.store import keys, watches
from dyadwatch.tagging import shipped_watches
from service.app import OPERATIONS
from service.rest import openapi


@pytest.fixture(scope="session")
def _shipped() -> tuple:
    return shipped_watches()


@pytest.fixture
def product(
    database_url: str, redis_url: str, compiled_once, without_certificates, _shipped
) -> Iterator[bootstrap.Product]:
    """A product with the shipped watch, as `dyadwatch up` makes it; loopback may be reached."""
    settings = Settings(
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        allow_private_networks="127.0.0.0/8",
    )
    product = bootstrap.build(settings)
    with product.store.begin() as db:
        watches.ensure(db, _shipped)
    yield product
    product.close()


@pytest.fixture
def app(product) -> Flask:
    """The application under test."""
    return serving(product)


@dataclass
class Api:
    """A client of the API that holds a key, or none."""

    client: FlaskClient
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, json=None, *, raw: bytes | None = None, headers=None):
        own_headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = raw if raw is not None else None if json is None else orjson.dumps(json)
        if data is not None:
            own_headers["Content-Type"] = "application/json"
        answer = self.client.open(path, method=method, data=data, headers={**own_headers, **(headers or {})})
        conforms(self.client.application, method, path, answer)
        return answer

    def get(self, path: str, **options):
        return self("GET", path, **options)

    def post(self, path: str, json=None, **options):
        return self("POST", path, json, **options)


@pytest.fixture
def with_scope(app, product):
    """Makes a client with a key of the scope, or with none."""

    def make(scope: Scope | None) -> Api:
        if scope is None:
            return Api(app.test_client())
        with product.store.begin() as db:
            _, token = keys.create(db, f"test {scope}", [scope])
        return Api(app.test_client(), token)

    return make


@pytest.fixture
def api(with_scope) -> Api:
    """A client that may do everything."""
    return with_scope("admin")


@pytest.fixture
def receiver():
    """An endpoint on loopback; yields its URL and what it got."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append(({**self.headers, ":path": self.path}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args):
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", requests
    server.shutdown()
    thread.join()
    server.server_close()


@cache
def described() -> dict:
    """The OpenAPI document, as clients get it."""
    return orjson.loads(orjson.dumps(openapi.build(OPERATIONS)))


def conforms(app: Flask, method: str, path: str, answer) -> None:
    """Fails where an answer of an operation is not as the OpenAPI document says."""
    try:
        name, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method)
    except HTTPException:
        return
    operation = described()["paths"].get(name.partition(" ")[2], {}).get(name.partition(" ")[0].lower())
    if operation is None:
        return
    responses = operation["responses"]
    assert str(answer.status_code) in responses, (method, path, answer.status_code, answer.text[:300])
    content = responses[str(answer.status_code)].get("content", {})
    if method != "HEAD" and content:
        media = answer.content_type.removesuffix("; charset=utf-8")
        assert media in content
        if "schema" in content[media]:
            schema = content[media]["schema"] | {"components": described()["components"]}
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(orjson.loads(answer.data))
    elif method != "HEAD":
        assert answer.data == b""


class Rows:
    """Writes rows as the pipeline would, with what a test cares about."""

    def __init__(self, product) -> None:
        self._store = product.store

    def insert(self, table: str, values: dict) -> int:
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        with self._store.begin() as db:
            return db.execute(
                text(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"), values
            ).scalar_one()

    def execute(self, statement: str, **values) -> None:
        with self._store.begin() as db:
            db.execute(text(statement), values)

    def story(self) -> int:
        return self.insert("stories", {"title": "A story"})

    def article(self, number: int, **values) -> int:
        row = {"url": f"https://a.test/{number}", "story_id": self.story(), "version": 1, "title": "Talks"}
        row["title_key"] = "talks"
        article = self.insert("articles", row | values)
        version = {
            "article_id": article,
            "number": 1,
            "title": "Talks",
            "text": "Talks\n\nText.",
            "text_hash": "x",
        }
        self.insert("article_versions", version)
        return article

    def alert(self, document: dict | None = None, **values) -> int:
        """An alert of the shipped watch; `document` adds to or replaces parts of a plain one."""
        row = {"watch_id": "assad-khamenei", "story_id": self.story(), "score": 0.9, "level": "person"}
        row["document"] = orjson.dumps(alert_document(**(document or {}))).decode()
        alert = self.insert("alerts", row | values)
        with self._store.begin() as db:
            complete_document(db, alert)
        return alert

    def document(self, **parts) -> dict:
        return alert_document(**parts)

    def delivery(self, subscription: int, **values) -> int:
        event = {"type": "alert.created", "webhook_id": f"msg_{uuid4()}", "body": "{}"}
        row = {
            "event_id": self.insert("alert_events", event),
            "subscription_id": subscription,
            "host": "a.test",
        }
        return self.insert("deliveries", row | values)


@pytest.fixture
def rows(product) -> Rows:
    """Writes rows that the pipeline would write."""
    return Rows(product)


def alert_document(**parts) -> dict:
    """A stored alert: one article, one mention."""
    quote = "Assad met Khamenei in Tehran."
    mention = {
        "watch": "assad-khamenei",
        "watch_version": 1,
        "tagger_version": "1",
        "level": "person",
        "event_type": "CONSULT",
        "mode": "visit",
        "quad_class": "verbal_cooperation",
        "score": 1.5,
        "direction": "a->b",
        "modality": "asserted",
        "attribution": None,
        "actors": {
            "a": [{"surface": "Assad", "start": 7, "end": 12, "kind": "name"}],
            "b": [{"surface": "Khamenei", "start": 17, "end": 25, "kind": "name"}],
        },
        "evidence": {"quote": quote, "start": 7, "end": 7 + len(quote), "prefix": "Talks\n\n", "suffix": ""},
        "confidence": 0.9,
        "features": {"CONSULT between": 2.0},
        "rules": ["svo"],
        "article": 1,
        "article_version": 1,
    }
    article = {"id": 1, "url": "https://a.test/1", "title": "Talks", "source": "SANA", "published_at": None}
    return {
        "event_types": ["CONSULT"],
        "articles": [article],
        "evidence": [mention],
        "copies": 1,
        "origins": ["SANA"],
    } | parts
