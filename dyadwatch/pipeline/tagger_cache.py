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

_MAX_WAIT = 1.0  # seconds that a step waits for a new tagger before it goes on with the old one
_Versions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Compilation:
    """A tagger that a thread is compiling for these versions of the watches."""

    versions: _Versions
    thread: threading.Thread


class TaggerCache:
    """Compiles a tagger once, and again when a watch was added, changed or removed. A compilation that takes
    long goes on in the background while steps use the previous tagger. Safe for threads."""

    def __init__(self, store: Store, reranker: str | None = None) -> None:
        """`reranker`: "name:argument" of an installed one; it is opened with the first tagger."""
        self._store = store
        self._reranker_choice = reranker
        self._reranker: Reranker | None = None
        self._lock = threading.Lock()
        self._compiled: tuple[_Versions, Tagger] | None = None
        self._compilation: _Compilation | None = None

    def current(self) -> Tagger:
        """The tagger for the watches that are enabled, or were a few seconds ago. Raises StoreUnavailable."""
        with self._store.begin() as db:
            versions = watches.enabled_versions(db)
        with self._lock:
            if self._compiled is not None and self._compiled[0] == versions:
                return self._compiled[1]
            compilation, previous = self._start_compilation(versions), self._compiled
        compilation.thread.join(None if previous is None else _MAX_WAIT)
        with self._lock:
            if self._compiled is not None:
                return self._compiled[1]
        return self._compile()

    def _start_compilation(self, versions: _Versions) -> _Compilation:
        """The running compilation for these versions, started if there is none. Needs the lock."""
        running = self._compilation
        if running is None or running.versions != versions or not running.thread.is_alive():
            running = _Compilation(versions, threading.Thread(target=self._compile_in_background))
            running.thread.start()
        self._compilation = running
        return running

    def _compile_in_background(self) -> None:
        try:
            self._compile()
        except DyadwatchError as error:
            _log.warning("tagger not compiled", code=error.code, detail=error.detail)

    def _compile(self) -> Tagger:
        with self._store.begin() as db:
            enabled = watches.enabled(db)
        parsed = [_parse(id_, version, document) for id_, version, document in enabled]
        if self._reranker_choice is not None and self._reranker is None:
            self._reranker = open_reranker(self._reranker_choice)
        tagger = Tagger([watch for watch in parsed if watch is not None], reranker=self._reranker)
        _log.info("tagger compiled", watches=len(tagger.watches))
        with self._lock:
            self._compiled = tuple((id_, version) for id_, version, _ in enabled), tagger
            self._compilation = None
        return tagger


def _parse(id_: str, version: int, document: Mapping[str, Any]) -> Watch | None:
    """A stored watch, None where this release cannot read it, which stops no other watch."""
    try:
        return parse_watch(document, version=version)
    except InvalidInput as error:
        _log.error("watch unreadable", watch=id_, version=version, code=error.code, detail=error.detail)
        return None
