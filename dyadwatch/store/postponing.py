"""Giving rows back unasked, because their host has been asked often enough just now."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, text

# Rows that have failed before give way to those that have not.
_POSTPONE = """
UPDATE {table} SET due_at = CAST(:until AS timestamptz) + make_interval(secs => 15.0 * least({failures}, 4))
WHERE (id = :id AND turn = :turn) OR (host = :host AND due_at <= now())
"""
_FAILURES = {"feeds": "error_count", "pages": "attempt_count"}


class OnHost(Protocol):
    """A claimed row whose work goes to a host."""

    @property
    def id(self) -> int: ...
    @property
    def turn(self) -> int: ...
    @property
    def host(self) -> str: ...


def postpone(db: Connection, table: str, row: OnHost, until: datetime) -> None:
    """Makes a row due again at `until`, and with it the rows of its host that are due now and would only be given back
    too. `table` is feeds or pages."""
    db.execute(
        text(_POSTPONE.format(table=table, failures=_FAILURES[table])),
        {"id": row.id, "turn": row.turn, "host": row.host, "until": until},
    )


_HOLD_BACK = text("""
UPDATE pages SET due_at = :until WHERE host = :host AND source_id = :source AND due_at <= now()
""")


def hold_back(db: Connection, host: str, source: int | None, until: datetime) -> None:
    """Lets the due pages of a source on a host wait, since one of them was slow: other sources on it go first."""
    db.execute(_HOLD_BACK, {"host": host, "source": source, "until": until})
