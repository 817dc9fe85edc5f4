"""Every page that a reader can reach by links is there, in every language, and small."""

import re
import shlex
from urllib.parse import urlsplit

import orjson
import pytest
from bs4 import BeautifulSoup
from foreign_words import foreign_words

from service.ui.pages import PAGES

QUOTE = "Assad met Khamenei in Tehran."
WATCH_NAMES = (
    "Bashar al-Assad",
    "Ali Khamenei",
    "Recep Tayyip Erdoğan",
    "Vladimir Putin",
    "Iran",
    "International Atomic Energy Agency",
    "European Union",
    "Mercosur",
)


# What is named in the data, beside names of the watch.
DATA = (
    "Talks in Tehran",
    "A story",
    "Talks",
    "Paper <one>",
    "Paper two",
    "test admin",
    QUOTE,
    "assad-khamenei",
)


@pytest.fixture
def furnished(archive, archive_run, product, rows, api):
    """An archive with whatever else pages may speak of."""
    rows.execute(
        "UPDATE feeds SET reason = :reason, error_count = id, last_error = CAST(:error AS jsonb)",
        reason="24.0 entries a day, by the last 5, 4 times that after 3 quiet days, at most 3600 s",
        error='{"code": "http_503", "detail": "the server answered 503", "at": "2026-01-01T00:00:00+00:00"}',
    )
    api.post("/v1/watches/assad-khamenei/guards", {"kind": "phrase", "text": "in a film"})
    made = api.post("/v1/subscriptions", {"url": "http://127.0.0.1:4000/", "events": ["alert.created"]})
    rows.execute(
        "UPDATE subscriptions SET disabled_reason = 'nothing was delivered since 2026-01-01 10:00 UTC'"
    )
    assert made.status_code == 201
    rows.execute(
        "UPDATE alerts SET document = document || CAST(:terms AS jsonb)",
        terms='{"rank": 0.6, "score_terms": {"score": 0.9, "salience": 0.8, "origins": 0.85}}',
    )


@pytest.mark.parametrize(("language", "scope"), [("en", "read"), ("ar", "admin"), ("fa", "admin")])
@pytest.mark.no_cover
def test_every_link_of_every_page_leads_somewhere_in_its_language(signed_in, furnished, language, scope):
    browser = signed_in(scope)
    browser.get(f"/language/{language}")
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        if path.startswith("/language/"):
            continue
        answer = browser.get(path)
        assert answer.status_code in {200, 303}, path
        if answer.mimetype != "text/html" or answer.status_code == 303 or path == "/docs":
            continue
        soup = BeautifulSoup(answer.data, "lxml")
        assert (soup.html["lang"], soup.html["dir"]) == (
            language,
            "rtl" if language in {"ar", "fa"} else "ltr",
        )
        assert len(soup.find_all("h1")) == 1, path
        assert not soup.find_all(style=True)
        ids = [element["id"] for element in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        for link in soup.find_all("a", href=True):
            parts = urlsplit(link["href"])
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            kind = _kind(local) if language == "en" else parts.path
            if link["href"].startswith("/") and kind not in seen:
                seen.add(kind)
                waiting.append(local)
        if language != "en":
            assert list(foreign_words(soup, [*WATCH_NAMES, *DATA])) == [], path
    reached = {path.partition("?")[0] for path in seen}
    unreached = [
        page.path
        for page in PAGES
        if page.method == "GET"
        and (scope == "admin" or page.scope in {None, "read"})
        and not page.name.startswith(("oidc_", "sign_in"))  # of a provider, which is not here; for others
        and not any(re.fullmatch(re.sub(r"<[^>]*>", "[^/]+", page.path), path) for path in reached)
    ]
    assert unreached == []


def _kind(path):
    """Links that differ only in the values of filters lead to the same page."""
    place, _, query = path.partition("?")
    return (
        f"{place}?{'&'.join(sorted({item.partition('=')[0] for item in query.split('&')}))}"
        if query
        else place
    )


def test_an_article_shows_its_text_with_the_evidence_and_where_it_is_from(reader, archive):
    page = BeautifulSoup(reader.get(f"/articles/{archive['first']}").data, "lxml")
    text = page.select_one("article.text")
    evidence = text.select_one(".evidence")
    assert (evidence["id"], evidence.text) == (f"e{archive['start']}", QUOTE)
    assert [(mark["class"], mark.text) for mark in evidence.find_all("mark")] == [
        (["a"], "Assad"),
        (["b"], "Khamenei"),
    ]
    assert [paragraph.text for paragraph in text.find_all(["h1", "p"])] == [
        "Talks in Tehran",
        QUOTE,
        "The weather was bad.",
    ]
    words = " ".join(page.get_text(" ").split())
    for expected in ("ab" * 32, "Status 200", "another person of that name", "Paper <one>"):
        assert expected in words


def test_a_search_shows_where_its_words_are(reader, archive):
    page = BeautifulSoup(reader.get("/articles?q=weather").data, "lxml")
    assert [mark.text for mark in page.select(".snippet mark")] == ["weather"]
    assert "The weather was bad" in page.select_one(".snippet").text
    assert not BeautifulSoup(reader.get("/articles").data, "lxml").select(".snippet")


def test_a_version_shows_what_an_edit_changed(reader, archive):
    page = BeautifulSoup(reader.get(f"/articles/{archive['first']}/versions/2").data, "lxml")
    assert [(mark.name, mark.text) for mark in page.find_all(["ins", "del"])] == [
        ("del", " fine."),
        ("ins", " bad."),
    ]


def test_an_alert_says_who_says_what_who_copied_whom_and_what_changed(reader, archive):
    page = BeautifulSoup(reader.get("/alerts/1").data, "lxml")
    words = " ".join(page.text.split())
    assert "Only one side reports this: syrian. Read and silent: western." in words
    assert "Sources of the side: syrian" in words
    assert page.select_one(".chains > li > ol > li > a")["href"] == "/articles/2"
    assert [mark.text for mark in page.select(".history del, .history ins")] == ["He met him.", QUOTE]
    assert " ".join(page.select_one(".weights").text.split()) == "Consult, between the two +2.00"


def test_a_citation_holds_nothing_that_tex_would_run(reader, archive, rows):
    rows.execute(
        "UPDATE articles SET title = :title, authors = ARRAY[:author] WHERE id = 1",
        title="50% of $x_1 #2",
        author="O}Neil & \\input{x}",
    )
    entry = reader.get("/alerts/1.bib").text.partition("\n\n")[0]
    assert r"title = {{50\% of \$x\_1 \#2}}" in entry
    assert r"author = {{O\}Neil \& \textbackslash{}input\{x\}}}" in entry
    item = orjson.loads(reader.get("/articles/1.csl.json").data)[0]
    assert (item["type"], item["title"], item["container-title"]) == (
        "article-newspaper",
        "50% of $x_1 #2",
        "Paper <one>",
    )


def test_what_is_not_there_is_a_page(reader):
    for path in (
        "/alerts/99",
        "/articles/99",
        "/articles/1/versions/9",
        "/sources/99",
        "/stories/99",
        "/watches/none",
    ):
        answer = reader.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert BeautifulSoup(answer.data, "lxml").find(role="alert").text


def test_signing_in_leads_to_the_page_that_was_asked_for(visitor, with_scope):
    form = BeautifulSoup(visitor.get("/alerts?watch=assad-khamenei&since=2024-01-01").data, "lxml")
    following = form.find("input", {"name": "next"})["value"]
    headers = {"Origin": "http://localhost"}
    wrong = visitor.post("/login", data={"key": "x", "next": following}, headers=headers)
    assert BeautifulSoup(wrong.data, "lxml").find("input", {"name": "next"})["value"] == following
    answer = visitor.post(
        "/login", data={"key": with_scope("read").token, "next": following}, headers=headers
    )
    assert answer.headers["Location"] == "/alerts?watch=assad-khamenei&since=2024-01-01"


@pytest.mark.parametrize(
    "following",
    [
        "//evil.test/",
        "https://evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "\t//evil.test",
        "/\n/evil.test",
    ],
)
def test_signing_in_leads_nowhere_else(visitor, with_scope, following):
    answer = visitor.post(
        "/login",
        data={"key": with_scope("read").token, "next": following},
        headers={"Origin": "http://localhost"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_the_token_of_its_session_is_refused(reader, token):
    answer = reader.post("/logout", data={"form_token": token}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403
    assert reader.get("/status").status_code == 200


def test_the_language_is_the_one_that_was_chosen_or_else_the_browsers(visitor):
    def language(**headers):
        return BeautifulSoup(visitor.get("/quality", headers=headers).data, "lxml").html["lang"]

    assert language() == "en"
    assert language(**{"Accept-Language": "de, fa-IR;q=0.8, ar;q=0.5"}) == "fa"
    assert visitor.get("/language/ar?next=/quality").headers["Location"] == "/quality"
    assert language(**{"Accept-Language": "fa"}) == "ar"
    assert visitor.get("/language/xx?next=//evil.test").headers["Location"] == "/"
    assert language() == "ar"


def test_what_is_copied_into_a_shell_is_quoted_whatever_the_address_says(reader):
    page = BeautifulSoup(
        reader.get("/subscriptions/new", query_string={"side": "x'; touch /tmp/y; '", "q": "a"}).data, "lxml"
    )
    command = shlex.split(page.select("pre")[-1].text.replace("\\\n", " "))
    assert command[:2] == ["curl", "http://localhost/v1/subscriptions"]
    assert orjson.loads(command[-1])["filter"] == {"side": ["x'; touch /tmp/y; '"]}
    assert "Words" in page.find(class_="notice").text.split()


def test_the_longest_list_stays_small(reader, archive, rows):
    """A page is not compressed, since it holds a secret beside words of the request."""
    document = rows.document(origins=["An agency with a long name"] * 20)
    quotes = [f"Assad met Khamenei in Tehran, {number}. {'word ' * 60}" for number in range(20)]
    mention = document["evidence"][0]
    document["evidence"] = [
        mention | {"evidence": mention["evidence"] | {"quote": quote}} for quote in quotes
    ]
    document["articles"] = [document["articles"][0] | {"title": "word " * 20}] * 50
    for _ in range(30):
        rows.alert(document | {"copies": 50})
    transferred = [
        reader.get(path, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}).data
        for path in ("/alerts", "/static/page.css", "/static/page.js", "/static/icon.svg")
    ]
    assert sum(map(len, transferred)) < 150_000
