"""Keys and scopes: who may do what, and how long."""

import pytest

from service.app import OPERATIONS


def _path(operation):
    return operation.path.format(id=999, slug="nobody", number=999)


_RANK = ["read", "write", "admin"]


@pytest.mark.parametrize("own_scope", [None, "read", "write", "admin"])
def test_every_operation_asks_for_its_scope_and_no_more(with_scope, own_scope):
    api = with_scope(own_scope)
    for operation in OPERATIONS:
        answer = api(operation.method, _path(operation), {} if operation.body else None)
        name = f"{operation.method} {operation.path}"
        if own_scope is None:
            assert answer.status_code == 401, name
        elif _RANK.index(own_scope) < _RANK.index(operation.scope):
            assert (answer.status_code, answer.get_json()["code"]) == (403, "scope_missing"), name
            assert f'scope="{operation.scope}"' in answer.headers["WWW-Authenticate"]
        else:
            assert answer.status_code in {200, 404, 422}, name


def test_reading_needs_read_changing_needs_write_and_keys_need_admin():
    for operation in OPERATIONS:
        if operation.path.startswith("/v1/keys"):
            assert operation.scope == "admin"
        elif operation.method == "GET" or operation.path in {"/v1/tag", "/v1/suggest"}:
            assert operation.scope == "read"
        else:
            assert operation.scope == "write"


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
