"""Counting rows in bounded time: few are counted, the number of many is what PostgreSQL expects."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from dyadwatch.model.counts import Count

EXACT = 100_000  # rows that are counted


def count(db: Connection, rows: str, params: Mapping[str, object]) -> Count:
    """How many rows the constant SQL `rows` has."""
    bounded = text(f"SELECT count(*) FROM ({rows} LIMIT :exact) AS counted")  # noqa: S608
    counted: int = db.execute(bounded, {**params, "exact": EXACT + 1}).scalar_one()
    if counted <= EXACT:
        return Count(counted, is_estimate=False)
    plan = db.execute(text(f"EXPLAIN (FORMAT JSON) {rows}"), params).scalar_one()
    return Count(max(counted, int(plan[0]["Plan"]["Plan Rows"])), is_estimate=True)
