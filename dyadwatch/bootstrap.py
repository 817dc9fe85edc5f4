"""The wiring: the only place where things are constructed. Settings in, a product out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from dyadwatch import __version__
from dyadwatch.broker.client import Broker
from dyadwatch.broker.pacing import Pacing
from dyadwatch.errors import BrokerUnavailable, SettingsError
from dyadwatch.model.deliveries import DeliveryView
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import CrawlGate, CrawlPolicy, Limits, Pipeline, StepContext, TaggerCache
from dyadwatch.sandbox.sandbox import Sandbox
from dyadwatch.senders import Senders
from dyadwatch.settings import Settings
from dyadwatch.store import Store
from dyadwatch.tagging import Tagger, rerankers
from dyadwatch.web import Client

# Says in the place of a contact that the operator gave none; the name is reserved and leads nowhere (RFC 6761).
NO_CONTACT = "https://contact-not-set.invalid/"
_REMEDY = "give it, or let `dyadwatch up` start the servers itself"


@dataclass(frozen=True, slots=True)
class Product:
    """Everything a door needs."""

    settings: Settings
    store: Store
    signals: Broker | None
    pacing: Pacing
    web: Client
    senders: Senders
    pipeline: Pipeline
    tagger_cache: TaggerCache

    def tagger(self) -> Tagger:
        """The tagger for the watches that are in the store now."""
        return self.tagger_cache.current()

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
        self.pacing.close()
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
    broker = settings.redis_url.get_secret_value() if settings.redis_url else None
    if settings.reranker is not None and settings.reranker.partition(":")[0] not in rerankers():
        known = ", ".join(rerankers()) or "none"
        raise SettingsError(f"DYADWATCH_RERANKER: no such reranker is installed; there are: {known}")
    senders = Senders(web)
    tagger_cache = TaggerCache(store, settings.reranker)
    pacing = Pacing(broker)
    policy = CrawlPolicy(
        at_once=settings.host_connections,
        per_second=settings.host_rate,
        robots_for_feeds=settings.robots_for_feeds,
    )
    limits = Limits(
        poll_min=settings.poll_min,
        poll_max=settings.poll_max,
        threads=settings.network_threads,
        public_url=settings.public_url.rstrip("/") if settings.public_url else None,
    )
    context = StepContext(
        store=store,
        web=web,
        senders=senders,
        crawl_gate=CrawlGate(store, web, pacing, policy),
        sandbox=_sandbox(),
        tagger_cache=tagger_cache,
        limits=limits,
        random=Random(),  # noqa: S311  # jitter, no secret
        hint=hint or _nobody,
    )
    return Product(
        settings=settings,
        store=store,
        signals=Broker(broker) if broker else None,
        pacing=pacing,
        web=web,
        senders=senders,
        pipeline=Pipeline(context),
        tagger_cache=tagger_cache,
    )


@cache
def _sandbox() -> Sandbox:
    """One for all products of a process: it holds nothing of theirs, and is slow to start."""
    return Sandbox()


def _nobody(_step: Step) -> None:
    """Inline, the next step is looked at anyway."""


def user_agent(settings: Settings) -> str:
    """Name, version and contact, as publishers may expect of a crawler."""
    contact = settings.contact or settings.public_url or NO_CONTACT
    return f"dyadwatch/{__version__} (+{contact})"
