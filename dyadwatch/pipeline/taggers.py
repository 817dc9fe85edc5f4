"""The compiled tagger, kept in step with the watches in the store."""

import threading
from collections.abc import Mapping
from typing import Any

import structlog

from dyadwatch.errors import InvalidInput
from dyadwatch.store import Store, tag, watches
from dyadwatch.tagging import Tagger, Watch, parse_watch

_log = structlog.get_logger(__name__)


class Taggers:
    """Compiles once, and again when a watch was added, changed or removed. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._compiled: tuple[tuple[tuple[str, int], ...], Tagger] | None = None

    def current(self) -> Tagger:
        """The tagger for the watches that are active now."""
        with self._store.begin() as db:
            versions = tag.active_versions(db)
        with self._lock:
            if self._compiled is None or self._compiled[0] != versions:
                self._compiled = self._compile()
            return self._compiled[1]

    def _compile(self) -> tuple[tuple[tuple[str, int], ...], Tagger]:
        with self._store.begin() as db:
            active = watches.active(db)
        parsed = [_parsed(id_, version, document) for id_, version, document in active]
        tagger = Tagger([watch for watch in parsed if watch is not None])
        _log.info("tagger compiled", watches=len(tagger.watches))
        return tuple((id_, version) for id_, version, _ in active), tagger


def _parsed(id_: str, version: int, document: Mapping[str, Any]) -> Watch | None:
    """A stored watch, None where this release cannot read it: that stops no other."""
    try:
        return parse_watch(document, version=version)
    except InvalidInput as error:
        _log.error("watch unreadable", watch=id_, version=version, code=error.code, detail=error.detail)
        return None
