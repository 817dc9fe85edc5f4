"""Adding sources: by any address, with a preview of what its feed holds; from OPML; from a pack."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, request

from dyadwatch import publishers
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.feed_previews import FeedPreview
from dyadwatch.store import sources
from service.rest import feeds as feed_operations
from service.rest import opml as opml_operations
from service.rest import source_packs as pack_operations
from service.rest import sources as operations
from service.ui import forms, watch_names
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.languages import mark, ngettext
from service.ui.rendering import page

# The titles of packs, which are translated where they are shown.
PACK_TITLES = (
    mark("Syria"), mark("Iran"), mark("Arab world"), mark("Israel"), mark("Turkey"), mark("Russia"),
    mark("Ukraine"), mark("English-language press"), mark("German-language press"),
    mark("French-language press"), mark("Spanish and Portuguese"), mark("Italian, Dutch and Polish"),
    mark("South Asia"), mark("Think tanks"),
)  # fmt: skip
_MAX_OPML = 2_100_000  # bytes, with what is around it in a form
_NEW = frozenset({"name", "homepage", "country", "side", "language", "ownership"})  # of a new source
FACTS = ("name", "homepage", "country", "side", "language", "ownership", "family", "state_control")


def show_new(visit: Visit) -> Response:
    """The ways to add sources."""
    return _new(visit)


def _new(visit: Visit, problem: Problem | None = None, imported: Any = None) -> Response:
    address = FormField(
        "address",
        _("Address"),
        forms.text("address") or request.args.get("address", ""),
        "text",
        _("Of a newspaper's home page, a section, a feed or a sitemap. Nothing is stored yet."),
        pointers=("/url",),
        attributes={"maxlength": 2_048, "dir": "ltr", "inputmode": "url", "required": True},
    )
    packs = visit.api(pack_operations.OPERATIONS).run(pack_operations.list_packs)["data"]
    return page(
        "source_new.html",
        problem.status if problem else 200,
        fields=[address],
        problem=problem,
        packs=packs,
        imported=imported,
    )


def preview(visit: Visit) -> Response:
    """What is behind an address: its feed with the first entries, or the feeds to choose from."""
    address = forms.text("address")
    if address and "://" not in address:
        address = f"https://{address}"
    try:
        preview = visit.api(feed_operations.OPERATIONS).run(
            feed_operations.preview_feed, body={"url": address}
        )
    except DyadwatchError as error:
        return _new(visit, forms.problem(error))
    return _preview(visit, preview, _proposed(preview))


def _preview(
    visit: Visit, preview: FeedPreview, values: dict[str, str], problem: Problem | None = None
) -> Response:
    publisher = publishers.at(values["homepage"] or preview.url)
    with visit.begin() as db:
        known = sources.with_feeds(db, [preview.feed] if preview.feed else preview.candidates)
        watch_names.read(db)
    return page(
        "source_preview.html",
        problem.status if problem else 200,
        preview=preview,
        publisher=publisher,
        known=known,
        fields=fields(values),
        problem=problem,
    )


def _proposed(preview: FeedPreview) -> dict[str, str]:
    """What the form of a new source is filled in with: the names in the feed, and what is known of its
    publisher."""
    parts = urlsplit(preview.url)
    homepage = f"{parts.scheme}://{parts.netloc}/"
    name = " ".join((preview.title or parts.hostname or "").split())[:200]
    publisher = publishers.at(homepage)
    known = {fact: getattr(publisher, fact, None) or "" for fact in ("country", "side", "ownership")}
    return {"name": name, "homepage": homepage, "language": "", **known}


def fields(values: dict[str, str]) -> list[FormField]:
    """The inputs of what an operator says of a source."""
    controls = [
        ("", _("as is known of its publisher")),
        ("editorial", _("a state directs what it says")),
        ("funding", _("a state pays for it")),
        ("none", _("none")),
    ]
    side = _("A word of yours, to filter by: syrian, western, …")
    inputs = (
        ("name", _("Name"), "", 200),
        ("homepage", _("Site"), "", 2_048),
        ("country", _("Country"), _("Two letters, such as SY."), 2),
        ("side", _("Side"), side, 200),
        ("language", _("Language"), _("A code, such as ar."), 35),
        ("ownership", _("Ownership"), _("state, private, public, …"), 200),
        ("family", _("Family"), _("Sources of one family do not report independently."), 200),
    )
    texts = [
        FormField(name, label, values[name], help=note, attributes={"maxlength": most})
        for name, label, note, most in inputs
        if name in values
    ]
    if "state_control" not in values:
        return texts
    control = values["state_control"]
    return [
        *texts,
        FormField("state_control", _("State control"), control, "select", options=controls),
    ]


def read_facts() -> dict[str, str | None]:
    """What the form says of a source, as the API takes it."""
    values = {name: forms.text(name) or None for name in FACTS if name in request.form}
    country = values.get("country")
    return values | ({"country": country.upper()} if country else {})


def create(visit: Visit) -> Response:
    """Adds the source that was previewed."""
    feed = forms.text("feed")
    body = {"feeds": [{"url": feed}], **{name: value for name, value in read_facts().items() if value}}
    try:
        view = visit.api(operations.OPERATIONS).run(operations.create_source, body=body)
    except DyadwatchError as error:
        known = FeedPreview(feed, feed, None, None, 0, (), ())
        values = {name: forms.text(name) for name in FACTS if name in _NEW}
        return _preview(visit, known, values, forms.problem(error))
    text = _("The source is added, and its feed is polled now: what is in it appears here in a moment.")
    return forms.done(visit, text, "page.source", id=view.id)


def export_opml(visit: Visit) -> Response:
    """All sources, for other feed readers."""
    document = visit.api(opml_operations.OPERATIONS).run(opml_operations.export_opml)
    response = make_response(document.opml)
    response.content_type = f"{opml_operations.OPML}; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="sources.opml"'
    response.headers["Cache-Control"] = "no-store"
    return response


def import_opml(visit: Visit) -> Response:
    """Adds the sources of an OPML file, and says which outlines brought none."""
    file = request.files.get("file")
    body = opml_operations.OpmlBody.from_bytes(file.read() if file else b"")
    try:
        imported = visit.api(opml_operations.OPERATIONS).run(opml_operations.import_opml, body=body)
    except DyadwatchError as error:
        return _new(visit, forms.problem(error))
    return _new(visit, imported=imported)


def add_pack(visit: Visit) -> Response:
    """Adds the sources of a pack."""
    api = visit.api(pack_operations.OPERATIONS)
    added = api.run(pack_operations.add_pack, slug=forms.text("pack"))
    text = ngettext("%(num)d source added", "%(num)d sources added", added.added) % {"num": added.added}
    if added.known:
        known = ngettext("%(num)d was there already", "%(num)d were there already", added.known)
        text = f"{text}; {known % {'num': added.known}}"
    return forms.done(visit, text, "page.sources")


PAGES = (
    Page("/sources/new", "new_source", show_new, section="sources"),
    Page("/sources.opml", "export_opml", export_opml, section="sources"),
    Page("/sources/preview", "preview_source", preview, "curate", "POST", "sources", lane="network"),
    Page("/sources/create", "create_source", create, "curate", "POST", "sources"),
    Page("/sources/import", "import_opml", import_opml, "curate", "POST", "sources", _MAX_OPML, lane="cpu"),
    Page("/sources/packs", "add_pack", add_pack, "curate", "POST", "sources"),
)
