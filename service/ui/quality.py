"""The figures of the tagger."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Response, g

from dyadwatch.bootstrap import Product
from dyadwatch.model.precision import PrecisionRow, PrecisionView
from dyadwatch.store import precision
from dyadwatch.tagging.quality import shipped_quality
from service.rest.quality import running_versions
from service.ui import facts, labels, watch_names
from service.ui.frame import Page
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.rendering import page

_MAX_JUDGED = 20  # watches with figures by verdict
_FIELDS: Mapping[str, str] = {
    "relation": mark("relation"),
    "evidence": mark("evidence"),
    "mentions": mark("mentions"),
    "event_type": mark("event type"),
    "direction": mark("direction"),
    "modality": mark("modality"),
    "speaker": mark("speaker"),
}


def show(product: Product) -> Response:
    """How often the tagger is right, for everybody: it tells nothing of this installation but its version.
    What its analysts' verdicts say is for who has signed in."""
    measured, running = shipped_quality(), running_versions()
    is_outdated = any(measured[name] != version for name, version in asdict(running).items())
    judged: list[PrecisionView] = []
    if g.session is not None:
        with product.store.begin() as db:
            judged = precision.of_watches(db, limit=_MAX_JUDGED)
            watch_names.read(db)
    return page(
        "quality.html",
        200,
        quality=measured,
        fields=[(_(_FIELDS.get(name, name)), text) for name, text in measured["fields"].items()],
        running=running,
        is_outdated=is_outdated,
        judged=judged,
        judged_rows=_judged_rows,
    )


def _judged_rows(view: PrecisionView) -> list[tuple[str, PrecisionRow]]:
    """The rows of a watch's verdicts, with their names in words."""
    return [
        (_("all"), view.all),
        *((labels.event(row.name).text, row) for row in view.event_types),
        *((facts.language_name(row.name or "und"), row) for row in view.languages),
    ]


PAGES = (Page("/quality", "quality", show, scope=None, section="quality"),)
