"""Triage of alerts, as in a feed reader: what each reader has read, and what all share of an alert."""

from dataclasses import dataclass
from typing import Literal

# `unread`, `read` and `dismissed` exclude each other.
TriageState = Literal["unread", "read", "dismissed", "starred", "assigned"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. `id` tells readers apart: all keys of an owner are one reader; `person` is the name by which
    others assign alerts to them."""

    id: str
    person: str


@dataclass(frozen=True, slots=True)
class AlertTriage:
    """An alert as a reader left it. `read`, `starred` and `dismissed` are the reader's own; `note` and
    `assignee`, a person's name, are the same for all."""

    alert: int
    read: bool = False
    starred: bool = False
    dismissed: bool = False
    note: str | None = None
    assignee: str | None = None
