"""How a command reaches the database: the product built from the settings or from the `up` that runs here."""

import contextlib
import logging
import sys
from collections.abc import Iterator

import structlog

from dyadwatch.bootstrap import Product, build
from dyadwatch.local.local_settings import with_local_settings
from dyadwatch.settings import Settings


@contextlib.contextmanager
def open_product(settings: Settings | None = None) -> Iterator[Product]:
    """The product, closed at the end. A broker is used where there is one, and not required."""
    if not structlog.is_configured():  # else a log line would stand among what the command prints
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
            wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        )
    product = build(with_local_settings(settings or Settings.from_environ(), broker=False))
    try:
        yield product
    finally:
        product.close()
