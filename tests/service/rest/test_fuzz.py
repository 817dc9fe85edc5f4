"""What schemas do not tell of, and what is sent to break a parser: it is refused, and never a surprise."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.app import OPERATIONS

pytestmark = pytest.mark.no_cover

_WRITING = [operation for operation in OPERATIONS if operation.body]
_settings = settings(
    max_examples=settings.default.max_examples // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _path(operation):
    return operation.path.replace("{id}", "1").replace("{slug}", "assad-khamenei")


_DEEP = {
    "lists": b'{"a":' + b"[" * 900 + b'"\\u0000"' + b"]" * 900 + b"}",
    "objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "beyond the parser": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("raw", _DEEP.values(), ids=_DEEP)
def test_deep_json_is_refused_everywhere(api, raw):
    for operation in _WRITING:
        answer = api(operation.method, _path(operation), raw=raw)
        refusal = answer.status_code, answer.get_json()["code"]
        assert refusal in {(400, "json_malformed"), (422, "invalid_input")}, operation.path


_MANY = {
    "values": b'{"a":[' + b"[]," * 300_000 + b"[]]}",
    "faults": b'{"a":[' + b'"\\u0000",' * 10_000 + b'""]}',
    "fields": b"{" + b",".join(b'"%x":1' % number for number in range(10_000)) + b"}",
}


@pytest.mark.parametrize("raw", _MANY.values(), ids=_MANY)
def test_a_body_of_very_many_things_gets_a_short_answer(api, raw):
    answer = api.post("/v1/tag", raw=raw)
    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) <= 100


_SLUGS = [operation for operation in OPERATIONS if "{slug}" in operation.path]


@pytest.mark.parametrize("slug", ["%00", "a%00b", "%ff%fe", "%ED%A0%80", "..", "%2e%2e", "a" * 5_000, "%0a"])
def test_no_slug_causes_an_internal_error(api, slug):
    for operation in _SLUGS:
        body = {"enabled": True} if operation.method == "PATCH" else {} if operation.body else None
        path = operation.path.replace("{slug}", slug)
        assert api(operation.method, path, body).status_code in {404, 405, 422}, operation.path


_query_words = st.lists(
    st.sampled_from([*"-\"()|&!<>:*\\'", "or", "and", "not", "a", "<->", " -", "--"]), min_size=1, max_size=90
)


@pytest.mark.parametrize("joint", ["", " "])
@pytest.mark.parametrize("path", ["/v1/alerts", "/v1/articles"])
def test_no_search_causes_an_internal_error(api, rows, path, joint):
    rows.alert()

    @_settings
    @given(words=_query_words)
    @example(words=["-"] * 64)
    @example(words=["(-"] * 60)
    @example(words=['-"'] * 60)
    @example(words=["or", "-"] * 20)
    def send(words):
        answer = api.client.get(
            path, query_string={"q": joint.join(words)}, headers={"Authorization": f"Bearer {api.token}"}
        )
        assert answer.status_code in {200, 400, 404, 422}

    send()
