"""Words for what changed an alert, with what there was before and what there is since."""

from collections.abc import Callable, Mapping
from typing import Any

from service.ui import facts, labels
from service.ui.languages import gettext as _
from service.ui.languages import mark

_KINDS: Mapping[str, str] = {
    "alert.returned": mark("evidence is there again"),
    "alert.withdrawn": mark("withdrawn"),
    "origin.added": mark("a further origin"),
    "origin.removed": mark("an origin fewer"),
    "side.added": mark("a further side"),
    "side.removed": mark("a side fewer"),
    "language.added": mark("a further language"),
    "language.removed": mark("a language fewer"),
    "event_type.added": mark("a further event type"),
    "event_type.removed": mark("an event type fewer"),
    "level.added": mark("a further relation"),
    "level.removed": mark("a relation fewer"),
    "direction.added": mark("a further direction"),
    "direction.removed": mark("a direction fewer"),
    "modality.added": mark("stated in a further way"),
    "modality.removed": mark("no longer stated so"),
    "copies": mark("number of copies"),
    "article.added": mark("a further article"),
    "article.removed": mark("an article fewer"),
    "evidence.added": mark("further evidence"),
    "evidence.removed": mark("evidence removed"),
    "evidence.changed": mark("evidence reworded"),
    "article.gone": mark("an article is gone"),
    "article.returned": mark("an article is there again"),
    "article.corrected": mark("an article was corrected"),
    "article.retracted": mark("an article was retracted"),
    "verdict": mark("verdict"),
}
_WITHDRAWALS: Mapping[str, str] = {
    "edited": mark("its articles were edited"),
    "retagged": mark("the watch or the tagger changed"),
    "expunged": mark("its articles were removed"),
    "merged": mark("its story was merged"),
    "split": mark("its story was split"),
    "regrouped": mark("its articles belong to other stories"),
}
# Kinds whose values are codes, by what they begin with.
_VALUES: Mapping[str, Callable[[str], str]] = {
    "side": facts.side,
    "language": facts.language_name,
    "event_type": lambda code: labels.event(code).text,
    **{
        name: lambda code, name=name: labels.of(name, code).text  # type: ignore[misc]
        for name in ("level", "direction", "modality", "verdict")
    },
}


def kind(name: str) -> str:
    """A kind of change in words."""
    return _(_KINDS[name]) if name in _KINDS else name


def value(name: str, stated: Any) -> str:
    """What a change of a kind has added or removed: in words where it is a code, or as it is."""
    if name == "alert.withdrawn":
        return withdrawal(stated)
    words = _VALUES.get(name.partition(".")[0])
    return words(str(stated)) if words else str(stated)


def withdrawal(reason: str) -> str:
    """Why nothing carries an alert any more."""
    return _(_WITHDRAWALS[reason]) if reason in _WITHDRAWALS else reason
