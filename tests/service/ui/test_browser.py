"""The pages in a real browser: by keyboard, in both colour schemes and writing directions, on desktop and
phone, without scripts, and with nothing from elsewhere."""

import os
import re
import shutil
import threading
from importlib import resources
from pathlib import Path

import orjson
import pytest
from local_site import VISIT, WEATHER, Page, Site, article, feed
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import sources

QUOTE = "SANA: التقى الرئيس بشار الأسد السيد خامنئي في طهران"
READ = (
    "/", "/alerts", "/alerts/1", "/stories/1", "/articles", "/articles/1", "/articles/1/versions/2", "/sources",
    "/sources/1", "/watches", "/watches/assad-khamenei", "/watches/assad-khamenei/edit",
    "/watches/assad-khamenei/check", "/watches/assad-khamenei/versions", "/watches/assad-khamenei/versions/1",
    "/watches/assad-khamenei/guards", "/watches/assad-khamenei/retag", "/archive-runs/1", "/new/watch?example=erdogan-putin", "/why?url=https://a.test/", "/subscriptions", "/sources/new",
    "/subscriptions/new?min_score=0.5", "/status", "/quality",
    "/alerts?q=nothing", "/alerts/999",
)  # fmt: skip

# The folder for a screenshot of each page.
SCREENSHOTS = os.environ.get("SCREENSHOTS")

# What only whoever may change something has.
CHANGED = (
    "/alerts/1",
    "/stories/1",
    "/sources/1",
    "/subscriptions/1",
    "/subscriptions/1/edit",
    "/keys",
    "/watches/assad-khamenei/guards",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.no_cover,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(app):
    """The address of the app on loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium, site, with_scope):
    """Opens a browser that has signed in at a path; fails where it asks others for anything, or complains."""
    contexts = []

    def visit(path, scope="read", **options):
        key = with_scope(scope).token
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _own(request, site))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{site}{path}")
        page.get_by_label("API key").fill(key)
        page.get_by_label("API key").press("Enter")
        page.wait_for_url(f"{site}{path}")
        return page

    complaints, foreign = [], []

    def _own(request, site):
        if not request.url.startswith(site):
            foreign.append(request.url)

    yield visit
    for context in contexts:
        context.close()
    assert foreign == []
    # Chromium also complains where a reader was quicker than a field that asks for the focus.
    expected = ("404 (NOT FOUND)", "Autofocus processing was blocked")
    assert [text for text in complaints if not any(words in text for words in expected)] == []


@pytest.fixture
def alert_in_arabic(rows):
    document = rows.document()
    mention = document["evidence"][0]
    mention["evidence"] |= {"quote": QUOTE, "start": 0, "end": len(QUOTE)}
    for side, name in (("a", "بشار الأسد"), ("b", "خامنئي")):
        start = QUOTE.index(name)
        mention["actors"][side] = [
            {"surface": name, "start": start, "end": start + len(name), "kind": "name"}
        ]
    document["articles"][0]["title"] = QUOTE
    return rows.alert(document, language="ar", languages=["ar"])


@pytest.mark.parametrize(
    ("scheme", "locale", "width"), [("light", "en", 1280), ("dark", "fa", 360)], ids=["wide", "narrow"]
)
@pytest.mark.no_cover
def test_axe_finds_nothing_and_nothing_leaves_the_screen(
    visit, site, archive, archive_run, scheme, locale, width
):
    screen = {"width": width, "height": 900}
    page = visit("/status", locale="en", viewport=screen, color_scheme=scheme)
    page.goto(f"{site}/language/{locale}?next=/status")
    for path in READ:
        page.goto(f"{site}{path}")
        _check(page, path)


def _check(page, path):
    """Fails where something leaves the screen, or axe finds anything. Keeps a screenshot where that is
    wanted."""
    if SCREENSHOTS is not None:
        language, width = page.locator("html").get_attribute("lang"), page.viewport_size["width"]
        name = re.sub(r"\W+", "-", path).strip("-") or "home"
        page.screenshot(path=Path(SCREENSHOTS, f"{name}-{language}-{width}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text())
    violations = page.evaluate("axe.run({resultTypes: ['violations']}).then(results => results.violations)")
    assert [
        (path, item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in violations
    ] == []


def test_axe_finds_nothing_in_any_form_that_unfolds(visit, site, archive, api):
    api.post("/v1/subscriptions", {"url": "https://receiver.test/a/long/path/without/a/break"})
    api.post("/v1/alerts/1/verdicts", {"verdict": "reject", "reason": "wrong_event", "note": "No."})
    screen = {"width": 360, "height": 900}
    page = visit("/status", scope="admin", locale="en", viewport=screen, color_scheme="dark")
    page.goto(f"{site}/language/ar?next=/status")
    for path in CHANGED:
        page.goto(f"{site}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        _check(page, path)


def test_an_alert_is_shown_in_its_direction(visit, alert_in_arabic):
    page = visit("/alerts")
    quote = page.locator("blockquote").first
    assert quote.evaluate("element => getComputedStyle(element).direction") == "rtl"
    marks = quote.locator("mark")
    assert marks.all_inner_texts() == ["بشار الأسد", "خامنئي"]
    first, second = marks.nth(0).bounding_box(), marks.nth(1).bounding_box()
    assert first["x"] > second["x"] or first["y"] < second["y"]


def test_a_list_is_read_by_keys(visit, site, rows):
    for _ in range(3):
        rows.alert()
    page = visit("/alerts?min_score=0.1")
    focused = page.locator("article:focus")
    for key, number in (("j", 3), ("j", 2), ("j", 1), ("j", 1), ("k", 2)):
        page.keyboard.press(key)
        expect(focused).to_have_attribute("aria-labelledby", f"alert-{number}")
    expect(focused.locator("blockquote").first).to_be_visible()
    page.keyboard.press("x")
    expect(focused.locator("blockquote").first).to_be_hidden()
    page.keyboard.press("x")
    for key in "smd":
        page.keyboard.press(key)
    for name in ("Starred", "Mark unread", "Restore"):
        expect(focused.get_by_role("button", name=name, exact=True)).to_be_visible()
    assert page.url == f"{site}/alerts?min_score=0.1"
    page.get_by_text("Keyboard", exact=True).click()
    page.get_by_label("These keys work in this browser").uncheck()
    page.keyboard.press("k")
    expect(focused).to_have_count(0)
    page.get_by_label("These keys work in this browser").check()
    page.get_by_label("Words").fill("jkoxcmsd")
    page.get_by_label("Words").blur()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"{site}/alerts/3")
    page.goto(f"{site}/alerts?triage=starred")
    expect(page.locator("article.card")).to_have_attribute("id", "card-2")


def test_a_list_says_that_it_has_changed_and_stays_as_it_is(visit, site, rows, product):
    rows.alert()
    page = visit("/alerts?watch=assad-khamenei")
    alert = rows.alert()
    event = {"alert_id": alert, "type": "alert.created", "webhook_id": "msg_1"}
    rows.insert("alert_events", event | {"body": f'{{"data": {{"id": {alert}}}}}'})
    link = page.get_by_role("link", name="New or changed alerts: 1")
    expect(link).to_be_visible(timeout=20_000)
    expect(page.locator("ol.cards > li")).to_have_count(1)
    link.click()
    expect(page.locator("ol.cards > li")).to_have_count(2)


def test_a_search_leaves_only_what_was_filled_in_the_address(visit, site, rows):
    rows.alert()
    page = visit("/alerts")
    page.get_by_label("Words").fill("nothing")
    page.get_by_label("Words").press("Enter")
    page.wait_for_url(f"{site}/alerts?q=nothing")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.goto(f"{site}/alerts")
    page.get_by_label("Event type").select_option("CONSULT")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url(f"{site}/alerts?event_type=CONSULT")


def test_a_bar_of_the_timeline_leads_to_the_alerts_behind_it(visit, site, rows):
    rows.alert(created_at="2001-01-01")
    for _ in range(2):
        rows.alert(event_types=["CONSULT"])
    page = visit("/")
    page.locator(".chart svg a").click()
    expect(page.locator("ol.cards > li")).to_have_count(2)
    expect(page.get_by_label("From", exact=True)).not_to_have_value("")


def test_everything_is_read_without_scripts(visit, site, archive):
    page = visit("/alerts?watch=assad-khamenei", java_script_enabled=False)
    page.get_by_label("Watch").select_option("assad-khamenei")
    page.get_by_role("button", name="Filter").click()
    page.locator("a.permalink").first.click()
    page.get_by_role("link", name="stored text").first.click()
    expect(page.locator(".evidence mark").first).to_have_text("Assad")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()


def test_a_stranger_makes_a_pair_from_the_form_and_sees_it_tag_a_page_about_them(visit, site, product, rows):
    """Without scripts, from the empty form to the alert with its evidence."""
    page = visit("/watches", scope="curate", java_script_enabled=False)
    page.get_by_role("link", name="New watch").click()
    page.get_by_role("group", name="First actor").get_by_label("Name", exact=True).fill("Vladimir Putin")
    page.get_by_role("group", name="Second actor").get_by_label("Name", exact=True).fill("Recep Erdogan")
    page.get_by_role("button", name="Suggest spellings").click()
    page.get_by_role("checkbox", name="Putin").check()
    page.get_by_role("checkbox", name="Erdogan").check()
    page.get_by_label("Sentences, one in a line").fill("+ Putin met Erdogan in Sochi on Monday.")
    page.get_by_role("button", name="Check sentences").click()
    expect(page.get_by_text("1 hit, 1 sentence")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The watch is saved")
    news = Site()
    news.pages["/rss"] = feed(news, ("/talks", "Putin hosts Erdogan in Sochi"))
    paragraphs = ("Vladimir Putin met Recep Erdogan in Sochi on Monday for talks on grain and gas.", *WEATHER)
    news.pages["/talks"] = article("Putin hosts Erdogan in Sochi", *paragraphs)
    with product.store.begin() as db:
        sources.create(db, NewSource("News", (NewFeed(f"{news.url}/rss"),)))
    product.pipeline.run_until_idle(60)
    news.close()
    page.reload()
    marks = page.locator("article.card blockquote mark")
    expect(marks.first).to_have_text("Putin")
    assert {"Putin", "Erdogan"} <= set(marks.all_inner_texts())


def test_a_stranger_adds_a_source_by_its_home_page_and_subscribes_an_endpoint(visit, product, receiver):
    """Without scripts, from an empty installation to the webhook of the first alert."""
    url, received = receiver
    news = Site()
    news.pages["/"] = Page(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    )
    news.pages["/rss"] = feed(news, ("/talks", "Assad in Tehran"))
    news.pages["/talks"] = article("Assad in Tehran", *VISIT)
    page = visit("/sources", scope="write", java_script_enabled=False)
    page.get_by_role("link", name="Add sources").first.click()
    page.get_by_label("Address").fill(news.url)
    page.get_by_role("button", name="Look what is there").click()
    expect(page.get_by_role("rowheader", name="Assad in Tehran")).to_be_visible()
    page.get_by_role("button", name="Add the source").click()
    expect(page.get_by_role("status")).to_contain_text("The source is added")
    page.get_by_role("link", name="Subscriptions").click()
    page.get_by_role("link", name="New subscription").click()
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("status")).to_contain_text("The test arrived")
    product.pipeline.run_until_idle(60)
    news.close()
    types = [orjson.loads(body)["type"] for _headers, body in received]
    assert types == ["subscription.test", "alert.created"]
    page.reload()
    expect(page.locator(".state.ok", has_text="delivered")).to_have_count(2)


def test_a_page_is_printed_without_its_frame(visit, archive):
    page = visit("/alerts/1")
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("blockquote").first).to_be_visible()


def test_the_docs_work_with_nothing_from_elsewhere(visit, site):
    page = visit("/status")
    page.goto(f"{site}/docs")
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
