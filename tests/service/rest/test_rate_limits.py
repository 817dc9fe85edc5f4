"""A key may make so many requests a minute; each response says how many are left."""

import re
from dataclasses import replace

import pytest

from dyadwatch.broker import Quota
from service.app import create_app
from service.rest import rate_limits


@pytest.fixture
def product(product):
    """A product whose keys may make three requests a minute."""
    return replace(product, settings=product.settings.model_copy(update={"rate_limit": 3}))


def test_one_key_has_too_many_and_another_has_not(with_scope):
    reader, other = with_scope("read"), with_scope("read")
    answers = [reader.get("/v1/alerts") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Policy"] for answer in answers] == ['"key";q=3;w=60'] * 4
    left = [re.fullmatch(r'"key";r=(\d);t=\d+', answer.headers["RateLimit"])[1] for answer in answers]
    assert left == ["2", "1", "0", "0"]
    problem = answers[3].get_json()
    assert (problem["code"], problem["violated-policies"]) == ("rate_limited", ["key"])
    assert problem["type"].endswith("#quota-exceeded")
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert answers[3].headers["RateLimit"].endswith(f";t={answers[3].headers['Retry-After']}")
    assert other.get("/v1/alerts").status_code == 200


def test_a_long_body_counts_for_more(with_scope):
    reader = with_scope("read")
    assert reader.post("/v1/tag", {"text": "Rain. " * 1_500}).status_code == 200
    assert reader.get("/v1/alerts").status_code == 429


def test_wrong_keys_are_throttled_for_their_address_alone_and_right_ones_never(with_scope, monkeypatch):
    monkeypatch.setattr(rate_limits, "_WRONG_KEYS", Quota(2, window=3600))
    wrong, right = with_scope(None), with_scope("read")
    wrong.token = "dyw_wrong"
    answers = [wrong.get("/v1/alerts") for _ in range(3)]
    codes = [answer.get_json()["code"] for answer in answers]
    assert codes == ["key_invalid", "key_invalid", "too_many_wrong_keys"]
    assert (answers[2].status_code, int(answers[2].headers["Retry-After"]) > 0) == (429, True)
    assert right.get("/v1/alerts").status_code == 200
    wrong.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert wrong.get("/v1/alerts").status_code == 401


def test_without_a_limit_nothing_is_counted(product, with_scope):
    unlimited = replace(product, settings=product.settings.model_copy(update={"rate_limit": 0}))
    reader = with_scope("read")
    reader.client = create_app(unlimited).test_client()
    answers = [reader.get("/v1/alerts") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers
