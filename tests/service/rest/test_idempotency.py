"""A POST repeated with its Idempotency-Key is done once."""

import threading

import pytest
from sqlalchemy import text

ONE = {"Idempotency-Key": "one"}


def test_the_same_request_gets_the_same_answer_and_is_done_once(api):
    first = api.post("/v1/subscriptions", {"url": "https://a.test/"}, headers=ONE)
    again = api.post("/v1/subscriptions", {"url": "https://a.test/"}, headers=ONE)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(api.get("/v1/subscriptions").get_json()["data"]) == 1


def test_a_secret_is_in_the_answer_to_a_repeat_and_not_in_what_is_stored_for_it(api, product):
    first = api.post("/v1/subscriptions", {"url": "https://a.test/"}, headers=ONE).get_json()
    with product.store.begin() as db:
        (body,) = db.execute(text("SELECT body FROM idempotent_answers")).scalars()
    assert first["secret"].startswith("whsec_")
    assert "whsec_" not in body
    assert api("DELETE", f"/v1/subscriptions/{first['id']}").status_code == 204
    gone = api.post("/v1/subscriptions", {"url": "https://a.test/"}, headers=ONE)
    assert (gone.status_code, gone.get_json()["code"]) == (409, "subscription_removed")


def test_another_request_with_the_same_key_is_422(api):
    api.post("/v1/sources", {"name": "A"}, headers=ONE)
    for path, body in (("/v1/sources", {"name": "B"}), ("/v1/subscriptions", {"name": "A"})):
        answer = api.post(path, body, headers=ONE)
        assert answer.status_code == 422
    assert answer.get_json()["code"] in {"idempotency_key_reused", "invalid_input"}
    assert api.post("/v1/sources", {"name": "B"}, headers=ONE).get_json()["code"] == "idempotency_key_reused"


def test_a_refused_request_leaves_the_key_free(api):
    assert api.post("/v1/sources", {"name": ""}, headers=ONE).status_code == 422
    api.post("/v1/sources", {"name": "taken"})
    assert api.post("/v1/sources", {"name": "taken"}, headers=ONE).status_code == 409
    assert api.post("/v1/sources", {"name": "free"}, headers=ONE).status_code == 201


def test_at_the_same_time_it_is_done_once(api, app):
    answers = []
    start = threading.Barrier(6)

    def post():
        client = type(api)(app.test_client(), api.token)
        start.wait()
        answers.append(client.post("/v1/sources", {"name": "A"}, headers=ONE))

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    codes = {answer.get_json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"idempotency_in_flight"}
    assert any(answer.status_code == 201 for answer in answers)
    assert len(api.get("/v1/sources").get_json()["data"]) == 1


@pytest.mark.parametrize(("quoted", "plain"), [('"one"', "one"), (r'"o\"n\\e"', r'o"n\e')])
def test_a_key_is_the_same_in_quotation_marks_and_without(api, quoted, plain):
    first = api.post("/v1/sources", {"name": "A"}, headers={"Idempotency-Key": quoted})
    again = api.post("/v1/sources", {"name": "A"}, headers={"Idempotency-Key": plain})
    assert (first.status_code, again.status_code, again.data) == (201, 201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_one_is_400(api, key):
    answer = api.post("/v1/sources", {"name": "A"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_invalid")


def test_where_the_answer_is_not_kept_a_key_is_refused(api):
    for path, body in (("/v1/keys", {"name": "x", "scopes": ["read"]}), ("/v1/tag", {"text": "x"})):
        answer = api.post(path, body, headers=ONE)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_unsupported")


def test_every_post_that_may_be_repeated_says_so():
    from service.app import OPERATIONS

    refused = {
        operation.path for operation in OPERATIONS if operation.method == "POST" and not operation.idempotent
    }
    assert refused == {
        "/v1/archive-runs/{id}/stop",
        "/v1/feeds/preview",
        "/v1/keys",
        "/v1/keys/{id}/rotate",
        "/v1/preview",
        "/v1/suggest",
        "/v1/tag",
        "/v1/subscriptions/{id}/test",
        "/v1/subscriptions/{id}/preview",
        "/v1/subscriptions/preview",
        "/v1/trace",
        "/v1/watches/{slug}/backfills/preview",
    }
