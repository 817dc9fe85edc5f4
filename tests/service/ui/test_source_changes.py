"""A source is added by any address, from a list, or by file; and changed on its page."""

import io

import pytest
from bs4 import BeautifulSoup
from local_site import Page, Site, article, feed

from dyadwatch.feeds import starter_packs
from dyadwatch.store import feeds, sources
from service.ui.source_forms import PACK_TITLES


@pytest.fixture
def paper():
    """A newspaper whose home page names its feed, of two entries."""
    site = Site()
    site.pages["/"] = Page(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    )
    site.pages["/rss"] = feed(site, ("/1", "Assad met Khamenei in Tehran"), ("/2", "The weather stays fine"))
    site.pages["/1"] = article("Assad met Khamenei in Tehran", "Assad met Khamenei in Tehran on Monday.")
    yield site
    site.close()


def soup(answer):
    return BeautifulSoup(answer.data, "lxml")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def only(product):
    with product.store.begin() as db:
        (source,) = sources.page(db, limit=9, cursor=None).data
    return source


def test_a_source_is_added_by_its_home_page_after_a_look_at_what_it_brings(curator, send, product, paper):
    shown = soup(send(curator, "/sources/preview", address=f"{paper.url}/"))
    rows = [[words(cell) for cell in row.find_all(["th", "td"])] for row in shown.select("tbody tr")]
    assert [(row[0], row[2]) for row in rows] == [
        ("Assad met Khamenei in Tehran", "Bashar al-Assad – Ali Khamenei"),
        ("The weather stays fine", "–"),
    ]
    form = shown.find("form", {"action": "/sources/create"})
    fields = {tag["name"]: tag.get("value", "") for tag in form.find_all("input")}
    assert (fields["name"], fields["homepage"], fields["feed"]) == (
        "Site",
        f"{paper.url}/",
        f"{paper.url}/rss",
    )
    with product.store.begin() as db:
        assert sources.page(db, limit=9, cursor=None).data == ()
    del fields["form_token"]
    wrong = send(curator, "/sources/create", **fields | {"country": "Syria"})
    assert (wrong.status_code, soup(wrong).find(role="alert").find("a")["href"]) == (422, "#country")
    answer = send(curator, "/sources/create", **fields | {"country": "sy", "side": "syrian"})
    source = only(product)
    assert answer.headers["Location"] == f"/sources/{source.id}"
    assert (source.country, source.side, [one.url for one in source.feeds]) == (
        "SY",
        "syrian",
        [f"{paper.url}/rss"],
    )
    again = send(curator, "/sources/create", **fields)
    assert (again.status_code, "duplicate" in words(soup(again).find(role="alert"))) == (409, True)
    again = soup(send(curator, "/sources/preview", address=f"{paper.url}/")).select_one("main .notice")
    assert words(again) == "Read already, as a feed of Site"


@pytest.mark.parametrize(
    ("address", "code"),
    [("", "invalid_input"), ("http://[", "url_invalid"), ("http://10.0.0.1/", "blocked_address")],
)
def test_an_address_that_brings_nothing_is_explained_in_its_field(curator, send, address, code):
    answer = send(curator, "/sources/preview", address=address)
    assert "The field url: " in words(soup(answer).find(role="alert"))
    alert = soup(answer).find(role="alert")
    assert (answer.status_code, alert.find("code").text, alert.find("a")["href"]) == (422, code, "#address")


def test_a_page_of_several_feeds_lets_choose_and_one_of_none_says_so(curator, send, paper):
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml">' for name in "ab")
    paper.pages["/many"] = Page(f"<html><head>{links}</head></html>")
    paper.pages["/none"] = Page("<html><body>Nothing.</body></html>")
    many = soup(send(curator, "/sources/preview", address=f"{paper.url}/many"))
    choices = [tag["value"] for tag in many.find_all("input", {"name": "address"})]
    assert choices == [f"{paper.url}/a.xml", f"{paper.url}/b.xml"]
    none = send(curator, "/sources/preview", address=f"{paper.url}/none")
    assert (none.status_code, soup(none).find(role="alert").find("code").text) == (422, "feed_html")
    gone = send(curator, "/sources/preview", address=f"{paper.url}/gone")
    assert (gone.status_code, soup(gone).find(role="alert").find("code").text) == (422, "http_404")


def test_feeds_are_paused_resumed_polled_and_removed_where_they_are_read(curator, send, product, paper):
    send(curator, "/sources/create", name="Paper", feed=f"{paper.url}/rss")
    source = only(product)
    path = f"/feeds/{source.feeds[0].id}/change"
    for step, state in (("pause", "paused"), ("resume", "active"), ("poll", "active")):
        assert send(curator, path, step=step).headers["Location"] == f"/sources/{source.id}"
        assert only(product).feeds[0].state == state
    assert send(curator, path, step="burn").status_code == 422
    log = [words(line) for line in soup(curator.get(f"/sources/{source.id}")).select(".history li")]
    assert [line.split()[0] for line in log] == ["active", "paused", "added"]
    send(curator, path, step="pause")
    refused = send(curator, path, step="poll")
    assert (refused.status_code, soup(refused).find(role="alert") is not None) == (409, True)
    wrong = send(curator, f"/sources/{source.id}/feeds", url="nonsense")
    assert (wrong.status_code, soup(wrong).find(role="alert").find("a")["href"]) == (422, "#url")
    assert send(curator, f"/sources/{source.id}/feeds", url=f"{paper.url}/other").status_code == 303
    send(curator, path, step="remove")
    assert [one.url for one in only(product).feeds] == [f"{paper.url}/other"]
    assert send(curator, f"/sources/{source.id}/change", name="", side="west").status_code == 422
    send(curator, f"/sources/{source.id}/change", name="The paper", side="western")
    assert (only(product).name, only(product).side) == ("The paper", "western")
    send(curator, f"/sources/{source.id}/delete")
    assert curator.get(f"/sources/{source.id}").status_code == 404


def test_sources_come_from_a_pack_or_a_file_and_go_as_one(curator, send, product):
    assert {pack.title for pack in starter_packs()} == set(PACK_TITLES)
    assert send(curator, "/sources/packs", pack="ukraine").status_code == 303
    assert "4 sources added" in words(soup(curator.get("/sources")).find(role="status"))
    assert send(curator, "/sources/packs", pack="atlantis").status_code == 404
    document = curator.get("/sources.opml")
    assert (document.mimetype, document.data.count(b"xmlUrl")) == ("text/x-opml", 4)
    new = document.data.replace(b"kyivindependent", b"kyivdependent").replace(
        b"Kyiv Independent", b"Kyiv Other"
    )
    bad = new.replace(b"</body>", b'<outline text="No feed" htmlUrl="https://a.test/"/></body>')
    answer = send(curator, "/sources/import", file=(io.BytesIO(bad), "feeds.opml"))
    said = words(soup(answer).find(role="status"))
    assert answer.status_code == 200
    assert said.startswith(
        "1 source added; 3 were there already. The state of each source 1 outline brought no"
    )
    for wrong in (b"", b"<html>", b"\xff\xfe"):
        refused = send(curator, "/sources/import", file=(io.BytesIO(wrong), "x"))
        assert (refused.status_code, soup(refused).find(role="alert") is not None) == (422, True)
    assert send(curator, "/sources/import").status_code == 422


def test_a_reader_is_told_why_not_and_adds_nothing(reader, send, product):
    assert "has the scope curate" in words(soup(reader.get("/sources/new")))
    for path in (
        "/sources/preview",
        "/sources/create",
        "/sources/import",
        "/sources/packs",
        "/feeds/1/change",
    ):
        assert send(reader, path, name="x", feed="https://a.test/rss", pack="iran").status_code == 403
    with product.store.begin() as db:
        assert feeds.page(db, limit=9, cursor=None, source=None, state=None).data == ()
