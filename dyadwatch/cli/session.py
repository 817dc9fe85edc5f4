"""How a command reaches the database: the product built from the settings or from the `up` that runs here."""

import contextlib
import logging
import sys
from collections.abc import Iterator

import structlog

from dyadwatch.bootstrap import Product, build
from dyadwatch.local.local_settings import with_local_settings
from dyadwatch.settings import Settings
from dyadwatch.store import schema


@contextlib.contextmanager
def open_product(settings: Settings | None = None, *, any_schema: bool = False) -> Iterator[Product]:
    """The product, closed at the end. A broker is used where there is one, and not required.

    Raises StoreUnavailable where the database is away or, but for `any_schema`, is not migrated for this
    code: an `up` of another release may run on it."""
    if not structlog.is_configured():  # else a log line would stand among what the command prints
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        )
    product = build(with_local_settings(settings or Settings.from_environ(), broker=False))
    try:
        if not any_schema:
            schema.require(product.store)
        yield product
    finally:
        product.close()
