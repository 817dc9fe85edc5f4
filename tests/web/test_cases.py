"""The guard against a shared list of addresses, redirects and answers, where one is at hand."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dyadwatch.errors import WebError
from dyadwatch.web.addresses import is_public, parse_address

SHARED = os.environ.get("DYADWATCH_SHARED")
CASES = json.loads((Path(SHARED) / "ssrf_cases.json").read_text()) if SHARED else []
RESPONSES = {
    "body:endless": "endless body",
    "body:gzip-bomb": "gzip bomb",
    "body:slow": "a byte at a time",
    "header:endless": "endless headers",
    "status:100-loop": "endless 100 Continue",
    "cl:lies": "less than its content-length, then silence",
}


def _redirecting(case, reply):
    """Answers /r with the case's redirect, the page after it with the one that follows, all else with 200."""
    first = case.get("redirect")
    steps = {urlsplit(case["url"]).path: first} if first else {}
    if first and "then" in first:
        steps[urlsplit(first["location"]).path] = first["then"]

    def handle(connection, head):
        step = steps.get(head.split(b" ")[1].decode())
        answer = reply(status=step["status"], location=step["location"]) if step else reply(b"ok")
        answer(connection, head)

    return handle


@pytest.mark.skipif(not CASES, reason="DYADWATCH_SHARED is not set")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_case_ends_as_expected(case, serve, reply, hostile, guarded, names, dials):
    """Refused means an error and no dial to a forbidden address; allowed means an answer."""
    names.update(case.get("dns") or {})
    attack = RESPONSES.get(case.get("response", ""))
    dialled = dials(serve(hostile(attack) if attack else _redirecting(case, reply)))
    error = None
    for _ in range(3):  # rebinding answers change from look-up to look-up
        try:
            guarded.get(case["url"], limit=5_000_000, deadline=1)
        except WebError as raised:
            error = raised
    assert all(is_public(parse_address(address)) for address in dialled), dialled
    if case["expect"] == "allow":
        assert error is None
    elif not case.get("safe_outcomes"):
        assert error is not None
