"""The product pointed at a small web on loopback."""

import math
from collections.abc import Iterator

import pytest
from local_site import Site

from dyadwatch import bootstrap, tagging
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.settings import Settings
from dyadwatch.store import sources, watches


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def product(database_url, redis_url, compiled_once, without_certificates) -> Iterator[bootstrap.Product]:
    """The whole product on real servers, with the shipped watches, allowed to reach loopback."""
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        allow_private_networks="127.0.0.0/8",
        poll_min=60,
        poll_max=600,
        host_rate=1000,
        host_connections=16,
    )
    product = bootstrap.build(settings)
    with product.store.begin() as db:
        watches.ensure(db, tagging.shipped_watches())
    yield product
    product.close()


@pytest.fixture
def subscribe(product, site):
    """Subscribes the product to feeds of the site."""

    def subscribe(*paths: str, name: str = "The Site"):
        with product.store.begin() as db:
            new = NewSource(name=name, feeds=tuple(NewFeed(site.url + path) for path in paths))
            return sources.create(db, new)

    return subscribe


@pytest.fixture
def ends(product, monkeypatch):
    """When the requests of a row must end, by its lease. They have no other deadline: what ends, ends by
    that."""
    web, ends = product.pipeline.context.web, set()

    def without_deadline(send):
        def request(*arguments, until, **options):
            assert until < math.inf
            ends.add(until)
            return send(*arguments, until=until, **options | {"deadline": math.inf})

        return request

    for method in ("get", "post"):
        monkeypatch.setattr(web, method, without_deadline(getattr(web, method)))
    return ends
