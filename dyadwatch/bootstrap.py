"""The wiring: the only place where things are constructed. Settings in, a product out."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from dyadwatch import __version__
from dyadwatch.errors import BrokerUnavailable, SettingsError
from dyadwatch.model.alerts import DeliveryView
from dyadwatch.model.work import Step
from dyadwatch.pipeline import Kit, Limits, Pipeline, Taggers
from dyadwatch.settings import Settings
from dyadwatch.store import Store
from dyadwatch.store.signals import Signals
from dyadwatch.tagging import Tagger
from dyadwatch.web import Client

_REMEDY = "give it, or let `dyadwatch up` start the servers itself"


@dataclass(frozen=True, slots=True)
class Product:
    """Everything a door needs."""

    settings: Settings
    store: Store
    signals: Signals | None
    web: Client
    pipeline: Pipeline
    taggers: Taggers

    def tagger(self) -> Tagger:
        """The tagger for the watches that are in the store now."""
        return self.taggers.current()

    def send_test(self, subscription: int) -> DeliveryView:
        """Posts a test event to a subscription's endpoint now and returns its delivery with the one attempt."""
        return self.pipeline.send_test(subscription)

    def ping_broker(self) -> None:
        """One round trip to Redis or Valkey; raises BrokerUnavailable."""
        if self.signals is None:
            raise BrokerUnavailable(f"DYADWATCH_REDIS_URL is not set: {_REMEDY}")
        self.signals.ping()

    def close(self) -> None:
        self.web.close()
        if self.signals is not None:
            self.signals.close()
        self.store.close()


def build(settings: Settings, *, hint: Callable[[Step], object] | None = None) -> Product:
    """Constructs the product; opens no connection. `hint` is told of each step that was left new work. Raises
    SettingsError where the database's URL is missing; without a broker's the steps run inline only."""
    if settings.database_url is None:
        raise SettingsError(f"DYADWATCH_DATABASE_URL is not set: {_REMEDY}")
    store = Store(settings.database_url.get_secret_value(), pool_size=max(10, settings.network_threads // 3))
    web = Client(
        allow_private=settings.allow_private_networks,
        proxy=settings.egress_proxy,
        user_agent=user_agent(settings),
    )
    taggers = Taggers(store)
    limits = Limits(poll_min=settings.poll_min, poll_max=settings.poll_max, threads=settings.network_threads)
    kit = Kit(
        store=store,
        web=web,
        taggers=taggers,
        limits=limits,
        random=Random(),  # noqa: S311  # jitter, no secret
        hint=hint or _nobody,
    )
    return Product(
        settings=settings,
        store=store,
        signals=Signals(settings.redis_url.get_secret_value()) if settings.redis_url else None,
        web=web,
        pipeline=Pipeline(kit),
        taggers=taggers,
    )


def _nobody(_step: Step) -> None:
    """Inline, the next step is looked at anyway."""


def user_agent(settings: Settings) -> str:
    """Name, version and, where given, contact, as publishers may expect of a crawler."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"dyadwatch/{__version__}{contact}"
