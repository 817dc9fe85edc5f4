"""Alerts, articles and stories over REST: filters, pages that hold still, entity tags."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import orjson
import pytest
from sqlalchemy import event

from dyadwatch.store import alerts

_DAYS = [datetime(2026, 1, day, 12, tzinfo=UTC) for day in range(1, 6)]


@pytest.fixture
def two(rows):
    """An old alert of low score and a new one of high score."""
    for number in (7, 8):
        values = f"({number}, 'Source {number}', 'SY', 'north')"
        rows.execute(f"INSERT INTO sources (id, name, country, side) OVERRIDING SYSTEM VALUE VALUES {values}")
    old = rows.alert(created_at=_DAYS[0], score=0.4, level="state", language="en", languages=["en"])
    new = rows.alert(
        created_at=_DAYS[1], state="withdrawn", event_types=["CONSULT"], source_ids=[7], language="ar"
    )
    rows.execute("UPDATE alerts SET search = to_tsvector('simple', 'زيارة دمشق') WHERE id = :id", id=new)
    return old, new


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 0]),
        ("watch=assad-khamenei", [1, 0]),
        ("since=2026-01-02", [1]),
        ("since=2026-01-01T13:00:00%2B02:00", [1, 0]),
        ("since=2026-01-01T13:00:00+02:00", [1, 0]),
        ("since=2026-01-01T13:00:00Z", [1]),
        ("until=2026-01-02", [0]),
        ("min_score=0.5", [1]),
        ("level=state", [0]),
        ("state=withdrawn", [1]),
        ("event_type=CONSULT", [1]),
        ("source=7", [1]),
        ("source=8&source=7", [1]),
        ("side=north&country=SY", [1]),
        ("min_origins=2", []),
        ("modality=asserted&modality=negated", [1, 0]),
        ("language=en", [0]),
        ("level=state&level=person", [1, 0]),
        ("q=%D8%AF%D9%85%D8%B4%D9%82", [1]),
    ],
)
def test_each_filter_narrows(api, two, query, expected):
    answer = api.get(f"/v1/alerts?{query}")
    assert answer.status_code == 200
    assert [alert["id"] for alert in answer.get_json()["data"]] == [two[number] for number in expected]


@pytest.mark.parametrize(
    "path", ["/v1/alerts?watch=nobody", "/v1/articles?watch=nobody", "/v1/alerts?watch=nobody&after=0"]
)
def test_a_filter_by_what_does_not_exist_is_refused(api, path):
    answer = api.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "filter_value_unknown")
    [error] = answer.get_json()["errors"]
    assert (error["pointer"], error["code"]) == ("/watch", "unknown_watch")
    assert error["detail"] == "there is no watch 'nobody'; there is assad-khamenei"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("language=French", "/language"),
        ("level=person&level=planet", "/level/1"),
        ("limit=1&limit=2", "/limit"),
    ],
)
def test_a_parameter_at_fault_is_named(api, query, pointer):
    answer = api.get(f"/v1/alerts?{query}")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_the_next_page_has_the_same_filters(api, rows):
    for _ in range(3):
        rows.alert(languages=["ar"])
    following = api.get("/v1/alerts?limit=1&language=en&language=ar").get_json()["next"]
    assert "language=en&language=ar" in following
    assert len(api.get(following).get_json()["data"]) == 1


@pytest.mark.parametrize(
    "query", ["limit=2", "limit=3", "limit=1&until=2026-01-01", "since=2026-01-03&limit=2"]
)
def test_a_page_by_one_statement_is_that_by_several(api, rows, query):
    """A client that has another page is answered by several."""
    for day in (_DAYS[0], *_DAYS[:4]):
        rows.alert({"note": 'زيارة "\\ 🛬'}, created_at=day)
    path = f"/v1/alerts?{query}"
    while path:
        by_one, by_several = api.get(path), api.get(path, headers={"If-None-Match": '"another"'})
        assert (by_one.data, by_one.headers["ETag"]) == (by_several.data, by_several.headers["ETag"])
        path = by_one.get_json()["next"]


def test_a_get_takes_one_connection_from_the_pool_and_a_plain_page_none(api, rows, product):
    rows.alert()
    api.get("/v1/alerts")  # from now on a session is kept for single statements
    taken = []
    event.listen(product.store._engine, "checkout", lambda *_: taken.append(1))
    counts = {}
    for path in ("/v1/alerts?limit=1", "/v1/alerts?format=stix", "/v1/alerts?expand=story&limit=2"):
        assert api.get(path).status_code == 200
        counts[path] = len(taken)
        taken.clear()
    assert list(counts.values()) == [0, 1, 1], counts


def test_an_alert_has_the_form_that_clients_rely_on(api, rows):
    alert = rows.alert()
    document = api.get(f"/v1/alerts/{alert}").get_json()
    assert {
        "score",
        "level",
        "event_types",
        "language",
        "created_at",
        "updated_at",
        "articles",
        "evidence",
    } <= set(document)
    assert {"copies", "origins", "state", "version"} <= set(document)
    assert (document["copies"], document["state"]) == (1, "active")
    assert document["created_at"].endswith("+00:00")


def test_pages_show_every_alert_once_while_others_arrive_and_vanish(api, rows):
    first = [rows.alert() for _ in range(25)]
    rows.execute("UPDATE alerts SET created_at = '2026-01-01' WHERE id % 3 = 0")  # many of one moment
    ids, path = [], "/v1/alerts?limit=4&min_score=0.1"
    while path:
        answer = api.get(path)
        page = answer.get_json()
        ids += [alert["id"] for alert in page["data"]]
        rows.alert()
        if len(ids) == 8:
            unseen = next(number for number in first if number not in ids)
            rows.execute("DELETE FROM alerts WHERE id = :id", id=unseen)
            first.remove(unseen)
        path = page["next"]
        assert ("Link" in answer.headers) == (path is not None)
        if path:
            assert answer.headers["Link"] == f'<{path}>; rel="next"'
            assert "min_score=0.1" in path
    assert sorted(ids) == first


def test_what_is_known_is_not_sent_nor_written_again(api, rows, monkeypatch):
    alert = rows.alert()
    for path in ("/v1/alerts", f"/v1/alerts/{alert}"):
        tag = api.get(path).headers["ETag"]
        with monkeypatch.context() as patch:
            patch.setattr("service.rest.responses._with_content", lambda *_args: pytest.fail("was written"))
            answer = api.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    rows.execute("UPDATE alerts SET version = 2, updated_at = now()")
    assert api.get("/v1/alerts", headers={"If-None-Match": tag}).status_code == 200


def test_an_unchanged_list_is_known_without_its_documents(api, rows, monkeypatch):
    rows.alert()
    tag = api.get("/v1/alerts").headers["ETag"]
    monkeypatch.setattr(alerts, "page", pytest.fail)
    assert api.get("/v1/alerts", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/v1/sources", "/v1/articles", "/v1/watches", "/v1/watches/assad-khamenei", "/openapi.json"]
)
def test_every_get_carries_a_tag(api, path):
    answer = api.get(path)
    again = api.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (answer.status_code, again.status_code, again.data) == (200, 304, b"")


def test_one_resource_says_when_it_changed(api, rows):
    rows.alert()
    rows.execute("UPDATE alerts SET updated_at = '2026-01-02T03:04:05Z'")
    assert api.get("/v1/alerts/1").headers["Last-Modified"] == "Fri, 02 Jan 2026 03:04:05 GMT"
    assert "Last-Modified" not in api.get("/v1/alerts/1?expand=story").headers
    watch = api.get("/v1/watches/assad-khamenei")
    assert (
        parsedate_to_datetime(watch.headers["Last-Modified"]).isoformat()[:19]
        == watch.get_json()["updated_at"][:19]
    )


def test_another_query_has_another_tag(api, rows):
    rows.alert()
    tags = {api.get(f"/v1/alerts?limit={limit}").headers["ETag"] for limit in (1, 2)}
    assert len(tags) == 2


def test_head_has_the_headers_of_get(api, rows):
    rows.alert()
    answer = api("HEAD", "/v1/alerts")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == api.get("/v1/alerts").headers["ETag"]


def test_articles_are_listed_without_text_and_shown_with_it(api, rows):
    article = rows.article(1, language="ar")
    rows.article(2, language="en")
    listed = api.get("/v1/articles?language=ar").get_json()["data"]
    assert [item["id"] for item in listed] == [article]
    assert "text" not in listed[0]
    assert api.get(f"/v1/articles/{article}").get_json()["text"] == "Talks\n\nText."
    assert api.get("/v1/articles?q=talks&watch=assad-khamenei").get_json()["data"] == []


def test_all_articles_of_a_story_are_listed_however_many_and_by_every_other_filter(api, rows):
    story = rows.story()
    source = rows.insert("sources", {"name": "A paper"})
    made = [rows.article(number, story_id=story, language="ar") for number in range(5)]
    rows.article(9, language="ar")
    rows.execute(
        "UPDATE articles SET source_id = :source, words = article_words('Talks') WHERE id = :id",
        source=source,
        id=made[0],
    )
    path = f"/v1/articles?story={story}"
    first = api.get(f"{path}&limit=3").get_json()
    rest = api.get(first["next"]).get_json()
    assert sorted(item["id"] for item in (*first["data"], *rest["data"])) == made
    assert rest["next"] is None
    for filters, count in (
        (f"&source={source}", 1),
        ("&language=ar", 5),
        ("&language=en", 0),
        ("&q=talks", 1),
        ("&watch=assad-khamenei", 0),
        ("&since=2000-01-01&until=2001-01-01", 0),
    ):
        assert len(api.get(path + filters).get_json()["data"]) == count
    missing = api.get("/v1/articles?story=999")
    assert (missing.status_code, missing.get_json()["errors"][0]["code"]) == (422, "unknown_story")


def test_the_versions_of_an_article_are_shown_with_what_they_change(api, rows):
    article = rows.article("https://a.test/1", title="Talks")
    rows.execute(
        "INSERT INTO article_versions (article_id, number, title, text, text_hash, change)"
        " VALUES (:id, 2, 'Talks', E'Talks\\n\\nOther text.', 'y', '{\"added\": 1, \"removed\": 0}')",
        id=article,
    )
    versions = f"/v1/articles/{article}/versions"
    assert [(one["number"], one["change"]) for one in api.get(versions).get_json()["data"]] == [
        (2, {"added": 1, "removed": 0}),
        (1, None),
    ]
    assert api.get(f"{versions}/1").get_json()["text"] == "Talks\n\nText."
    assert api.get(f"{versions}/2/diff").get_json() == {
        "from_version": 1,
        "to_version": 2,
        "added": 2,
        "removed": 1,
        "parts": [
            {"op": "kept", "text": "Talks\n\n"},
            {"op": "removed", "text": "Text."},
            {"op": "added", "text": "Other text."},
        ],
    }
    assert api.get(f"{versions}/1/diff").get_json()["from_version"] is None
    assert api.get(f"{versions}/1/diff?from=2").get_json()["added"] == 1
    for path in ("/3", "/3/diff", "/2/diff?from=3"):
        assert api.get(f"{versions}{path}").status_code == 404
    assert api.get(f"/v1/articles/{article + 1}/versions").status_code == 404
    assert api.get(f"{versions}/2/diff?from=x").status_code == 400


def test_a_story_holds_its_articles_and_alerts(api, rows):
    article = rows.article(1)
    story = api.get(f"/v1/articles/{article}").get_json()["story"]
    alert = rows.alert(story_id=story)
    document = api.get(f"/v1/stories/{story}").get_json()
    assert ([one["id"] for one in document["articles"]], document["alerts"]) == ([article], [alert])


def test_stories_are_merged_and_split(api, rows):
    one, two = (rows.article(number) for number in (1, 2))
    story, into = (api.get(f"/v1/articles/{article}").get_json()["story"] for article in (one, two))
    merged = api.post(f"/v1/stories/{story}/merge", {"into": into, "reason": "one visit"})
    assert (merged.status_code, merged.get_json()["id"]) == (200, into)
    assert [article["id"] for article in merged.get_json()["articles"]] == [one, two]
    assert api.get(f"/v1/stories/{story}").get_json()["merged_into"] == into
    again = api.post(f"/v1/stories/{story}/merge", {"into": into, "reason": "one visit"})
    assert (again.status_code, again.get_json()["code"]) == (409, "story_merged")
    split = api.post(f"/v1/stories/{into}/split", {"articles": [one], "reason": "two visits"})
    assert (split.status_code, [article["id"] for article in split.get_json()["articles"]]) == (201, [one])
    assert api.post(f"/v1/stories/{into}/split", {"articles": [one], "reason": "x"}).status_code == 422


def test_times_are_those_of_rfc_3339(api, rows):
    rows.alert(created_at=_DAYS[0])
    raw = orjson.loads(api.get("/v1/alerts").data)
    assert raw["data"][0]["created_at"] == "2026-01-01T12:00:00+00:00"


def test_a_list_whose_next_page_appears_is_not_called_unchanged(api, rows):
    first, second = (rows.alert(created_at=day) for day in _DAYS[:2])
    rows.execute("UPDATE alerts SET state = 'withdrawn' WHERE id = :id", id=second)
    path = "/v1/alerts?state=withdrawn&limit=1"
    answer = api.get(path)
    assert answer.get_json()["next"] is None
    rows.execute("UPDATE alerts SET state = 'withdrawn' WHERE id = :id", id=first)
    again = api.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_json()["next"] is None) == (200, False)


def test_who_reads_on_from_the_position_sees_each_change(api, rows):
    raised = [rows.alert() for _ in range(3)]
    answer = api.get("/v1/alerts?after=0&limit=2")
    rest = api.get(answer.get_json()["next"]).get_json()
    shown = [alert["id"] for alert in answer.get_json()["data"] + rest["data"]]
    assert (shown, rest["next"]) == (raised, None)
    assert answer.headers["Link"] == f'<{answer.get_json()["next"]}>; rel="next"'
    rows.execute("UPDATE alerts SET score = 0.5 WHERE id = :id", id=raised[0])
    changed = api.get(f"/v1/alerts?after={rest['position']}").get_json()
    assert [alert["id"] for alert in changed["data"]] == raised[:1]
    unchanged = api.get(f"/v1/alerts?after={changed['position']}").get_json()
    assert (unchanged["data"], unchanged["next"], unchanged["removed"]) == ([], None, [])
    assert unchanged["position"] == changed["position"]


def test_events_are_listed_as_webhooks_are_sent_them(api, rows):
    alert = rows.alert()
    body = orjson.dumps({"type": "alert.created", "data": {"id": alert}}).decode()
    event = {"alert_id": alert, "type": "alert.created", "webhook_id": "msg_1", "body": body}
    rows.insert("alert_events", event)
    rows.insert(
        "alert_events", event | {"alert_id": None, "webhook_id": "msg_2", "type": "subscription.test"}
    )
    page = api.get("/v1/events").get_json()
    assert [(one["webhook_id"], one["data"]) for one in page["data"]] == [("msg_1", {"id": alert})]
    assert api.get(f"/v1/events?after={page['position']}").get_json()["data"] == []
