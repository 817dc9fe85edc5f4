"""What watches and their actors are called in the language of the page: as their documents name them first in
it, or else as they name them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import g

from dyadwatch.model.watches import WatchLabel, WatchView
from dyadwatch.store import watches
from service.ui import languages

MAX_WATCHES = 500  # whose names a page knows
_GROUP = re.compile(r"\{([^{}|]*)[^{}]*\}")  # of a pattern: its first alternative, and the rest


def read(db: Any, *, limit: int = MAX_WATCHES) -> list[WatchLabel]:
    """The newest watches. `title` knows them from then on."""
    labels = [_localised(label) for label in watches.labels(db, limit=limit, language=_language())]
    g.watch_titles = {label.id: label.title for label in labels}
    return labels


def of_document(document: Mapping[str, Any]) -> WatchLabel:
    """Those of a watch by its document."""
    actors = {side: (document.get("actors") or {}).get(side) or {} for side in ("a", "b")}
    named = {side: (actor.get("names") or {}).get(_language()) for side, actor in actors.items()}
    label = WatchLabel(
        document.get("id", ""),
        document.get("title", ""),
        {side: actor.get("name", side) for side, actor in actors.items()},
        {side: forms[0] for side, forms in named.items() if forms},
    )
    return _localised(label)


def of_view(view: WatchView) -> WatchLabel:
    """Those of a watch that is stored. `title` knows it from then on."""
    label = of_document({**view.document, "id": view.id, "title": view.title})
    g.watch_titles = {**g.get("watch_titles", {}), label.id: label.title}
    return label


def title(watch: str | WatchLabel | WatchView) -> str:
    """The title of a watch; of an id, where the page has read the watches' names."""
    if isinstance(watch, WatchView):
        return of_view(watch).title
    if isinstance(watch, WatchLabel):
        return watch.title
    titles: Mapping[str, str] = g.get("watch_titles", {})
    return titles.get(watch, watch)


def first_spelling(pattern: str) -> str:
    """The first of the spellings that a pattern of a document stands for."""
    spelling = pattern
    while spelling != (spelling := _GROUP.sub(r"\1", spelling)):
        pass
    return spelling


def _language() -> str | None:
    """Whose names are looked for: none where the page is in the language that `name` is for."""
    return None if languages.current() == languages.DEFAULT else languages.current()


def _localised(label: WatchLabel) -> WatchLabel:
    """The actors by their spellings, also where the title has their names."""
    spellings = {label.actors[side]: first_spelling(form) for side, form in label.spellings.items()}
    if not spellings:
        return label
    # The longer name first: one may be a part of the other.
    names = "|".join(re.escape(name) for name in sorted(spellings, key=len, reverse=True))
    text = re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda name: spellings[name[0]], label.title)
    actors = {side: spellings.get(name, name) for side, name in label.actors.items()}
    return replace(label, title=text, actors=actors)
