"""What became of an address, over the API."""

import pytest

ADDRESSES = {  # (the address, the stage at which it stops)
    "of an article that names nobody": ("https://a.test/1", None),
    "that may not be requested": ("http://169.254.169.254/latest", "address"),
    "that is none": ("javascript:alert(1)", "address"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_traced(with_scope, rows, name):
    url, stop = ADDRESSES[name]
    article = rows.article(1)
    answer = with_scope("curate").post("/v1/trace", {"url": url})
    assert answer.status_code == 200, answer.text
    trace, last = answer.json, answer.json["stages"][-1]
    assert trace["answer"]
    if stop is None:
        assert (trace["article"], [watch["code"] for watch in trace["watches"]]) == (
            article,
            ["actors_not_named"],
        )
    else:
        assert (trace["article"], last["stage"], last["state"]) == (None, stop, "stopped")


def test_reading_is_not_enough_to_have_a_page_requested(with_scope):
    answer = with_scope("read").post("/v1/trace", {"url": "https://a.test/1"})
    assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")
