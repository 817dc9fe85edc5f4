"""The versions of a watch: when its document changed, and what each change was."""

from flask import Response

from dyadwatch.store import watch_versions, watches
from dyadwatch.tagging.watches import watch_texts
from service.ui.frame import Page, Visit
from service.ui.rendering import page

_MAX_LINES = 2_000  # of a diff that is shown


def show_list(visit: Visit, slug: str) -> Response:
    """The versions, newest first."""
    with visit.begin() as db:
        watch = watches.get(db, slug)
        versions = watch_versions.of_watch(db, slug)
    return page("watch_versions.html", 200, watch=watch, versions=versions)


def show(visit: Visit, slug: str, number: int) -> Response:
    """A version: what it changed, and its document."""
    with visit.begin() as db:
        watch = watches.get(db, slug)
        version = watch_versions.get(db, slug, number)
        before = watch_versions.get(db, slug, number - 1) if number > 1 else None
    lines = list(watch_texts.differences(before.document, version.document)) if before else []
    return page(
        "watch_version.html",
        200,
        watch=watch,
        version=version,
        before=before,
        lines=lines[:_MAX_LINES],
        unshown=max(0, len(lines) - _MAX_LINES),
        document=watch_texts.as_yaml(version.document),
    )


PAGES = (
    Page("/watches/<slug:slug>/versions", "watch_versions", show_list, section="watches"),
    Page("/watches/<slug:slug>/versions/<row:number>", "watch_version", show, section="watches"),
)
