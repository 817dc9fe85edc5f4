"""What feed validators complain about in Atom (RFC 4287) and RSS 2.0: of alerts that are as difficult as the
press makes them, there is nothing."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from lxml import etree

from dyadwatch.exports import WRITERS, Page

ATOM, DC, XML = (
    "{http://www.w3.org/2005/Atom}",
    "{http://purl.org/dc/elements/1.1/}",
    "{http://www.w3.org/XML/1998/namespace}",
)
BASE = "https://d.test/watch"
_URI = re.compile(r"[a-z][a-z0-9+.-]*://[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]+")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")
_DISCOURAGED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def _alert(number, url, title, quote, language="fa"):
    article = {"id": number, "url": url, "title": title, "source": "SANA", "published_at": None}
    return {
        "id": number, "watch": "a-b", "story": number, "state": "active", "event_types": ["CONSULT"],
        "language": language, "created_at": f"2026-01-0{number}T10:00:00.123456+00:00",
        "updated_at": f"2026-02-0{number}T10:00:00+00:00", "articles": [article] if url else [],
        "evidence": [{"evidence": {"quote": quote}}] if quote else [],
    }  # fmt: skip


ALERTS = [
    _alert(1, "https://a.test/اخبار/1?q=a b|c&x=[1]", "دیدار\x0b \x92 & <1>", 'They said "</p>" \x00'),
    _alert(2, "https://a.test/%D8%A7?b=%20#c", "", ""),
    _alert(3, None, "", "", language=None),
]
SIGNED = "key=1&signature=abc"
PAGE = Page(
    ALERTS, f"{BASE}/v1/alerts?q=a%26b&{SIGNED}", "/v1/alerts?q=a%26b&cursor=c", BASE, hub=f"{BASE}/hub"
)
EMPTY = Page([], f"{BASE}/v1/alerts", None, BASE)


def _tree(media, page):
    content = WRITERS[media](page)
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert feedparser.parse(content).bozo is False
    tree = etree.fromstring(content)
    texts = [value for each in tree.iter() for value in (each.text, *each.attrib.values()) if value]
    assert not [text for text in texts if _DISCOURAGED.search(text)]
    assert not [each.tag for each in tree.iter() if len(each) == 0 and not each.text and not each.attrib]
    return tree


def _once(parent, *names):
    """The texts of children that are there once, none of them empty."""
    texts = [[child.text for child in parent.findall(name)] for name in names]
    assert all(len(each) == 1 and each[0].strip() for each in texts), (names, texts)
    return [each[0] for each in texts]


@pytest.mark.parametrize("page", [PAGE, EMPTY])
def test_atom_is_what_its_standard_asks_for(page):
    feed = _tree("application/atom+xml", page)
    name, _, updated = _once(feed, f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated")
    assert "signature" not in name  # a link that is rotated leads to the same feed
    assert datetime.fromisoformat(updated).year > 2000
    assert _once(feed.find(f"{ATOM}author"), f"{ATOM}name") == ["dyadwatch"]
    links = [(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")]
    assert ("self", page.url) in links
    assert len(links) == len({rel for rel, _ in links})
    entries = feed.findall(f"{ATOM}entry")
    ids = []
    for entry in entries:
        own, _, *times = _once(entry, *(f"{ATOM}{name}" for name in ("id", "title", "updated", "published")))
        ids.append(own)
        assert all(_RFC_3339.fullmatch(time) for time in times)
        rels = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        assert (rels[0], {*rels[1:]} - {"related"}) == ("alternate", set())
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
    hrefs = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all(_URI.fullmatch(uri) for uri in (name, *ids, *hrefs))
    assert len(set(ids)) == len(ids) == len(page.alerts)
    assert [entry.get(f"{XML}lang") for entry in entries] == [alert["language"] for alert in page.alerts]


@pytest.mark.parametrize("page", [PAGE, EMPTY])
def test_rss_is_what_its_standard_asks_for(page):
    rss = _tree("application/rss+xml", page)
    (channel,) = rss
    assert (rss.get("version"), channel.tag) == ("2.0", "channel")
    _, link, _ = _once(channel, "title", "link", "description")
    first_item = next((n for n, each in enumerate(channel) if each.tag == "item"), len(channel))
    assert all(each.tag == "item" for each in channel[first_item:])  # what is said of the channel comes first
    assert [each.get("href") for each in channel.findall(f"{ATOM}link[@rel='self']")] == [page.url]
    items, guids, links = channel.findall("item"), [], [link]
    for item, alert in zip(items, page.alerts, strict=True):
        _, link, guid, published = _once(item, "title", "link", "guid", "pubDate")
        guids.append(guid)
        links.append(link)
        assert item.find("guid").get("isPermaLink") == "false"
        assert all(category.text for category in item.findall("category"))
        assert [each.text for each in item.findall(f"{DC}language")] == [alert["language"]] * bool(
            alert["language"]
        )
        assert _RFC_822.fullmatch(published)
        assert f"{parsedate_to_datetime(published):%a}" == published[:3]
    assert all(_RFC_822.fullmatch(each.text) for each in channel.findall("lastBuildDate"))
    assert len(set(guids)) == len(items)
    assert all(_URI.fullmatch(uri) for uri in (*guids, *links))
