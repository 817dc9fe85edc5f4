"""Forms: done once, said once, only by whoever may, and shown again with what was wrong."""

import pytest
from bs4 import BeautifulSoup
from flask import render_template_string

from dyadwatch.errors import FieldError, InvalidInput, NotFound, StoreUnavailable
from dyadwatch.store import keys, watches
from service.rest import watches as watch_operations
from service.rest.local_calls import LocalCaller
from service.rest.problems import ProblemError
from service.ui import forms

STATE = "/watches/assad-khamenei/state"


def _is_enabled(product):
    with product.store.begin() as db:
        return watches.get(db, "assad-khamenei").enabled


def test_a_form_leads_on_and_says_once_what_it_did(curator, send, product):
    answer = send(curator, STATE, enabled="false")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/watches/assad-khamenei")
    assert not _is_enabled(product)
    first = BeautifulSoup(curator.get("/watches/assad-khamenei").data, "lxml")
    assert first.find(role="status").text.startswith("The watch is disabled")
    again = BeautifulSoup(curator.get("/watches/assad-khamenei").data, "lxml")
    assert again.find(role="status") is None
    assert again.find("form", {"action": STATE}).find("input", {"name": "enabled"})["value"] == "true"


@pytest.mark.parametrize("fields", [{}, {"enabled": "maybe"}])
def test_a_form_that_no_page_of_ours_has_changes_nothing(curator, send, product, fields):
    assert send(curator, STATE, **fields).status_code == 422
    assert _is_enabled(product)


def test_whoever_may_not_is_offered_nothing_and_changes_nothing(reader, send, product):
    page = BeautifulSoup(reader.get("/watches/assad-khamenei").data, "lxml")
    assert page.find("form", {"action": STATE}) is None
    assert send(reader, STATE, enabled="false").status_code == 403
    assert _is_enabled(product)


def test_nobody_else_makes_a_page_say_something(curator, send):
    send(curator, STATE, enabled="false")
    cookie = curator.get_cookie("dyadwatch_flash").value
    for planted in ("", "x", "é", cookie[:40], cookie[:-4] + "AAAA", "A" * 3_000):
        curator.set_cookie("dyadwatch_flash", planted)
        assert BeautifulSoup(curator.get("/watches").data, "lxml").find(role="status") is None


def test_what_is_wrong_is_said_beside_the_field_nearest_to_it(app):
    name = forms.FormField("name_a", "Name", pointers=("/actors/a/names", "/actors/a"))
    other = forms.FormField("title", "Title", value="<i>", help="Of all.")
    fields = [name, other]
    errors = [
        FieldError("/actors/a/names/en/0", "is too short", "too_short"),
        FieldError("/title", "is <b>", "empty"),
        FieldError("/actors/abc", "is unknown", "unknown"),
    ]
    with app.test_request_context():
        problem = forms.problem(InvalidInput("Not a watch.", errors=errors, code="watch_invalid"))
        assert (problem.status, problem.code) == (422, "watch_invalid")
        assert [owner for _error, owner in problem.listed(fields)] == [name, other, None]
        html = render_template_string(
            '{% from "forms.html" import error_summary, form_field %}{{ error_summary(problem, fields) }}'
            "{{ form_field(fields[1], problem, fields) }}",
            problem=problem,
            fields=fields,
        )
    page = BeautifulSoup(html, "lxml")
    assert [link["href"] for link in page.find(role="alert").find_all("a")] == ["#name_a", "#title"]
    assert page.find(role="alert").find_all("code")[-1].text == "/actors/abc"
    field = page.find("input")
    assert (field["value"], field["aria-invalid"]) == ("<i>", "true")
    described = [page.find(id=one).text for one in field["aria-describedby"].split()]
    assert described == ["Of all.", "is <b>"]


def test_what_is_no_fault_of_the_form_is_not_said_to_be_one(app):
    with app.test_request_context(), pytest.raises(StoreUnavailable):
        forms.problem(StoreUnavailable("gone"))


def test_an_operation_does_for_a_page_what_it_does_for_a_program(product, with_scope):
    def caller(scope):
        with product.store.begin() as db:
            key = keys.authenticate(db, with_scope(scope).token)
        return LocalCaller(product, key, watch_operations.OPERATIONS)

    may, may_not = caller("curate"), caller("read")
    arguments = {"slug": "assad-khamenei", "body": {"enabled": False}}
    seen = may.tag(watch_operations.get_watch, slug="assad-khamenei")
    assert may.run(watch_operations.change_watch, seen=seen, **arguments)["enabled"] is False
    with pytest.raises(ProblemError) as stale:
        may.run(watch_operations.change_watch, seen=seen, **arguments)
    assert (stale.value.status, stale.value.code) == (412, "precondition_failed")
    with pytest.raises(ProblemError) as forbidden:
        may_not.run(watch_operations.change_watch, **arguments)
    assert forbidden.value.code == "scope_missing"
    with pytest.raises(InvalidInput):
        may.run(watch_operations.change_watch, slug="assad-khamenei", body={"enabled": "no", "x": 1})
    with pytest.raises(NotFound):
        may.run(watch_operations.get_watch, slug="none")
