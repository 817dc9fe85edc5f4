"""The form above the alerts: an input for each field of AlertFilter that has a title."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from dyadwatch.model.sources import SourceLabel
from dyadwatch.model.watches import WatchLabel
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import SCHEMAS
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from service.ui import facts, labels
from service.ui.languages import gettext as _
from service.ui.languages import mark

Options = Sequence[tuple[str, str]]  # (value, text)

# The titles of the fields, which are translated where they are shown.
TITLES = (
    mark("Watch"), mark("From"), mark("Before"), mark("Story"), mark("Source"), mark("Side"), mark("Country"),
    mark("Language"), mark("Event type"), mark("Score from"), mark("Origins from"), mark("Level"),
    mark("Direction"), mark("Stated as"), mark("State"), mark("Verdict"), mark("Triage"),
    mark("Words"),
)  # fmt: skip
_TIMES = frozenset({"since", "until"})
_ALWAYS = ("q", "watch", "event_type", "language", "since")  # shown at once, in this order; others unfold


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the form. `kind` is the type of an HTML input, or select, which has several `values` where
    the address has; `attributes` are its HTML attributes. Those that are not `is_main` unfold."""

    name: str
    label: str
    kind: str
    values: Sequence[str]
    options: Options = ()
    attributes: Mapping[str, Any] | None = None

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def is_main(self) -> bool:
        return self.name in _ALWAYS


def inputs(
    watches: Sequence[WatchLabel], sources: Sequence[SourceLabel], params: MultiDict[str, str]
) -> list[Input]:
    """The inputs, filled with the parameters of the page: first those that are shown at once."""
    options = {
        "watch": [(watch.id, watch.title) for watch in watches],
        "source": [(str(source.id), source.name) for source in sources],
        "side": _distinct((source.side for source in sources), facts.side),
        "country": _distinct((source.country for source in sources), facts.country_name),
        "language": language_options(),
    }
    form = [
        _input(name, _(field.title), [value for value in params.getlist(name) if value], options.get(name))
        for name, field in AlertFilter.model_fields.items()
        if field.title is not None
    ]
    return sorted(form, key=lambda item: _ALWAYS.index(item.name) if item.is_main else len(_ALWAYS))


def language_options(codes: Iterable[str] = LANGUAGES) -> Options:
    """Languages by their names: those that are read, where nothing else is said."""
    return _distinct(codes, facts.language_name)


def _distinct(values: Iterable[str | None], name: Callable[[str], str]) -> Options:
    """Each value once with its name, by these."""
    return sorted(((value, name(value)) for value in {*values} if value), key=lambda option: option[1])


def _schema(name: str) -> Mapping[str, Any]:
    """The schema of one value of a filter."""
    schema: Mapping[str, Any] = SCHEMAS[name]
    value: Mapping[str, Any] = schema.get("items", schema)
    return value


def _input(name: str, label: str, values: Sequence[str], options: Options | None) -> Input:
    schema = _schema(name)
    if options is None and "enum" in schema:
        options = [(item, _option(name, item)) for item in schema["enum"]]
    if options is not None:
        unlisted = set(values) - {value for value, _text in options}
        return Input(
            name, label, "select", values, [*options, *((value, value) for value in sorted(unlisted))]
        )
    if schema["type"] in {"number", "integer"}:
        step = "any" if schema["type"] == "number" else "1"
        limits = {"min": schema.get("minimum"), "max": schema.get("maximum"), "step": step}
        return Input(name, label, "number", values, attributes=limits)
    if name in _TIMES:
        return Input(name, label, "date" if all(map(_is_day, values)) else "text", values)
    kind = "search" if name == "q" else "text"
    return Input(name, label, kind, values, attributes={"maxlength": schema.get("maxLength"), "dir": "auto"})


def _option(name: str, value: str) -> str:
    return labels.event(value).text if name == "event_type" else labels.of(name, value).text


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2024-01-31")
