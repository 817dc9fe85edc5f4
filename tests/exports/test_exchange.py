"""Alerts in the formats of other tools, read by what reads them there."""

import csv
import io
from io import BytesIO

import duckdb
import orjson
import pandas as pd
import pytest
import stix2
from pymisp import MISPEvent

from dyadwatch.errors import NotInstalled
from dyadwatch.exports import EXCHANGE, WRITERS, Page, parquet, polecat
from dyadwatch.model.watches import WatchActor

STIX, MISP = "application/stix+json;version=2.1", "application/vnd.misp+json"


def mention(start, quote, **parts):
    surfaces = {"a": [{"surface": "=Alba", "start": 0, "end": 5, "kind": "name"}], "b": [{"surface": "Berg"}]}
    return {
        "article": 1, "article_version": 2, "watch_version": 1, "tagger_version": "9", "event_type": "AID",
        "mode": "military", "quad_class": "material_cooperation", "score": 7.0, "direction": "b->a",
        "modality": "asserted", "attribution": None, "confidence": 0.87, "actors": surfaces,
        "evidence": {"quote": quote, "start": start, "end": start + len(quote), "prefix": "", "suffix": ""},
    } | parts  # fmt: skip


ALERT = {
    "id": 7, "watch": "a-b", "story": 3, "state": "active", "version": 2, "score": 0.9, "level": "person",
    "event_types": ["AID", "CONSULT"], "language": "ar", "created_at": "2026-01-01T10:00:00.123456+00:00",
    "updated_at": "2026-01-02T10:00:00+02:00", "copies": 2, "origin_count": 1, "verdict": "none",
    "articles": [
        {"id": 1, "url": "https://a.test/1", "title": "لقاء", "source": "SANA", "published_at": "2025-12-31T23:30:00-01:00"},
        {"id": 2, "url": "https://b.test/2", "title": "Talks", "source": None, "published_at": None},
    ],
    "evidence": [
        mention(7, "Berg arms Alba."),
        mention(7, "Berg arms Alba.", event_type="SUPPORT", mode=None),
        mention(40, "Berg did not meet Alba.", event_type="CONSULT", modality="negated", direction="mutual",
                attribution={"speaker": "an aide", "cue": "said", "agency": None}),
        mention(90, "Alba, ally of Berg", event_type=None, mode=None, quad_class=None, score=None, direction="mutual"),
        mention(9, "Alba met Berg in 1999.", event_type="CONSULT", modality="historical", direction="mutual", article=3),
    ],
}  # fmt: skip
BARE = ALERT | {
    "id": 6,
    "watch": "gone",
    "articles": [],
    "evidence": [],
    "state": "withdrawn",
    "event_types": [],
    "language": None,
}
ACTORS = {"a-b": {"a": WatchActor("Ana Alba", "Q1", is_person=True), "b": WatchActor("Berg AG")}}
PAGE = Page([ALERT, BARE], "https://d.test/v1/alerts", None, "https://d.test", ACTORS)
EMPTY = Page([], "https://d.test/v1/alerts", None, "https://d.test")


def by_kind(bundle):
    kinds = {}
    for each in bundle["objects"]:
        kinds.setdefault(each["type"], []).append(each)
    return kinds


def test_a_bundle_is_stix_and_states_what_the_texts_state():
    text = WRITERS[STIX](PAGE)
    stix2.parse(text, version="2.1")
    bundle = orjson.loads(text)
    kinds = by_kind(bundle)
    known = {each["id"]: each for each in bundle["objects"]}
    names = {each["id"]: each["name"] for each in kinds["identity"]}
    assert [
        (names[each["source_ref"]], each["relationship_type"], names[each["target_ref"]], each["confidence"])
        for each in kinds["relationship"]
    ] == [
        ("Berg AG", "aid", "Ana Alba", 87),
        ("Berg AG", "support", "Ana Alba", 87),
        ("Ana Alba", "related-to", "Berg AG", 87),
        ("Ana Alba", "consult", "Berg AG", 87),
    ]
    assert [note["content"] for note in kinds["note"]] == [
        each["evidence"]["quote"] for each in ALERT["evidence"]
    ]
    assert kinds["note"][2]["authors"] == ["an aide"]
    report, withdrawn = kinds["report"]
    assert {known[ref]["type"] for ref in report["object_refs"]} == {"identity", "relationship", "note"}
    assert (report["revoked"], withdrawn["revoked"]) == (False, True)
    assert report["modified"] == "2026-01-02T08:00:00.000Z"
    sightings = [
        (names[each["where_sighted_refs"][0]], each["external_references"][0]["url"])
        for each in kinds["sighting"]
    ]
    assert sightings == [("SANA", "https://a.test/1"), ("unknown publisher", "https://b.test/2")]
    assert {each["sighting_of_ref"] for each in kinds["sighting"]} == {report["id"]}


def test_an_alert_that_changed_replaces_what_was_imported():
    before = {each["id"]: each for each in orjson.loads(WRITERS[STIX](PAGE))["objects"]}
    assert WRITERS[STIX](PAGE) == WRITERS[STIX](PAGE)
    later = Page(
        [ALERT | {"updated_at": "2026-01-03T00:00:00+00:00", "copies": 3}], PAGE.url, None, PAGE.base, ACTORS
    )
    after = {each["id"]: each for each in orjson.loads(WRITERS[STIX](later))["objects"]}
    assert after.keys() <= before.keys()
    changed = {each["type"] for key, each in after.items() if each != before[key]}
    assert changed == {"report", "relationship", "note", "sighting"}
    assert all(
        each["modified"] > before[key]["modified"] for key, each in after.items() if each["type"] in changed
    )


def test_a_misp_event_is_read_by_its_library():
    one = Page([ALERT], PAGE.url, None, PAGE.base, is_one=True)
    event = MISPEvent()
    event.load(EXCHANGE[MISP](one).decode())
    links = [each.value for each in event.attributes if each.type == "link"]
    assert links == ["https://d.test/v1/alerts/7", "https://a.test/1", "https://b.test/2"]
    texts = {each.value: each.comment for each in event.attributes if each.type == "text"}
    assert [*texts] == list(dict.fromkeys(each["evidence"]["quote"] for each in ALERT["evidence"]))
    kinds = "AID, b->a, asserted; SUPPORT, b->a, asserted"
    assert texts["Berg arms Alba."] == f"{kinds} (article 1, version 2, code points 7-22)"
    assert len({each.uuid for each in event.attributes}) == len(event.attributes)
    assert not any(each.to_ids for each in event.attributes)
    assert (event.info, str(event.date), event.published) == ("لقاء", "2026-01-01", False)
    assert [tag.name for tag in event.tags][-2:] == [
        'dyadwatch:event-type="AID"',
        'dyadwatch:event-type="CONSULT"',
    ]
    events = orjson.loads(WRITERS[MISP](PAGE))["response"]
    assert [each["Event"]["info"] for each in events] == ["لقاء", "Withdrawn: gone"]
    assert len({each["Event"]["uuid"] for each in events}) == 2


def test_the_table_in_polecats_columns_has_events_that_took_place_alone():
    rows = [*csv.DictReader(io.StringIO(WRITERS[polecat.MEDIA_TYPE](PAGE).decode(), newline=""))]
    first, second = rows
    assert (first["Event ID"], second["Event ID"]) == ("7-1-2-7-aid-ba", "7-1-2-7-support-ba")
    assert tuple(rows[0]) == polecat.COLUMNS
    assert {name: value for name, value in rows[0].items() if value} == {
        "Event ID": "7-1-2-7-aid-ba", "Event Date": "2026-01-01", "Event Type": "AID", "Event Mode": "military",
        "Intensity": "7.0", "Quad Code": "MATERIAL COOPERATION", "Actor Name": "Berg AG", "Actor Name Raw": "Berg",
        "Recipient Name": "Ana Alba", "Recipient Name Raw": "'=Alba", "Source": "SANA",
        "Publication Date": "2026-01-01", "Language": "ar", "Version": "dyadwatch 9",
    }  # fmt: skip


def test_a_parquet_file_is_a_table_of_pandas():
    table = pd.read_parquet(BytesIO(WRITERS[parquet.MEDIA_TYPE](PAGE)))
    aid = table[table.event_type == "AID"].iloc[0]
    assert (aid.alert, aid.quote, aid.source) == (7, "Berg arms Alba.", "SANA")
    assert aid.created_at == pd.Timestamp("2026-01-01T10:00:00.123456Z")
    assert isinstance(table.created_at.dtype, pd.DatetimeTZDtype)
    assert table.event_score.max() == 7.0


def test_a_parquet_file_is_read_by_another_engine(tmp_path):
    (tmp_path / "alerts.parquet").write_bytes(WRITERS[parquet.MEDIA_TYPE](PAGE))
    with (tmp_path / "empty.parquet").open("wb") as file:
        assert parquet.write_all(iter(()), {}, file) == 0
    with duckdb.connect() as db:
        rows = db.sql(f"SELECT * FROM '{tmp_path}/alerts.parquet' ORDER BY alert DESC").fetchall()
        table = db.sql(
            f"""SELECT alert, quote, "end" - start, surface_b, event_score, epoch_ms(created_at), source
            FROM '{tmp_path}/alerts.parquet' WHERE event_type = 'AID' AND published_at < created_at"""
        ).fetchall()
        assert db.sql(f"SELECT count(*) FROM '{tmp_path}/empty.parquet'").fetchall() == [(0,)]
    assert [row[0] for row in rows] == [7, 7, 7, 7, 7, 6]
    assert table == [(7, "Berg arms Alba.", 15, "Berg", 7.0, 1767261600123, "SANA")]


@pytest.mark.parametrize("media", WRITERS)
def test_no_alerts_are_a_document_too(media):
    assert WRITERS[media](EMPTY) == WRITERS[media](EMPTY) != b""
    if media == STIX:
        stix2.parse(WRITERS[media](EMPTY), version="2.1")


def test_parquet_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(parquet, "find_spec", lambda _name: None)
    with pytest.raises(NotInstalled, match=r"dyadwatch\[parquet\]"):
        WRITERS[parquet.MEDIA_TYPE](PAGE)
