"""What the OpenAPI document allows is served, what it does not is refused, and every answer is as it says:
schemathesis makes requests of every operation, and holds the answers against all of its checks."""

import hashlib
import re
import tomllib
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from service.app import OPERATIONS
from service.rest import openapi

ROOT = Path(__file__).parents[3]
CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = (
    settings.default.max_examples // 20
)  # of each operation, valid and not; `scripts/fuzz api` has more
METHODS = {"reading": ["GET"], "changing": ["POST", "PUT", "PATCH"], "removing": ["DELETE"]}
# By which the key of these requests would be lost.
OF_KEYS = {"DELETE /v1/keys/{id}", "POST /v1/keys/{id}/rotate"}


def test_the_contract_is_kept_and_the_changelog_names_it():
    """Else run `scripts/openapi "what is new"`, or, after a merge, `scripts/openapi --described`."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    document = orjson.dumps(openapi.build(OPERATIONS), option=options)
    assert (ROOT / "docs" / "openapi.json").read_bytes() == document
    digests = re.findall(
        r"(?m)^The digest of the contract.*`([0-9a-f]+)`\.$", (ROOT / "CHANGELOG.md").read_text()
    )
    assert digests == [hashlib.sha256(document).hexdigest()[:16]]


@pytest.fixture
def schema(app):
    """The document, as schemathesis reads it."""
    import schemathesis  # which takes long; other tests do without it
    from schemathesis.config import SchemathesisConfig

    config = SchemathesisConfig.from_dict(tomllib.loads(CONFIG.read_text()))
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)


@pytest.mark.parametrize("methods", METHODS.values(), ids=METHODS)
@pytest.mark.no_cover
def test_every_answer_keeps_the_contract(schema, api, rows, monkeypatch, methods):
    monkeypatch.setattr("socket.getaddrinfo", _no_names)
    rows.alert()
    rows.article(1)
    headers = {"Authorization": f"Bearer {api.token}", "Accept-Encoding": "identity"}
    for operation in OPERATIONS:
        if operation.method in methods and f"{operation.method} {operation.path}" not in OF_KEYS:
            _try(schema[operation.path][operation.method], headers)


def _try(operation, headers):
    from schemathesis import GenerationMode

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
