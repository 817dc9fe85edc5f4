"""The form of a watch: what of a document it shows, and how what was filled in is put into the document.

The form shows a part of a document. The whole travels with it (`document`), and only what the form shows is
replaced there, so that nothing else of it is lost.
"""

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.tagging.lexicons.bodies import KINDS
from dyadwatch.tagging.watches.watch_texts import MAX_BYTES
from service.ui.forms import FormField
from service.ui.languages import gettext as _
from service.ui.languages import mark

Document = dict[str, Any]

SPARE_ROWS = 2  # empty ones for roles and for namesakes
_MAX_ROWS = 100
_LEAST_HEIGHT, _MOST_HEIGHT = 2, 9  # lines
_MAX_SUGGESTIONS = 500  # that are taken at once
_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*):\s*(.+)")
_PLACE = re.compile(r"/actors/([ab])/(?:(names|aliases)|roles/(\d{1,3})/text)/([A-Za-z0-9-]{1,40})")
# What an actor is: a pronoun, or the kind of a body.
_BEINGS: Mapping[str, str] = {
    "he": mark("a man"),
    "she": mark("a woman"),
    "state": mark("a state"),
    "company": mark("a company"),
    "organisation": mark("an organisation, an alliance"),
    "agency": mark("an authority"),
    "court": mark("a court"),
    "party": mark("a party"),
    "union": mark("a trade union"),
    "federation": mark("a federation, an association"),
    "movement": mark("a movement, an armed group"),
    "it": mark("a body whose name tells what it is"),
}
# What each table of texts is called, and what belongs there.
_TABLES: Mapping[str, tuple[str, str]] = {
    "names": (
        mark("Full names"),
        mark(
            "Those that nobody else bears, one in a line. A line may begin with its language, as in ru:"
            " Владимир Путин. May stay empty: the name above."
        ),
    ),
    "aliases": (
        mark("Short names"),
        mark("Those that others may bear too, such as the family name alone; one in a line."),
    ),
    "country": (
        mark("Words for the country"),
        mark("Such as en: Russian. They tie offices to the actor, and what the state does."),
    ),
    "metonyms": (mark("Words for the state"), mark("Such as Moscow or the Kremlin, for a person.")),
}
_SLUG_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A dated role, or a namesake: its fields side by side."""

    number: int
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class ActorFields:
    """The inputs of an actor."""

    side: str
    fields: tuple[FormField, ...]
    roles: tuple[Row, ...]
    namesakes: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WatchFields:
    """All inputs: those of the watch, and of its actors."""

    watch: tuple[FormField, ...]
    actors: tuple[ActorFields, ...]

    def all(self) -> list[FormField]:
        """Every one, as errors are laid to them."""
        rows = [row for actor in self.actors for row in (*actor.roles, *actor.namesakes)]
        of_actors = [one for actor in self.actors for one in actor.fields]
        return [*self.watch, *of_actors, *(one for row in rows for one in row.fields)]


def fields(document: Mapping[str, Any], *, is_new: bool) -> WatchFields:
    """The inputs, filled from a document."""
    levels = [
        ("person", _("the two actors themselves")),
        ("state", _("also what only their states do")),
    ]
    watch = [
        FormField("title", _("Title"), _text(document, "title"), help=_("May stay empty: the two names.")),
        FormField(
            "id",
            _("Short name"),
            _text(document, "id"),
            help=_("Of small letters, digits and hyphens, for addresses; it never changes. May stay empty."),
            attributes={"maxlength": _SLUG_LENGTH, "dir": "ltr", "readonly": not is_new},
        ),
        FormField(
            "level", _("Raise alerts for"), _text(document, "level") or "person", "select", options=levels
        ),
    ]
    actors = _mapping(document.get("actors"))
    return WatchFields(tuple(watch), tuple(_actor(side, _mapping(actors.get(side))) for side in ("a", "b")))


def _being(actor: Mapping[str, Any]) -> str:
    kind = _text(actor, "kind")
    return kind if kind in KINDS else _text(actor, "pronouns") or ("it" if actor else "he")


def _actor(side: str, actor: Mapping[str, Any]) -> ActorFields:
    place = f"/actors/{side}"
    inputs = (
        FormField(
            f"{side}_name",
            _("Name"),
            _text(actor, "name"),
            help=_("As it is to be shown, for instance Vladimir Putin."),
            pointers=(f"{place}/name",),
        ),
        FormField(
            f"{side}_pronouns",
            _("What it is"),
            _being(actor),
            "select",
            pointers=(f"{place}/pronouns", f"{place}/kind"),
            options=[(being, _(text)) for being, text in _BEINGS.items()],
        ),
        *(
            FormField(
                f"{side}_{table}",
                _(title),
                _lines(actor.get(table)),
                "textarea",
                attributes={"rows": _height(actor.get(table))},
                help=_(explanation),
                pointers=(f"{place}/{table}", *([place] if table == "names" else [])),
            )
            for table, (title, explanation) in _TABLES.items()
        ),
    )
    roles = [Row(number, _role(side, number, row)) for number, row in enumerate(_rows(actor.get("roles")))]
    namesakes = [
        Row(number, _namesake(side, number, row)) for number, row in enumerate(_rows(actor.get("namesakes")))
    ]
    return ActorFields(side, inputs, tuple(roles), tuple(namesakes))


def _height(table: Any) -> int:
    """Lines of an input that shows a table, or the beginning of a long one."""
    return min(max(_LEAST_HEIGHT, _lines(table).count("\n") + 2), _MOST_HEIGHT)


def _rows(items: Any) -> list[Mapping[str, Any]]:
    rows = [_mapping(item) for item in items] if isinstance(items, list) else []
    return [*rows, *[{}] * SPARE_ROWS][:_MAX_ROWS]


def _role(side: str, number: int, row: Mapping[str, Any]) -> tuple[FormField, ...]:
    name, place = f"{side}_roles_{number}", f"/actors/{side}/roles/{number}"
    boxes = (
        ("former", _("is about somebody out of office")),
        ("needs_country", _("only beside a word for the country")),
    )
    return (
        _row_texts(name, place, _("Office"), row),
        FormField(f"{name}_from", _("From"), _text(row, "from"), "date", pointers=(f"{place}/from",)),
        FormField(f"{name}_until", _("Until"), _text(row, "until"), "date", pointers=(f"{place}/until",)),
        *(_row_box(name, place, key, label, row) for key, label in boxes),
    )


def _namesake(side: str, number: int, row: Mapping[str, Any]) -> tuple[FormField, ...]:
    name, place = f"{side}_namesakes_{number}", f"/actors/{side}/namesakes/{number}"
    return (
        _row_texts(name, place, _("Namesake"), row),
        _row_box(name, place, "shadows", _("once named, the short name means this one"), row),
    )


def _row_texts(name: str, place: str, label: str, row: Mapping[str, Any]) -> FormField:
    texts = _lines(row.get("text"))
    return FormField(
        f"{name}_text", label, texts, "textarea", pointers=(f"{place}/text", place), attributes={"rows": 2}
    )


def _row_box(name: str, place: str, key: str, label: str, row: Mapping[str, Any]) -> FormField:
    value = "on" if row.get(key) is True else ""
    return FormField(f"{name}_{key}", label, value, "checkbox", pointers=(f"{place}/{key}",))


def merge(base: Mapping[str, Any], sent: MultiDict[str, str], *, is_new: bool) -> Document:
    """The document with what was filled in, and with the suggestions that were chosen. What is left empty and
    follows from the rest is filled in; of a new watch also what followed so before."""
    document = dict(base)
    actors = _mapping(base.get("actors"))
    derived = _title(actors) if is_new else ""
    document["actors"] = {
        **actors,
        **{side: _merge_actor(_mapping(actors.get(side)), side, sent) for side in ("a", "b")},
    }
    title, name = _sent(sent, "title"), _sent(sent, "id")
    document["title"] = _title(document["actors"]) if title in {"", derived} else title
    document["id"] = slug(document["title"]) if not name or (derived and name == slug(derived)) else name
    _put(document, "level", _sent(sent, "level"), default="person")
    for choice in sent.getlist("suggestion")[:_MAX_SUGGESTIONS]:
        _add_suggestion(document, choice)
    return document


def _merge_actor(base: Mapping[str, Any], side: str, sent: MultiDict[str, str]) -> Document:
    actor = {**base, "name": _sent(sent, f"{side}_name")}
    being = _sent(sent, f"{side}_pronouns")
    is_kind = being in KINDS
    _put(actor, "kind", being if is_kind else "", default="")
    _put(actor, "pronouns", "it" if is_kind else being, default="it")
    for table in _TABLES:
        _put(actor, table, _table(sent.get(f"{side}_{table}", "")), default={})
    if not actor.get("names"):
        actor["names"] = {"und": [actor["name"]]} if actor["name"] else {}
    roles = (
        _merge_role(row, name, sent) for name, row in _sent_rows(base.get("roles"), f"{side}_roles", sent)
    )
    _put(actor, "roles", [role for role in roles if role is not None], default=[])
    namesakes = (
        _merge_namesake(row, name, sent)
        for name, row in _sent_rows(base.get("namesakes"), f"{side}_namesakes", sent)
    )
    _put(actor, "namesakes", [one for one in namesakes if one is not None], default=[])
    return actor


def _sent_rows(items: Any, prefix: str, sent: MultiDict[str, str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(prefix of the inputs, row of before) of each row that was sent."""
    before = items if isinstance(items, list) else []
    for number in range(_MAX_ROWS):
        name = f"{prefix}_{number}"
        if f"{name}_text" in sent:
            yield name, _mapping(before[number]) if number < len(before) else {}


def _merge_role(row: Mapping[str, Any], name: str, sent: MultiDict[str, str]) -> Document | None:
    """None where the row is empty."""
    role = {**row, "text": _table(sent.get(f"{name}_text", ""))}
    for key in ("from", "until"):
        _put(role, key, _sent(sent, f"{name}_{key}"), default="")
    for key in ("former", "needs_country"):
        _put(role, key, f"{name}_{key}" in sent, default=False)
    return role if role["text"] or "from" in role or "until" in role else None


def _merge_namesake(row: Mapping[str, Any], name: str, sent: MultiDict[str, str]) -> Document | None:
    namesake = {**row, "text": _table(sent.get(f"{name}_text", ""))}
    _put(namesake, "shadows", f"{name}_shadows" in sent, default=False)
    return namesake if namesake["text"] else None


def _put(document: Document, name: str, value: object, *, default: object) -> None:
    """Sets a field; one that has its default, and was not there, stays away."""
    if value != default:
        document[name] = value
    elif name in document and document[name] != default:
        del document[name]


def _add_suggestion(document: Document, choice: str) -> None:
    try:
        pointer, text = orjson.loads(choice)
        place = _PLACE.fullmatch(pointer)
    except (ValueError, TypeError):
        return
    if place is None or not isinstance(text, str):
        return
    side, table, role, language = place.groups()
    actor = document["actors"][side]
    if table:
        tables = actor.setdefault(table, {})
    elif int(role) < len(actor.get("roles", ())):
        tables = actor["roles"][int(role)]["text"]
    else:
        return
    texts = tables.setdefault(language, [])
    if text not in texts:
        texts.append(text)


def _title(actors: Mapping[str, Any]) -> str:
    names = [_text(_mapping(actors.get(side)), "name") for side in ("a", "b")]
    return " – ".join(names) if all(names) else ""


def pack(document: Mapping[str, Any]) -> str:
    """A document as it travels with its form: the long lists of a page are there once, not twice."""
    return base64.b64encode(zlib.compress(orjson.dumps(document))).decode()


def unpack(text: str) -> bytes:
    """The JSON of a document that `pack` has packed; of an empty text, that of an empty one. Raises
    InvalidInput `document_malformed`."""
    if not text:
        return b"{}"
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(text, validate=True), MAX_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        content = b""
    if not unpacking.eof:
        detail = "is not as the page had it: open the page again"
        problem = FieldError("", detail, "document_malformed")
        raise InvalidInput(f"The document {detail}.", errors=[problem], code="document_malformed")
    return content


def slug(title: str) -> str:
    """A short name for addresses, of the letters of a title that Latin has; of a title without them, one that
    is always the same. Empty for an empty title."""
    plain = unicodedata.normalize("NFKD", title.replace("ı", "i").casefold())
    words = re.findall("[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    if title and not words:
        return f"watch-{zlib.crc32(title.encode()):08x}"
    return "-".join(words)[:_SLUG_LENGTH].rstrip("-")


def _lines(table: Any) -> str:
    """The texts of a table, each in a line with its language, unless it is of any."""
    return "\n".join(
        f"{text}" if language == "und" and not _LANGUAGE.fullmatch(str(text)) else f"{language}: {text}"
        for language, texts in _mapping(table).items()
        for text in (texts if isinstance(texts, list) else [])
    )


def _table(text: str) -> dict[str, list[str]]:
    """The table that lines stand for."""
    table: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.strip():
            match = _LANGUAGE.fullmatch(line.strip())
            language, word = match.groups() if match else ("und", line.strip())
            table.setdefault(language, []).append(word)
    return table


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    return value if isinstance(value, str) else ""


def _sent(sent: MultiDict[str, str], name: str) -> str:
    return sent.get(name, "").strip()
