"""Signed links show what they were made for, to whoever has them, until their key is revoked."""

from urllib.parse import quote, urlsplit

import feedparser
import pytest


@pytest.fixture
def anybody(with_scope):
    return with_scope(None)


def link(client, to):
    url = client.get(f"/v1/links?to={quote(to)}").get_json()["url"]
    return f"{urlsplit(url).path}?{urlsplit(url).query}"


@pytest.mark.parametrize(("name", "version"), [("rss", "rss20"), ("atom", "atom10")])
def test_a_link_is_read_without_a_key_in_the_format_it_names(with_scope, anybody, rows, name, version):
    low, high = rows.alert(score=0.2), rows.alert(score=0.8)
    reader = with_scope("read")
    path = link(reader, f"/v1/alerts?min_score=0.5&format={name}")
    answer = anybody.get(path)
    feed = feedparser.parse(answer.data)
    assert (feed.version, feed.bozo) == (version, False)
    own = next(each.href for each in feed.feed.links if each.rel == "self")
    assert own.removeprefix("http://localhost") == path  # else validators say that it is another document
    assert answer.content_type.startswith(f"application/{name}+xml")
    assert [entry.id.rpartition("/")[2] for entry in feed.entries] == [str(high)]
    assert anybody.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    pages = link(reader, "/v1/alerts?limit=1")
    first = anybody.get(pages).get_json()
    assert [first["data"][0]["id"], anybody.get(first["next"]).get_json()["data"][0]["id"]] == [high, low]


def test_a_link_shows_nothing_else(with_scope, anybody, rows):
    rows.alert()
    path = link(with_scope("read"), "/v1/alerts?min_score=0.5")
    for other in (
        path.replace("min_score=0.5", "min_score=0.1"),
        path.replace("min_score=0.5&", ""),
        path + "&state=active",
        path + "a",
        path.replace("/v1/alerts", "/v1/stream"),
        path.replace("key=", "key=9"),
        path.replace("key=", "key=x"),
        "/v1/alerts?signature=a",
        "/v1/alerts?signature=%C3%A9&key=1",
    ):
        refused = anybody.get(other)
        assert (refused.status_code, refused.get_json()["code"]) == (401, "key_invalid"), other
    assert anybody.get(path.replace("/v1/alerts", "/v1/articles")).status_code == 401
    parameters = path.partition("?")[2].split("&")
    assert anybody.get(f"/v1/alerts?{'&'.join(reversed(parameters))}").status_code == 200


def test_a_link_ends_with_its_key(api, with_scope, anybody):
    reader, other = with_scope("read"), with_scope("read")
    kept, ended, rotated = link(api, "/v1/alerts"), link(reader, "/v1/alerts"), link(other, "/v1/alerts")
    numbers = {key["name"]: [] for key in api.get("/v1/keys").get_json()["data"]}
    for key in api.get("/v1/keys").get_json()["data"]:
        numbers[key["name"]].append(key["id"])
    second, first = numbers["test read"]
    assert api("DELETE", f"/v1/keys/{first}").status_code == 200
    assert api.post(f"/v1/keys/{second}/rotate", {"grace": 1000}).status_code < 300
    assert [anybody.get(path).status_code for path in (kept, ended, rotated)] == [200, 401, 401]


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("/v1/keys", 400),
        ("//a.test/v1/alerts", 400),
        ("https://a.test/v1/alerts", 400),
        ("http://[", 400),
        ("/v1/alerts?nope=1", 400),
        ("/v1/alerts?watch=nope", 400),
        ("/v1/alerts?q=-talks", 400),
        ("/v1/alerts?q=%22%22", 400),
        ("/v1/alerts?cursor=abc", 400),
        ("/v1/alerts?after=1&sort=rank", 400),
        ("/v1/alerts?expand=story&limit=200", 400),
    ],
)
def test_a_link_that_could_show_nothing_is_refused(api, to, status):
    assert api.get(f"/v1/links?to={quote(to)}").status_code == status
