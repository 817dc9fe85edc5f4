"""Sessions of the web page."""

from sqlalchemy import text

from dyadwatch.store import keys, sessions


def test_a_session_has_its_key_until_it_is_deleted(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    assert sessions.resume(db, token).key == view
    assert sessions.resume(db, token + "x") is None
    sessions.delete(db, token)
    assert sessions.resume(db, token) is None
    sessions.delete(db, token)


def test_an_expired_session_has_no_key_and_is_deleted(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    db.execute(text("UPDATE page_sessions SET expires_at = now() - interval '1 second'"))
    assert sessions.resume(db, token) is None
    sessions.create(db, view.id)
    assert db.execute(text("SELECT count(*) FROM page_sessions")).scalar_one() == 1


def test_revoking_a_key_ends_its_sessions(db):
    keys.create(db, "admin", ["admin"])
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    keys.revoke(db, view.id)
    assert sessions.resume(db, token) is None


def _age(db, **columns):
    changes = ", ".join(f"{name} = now() - CAST(:{name} AS interval)" for name in columns)
    db.execute(text(f"UPDATE page_sessions SET {changes}"), columns)


def test_the_token_of_a_session_is_replaced_once_a_day(db):
    view, _ = keys.create(db, "mine", ["read"])
    first = sessions.create(db, view.id)
    opened = sessions.resume(db, first)
    assert (opened.key, opened.new_token) == (view, None)
    _age(db, issued_at="25 hours")
    second = sessions.resume(db, first).new_token
    assert sessions.resume(db, first).new_token is None  # for requests under way
    replaced = sessions.resume(db, second)
    assert (replaced.key, replaced.form_token) == (view, opened.form_token)
    db.execute(text("UPDATE page_sessions SET expires_at = expires_at - interval '2 minutes'"))
    assert sessions.resume(db, first) is None
    assert sessions.resume(db, second).key == view


def test_a_session_ends_for_good_after_ninety_days(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    _age(db, issued_at="2 days", started_at="89 days 23 hours")
    token = sessions.resume(db, token).new_token
    left = db.execute(text("SELECT max(expires_at) - now() FROM page_sessions")).scalar_one()
    assert left.total_seconds() == 3_600


def test_a_session_knows_when_the_visit_before_ended(db):
    view, _ = keys.create(db, "mine", ["read"])
    token = sessions.create(db, view.id)
    assert sessions.resume(db, token).last_visit_at is None
    _age(db, active_at="2 minutes")
    assert sessions.resume(db, token).last_visit_at is None  # the same visit
    _age(db, active_at="3 hours")
    ended = db.execute(text("SELECT active_at FROM page_sessions")).scalar_one()
    assert sessions.resume(db, token).last_visit_at == ended
    assert sessions.resume(db, token).last_visit_at == ended
    elsewhere = sessions.create(db, view.id)
    assert sessions.resume(db, elsewhere).last_visit_at is not None
