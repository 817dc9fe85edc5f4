"""The form above the alerts: an input for each field of AlertFilter that has a title."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dyadwatch.model.watches import WatchLabel
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import SCHEMAS
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES

Options = Sequence[tuple[str, str]]  # (value, text)

LANGUAGE_NAMES = {
    "ar": "العربية · Arabic",
    "de": "Deutsch · German",
    "en": "English",
    "es": "Español · Spanish",
    "fa": "فارسی · Persian",
    "fr": "Français · French",
    "he": "עברית · Hebrew",
    "it": "Italiano · Italian",
    "nl": "Nederlands · Dutch",
    "pl": "Polski · Polish",
    "pt": "Português · Portuguese",
    "ru": "Русский · Russian",
    "tr": "Türkçe · Turkish",
    "uk": "Українська · Ukrainian",
    "ur": "اردو · Urdu",
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the form. `kind` is the type of an HTML
    input, or select; `attributes` are its HTML attributes."""

    name: str
    label: str
    kind: str
    value: str
    options: Options = ()
    attributes: Mapping[str, Any] | None = None


def inputs(watches: Sequence[WatchLabel], params: Mapping[str, str]) -> list[Input]:
    """The inputs in order, the search words first, filled with the parameters of the page."""
    options = {
        "watch": [(watch.id, watch.title) for watch in watches],
        "language": [(code, LANGUAGE_NAMES.get(code, code)) for code in sorted(LANGUAGES)],
    }
    form = [
        _input(name, field.title, _schema(name), params.get(name, ""), options.get(name))
        for name, field in AlertFilter.model_fields.items()
        if field.title is not None
    ]
    return sorted(form, key=lambda item: item.kind != "search")


def _schema(name: str) -> Mapping[str, Any]:
    """The schema of one value of a filter."""
    schema: Mapping[str, Any] = SCHEMAS[name]
    value: Mapping[str, Any] = schema.get("items", schema)
    return value


def _input(name: str, label: str, schema: Mapping[str, Any], value: str, options: Options | None) -> Input:
    if options is None and "enum" in schema:
        options = [(item, item) for item in schema["enum"]]
    if options is not None:
        return Input(name, label, "select", value, options)
    if schema["type"] in {"number", "integer"}:
        step = "any" if schema["type"] == "number" else "1"
        limits = {"min": schema.get("minimum"), "max": schema.get("maximum"), "step": step}
        return Input(name, label, "number", value, attributes=limits)
    kind = "search" if name == "q" else "text"
    return Input(name, label, kind, value, attributes={"maxlength": schema.get("maxLength"), "dir": "auto"})
