"""The tools, as data: which operation of the API each one is, and what a model is told of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from pydantic import BaseModel

from dyadwatch.errors import FieldError
from dyadwatch.validation import ROW_ID
from service.mcp.api import Api, Reply, fill, problem
from service.rest.openapi import query_parameters
from service.rest.operations import Operation

_ID = {"type": "integer", "minimum": 1}
_SLUG = {"type": "string", "description": "the id of a watch, such as assad-khamenei"}
# What can stand in a path, and what is said of anything else.
_IDS = {
    "slug": (re.compile(r"[^/\0]{1,200}"), "is not the id of a watch, such as assad-khamenei"),
    "id": (re.compile(ROW_ID), "is not an id: a whole number from 1"),
}
# A page of alerts is for a reader with little room.
_FEW = {"limit": 10}
# Parameters of links and of readers that cannot send headers: a call has a key, and its reply is JSON.
_OF_LINKS = frozenset({"key", "signature", "format"})


@dataclass(frozen=True)
class Tool:
    """One tool. `view` names its operation; `reads` says of a POST that it changes nothing; `defaults` are
    arguments that a call leaves out."""

    name: str
    view: str
    about: str
    reads: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)


# The order is that in which models read them.
TOOLS = (
    Tool(
        "search_alerts",
        "list_alerts",
        "Search alerts: what the press says about the two actors of a watch, newest first, each with its "
        "evidence (exact quotes), type of event by PLOVER, direction, modality, sources and score. All "
        "filters that are given must hold; `q` searches titles and quotes in the language of the article.",
        defaults=_FEW,
    ),
    Tool(
        "get_alert",
        "get_alert",
        "One alert with its evidence: every quote has the id and the version of its article and its offsets "
        "in code points; the links that come with it are resources that quote the same text.",
    ),
    Tool(
        "search_articles",
        "list_articles",
        "Search the archive of articles by words of the text, source, language, time, or watch; without "
        "their texts.",
        defaults=_FEW,
    ),
    Tool("get_article", "get_article", "One article with its whole stored text, which may be long."),
    Tool(
        "explain_article",
        "list_taggings",
        "Why an article raised an alert, or why not: for each watch the mentions with rules and features, "
        "and under `suppressed` what was refused, with the reason (a namesake, an expired role, a list).",
    ),
    Tool(
        "explain_url",
        "trace_url",
        "What became of an address on its way to an alert, and why it raised none: each stage, "
        "and for each watch the rule that refused what was found. Needs the scope `curate`: a page that "
        "is not stored is requested.",
        reads=True,
    ),
    Tool(
        "tag_text",
        "tag_text",
        "What a text says about the two actors of a watch, with offsets in code points; nothing is stored.",
        reads=True,
    ),
    Tool(
        "timeline",
        "get_timeline",
        "How many alerts a watch had by day, week or month, counted by event type, level, direction, side or "
        "language, with zeros where there were none.",
    ),
    Tool(
        "compare_accounts",
        "get_accounts",
        "What each side says of a story, side by side, on which fields they differ, and whether one alone "
        "reports it.",
    ),
    Tool("get_story", "get_story", "One story: all reports of the same event, with why each belongs to it."),
    Tool(
        "list_watches", "list_watches", "The watches: the pairs of actors that are watched, with their names."
    ),
    Tool(
        "list_sources", "list_sources", "The sources: publishers and the state of their feeds.", defaults=_FEW
    ),
    Tool(
        "add_watch",
        "create_watch",
        "Watch another pair of actors. The arguments are the watch document: read one with list_watches "
        "first. Needs the scope `curate`.",
    ),
    Tool(
        "add_source",
        "create_source",
        "Add a publisher with its feeds, which are polled from then on. Needs the scope `curate`.",
    ),
)


class BoundTool:
    """A tool with its operation."""

    def __init__(self, tool: Tool, operation: Operation) -> None:
        self.tool = tool
        self.operation = operation
        self._in_path = re.findall(r"\{(\w+)\}", operation.path)

    @property
    def reads_only(self) -> bool:
        """Whether it changes nothing."""
        return self.tool.reads or self.operation.method == "GET"

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments: the ids in the path, and the query or the body."""
        names: dict[str, Any] = {name: _SLUG if name == "slug" else _ID for name in self._in_path}
        required = [*self._in_path]
        schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
        if self.operation.body is None:
            parameters = query_parameters(self.operation)
            names |= {
                each["name"]: self._described(each) for each in parameters if each["name"] not in _OF_LINKS
            }
        elif isinstance(self.operation.body, type) and issubclass(self.operation.body, BaseModel):
            body = self.operation.body.model_json_schema()
            names |= body.pop("properties", {})
            required += body.pop("required", [])
            schema |= body
        else:
            schema["additionalProperties"] = True
        return schema | {"properties": names, "required": required}

    def _described(self, parameter: Mapping[str, Any]) -> dict[str, Any]:
        described = {**parameter["schema"], "description": parameter["description"]}
        default = self.tool.defaults.get(parameter["name"])
        return described if default is None else described | {"default": default}

    def run(self, api: Api, arguments: Mapping[str, Any]) -> Reply:
        """The reply of the API to a call; null stands for an argument that is left out of a query."""
        try:
            orjson.dumps(arguments)
        except orjson.JSONEncodeError as error:  # such as an integer of more than 64 bits
            return problem(422, "invalid_input", f"The arguments cannot be read: {error}.")
        if errors := self._errors(arguments):
            return _refusal(errors)
        path = fill(self.operation.path, {name: arguments[name] for name in self._in_path})
        others = {name: value for name, value in arguments.items() if name not in self._in_path}
        if self.operation.body is not None:
            return api.send(self.operation.method, path, body=others)
        return api.send(self.operation.method, path, _query({**self.tool.defaults, **others}))

    def _errors(self, arguments: Mapping[str, Any]) -> list[FieldError]:
        """What cannot be made a request of."""
        missing = [name for name in self._in_path if arguments.get(name) is None]
        unknown = sorted(_OF_LINKS & arguments.keys()) if self.operation.body is None else []
        return [
            *(FieldError(f"/{name}", "is required", "missing") for name in missing),
            *(error for name in self._in_path if (error := _id_error(name, arguments.get(name)))),
            *(FieldError(f"/{name}", "is not known here", "unknown_field") for name in unknown),
        ]


def _id_error(name: str, value: Any) -> FieldError | None:
    form, detail = _IDS["slug" if name == "slug" else "id"]
    if value is None or form.fullmatch(str(value)):
        return None
    return FieldError(f"/{name}", detail, "malformed")


def bind(operations: Iterable[Operation]) -> Mapping[str, BoundTool]:
    """Each tool with its operation, by name."""
    by_view = {operation.view.__name__: operation for operation in operations}
    return {tool.name: BoundTool(tool, by_view[tool.view]) for tool in TOOLS}


def _query(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Query parameters: those with several values are repeated."""
    return [
        (name, _text(value))
        for name, values in arguments.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _refusal(errors: list[FieldError]) -> Reply:
    detail = f"The argument {errors[0].pointer.removeprefix('/')}: {errors[0].detail}."
    return problem(422, "invalid_input", detail, errors)
