"""The compiled tagger, kept in step with the watches in the store."""

import threading

import structlog

from dyadwatch.store import Store, tag, watches
from dyadwatch.tagging import Tagger, parse_watch

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
        tagger = Tagger([parse_watch(document, version=version) for _, version, document in active])
        _log.info("tagger compiled", watches=len(active))
        return tuple((id_, version) for id_, version, _ in active), tagger
