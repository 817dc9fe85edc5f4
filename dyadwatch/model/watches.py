"""Watches: the pairs of actors that texts are tagged for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class WatchVersion:
    """What identifies the document that a watch has: a watch that was removed and made anew counts its
    versions from 1 again, but was not created at the same time."""

    id: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WatchLabel:
    """What people call a watch, and its actors "a" and "b". `spellings` has the first pattern by which it
    names each of them in the language asked for, where it does."""

    id: str
    title: str
    actors: Mapping[str, str]
    spellings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WatchActor:
    """What others need to know of an actor of a watch: its name, its Wikidata item, and whether it is a
    person or a body."""

    name: str
    qid: str | None = None
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class WatchVersionView:
    """That a watch had a document as its `version`, and since when."""

    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FullWatchVersionView:
    """A version of a watch with its document."""

    version: int
    created_at: datetime
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watch as stored. `document` is what its author wrote (actors, cues, thresholds), `version` counts the
    documents stored under this id, `enabled` says whether new texts are tagged for it."""

    id: str
    title: str
    version: int
    enabled: bool
    document: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, Any]:
        """The JSON form: the document, with the fields of the row beside it."""
        return {
            **self.document,
            "id": self.id,
            "title": self.title,
            "version": self.version,
            "enabled": self.enabled,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
