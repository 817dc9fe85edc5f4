"""A newsroom whose feed names a hub, and the product behind its real web server, which the hub can reach."""

from collections.abc import Iterator

import pytest
from local_hub import AppServer, Hub
from local_site import Page, Site, article, feed
from shared_app import serving
from sqlalchemy import text

from dyadwatch import bootstrap
from dyadwatch.model.hub_subscriptions import PushView
from dyadwatch.settings import Settings
from dyadwatch.store import hub_subscriptions


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.close()


@pytest.fixture
def app_server() -> Iterator[AppServer]:
    app_server = AppServer()
    yield app_server
    app_server.close()


@pytest.fixture
def product(
    database_url, redis_url, compiled_once, without_certificates, app_server
) -> Iterator[bootstrap.Product]:
    """The product without watches, which knows its public URL."""
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        allow_private_networks="127.0.0.0/8",
        public_url=app_server.url + "/",
        poll_min=60,
        poll_max=600,
    )
    product = bootstrap.build(settings)
    app_server.app = serving(product)
    yield product
    product.close()


@pytest.fixture
def context(product):
    return product.pipeline.context


@pytest.fixture
def naming(site):
    """Makes the page of a feed name a hub."""

    def naming(page: Page, hub_url: str) -> Page:
        page.headers["Link"] = f'<{hub_url}>; rel="hub", <{site.url}/rss>; rel="self"'
        return page

    return naming


@pytest.fixture
def newsroom(site, hub, naming, subscribe) -> Site:
    """A feed of one article that names the hub; a second article is there to be published."""
    site.pages["/rss"] = naming(feed(site, ("/old", "An older story")), hub.url)
    site.pages["/old"] = article("An older story", "Text of some length about nothing in particular.")
    site.pages["/new"] = article("A newer story", "Text of some length about something else altogether.")
    subscribe("/rss")
    return site


class Inside:
    """What the rows say, and time passing in them."""

    def __init__(self, product: bootstrap.Product) -> None:
        self._store = product.store

    def view(self) -> PushView:
        """How the hub stands to the first feed."""
        with self._store.begin() as db:
            return hub_subscriptions.of_feeds(db, [1])[1]

    def scalar(self, statement: str):
        with self._store.begin() as db:
            return db.execute(text(statement)).scalar()

    def scalars(self, statement: str) -> list:
        with self._store.begin() as db:
            return list(db.execute(text(statement)).scalars())

    def titles(self) -> list[str]:
        """Of all entries, in the order in which they were found."""
        return self.scalars("SELECT title FROM entries ORDER BY id")

    def change(self, statement: str) -> None:
        with self._store.begin() as db:
            db.execute(text(statement))

    def ask_again(self) -> None:
        self.change("UPDATE hub_subscriptions SET due_at = now()")


@pytest.fixture
def inside(product) -> Inside:
    return Inside(product)
