"""How a command comes to the product."""

import contextlib
from collections.abc import Iterator

from dyadwatch.bootstrap import Product, build
from dyadwatch.local.local_urls import with_local_urls
from dyadwatch.settings import Settings


@contextlib.contextmanager
def opened(settings: Settings | None = None) -> Iterator[Product]:
    """The product, closed at the end."""
    product = build(with_local_urls(settings or Settings.from_environ(), broker=False))
    try:
        yield product
    finally:
        product.close()
