"""Errors that readers cause are said in their language, with what they are about."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pydantic import TypeAdapter, ValidationError

from dyadwatch.model.failures import Failure
from dyadwatch.validation import Lines, field_errors
from service.ui import feed_texts, problem_texts, reasons, sentences

ROOT = Path(__file__).parents[3]
# What `service.rest.requests` puts together, and what pydantic says.
COMPOSED = ("The query parameter ", "The field ", "string should ", "input should ", "list should ")


def _said(node):
    """A text of the code, with {} for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@pytest.mark.parametrize(
    ("module", "folders"),
    [
        (
            problem_texts,
            (
                "dyadwatch/pipeline",
                "dyadwatch/senders",
                "dyadwatch/store",
                "dyadwatch/subscriptions",
                "dyadwatch/tagging",
                "dyadwatch/web",
                "service",
            ),
        ),
        (
            feed_texts,
            (
                "dyadwatch/feeds",
                "dyadwatch/articles",
                "dyadwatch/web",
                "dyadwatch/pipeline",
                "dyadwatch/subscriptions",
            ),
        ),
    ],
)
def test_each_template_is_what_the_code_says(module, folders):
    files = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if not path.name.endswith("_texts.py")
    ]
    said = {
        _said(node)
        for path in (*files, ROOT / "dyadwatch/validation.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    }
    strange = [
        template
        for template in module.TEMPLATES
        if not template.startswith(COMPOSED) and sentences.PLACE.sub("{}", template) not in said
    ]
    assert strange == []


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/alerts/99", 404, "هشداری با شمارهٔ 99 نیست."),
        ("/alerts?min_score=7", 400, "پارامتر نشانی min_score: \u200fباید دست بالا 1 باشد."),
        ("/watches/nobody", 404, "پایشی به نام 'nobody' نیست."),
        ("/nowhere", 404, "در این مسیر چیزی نیست."),
    ],
)
def test_a_reader_is_told_in_their_language(reader, path, status, text):
    reader.get("/language/fa")
    answer = reader.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert text in BeautifulSoup(answer.data, "lxml").select_one("main").get_text(" ", strip=True)


def test_a_form_says_beside_its_field_in_the_language_what_is_wrong(signed_in, send):
    browser = signed_in("subscribe")
    browser.get("/language/ar")
    fields = {"url": "https://a.test/", "events": "alert.created", "every": "hour", "time_zone": "Mars"}
    page = BeautifulSoup(send(browser, "/subscriptions/create", **fields).data, "lxml")
    assert "ليست منطقة زمنية" in page.find(id="time_zone-error").text
    assert "ليست منطقة زمنية" in page.find(role="alert").text


def test_a_failure_is_said_by_its_code_where_its_detail_is_not_known(app):
    known, unknown = (
        Failure(code, detail, datetime(2026, 1, 1, tzinfo=UTC))
        for code, detail in (("http_503", "the server answered 503"), ("dns_failed", "a detail of its own"))
    )
    with app.test_request_context(headers={"Accept-Language": "fa"}):
        assert feed_texts.failure(known) == "سرور با وضعیت 503 پاسخ داد"
        assert feed_texts.failure(unknown) == reasons.why_stopped("dns_failed") != unknown.detail
    with app.test_request_context():
        assert feed_texts.failure(unknown) == unknown.detail


def test_what_is_not_known_or_long_stays_as_it_is(app):
    with app.test_request_context(headers={"Accept-Language": "fa"}):
        assert problem_texts.translate("Something else.") == "Something else."
        assert problem_texts.translate("The field x: " + "y" * 700 + ".")[:12] == "The field x:"
        with pytest.raises(ValidationError) as raised:
            TypeAdapter(Lines).validate_python("")
        (error,) = field_errors(raised.value)
        assert problem_texts.translate(error.detail) == "باید دست‌کم 1 نویسه داشته باشد"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert problem_texts.translate("There is no alert 1.") == "There is no alert 1."
