"""The page: asks for a key once, shows alerts with their evidence, and escapes all that others wrote."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from dyadwatch.store import Store, keys, sessions
from dyadwatch.tagging.quality import shipped_quality
from service.app import create_app
from service.rest.quality import TaggerVersions
from service.ui import quality, quality_texts

QUOTE = "دیدار بشار اسد با خامنه‌ای در تهران"
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}  # what a browser sends with our form
EVIL = '<script>alert("x")</script>'


def _soup(answer):
    assert answer.mimetype == "text/html"
    return BeautifulSoup(answer.data, "lxml")


def _mention(conftest_document, quote, first, second):
    mention = dict(conftest_document["evidence"][0])
    surfaces = {
        side: [
            {
                "surface": name,
                "start": 9 + quote.index(name),
                "end": 9 + quote.index(name) + len(name),
                "kind": "name",
            }
        ]
        for side, name in (("a", first), ("b", second))
    }
    place = {"quote": quote, "start": 9, "end": 9 + len(quote), "prefix": "", "suffix": ""}
    return mention | {"evidence": place, "actors": surfaces}


def test_it_asks_for_a_key_once(visitor, with_scope):
    form = _soup(visitor.get("/"))
    field = form.find("input", {"name": "key"})
    assert form.find("label", {"for": field["id"]}).text
    visitor.post("/login", data={"key": with_scope("read").token}, headers=OWN)
    assert _soup(visitor.get("/")).find("input", {"name": "key"}) is None


def test_a_wrong_key_is_explained(visitor):
    answer = visitor.post("/login", data={"key": "dyw_wrong"}, headers=OWN)
    assert answer.status_code == 403
    assert _soup(answer).find(role="alert")
    assert "Set-Cookie" not in answer.headers


def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(app, with_scope):
    key = with_scope("read").token
    answer = app.test_client().post("/login", data={"key": key}, headers=OWN, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert key not in cookie


def test_signing_out_ends_the_session_itself(reader, send):
    stolen = reader.get_cookie("dyadwatch_session").value
    assert send(reader, "/logout").status_code == 303
    assert reader.get_cookie("dyadwatch_session") is None
    reader.set_cookie("dyadwatch_session", stolen)
    assert _soup(reader.get("/")).find("input", {"name": "key"})


FOREIGN = (
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8710"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_forms_sent_from_other_sites_are_refused(reader, with_scope, path, headers):
    answer = reader.post(path, data={"key": with_scope("read").token}, headers=headers)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_forms_of_our_own_are_accepted(reader, send, headers):
    assert send(reader, "/logout", headers).status_code == 303


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain; charset=x",
        "",
    ],
)
@pytest.mark.parametrize("body", [b"", b"--x\r\nkey", b"key=%00%ff\xff", b"&" * 4_000, b"key=a&key=b"])
def test_a_form_that_is_none_is_a_wrong_key(app, content_type, body):
    headers = {**OWN, "Content-Type": content_type}
    environ = {"REMOTE_ADDR": f"2001:db8:{len(content_type):x}:{len(body):x}::1"}  # none is throttled
    answer = app.test_client().post("/login", data=body, headers=headers, environ_base=environ)
    assert answer.status_code == 403


def test_behind_tls_the_public_url_decides(product, with_scope):
    settings = product.settings.model_copy(update={"public_url": "https://watch.example/base"})
    browser = create_app(replace(product, settings=settings)).test_client()
    form = {"key": with_scope("read").token}
    answer = browser.post("/login", data=form, headers={"Origin": "https://watch.example"})
    assert answer.status_code == 303
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_wrong_keys_are_throttled_for_their_address_alone(visitor, with_scope):
    def attempt(key, address):
        environ = {"REMOTE_ADDR": address}
        return visitor.post("/login", data={"key": key}, headers=OWN, environ_base=environ)

    key = with_scope("read").token
    assert [attempt("wrong", f"2001:db8::{number}").status_code for number in range(10)] == [403] * 10
    refused = attempt(key, "2001:db8::a")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) in range(1, 7)
    assert attempt(key, "2001:db8:1::a").status_code == 303


def test_signing_in_makes_a_new_session_and_ends_the_old_one(reader, with_scope, product):
    planted = reader.get_cookie("dyadwatch_session").value
    reader.post("/login", data={"key": with_scope("read").token}, headers=OWN)
    assert reader.get_cookie("dyadwatch_session").value != planted
    with product.store.begin() as db:
        assert sessions.resume(db, planted) is None


def test_a_key_keeps_its_latest_sessions(product, with_scope, monkeypatch):
    monkeypatch.setattr(sessions, "_MAX_PER_KEY", 3)
    with product.store.begin() as db:
        key = keys.authenticate(db, with_scope("read").token)
        opened = [sessions.create(db, key.id) for _ in range(5)]
        assert sum(sessions.resume(db, token) is not None for token in opened) == 3
        assert sessions.resume(db, opened[-1])


def test_the_page_counts_among_the_requests_of_its_key(product, with_scope):
    settings = product.settings.model_copy(update={"rate_limit": 1})
    browser = create_app(replace(product, settings=settings)).test_client()
    browser.post("/login", data={"key": with_scope("read").token}, headers=OWN)
    assert [browser.get("/status").status_code for _ in range(2)] == [200, 429]


def test_an_alert_shows_its_evidence_with_the_actors_marked(reader, rows):
    rows.alert(language="en")
    page = _soup(reader.get("/alerts"))
    quote = page.find("blockquote")
    assert quote.text == "Assad met Khamenei in Tehran."
    assert [(mark["class"], mark.text) for mark in quote.find_all("mark")] == [
        (["a"], "Assad"),
        (["b"], "Khamenei"),
    ]
    title, original = page.find("h2").find("a"), page.find("a", class_="original")
    assert (title["href"], title.text) == ("/alerts/1", "Talks")
    assert (original["href"], original["rel"]) == ("https://a.test/1", ["noopener", "noreferrer"])
    words = re.sub(r"\s+", " ", page.find("article").text)
    for expected in ("SANA", "score 0.90", "1 copy", "Bashar al-Assad → ", "Consult visit"):
        assert expected in words
    assert page.find("time")["datetime"]


def test_right_to_left_is_shown_right(reader, rows):
    document = rows.document()
    document["evidence"] = [_mention(document, QUOTE, "بشار اسد", "خامنه‌ای")]
    document["articles"][0]["title"] = QUOTE
    rows.alert(document, language="fa")
    page = _soup(reader.get("/alerts"))
    for element in (page.find("blockquote"), page.find("h2").find("a")):
        assert (element["dir"], element["lang"]) == ("rtl", "fa")
    assert [mark.text for mark in page.find_all("mark")] == ["بشار اسد", "خامنه‌ای"]
    assert page.html["lang"] == "en"


def test_what_others_wrote_is_text_and_never_markup(reader, rows):
    document = rows.document(origins=[EVIL])
    document["evidence"] = [_mention(document, f"{EVIL} Assad Khamenei", "Assad", "Khamenei")]
    document["evidence"][0]["attribution"] = {"speaker": EVIL, "cue": "said"}
    article = {"id": 1, "url": "javascript:alert(1)", "title": EVIL, "source": EVIL, "published_at": None}
    document["articles"] = [article, article | {"url": "data:text/html,x"}]
    rows.alert(document)
    answer = reader.get("/alerts", query_string={"q": '"><script>'})
    assert "<script>" not in answer.text
    page = _soup(reader.get("/alerts"))
    assert [script["src"] for script in page.find_all("script")] == ["/static/page.js"]
    assert page.find("blockquote").text.startswith(EVIL)
    hrefs = [link["href"] for link in page.find_all("a")]
    assert not [href for href in hrefs if href.startswith(("javascript:", "data:"))]


@pytest.mark.parametrize(
    ("precision", "source", "shown"),
    [
        ("instant", "json_ld", "published 14 Jun 2024, 10:00 UTC (by its page)"),
        (
            "local_time",
            "visible",
            "published 14 Jun 2024, 10:00, in its own time zone (by a line near its headline)",
        ),
        ("day", "url", "published 14 Jun 2024 (by its address)"),
        (None, None, "published 14 Jun 2024, 10:00 UTC"),
    ],
)
def test_a_date_is_shown_as_exactly_as_it_is_known(reader, rows, precision, source, shown):
    document = rows.document()
    document["articles"][0] |= {
        "published_at": "2024-06-14T10:00:00+00:00",
        "published_precision": precision,
        "published_source": source,
    }
    rows.alert(document)
    assert shown in " ".join(_soup(reader.get("/alerts")).find("article").text.split())


def test_nothing_comes_from_elsewhere(visitor, reader):
    for browser in (visitor, reader):
        answer = browser.get("/")
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        page = _soup(answer)
        for element in page.find_all(["link", "img", "script"]):
            address = element.get("href") or element.get("src")
            assert address.startswith("/")
            assert browser.get(address).status_code == 200
        assert not page.find_all(style=True)


def test_the_form_narrows_and_remembers(reader, rows):
    rows.alert(score=0.4)
    rows.alert(score=0.95, language="ar", languages=["ar"])
    page = _soup(reader.get("/alerts?watch=assad-khamenei&language=ar&min_score=0.5&q="))
    assert len(page.find_all("article")) == 1
    assert page.find("input", {"name": "min_score"})["value"] == "0.5"
    assert page.find("select", {"name": "language"}).find("option", selected=True)["value"] == "ar"
    for field in page.find("search").find_all(["input", "select"]):
        assert page.find("label", {"for": field["id"]})


@pytest.mark.parametrize(
    "query", ["min_score=7", "language=!", "cursor=x", "q=a%00b", "q=%28", "watch=%3Cb%3E"]
)
def test_an_invalid_filter_is_explained(reader, rows, query):
    rows.alert()
    answer = reader.get(f"/alerts?{query}")
    assert answer.status_code == 400
    page = _soup(answer)
    assert page.find(role="alert").text
    assert page.find("article")


def test_what_the_page_does_not_know_is_left_alone_and_named(reader):
    answer = reader.get("/alerts?utm_source=mail&limit=9&min_score=&sort=rank")
    assert answer.status_code == 200
    assert [code.text for code in _soup(answer).select(".notice code")] == ["utm_source", "limit"]
    assert not _soup(reader.get("/alerts?sort=rank")).select(".notice code")


def test_older_alerts_are_a_link_away(reader, rows):
    for _ in range(30):
        rows.alert()
    page = _soup(reader.get("/alerts?min_score=0.1"))
    older = page.find("a", rel="next")["href"]
    assert "min_score=0.1" in older
    rest = _soup(reader.get(older))
    assert (len(page.find_all("article")), len(rest.find_all("article"))) == (20, 10)
    assert rest.find("nav", {"class": "pages"}).find("a").text == "Newest"


def test_an_empty_list_says_what_to_do(reader, api):
    assert "curl" in _soup(reader.get("/alerts")).find(class_="empty").text
    api.post("/v1/sources", {"name": "A"})
    assert "being read" in _soup(reader.get("/alerts")).find(class_="empty").text
    assert _soup(reader.get("/alerts?q=nothing")).find(class_="empty").find("a")["href"] == "/alerts"


def test_what_to_copy_names_the_public_url_and_no_host_that_a_request_claims(product, with_scope):
    settings = product.settings.model_copy(update={"public_url": "https://watch.example/"})
    browser = create_app(replace(product, settings=settings)).test_client()
    with product.store.begin() as db:
        key = keys.authenticate(db, with_scope("read").token)
        browser.set_cookie("dyadwatch_session", sessions.create(db, key.id), domain="evil.example")
    page = browser.get("/alerts", headers={"Host": "evil.example"}).text
    assert "curl https://watch.example/v1/sources" in page
    assert "evil.example" not in page


@pytest.mark.parametrize("host", ["..", "x" * 64])
def test_a_host_that_is_none_is_refused(visitor, host):
    for method, path in (
        ("GET", "/"),
        ("POST", "/login"),
        ("GET", "/docs"),
        ("GET", "/nowhere"),
        ("GET", "/v1/alerts"),
    ):
        answer = visitor.open(path, method=method, headers={"Host": host, "Accept": "text/html"})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")


def test_a_list_shows_the_first_passages_and_copies(reader, rows):
    document = rows.document(copies=12)
    quotes = [f"Assad met Khamenei {number}." for number in range(5)]
    document["evidence"] = [_mention(document, quote, "Assad", "Khamenei") for quote in quotes + quotes]
    document["articles"] *= 12
    rows.alert(document)
    page = _soup(reader.get("/alerts")).find("article")
    assert len(page.find_all("blockquote")) == 3
    more = page.find("a", string="2 more passages")
    assert more["href"] == "/alerts/1"
    assert page.find("summary").text == "Also in 11 other articles"
    assert len(page.select(".others a[rel]")) == 8
    assert page.select(".others a")[-1]["href"] == "/articles?story=1&watch=assad-khamenei"
    assert page.select_one(".others").find_all("li")[-1].text == "and 3 more"
    assert len(_soup(reader.get("/alerts/1")).select(".account-of blockquote")) == 10


def test_a_withdrawn_alert_says_so(reader, rows):
    rows.alert(state="withdrawn", level="state")
    words = _soup(reader.get("/alerts")).find("article").text
    assert "withdrawn" in words
    assert "their states" in words


def test_an_unreachable_database_is_explained_on_the_page(product):
    parts = {name: getattr(product, name) for name in product.__slots__}
    away = type(product)(**parts | {"store": Store("postgresql://u:hunter2@127.0.0.1:1/x")})
    browser = create_app(away).test_client()
    browser.set_cookie("dyadwatch_session", "x")
    answer = browser.get("/alerts")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert _soup(answer).find(role="alert")
    assert "hunter2" not in answer.text


def test_an_unexpected_error_on_the_page_is_a_page(reader, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dyadwatch.store.alerts.page", fail)
    answer = reader.get("/alerts")
    assert answer.status_code == 500
    assert "secret" not in _soup(answer).text


def test_a_huge_form_is_refused_with_a_page(visitor):
    answer = visitor.post("/login", data={"key": "x" * 5_000}, headers=OWN)
    assert answer.status_code == 413
    assert _soup(answer).find(role="alert")


def test_the_figures_of_the_tagger_are_there_for_everybody(visitor):
    soup = _soup(visitor.get("/quality"))
    tables = shipped_quality()["tables"]
    assert [heading.text for heading in soup.find_all("h2")][: len(tables)] == [
        one["title"] for one in tables
    ]
    for table, shown in zip(tables, soup.find_all("table"), strict=True):
        names = [quality_texts.translate(row["name"]) for row in table["rows"]]
        assert [head.text for head in shown.select("tbody th")] == names
    relation = tables[0]["rows"][0]["relation"]["f1"]
    assert (
        f"{relation['value']:.2f} {relation['low']:.2f}–{relation['high']:.2f}; {relation['n']}" in soup.text
    )
    assert soup.select_one("nav a[href='/quality']")


def test_figures_of_another_version_say_so(visitor, monkeypatch):
    monkeypatch.setattr(quality, "running_versions", lambda: TaggerVersions("9.9", "abc"))
    assert "tagger 9.9 with lexicons abc" in _soup(visitor.get("/quality")).find(class_="notice").text


def test_figures_by_verdict_are_there_for_who_has_signed_in(visitor, reader, rows):
    rows.alert({"verdict": "confirmed"}, event_types=["CONSULT"])
    shown = _soup(reader.get("/quality")).find_all("table")[-1]
    lines = [[" ".join(cell.text.split()) for cell in line] for line in shown.select("tbody tr")]
    assert lines[:2] == [[name, "1", "0", "1.00 0.21–1.00; 1"] for name in ("all", "Consult")]
    assert "Consult" not in [head.text for head in _soup(visitor.get("/quality")).select("tbody th")]


def test_the_list_has_an_order(reader, rows):
    for score, rank in ((0.9, 0.1), (0.5, 0.8)):
        rows.alert(rows.document(rank=rank), score=score)
    for order, ids in (("rank", ["alert-2", "alert-1"]), ("score", ["alert-1", "alert-2"])):
        page = _soup(reader.get(f"/alerts?sort={order}"))
        assert [card["aria-labelledby"] for card in page.find_all("article")] == ids
        assert page.find("select", {"name": "sort"}).find("option", selected=True)["value"] == order
    assert reader.get("/alerts?sort=nothing").status_code == 400


def test_feed_readers_get_the_view_by_a_link_alone(reader, visitor, rows):
    rows.alert(score=0.4)
    rows.alert(rows.document(articles=[]), score=0.95)
    page = _soup(reader.get("/alerts?min_score=0.5&sort=score"))
    link = page.find("a", type="application/atom+xml")["href"]
    answer = visitor.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    assert answer.text.count("<entry") == 1
    assert visitor.get(link.replace("0.5", "0.1")).status_code == 401


def test_the_status_counts_what_came_and_what_fails(reader, signed_in, archive, rows):
    rows.execute(
        'UPDATE feeds SET last_error = \'{"code": "x", "detail": "y", "at": "2026-01-01T00:00:00+00:00"}\''
    )
    tiles = [" ".join(tile.get_text(" ").split()) for tile in _soup(reader.get("/status")).select(".tile")]
    assert tiles[:2] == [
        "In the last 24 hours 1 alert of 2 new articles",
        "Feeds that are polled 2 2 could not be read at the last poll",
    ]
    assert (len(tiles), tiles[2].startswith("Size of the database")) == (3, True)
    assert len(_soup(signed_in("admin").get("/status")).select(".tile")) == 4
