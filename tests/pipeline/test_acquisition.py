"""How the product comes by articles: politely, wherever the feed
is, and from the feed where the page is not for it."""

import gzip
import math
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.broker import Pacing
from dyadwatch.errors import HostBusy
from dyadwatch.model.feeds import ListRule, NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import CrawlGate, fetch
from dyadwatch.politeness import CrawlPolicy, HostLimits
from dyadwatch.store import alerts, feeds, sources, sweeps
from dyadwatch.subscriptions import AlertFilter

TITLE = "Assad meets Khamenei in Tehran"


def one(product, statement):
    with product.store.begin() as db:
        return db.execute(text(statement)).mappings().one()


def stored_alerts(product):
    with product.store.begin() as db:
        return tuple(alert.parse() for alert in alerts.page(db, AlertFilter(), limit=50, cursor=None).data)


def entry(site, path, title, body):
    """A feed whose one entry has the text of the whole article."""
    page = feed(site, (path, title))
    page.body = str(page.body).replace("</item>", f"<description><![CDATA[{body}]]></description></item>")
    return page


@pytest.fixture
def crawl_gate(product):
    """Makes a gate with a policy of its own."""

    def crawl_gate(**policy):
        return CrawlGate(product.store, product.web, Pacing(product.broker), CrawlPolicy(**policy))

    return crawl_gate


@pytest.fixture
def newsroom(site, subscribe):
    """A site with one article about the relationship, whose feed has the whole text."""
    site.pages["/rss"] = entry(site, "/visit", TITLE, "".join(f"<p>{words}</p>" for words in VISIT))
    site.pages["/visit"] = article(TITLE, *VISIT)
    subscribe("/rss")
    return site


@pytest.mark.parametrize(
    ("robots", "code", "again"),
    [
        (Page("User-agent: *\nDisallow: /visit", kind="text/plain"), "robots_disallowed", False),
        (Page("busy", status=503), "robots_unreachable", True),
    ],
)
def test_a_page_that_robots_txt_refuses_is_never_asked_for(product, newsroom, robots, code, again):
    """The feed's own words raise the alert instead, and the row says why the page was not read."""
    newsroom.pages["/robots.txt"] = robots
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/visit") == 0
    assert newsroom.request_count("/rss") == 1
    assert len(stored_alerts(product)) == 1
    page = one(product, "SELECT last_error ->> 'code' AS code, due_at IS NOT NULL AS again FROM pages")
    assert dict(page) == {"code": code, "again": again}


def test_what_a_feed_corrects_counts_although_its_page_stays_as_it_was(product, newsroom):
    """The page has a line of the article, the feed all of it."""
    newsroom.pages["/visit"] = article("Rain", WEATHER[0])
    product.pipeline.run_until_idle()
    assert len(stored_alerts(product)) == 1
    newsroom.pages["/rss"] = entry(
        newsroom, "/visit", "Rain", "".join(f"<p>{words}</p>" for words in WEATHER)
    )
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()
    assert [alert["state"] for alert in stored_alerts(product)] == ["withdrawn"]


def test_robots_txt_is_asked_for_once_and_remembered_over_a_restart(product, newsroom, crawl_gate):
    """A row holds it, so another process does not ask again."""
    newsroom.pages["/robots.txt"] = Page("User-agent: *\nAllow: /", kind="text/plain")
    product.pipeline.run_until_idle()
    with crawl_gate().page(None, math.inf)(newsroom.url + "/visit"):
        pass
    assert newsroom.request_count("/robots.txt") == 1


def test_a_huge_robots_txt_delays_nothing_and_leaves_a_small_row(product, newsroom):
    """Agents times rules, compressed and beyond what is read of it: only the group for us is kept."""
    agents = "".join(f"User-agent: bot{number}\n" for number in range(20_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(200_000))
    newsroom.pages["/robots.txt"] = Page(
        gzip.compress(f"User-agent: *\nDisallow: /private\n{agents}{rules}".encode()),
        kind="text/plain",
        headers={"Content-Encoding": "gzip"},
    )
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/visit") == 1
    assert one(product, "SELECT body FROM robots")["body"] == "User-agent: *\nDisallow: /private"


def test_robots_txt_speaks_for_feeds_only_where_the_operator_says_so(product, newsroom, crawl_gate):
    """Feeds are added by hand, one by one."""
    newsroom.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /", kind="text/plain")
    obeying = crawl_gate(robots_for_feeds=True)
    with (
        pytest.raises(Exception, match="asks not to fetch"),
        obeying.feed(None, math.inf)(newsroom.url + "/rss"),
    ):
        pass
    product.pipeline.run(Step.POLL, 10)
    assert newsroom.request_count("/rss") == 1


def test_pages_keep_the_crawl_delay_and_wait_their_turn(product, newsroom):
    """The second page of a host is given back until the delay is over, without counting as a failure."""
    newsroom.pages["/robots.txt"] = Page("User-agent: *\nCrawl-delay: 20", kind="text/plain")
    newsroom.pages["/rss"] = feed(newsroom, ("/visit", TITLE), ("/weather", "Rain expected"))
    newsroom.pages["/weather"] = article("Rain expected", *WEATHER)
    product.pipeline.run(Step.POLL, 10)
    product.pipeline.run(Step.FETCH, 10)
    assert newsroom.request_count("/visit") + newsroom.request_count("/weather") == 1
    waiting = one(
        product,
        "SELECT attempt_count, last_error, extract(epoch FROM due_at - now())::float AS wait FROM pages WHERE state = 'new'",
    )
    assert (waiting["attempt_count"], waiting["last_error"]) == (0, None)
    assert 10 < waiting["wait"] <= 20


def test_a_slow_page_leaves_its_publishers_feed_a_place(product, newsroom, crawl_gate):
    """Of two places of a host a page takes one at the most."""
    gate = crawl_gate(at_once=2, per_second=1000)
    with (
        gate.page(None, math.inf)(newsroom.url + "/visit"),
        gate.feed(None, math.inf)(newsroom.url + "/rss"),
        pytest.raises(HostBusy),
        gate.page(None, math.inf)(newsroom.url + "/weather"),
    ):
        pass


@pytest.fixture
def hanging(monkeypatch):
    """Sources hang that are asked within it; nobody waits for a place."""
    for wait in ("_MAX_PLACE_WAIT", "_SHORT_PLACE_WAIT"):
        monkeypatch.setattr(f"dyadwatch.pipeline.crawl_gate.{wait}", 0.0)

    @contextmanager
    def hanging():
        with monkeypatch.context() as patch:
            patch.setattr("dyadwatch.pipeline.crawl_gate._HANGING", 0.0)
            yield

    return hanging


@pytest.fixture
def ask(newsroom, crawl_gate):
    """Asks for a page or feed of a source, of two places of its host."""
    gate = crawl_gate(at_once=2, per_second=1000)

    def ask(source, kind="page"):
        return getattr(gate, kind)(source, math.inf)(f"{newsroom.url}/{kind}/{source}")

    return ask


def now(asked):
    with asked:
        pass


def refused(asked):
    with pytest.raises(HostBusy) as error:
        now(asked)
    return error.value


def test_what_was_quick_is_not_held_up_by_what_hangs(product, ask, hanging):
    """Beside what hung the host's other place is for others; a feed that hung leaves it to them too."""
    quick, page_hangs, feed_hangs = 1, 2, 3
    now(ask(quick))
    with hanging():
        now(ask(page_hangs))
        now(ask(feed_hangs, "feed"))
    with ask(quick):
        refused(ask(page_hangs))
        refused(ask(feed_hangs, "feed"))
    with ask(page_hangs):
        refused(ask(feed_hangs, "feed"))
        now(ask(quick))


def test_a_source_of_which_nothing_is_known_takes_any_place_and_no_more_than_one(product, ask, hanging):
    """At a start, what hangs would otherwise keep the others from being known for as long as it may."""
    quick, hangs, new = 1, 2, 3
    now(ask(quick))
    with hanging(), ask(hangs), ask(new):
        pass
    with ask(quick), ask(4), pytest.raises(HostBusy):
        now(ask(5))
    with ask(6), pytest.raises(HostBusy):
        now(ask(6))


def test_where_most_sources_hang_new_ones_leave_a_place_to_others(product, ask, hanging):
    quick, new = 1, 9
    now(ask(quick))
    with hanging():
        for source in range(2, 6):
            now(ask(source))
    with ask(quick):
        refused(ask(new))
    now(ask(new))


def test_what_hung_leaves_its_place_to_who_was_never_asked(product, ask, hanging):
    """Until that one was asked. Those that are quick wait with neither, and with what hung nobody else."""
    quick, hangs, new = 1, 2, 3
    now(ask(quick))
    with hanging():
        now(ask(hangs))
        now(ask(hangs, "feed"))
    with ask(quick), ask(quick):
        new_refused = refused(ask(new))
    hanging_refused, feed_refused = refused(ask(hangs)), refused(ask(hangs, "feed"))
    now(ask(new))
    now(ask(hangs))
    now(ask(hangs, "feed"))
    assert (new_refused.ahead, new_refused.behind) == ({quick}, None)
    assert hanging_refused.behind == feed_refused.behind == (hangs,)


@pytest.mark.parametrize("kind", ["", "html", '"text/html"', "application/octet-stream", "unknown/unknown"])
def test_a_page_that_begins_as_html_is_read_whatever_its_type(product, newsroom, kind):
    """Also in a trace, which asks for it anew."""
    newsroom.pages["/visit"] = article(TITLE, *VISIT)
    newsroom.pages["/visit"].kind = kind
    newsroom.pages["/weather"] = replace(newsroom.pages["/visit"])
    product.pipeline.run_until_idle()
    assert one(product, "SELECT not_article FROM articles")["not_article"] is None
    assert product.pipeline.trace(newsroom.url + "/weather").stages[-1].state == "passed"


def test_the_first_page_of_a_source_has_less_time(product, newsroom, monkeypatch):
    """At a start nothing is known of any, and those that hang keep the others waiting as long as they may.
    Known to be slow or quick, each has the usual time, and so has the first one when it is asked again."""
    web, deadlines = product.pipeline.context.web, []
    get = web.get

    def timed(url, **options):
        deadlines.append((url.removeprefix(newsroom.url), options["deadline"]))
        return get(url, **options)

    monkeypatch.setattr(web, "get", timed)
    product.pipeline.run_until_idle()
    newsroom.pages["/more"] = feed(newsroom, ("/weather", "Rain"))
    newsroom.pages["/weather"] = article("Rain", *WEATHER)
    with product.store.begin() as db:
        (source,) = db.execute(text("SELECT id FROM sources")).scalars()
        feeds.add(db, source, NewFeed(f"{newsroom.url}/more"))
        db.execute(text("UPDATE pages SET due_at = now(), turn = turn + 1, attempt_count = 1, state = 'new'"))
    product.pipeline.run_until_idle()
    assert sorted(item for item in deadlines if item[0] in ("/visit", "/weather")) == [
        ("/visit", fetch._FIRST_DEADLINE),
        ("/visit", fetch._DEADLINE),
        ("/weather", fetch._DEADLINE),
    ]


def test_hosts_of_one_group_share_their_places(product, newsroom, crawl_gate):
    """A source's scope says what counts as one host."""
    with product.store.begin() as db:
        (source,) = sources.page(db, limit=1, cursor=None).data
        sources.update(db, source.id, {"scope": "group:agency"})
    gate = crawl_gate(at_once=1, per_second=1000)
    pacing, limits = Pacing(product.broker), HostLimits(at_once=1, spacing=0.0)
    with (
        gate.feed(source.id, math.inf)(newsroom.url + "/rss"),
        gate.feed(None, math.inf)(newsroom.url + "/rss"),
    ):
        for host in ("group:agency", "127.0.0.1"):
            assert pacing.acquire(host, limits, max_wait=0.0).token is None
    assert pacing.acquire("group:agency", limits, max_wait=0.0).token


HOME = """<!doctype html><html><head><title>Site</title>{links}</head><body><h1>Site</h1><p>Welcome.</p></body></html>"""
LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


def test_an_address_that_is_a_page_leads_to_the_feed_it_names(product, site, subscribe):
    """A home page is enough to subscribe to; the row keeps both addresses."""
    site.pages["/"] = Page(HOME.format(links=LINK.format("News", "/rss")))
    site.pages["/rss"] = feed(site, ("/visit", TITLE))
    site.pages["/visit"] = article(TITLE, *VISIT)
    subscribe("/")
    product.pipeline.run_until_idle()
    assert len(stored_alerts(product)) == 1
    with product.store.begin() as db:
        (view,) = feeds.page(db, limit=5, cursor=None).data
    assert (view.url, view.former_urls, view.kind, view.last_error) == (
        site.url + "/rss",
        (site.url + "/",),
        "rss",
        None,
    )


def test_a_page_that_names_no_feed_is_tried_at_the_usual_addresses(product, site, subscribe):
    """Where these hold none either, the row says that the address is HTML."""
    site.pages["/news"] = Page(HOME.format(links=""))
    subscribe("/news")
    product.pipeline.run(Step.POLL, 10)
    assert one(product, "SELECT last_error ->> 'code' AS code FROM feeds")["code"] == "feed_html"
    site.pages["/feed"] = feed(site, ("/visit", TITLE))
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run(Step.POLL, 10)
    assert one(product, "SELECT url, last_error FROM feeds") == {
        "url": site.url + "/feed",
        "last_error": None,
    }


def test_several_feeds_of_a_page_are_proposed(product, site, subscribe):
    """It is for the operator to choose; the error says so, and the feed shows them."""
    links = LINK.format("Politics", "/politics.xml") + LINK.format("Sport", "/sport.xml")
    site.pages["/"] = Page(HOME.format(links=links))
    subscribe("/")
    product.pipeline.run(Step.POLL, 10)
    with product.store.begin() as db:
        (view,) = feeds.page(db, limit=5, cursor=None).data
    assert view.last_error.code == "feed_html_several"
    assert view.proposals == (site.url + "/politics.xml", site.url + "/sport.xml")


def test_a_known_feed_that_answers_html_keeps_its_address(product, newsroom):
    """A publisher's error page is a passing fault."""
    product.pipeline.run_until_idle()
    newsroom.pages["/rss"] = Page(HOME.format(links=LINK.format("Other", "/other.xml")))
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run(Step.POLL, 10)
    assert one(product, "SELECT url, error_count, last_error ->> 'code' AS code FROM feeds") == {
        "url": newsroom.url + "/rss",
        "error_count": 1,
        "code": "feed_html",
    }


def test_a_sitemap_index_is_read_by_its_newest_sitemaps(product, site, subscribe):
    """Their entries are the feed's, also those of the sitemaps that one of them lists; a sitemap that cannot
    be read leaves the others."""
    index = "".join(
        f"<sitemap><loc>{site.url}/{name}.xml</loc><lastmod>2024-05-0{day}</lastmod></sitemap>"
        for day, name in enumerate(("oldest", "old", "broken", "new"), 1)
    )
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.pages["/sitemap.xml"] = Page(f"<sitemapindex {ns}>{index}</sitemapindex>", kind="application/xml")
    below = f"<sitemap><loc>{site.url}/below.xml</loc></sitemap>"
    site.pages["/old.xml"] = Page(f"<sitemapindex {ns}>{below}</sitemapindex>", kind="application/xml")
    for name in ("oldest", "below", "new"):
        site.pages[f"/{name}.xml"] = Page(
            f'<urlset {ns} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{site.url}/{name}</loc>'
            f"<news:news><news:title>{name}</news:title></news:news></url></urlset>",
            kind="application/xml",
        )
    subscribe("/sitemap.xml")
    product.pipeline.run(Step.POLL, 10)
    assert one(product, "SELECT array_agg(title ORDER BY title) AS titles FROM entries")["titles"] == [
        "below",
        "new",
    ]
    assert one(product, "SELECT kind, last_error FROM feeds") == {"kind": "sitemap", "last_error": None}


def test_a_list_page_is_read_by_the_operators_selectors(product, site):
    """An HTML page that lists articles is polled like any feed."""
    site.pages["/list"] = Page(
        '<html><body><div class="card"><h2>Assad meets Khamenei</h2><a href="/visit">more</a></div></body></html>'
    )
    site.pages["/visit"] = article(TITLE, *VISIT)
    rule = ListRule(entry=".card", title="h2")
    with product.store.begin() as db:
        sources.create(db, NewSource("Site", (NewFeed(site.url + "/list", rule),)))
    product.pipeline.run_until_idle()
    assert len(stored_alerts(product)) == 1
    with product.store.begin() as db:
        (view,) = feeds.page(db, limit=5, cursor=None).data
    assert (view.kind, view.list_rule) == ("html", replace(rule))


@pytest.mark.parametrize(
    ("unread", "standing", "kind"),
    [
        (Page("no", status=403), "live", "entry"),
        (Page("gone", status=410), "gone", "entry"),
        (Page("%PDF-1.7"), "live", "page"),
    ],
    ids=["403", "410", "PDF"],
)
def test_a_page_that_cannot_be_read_is_told_by_its_feed_and_read_later(
    product, newsroom, unread, standing, kind
):
    """A refused page is not asked again; when its entry changes it is, and the page then takes over. One that
    was removed on purpose is gone from the start."""
    newsroom.pages["/visit"] = unread
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/visit") == 1
    (alert,) = stored_alerts(product)
    assert [one["status"] for one in alert["articles"]] == [standing]
    state = "SELECT status, not_article FROM articles"
    assert one(product, state) == {"status": standing, "not_article": "feed_only"}
    newsroom.pages["/visit"] = article(TITLE, *VISIT)
    newsroom.pages["/rss"] = entry(newsroom, "/visit", TITLE + " again", f"<p>{VISIT[0]}</p>")
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/visit") == 2
    assert len(stored_alerts(product)) == 1
    assert one(product, state) == {"status": "live", "not_article": None}
    assert (
        one(product, "SELECT string_agg(kind, ' ' ORDER BY id) AS kinds FROM snapshots")["kinds"]
        == f"{kind} page"
    )


def test_the_feeds_text_is_read_where_it_is_fuller_than_the_page(product, newsroom):
    """A page that shows a teaser is completed by its feed."""
    newsroom.pages["/visit"] = article(
        TITLE, "Officials briefed reporters after the talks on Monday evening."
    )
    product.pipeline.run_until_idle()
    (alert,) = stored_alerts(product)
    assert any("first visit" in mention["evidence"]["quote"] for mention in alert["evidence"])


def test_pages_that_stop_giving_text_flag_their_source(product, site, subscribe):
    """Within five articles the source says that its pages are read worse than before."""
    paths = [(f"/a{number}", f"Harbour news number {number} of the day") for number in range(12)]
    site.pages["/rss"] = feed(site, *paths[:8])
    for number, (path, title) in enumerate(paths[:8]):
        site.pages[path] = article(title, *(f"{words} Report {number}." for words in WEATHER))
    source = subscribe("/rss")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        assert sources.get(db, source.id).drift is None
        db.execute(text("UPDATE feeds SET due_at = now()"))
    site.pages["/rss"] = feed(site, *paths)
    for path, _ in paths[8:]:
        site.pages[path] = Page(
            "<html><head><title>App</title></head><body><div id=root></div></body></html>"
        )
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        drift = sources.get(db, source.id).drift
    assert drift.code == "extraction_drift"
    assert "gave no text" in drift.detail


def test_what_stands_before_articles_is_none_of_them(product, site, subscribe):
    """Two that lead to one page to sign in at are what the feed says of them, each at its own address; a feed
    that leads there says so."""
    site.pages["/rss"] = feed(site, ("/harbour", "Harbour talks"), ("/tram", "Tram vote"))
    site.pages["/rss"].body = str(site.pages["/rss"].body).replace(
        "<pubDate>", f"<description>{VISIT[0]}</description><pubDate>"
    )
    site.pages["/login"] = Page(
        f"<!doctype html><title>Sign in</title><p>{WEATHER[0]}</p><form><input type=password></form>"
    )
    for path in ("/harbour", "/tram", "/closed.xml"):
        site.pages[path] = Page(status=302, headers={"Location": f"{site.url}/login"})
    subscribe("/rss", "/closed.xml")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        stored = db.execute(text("SELECT url, title, not_article FROM articles ORDER BY url")).all()
    assert [tuple(row) for row in stored] == [
        (f"{site.url}/harbour", "Harbour talks", "login_page"),
        (f"{site.url}/tram", "Tram vote", "login_page"),
    ]
    codes = "SELECT string_agg(last_error ->> 'code', ' ') AS codes FROM feeds"
    assert one(product, codes)["codes"] == "feed_login"


BRIDGE = (
    "The town council of Vell approved a new bridge over the river on Tuesday after a long debate.",
    "Residents had asked for the bridge for more than a decade, and the mayor was content.",
)
TUNNEL = tuple(line.replace("bridge", "tunnel") for line in BRIDGE)
# Path, headline and text of articles, and the canonical address that their page states.
CANONICALS = (
    ("/a/81", "Assad meets Khamenei in Tehran", VISIT, "/a/81"),
    ("/a/82", "Rain along the coast", WEATHER, "/a/81"),
    ("/a/83", "Council approves bridge", BRIDGE, "/a/83"),
    ("/a/84", "Council rejects tunnel", TUNNEL, "/a/83"),
    (
        "/a/85",
        "Council talks about bread prices",
        ("Bakers came to the hall with their bills.",) * 3,
        "/a/85",
    ),
    ("/a/86", "Council talks about water rights", ("The wells of the east are dry again.",) * 3, "/a/85"),
    ("/world/harbour-talks-resume", "Harbour talks resume", ("Envoys met at the port.",) * 3, "/world/"),
    ("/world/tram-vote-put-off", "Tram vote put off", ("Nobody came to the vote.",) * 3, "/world/"),
)


def test_a_canonical_address_that_is_not_an_articles_own_overwrites_nothing(product, site, subscribe):
    """A section's, or another article's by addresses that say nothing, with another text, half of its
    headline or a text by the same template: whichever is read first, and when both are read again."""
    for path, title, lines, canonical in CANONICALS:
        site.pages[path] = article(
            title, *lines, extra=f'<link rel="canonical" href="{site.url}{canonical}">'
        )
    listed = [(path, title) for path, title, _, _ in CANONICALS]
    site.pages["/rss"] = feed(site, *listed[1:3])
    subscribe("/rss")
    product.pipeline.run_until_idle()
    site.pages["/rss"] = feed(site, *listed)
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        rows = db.execute(text("SELECT url, title, version FROM articles ORDER BY url")).all()
    assert rows == [(site.url + path, title, 1) for path, title in listed]


def test_what_was_published_just_now_goes_before_all_that_waits(product, site, subscribe):
    """At a start, when feeds list a day's articles, those of this hour are fetched and tagged first, though
    others wait for minutes; nothing is said to wait for longer than it is known. One publisher's clock is
    ahead."""
    paths, fresh = [f"/old/{number}" for number in range(3)], ("/fresh", "/ahead")
    site.pages["/rss"] = feed(site, *((path, path) for path in paths))
    site.pages |= {path: article(path, *WEATHER) for path in (*paths, *fresh)}
    subscribe("/rss")
    product.pipeline.run(Step.POLL, 5)
    new = feed(site, *((path, path) for path in fresh))
    stamps = (format_datetime(datetime.now(UTC) + timedelta(minutes=minutes)) for minutes in (-5, 5))
    new.body = re.sub("<pubDate>.*?</pubDate>", lambda _: f"<pubDate>{next(stamps)}</pubDate>", str(new.body))
    site.pages["/latest"] = new
    subscribe("/latest", name="Another desk")
    with product.store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now() - interval '20 minutes'"))
    product.pipeline.run(Step.POLL, 5)
    product.pipeline.run(Step.FETCH, 5)
    asked = [request.path for request in site.requests if request.path in {*paths, *fresh}]
    # The two sources go by turns, and two pages of a host are fetched at once.
    assert "/fresh" in asked[:2]
    assert "/ahead" in asked[:4]
    assert len(asked) == 5
    with product.store.begin() as db:
        db.execute(text("UPDATE snapshots SET due_at = due_at - interval '20 minutes' WHERE url ~ '/old'"))
        (waiting,) = (queue for queue in sweeps.queues(db) if queue.step == Step.TAG)
        known = db.execute(text("SELECT min(fetched_at) FROM snapshots")).scalar()
    assert (waiting.due, waiting.due_since) == (5, known)
    product.pipeline.run(Step.TAG, 5)
    with product.store.begin() as db:
        titles = db.execute(text("SELECT title FROM articles ORDER BY id")).scalars().all()
    assert titles[:2] == list(fresh)
