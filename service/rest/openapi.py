"""The OpenAPI 3.1 document, derived from the table of operations
and the types that are parsed and serialised."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from dyadwatch import __version__
from dyadwatch.errors import FieldError
from dyadwatch.exports import parquet
from dyadwatch.store import filter_values
from dyadwatch.validation import MAX_ROW_ID
from service.rest import webhooks
from service.rest.operations import JSON, Operation
from service.rest.responses import REPLACING
from service.rest.tag import DEFAULT_WATCH

_REF = "#/components/schemas/{model}"
_PUBLISHED_NAMES = {
    "ExtractionRules": "ReadingRules",
    "ExpandedAlert": "Alert",
}  # of components, where the class has been renamed since
_ABOUT = """
Every request except health checks and this document needs an API key: `Authorization: Bearer dyw_…`.

- Lists are newest first. `next` (also in a `Link` header) is the path of the next page, null on the last one.
- Responses to GET carry an `ETag`; a matching `If-None-Match` is answered with 304. A change with `If-Match`
  is made only where the resource still has that tag, and answered with 412 otherwise. PUT and PATCH answer
  with the new tag.
- `Accept-Encoding` may ask for zstd or gzip. OPTIONS names the methods of a path, and needs no key.
- `X-Request-Id` names each response; what a request sends in it is kept.
- A POST with an `Idempotency-Key` can be repeated for 24 hours and is done once, where the operation lists
  the header.
- Errors are problem documents (RFC 9457) with a stable `code`, and the fields at fault in `errors`.
- Unknown fields and unknown query parameters are refused.
"""
_PROBLEMS = {
    400: "The query, the JSON or a header is malformed",
    401: "No API key, or one that is unknown, expired or revoked",
    403: "The API key lacks the scope",
    404: "There is no such resource",
    406: "The response cannot be of a media type that Accept names",
    408: "The body did not arrive in time",
    409: "The resource exists already, or its state does not allow the operation",
    412: "The resource is not as If-Match says",
    413: "The body is too large",
    415: "The body is of a media type that is not read here",
    422: "A field of the body is not valid, or a filter names what does not exist",
    429: "The API key made too many requests: wait as long as Retry-After says",
    500: "An unexpected error of the service",
    501: "The format needs an extra of the package that is not installed",
    503: "The database or the broker cannot be reached, or too many requests are waiting",
}
_CONDITIONAL = frozenset({"PUT", "PATCH", "DELETE"})
_RESPONSE_HEADERS = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
# Of the characters of a header (ISO 8859-1), those that can be printed; space is cut from its ends.
_PRINTABLE = "^[!-~¡-¬®-ÿ]([ -~¡-¬®-ÿ]*[!-~¡-¬®-ÿ])?$"
_TEXT = {"type": "string"}
_STATUS_TEXT = {200: "OK", 201: "Created", 202: "Accepted", 204: "No content"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457): `code` is stable, `errors` names each field at fault by a JSON Pointer,
    and `instance` the request. Of a quota that is exceeded the policy is named."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: Sequence[FieldError]
    instance: str = ""
    violated_policies: Annotated[Sequence[str], Field(alias="violated-policies")] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """The health check passed."""

    status: Literal["ok"]


def build(operations: Sequence[Operation]) -> dict[str, Any]:
    """The complete document."""
    schemas, names = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, names)
    for path, summary in (
        ("/healthz", "Check that the process is alive"),
        ("/readyz", "Check that the service can do its work"),
    ):
        paths[path] = {"get": _health(path, summary, names)}
    paths["/metrics"] = {"get": _metrics(names)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dyadwatch",
            "version": __version__,
            "summary": "Watches what the press says about a pair of actors, and shows the evidence.",
            "description": _ABOUT.strip(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(operation) for operation in operations)],
        "paths": paths,
        "webhooks": {
            name: {"post": webhooks.describe(name, _ref(names[body]))}
            for name, body in webhooks.BODY_OF.items()
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "dyw_…"}},
        },
    }


def _schemas(operations: Sequence[Operation]) -> tuple[dict[str, Any], Mapping[Any, str]]:
    """Every schema by its name, and the name of each type that operations refer to."""
    inputs: list[tuple[Any, JsonSchemaMode]] = [
        (operation.body_schema, "validation") for operation in operations if operation.body is not None
    ]
    outputs: list[tuple[Any, JsonSchemaMode]] = [
        (operation.result, "serialization") for operation in operations if operation.result is not None
    ]
    outputs += [(kind, "serialization") for kind in (Problem, *webhooks.BODIES, Health)]
    kinds = list(dict.fromkeys(inputs + outputs))
    adapters = [(kind, mode, TypeAdapter(kind)) for kind, mode in kinds]
    references, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REF, schema_generator=_Plain)
    names = {kind: references[kind, mode]["$ref"].removeprefix(_REF.format(model="")) for kind, mode in kinds}
    schemas = {name: {**schema, "title": name} for name, schema in definitions["$defs"].items()}
    return schemas, names


class _Plain(GenerateJsonSchema):
    def field_title_should_be_set(self, _schema: Any) -> bool:
        """Never: a title would only repeat the field's name."""
        return False

    def normalize_name(self, name: str) -> str:
        """The name of a component, by the class unless clients know it by an earlier name."""
        public = name.lstrip("_")
        return super().normalize_name(_PUBLISHED_NAMES.get(public, public))


def _operation(operation: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.view.__name__,
        "summary": operation.summary,
        "description": f"{getdoc(operation.view) or ''}\n\nScope: `{operation.scope}`.".strip(),
        "tags": [_tag(operation)],
        "parameters": [
            *_path_parameters(operation.path),
            *query_parameters(operation),
            *_headers(operation),
        ],
        "responses": _responses(operation, names),
    }
    if operation.body is not None:
        content: dict[str, Any] = {JSON: {"schema": _ref(names[operation.body_schema])}}
        content |= {media: {"schema": _TEXT} for media in getattr(operation.body, "other_media", ())}
        described["requestBody"] = {"required": operation.needs_body, "content": content}
    return described


def _responses(operation: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": _STATUS_TEXT[operation.status]}
    if operation.result is not None:
        schema = _ref(names[operation.result])
        content: dict[str, Any] = {JSON: {"schema": _list_of(schema) if operation.many else schema}}
        success["content"] = content | {media: {} for media in operation.media[1:]}
    elif operation.stream:
        success["content"] = {media: {} for media in operation.media}
    responses = {str(operation.status): success}
    success["headers"] = _response_headers(operation)
    if operation.method == "GET" and not operation.stream:
        responses["304"] = {"description": "Unchanged: the ETag matches If-None-Match"}
    for status in _may_fail(operation):
        responses[str(status)] = _problem(status, names)
    return responses


def _response_headers(operation: Operation) -> dict[str, Any]:
    """Those of its response where it succeeds."""
    headers: dict[str, Any] = {name: {"schema": {"type": "string"}} for name in _RESPONSE_HEADERS}
    if operation.status == 201:
        headers["Location"] = {"schema": {"type": "string", "format": "uri-reference"}}
    if operation.many:
        headers["Link"] = {"description": "the next page, as RFC 8288 has it", "schema": {"type": "string"}}
    if operation.method in {"GET", *REPLACING} and not operation.stream:
        headers["ETag"] = {"schema": {"type": "string"}}
    return headers


def _may_fail(operation: Operation) -> list[int]:
    failures = {400, 401, 403, 429, 500, 503}
    if "{" in operation.path:
        failures.add(404)
    if operation.status != 204:
        failures.add(406)
    if operation.method in _CONDITIONAL:
        failures.add(412)
    if operation.method != "GET":
        failures |= {408, 413}
    if operation.body is not None:
        failures |= {415, 422}
    if operation.idempotent:
        failures |= {409, 422}
    if operation.query is not None and filter_values.NAMES & operation.query.model_fields.keys():
        failures.add(422)
    if operation.may_conflict:
        failures.add(409)
    if parquet.MEDIA_TYPE in operation.media:
        failures.add(501)
    return sorted(failures)


def _problem(status: int, names: Mapping[Any, str]) -> dict[str, Any]:
    schema = _ref(names[Problem])
    return {"description": _PROBLEMS[status], "content": {"application/problem+json": {"schema": schema}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    row = {"type": "integer", "minimum": 1, "maximum": MAX_ROW_ID}
    slug = {"type": "string", "minLength": 1, "maxLength": 200, "examples": [DEFAULT_WATCH]}
    schemas = {"id": row, "number": row, "slug": slug}
    return [
        {"name": name, "in": "path", "required": True, "schema": schemas[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def query_parameters(operation: Operation) -> list[dict[str, Any]]:
    """The query parameters of an operation, as OpenAPI describes them."""
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(schema_generator=_Plain)
    return [_query_parameter(name, dict(described)) for name, described in schema["properties"].items()]


def _query_parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is optional by being left out, so its schema does not allow null."""
    described = {"name": name, "in": "query", "description": schema.pop("description", "")}
    schema.pop("title", None)  # the label of the form on the alerts page
    options = [option for option in schema.pop("anyOf", ()) if option != {"type": "null"}]
    if options:
        schema |= options[0]
    if schema.get("default", 0) is None:
        del schema["default"]
    described["description"] = described["description"] or schema.pop("description", "")
    return {**described, "schema": schema}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if operation.stream:
        return [
            {
                "name": "Last-Event-ID",
                "in": "header",
                "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            }
        ]
    if operation.method == "GET":
        return [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}]
    if operation.method in _CONDITIONAL:
        return [{"name": "If-Match", "in": "header", "schema": {"type": "string"}}]
    if operation.idempotent:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": _PRINTABLE}
        return [{"name": "Idempotency-Key", "in": "header", "schema": key}]
    return []


def _health(path: str, summary: str, names: Mapping[Any, str]) -> dict[str, Any]:
    success = {"description": "OK", "content": {"application/json": {"schema": _ref(names[Health])}}}
    return {
        "operationId": path.strip("/"),
        "summary": summary,
        "security": [],
        "responses": {"200": success, "503": _problem(503, names)},
    }


def _metrics(names: Mapping[Any, str]) -> dict[str, Any]:
    media = ("text/plain", "application/openmetrics-text")
    return {
        "operationId": "metrics",
        "summary": "Read the metrics of the service",
        "responses": {
            "200": {"description": "OK", "content": {name: {"schema": {"type": "string"}} for name in media}},
            **{str(status): _problem(status, names) for status in (401, 403, 429, 503)},
        },
    }


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    following = {
        "type": ["string", "null"],
        "description": "path and query of the next page, null on the last one",
    }
    changes = "in lists in the order of changes: "
    more = {
        "position": {"type": "integer", "description": f"{changes}where to read on (`after`)"},
        "as_of": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": f"{changes}when to read on (`changed_since`), null where there are none yet",
        },
        "removed": {
            "type": "array",
            "items": {"type": "integer"},
            "description": f"{changes}ids of alerts that changed and do not pass the filters",
        },
    }
    return {
        "type": "object",
        "required": ["data", "next"],
        "properties": {"data": {"type": "array", "items": schema}, "next": following, **more},
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _REF.format(model=name)}


def _tag(operation: Operation) -> str:
    return operation.path.split("/")[2]
