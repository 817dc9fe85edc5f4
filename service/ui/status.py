"""Whether all of it works: database, broker, the work that waits, versions."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response

import dyadwatch
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.activity import Backlog
from dyadwatch.store import precision, schema, status, sweeps
from service import health
from service.rest.quality import running_versions
from service.ui import watch_names
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.rendering import page

_LATE = timedelta(minutes=5)  # after which work that is due says that nobody does it
_MAX_JUDGED = 20  # watches with figures by verdict
_STEPS = {
    "poll": mark("Poll feeds"),
    "push": mark("Read what hubs push"),
    "fetch": mark("Fetch pages"),
    "recheck": mark("Read articles again"),
    "tag": mark("Extract and tag"),
    "backfill": mark("Tag the archive"),
    "notify": mark("Announce changes"),
    "deliver": mark("Deliver"),
    "retain": mark("Expire what is old"),
}

# What the installation says of itself, by what its values mean.
_SETTINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "broker": (mark("Broker"), {"ok": mark("answers")}),
    "pacing": (
        mark("Pacing"),
        {"shared": mark("shared by all processes"), "per process": mark("of each process alone")},
    ),
    "secrets": (mark("Secrets"), {"sealed": mark("sealed"), "plain": mark("not sealed")}),
}


def show(visit: Visit) -> Response:
    """The state of the installation."""
    with visit.begin() as db:
        backlogs = sweeps.backlogs(db)
        judged = precision.of_watches(db, limit=_MAX_JUDGED)
        watch_names.read(db)
        whole = status.read(db)
    try:
        ready, missing = health.ready(visit.product), ""
    except DyadwatchError as error:
        ready, missing = {}, error.detail
    now = datetime.now(UTC)
    return page(
        "status.html",
        200,
        ready=ready,
        missing=missing,
        judged=judged,
        steps=[_step(backlog, now) for backlog in backlogs],
        whole=whole,
        megabytes=round(whole.size / 2**20),
        versions={
            _("dyadwatch"): dyadwatch.__version__,
            _("Schema of the database"): schema.current(visit.product.store),
            _("PostgreSQL"): whole.database,
            _("Tagger"): running_versions().tagger_version,
            _("Lexicons"): running_versions().lexicon_version,
        },
        settings=[
            (_(name), _(words))
            for field, (name, texts) in _SETTINGS.items()
            if (words := texts.get(ready.get(field, "")))
        ],
    )


def _step(backlog: Backlog, now: datetime) -> dict[str, Any]:
    late = backlog.oldest_at is not None and now - backlog.oldest_at > _LATE
    return {"name": _(_STEPS.get(backlog.step, backlog.step)), "backlog": backlog, "is_late": late}


PAGES = (Page("/status", "status", show, section="status"),)
