"""Words for the codes of alerts, and what they mean: on badges, in forms and in the legend."""

from collections.abc import Mapping
from dataclasses import dataclass

from dyadwatch.tagging.events.plover import quad_class
from service.ui.event_modes import mode
from service.ui.languages import gettext as _
from service.ui.languages import mark

TIE = "TIE"  # stands for a mention that has no event type


@dataclass(frozen=True, slots=True)
class Label:
    """A word for a code, and what it means; `style` is a class of the style sheet."""

    text: str
    meaning: str
    style: str = ""


# The texts below are translated where they are shown.
_EVENTS: Mapping[str, tuple[str, str]] = {
    "AGREE": (mark("Agree"), mark("agrees, promises, plans to cooperate or to meet")),
    "CONSULT": (mark("Consult"), mark("meets, visits, talks or writes to")),
    "SUPPORT": (mark("Support"), mark("praises, thanks, endorses, signs with")),
    "CONCEDE": (mark("Concede"), mark("eases pressure, lifts a measure, grants")),
    "COOPERATE": (mark("Cooperate"), mark("works, trades or shares information with")),
    "AID": (mark("Aid"), mark("gives money, weapons, troops, relief or asylum to")),
    "RETREAT": (mark("Retreat"), mark("withdraws, surrenders, releases, ceases fire")),
    "REQUEST": (mark("Request"), mark("asks, urges, demands")),
    "ACCUSE": (mark("Accuse"), mark("blames, criticises, investigates")),
    "REJECT": (mark("Reject"), mark("refuses, denies")),
    "THREATEN": (mark("Threaten"), mark("threatens, warns")),
    "PROTEST": (mark("Protest"), mark("demonstrates or strikes against")),
    "SANCTION": (mark("Sanction"), mark("reduces relations, cuts aid, embargoes")),
    "MOBILIZE": (mark("Mobilize"), mark("readies forces against")),
    "COERCE": (mark("Coerce"), mark("arrests, expels, restricts, censors")),
    "ASSAULT": (mark("Assault"), mark("attacks, kills, abducts")),
    TIE: (mark("Tie"), mark("a lasting tie between the two, such as “his ally”, and no single event")),
}
_QUAD_CLASSES: Mapping[str, tuple[str, str]] = {
    "verbal_cooperation": (mark("verbal cooperation"), mark("words that bring the two together")),
    "material_cooperation": (mark("material cooperation"), mark("deeds that bring the two together")),
    "verbal_conflict": (mark("verbal conflict"), mark("words against each other")),
    "material_conflict": (mark("material conflict"), mark("deeds against each other")),
    "tie": (mark("tie"), mark("no single event")),
}
_MODALITIES: Mapping[str, tuple[str, str]] = {
    "asserted": (mark("asserted"), mark("the publisher states it as a fact")),
    "reported": (mark("reported"), mark("somebody else is quoted for it")),
    "hypothetical": (mark("hypothetical"), mark("planned, possible or demanded: it has not happened")),
    "negated": (mark("denied"), mark("the text says that it did not happen")),
    "historical": (mark("in the past"), mark("it happened well before the article")),
}
_LEVELS: Mapping[str, tuple[str, str]] = {
    "person": (mark("the two themselves"), mark("what passes between the two persons")),
    "mediated": (mark("through others"), mark("a message that an aide carries")),
    "state": (mark("their states"), mark("what their states or offices do")),
}
_STATES: Mapping[str, tuple[str, str]] = {
    "active": (mark("active"), mark("articles carry it")),
    "withdrawn": (mark("withdrawn"), mark("no article carries it any more")),
}
_DIRECTIONS: Mapping[str, tuple[str, str]] = {
    "a->b": (mark("first → second"), mark("the first actor acts on the second")),
    "b->a": (mark("second → first"), mark("the second actor acts on the first")),
    "mutual": (mark("each other"), mark("both act")),
}
_VERDICTS: Mapping[str, tuple[str, str]] = {
    "none": (mark("not judged"), mark("no analyst has said anything of it")),
    "confirmed": (mark("confirmed"), mark("an analyst confirmed it")),
    "rejected": (mark("rejected"), mark("an analyst rejected it, and said why")),
}
_TRIAGE: Mapping[str, tuple[str, str]] = {
    "unread": (mark("unread"), mark("neither read nor dismissed by you")),
    "read": (mark("read"), mark("read by you, and not dismissed")),
    "starred": (mark("starred"), mark("starred by you")),
    "dismissed": (mark("dismissed"), mark("dismissed by you")),
    "assigned": (mark("assigned to me"), mark("somebody assigned it to you")),
}
_REJECT_REASONS: Mapping[str, str] = {
    "not_about_pair": mark("not about the two"),
    "namesake": mark("a namesake"),
    "wrong_event": mark("another event"),
    "copy": mark("a copy"),
    "old_news": mark("old news"),
    "extraction": mark("badly extracted"),
    "other": mark("another reason"),
}
_SUPPRESSIONS: Mapping[str, str] = {
    "namesake": mark("another person of that name"),
    "expired_role": mark("the office was another's at the time"),
    "other_person": mark("a relative or another bearer of the name"),
    "metonym": mark("a place or an institution that is named after the person"),
    "list": mark("a list that only names both"),
    "portrait": mark("a picture or a portrait"),
    "aide_only": mark("an aide, not the person"),
    "related_links": mark("links to other articles"),
    "third_party": mark("what each does with somebody else"),
    "separate_clauses": mark("clauses that do not meet"),
    "co_mention": mark("both are named, and nothing relates them"),
    "state_only": mark("their states alone"),
    "unknown_language": mark("a language that is not read"),
    "phrase": mark("a phrase that the watch refuses"),
    "source": mark("a source that the watch refuses"),
}
_SURFACES: Mapping[str, str] = {"name": mark("name"), "role": mark("role"), "pronoun": mark("pronoun")}
_LEGEND: Mapping[str, Mapping[str, tuple[str, str]]] = {
    mark("Event type"): _EVENTS,
    mark("Kind of event"): _QUAD_CLASSES,
    mark("How it is stated"): _MODALITIES,
    mark("Whose relation"): _LEVELS,
    mark("State"): _STATES,
    mark("Verdict"): _VERDICTS,
}
_BY_FIELD: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "event_type": _EVENTS,
    "modality": _MODALITIES,
    "level": _LEVELS,
    "state": _STATES,
    "verdict": _VERDICTS,
    "direction": _DIRECTIONS,
    "triage": _TRIAGE,
}


def event(code: str | None) -> Label:
    """The label of an event type, styled by its quad class; of a tie where there is none."""
    text, meaning = _EVENTS.get(code or TIE, (code or TIE, ""))
    is_known = code in _EVENTS and code != TIE
    return Label(_(text), _(meaning) if meaning else "", quad_class(code) or "tie" if is_known else "tie")


def of(field: str, code: str) -> Label:
    """The label of a value of a filter; the value itself where there is none."""
    text, meaning = _BY_FIELD.get(field, {}).get(code, (code, ""))
    return Label(_(text), _(meaning) if meaning else "", code)


def quad(code: str) -> Label:
    """The label of a quad class, or of ties."""
    text, meaning = _QUAD_CLASSES[code]
    return Label(_(text), _(meaning), code)


def suppression(reason: str) -> str:
    """Why a candidate was rejected, in words."""
    return _(_SUPPRESSIONS.get(reason, reason))


def surface(kind: str) -> str:
    """By what an actor is named, in words."""
    return _(_SURFACES.get(kind, kind))


def reject_reason(reason: str) -> str:
    """Why an analyst rejected an alert, in words."""
    return _(_REJECT_REASONS.get(reason, reason))


def said(value: str, field: str) -> str:
    """A value of a field of accounts, in words where there are some."""
    if field == "event_types":
        return event(value).text
    if field == "modes":
        return mode(value)
    return of({"directions": "direction", "modalities": "modality"}.get(field, ""), value).text


def legend() -> list[tuple[str, list[Label]]]:
    """What the badges mean, in groups."""
    return [
        (_(title), [Label(_(text), _(meaning)) for text, meaning in labels.values()])
        for title, labels in _LEGEND.items()
    ]
