"""Where the addresses of stories lead to one page, that is none of them."""

import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.store import alerts
from dyadwatch.subscriptions import AlertFilter

STORIES = (
    ("/a/market-opens", "Market opens in the old town"),
    ("/a/ferry-late", "Ferry arrives two hours late"),
)
WALL = "Please choose one of our plans, which you may cancel whenever you like."


def lead(site, path, to):
    site.pages[path] = Page("", status=302, headers={"Location": to})


def poll(product, site, *entries):
    site.pages["/rss"] = feed(site, *entries)
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()


def rows(product, statement):
    with product.store.begin() as db:
        return [tuple(row) for row in db.execute(text(statement))]


@pytest.fixture
def newsroom(site, subscribe):
    site.pages["/plans"] = article("Our journalism needs you", *VISIT, WALL)
    for path, _ in STORIES:
        lead(site, path, "/plans")
    site.pages["/rss"] = feed(site)
    subscribe("/rss")
    return site


def test_a_page_to_which_several_stories_lead_is_none_of_them(product, newsroom):
    """Though it says what would raise an alert. Each says so where a person looks."""
    poll(product, newsroom, *STORIES)
    assert rows(product, "SELECT url FROM articles") == []
    codes = rows(product, "SELECT last_error ->> 'code' FROM snapshots")
    assert codes == [("page_shared",)] * 2
    assert product.pipeline.trace(newsroom.url + STORIES[0][0]).stages[-1].code == "page_shared"


def test_what_was_read_there_before_the_second_story_led_to_it_is_withdrawn(product, newsroom):
    """And stays so when all is read again."""
    poll(product, newsroom, STORIES[0])
    assert len(rows(product, "SELECT id FROM articles")) == 1
    poll(product, newsroom, *STORIES)
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        states = [
            alert.parse()["state"] for alert in alerts.page(db, AlertFilter(), limit=9, cursor=None).data
        ]
    assert states == ["withdrawn"]
    assert rows(product, "SELECT url, not_article FROM articles") == [
        (newsroom.url + "/plans", "shared_page")
    ]


def wall(site, query="", canonical=""):
    page = article("Our journalism needs you", *VISIT, WALL, extra=canonical)
    page.body = page.body.replace("</nav>", f'<a href="/sign-in{query}">Sign in</a></nav>')
    return page


def return_address(site, path):
    lead(site, path, f"/plans?return={path}")
    site.pages[f"/plans?return={path}"] = wall(site, f"?return={path}")


def session_in_path(site, path):
    session = f"/offer/{len(path)}f{path[-1]}/start"
    lead(site, path, session)
    site.pages[session] = wall(site)


def one_canonical_address(site, path):
    lead(site, path, f"/plans?from={path}")
    site.pages[f"/plans?from={path}"] = wall(
        site, canonical=f'<link rel="canonical" href="{site.url}/plans">'
    )


def meta_refresh(site, path):
    site.pages[path] = Page(f'<meta http-equiv="refresh" content="0; url=/plans?for={path}">')
    site.pages[f"/plans?for={path}"] = wall(site)


def in_its_place(site, path):
    site.pages[path] = wall(site)


WAYS = pytest.mark.parametrize(
    "way", [return_address, session_in_path, one_canonical_address, meta_refresh, in_its_place]
)


def states(product):
    with product.store.begin() as db:
        return [alert.parse()["state"] for alert in alerts.page(db, AlertFilter(), limit=9, cursor=None).data]


@WAYS
def test_one_page_under_several_addresses_is_none_of_the_stories(product, newsroom, way):
    """Also when all is read again, and when another story leads there."""
    for path, _ in STORIES:
        way(newsroom, path)
    poll(product, newsroom, *STORIES)
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    third = ("/a/new-mayor", "Council elects a new mayor")
    way(newsroom, third[0])
    poll(product, newsroom, *STORIES, third)
    assert set(states(product)) <= {"withdrawn"}
    texts = rows(
        product,
        "SELECT text FROM articles a JOIN article_versions v ON article_id = a.id AND number = a.version",
    )
    assert not any("Khamenei" in words for (words,) in texts)


@WAYS
def test_a_trace_says_of_each_story_that_its_page_is_shared(product, newsroom, way):
    """Also of the one that was read there by mistake."""
    for path, _ in STORIES:
        way(newsroom, path)
    poll(product, newsroom, *STORIES)
    for path, _ in STORIES:
        assert "(page_shared)" in product.pipeline.trace(newsroom.url + path).answer


def test_a_trace_finds_the_article_that_is_kept_under_the_address_its_page_states(product, newsroom):
    """Whatever address it is asked for; one that states another article's is none."""
    stated = f'<link rel="canonical" href="{newsroom.url}/stated/ferry-late">'
    story, other = (article(STORIES[1][1], *words, extra=stated) for words in (VISIT, WEATHER))
    newsroom.pages |= {"/story": story, "/story?ref=2": story, "/other": other}
    lead(newsroom, "/short", "/story?ref=2")
    poll(product, newsroom, ("/story", STORIES[1][1]))
    kept = [
        product.pipeline.trace(newsroom.url + path).article for path in ("/story?ref=2", "/short", "/other")
    ]
    ((stored,),) = rows(product, "SELECT id FROM articles")
    assert kept == [stored, stored, None]


@WAYS
def test_what_the_feed_says_is_read_instead(product, newsroom, way):
    """Under the address that the feed names, or that of what was read there by mistake."""
    for path, _ in STORIES:
        way(newsroom, path)
    poll(product, newsroom, STORIES[0])
    newsroom.pages["/rss"] = feed(newsroom, *STORIES, summary=" ".join(WEATHER))
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()
    read = rows(product, "SELECT title, not_article FROM articles ORDER BY title")
    assert read == [(title, "shared_page") for title in sorted(title for _, title in STORIES)]


@WAYS
def test_a_story_that_was_read_stays_when_its_page_becomes_a_wall(product, newsroom, way):
    newsroom.pages[STORIES[0][0]] = article(STORIES[0][1], *VISIT)
    poll(product, newsroom, STORIES[0])
    for path, _ in STORIES:
        way(newsroom, path)
    poll(product, newsroom, *STORIES)
    with product.store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now(), turn = turn + 1"))
    product.pipeline.run_until_idle()
    assert "active" in states(product)
    assert rows(product, "SELECT title FROM articles ORDER BY id LIMIT 1") == [(STORIES[0][1],)]


def test_pages_that_say_different_things_are_no_shared_page(product, newsroom):
    """Though neither has a word of its feed's headline."""
    for (path, _), words in zip(STORIES, (VISIT, WEATHER), strict=True):
        newsroom.pages[path] = article("From our correspondent", *words)
    poll(product, newsroom, *STORIES)
    assert [reason for (reason,) in rows(product, "SELECT not_article FROM articles")] == [None, None]


def test_addresses_that_lead_to_one_story_are_that_story(product, newsroom):
    newsroom.pages["/story"] = article(STORIES[0][1], *VISIT)
    for path in ("/short/1", "/short/2"):
        lead(newsroom, path, "/story")
    poll(product, newsroom, ("/short/1", STORIES[0][1]), ("/short/2", f"Update: {STORIES[0][1]}"))
    assert rows(product, "SELECT url, not_article FROM articles") == [(newsroom.url + "/story", None)]


@pytest.mark.parametrize("front", ["/", "/world"])
def test_a_front_page_is_never_the_article_that_led_to_it(product, newsroom, front):
    newsroom.pages[front] = article("The Quay", *VISIT)
    lead(newsroom, "/world/market-opens-in-the-old-town", front)
    poll(product, newsroom, ("/world/market-opens-in-the-old-town", STORIES[0][1]))
    assert rows(product, "SELECT url FROM articles") == []
    assert rows(product, "SELECT last_error ->> 'code' FROM snapshots") == [("page_listing",)]


def test_a_trace_follows_redirects_to_the_article_that_is_kept(product, newsroom):
    """Of an address that a feed names, and of one that none does."""
    newsroom.pages["/story"] = article(STORIES[0][1], *VISIT)
    for path in ("/short/1", "/short/2", "/short/3"):
        lead(newsroom, path, "/story")
    poll(product, newsroom, ("/short/1", STORIES[0][1]), ("/short/2", STORIES[0][1]))
    ((kept,),) = rows(product, "SELECT id FROM articles")
    traces = [product.pipeline.trace(f"{newsroom.url}/short/{number}") for number in (1, 2, 3)]
    assert [trace.article for trace in traces] == [kept] * 3
    assert [trace.live for trace in traces] == [False, False, True]
    assert all(newsroom.url + "/story" in trace.stages[2].detail for trace in traces)
