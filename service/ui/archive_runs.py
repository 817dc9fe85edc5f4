"""Tagging the archive again for a watch: what that would change, and then doing it."""

from flask import Response

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.archive_runs import ArchiveRunView
from dyadwatch.store import archive_runs, watches
from service.rest import archive_runs as operations
from service.ui import forms, watch_names
from service.ui.alert_cards import writing_attributes
from service.ui.forms import FormField
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.rendering import page


def show_list(visit: Visit, slug: str) -> Response:
    """The last runs of a watch, and the form that starts one."""
    return _list(visit, slug)


def start(visit: Visit, slug: str) -> Response:
    """Starts a run, dry unless it is said to store something."""
    body = {
        "watch": slug,
        "dry_run": not forms.is_set("store"),
        "notify": forms.is_set("store") and forms.is_set("notify"),
    }
    try:
        run = visit.api(operations.OPERATIONS).run(operations.start_archive_run, body=body)
    except DyadwatchError as error:
        return _list(visit, slug, forms.problem(error))
    message = (
        _("Started: it stores nothing, and reports what would change.")
        if run.dry_run
        else _("Started: stored texts are tagged again when nothing new is to be tagged.")
    )
    return forms.done(visit, message, "page.archive_run", id=run.id)


def _list(visit: Visit, slug: str, problem: forms.Problem | None = None) -> Response:
    with visit.begin() as db:
        watch = watches.get(db, slug)
        runs = [run for run in archive_runs.newest(db) if run.watch in {slug, None}]
    fields = [
        FormField("store", _("Store what changes, in place of only reporting it"), kind="checkbox"),
        FormField("notify", _("And notify subscribers of it"), kind="checkbox"),
    ]
    return page(
        "retag.html",
        problem.status if problem else 200,
        watch=watch,
        runs=runs,
        fields=fields,
        problem=problem,
    )


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """How far a run is, what it changes, and examples."""
    with visit.begin() as db:
        run = archive_runs.get(db, id)
        watch_names.read(db)
    examples = [
        {
            "example": example,
            "writing": writing_attributes(example.title, None),
            "added": [(quote, writing_attributes(quote, None)) for quote in example.added],
            "removed": [(quote, writing_attributes(quote, None)) for quote in example.removed],
        }
        for example in run.examples
    ]
    return page("archive_run.html", 200, run=run, examples=examples, rows=_rows(run))


def _rows(run: ArchiveRunView) -> list[tuple[str, int]]:
    """What a run counts, with its names: one that refreshes reads alerts, any other articles."""
    counts = run.counts
    alerts = [
        (_("Alerts changed"), counts.alerts_changed),
        (_("Alerts withdrawn"), counts.alerts_withdrawn),
    ]
    if run.kind == "refresh":
        return alerts
    return [
        (_("Articles that differ"), counts.changed),
        (_("Articles that relate the two"), counts.matches),
        (_("Mentions gained"), counts.mentions_added),
        (_("Mentions lost"), counts.mentions_removed),
        (_("Evidence of alerts gained"), counts.evidence_added),
        (_("Evidence of alerts lost"), counts.evidence_removed),
        (_("Alerts raised"), counts.alerts_created),
        *alerts,
        (_("Articles that could not be tagged"), counts.failures),
    ]


def stop(visit: Visit, id: int) -> Response:  # noqa: A002
    """Ends a run where it is."""
    visit.api(operations.OPERATIONS).run(operations.stop_archive_run, id=id)
    return forms.done(visit, _("Stopped: what it has stored stays."), "page.archive_run", id=id)


PAGES = (
    Page("/watches/<slug:slug>/retag", "retag", show_list, section="watches"),
    Page(
        "/watches/<slug:slug>/retag",
        "start_archive_run",
        start,
        scope="curate",
        method="POST",
        section="watches",
    ),
    Page("/archive-runs/<row:id>", "archive_run", show, section="watches"),
    Page(
        "/archive-runs/<row:id>/stop",
        "stop_archive_run",
        stop,
        scope="curate",
        method="POST",
        section="watches",
    ),
)
