"""The secrets that sign the webhooks of a subscription. The newest is the current one; each earlier one signs
too until it expires, so that a receiver can change over at its leisure."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import SecretKind, SecretView
from dyadwatch.store import sealing
from dyadwatch.store.pagination import Record

MAX = 10  # secrets of a subscription that have not expired: each signs every webhook

_IN_USE = "(expires_at IS NULL OR expires_at > now())"
# The secrets that sign, as stored, of the subscription of a row `subscriptions`.
SIGNING = (
    "ARRAY(SELECT sealed FROM subscription_secrets WHERE subscription_id = subscriptions.id"  # noqa: S608  # constant SQL
    f" AND {_IN_USE} ORDER BY id DESC)"
)
_DELETE_EXPIRED = text(
    "DELETE FROM subscription_secrets WHERE subscription_id = :subscription AND expires_at <= now()"
)
_END = text("""
UPDATE subscription_secrets SET expires_at = least(expires_at, now() + make_interval(secs => :grace))
WHERE subscription_id = :subscription
""")
_COUNT = text(
    "SELECT count(*) FROM subscription_secrets WHERE subscription_id = :subscription AND expires_at > now()"
)
_INSERT = text("""
INSERT INTO subscription_secrets (subscription_id, sealed, public_key)
VALUES (:subscription, :sealed, :public_key) RETURNING *
""")
_ALL = text(
    f"SELECT * FROM subscription_secrets WHERE subscription_id = :subscription AND {_IN_USE}"  # noqa: S608
    " ORDER BY id DESC"
)
_BY_ID = text("""
SELECT secrets.* FROM subscription_secrets AS secrets JOIN subscriptions ON subscriptions.id = subscription_id
WHERE secrets.id = :id AND (CAST(:owner AS bigint) IS NULL OR key_id = :owner)
""")


def add(
    db: Connection, subscription: int, secret: str, public_key: str | None = None, *, grace: float = 0.0
) -> SecretView:
    """Makes a secret the current one of a subscription, which the caller has locked or just made; earlier
    ones sign for `grace` seconds more. Raises Conflict `too_many_secrets`."""
    names = {"subscription": subscription}
    db.execute(_END, {**names, "grace": grace})
    db.execute(_DELETE_EXPIRED, names)
    if db.execute(_COUNT, names).scalar_one() >= MAX:
        detail = f"{MAX - 1} earlier secrets still sign: let some expire, or end them all by a grace of 0."
        raise Conflict(detail, code="too_many_secrets")
    params = {**names, "sealed": sealing.of(db).seal(secret), "public_key": public_key}
    return _view(db.execute(_INSERT, params).one())


def page(db: Connection, subscription: int) -> ListPage[SecretView]:
    """Those that sign, the current one first."""
    rows = db.execute(_ALL, {"subscription": subscription})
    return ListPage(tuple(_view(row) for row in rows), None)


def kind(db: Connection, subscription: int) -> SecretKind:
    """The kind of the current one."""
    return page(db, subscription).data[0].kind


def signing(db: Connection, subscription: int) -> Sequence[str]:
    """Those that sign, as stored."""
    return [row.sealed for row in db.execute(_ALL, {"subscription": subscription})]


def reveal(db: Connection, secret_id: int, *, owner: int | None = None) -> str:
    """What a receiver verifies with: the secret, or where that is ours alone its public key. Raises
    NotFound, also for what is not of the key `owner`."""
    row = db.execute(_BY_ID, {"id": secret_id, "owner": owner}).first()
    if row is None:
        raise NotFound(f"There is no secret {secret_id}.")
    return row.public_key or sealing.of(db).open(row.sealed)


def _view(row: Record) -> SecretView:
    return SecretView(
        id=row.id,
        kind="v1" if row.public_key is None else "v1a",
        public_key=row.public_key,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
