"""Secrets are stored sealed, and keys can be changed."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, SecretUnreadable
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import (
    Store,
    custom_headers,
    deliveries,
    resealing,
    sealing,
    subscription_secrets,
    subscriptions,
)
from dyadwatch.store.sealing import Sealing

NEW = NewSubscription(
    "https://receiver.test/hook", ("alert.created",), {}, headers={"authorization": "Bearer hush"}
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def store_with(database_url):
    """Makes a store with these keys."""
    stores = []

    def make(*keys):
        stores.append(Store(database_url, sealing=Sealing(keys)))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def _stored_headers(store):
    with store.begin() as db:
        return db.execute(text("SELECT sealed_headers FROM subscriptions ORDER BY id")).scalars().all()


def _stored(store):
    with store.begin() as db:
        return db.execute(text("SELECT sealed FROM subscription_secrets ORDER BY id")).scalars().all()


def test_what_is_sealed_can_be_opened_by_its_key_alone():
    key, other = sealing.new_key(), sealing.new_key()
    sealed = Sealing([key]).seal(SECRET)
    assert SECRET not in sealed
    assert sealed != Sealing([key]).seal(SECRET)
    assert Sealing([other, key]).open(sealed) == SECRET
    for wrong in (Sealing([other]), Sealing()):
        with pytest.raises(SecretUnreadable) as raised:
            wrong.open(sealed)
        assert SECRET not in raised.value.detail
    assert Sealing([key]).open(SECRET) == SECRET


def test_keys_can_be_changed_and_the_old_one_dropped(store_with):
    """Secrets of before there were keys are sealed too."""
    old, new = sealing.new_key(), sealing.new_key()
    for store in (store_with(), store_with(old)):
        with store.begin() as db:
            subscriptions.create(db, NEW, SECRET)
    plain, sealed = _stored(store_with())
    assert (plain, sealed.startswith("sealed:")) == (SECRET, True)
    counts = {"subscription_secrets": 2, "hub_subscriptions": 0, "subscriptions": 2, "hub_subscribers": 0}
    assert resealing.reseal(store_with(new, old)) == counts
    assert [Sealing([new]).open(stored) for stored in _stored(store_with())] == [SECRET, SECRET]
    for stored in _stored_headers(store_with()):
        assert "hush" not in stored
        assert custom_headers.read(Sealing([new]), stored) == NEW.headers
    with pytest.raises(SecretUnreadable):
        resealing.reseal(store_with(old))


def test_the_current_secret_signs_first_and_earlier_ones_until_their_grace_ends(db, rows):
    subscription = subscriptions.create(db, NEW, "whsec_1").id
    subscriptions.rotate(db, subscription, "whsec_2", grace=3600)
    subscriptions.rotate(db, subscription, "whsec_3", grace=7200)
    rows.delivery(subscription, due_at="2026-01-01")
    (claimed,) = deliveries.claim(db, 1)
    assert claimed.secrets == ["whsec_3", "whsec_2", "whsec_1"]
    ends = [secret.expires_at for secret in subscription_secrets.page(db, subscription).data]
    assert ends[0] is None
    assert ends[1] > ends[2]  # a later rotation does not prolong the grace of an earlier one
    subscriptions.rotate(db, subscription, "whsec_4", grace=0)
    assert [secret.kind for secret in subscription_secrets.page(db, subscription).data] == ["v1"]
    assert db.execute(text("SELECT sealed FROM subscription_secrets")).scalars().all() == ["whsec_4"]


def test_a_subscription_has_a_bounded_number_of_secrets(db):
    subscription = subscriptions.create(db, NEW, SECRET).id
    for _ in range(subscription_secrets.MAX - 1):
        subscriptions.rotate(db, subscription, SECRET, grace=60)
    with pytest.raises(Conflict) as raised:
        subscriptions.rotate(db, subscription, SECRET, grace=60)
    assert raised.value.code == "too_many_secrets"
