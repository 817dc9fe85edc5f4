"""Feeds are what their standards say, and tables hold no formula."""

import csv
import io

import feedparser
import orjson
import pytest

from dyadwatch.exports import WRITERS, Page

ALERT = {
    "id": 7, "watch": "a-b", "story": 3, "state": "active", "version": 2, "score": 0.9, "level": "person",
    "event_types": ["CONSULT", "AID"], "language": "ar", "created_at": "2026-01-01T10:00:00+00:00",
    "updated_at": "2026-01-02T10:00:00+00:00", "copies": 2, "origin_count": 1,
    "articles": [{"id": 1, "url": "https://a.test/1?x=1&y=2", "title": "=2+2 <b>لقاء</b> & \x01",
                  "source": "SANA", "published_at": None}],
    "evidence": [{"event_type": code, "direction": "a->b", "modality": "asserted", "confidence": 0.9,
                  "evidence": {"quote": 'They met\r\nin "Tehran" <script>.'}} for code in ("CONSULT", "AID")],
}  # fmt: skip
BARE = ALERT | {"id": 6, "articles": [], "evidence": [], "state": "withdrawn", "event_types": []}
PAGE = Page(
    [ALERT, BARE], "https://d.test/v1/alerts?q=a%26b", "/v1/alerts?q=a%26b&cursor=c", "https://d.test"
)
EMPTY = Page([], "https://d.test/v1/alerts", None, "https://d.test")


@pytest.mark.parametrize("page", [PAGE, EMPTY])
def test_an_atom_feed_is_read_without_complaint(page):
    feed = feedparser.parse(WRITERS["application/atom+xml"](page))
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert feed.feed.id == page.url
    assert all(feed.feed[name] for name in ("title", "updated", "author"))
    assert len({entry.id for entry in feed.entries}) == len(page.alerts)
    assert all(entry.title and entry.updated and entry.link for entry in feed.entries)


def test_an_atom_feed_says_what_its_alerts_say():
    feed = feedparser.parse(WRITERS["application/atom+xml"](PAGE))
    links = {link.rel: (link.type, link.href) for link in feed.feed.links}
    assert links == {
        "self": ("application/atom+xml", PAGE.url),
        "next": ("application/atom+xml", PAGE.base + PAGE.following),
        "alternate": ("text/html", "https://d.test/alerts?q=a%26b"),
    }
    entry, withdrawn = feed.entries
    assert (entry.id, entry.link) == ("https://d.test/v1/alerts/7", "https://d.test/alerts/7")
    assert [link.href for link in entry.links if link.rel == "related"] == ["https://a.test/1?x=1&y=2"]
    assert "لقاء" in entry.title
    assert [tag.term for tag in entry.tags] == ["a-b", "CONSULT", "AID"]
    assert entry.content[0].value.count("Tehran") == 1  # in one sentence with two findings
    assert (withdrawn.title, withdrawn.link) == ("Withdrawn: a-b", "https://d.test/alerts/6")


def test_the_page_of_a_list_and_the_title_have_the_filters_of_its_feed_and_nothing_of_the_link():
    url = "https://d.test/v1/alerts?watch=a-b&language=fa&format=rss&limit=9&cursor=c&key=1&signature=s"
    feed = feedparser.parse(WRITERS["application/rss+xml"](Page([], url, None, "https://d.test")))
    assert feed.feed.link == "https://d.test/alerts?watch=a-b&language=fa"
    assert feed.feed.title == "dyadwatch: a-b, fa"


@pytest.mark.parametrize("page", [PAGE, EMPTY])
def test_an_rss_feed_is_read_without_complaint_and_says_the_same(page):
    feed = feedparser.parse(WRITERS["application/rss+xml"](page))
    assert (feed.bozo, feed.version) == (False, "rss20")
    assert all(feed.feed[name] for name in ("title", "link", "description"))
    links = {link.rel: link.href for link in feed.feed.links if link.rel != "alternate"}
    assert links == {"self": page.url} | ({"next": page.base + page.following} if page.following else {})
    atom = feedparser.parse(WRITERS["application/atom+xml"](page))
    for item, entry in zip(feed.entries, atom.entries, strict=True):
        assert (item.id, item.link, item.title) == (entry.id, entry.link, entry.title)
        assert item.published_parsed == entry.published_parsed
        assert item.get("summary", "") == "".join(each.value for each in entry.get("content", []))
        assert [tag.term for tag in item.tags] == [tag.term for tag in entry.tags]
        assert not item.guidislink


def test_a_json_feed_has_what_its_version_asks_for():
    feed = orjson.loads(WRITERS["application/feed+json"](PAGE))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["next_url"] == PAGE.base + PAGE.following
    assert [item["id"] for item in feed["items"]] == [f"https://d.test/v1/alerts/{n}" for n in (7, 6)]
    assert all(isinstance(item["content_text"], str) for item in feed["items"])
    assert (feed["home_page_url"], feed["title"]) == ("https://d.test/alerts?q=a%26b", "dyadwatch: a&b")
    first, bare = feed["items"]
    assert (first["url"], first["external_url"]) == ("https://d.test/alerts/7", "https://a.test/1?x=1&y=2")
    assert first["content_text"].count("Tehran") == 1  # in one sentence with two findings
    assert first["_alert"] == ALERT
    assert "external_url" not in bare
    empty = orjson.loads(WRITERS["application/feed+json"](EMPTY))
    assert (empty.get("next_url"), empty["title"]) == (None, "dyadwatch")


def test_a_table_has_a_line_for_each_alert_and_no_formula():
    names, first, bare = csv.reader(io.StringIO(WRITERS["text/csv"](PAGE).decode(), newline=""))
    row = dict(zip(names, first, strict=True))
    assert (row["id"], row["event_types"], row["source"]) == ("7", "CONSULT AID", "SANA")
    assert row["title"].startswith("'=2+2")
    assert row["quote"] == 'They met\r\nin "Tehran" <script>.'
    assert dict(zip(names, bare, strict=True))["title"] == ""
    assert len(names) == len(set(names))
