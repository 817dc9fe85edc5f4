"""The compiled tagger, kept in step with the watches in the store."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from dyadwatch.errors import DyadwatchError, InvalidInput
from dyadwatch.model.watches import WatchVersion
from dyadwatch.store import Store, watches
from dyadwatch.tagging import Tagger, Watch, parse_watch
from dyadwatch.tagging.relations.rerankers import Reranker

_log = structlog.get_logger(__name__)

_MAX_WAIT = 1.0  # seconds that a step waits for a new tagger before it goes on with the old one


@dataclass(frozen=True, slots=True)
class CompiledWatches:
    """A tagger, and the watches that it was compiled from, the unreadable ones included."""

    versions: tuple[WatchVersion, ...]
    tagger: Tagger

    def covers(self, standing: Collection[WatchVersion]) -> bool:
        """Whether it was compiled from all these watches."""
        return set(self.versions).issuperset(standing)

    def valid(self, standing: Collection[WatchVersion]) -> dict[str, int]:
        """The versions by id of the watches whose verdicts count, given those that stand now."""
        readable = {watch.id for watch in self.tagger.watches}
        return {
            watch.id: watch.version for watch in self.versions if watch in standing and watch.id in readable
        }


@dataclass(frozen=True, slots=True)
class _Compilation:
    """A tagger that a thread is compiling for these watches."""

    versions: tuple[WatchVersion, ...]
    thread: threading.Thread


class TaggerCache:
    """Compiles a tagger once, and again when a watch was added, changed or removed. A compilation that takes
    long goes on in the background while steps use the previous tagger. Safe for threads."""

    def __init__(self, store: Store, open_reranker: Callable[[], Reranker] | None = None) -> None:
        """`open_reranker` is called with the first tagger."""
        self._store = store
        self._open_reranker = open_reranker
        self._reranker: Reranker | None = None
        self._lock = threading.Lock()
        self._compiled: CompiledWatches | None = None
        self._compilation: _Compilation | None = None
        self._draft: tuple[object, CompiledWatches] | None = None  # the last one

    def current(self) -> CompiledWatches:
        """The tagger for the watches that are enabled, or the one before it while that is being compiled.
        Raises StoreUnavailable."""
        with self._store.begin() as db:
            versions = watches.enabled_versions(db)
        return self._compiled_for(versions, _MAX_WAIT) or self._compiled or self._compile()

    def newest(self) -> CompiledWatches:
        """The tagger for the watches that are enabled, however long it takes. Raises StoreUnavailable."""
        with self._store.begin() as db:
            versions = watches.enabled_versions(db)
        return self._compiled_for(versions, None) or self._compile()

    def with_document(self, watch: WatchVersion, document: Mapping[str, Any]) -> CompiledWatches:
        """A tagger for one watch as if it had another document, which is not stored. Raises InvalidInput."""
        key, draft = (watch, orjson.dumps(document, option=orjson.OPT_SORT_KEYS)), self._draft
        if draft is None or draft[0] != key:
            parsed = parse_watch(document, version=watch.version)
            draft = key, CompiledWatches((watch,), Tagger([parsed], reranker=self._reranker))
            self._draft = draft
        return draft[1]

    def _compiled_for(
        self, versions: tuple[WatchVersion, ...], max_wait: float | None
    ) -> CompiledWatches | None:
        """The tagger for these watches, None where it is not ready after `max_wait` seconds and there is
        another."""
        with self._lock:
            compiled = self._compiled
            if compiled is not None and compiled.versions == versions:
                return compiled
            compilation = self._start_compilation(versions)
        compilation.thread.join(None if compiled is None else max_wait)
        with self._lock:
            compiled = self._compiled
            return compiled if compiled is not None and compiled.versions == versions else None

    def _start_compilation(self, versions: tuple[WatchVersion, ...]) -> _Compilation:
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

    def _compile(self) -> CompiledWatches:
        with self._store.begin() as db:
            enabled = watches.enabled(db)
        parsed = [_parse(version, document) for version, document in enabled]
        if self._open_reranker is not None and self._reranker is None:
            self._reranker = self._open_reranker()
        tagger = Tagger([watch for watch in parsed if watch is not None], reranker=self._reranker)
        _log.info("tagger compiled", watches=len(tagger.watches))
        with self._lock:
            compiled = CompiledWatches(tuple(version for version, _ in enabled), tagger)
            self._compiled, self._compilation = compiled, None
        return compiled


def _parse(watch: WatchVersion, document: Mapping[str, Any]) -> Watch | None:
    """A stored watch, None where this release cannot read it, which stops no other watch."""
    try:
        return parse_watch(document, version=watch.version)
    except InvalidInput as error:
        _log.error(
            "watch unreadable", watch=watch.id, version=watch.version, code=error.code, detail=error.detail
        )
        return None
