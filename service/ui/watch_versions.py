"""The versions of a watch: when its document changed, and what each change was."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from flask import Response

from dyadwatch.store import watch_versions, watches
from dyadwatch.tagging.watches import watch_texts
from service.ui.frame import Page, Visit
from service.ui.rendering import page

_CONTEXT = 2  # lines around a change
_MAX_LINES = 2_000  # of a diff that is shown
_KINDS: Mapping[str, str] = {"+": "added", "-": "removed", "@": "place"}


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
    lines = list(diff(before.document, version.document)) if before else []
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


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(added, removed, place or same; line) of what differs between the YAML of two documents."""
    before, after = (watch_texts.as_yaml(document).splitlines() for document in (old, new))
    for number, line in enumerate(unified_diff(before, after, lineterm="", n=_CONTEXT)):
        if number > 1:  # behind the names of the files
            kind = _KINDS.get(line[0], "same")
            yield kind, "⋯" if kind == "place" else line[1:]


PAGES = (
    Page("/watches/<slug:slug>/versions", "watch_versions", show_list, section="watches"),
    Page("/watches/<slug:slug>/versions/<row:number>", "watch_version", show, section="watches"),
)
