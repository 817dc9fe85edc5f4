"""No list and no filter of one reads a whole table, also with many rows."""

import contextlib
import importlib.util
from pathlib import Path

from dyadwatch.store import Store, positions

_SPEC = importlib.util.spec_from_file_location(
    "filters", Path(__file__).parents[2] / "benchmarks" / "filters.py"
)
filters = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(filters)


def test_no_list_reads_a_whole_table(empty_database_url, monkeypatch):
    monkeypatch.setattr(filters, "REPEATS", 1)
    filters.fill(empty_database_url, 20_000)
    with contextlib.closing(Store(empty_database_url)) as store:
        costs = {case: cost for case, [cost] in filters.measure([store]).items()}
    assert {case: cost.scanned for case, cost in costs.items() if cost.scanned} == {}
    blocks = {case: cost.blocks for case, cost in costs.items() if cost.blocks >= 1_000}
    assert max(blocks.values(), default=0) < 4 * positions.WINDOW
    assert [case for case in blocks if "after" not in case] == []
