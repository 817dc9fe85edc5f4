"""All SQL of the product, in PostgreSQL's dialect.

`Store` (database.py) opens transactions, `with_retries` repeats them. Every other module is named for a noun
(sources, alerts, ...) and holds functions that take the open connection: readers, writers, and the claim and
save of the step that works it. Values in and out are those of `dyadwatch.model`: no row leaves the package,
and no rule about news belongs here.
"""

from dyadwatch.store.database import Connection, Store, with_retries

__all__ = ["Connection", "Store", "with_retries"]
