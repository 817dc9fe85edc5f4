"""What the page of an alert shows of what analysts say of it: verdicts, comments and guards, with their
forms, and its triage."""

from collections.abc import Sequence
from typing import Any, get_args

from dyadwatch.model.alert_verdicts import AlertVerdictView
from dyadwatch.model.alerts import RejectReason
from dyadwatch.model.guards import GuardView
from dyadwatch.store import Connection, alert_triage, alert_verdicts, guards, keys
from service.ui import forms, labels
from service.ui.forms import FormField, Problem
from service.ui.frame import Visit
from service.ui.languages import gettext as _

_MAX_SHOWN = 30  # verdicts and comments
_MAX_PEOPLE = 200
_MAX_QUOTE = 90  # characters


def read(db: Connection, visit: Visit, document: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    """What the template shows of verdicts on an alert, and of its triage."""
    alert = document["id"]
    said = alert_verdicts.page(db, alert, limit=_MAX_SHOWN, cursor=None).data
    triage = alert_triage.read(db, [alert], visit.key.reader)[0]
    people = alert_triage.people(db, limit=_MAX_PEOPLE)
    return {
        "said": said,
        "names": _names(db, said),
        "reject_reason": labels.reject_reason,
        "guards": _guards(db, document["watch"], said),
        "triage": triage,
        "problem": problem,
        "verdict_fields": _fields(document),
        "comment_fields": [_text("text", _("Comment"))],
        "assignment_fields": [
            FormField(
                "assignee",
                _("Assigned to"),
                triage.assignee or "",
                "select",
                options=_options(people, triage.assignee),
            ),
            _text(
                "shared_note",
                _("Note"),
                triage.note or "",
                _("One for all, to be written over. Comments stay."),
            ),
        ],
    }


def _text(name: str, label: str, value: str = "", note: str = "") -> FormField:
    value = forms.text(name) or value
    return FormField(name, label, value, "textarea", note, attributes={"maxlength": 2_000, "rows": 3})


def _options(people: Sequence[str], assignee: str | None) -> list[tuple[str, str]]:
    names = people if assignee is None or assignee in people else [assignee, *people]
    return [("", _("nobody")), *((name, name) for name in names)]


def _fields(document: dict[str, Any]) -> list[FormField]:
    quotes = [
        (
            f"{mention['article']}:{mention['evidence']['start']}:{mention['evidence']['end']}",
            mention["evidence"]["quote"][:_MAX_QUOTE],
        )
        for mention in document["evidence"]
    ]
    words = [
        ("confirm", _("Confirm: it is so")),
        ("reject", _("Reject: it is not so")),
        ("clear", _("Take back what was said before")),
    ]
    reasons = [(reason, labels.reject_reason(reason)) for reason in get_args(RejectReason)]
    reasons.insert(0, ("", _("– if you reject it –")))
    about = [("", _("the alert as a whole")), *quotes]
    return [
        FormField("verdict", _("Verdict"), forms.text("verdict"), "radio", options=words),
        FormField("reason", _("Reason"), forms.text("reason"), "select", options=reasons),
        FormField("evidence", _("Evidence"), forms.text("evidence"), "select", options=about),
        _text("note", _("Note")),
    ]


def _names(db: Connection, said: Sequence[AlertVerdictView]) -> dict[int, str]:
    """Who said it, by the id of the key."""
    ids = {verdict.key for verdict in said if verdict.key is not None}
    return {key: keys.get(db, key).reader.person for key in ids}


def _guards(db: Connection, watch: str, said: Sequence[AlertVerdictView]) -> list[GuardView]:
    """The guards that the rejections of an alert propose, those to be decided first."""
    ids = {guard for verdict in said for guard in verdict.guards}
    views = [guards.get(db, watch, guard) for guard in sorted(ids)]
    return sorted(views, key=lambda guard: guard.state != "proposed")
