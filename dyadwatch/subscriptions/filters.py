"""Which alerts a subscription wants to hear of."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, get_args

from dyadwatch.errors import FieldError, InvalidInput, json_pointer
from dyadwatch.model.mentions import Level

_MAX_VALUES = 100
_MAX_WORD = 128
_LEVELS = get_args(Level)


def parse_filter(document: Mapping[str, Any]) -> dict[str, Any]:
    """A subscription's filter, checked: `watch`, `language`, `event_type` (words), `level`, `source` (ids), each one
    value or a list of which one must fit, and `min_score` in [0, 1]. All given keys must fit; an empty filter wants
    everything. Raises InvalidInput with a FieldError for each fault, its pointer below /filter."""
    errors: list[FieldError] = []
    for name, value in document.items():
        if name == "min_score":
            errors.extend(_score_errors(value))
        elif name in _CHECKS:
            errors.extend(_value_errors(name, value))
        else:
            errors.append(FieldError(_pointer(name), "is not something to filter by", "unknown_field"))
    if errors:
        raise InvalidInput("the filter is not valid", errors=errors)
    return dict(document)


def matches(
    filter: Mapping[str, Any],  # noqa: A002  # the word of the API
    events: Collection[str],
    event_type: str,
    alert: Mapping[str, Any],
) -> bool:
    """Whether an event of `event_type` about `alert` (its JSON document) is wanted. A language fits if it is the
    alert's or among its optional `languages`, a source if it is among its optional `source_ids`.

    A withdrawal is held against watch, language and source only: what is withdrawn has lost the score, level and
    event types by which its subscriber was told of it, and must still be told that it no longer stands."""
    if event_type not in events:
        return False
    if not all(_values(filter[name]) & had(alert) for name, had in _LASTING.items() if name in filter):
        return False
    if event_type == "alert.withdrawn":
        return True
    if "min_score" in filter and alert["score"] < filter["min_score"]:
        return False
    return all(_values(filter[name]) & had(alert) for name, had in _PASSING.items() if name in filter)


def _values(wanted: Any) -> set[Any]:
    return set(wanted) if isinstance(wanted, list) else {wanted}


_LASTING: Mapping[str, Callable[[Mapping[str, Any]], set[Any]]] = {
    "watch": lambda alert: {alert["watch"]},
    "language": lambda alert: {alert["language"], *alert.get("languages", ())},
    "source": lambda alert: set(alert.get("source_ids", ())),
}
_PASSING: Mapping[str, Callable[[Mapping[str, Any]], set[Any]]] = {
    "event_type": lambda alert: set(alert["event_types"]),
    "level": lambda alert: {alert["level"]},
}


def _word(value: Any) -> str | None:
    if isinstance(value, str) and 0 < len(value) <= _MAX_WORD:
        return None
    return f"must be a word of at most {_MAX_WORD} characters"


def _level(value: Any) -> str | None:
    return None if value in _LEVELS else f"must be one of {', '.join(_LEVELS)}"


def _id(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return None
    return "must be the id of a source"


_CHECKS: Mapping[str, Callable[[Any], str | None]] = {
    "watch": _word,
    "language": _word,
    "event_type": _word,
    "level": _level,
    "source": _id,
}


def _value_errors(name: str, value: Any) -> list[FieldError]:
    check = _CHECKS[name]
    if not isinstance(value, list):
        fault = check(value)
        return [FieldError(_pointer(name), fault, "invalid_value")] if fault else []
    if not 0 < len(value) <= _MAX_VALUES:
        return [FieldError(_pointer(name), f"must have 1 to {_MAX_VALUES} values", "invalid_value")]
    faults = ((index, check(item)) for index, item in enumerate(value))
    return [
        FieldError(f"{_pointer(name)}/{index}", fault, "invalid_value") for index, fault in faults if fault
    ]


def _score_errors(value: Any) -> list[FieldError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return []
    return [FieldError(_pointer("min_score"), "must be a number from 0 to 1", "invalid_value")]


def _pointer(name: str) -> str:
    return json_pointer(("filter", name))
