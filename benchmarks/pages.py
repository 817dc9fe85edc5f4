"""What a page takes in a browser with very many alerts: kilobytes and when something is seen first.

    python benchmarks/pages.py [ALERTS]      100000 without an argument

Starts a PostgreSQL, a Valkey and one web process. An article about the shipped pair is polled, fetched and
tagged, and its alert is stored again and again, an alert an hour, of each event type in turn. Debian's
chromium opens each page in a fresh context, so that nothing is cached; the time is that of the first
contentful paint, the least of three. Bounds: 150 kB and .5 s.
"""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from checks import check
from playwright.sync_api import Browser, sync_playwright
from servers import servers, subscribe
from sqlalchemy import text
from streams import web

from dyadwatch import bootstrap
from dyadwatch.store import keys
from dyadwatch.tagging.events.plover import EVENT_TYPES

_PAGES = (
    "/", "/alerts", "/alerts?q=Tehran&min_score=0.5", "/alerts/1", "/stories", "/stories/1", "/articles",
    "/articles?q=Tehran", "/articles/1", "/sources", "/sources/1", "/watches", "/watches/assad-khamenei",
    "/watches/assad-khamenei/edit", "/subscriptions", "/status",
)  # fmt: skip
_FEED = (
    "<rss version='2.0'><channel><title>Herald</title><item><title>Assad meets Khamenei in Tehran</title>"
    "<link>http://127.0.0.1:{port}/visit</link></item></channel></rss>"
)
_ARTICLE = (
    "<html lang='en'><head><title>Assad meets Khamenei in Tehran</title></head><body><article>"
    "<h1>Assad meets Khamenei in Tehran</h1><p>President Bashar al-Assad met Ayatollah Ali Khamenei in Tehran on"
    " Sunday, the president's office said, and the two men spoke for more than an hour.</p><p>Khamenei praised"
    " Assad for what he called his steadfastness, and both said that they would meet again in the spring of next"
    " year, when a larger delegation is expected to travel to the Syrian capital.</p></article></body></html>"
)
_COPY = text("""
WITH story AS (
    INSERT INTO stories (title) SELECT 'Assad meets Khamenei' FROM generate_series(1, :alerts) RETURNING id
), article AS (
    INSERT INTO articles (url, source_id, story_id, version, title, title_key, language, signature, first_seen_at,
                          words)
    SELECT url || story.id, source_id, story.id, version, title, title_key, language, signature,
        now() - make_interval(hours => CAST(story.id AS integer)), words
    FROM articles, story WHERE articles.id = 1 RETURNING id
), version AS (
    INSERT INTO article_versions (article_id, number, title, text, text_hash)
    SELECT article.id, number, title, text, text_hash || article.id FROM article_versions, article WHERE article_id = 1
)
INSERT INTO alerts (watch_id, story_id, score, level, event_types, language, languages, source_ids, search, document,
                    created_at, updated_at)
SELECT watch_id, story.id, score, level, ARRAY[(CAST(:types AS text[]))[1 + story.id % cardinality(CAST(:types AS text[]))]],
    language, languages, source_ids, search, document, at, at
FROM alerts, story, LATERAL (SELECT now() - make_interval(hours => CAST(story.id AS integer)) AS at) AS time
WHERE alerts.id = 1
""")
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0]"


@contextmanager
def newspaper() -> Iterator[str]:
    """The address of a feed with one article about the pair."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = _FEED.format(port=self.server.server_address[1]) if self.path == "/rss" else _ARTICLE
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/xml" if self.path == "/rss" else "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/rss"
    server.shutdown()


def look(browser: Browser, address: str, path: str, session: list) -> tuple[float, float]:
    """Kilobytes transferred, and milliseconds until something is seen, in a context that has nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(session)
    page, sent = context.new_page(), []
    page.on("requestfinished", lambda request: sent.append(request.sizes()))
    page.goto(f"{address}{path}")
    check(page.locator("h1").count() >= 1, f"{path} has no headline")
    while (paint := page.evaluate(_FIRST_PAINT)) is None:
        page.wait_for_timeout(50)
    size = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sent)
    context.close()
    return size / 1000, paint


def main(alerts: int) -> None:
    with servers() as settings, newspaper() as feed:
        subscribe(settings, [feed])
        product = bootstrap.build(settings)
        product.pipeline.run_until_idle()
        with product.store.begin(seconds=900) as db:
            made = db.execute(text("SELECT count(*) FROM alerts")).scalar_one()
            check(made == 1, f"{made} alerts of one article")
            db.execute(_COPY, {"alerts": alerts, "types": [*EVENT_TYPES]})
            _, token = keys.create(db, "pages", ["admin"])
        product.pipeline.run_until_idle(seconds=30)
        product.store.close()
        with web(settings) as ((host, port), _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            address = f"http://{host}:{port}"
            first = browser.new_page()
            first.goto(f"{address}/")
            first.get_by_label("API key").fill(token)
            first.get_by_label("API key").press("Enter")
            first.get_by_role("link", name="Sign out").or_(
                first.get_by_role("button", name="Sign out")
            ).wait_for()
            session = first.context.cookies()
            print(f"{alerts} alerts{'':<26} kB   first paint, ms")
            for path in _PAGES:
                seen = [look(browser, address, path, session) for _ in range(3)]
                size, paint = max(size for size, _ in seen), min(paint for _, paint in seen)
                mark = "" if size < 150 and paint < 500 else "  beyond its bound"
                print(f"{path:<36}{size:8.1f}{paint:8.0f}{mark}")
            browser.close()


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] or ["100000"])))
