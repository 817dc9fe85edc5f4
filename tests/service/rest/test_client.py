"""The OpenAPI document is good enough for a generator of clients: the example of docs/api.md works."""

import re
import sys
from pathlib import Path

import httpx
import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from service.rest.opml import OpmlBody

ROOT = Path(__file__).parents[3]


@pytest.mark.no_cover
def test_the_generated_client_of_the_documentation_lists_alerts_and_subscribes(
    app, api, rows, tmp_path, monkeypatch
):
    rows.alert()
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document_source=ROOT / "docs" / "openapi.json",
        file_encoding="utf-8",
        overwrite=True,
        output_path=tmp_path / "dyadwatch_client",
    )
    left_out = {error.detail for error in generate(config=config)}
    assert left_out == {f"Unsupported content type {media}" for media in OpmlBody.other_media}
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    monkeypatch.setattr("httpx.Client._init_transport", lambda *_, **_options: httpx.WSGITransport(app))
    (example,) = re.findall(
        r"```python\n(from dyadwatch_client.*?)```", (ROOT / "docs/api.md").read_text(), re.DOTALL
    )
    printed = []
    try:
        exec(example.replace("dyw_…", api.token), {"print": lambda *values: printed.append(values)})
    finally:
        for name in set(sys.modules) - before:
            if name.startswith("dyadwatch_client"):
                del sys.modules[name]
    (_, score, titles), (subscription, secret) = printed
    assert (score, titles) == (0.9, ["Talks"])
    (made,) = api.get("/v1/subscriptions").get_json()["data"]
    assert made["id"] == subscription
    assert secret.startswith("whsec_")
    assert made["filter"] == {"language": ["ar", "fa"]}
