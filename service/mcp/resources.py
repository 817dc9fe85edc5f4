"""The resources: alerts, articles with the places of their evidence, and quotes by their offsets.

A quote is named by article, version of the text, and offsets in code points, as the evidence of an alert is:
whoever reads it gets the stored text at that place, whatever the article says today.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from dyadwatch.validation import ROW_ID
from service.mcp.api import Api, Document, Reply, problem

_SCHEME = "dyadwatch://"
_NEWEST = 20  # alerts that are listed as resources


@dataclass(frozen=True, slots=True)
class Content:
    """A part of a resource."""

    uri: str
    media: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of resource. `pattern` reads its URIs, whose groups `read` is given."""

    uri: str
    name: str
    about: str
    media: str
    pattern: re.Pattern[str]
    read: Callable[..., "list[Content] | Reply"]


def newest(api: Api) -> Reply:
    """The newest alerts, which are listed as resources."""
    return api.get("/v1/alerts", [("limit", str(_NEWEST))])


def alert_uri(alert: Document) -> str:
    """The resource that an alert is."""
    return f"{_SCHEME}alerts/{alert['id']}"


def quotes(alert: Document) -> Iterator[tuple[str, Document]]:
    """(URI, mention) for each piece of evidence of an alert."""
    for mention in alert["evidence"]:
        yield _quote_uri(mention["article"], mention["article_version"], mention["evidence"]), mention


def read(api: Api, uri: str) -> list[Content] | Reply:
    """The contents of a resource; a problem where there is none, or where the key may not read it."""
    for template in TEMPLATES:
        match = template.pattern.fullmatch(uri)
        if match is not None:
            return template.read(api, uri, *map(int, match.groups()))
    kinds = ", ".join(template.uri for template in TEMPLATES)
    return problem(404, "not_found", f"There is no such resource. There are: {kinds}.")


def _read_alert(api: Api, uri: str, alert: int) -> list[Content] | Reply:
    reply = api.get(f"/v1/alerts/{alert}")
    return reply if reply.failed else [_json(uri, reply.document)]


def _read_article(api: Api, uri: str, article: int) -> list[Content] | Reply:
    """The text, and where in it the evidence of each watch is."""
    reply = api.get(f"/v1/articles/{article}")
    if reply.failed:
        return reply
    taggings = api.get(f"/v1/articles/{article}/taggings")
    if taggings.failed:
        return taggings
    document = {name: value for name, value in reply.document.items() if name != "text"}
    version = reply.document["version"]
    document["evidence"] = [
        {
            "uri": _quote_uri(article, version, mention["evidence"]),
            "watch": tagging["watch"],
            **{name: mention[name] for name in ("event_type", "direction", "modality", "confidence")},
            **{name: mention["evidence"][name] for name in ("quote", "start", "end")},
        }
        for tagging in taggings.document["data"]
        for mention in tagging["mentions"]
    ]
    return [Content(uri, "text/plain", reply.document["text"]), _json(f"{uri}#evidence", document)]


def _read_quote(
    api: Api, uri: str, article: int, version: int, start: int, end: int
) -> list[Content] | Reply:
    reply = api.get(f"/v1/articles/{article}/versions/{version}")
    if reply.failed:
        return reply
    text = reply.document["text"]
    if not start < end <= len(text):
        return problem(
            404, "not_found", f"The text has {len(text)} code points: there is no {start} to {end}."
        )
    return [Content(uri, "text/plain", text[start:end])]


def _quote_uri(article: int, version: int, evidence: Mapping[str, Any]) -> str:
    return f"{_SCHEME}articles/{article}/versions/{version}/{evidence['start']}-{evidence['end']}"


def _json(uri: str, document: Document) -> Content:
    return Content(uri, "application/json", orjson.dumps(document).decode())


_NUMBER = f"(0|{ROW_ID})"
TEMPLATES = (
    Template(
        f"{_SCHEME}alerts/{{id}}",
        "alert",
        "An alert with its evidence.",
        "application/json",
        re.compile(f"{_SCHEME}alerts/{_NUMBER}"),
        _read_alert,
    ),
    Template(
        f"{_SCHEME}articles/{{id}}",
        "article",
        "The stored text of an article, and the offsets of the evidence in it.",
        "text/plain",
        re.compile(f"{_SCHEME}articles/{_NUMBER}"),
        _read_article,
    ),
    Template(
        f"{_SCHEME}articles/{{article}}/versions/{{version}}/{{start}}-{{end}}",
        "quote",
        "A quote: what a version of an article says from `start` to `end`, in code points.",
        "text/plain",
        re.compile(f"{_SCHEME}articles/{_NUMBER}/versions/{_NUMBER}/{_NUMBER}-{_NUMBER}"),
        _read_quote,
    ),
)
