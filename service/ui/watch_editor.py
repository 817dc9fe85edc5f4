"""Making and changing a watch: by a form, or as the document itself; with suggestions of names, sentences to
check, and what it would find in the archive, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from flask import Response, request, url_for

from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput, NotFound
from dyadwatch.model.watch_previews import WatchPreview
from dyadwatch.store import watch_versions, watches
from dyadwatch.tagging import example_watches, parse_watch
from dyadwatch.tagging.watches import watch_texts
from dyadwatch.tagging.watches.suggestions import suggested_languages
from service.rest import requests
from service.rest import watches as operations
from service.ui import forms, watch_checks, watch_form, watch_names
from service.ui.alert_cards import passage, writing_attributes
from service.ui.filter_form import language_options
from service.ui.forms import FormField
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.languages import ngettext
from service.ui.rendering import page

MAX_FORM = 480_000  # bytes, percent-encoded; the framework takes 500,000
_MAX_DOCUMENT = MAX_FORM // 8  # characters that can be edited here: they are sent twice, as bytes in three
_VERSION_DIGITS = 9

Document = dict[str, Any]


@dataclass(slots=True)
class _Editor:
    """The page: of the watch `slug`, or of a new one. `document` is None where its `text` cannot be read;
    `seen` is the tag of the stored watch that it began with."""

    visit: Visit
    slug: str | None
    mode: Literal["form", "document"] = "form"
    document: Document | None = None
    text: str = ""
    seen: str = ""
    results: dict[str, Any] = field(default_factory=dict)

    def show(self, problem: forms.Problem | None = None) -> Response:
        """The page."""
        document = self.document or {}
        inputs = watch_form.fields(document, is_new=self.slug is None)
        text = self.text or (watch_texts.as_yaml(document) if document else "")
        yaml = FormField(
            "document",
            _("The document"),
            text,
            "textarea",
            help=_("In YAML or JSON, with all fields of the guide to watches. Comments are not kept."),
            pointers=("",),
            attributes={"rows": 24, "dir": "ltr", "spellcheck": "false", "class": "code"},
        )
        return page(
            "watch_editor.html",
            problem.status if problem else 200,
            slug=self.slug,
            mode=self.mode,
            inputs=inputs,
            yaml=yaml,
            base=watch_form.pack(document),
            seen=self.seen,
            title=watch_names.of_document(document).title or self.slug,
            spellings=_language_field(),
            sentences=watch_checks.fields(forms.text("sentences"), forms.text("published")),
            is_open=problem is not None or forms.text("action") == "rows",
            is_too_large=len(text) > _MAX_DOCUMENT,
            comments=watch_texts.count_comments(self.text) if self.mode == "document" else 0,
            examples=_examples() if self.slug is None else [],
            fields=inputs.all() if self.mode == "form" else [yaml],
            problem=problem,
            **self.results,
        )


def _examples() -> list[tuple[str, str]]:
    """The watches that one may begin with: their ids and titles."""
    return [(document["id"], watch_names.of_document(document).title) for document in example_watches()]


def _language_field() -> FormField:
    options = language_options(suggested_languages())
    return FormField(
        "language", _("Also in"), forms.text("language"), "select", options=[("", _("its own")), *options]
    )


def new(visit: Visit) -> Response:
    """An empty form, or one of the watches that come with dyadwatch (`example`)."""
    chosen = request.args.get("example", "")
    examples = {example["id"]: example for example in example_watches()}
    if chosen and chosen not in examples:
        raise NotFound(f"There is no example {chosen!r}.")
    return _Editor(visit, None, document=examples.get(chosen)).show()


def edit(visit: Visit, slug: str) -> Response:
    """The stored watch, or an earlier `version` of it, to be changed."""
    number = request.args.get("version", "")
    seen = visit.api(operations.OPERATIONS).tag(operations.get_watch, slug=slug)
    with visit.begin() as db:
        document = watches.get(db, slug).document
        if number.isdecimal() and len(number) <= _VERSION_DIGITS:
            document = watch_versions.get(db, slug, int(number)).document
    return _Editor(visit, slug, document=dict(document), seen=seen).show()


def submit_new(visit: Visit) -> Response:
    """What was asked for about a new watch."""
    return _submit(_Editor(visit, None))


def submit(visit: Visit, slug: str) -> Response:
    """What was asked for about a stored watch."""
    with visit.begin() as db:
        watches.require(db, slug)
    return _submit(_Editor(visit, slug, seen=forms.text("seen")))


def _submit(editor: _Editor) -> Response:
    editor.mode = "document" if forms.text("mode") == "document" else "form"
    try:
        editor.document = _read(editor)
        answer = _ACTIONS.get(forms.text("action"), _nothing)(editor, editor.document)
    except DyadwatchError as error:
        problem = forms.problem(error)
        if problem.code == "precondition_failed" and editor.slug:
            problem = _outdated(editor, editor.slug, problem)
        return editor.show(problem)
    return answer or editor.show()


def _read(editor: _Editor) -> Document:
    """The document of the form that was sent."""
    text = request.form.get("document", "").replace("\r\n", "\n")
    if editor.mode == "form":
        base = requests.document(watch_form.unpack(text))
        return watch_form.merge(base, request.form, is_new=editor.slug is None)
    editor.text = text
    return editor.visit.product.pipeline.read_watch(text)


def _outdated(editor: _Editor, slug: str, problem: forms.Problem) -> forms.Problem:
    """Lets what somebody else has saved meanwhile be replaced, once that was said."""
    editor.seen = editor.visit.api(operations.OPERATIONS).tag(operations.get_watch, slug=slug)
    detail = _(
        "Somebody has saved another version meanwhile: look at the versions. Saving again replaces it."
    )
    return forms.Problem(problem.status, problem.code, detail)


def _require_no_comments(editor: _Editor) -> None:
    """Raises InvalidInput where comments of a document would be lost, and that was not agreed to."""
    number = watch_texts.count_comments(editor.text) if editor.mode == "document" else 0
    if number and not forms.is_set("without_comments"):
        detail = ngettext(
            "has %(num)d line with a comment, which a watch does not keep",
            "has %(num)d lines with a comment, which a watch does not keep",
            number,
        ) % {"num": number}
        text = _("Nothing is saved yet. Keep a file of your own where the comments matter, or agree below.")
        raise InvalidInput(text, code="comments_lost", errors=[FieldError("", detail, "comments_lost")])


def _save(editor: _Editor, document: Document) -> Response:
    _require_no_comments(editor)
    api = editor.visit.api(operations.OPERATIONS)
    if editor.slug is None:
        saved = api.run(operations.create_watch, body=document)
        message = _(
            "The watch is saved: new texts are tagged for it from now on. [Tag the archive again] to find"
            " older ones."
        )
        link = url_for("page.retag", slug=saved["id"])
    else:
        saved = api.run(operations.replace_watch, slug=editor.slug, body=document, seen=editor.seen)
        message = _("Saved as version %s. Articles that name the two are read again.") % saved["version"]
        link = ""
    return forms.done(editor.visit, message, "page.watch", link=link, slug=saved["id"])


def _suggest(editor: _Editor, document: Document) -> None:
    language = forms.text("language")
    editor.results["suggested"] = editor.visit.api(operations.OPERATIONS).run(
        operations.suggest_for_document, body=document, query={"language": language} if language else {}
    )


def _preview(editor: _Editor, document: Document) -> None:
    preview = editor.visit.api(operations.OPERATIONS).run(operations.preview_document, body=document)
    editor.results |= {"preview": preview, "groups": _groups(preview, document)}


def _groups(preview: WatchPreview, document: Document) -> list[tuple[str, list[dict[str, Any]]]]:
    """The samples by what would become of them."""
    titles = {"gained": _("Found anew"), "lost": _("Found no longer"), "kept": _("Found as before")}
    actors = watch_names.of_document(document).actors
    return [
        (
            title,
            [_sample(sample, actors) for sample in preview.samples if sample.change == change],
        )
        for change, title in titles.items()
    ]


def _sample(sample: Any, actors: Mapping[str, str]) -> dict[str, Any]:
    mention = orjson.loads(orjson.dumps(sample.mention))
    return {
        "article": sample.article,
        "title": sample.title or sample.url,
        "title_writing": writing_attributes(sample.title, sample.language),
        "score": sample.score,
        "passage": passage(mention, sample.language, actors),
    }


def _check(editor: _Editor, document: Document) -> None:
    editor.results["checked"] = watch_checks.check(document)


def _show_document(editor: _Editor, _document: Document) -> None:
    editor.mode = "document"


def _show_form(editor: _Editor, document: Document) -> None:
    parse_watch(document)  # the form shows what is one
    _require_no_comments(editor)
    editor.mode, editor.text = "form", ""


def _nothing(_editor: _Editor, _document: Document) -> None:
    """Shows the page again: with further empty lines, and with the names that were chosen."""


_ACTIONS = {
    "save": _save,
    "suggest": _suggest,
    "preview": _preview,
    "check": _check,
    "document": _show_document,
    "form": _show_form,
}

PAGES = (
    Page("/new/watch", "new_watch", new, section="watches"),
    Page(
        "/new/watch",
        "save_new_watch",
        submit_new,
        method="POST",
        section="watches",
        max_form=MAX_FORM,
        lane="cpu",
    ),
    Page("/watches/<slug:slug>/edit", "edit_watch", edit, section="watches"),
    Page(
        "/watches/<slug:slug>/edit",
        "save_watch",
        submit,
        method="POST",
        section="watches",
        max_form=MAX_FORM,
        lane="cpu",
    ),
)
