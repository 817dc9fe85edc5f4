"""No list and no filter of one reads a whole table, also with many rows."""

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location(
    "filters", Path(__file__).parents[2] / "benchmarks" / "filters.py"
)
filters = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(filters)


def test_no_list_reads_a_whole_table(empty_database_url, monkeypatch):
    monkeypatch.setattr(filters, "REPEATS", 1)
    costs = filters.measure(empty_database_url, 20_000)
    assert {case: cost.scanned for case, cost in costs.items() if cost.scanned} == {}
    assert max(cost.blocks for cost in costs.values()) < 1_000
