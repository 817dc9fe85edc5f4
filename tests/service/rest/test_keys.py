"""Keys and scopes: who may do what, and how long."""

from urllib.parse import urlencode

import pytest

from service.app import OPERATIONS


def _path(operation):
    """Its path, with the parameters that it requires as the contract shows them."""
    fields = operation.query.model_fields if operation.query else {}
    required = {name: field.examples[0] for name, field in fields.items() if field.is_required()}
    return f"{operation.path.format(id=999, slug='nobody', number=999)}?{urlencode(required)}"


_ALLOWED = {
    "read": {"read"},
    "subscribe": {"read", "subscribe"},
    "curate": {"read", "curate"},
    "write": {"read", "subscribe", "curate"},
    "admin": {"read", "subscribe", "curate", "admin"},
}


@pytest.mark.parametrize("own_scope", [None, *_ALLOWED])
@pytest.mark.no_cover
def test_every_operation_asks_for_its_scope_and_no_more(with_scope, own_scope):
    api = with_scope(own_scope)
    for operation in OPERATIONS:
        answer = api(operation.method, _path(operation), {} if operation.body else None)
        name = f"{operation.method} {operation.path}"
        if own_scope is None:
            assert answer.status_code == 401, name
        elif operation.scope not in _ALLOWED[own_scope]:
            assert (answer.status_code, answer.get_json()["code"]) == (403, "scope_missing"), name
            assert f'scope="{operation.scope}"' in answer.headers["WWW-Authenticate"]
        else:
            assert answer.status_code in {200, 201, 404, 422}, name


# What stores nothing, and what readers keep for themselves.
_READERS = {"/v1/tag", "/v1/suggest", "/v1/alerts/{id}/triage", "/v1/saved-views", "/v1/saved-views/{id}"}
_SUBSCRIBERS = ("/v1/subscriptions", "/v1/deliveries")


def test_each_operation_has_the_scope_of_what_it_is_about():
    for operation in OPERATIONS:
        if operation.path.startswith("/v1/keys"):
            assert operation.scope == "admin"
        elif operation.method == "GET" or operation.path in _READERS:
            assert operation.scope == "read"
        else:
            expected = "subscribe" if operation.path.startswith(_SUBSCRIBERS) else "curate"
            assert operation.scope == expected, operation.path


def test_a_key_is_shown_once_and_works_until_it_is_revoked(api, with_scope):
    answer = api.post("/v1/keys", {"name": "reader", "scopes": ["read"]})
    key = answer.get_json()
    token = key.pop("token")
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/keys/{key['id']}")
    assert token.startswith(key["prefix"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "token" not in api.get(answer.headers["Location"]).get_json()
    reader = with_scope(None)
    reader.token = token
    assert reader.get("/v1/alerts").status_code == 200
    revoked = api("DELETE", answer.headers["Location"])
    assert revoked.get_json()["revoked_at"] is not None
    assert reader.get("/v1/alerts").status_code == 401


def test_a_key_ends_when_it_expires(api, with_scope, rows):
    body = {"name": "reader", "scopes": ["read"], "owner": "The desk", "expires_at": "2999-01-01"}
    key = api.post("/v1/keys", body).get_json()
    assert (key["owner"], key["expires_at"]) == ("The desk", "2999-01-01T00:00:00+00:00")
    reader = with_scope(None)
    reader.token = key["key"]
    assert reader.get("/v1/alerts").status_code == 200
    rows.execute("UPDATE api_keys SET expires_at = now() WHERE id = :id", id=key["id"])
    assert (reader.get("/v1/alerts").status_code) == 401
    past = api.post("/v1/keys", body | {"expires_at": "2001-01-01"})
    assert (past.status_code, past.get_json()["errors"][0]["pointer"]) == (422, "/expires_at")


def test_after_a_rotation_both_tokens_work_for_a_time_and_the_subscriptions_stay(api, with_scope, rows):
    key = api.post("/v1/keys", {"name": "mine", "scopes": ["subscribe"]}).get_json()
    holder = with_scope(None)
    holder.token = key["key"]
    hook = holder.post("/v1/subscriptions", {"url": "https://a.test/"}).headers["Location"]
    answer = api.post(f"/v1/keys/{key['id']}/rotate", {"grace": 60})
    new = answer.get_json()
    assert (answer.status_code, new["id"], new["key"] != key["key"]) == (200, key["id"], True)
    assert new["earlier_until"] is not None
    for token in (key["key"], new["key"]):
        holder.token = token
        assert holder.get(hook).status_code == 200
    last = api.post(f"/v1/keys/{key['id']}/rotate", {"grace": 0}).get_json()
    statuses = []
    for token in (key["key"], new["key"], last["key"]):
        holder.token = token
        statuses.append(holder.get(hook).status_code)
    assert statuses == [401, 401, 200]
    api("DELETE", f"/v1/keys/{key['id']}")
    refused = api.post(f"/v1/keys/{key['id']}/rotate", {})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "key_revoked")


def test_the_last_admin_key_stays(api):
    (own,) = api.get("/v1/keys").get_json()["data"]
    answer = api("DELETE", f"/v1/keys/{own['id']}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin_key")


@pytest.mark.parametrize(
    "body", [{"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]}, {"name": "x"}]
)
def test_a_key_needs_scopes_that_are_known(api, body):
    answer = api.post("/v1/keys", body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith("/scopes")


def test_neither_logs_nor_responses_contain_a_key(api, capsys, caplog):
    wrong = "dyw_wrongwrong_secretsecretsecret"
    answer = api.get("/v1/alerts", headers={"Authorization": f"Bearer {wrong}"})
    printed = capsys.readouterr()
    assert wrong not in answer.text + printed.out + printed.err + caplog.text
