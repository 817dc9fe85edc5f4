"""The composition root: settings in, a product out. It alone knows every adapter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from dyadwatch import __version__
from dyadwatch.broker import Broker, Cache, Pacing, Quota, Throttle, Wakeups
from dyadwatch.broker_urls import read_broker_url, read_pacing_url
from dyadwatch.errors import SettingsError, WebError
from dyadwatch.model.deliveries import DeliveryView
from dyadwatch.model.oidc import CALLBACK, read_rules
from dyadwatch.model.retention import KeepDays
from dyadwatch.model.steps import Step
from dyadwatch.oidc import Provider, is_installed
from dyadwatch.pipeline import CrawlGate, EndpointPacing, Limits, Pipeline, StepContext, TaggerCache
from dyadwatch.politeness import CrawlPolicy
from dyadwatch.rerankers import ENDPOINT_RERANKER, Endpoint, EndpointReranker
from dyadwatch.sandbox import Sandbox, shared_sandbox, template_sandbox
from dyadwatch.senders import Senders, Transports
from dyadwatch.senders.websub import HUB
from dyadwatch.settings import Settings
from dyadwatch.store import Store, alert_events
from dyadwatch.store.sealing import Sealing
from dyadwatch.subscriptions.retries import SCHEDULE
from dyadwatch.tagging import Tagger, available_rerankers, open_reranker
from dyadwatch.tagging.relations.rerankers import Reranker
from dyadwatch.web import Client, MailServer

# Stands in the user agent where the operator gave no contact;
# the name is reserved and leads nowhere (RFC 6761).
NO_CONTACT = "https://contact-not-set.invalid/"
_KEEP_ANSWERS = 7 * 86_400  # seconds that answers of a reranker are used again


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that an entry point needs."""

    settings: Settings
    store: Store
    broker: Broker
    throttle: Throttle
    wakeups: Wakeups
    web: Client
    sandbox: Sandbox
    senders: Senders
    pipeline: Pipeline
    tagger_cache: TaggerCache
    oidc: Provider | None = None  # by which people sign in to the pages

    def tagger(self) -> Tagger:
        """The tagger for the watches that are in the store now; waits until it is compiled."""
        return self.tagger_cache.newest().tagger

    def newest_event(self) -> int:
        """The position of the newest event of an alert; 0 where there is none."""
        with self.store.begin() as db:
            return alert_events.newest(db)

    @property
    def hub_url(self) -> str | None:
        """Where readers of the feeds of alerts subscribe; None without a hub."""
        return _hub_url(self.settings)

    def send_test(self, subscription: int) -> DeliveryView:
        """Sends a test event to a subscription's endpoint now
        and returns its delivery with the one attempt."""
        return self.pipeline.send_test(subscription)

    def close(self) -> None:
        self.web.close()
        self.broker.close()
        self.store.close()


def build(settings: Settings, *, hint: Callable[[Step], object] | None = None) -> Product:
    """Constructs the product; opens no connection. `hint` is called with each step that was left new work.

    Raises SettingsError where the database's URL is missing. Without a broker's the steps run inline only.
    """
    store = Store(
        _database_url(settings),
        pool_size=max(10, settings.network_threads // 3),
        sealing=Sealing(_secret_keys(settings)),
    )
    broker, web = _broker(settings), _client(settings)
    wakeups = Wakeups(broker, "events")
    senders = Senders(_transports(settings, web))
    tagger_cache = TaggerCache(store, _reranker_factory(settings, web, broker))
    context = StepContext(
        store=store,
        web=web,
        senders=senders,
        crawl_gate=CrawlGate(store, web, Pacing(broker), _crawl_policy(settings)),
        endpoint_pacing=EndpointPacing(Pacing(broker)),
        sandbox=shared_sandbox(),
        template_sandbox=template_sandbox(),
        tagger_cache=tagger_cache,
        limits=_limits(settings),
        random=Random(),  # noqa: S311  # jitter, no secret
        hint=_waking(wakeups, hint or _ignore_hint),
    )
    return Product(
        settings=settings,
        store=store,
        broker=broker,
        throttle=Throttle(broker),
        wakeups=wakeups,
        web=web,
        sandbox=context.sandbox,
        senders=senders,
        pipeline=Pipeline(context),
        tagger_cache=tagger_cache,
        oidc=_oidc(settings, web),
    )


def _oidc(settings: Settings, web: Client) -> Provider | None:
    """The OpenID provider of the settings. Raises SettingsError where its packages are missing."""
    if settings.oidc_issuer is None:
        return None
    if not is_installed():
        raise SettingsError("DYADWATCH_OIDC_ISSUER takes packages that are not here: install dyadwatch[oidc]")
    secret = settings.oidc_client_secret
    return Provider(
        web,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        secret=secret.get_secret_value() if secret else None,
        redirect_uri=f"{(settings.public_url or '').rstrip('/')}{CALLBACK}",
        claim=settings.oidc_claim,
        rules=read_rules(settings.oidc_scopes),
    )


def _transports(settings: Settings, web: Client) -> Transports:
    if (settings.smtp_url is None) != (settings.mail_from is None):
        raise SettingsError("DYADWATCH_SMTP_URL and DYADWATCH_MAIL_FROM go together: set both, or neither")
    mail = settings.smtp_url and MailServer(
        settings.smtp_url.get_secret_value(), allow_private=settings.allow_private_networks
    )
    public_url = settings.public_url.rstrip("/") if settings.public_url else None
    return Transports(web, mail or None, settings.mail_from, public_url)


def _hub_url(settings: Settings) -> str | None:
    return f"{settings.public_url.rstrip('/')}{HUB}" if settings.hub and settings.public_url else None


def _broker(settings: Settings) -> Broker:
    url = settings.redis_url and read_broker_url(settings.redis_url.get_secret_value())
    pacing = settings.pacing_url and read_pacing_url(settings.pacing_url.get_secret_value())
    return Broker(url or None, counts_at=pacing or None)


def _database_url(settings: Settings) -> str:
    if settings.database_url is None:
        raise SettingsError(
            "DYADWATCH_DATABASE_URL is not set: give it, or let `dyadwatch up` start the servers itself"
        )
    return settings.database_url.get_secret_value()


def _secret_keys(settings: Settings) -> list[str]:
    keys = settings.secret_keys.get_secret_value() if settings.secret_keys else ""
    return [key.strip() for key in keys.split(",") if key]


def _client(settings: Settings) -> Client:
    return Client(
        allow_private=settings.allow_private_networks,
        proxy=settings.egress_proxy.get_secret_value() if settings.egress_proxy else None,
        user_agent=user_agent(settings),
    )


@contextmanager
def standalone_reranker(settings: Settings) -> Iterator[Reranker | None]:
    """The reranker of the settings for a command that needs no database. Raises SettingsError."""
    web, broker = _client(settings), _broker(settings)
    try:
        factory = _reranker_factory(settings, web, broker)
        yield factory and factory()
    finally:
        web.close()
        broker.close()


@contextmanager
def standalone_web(settings: Settings) -> Iterator[Client]:
    """The HTTP client of the settings for a command that needs no database."""
    web = _client(settings)
    try:
        yield web
    finally:
        web.close()


def _reranker_factory(settings: Settings, web: Client, broker: Broker) -> Callable[[], Reranker] | None:
    """What opens the reranker of the settings, None where they name none. Raises SettingsError."""
    choice = settings.reranker
    if choice is None:
        return None
    if choice == ENDPOINT_RERANKER:
        return partial(
            EndpointReranker,
            _endpoint(settings, web),
            web,
            Cache(broker, "reranker", _KEEP_ANSWERS),
            _budget(broker, settings.reranker_calls),
        )
    if choice.partition(":")[0] not in available_rerankers():
        names = ", ".join([ENDPOINT_RERANKER, *available_rerankers()])
        raise SettingsError(f"DYADWATCH_RERANKER: no such reranker is installed; there are: {names}")
    return partial(open_reranker, choice)


def _endpoint(settings: Settings, web: Client) -> Endpoint:
    url, key = settings.reranker_url, settings.reranker_key
    if url is None or settings.reranker_model is None:
        raise SettingsError(
            f"DYADWATCH_RERANKER={ENDPOINT_RERANKER} needs DYADWATCH_RERANKER_URL "
            "and DYADWATCH_RERANKER_MODEL"
        )
    try:
        if key is not None and not web.is_confidential(url):
            raise SettingsError(
                "DYADWATCH_RERANKER_URL: a key is sent by https, or within a network of yours"
            )
        web.check(url)
    except WebError as error:
        raise SettingsError(
            f"DYADWATCH_RERANKER_URL: {error.detail} (see DYADWATCH_ALLOW_PRIVATE_NETWORKS)"
        ) from error
    return Endpoint(
        url, settings.reranker_model, key.get_secret_value() if key else None, settings.reranker_timeout
    )


def _budget(broker: Broker, calls: int) -> Callable[[], bool]:
    throttle, quota = Throttle(broker), Quota(calls, window=3600)
    return lambda: throttle.spend("reranker", quota).allowed


def _crawl_policy(settings: Settings) -> CrawlPolicy:
    return CrawlPolicy(
        at_once=settings.host_connections,
        per_second=settings.host_rate,
        robots_for_feeds=settings.robots_for_feeds,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        poll_min=settings.poll_min,
        poll_max=settings.poll_max,
        threads=settings.network_threads,
        coalesce=timedelta(seconds=settings.coalesce),
        recheck=settings.recheck,
        retry_schedule=settings.retry_schedule or SCHEDULE,
        keep=KeepDays(
            snapshots=settings.keep_snapshots or None,
            events=settings.keep_events or None,
            attempts=settings.keep_attempts or None,
        ),
        public_url=settings.public_url.rstrip("/") if settings.public_url else None,
        hub_url=_hub_url(settings),
    )


def _waking(wakeups: Wakeups, hint: Callable[[Step], object]) -> Callable[[Step], object]:
    """A hint that also wakes those who wait for events of alerts: each of these leaves deliveries."""

    def hint_and_wake(step: Step) -> None:
        hint(step)
        if step is Step.DELIVER:
            wakeups.send()

    return hint_and_wake


def _ignore_hint(_step: Step) -> None:
    """Inline, every step is run in turn anyway."""


def user_agent(settings: Settings) -> str:
    """Name, version and contact, as publishers may expect of a crawler."""
    contact = settings.contact or settings.public_url or NO_CONTACT
    return f"dyadwatch/{__version__} (+{contact})"
