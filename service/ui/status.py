"""Whether all of it works: database, broker, the work that waits, versions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response

import dyadwatch
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.status import QueueStatus
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
        lost = sweeps.count_lost(db)
        judged = precision.of_watches(db, limit=_MAX_JUDGED)
        watch_names.read(db)
        whole = status.read(db)
    try:
        ready, missing = health.ready(visit.product), ""
    except DyadwatchError as error:
        ready, missing = {}, error.detail
    return page(
        "status.html",
        200,
        ready=ready,
        missing=missing,
        judged=judged,
        steps=[_step(queue, lost[queue.step], whole.at) for queue in whole.queues],
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


def _step(queue: QueueStatus, lost: int, now: datetime) -> dict[str, Any]:
    is_late = queue.due_since is not None and now - queue.due_since > _LATE
    return {"name": _(_STEPS[queue.step]), "queue": queue, "lost": lost, "is_late": is_late}


PAGES = (Page("/status", "status", show, section="status"),)
