"""The compiled tagger, kept in step with the watches in the store."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from dyadwatch.errors import DyadwatchError, InvalidInput
from dyadwatch.store import Store, watches
from dyadwatch.tagging import Tagger, Watch, open_reranker, parse_watch
from dyadwatch.tagging.relations.rerankers import Reranker

_log = structlog.get_logger(__name__)

_PATIENCE = 1.0  # seconds that work waits for a new tagger before it goes on with the old one
_Versions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Compiling:
    versions: _Versions
    thread: threading.Thread


class TaggerCache:
    """Compiles once, and again when a watch was added, changed or removed; what takes long is compiled beside
    the work, which goes on with the tagger before it. Safe for threads."""

    def __init__(self, store: Store, reranker: str | None = None) -> None:
        """`reranker`: a choice "name:argument" of those that are
        installed; it is opened with the first tagger."""
        self._store = store
        self._choice = reranker
        self._reranker: Reranker | None = None
        self._lock = threading.Lock()
        self._compiled: tuple[_Versions, Tagger] | None = None
        self._compiling: _Compiling | None = None

    def current(self) -> Tagger:
        """The tagger for the watches that are active now, or
        were a few seconds ago. Raises StoreUnavailable."""
        with self._store.begin() as db:
            versions = watches.enabled_versions(db)
        with self._lock:
            if self._compiled is not None and self._compiled[0] == versions:
                return self._compiled[1]
            known = self._compiling
            if known is None or known.versions != versions or not known.thread.is_alive():
                known = _Compiling(versions, threading.Thread(target=self._compile_beside))
                known.thread.start()
            self._compiling, before = known, self._compiled
        known.thread.join(None if before is None else _PATIENCE)
        with self._lock:
            if self._compiled is not None:
                return self._compiled[1]
        return self._compile()

    def _compile_beside(self) -> None:
        try:
            self._compile()
        except DyadwatchError as error:
            _log.warning("tagger not compiled", code=error.code, detail=error.detail)

    def _compile(self) -> Tagger:
        with self._store.begin() as db:
            active = watches.enabled(db)
        parsed = [_parsed(id_, version, document) for id_, version, document in active]
        if self._choice is not None and self._reranker is None:
            self._reranker = open_reranker(self._choice)
        tagger = Tagger([watch for watch in parsed if watch is not None], reranker=self._reranker)
        _log.info("tagger compiled", watches=len(tagger.watches))
        with self._lock:
            self._compiled = tuple((id_, version) for id_, version, _ in active), tagger
            self._compiling = None
        return tagger


def _parsed(id_: str, version: int, document: Mapping[str, Any]) -> Watch | None:
    """A stored watch, None where this release cannot read it: that stops no other."""
    try:
        return parse_watch(document, version=version)
    except InvalidInput as error:
        _log.error("watch unreadable", watch=id_, version=version, code=error.code, detail=error.detail)
        return None
