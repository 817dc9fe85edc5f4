"""What the OpenAPI document allows is served, what it does not is refused, and every answer is as it says:
schemathesis makes requests of every operation, and holds the answers against all of its checks."""

import tomllib
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from service.app import OPERATIONS

CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = (
    settings.default.max_examples // 20
)  # of each operation, valid and not; `scripts/fuzz api` has more
METHODS = {"reading": ["GET"], "changing": ["POST", "PUT", "PATCH"], "removing": ["DELETE"]}
# By which the key of these requests would be lost.
OF_KEYS = {"DELETE /v1/keys/{id}", "POST /v1/keys/{id}/rotate"}


@pytest.fixture
def schema(app):
    """The document, as schemathesis reads it."""
    config = SchemathesisConfig.from_dict(tomllib.loads(CONFIG.read_text()))
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)


@pytest.mark.parametrize("methods", METHODS.values(), ids=METHODS)
def test_every_answer_keeps_the_contract(schema, api, rows, monkeypatch, methods):
    monkeypatch.setattr("socket.getaddrinfo", _no_names)
    rows.alert()
    rows.article(1)
    headers = {"Authorization": f"Bearer {api.token}", "Accept-Encoding": "identity"}
    for operation in OPERATIONS:
        if operation.method in methods and f"{operation.method} {operation.path}" not in OF_KEYS:
            _try(schema[operation.path][operation.method], headers)


def _try(operation, headers):
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case):
            case.call_and_validate(headers=headers)

        send()


def _no_names(*_address, **_options):
    raise OSError("no test needs the network")
