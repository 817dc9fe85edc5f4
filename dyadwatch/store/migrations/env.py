"""Alembic's entry point: runs the migrations on the connection that `dyadwatch.store.schema` passes."""

from alembic import context
from sqlalchemy import Connection, event

connection: Connection = context.config.attributes["connection"]


@event.listens_for(connection, "begin")
def _bound_waiting(connection: Connection) -> None:
    """A change that waits for a table lets nobody else in, so it does not wait for long."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")


context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
