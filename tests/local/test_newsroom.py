"""The demo newsroom: what its pages say is what the extractor reads, and it answers as a real site does."""

import gzip
import json
import urllib.error
import urllib.request
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from dyadwatch import articles, feeds
from dyadwatch.local.demo import newsroom, publishers

ATOM = "{http://www.w3.org/2005/Atom}"
ARTICLES = [(publisher, piece) for publisher in publishers.load() for piece in publisher.articles]
UNWATCHED = publishers.load_unwatched()
ALL = [*ARTICLES, *((UNWATCHED, piece) for piece in UNWATCHED.articles)]


@pytest.fixture(scope="module")
def news():
    running = newsroom.serve()
    yield running
    running.close()


def get(url, **headers):
    """Status, headers and body; a 304 is an answer too."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize(("publisher", "piece"), ALL, ids=[piece.path for _, piece in ALL])
def test_every_page_extracts_to_its_article(news, publisher, piece):
    """Headline, byline, date, language, section, address and the
    whole body come out; the chrome and the notice do not."""
    status, headers, body = get(news.url + piece.path)
    article = articles.extract(body, url=news.url + piece.path, content_type=headers["Content-Type"])
    assert status == 200
    assert (article.title, article.authors, article.section) == (piece.title, (piece.author,), piece.section)
    assert (article.published, article.language) == (piece.published.isoformat(), piece.language)
    assert (article.canonical_url, article.dek) == (news.url + piece.path, piece.dek)
    assert article.text.removeprefix(piece.dek + "\n\n") == "\n\n".join(piece.body)
    assert publisher.notice in " ".join(body.decode().replace("&#x27;", "'").split())


def entries(url):
    """(address, title, date) of each entry of a feed, read by hand."""
    _, headers, body = get(url)
    kind = headers.get_content_type()
    if kind == "application/feed+json":
        items = json.loads(body)["items"]
        return [
            (item["url"], item["title"], datetime.fromisoformat(item["date_published"])) for item in items
        ]
    root = ET.fromstring(body)
    if kind == "application/rss+xml":
        return [
            (item.findtext("link"), item.findtext("title"), parsedate_to_datetime(item.findtext("pubDate")))
            for item in root.iter("item")
        ]
    assert kind == "application/atom+xml"
    return [
        (
            item.find(f"{ATOM}link").get("href"),
            item.findtext(f"{ATOM}title"),
            datetime.fromisoformat(item.findtext(f"{ATOM}published")),
        )
        for item in root.iter(f"{ATOM}entry")
    ]


def test_three_feeds_list_all_pages_newest_first(news):
    """RSS, Atom and JSON Feed, one for each publisher."""
    listed = [entries(url) for url in news.feeds]
    assert len(listed) == 3
    for feed in listed:
        assert [date for *_, date in feed] == sorted((date for *_, date in feed), reverse=True)
    everything = {(url, title, date) for feed in listed for url, title, date in feed}
    assert everything == {(news.url + piece.path, piece.title, piece.published) for _, piece in ARTICLES}


def test_sources_are_ready_to_be_watched(news):
    """Each publisher is a source with its facts and its one feed."""
    assert [source.feeds[0].url for source in news.sources] == list(news.feeds)
    assert [source.language for source in news.sources] == ["en", "ar", "fa"]
    assert all(source.name and source.country and source.side and source.ownership for source in news.sources)


def test_one_text_is_published_twice(news):
    """The copy has another address and the same text, and says where it comes from."""
    first, copy = (
        f"{news.url}{piece.path}" for _, piece in ARTICLES if "khamenei-praises-assad" in piece.path
    )
    one, other = (articles.extract(get(url)[2], url=url) for url in (first, copy))
    assert one.text == other.text
    assert one.canonical_url != other.canonical_url
    assert one.origin.agency == other.origin.agency == "Northbridge Wire"
    assert other.origin.publisher == "The Harbour Ledger"


@pytest.mark.parametrize("path", ["/harbour/feed.xml", ARTICLES[0][1].path])
def test_what_has_not_changed_is_304(news, path):
    """An entity tag or a date that the client has already brings no body again; an old one does."""
    _, headers, _ = get(news.url + path)
    for condition in (
        {"If-None-Match": headers["ETag"]},
        {"If-None-Match": f'"other", {headers["ETag"]}'},
        {"If-Modified-Since": headers["Last-Modified"]},
    ):
        assert get(news.url + path, **condition)[0::2] == (304, b"")
    for condition in (
        {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]},
        {"If-Modified-Since": "Tue, 01 Jan 1991 00:00:00 GMT"},
        {"If-Modified-Since": "nonsense"},
    ):
        assert get(news.url + path, **condition)[0] == 200


def test_gzip_where_asked(news):
    """The packed answer holds the same bytes."""
    plain, packed = get(news.feeds[0]), get(news.feeds[0], **{"Accept-Encoding": "gzip"})
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]


def test_front_pages_are_listings(news):
    """The front page and each publisher's lists the articles; unknown paths are 404; robots may read all."""
    status, _, body = get(f"{news.url}/")
    assert status == 200
    assert all(piece.path in body.decode() for _, piece in ARTICLES)
    assert get(news.sources[0].homepage)[0] == 200
    assert get(f"{news.url}/nothing")[0] == 404
    assert b"Allow: /" in get(f"{news.url}/robots.txt")[2]


def test_head_has_no_body(news):
    """HEAD answers with the headers of GET."""
    with urllib.request.urlopen(urllib.request.Request(news.feeds[0], method="HEAD")) as answer:
        assert int(answer.headers["Content-Length"]) > 0
        assert answer.read() == b""


def test_a_closed_newsroom_frees_its_port():
    """After close the same port can be served again, and while it serves it cannot."""
    first = newsroom.serve()
    port = first.server.server_address[1]
    with pytest.raises(OSError, match="in use"):
        newsroom.serve(port=port)
    first.close()
    newsroom.serve(port=port).close()


def test_a_home_page_names_the_feed_of_its_publisher(news):
    for source in news.sources:
        _status, headers, body = get(source.homepage)
        named = feeds.discover(
            body, url=source.homepage, content_type=headers["Content-Type"], link_header=None
        )
        assert [feed.url for feed in named] == [feed.url for feed in source.feeds]


def test_one_paper_is_left_to_be_added_by_its_home_page(news):
    assert news.unwatched not in {source.homepage for source in news.sources}
    _status, headers, body = get(news.unwatched)
    (feed,) = feeds.discover(body, url=news.unwatched, content_type=headers["Content-Type"], link_header=None)
    assert feed.url not in news.feeds
    status, _headers, document = get(feed.url)
    assert (status, b"Erdogan phones Putin" in document) == (200, True)
    assert b"Lantern" not in get(f"{news.url}/")[2]
