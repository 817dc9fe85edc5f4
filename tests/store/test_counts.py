"""Few rows are counted, many are estimated."""

import pytest

from dyadwatch.model.counts import Count
from dyadwatch.store import counts

ROWS = "SELECT FROM generate_series(1, CAST(:rows AS integer))"


@pytest.mark.parametrize(("rows", "is_estimate"), [(0, False), (100, False), (101, True), (50_000, True)])
def test_only_so_many_rows_are_counted(db, monkeypatch, rows, is_estimate):
    monkeypatch.setattr(counts, "EXACT", 100)
    assert counts.count(db, ROWS, {"rows": rows}) == Count(rows, is_estimate=is_estimate)


def test_there_are_no_fewer_than_were_counted(db, monkeypatch):
    monkeypatch.setattr(counts, "EXACT", 100)
    unexpected = f"{ROWS} AS number WHERE number % 1 = 0"  # PostgreSQL expects one in 200
    assert counts.count(db, unexpected, {"rows": 5_000}) == Count(101, is_estimate=True)
