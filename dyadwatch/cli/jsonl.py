"""JSON Lines in, as the commands that take them read them."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from dyadwatch.errors import InvalidInput


def parsed(line: bytes) -> Mapping[str, Any]:
    """The object that a line holds. Raises InvalidInput line_malformed, also for an "id" that could not be repeated."""
    try:
        given = json.loads(line)  # unlike orjson, it reads the lone surrogates that scraped pages hold
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the line is not JSON: {error}", code="line_malformed") from error
    if not isinstance(given, dict):
        raise InvalidInput("the line is not a JSON object", code="line_malformed")
    try:
        orjson.dumps(given.get("id"))
    except TypeError as error:
        raise InvalidInput(f'"id" cannot be repeated in an answer: {error}', code="line_malformed") from error
    return given


def day(published: object) -> datetime | date | None:
    """A date as written (ISO 8601), None where there is none. Raises InvalidInput published_invalid."""
    if published is None:
        return None
    try:
        text = str(published)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"published is not an ISO 8601 date: {published!r}", code="published_invalid"
        ) from error
