"""Sessions of the web page."""

from sqlalchemy import text

from dyadwatch.store import keys, sessions


def test_a_session_has_its_key_until_it_is_deleted(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    assert sessions.key_of(db, token) == view
    assert sessions.key_of(db, token + "x") is None
    sessions.delete(db, token)
    assert sessions.key_of(db, token) is None
    sessions.delete(db, token)


def test_an_expired_session_has_no_key_and_is_deleted(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    db.execute(text("UPDATE page_sessions SET expires_at = now() - interval '1 second'"))
    assert sessions.key_of(db, token) is None
    sessions.create(db, view.id)
    assert db.execute(text("SELECT count(*) FROM page_sessions")).scalar_one() == 1


def test_revoking_a_key_ends_its_sessions(db):
    keys.create(db, "admin", ["admin"])
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    keys.revoke(db, view.id)
    assert sessions.key_of(db, token) is None
