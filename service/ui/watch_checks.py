"""The watch checker: sentences, one in a line, with what a watch finds in each of them, and why not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
from flask import Response

from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput
from dyadwatch.store import watches
from dyadwatch.tagging import parse_watch, sentence_tests
from dyadwatch.tagging.sentence_tests import SentenceVerdict
from service.ui import forms, reasons, watch_names
from service.ui.alert_cards import passage, writing_attributes
from service.ui.forms import FormField
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.rendering import page

MAX_FORM = 128 * 2**10  # bytes
_MAX_CHARACTERS = 20_000  # of all sentences
_MAX_SENTENCES = 100


def fields(sentences: str = "", published: str = "") -> list[FormField]:
    """The inputs of the checker."""
    return [
        FormField(
            "sentences",
            _("Sentences, one in a line"),
            sentences,
            "textarea",
            help=_("Begin a line with + where it must be a hit, with - where it must be a miss."),
            attributes={"rows": 6},
        ),
        FormField(
            "published",
            _("Published on"),
            published or datetime.now(UTC).date().isoformat(),
            "date",
            help=_("Offices are those of that day."),
        ),
    ]


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a watch makes of the sentences of the form that was sent. Raises InvalidInput."""
    watch = parse_watch(document)
    sentences, published = forms.text("sentences"), _day(forms.text("published"))
    if len(sentences) > _MAX_CHARACTERS:
        raise _fault(_("has more than %(number)s characters") % {"number": _MAX_CHARACTERS}, "too_long")
    chosen = list(sentence_tests.read_sentences(sentences.splitlines()))
    if not chosen:
        raise _fault(_("holds no sentence"), "empty")
    if len(chosen) > _MAX_SENTENCES:
        raise _fault(_("holds more than %(number)s sentences") % {"number": _MAX_SENTENCES}, "too_long")
    verdicts = sentence_tests.judge(watch, chosen, published)
    expected = [verdict for verdict in verdicts if verdict.expected is not None]
    actors = watch_names.of_document(document).actors
    return {
        "rows": [_row(verdict, actors) for verdict in verdicts],
        "hits": sum(verdict.hit for verdict in verdicts),
        "expected": len(expected),
        "wrong": sum(verdict.is_wrong for verdict in expected),
    }


def _fault(detail: str, code: str, field: str = "sentences") -> InvalidInput:
    label = next(one.label for one in fields() if one.name == field)
    return InvalidInput(f"{label}: {detail}", errors=[FieldError(f"/{field}", detail, code)], code=code)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _fault(_("is no date"), "malformed", "published") from error


def _row(verdict: SentenceVerdict, actors: Mapping[str, str]) -> dict[str, Any]:
    mentions = orjson.loads(orjson.dumps(verdict.mentions))
    return {
        "verdict": verdict,
        "passages": [passage(mention, None, actors) for mention in mentions],
        "writing": writing_attributes(verdict.sentence, None),
        "rules": sorted({rule for mention in verdict.mentions for rule in mention.rules}),
        "why": reasons.why(verdict.code) if verdict.code else "",
        "refused": refused(verdict.suppressed),
    }


def refused(suppressed: Sequence[Any]) -> list[dict[str, Any]]:
    """The candidates that a rule refused, with the reason in words."""
    return [
        {
            "quote": item.quote,
            "writing": writing_attributes(item.quote, None),
            "why": reasons.refusal(item.reason),
            "rule": item.rule,
        }
        for item in suppressed
    ]


def show(visit: Visit, slug: str) -> Response:
    """The checker of a watch, to be filled in."""
    return _page(visit, slug, fields())


def submit(visit: Visit, slug: str) -> Response:
    """What the watch makes of the sentences."""
    inputs = fields(forms.text("sentences"), forms.text("published"))
    with visit.begin() as db:
        document = watches.get(db, slug).document
    try:
        return _page(visit, slug, inputs, checked=check(document))
    except DyadwatchError as error:
        return _page(visit, slug, inputs, problem=forms.problem(error))


def _page(
    visit: Visit,
    slug: str,
    inputs: list[FormField],
    *,
    checked: Mapping[str, Any] | None = None,
    problem: forms.Problem | None = None,
) -> Response:
    with visit.begin() as db:
        watch = watches.get(db, slug)
    return page(
        "watch_check.html",
        problem.status if problem else 200,
        watch=watch,
        fields=inputs,
        checked=checked,
        problem=problem,
    )


PAGES = (
    Page("/watches/<slug:slug>/check", "watch_check", show, section="watches"),
    Page(
        "/watches/<slug:slug>/check",
        "check_watch",
        submit,
        method="POST",
        section="watches",
        max_form=MAX_FORM,
        lane="cpu",
    ),
)
