"""Keys are recognised, never shown again, and stored as hashes only."""

import re

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, InvalidInput, NotFound
from dyadwatch.store import keys


def test_a_key_has_a_name_to_see_a_secret_and_a_checksum(db):
    view, token = keys.create(db, "mine", ["write", "read"])
    assert re.fullmatch(r"dyw_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}", token)
    assert (view.name, view.prefix, view.scopes) == ("mine", token[:12], ("read", "write"))
    assert keys.create(db, "other", ["read"])[1] != token


def test_only_a_hash_of_it_is_stored(db):
    _, token = keys.create(db, "mine", ["read"])
    stored = str(db.execute(text("SELECT * FROM api_keys")).one())
    assert token not in stored
    assert token[13:] not in stored


def test_a_token_is_recognised_until_it_is_revoked(db):
    keys.create(db, "admin", ["admin"])
    view, token = keys.create(db, "mine", ["read"])
    assert keys.authenticate(db, token).id == view.id
    assert keys.authenticate(db, token[:-1]) is None
    assert keys.authenticate(db, "") is None
    assert keys.revoke(db, view.id).revoked_at is not None
    assert keys.authenticate(db, token) is None


def test_its_use_is_written_at_most_once_a_minute(db):
    _, token = keys.create(db, "mine", ["read"])
    used = text("SELECT last_used_at FROM api_keys")

    def use():
        keys.authenticate(db, token)
        return db.execute(used).scalar_one()

    first = use()
    assert first is not None
    db.execute(text("UPDATE api_keys SET last_used_at = now() - interval '59 seconds'"))
    recent = db.execute(used).scalar_one()
    assert use() == recent
    db.execute(text("UPDATE api_keys SET last_used_at = now() - interval '61 seconds'"))
    assert use() == first


def test_an_operators_own_key_shows_only_its_beginning(db):
    view, token = keys.create(db, "own", ["admin"], token="correct-horse-battery-staple")
    assert view.prefix == "corr"
    assert keys.authenticate(db, token).id == view.id
    with pytest.raises(Conflict):
        keys.create(db, "own", ["admin"], token=token)


def test_a_short_own_key_is_refused(db):
    with pytest.raises(InvalidInput) as caught:
        keys.create(db, "own", ["admin"], token="hunter2")
    assert caught.value.code == "key_too_short"


@pytest.mark.parametrize("scopes", [[], ["root"]])
def test_scopes_must_be_known(db, scopes):
    with pytest.raises(InvalidInput) as caught:
        keys.create(db, "mine", scopes)
    assert caught.value.errors[0].pointer == "/scopes"


def test_the_last_admin_key_cannot_be_revoked(db):
    assert not keys.any_admin(db)
    first, _ = keys.create(db, "first", ["admin"])
    assert keys.any_admin(db)
    with pytest.raises(Conflict) as caught:
        keys.revoke(db, first.id)
    assert caught.value.code == "last_admin_key"
    second, _ = keys.create(db, "second", ["admin"])
    ended = keys.revoke(db, first.id)
    assert keys.revoke(db, first.id) == ended
    assert keys.any_admin(db)
    assert [view.id for view in keys.page(db, limit=9, cursor=None).data] == [second.id, first.id]


def test_a_key_that_is_not_there_is_not_found(db):
    for act in (keys.get, keys.revoke):
        with pytest.raises(NotFound):
            act(db, 1)
