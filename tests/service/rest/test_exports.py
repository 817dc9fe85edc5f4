"""Lists, alerts and stories in the formats that other tools import."""

import duckdb
import pytest
import stix2
from pymisp import MISPEvent

from dyadwatch.exports import EXCHANGE, WRITERS

STIX, MISP, PARQUET = (
    "application/stix+json;version=2.1",
    "application/vnd.misp+json",
    "application/vnd.apache.parquet",
)


def fetch(api, path, media, **headers):
    return api.get(path, headers={"Accept": media, **headers})


@pytest.mark.parametrize("media", WRITERS)
def test_a_list_is_what_accept_asks_for(api, rows, media):
    rows.alert()
    answer = fetch(api, "/v1/alerts?watch=assad-khamenei", media)
    encoding = (
        "; charset=utf-8" if media.startswith("text/") else ""
    )  # which clients guess where none is stated
    assert (answer.status_code, answer.content_type) == (200, media + encoding)
    again = fetch(api, "/v1/alerts?watch=assad-khamenei", media, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["alerts", "stories"])
def test_an_alert_and_its_story_are_bundles(api, rows, path):
    alert = rows.alert()
    story = api.get(f"/v1/alerts/{alert}").json["story"]
    url = f"/v1/alerts/{alert}" if path == "alerts" else f"/v1/stories/{story}"
    answer = fetch(api, url, STIX)
    bundle = stix2.parse(answer.text, version="2.1")
    persons = {each.name: each for each in bundle.objects if each.get("identity_class") == "individual"}
    assert persons.keys() == {"Bashar al-Assad", "Ali Khamenei"}
    assert persons["Bashar al-Assad"].external_references[0].external_id == "Q44329"
    (relationship,) = (each for each in bundle.objects if each.type == "relationship")
    assert (relationship.relationship_type, relationship.source_ref) == (
        "consult",
        persons["Bashar al-Assad"].id,
    )
    assert fetch(api, url, "application/stix+json").data == answer.data
    assert fetch(api, url, "text/csv").json["code"] == "not_acceptable"
    assert all(fetch(api, url, media).content_type == media for media in EXCHANGE)


def test_an_alert_is_sent_to_misp_as_its_event(api, rows):
    alert = rows.alert()
    event = MISPEvent()
    event.load(fetch(api, f"/v1/alerts/{alert}", MISP).text)
    assert [each.value for each in event.attributes][:2] == [
        f"http://localhost/v1/alerts/{alert}",
        "https://a.test/1",
    ]


def test_a_table_is_sent_anew_once_an_actor_has_another_name(api, rows, tmp_path):
    rows.alert()
    before = fetch(api, "/v1/alerts", PARQUET)
    document = api.get("/v1/watches/assad-khamenei").json
    names = ("version", "enabled", "created_at", "updated_at")
    document = {name: value for name, value in document.items() if name not in names}
    document["actors"]["a"]["name"] = "Somebody"
    assert api("PUT", "/v1/watches/assad-khamenei", document).status_code == 200
    after = fetch(api, "/v1/alerts", PARQUET, **{"If-None-Match": before.headers["ETag"]})
    (tmp_path / "a.parquet").write_bytes(after.data)
    with duckdb.connect() as db:
        assert db.sql(f"SELECT actor_a, actor_b FROM '{tmp_path}/a.parquet'").fetchall() == [
            ("Somebody", "Ali Khamenei")
        ]
