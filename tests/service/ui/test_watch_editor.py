"""Watches are made and changed on pages: nothing of a document is lost, nothing is saved unseen."""

import base64
import re
import zlib

import orjson
import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from dyadwatch.store import watches
from dyadwatch.tagging import example_watches, parse_watch, shipped_watches
from service.ui import watch_form

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
NEW, EDIT = "/new/watch", "/watches/assad-khamenei/edit"


class Editor:
    """A browser at an editor: what it fills in is sent with all that the page holds, as browsers do."""

    def __init__(self, browser, path):
        self.browser, self.path = browser, path
        self.read(browser.get(path))

    def read(self, answer):
        self.answer, self.page = answer, BeautifulSoup(answer.data, "lxml")

    def values(self):
        form = self.page.select_one("form.form")
        values = MultiDict()
        for field in form.select("input[name], textarea[name], select[name]"):
            if field.get("type") == "checkbox" and not field.has_attr("checked"):
                continue
            if field.name == "select":
                chosen = field.find("option", selected=True) or field.find("option")
                values.add(field["name"], chosen["value"])
            elif field.name == "textarea":
                values.add(field["name"], field.text.removeprefix("\n"))
            else:
                values.add(field["name"], field.get("value", ""))
        return values

    def send(self, action, suggestions=(), **filled):
        values = self.values()
        for name, value in filled.items():
            values.setlist(name, [value])
        values.setlist("suggestion", list(suggestions))
        self.read(
            self.browser.post(self.path, data={**values.to_dict(flat=False), "action": action}, headers=OWN)
        )
        return self.answer

    def problem(self):
        return self.page.find(role="alert")


def stored(product, slug):
    with product.store.begin() as db:
        return watches.get(db, slug)


PAIR = {
    "a_name": "Vladimir Putin", "a_aliases": "Putin\nru: Путин", "a_roles_0_text": "en: Russian president",
    "a_roles_0_from": "2012-05-07", "b_name": "Recep Tayyip Erdoğan", "b_aliases": "Erdogan",
    "b_namesakes_0_text": "en: Bilal Erdogan", "b_namesakes_0_shadows": "on",
}  # fmt: skip


def test_two_names_and_a_click_make_a_watch(curator, product):
    editor = Editor(curator, NEW)
    assert editor.send("save", **PAIR).status_code == 303
    assert editor.answer.headers["Location"] == "/watches/vladimir-putin-recep-tayyip-erdogan"
    status = BeautifulSoup(curator.get(editor.answer.headers["Location"]).data, "lxml").find(role="status")
    assert status.a["href"] == "/watches/vladimir-putin-recep-tayyip-erdogan/retag"
    assert status.text.endswith("from now on. Tag the archive again to find older ones.")
    document = stored(product, "vladimir-putin-recep-tayyip-erdogan").document
    assert document == {
        "id": "vladimir-putin-recep-tayyip-erdogan",
        "title": "Vladimir Putin – Recep Tayyip Erdoğan",
        "actors": {
            "a": {
                "name": "Vladimir Putin",
                "pronouns": "he",
                "names": {"und": ["Vladimir Putin"]},
                "aliases": {"und": ["Putin"], "ru": ["Путин"]},
                "roles": [{"text": {"en": ["Russian president"]}, "from": "2012-05-07"}],
            },
            "b": {
                "name": "Recep Tayyip Erdoğan",
                "pronouns": "he",
                "names": {"und": ["Recep Tayyip Erdoğan"]},
                "aliases": {"und": ["Erdogan"]},
                "namesakes": [{"text": {"en": ["Bilal Erdogan"]}, "shadows": True}],
            },
        },
    }
    again = Editor(curator, NEW).send("save", **PAIR)
    assert again.status_code == 409


@pytest.mark.parametrize("document", [*shipped_watches(), *example_watches()], ids=lambda one: one["id"])
def test_a_form_that_is_sent_as_it_is_changes_nothing(app, document):
    document = orjson.loads(orjson.dumps(document))
    with app.test_request_context():
        sent = MultiDict(
            (one.name, one.value)
            for one in watch_form.fields(document, is_new=False).all()
            if one.kind != "checkbox" or one.value
        )
    assert watch_form.merge(document, sent, is_new=False) == document
    assert watch_form.merge(document, sent, is_new=True) == document


def test_the_form_and_the_document_edit_each_others_values(curator, product):
    editor = Editor(curator, NEW)
    editor.send("document", **PAIR, title="A title")
    text = editor.values()["document"]
    assert "title: A title" in text
    changed = f"{text}threshold: 0.75\ncues:\n  en:\n    praise: [sang the merits of]\n"
    editor.send("form", document=changed)
    assert editor.values()["a_aliases"] == "Putin\nru: Путин"
    editor.send("save", b_name="Erdogan", title="Another", id="pair")
    document = stored(product, "pair").document
    assert (document["threshold"], document["cues"]["en"]["praise"]) == (0.75, ["sang the merits of"])
    assert (document["title"], document["actors"]["b"]["name"]) == ("Another", "Erdogan")


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "x: y\n" * 3, "&a [*a]", "\0", "a: 1\n\0", "[" * 5_000])
@pytest.mark.no_cover
def test_what_is_no_document_is_said_and_stays_in_the_field(curator, text):
    editor = Editor(curator, NEW)
    editor.send("document")
    for action in ("save", "form", "suggest", "preview", "check"):
        answer = editor.send(action, document=text)
        assert answer.status_code in {400, 422}, action
        assert editor.problem().find("code").text in {"document_malformed", "watch_invalid", "invalid_input"}
        assert editor.values()["document"].strip() == text.strip().replace("\0", "\ufffd")


@pytest.mark.parametrize(
    "text", ["x", "e30=", "é", base64.b64encode(zlib.compress(b"[" * 3_000_000)).decode()]
)
def test_a_form_whose_document_is_not_as_it_was_says_so(curator, text):
    editor = Editor(curator, NEW)
    assert editor.send("save", **PAIR, document=text).status_code == 422
    assert editor.problem().find("code").text == "document_malformed"


def test_the_page_of_a_long_watch_stays_small(reader):
    files = ("page.css", "editor.css", "page.js", "icon.svg")
    paths = [EDIT, *(f"/static/{name}" for name in files)]
    assert sum(len(reader.get(path).data) for path in paths) < 150_000


def test_each_fault_is_said_at_its_field(curator):
    editor = Editor(curator, NEW)
    faults = {"a_aliases": "{a", "b_roles_0_text": "en: Turkish president", "b_roles_0_from": "2020-01-01"}
    answer = editor.send("save", **PAIR | faults, b_roles_0_until="2019-01-01", id="Not a slug")
    assert answer.status_code == 422
    links = [link["href"] for link in editor.problem().find_all("a")]
    assert links == ["#id", "#a_aliases", "#b_roles_0_text"]
    for link in links:
        field = editor.page.select_one(f"[name='{link[1:]}']")
        assert (field["id"], field["aria-invalid"]) == (link[1:], "true")


def test_names_are_suggested_and_added_with_what_is_done_next(curator, product):
    editor = Editor(curator, NEW)
    editor.send("suggest", a_name="Vladimir Putin", b_name="Recep Tayyip Erdogan", language="ru")
    choices = [box["value"] for box in editor.page.select("input[name=suggestion]")]
    russian = next(choice for choice in choices if orjson.loads(choice)[1] == "Владимир Путин")
    wrong = [
        '["/actors/a/roles","x"]',
        '["/actors/a/roles/7/text/ru","x"]',
        "x",
        "[1,2]",
        '["/actors/c/names/en","x"]',
        "null",
    ]
    editor.send("add", suggestions=[russian, russian, *wrong])
    assert "ru: Владимир Путин" in editor.values()["a_names"].splitlines()
    assert editor.values()["id"] == "vladimir-putin-recep-tayyip-erdogan"
    editor.send("save", b_name="Erdogan")
    document = stored(product, "vladimir-putin-erdogan").document
    assert document["title"] == "Vladimir Putin – Erdogan"
    assert document["actors"]["a"]["names"]["ru"] == ["Владимир Путин"]


def test_the_form_says_of_what_kind_a_body_is(curator, product):
    editor = Editor(curator, NEW)
    editor.send("save", a_name="Ireland", a_pronouns="state", b_name="Ryanair", b_pronouns="company")
    document = stored(product, "ireland-ryanair").document
    assert [document["actors"][side]["kind"] for side in "ab"] == ["state", "company"]
    edited = Editor(curator, "/watches/ireland-ryanair/edit")
    assert edited.values()["b_pronouns"] == "company"
    edited.send("save", b_pronouns="she")
    assert stored(product, "ireland-ryanair").document["actors"]["b"]["pronouns"] == "she"


def test_a_name_is_added_to_the_role_that_it_is_of(curator):
    editor = Editor(curator, NEW)
    filled = {"a_name": "Gazprom", "a_pronouns": "it", "a_roles_0_text": "und: Boris Orlov", "b_name": "Uber"}
    editor.send("suggest", language="ru", **filled)
    choice = next(
        box["value"] for box in editor.page.select("input[name=suggestion]") if "roles" in box["value"]
    )
    editor.send("add", suggestions=[choice])
    assert editor.values()["a_roles_0_text"].split() == ["Boris", "Orlov", "ru:", "Борис", "Орлов"]


@pytest.mark.no_cover
def test_a_watch_is_tried_on_the_archive_and_on_sentences_before_it_is_saved(curator, product, archive, rows):
    rows.execute("UPDATE articles SET published_at = '2019-02-25'")
    editor = Editor(curator, EDIT)
    editor.send("preview")
    assert [tile.text for tile in editor.page.select(".result .value")] == ["1", "1", "0"]
    marks = [(mark["class"][0], mark.text) for mark in editor.page.select(".result mark")]
    assert marks == [("a", "Assad"), ("trigger", "met"), ("b", "Khamenei")] * 2
    guarded = f"{watch_form_text(editor)}guards: {{phrases: [assad met khamenei in tehran]}}\n"
    editor.send("document")
    editor.send("preview", document=guarded)
    assert [tile.text for tile in editor.page.select(".result .value")] == ["0", "0", "1"]
    editor.send("check", document=guarded, sentences="+ Assad met Khamenei in Tehran.\n- Rain fell.")
    words = " ".join(editor.page.select_one(".result").text.split())
    assert "1 of 2 are not as expected" in words
    assert "a phrase that the watch refuses" in words
    assert stored(product, "assad-khamenei").version == 1


def watch_form_text(editor):
    editor.send("document")
    text = editor.values()["document"]
    editor.send("form")
    return re.sub("(?ms)^guards:.*", "", text)


def test_what_somebody_else_saved_meanwhile_is_not_lost_unseen(curator, product):
    first, second = Editor(curator, EDIT), Editor(curator, EDIT)
    assert first.send("save", title="First").status_code == 303
    assert second.send("save", title="Second").status_code == 412
    assert stored(product, "assad-khamenei").title == "First"
    assert second.values()["title"] == "Second"
    assert second.send("save").status_code == 303
    assert stored(product, "assad-khamenei").title == "Second"


def test_the_versions_say_what_changed_and_an_earlier_one_comes_back(curator, product):
    Editor(curator, EDIT).send("save", title="Another title")
    page = BeautifulSoup(curator.get("/watches/assad-khamenei/versions/2").data, "lxml")
    assert [line.text for line in page.select(".diff ins")] == ["+ title: Another title"]
    before = page.select_one(".diff del").text
    Editor(curator, f"{EDIT}?version=1").send("save")
    assert f"− title: {stored(product, 'assad-khamenei').title}" == before
    assert curator.get("/watches/assad-khamenei/versions/9").status_code == 404
    assert curator.get("/watches/none/versions").status_code == 404


@pytest.mark.no_cover
def test_a_reader_looks_and_tries_but_does_not_save(reader, product):
    editor = Editor(reader, EDIT)
    values = {button["value"] for button in editor.page.select("form.form button[name=action]")}
    assert "save" not in values
    assert "curate" in editor.page.select_one(".needs").text
    assert editor.send("check", sentences="Assad met Khamenei.").status_code == 200
    for action in ("save", "preview"):
        assert editor.send(action, title="No").status_code == 403
        assert editor.problem().find("code").text == "scope_missing"
    assert stored(product, "assad-khamenei").version == 1


@pytest.mark.parametrize(
    ("sentences", "code"), [("", "empty"), ("a\n" * 101, "too_long"), ("a" * 20_001, "too_long")]
)
def test_the_checker_is_bounded(reader, send, sentences, code):
    answer = send(reader, "/watches/assad-khamenei/check", sentences=sentences, published="2019-02-25")
    assert answer.status_code == 422
    assert BeautifulSoup(answer.data, "lxml").find(role="alert").find("code").text == code


@pytest.mark.no_cover
def test_the_checker_says_hits_misses_and_why(reader, send):
    sentences = "Assad met Khamenei in Tehran.\n# a remark\nHafez al-Assad built a dam.\n+ Rain fell."
    page = BeautifulSoup(
        send(reader, "/watches/assad-khamenei/check", sentences=sentences, published="2019-02-25").data,
        "lxml",
    )
    tags = [tag.text for tag in page.select(".result .meta .tag")]
    assert tags == ["hit", "miss", "miss", "not as expected"]
    words = " ".join(page.select_one(".result").text.split())
    assert "The text does not name both actors." in words
    assert "another person of that name" in words
    bad = send(reader, "/watches/assad-khamenei/check", sentences="x", published="tomorrow")
    assert BeautifulSoup(bad.data, "lxml").find(role="alert").find("a")["href"] == "#published"
    assert send(reader, "/watches/none/check", sentences="x").status_code == 404


def test_a_slug_is_made_of_any_title():
    assert watch_form.slug("Erdoğan – Żeleński & Co.") == "erdogan-zelenski-co"
    assert watch_form.slug("الأسد – خامنئي") == watch_form.slug("الأسد – خامنئي") == "watch-c5c3bb3c"
    assert watch_form.slug("") == ""
    assert len(watch_form.slug("ab " * 100)) <= 80
    assert parse_watch({"id": watch_form.slug("x" * 500), "title": "T", "actors": {
        "a": {"name": "A", "names": {"und": ["Aa"]}}, "b": {"name": "B", "names": {"und": ["Bb"]}},
    }})  # fmt: skip


def test_comments_are_not_lost_before_that_was_said(curator, product):
    editor = Editor(curator, EDIT)
    editor.send("document")
    before = stored(product, "assad-khamenei")
    text = "# Ours\n" + editor.values()["document"]
    for action in ("save", "form"):
        assert editor.send(action, document=text).status_code == 422
        assert "has 1 line with a comment" in editor.problem().get_text(" ", strip=True)
    assert editor.values()["document"].startswith("# Ours\n")
    assert stored(product, "assad-khamenei") == before
    assert editor.send("save", document=text, without_comments="on").status_code == 303
