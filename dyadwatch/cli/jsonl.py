"""JSON Lines in, JSON Lines out, for the commands that serve other programs."""

import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

import click
import orjson

from dyadwatch.errors import DyadwatchError, InvalidInput, TooCostly

# From the object of a line to the fields of its answer; raises DyadwatchError for what cannot be answered.
Responder = Callable[[Mapping[str, Any]], Mapping[str, Any]]


# Halves of characters in scraped pages, which UTF-8 cannot write; their replacement keeps the offsets.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


FAILED_LINES = 3  # the exit code after lines that could not be answered


def stream(lines: Iterable[bytes], out: BinaryIO, respond: Responder) -> None:
    """Writes one line for each line read, in order, each before the next is read. Ends the command with the
    exit code FAILED_LINES where any was not answered; what is wrong with a page is an answer."""
    count = failed = 0
    for line in lines:
        answer = _answer(line, respond)
        count += 1
        failed += _is_failure(answer)
        out.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        out.flush()
    if failed:
        print(f"{failed} of {count} lines could not be answered: see their error", file=sys.stderr)
        click.get_current_context().exit(FAILED_LINES)


def _is_failure(answer: Mapping[str, Any]) -> bool:
    code = str(answer["error"]["code"]) if "error" in answer else None
    return code is not None and not code.startswith("page_") and code != TooCostly.code


def _answer(line: bytes, respond: Responder) -> dict[str, Any]:
    """The answer under the line's id, or an error; no exception of one line costs the next."""
    line_id: Any = None
    try:
        request = _parse(line)
        line_id = request.get("id")
        return {"id": line_id, **respond(request)}
    except DyadwatchError as error:
        return {"id": line_id, "error": {"code": error.code, "detail": error.detail}}
    except Exception as error:  # noqa: BLE001  # a fault of ours: reported to both sides
        traceback.print_exc()
        detail = f"{type(error).__name__}: {error}"
        return {"id": line_id, "error": {"code": "internal_error", "detail": detail}}


def _parse(line: bytes) -> Mapping[str, Any]:
    """The object of a line, U+FFFD for lone surrogates in its strings. Raises InvalidInput line_malformed,
    also for an "id" that an answer could not repeat."""
    try:
        value = json.loads(line)  # unlike orjson, it reads lone surrogates
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the line is not JSON: {error}", code="line_malformed") from error
    if not isinstance(value, dict):
        raise InvalidInput("the line is not a JSON object", code="line_malformed")
    try:
        orjson.dumps(value.get("id"))
    except TypeError as error:
        raise InvalidInput(f'"id" cannot be repeated in an answer: {error}', code="line_malformed") from error
    return {
        name: _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", item)
        if isinstance(item, str) and name != "id"
        else item
        for name, item in value.items()
    }


def parse_date(value: object) -> datetime | date | None:
    """A date or a moment in ISO 8601; None stays None. Raises InvalidInput published_invalid."""
    if value is None:
        return None
    try:
        text = str(value)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"published is not an ISO 8601 date: {value!r}", code="published_invalid"
        ) from error
