"""A repeated request finds the first one's answer, once that is whole."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, InvalidInput
from dyadwatch.store import idempotency, keys
from dyadwatch.store.idempotency import StoredResponse

_ANSWER = StoredResponse(201, {"Location": "/v1/x/1"}, '{"id":1}')


@pytest.fixture
def key(store):
    with store.begin() as db:
        return keys.create(db, "mine", ["write"])[0].id


def test_the_response_is_stored_for_the_same_request(store, key):
    with store.begin() as db:
        assert idempotency.find(db, key, "one", "print") is None
        idempotency.save(db, key, "one", "print", _ANSWER)
    with store.begin() as db:
        assert idempotency.find(db, key, "one", "print") == _ANSWER
        assert idempotency.find(db, key, "two", "print") is None


def test_another_request_under_the_same_token_is_refused(store, key):
    with store.begin() as db:
        idempotency.save(db, key, "one", "print", _ANSWER)
    with pytest.raises(InvalidInput) as caught, store.begin() as db:
        idempotency.find(db, key, "one", "other")
    assert caught.value.code == "idempotency_key_reused"


def test_tokens_belong_to_their_api_key(store, key):
    with store.begin() as db:
        other = keys.create(db, "other", ["write"])[0].id
        idempotency.save(db, key, "one", "print", _ANSWER)
        assert idempotency.find(db, other, "one", "else") is None


def test_a_repeat_during_the_first_request_is_a_conflict(store, key):
    with store.begin() as first:
        idempotency.find(first, key, "one", "print")
        with pytest.raises(Conflict) as caught, store.begin() as second:
            idempotency.find(second, key, "one", "print")
    assert caught.value.code == "idempotency_in_flight"


def _fail(db, key):
    idempotency.find(db, key, "one", "print")
    idempotency.save(db, key, "one", "print", _ANSWER)
    raise RuntimeError


def test_work_that_failed_leaves_the_token_free(store, key):
    with pytest.raises(RuntimeError), store.begin() as db:
        _fail(db, key)
    with store.begin() as db:
        assert idempotency.find(db, key, "one", "print") is None


def test_responses_are_deleted_after_a_day(store, key):
    with store.begin() as db:
        idempotency.save(db, key, "one", "print", _ANSWER)
        db.execute(text("UPDATE idempotent_answers SET created_at = now() - interval '25 hours'"))
        assert idempotency.find(db, key, "one", "other") is None
        idempotency.save(db, key, "one", "other", _ANSWER)
