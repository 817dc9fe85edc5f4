"""Stories are listed once each, and show what each side says."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import text

from dyadwatch.store import watches

EARLY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def told(rows, product):
    """Three stories, the newest one with an alert of a second watch too."""
    with product.store.begin() as db:
        watches.create(db, "c-d", "C and D", {})
    stories = []
    for day in range(3):
        article = rows.article(day, first_seen_at=EARLY + timedelta(days=day), language="ar")
        with product.store.begin() as db:
            story = db.execute(
                text("SELECT story_id FROM articles WHERE id = :id"), {"id": article}
            ).scalar_one()
        stories.append(story)
        document = {
            "copies": 2 + day,
            "origin_count": 1 + day,
            "sides": {"reporting": ["syria"], "silent": []},
        }
        values = {"story_id": story, "event_types": ["CONSULT"], "languages": ["ar"]}
        rows.alert(document, created_at=EARLY + timedelta(days=day), **values)
    document = {"copies": 1, "origin_count": 9, "sides": {"reporting": ["iran"], "silent": []}}
    values = {"story_id": stories[2], "event_types": ["AID"], "languages": ["fa"]}
    rows.alert(document, watch_id="c-d", created_at=EARLY + timedelta(days=9), score=0.4, **values)
    return stories


def listed(api, query=""):
    return [story["id"] for story in api.get(f"/v1/stories{query}").get_json()["data"]]


def test_a_story_is_listed_once_with_what_its_alerts_say(api, told):
    newest = api.get("/v1/stories").get_json()["data"][0]
    assert (newest["id"], newest["copies"], newest["origin_count"]) == (told[2], 4, 9)
    assert (newest["sides"], newest["languages"], newest["event_types"]) == (
        ["iran", "syria"],
        ["ar", "fa"],
        ["AID", "CONSULT"],
    )
    assert newest["first_seen_at"] == newest["last_seen_at"] == "2026-03-03T00:00:00+00:00"
    assert [(alert["watch"], alert["score"]) for alert in newest["alerts"]] == [
        ("assad-khamenei", 0.9),
        ("c-d", 0.4),
    ]


def test_stories_are_filtered_as_alerts_are_and_pages_repeat_none(api, told):
    first, second, third = told
    for query, expected in (
        ("", [third, second, first]),
        ("?watch=c-d", [third]),
        ("?watch=assad-khamenei", [third, second, first]),
        ("?min_score=0.5", [third, second, first]),
        ("?event_type=AID", [third]),
        ("?min_origins=2", [third, second]),
        ("?since=2026-03-02&until=2026-03-03", [second]),
        ("?since=2026-03-05", [third]),
        ("?state=withdrawn", []),
    ):
        assert listed(api, query) == expected, query
        walked, path = [], f"/v1/stories{query}{'&' if query else '?'}limit=1"
        while path:
            page = api.get(path).get_json()
            walked += [story["id"] for story in page["data"]]
            path = page["next"]
        assert walked == expected, query
    assert api.get("/v1/stories?watch=no-such").status_code == 422
    assert api.get("/v1/stories?colour=red").status_code == 400


def test_a_cursor_of_alerts_is_none_of_stories(api, told):
    following = api.get("/v1/alerts?limit=1").get_json()["next"].partition("cursor=")[2]
    assert api.get(f"/v1/stories?cursor={following}").get_json()["code"] == "cursor_invalid"


def test_the_accounts_of_a_story_are_those_of_its_articles(api, rows, told):
    source = rows.insert("sources", {"name": "SANA", "side": "syria", "country": "SY"})
    with_side = rows.article(9, source_id=source, story_id=told[0], first_seen_at=EARLY, language="ar")
    mention = {**rows.document()["evidence"][0]}
    del mention["article"], mention["article_version"]
    rows.execute(
        """
        INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship,
            score, level, mentions, first_seen_at)
        VALUES (:article, 'assad-khamenei', 1, 1, '1', true, 0.9, 'person', CAST(:mentions AS jsonb), now())
        """,
        article=with_side,
        mentions=orjson.dumps([mention]).decode(),
    )
    answer = api.get(f"/v1/stories/{told[0]}/accounts").get_json()
    (alert,) = answer["data"]
    assert (answer["story"], alert["watch"], alert["only_side"]) == (told[0], "assad-khamenei", "syria")
    assert alert["hours"] > 0
    (account,) = alert["accounts"]
    assert [(one["id"], one["name"], one["country"], one["articles"]) for one in account["sources"]] == [
        (source, "SANA", "SY", 1)
    ]
    assert (account["quotes"][0]["article"], account["quotes"][0]["quote"]) == (
        with_side,
        mention["evidence"]["quote"],
    )
    assert api.get(f"/v1/stories/{told[1]}/accounts").get_json()["data"][0]["accounts"] == []
    assert api.get("/v1/stories/999999/accounts").status_code == 404
