"""One application for the tests of a process, which takes a tenth of a second to make."""

from flask import Flask

from dyadwatch.bootstrap import Product
from service.app import create_app


class _Current:
    """Stands for the product of the test that runs."""

    product: Product

    def __getattr__(self, name: str) -> object:
        return getattr(self.product, name)


_current = _Current()
_apps: dict[tuple[str, ...], Flask] = {}


def serving(product: Product) -> Flask:
    """The application, which serves `product` from now on. The allowed origins are all that an application
    remembers of its product: for others it is another one."""
    _current.product = product
    origins = tuple(product.settings.cors_origins)
    if origins not in _apps:
        _apps[origins] = create_app(_current)
    return _apps[origins]
