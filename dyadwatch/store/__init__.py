"""The rows: all SQL of the product, PostgreSQL's dialect, and nothing else.

`Store` (database.py) opens transactions; every other module holds functions that take the open connection and
are named for their noun (sources, alerts, ...) or for the step whose claim and save they are (polling, ...).
Values in and out are `dyadwatch.model`'s. No rule about news lives here, and no network but the database's.
"""

from dyadwatch.store.database import Connection, Store

__all__ = ["Connection", "Store"]
