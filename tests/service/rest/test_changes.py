"""Lists of alerts in other orders, and clients that keep a copy of the list by asking what has changed."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

FILTERS = ["", "min_score=0.5", "state=active&watch=assad-khamenei"]
_UPDATE = "UPDATE alerts SET {} WHERE id = :id"
_SET = {
    "score": "score = :value",
    "state": "state = :value, version = version + 1",
    "merge": "state = 'withdrawn', updated_at = now(), document = document || '{\"withdrawal_reason\": \"merged\"}'",
}
_number = st.integers(0, 5)
_changes = st.one_of(
    st.tuples(st.just("score"), _number, st.sampled_from([0.2, 0.5, 0.9])),
    st.tuples(st.just("state"), _number, st.sampled_from(["active", "withdrawn"])),
    st.tuples(st.sampled_from(["raise", "merge", "hold", "release", "poll"]), _number, st.none()),
)


class Copy:
    """What a client has that only ever asked what has changed."""

    def __init__(self, api, filters):
        self._api, self._filters = api, filters
        self._since = "1970-01-01"
        self.alerts = {}

    def poll(self):
        params = f"{self._filters}&limit=2"
        following = f"/v1/alerts?{params}&changed_since={self._since}"
        while following:
            page = self._api.get(following).get_json()
            self.alerts |= {alert["id"]: alert for alert in page["data"]}
            for gone in page["removed"]:
                self.alerts.pop(gone, None)
            following = page["next"]
        self._since = (page["as_of"] or self._since).replace("+", "%2B")


class Server:
    """What changes alerts; one of its transactions may stay open for a while."""

    def __init__(self, rows, store):
        self._rows, self._store = rows, store
        self._held, self._held_alert = None, None
        rows.execute("DELETE FROM alerts")
        self._alerts = [rows.alert() for _ in range(3)]

    def change(self, kind, place, value):
        alert = self._alerts[place % len(self._alerts)]
        if kind == "raise":
            self._alerts.append(self._rows.alert(score=0.4))
        elif kind == "hold":
            self.release()
            self._held, self._held_alert = self._store.begin(), alert
            self._held.__enter__().execute(text(_UPDATE.format("score = 0.1")), {"id": alert})
        elif kind == "release":
            self.release()
        elif alert != self._held_alert:  # else it would wait for the other transaction
            bound = {} if value is None else {"value": value}
            self._rows.execute(_UPDATE.format(_SET[kind]), id=alert, **bound)

    def release(self):
        if self._held is not None:
            self._held.__exit__(None, None, None)
        self._held = self._held_alert = None


@settings(
    max_examples=settings.default.max_examples // 10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(_changes, min_size=5, max_size=15))
def _stay_identical(api, rows, product, changes):
    server = Server(rows, product.store)
    copies = [Copy(api, filters) for filters in FILTERS]
    for kind, place, value in changes:
        if kind == "poll":
            copies[place % len(copies)].poll()
        else:
            server.change(kind, place, value)
    server.release()
    for copy, filters in zip(copies, FILTERS, strict=True):
        copy.poll()
        shown = api.get(f"/v1/alerts?{filters}&limit=200").get_json()["data"]
        assert copy.alerts == {alert["id"]: alert for alert in shown}


def test_a_client_that_only_asks_what_has_changed_has_what_the_server_has(api, rows, product):
    """Whatever is raised, edited, merged, withdrawn or committed late, with filters and without."""
    _stay_identical(api, rows, product)


@pytest.mark.parametrize("sort", ["created", "updated", "rank", "score"])
def test_each_order_is_walked_without_gap_or_repeat(api, rows, sort):
    """Also where many alerts have the same rank, and with filters."""
    numbers = [
        rows.alert(
            {"rank": number % 3 / 10}, score=number % 4 / 10, updated_at=f"2026-01-{1 + number % 5:02}"
        )
        for number in range(11)
    ]
    rows.execute("UPDATE alerts SET document = document - 'rank' WHERE id = :id", id=numbers[0])
    for filters in ("", "&watch=assad-khamenei", "&min_score=0.1&q=nothing"):
        shown, following = [], f"/v1/alerts?sort={sort}&limit=3{filters}"
        while following:
            page = api.get(following)
            assert api.get(following, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
            shown += page.get_json()["data"]
            following = page.get_json()["next"]
        assert len({alert["id"] for alert in shown}) == len(shown) == (0 if "nothing" in filters else 11)
        name = {"created": "created_at", "updated": "updated_at"}.get(sort, sort)
        keys = [(alert.get(name, 0), alert["id"]) for alert in shown]
        assert keys == sorted(keys, reverse=True)


def test_a_cursor_belongs_to_its_order(api, rows):
    for _ in range(2):
        rows.alert()
    following = api.get("/v1/alerts?sort=rank&limit=1").get_json()["next"]
    refused = api.get(following.replace("sort=rank", "sort=score"))
    assert (refused.status_code, refused.get_json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize(
    "query", ["after=0&changed_since=2026-01-01", "after=0&sort=rank", "sort=score&changed_since=2026-01-01"]
)
def test_changes_have_an_order_of_their_own(api, query):
    refused = api.get(f"/v1/alerts?{query}")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "query_invalid")


def test_nothing_has_changed_since_the_last_change(api, rows):
    assert api.get("/v1/alerts?changed_since=1970-01-01").get_json()["as_of"] is None
    rows.alert()
    assert api.get("/v1/alerts?changed_since=2100-01-01").get_json()["data"] == []  # and nobody asked before
    page = api.get("/v1/alerts?changed_since=1970-01-01").get_json()
    assert len(page["data"]) == 1
    later = api.get(f"/v1/alerts?changed_since={page['as_of'].replace('+', '%2B')}").get_json()
    assert (later["data"], later["removed"], later["as_of"]) == ([], [], page["as_of"])


def test_what_an_alert_refers_to_is_shown_with_it(api, rows):
    article = rows.article(1, story_id=rows.story())
    (mention,) = rows.document()["evidence"]
    stored = {name: value for name, value in mention.items() if not name.startswith("article")}
    rows.execute(
        "INSERT INTO taggings (article_id, article_version, watch_version, tagger_version, watch_id,"
        " relationship, score, mentions) VALUES (:id, 1, 1, '1', 'assad-khamenei', true, 1, CAST(:mentions AS jsonb))",
        id=article,
        mentions=orjson.dumps([stored | {"confidence": confidence} for confidence in (0.5, 0.8)]).decode(),
    )
    shown = {
        "id": article,
        "url": "https://a.test/1",
        "title": "Talks",
        "source": "SANA",
        "published_at": None,
    }
    alert = rows.alert({"articles": [shown]})
    for path in (f"/v1/alerts/{alert}?", "/v1/alerts?", "/v1/alerts?changed_since=2020-01-01&"):

        def first(query, path=path):
            answer = api.get(path + query).get_json()
            return answer["data"][0] if "data" in answer else answer

        everything = first("expand=evidence,articles&expand=story")
        assert first("") == {name: everything[name] for name in everything if name != "expanded"}
        expanded = everything["expanded"]
        assert expanded["story"]["title"] == "A story"
        assert [view["url"] for view in expanded["articles"]] == ["https://a.test/1"]
        assert [(each["article"], each["confidence"]) for each in expanded["evidence"]] == [
            (article, 0.8),
            (article, 0.5),
        ]
        assert first("expand=story")["expanded"]["articles"] is None
    before = api.get("/v1/alerts?expand=articles").headers["ETag"]
    rows.execute("UPDATE articles SET title = 'Other talks'")
    assert api.get("/v1/alerts?expand=articles", headers={"If-None-Match": before}).status_code == 200
    rows.execute("DELETE FROM taggings")
    rows.execute("DELETE FROM articles")
    gone = api.get("/v1/alerts?expand=articles,evidence").get_json()["data"][0]["expanded"]
    assert (gone["articles"], gone["evidence"]) == ([], [])


@pytest.mark.parametrize("query", ["expand=all", "expand=", "expand=story&limit=51"])
def test_what_cannot_be_expanded_is_refused(api, query):
    refused = api.get(f"/v1/alerts?{query}")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "query_invalid")
