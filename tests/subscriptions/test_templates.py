"""Payload templates: every preset renders to what its service takes, and a template reaches nothing else."""

from dataclasses import fields
from typing import get_args

import orjson
import pytest
from bs4 import BeautifulSoup

from dyadwatch.errors import InvalidInput, TooCostly
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, Alert
from dyadwatch.model.subscriptions import EventType, PayloadTemplate, PresetName
from dyadwatch.sandbox import Sandbox
from dyadwatch.subscriptions import templates

EVENTS = (*get_args(EventType), "subscription.test")


def render(source, content_type="text/plain", event_type="alert.created"):
    return templates.render(source, content_type, templates.samples([event_type])[event_type]).decode()


def preset(name, event_type, data=None):
    source, content_type = templates.resolve(PayloadTemplate(preset=name))
    document = templates.samples([event_type])[event_type]
    if data is not None:
        document = orjson.dumps({"type": event_type, "timestamp": "2026-01-01T00:00:00Z", "data": data})
    body = templates.render(source, content_type, document)
    return body.decode() if content_type == templates.TEXT else orjson.loads(body)


def test_the_sample_alert_has_the_fields_of_an_alert():
    assert templates.sample_alert().keys() == {field.name for field in fields(Alert)} | {"changes"}


def test_every_preset_renders_every_event():
    assert set(templates.presets()) == set(get_args(PresetName))
    for name in templates.presets():
        for event_type in EVENTS:
            assert preset(name, event_type)
    for name in ("slack", "teams", "discord", "telegram", "matrix", "ntfy"):
        assert "watch.silent: north-south" in str(preset(name, "watch.silent"))


def test_presets_write_what_their_services_take():
    bare = {**templates.sample_alert(), "articles": [], "evidence": []}
    title = 'North & South "meet" at last'
    slack = preset("slack", "alert.created")["text"]
    assert "*North &amp; South" in slack
    assert "<https://news.example/north-meets-south|Read>" in slack
    embed = preset("discord", "alert.created")["embeds"][0]
    assert (embed["title"], embed["url"]) == (title, "https://news.example/north-meets-south")
    card = preset("teams", "alert.created")["attachments"][0]["content"]
    assert [block["type"] for block in card["body"]] == ["TextBlock", "TextBlock", "TextBlock", "FactSet"]
    telegram, matrix = preset("telegram", "alert.created"), preset("matrix", "alert.created")
    linked = '<a href="https://news.example/north-meets-south">North &amp; South'
    assert telegram["parse_mode"] == "HTML"
    assert linked in telegram["text"]
    assert linked in matrix["html"]
    assert f"{title} https://news.example/north-meets-south" in matrix["text"]
    assert preset("ntfy", "alert.created").splitlines()[0] == f"{title} (The Example)"
    assert preset("ntfy", "endpoint.failing") == "endpoint.failing"
    assert preset("n8n", "alert.created")["items"][0]["title"] == title
    for name in templates.presets():
        assert preset(name, "alert.withdrawn", bare)
    event = preset("cloudevents", "alert.created")
    data = event.pop("data")
    assert data["articles"][0]["title"] == title
    assert event == {
        "specversion": "1.0",
        "id": templates.EXAMPLE_ID,
        "source": "dyadwatch",
        "type": "alert.created",
        "subject": str(data["id"]),
        "time": "2026-01-05T10:20:00Z",
        "datacontenttype": "application/json",
    }


def test_a_preset_stays_within_what_its_service_takes():
    """However long the titles and quotes are, and however many alerts there are."""
    alert = templates.sample_alert()
    long = {
        **alert,
        "articles": [{**alert["articles"][0], "title": "ل" * 900}],
        "evidence": [{**alert["evidence"][0], "evidence": {"quote": "<&>" * 900}}],
    }
    digest = {"events": [{"type": "alert.created", "timestamp": "x", "data": long}] * 100}
    assert len(preset("slack", "alert.created", digest)["text"]) <= 40_000
    discord = preset("discord", "alert.created", digest)
    texts = [embed["title"] + embed["description"] + embed["footer"]["text"] for embed in discord["embeds"]]
    assert max(len(embed["title"]) for embed in discord["embeds"]) <= 256
    assert sum(map(len, texts)) <= 6_000
    assert len(orjson.dumps(preset("teams", "alert.created", digest))) <= 28_000
    assert len(preset("ntfy", "alert.created", digest).encode()) <= 4_096
    telegram = preset("telegram", "alert.created", digest)["text"]
    read = BeautifulSoup(
        telegram, "html.parser"
    )  # Telegram counts what is read, and refuses tags that are cut
    assert len(read.text) <= 4_096
    assert {tag.name for tag in read.find_all(True)} == {"a", "blockquote"}
    assert telegram.count("<") == 4 * len(("<a>", "</a>", "<blockquote>", "</blockquote>"))
    assert "96 more" in read.text
    assert len(orjson.dumps(preset("matrix", "alert.created", digest))) <= 65_536


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("{{ data.scoer }}", "no attribute 'scoer'"),
        ("{% for %}", "line 1"),
        ("{{ data.id / 0 }}", "ZeroDivisionError"),
        ("{{ 'x' * 300000 }}", "more than 256000"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ type.__init__.__globals__ }}", "unsafe"),
        ("{% include 'x' %}", "loader"),
        ("{{ alerts.append(1) }}", "append"),
        ("{{ lipsum() }}", "lipsum"),
        ("{{ [1, 2] | random }}", "random"),
        ("{# nothing #}", "nothing"),
        ('{{ "\\ud800" }}', "surrogates"),
    ],
)
def test_a_template_that_fails_is_refused_with_the_reason(source, detail):
    with pytest.raises(InvalidInput, match="template is not usable") as raised:
        render(source)
    assert detail in raised.value.detail
    assert raised.value.code == "template_invalid"


def test_json_is_checked_and_text_is_not():
    source = '{"title": {{ data.articles[0].title }}}'
    assert render(source).startswith('{"title": North')
    with pytest.raises(InvalidInput, match="not JSON"):
        render(source, templates.JSON)
    quoted = source.replace("title }}", "title | tojson }}")
    assert orjson.loads(render(quoted, templates.JSON)) == {"title": 'North & South "meet" at last'}


def test_a_template_that_never_ends_or_fills_the_memory_is_ended():
    """By the sandbox, which serves the next one."""
    sandbox = Sandbox(cpu_seconds=0.3, memory=50 * 2**20)
    document = templates.samples(ALERT_EVENT_TYPES)["alert.created"]
    loop = "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3
    for source in (loop, "{{ (10 ** 9) ** (10 ** 9) }}", "{{ ('x' * 10 ** 9) | length }}"):
        with pytest.raises(TooCostly):
            sandbox.call(templates.render, source, "text/plain", document)
    assert sandbox.call(templates.render, "{{ type }}", "text/plain", document) == b"alert.created"
    sandbox.close()
