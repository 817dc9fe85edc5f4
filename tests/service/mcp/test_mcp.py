"""The Model Context Protocol, spoken by the official package's own client."""

import asyncio
import sys

import httpx2
import orjson
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from dyadwatch.subscriptions import AlertFilter
from service.app import OPERATIONS, THREADS, route
from service.gateway import Gateway, GatewayLimits
from service.mcp import tools

_TEXT = "Talks\n\nAssad met Khamenei in Tehran. They talked."
_SOURCE = {"name": "A paper", "feeds": [{"url": "https://a.test/feed"}]}


@pytest.fixture
def article(rows) -> int:
    """An article that one alert quotes."""
    article = rows.article(1)
    rows.execute("UPDATE article_versions SET text = :text WHERE article_id = :id", text=_TEXT, id=article)
    evidence = [{**mention, "article": article} for mention in rows.document()["evidence"]]
    rows.alert({"evidence": evidence})
    return article


@pytest.fixture
def over_http(app, with_scope):
    """Runs a conversation through the gateway with a key of the scope."""

    def run(conversation, scope="read", *, mode="auto", token=None):
        async def connect():
            key = token or with_scope(scope).token
            transport = httpx2.ASGITransport(app=Gateway(app, route, GatewayLimits(THREADS)))
            async with httpx2.AsyncClient(
                transport=transport, headers={"Authorization": f"Bearer {key}"}
            ) as http:
                endpoint = streamable_http_client("http://dyadwatch.test/mcp", http_client=http)
                async with Client(endpoint, mode=mode, read_timeout_seconds=60) as client:
                    return await conversation(client)

        return asyncio.run(connect())

    return run


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_alert_is_searched_read_and_quoted_by_its_offsets(over_http, article, mode):
    async def conversation(client):
        page = (await client.call_tool("search_alerts", {"watch": "assad-khamenei"})).structured_content
        alert = await client.call_tool("get_alert", {"id": page["data"][0]["id"]})
        text, *links = alert.content
        assert orjson.loads(text.text) == alert.structured_content == page["data"][0]
        quotes = [(await client.read_resource(link.uri)).contents[0].text for link in links]
        counts = await client.call_tool(
            "timeline", {"slug": "assad-khamenei", "interval": "week", "by": ["side"]}
        )
        assert len(counts.structured_content["data"]) == 52, counts.structured_content
        accounts = await client.call_tool("compare_accounts", {"id": page["data"][0]["story"]})
        assert not accounts.is_error, accounts.structured_content
        listed = (await client.list_resources()).resources
        document = (await client.read_resource(listed[0].uri)).contents[0].text
        return alert.structured_content, quotes, orjson.loads(document)

    alert, quotes, document = over_http(conversation, mode=mode)
    assert (
        quotes
        == ["Assad met Khamenei in Tehran."]
        == [each["evidence"]["quote"] for each in alert["evidence"]]
    )
    assert document == alert


def test_an_article_comes_with_the_places_of_its_evidence(over_http, article, rows):
    mention = rows.document()["evidence"][0]
    rows.execute(
        "INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship,"
        " score, mentions) VALUES (:article, 'assad-khamenei', 1, 1, '1', true, 0.9, :mentions)",
        article=article,
        mentions=orjson.dumps([mention]).decode(),
    )

    async def conversation(client):
        uri = f"dyadwatch://articles/{article}"
        return (await client.read_resource(uri)).contents, await client.call_tool(
            "explain_article", {"id": article}
        )

    (text, places), why = over_http(conversation)
    (place,) = orjson.loads(places.text)["evidence"]
    assert text.text[place["start"] : place["end"]] == place["quote"] == mention["evidence"]["quote"]
    assert why.structured_content["data"][0]["mentions"][0]["rules"] == ["svo"]


@pytest.mark.parametrize(
    ("scope", "may"), [("read", False), ("subscribe", False), ("curate", True), ("admin", True)]
)
def test_tools_may_do_what_the_key_may(over_http, api, scope, may):
    async def conversation(client):
        await client.call_tool("list_sources", {})
        return await client.call_tool("add_source", _SOURCE)

    result = over_http(conversation, scope)
    assert result.is_error is not may
    assert result.structured_content.get("code") == (None if may else "scope_missing")
    assert len(api.get("/v1/sources").json["data"]) == may


def test_a_watch_is_added_and_found(over_http, product):
    document = {"id": "a-b", "title": "A and B"}
    document["actors"] = {
        side: {"name": name, "names": {"en": [name]}} for side, name in (("a", "Ana Alba"), ("b", "Bo Berg"))
    }

    async def conversation(client):
        added = await client.call_tool("add_watch", document)
        again = await client.call_tool("add_watch", document)
        return added, again, await client.call_tool("list_watches", {})

    added, again, watches = over_http(conversation, "curate")
    assert added.structured_content["id"] == "a-b", added.structured_content
    assert (again.is_error, again.structured_content["status"]) == (True, 409)
    assert "a-b" in [watch["id"] for watch in watches.structured_content["data"]]


def test_an_address_and_a_text_are_explained(over_http, article):
    async def conversation(client):
        text = await client.call_tool("tag_text", {"text": "Assad met Khamenei in Tehran.", "language": "en"})
        hints = {
            tool.name for tool in (await client.list_tools()).tools if not tool.annotations.read_only_hint
        }
        return await client.call_tool("explain_url", {"url": "https://a.test/1"}), text, hints

    trace, text, changing = over_http(conversation, "curate")
    assert (trace.structured_content["article"], trace.structured_content["live"]) == (article, False)
    assert text.structured_content["relationship"] is True
    assert changing == {"add_watch", "add_source"}
    refused, *_ = over_http(conversation, "read")
    assert refused.structured_content["code"] == "scope_missing"


FAILURES = {
    "a filter by what does not exist": ("search_alerts", {"watch": "nope"}, 422, "filter_value_unknown"),
    "an argument that is not known": ("search_alerts", {"colour": "red"}, 400, "query_invalid"),
    "a format for readers": ("search_alerts", {"format": "csv"}, 422, "invalid_input"),
    "an alert that is not there": ("get_alert", {"id": 404}, 404, "not_found"),
    "no id": ("get_alert", {}, 422, "invalid_input"),
    "a path for an id": ("get_alert", {"id": "../keys"}, 422, "invalid_input"),
    "a word for an id": ("get_alert", {"id": "x"}, 422, "invalid_input"),
    "a search for no word": ("search_articles", {"q": "(("}, 400, "query_invalid"),
    "a source without a name": ("add_source", {}, 422, "invalid_input"),
}


def test_what_fails_is_told_by_problems(over_http):
    async def conversation(client):
        results = {name: await client.call_tool(tool, given) for name, (tool, given, *_) in FAILURES.items()}
        with pytest.raises(MCPError, match="no tool 'drop_tables'"):
            await client.call_tool("drop_tables", {})
        errors = []
        for uri in ("dyadwatch://alerts/404", "dyadwatch://articles/1/versions/1/9-3", "file:///etc/passwd"):
            with pytest.raises(MCPError) as error:
                await client.read_resource(uri)
            errors.append(error.value.data["code"])
        return results, errors

    results, errors = over_http(conversation, "curate")
    for name, (_, _, status, code) in FAILURES.items():
        problem = results[name].structured_content
        assert (results[name].is_error, problem["status"], problem["code"]) == (True, status, code), name
    (error,) = results["a word for an id"].structured_content["errors"]
    assert (error["pointer"], error["code"]) == ("/id", "malformed")
    assert errors == ["not_found"] * 3


def test_what_is_no_request_of_a_key_is_refused_before_its_message_is_read(app, api):
    client = app.test_client()
    for headers, code in (({}, "key_missing"), ({"Authorization": "Bearer dyw_wrong"}, "key_invalid")):
        answer = client.post("/mcp", data=b"\xff", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, code)
    wrong = (({"Content-Type": "text/plain"}, 415), ({"Accept": "text/html"}, 406))
    for headers, status in wrong:
        own = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
        assert client.post("/mcp", data=b"{}", headers=own | headers).json["status"] == status
    answer = client.get("/mcp")  # no stream is offered
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert set(answer.allow) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("body", [b"", b"\xff{", b"[]", b'{"jsonrpc": "2.0"}', b"[" * 100_000])
def test_bytes_that_are_no_message_are_refused(app, api, body):
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    answer = app.test_client().post("/mcp", data=body, headers=headers | {"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json["error"]["code"] < 0


@pytest.mark.parametrize("value", ['"\\ud800"', "1" + "0" * 30, "[" * 900 + "]" * 900])
def test_arguments_that_no_json_of_ours_holds_are_refused_by_a_problem(app, api, value):
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    headers["Accept"] = "application/json"
    call = '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search_alerts", "arguments": {"q": VALUE}}}'
    answer = app.test_client().post("/mcp", data=call.replace("VALUE", value), headers=headers)
    result = answer.json.get("result", {})
    refusal = result.get("structuredContent") or answer.json["error"]
    assert refusal["code"] in ("invalid_input", -32700, -32600), answer.json


def test_a_tool_has_every_filter_that_lists_have():
    bound = tools.bind(OPERATIONS)
    for tool in bound.values():
        Draft202012Validator.check_schema(tool.input_schema)
        assert "$ref" not in str(tool.input_schema) or "$defs" in tool.input_schema
    named = bound["search_alerts"].input_schema["properties"].keys()
    assert named > AlertFilter.model_fields.keys()
    assert not named & {"key", "signature", "format"}  # a call has a key, and its reply is JSON
    assert bound["search_alerts"].input_schema["properties"]["limit"]["default"] == 10


def test_a_process_answers_on_standard_output(product, with_scope, article, database_url):
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "dyadwatch.cli", "mcp"],
        env={"DYADWATCH_DATABASE_URL": database_url, "DYADWATCH_API_KEY": with_scope("read").token},
    )

    async def connect():
        async with Client(server, read_timeout_seconds=60) as client:
            page = await client.call_tool("search_alerts", {"level": "person", "limit": 1})
            refused = await client.call_tool("add_source", _SOURCE)
            return page.structured_content["data"], refused.structured_content["code"]

    alerts, code = asyncio.run(connect())
    assert [each["articles"] for each in alerts] != []
    assert code == "scope_missing"
