"""Health checks: whether the process is alive, and whether it could do its work now."""

from dyadwatch.bootstrap import Product
from dyadwatch.errors import BrokerUnavailable, FieldError, StoreUnavailable
from dyadwatch.store import schema
from service.rest.problems import RETRY_AFTER, ProblemError


def alive() -> dict[str, str]:
    """Always ok: a process that answers is alive."""
    return {"status": "ok"}


def ready(product: Product) -> dict[str, str]:
    """Ok where the database can be reached and is migrated, and the broker can be reached. Raises
    ProblemError 503 that names what is missing, and at which address."""
    errors = [*_database(product), *_broker(product)]
    if errors:
        detail = " ".join(error.detail for error in errors)
        raise ProblemError(503, errors[0].code, detail, errors=errors, headers={"Retry-After": RETRY_AFTER})
    pacing = "shared" if product.broker.is_shared else "per process"
    secrets = "sealed" if product.store.sealing.is_on else "plain"
    return {"status": "ok", "database": "ok", "broker": "ok", "pacing": pacing, "secrets": secrets}


def _database(product: Product) -> list[FieldError]:
    try:
        schema.require(product.store)
    except StoreUnavailable as error:
        return [FieldError("/database", error.detail, error.code)]
    return []


def _broker(product: Product) -> list[FieldError]:
    try:
        product.broker.ping()
    except BrokerUnavailable as error:
        return [FieldError("/broker", error.detail, error.code)]
    return []
