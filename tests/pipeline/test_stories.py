"""Reports of one event are one story with one alert, in whatever language; those of another event are not."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from event_articles import ANNIVERSARY, CALL, LATER, PUBLISHED, VISIT, place, stories_of
from sqlalchemy import text

from dyadwatch.errors import Conflict, InvalidInput, NotFound
from dyadwatch.pipeline import story_verdicts
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import accounts, stories, story_moves, watches
from dyadwatch.tagging import shipped_watches


@pytest.fixture
def context(store):
    with store.begin() as db:
        watches.ensure(db, shipped_watches()[:1])
    return SimpleNamespace(store=store, compiled=TaggerCache(store).current())


def test_a_visit_that_is_told_in_five_languages_is_one_story_with_one_alert(context):
    place(context, *((language, language, told, PUBLISHED) for language, told in VISIT.items()))
    assert stories_of(context) == [(["en", "ar", "fa", "ru", "tr"], 1)]


def test_visits_a_week_apart_are_two_stories_whatever_their_words(context):
    place(context, ("first", "en", VISIT["en"], PUBLISHED), ("second", "ru", VISIT["ru"], LATER))
    assert stories_of(context) == [(["first"], 1), (["second"], 1)]


@pytest.mark.parametrize("other", [ANNIVERSARY, CALL])
def test_what_is_told_beside_a_visit_is_a_story_of_its_own(context, other):
    place(
        context,
        ("visit", "en", VISIT["en"], PUBLISHED),
        ("other", "en", other, PUBLISHED),
        ("again", "tr", VISIT["tr"], PUBLISHED),
    )
    assert [names for names, _ in stories_of(context)] == [["visit", "again"], ["other"]]


def test_why_an_article_joined_its_story_is_kept(context):
    place(context, ("one", "en", VISIT["en"], PUBLISHED), ("two", "ar", VISIT["ar"], PUBLISHED))
    with context.store.begin() as db:
        first, second = db.execute(text("SELECT id, joined_by FROM articles ORDER BY id")).all()
    assert first.joined_by is None
    assert (second.joined_by["kind"], second.joined_by["article"]) == ("event", first.id)
    terms = second.joined_by["terms"]
    assert {"same day", "same city", "same type", "others shared"} <= terms.keys()
    assert sum(terms.values()) == pytest.approx(second.joined_by["score"], abs=0.001)


def story_ids(context):
    with context.store.begin() as db:
        return db.execute(text("SELECT DISTINCT story_id FROM articles ORDER BY 1")).scalars().all()


def alert_states(context):
    with context.store.begin() as db:
        return db.execute(text("SELECT state FROM alerts ORDER BY id")).scalars().all()


def test_what_an_analyst_merged_stays_merged(context):
    """Whatever is tagged again stays, and whatever joins goes where the articles went."""
    place(context, ("visit", "en", VISIT["en"], PUBLISHED), ("other", "en", CALL, PUBLISHED))
    visit, other = story_ids(context)
    with context.store.begin() as db:
        assert story_verdicts.merge(db, visit, other, reason="one event", key=None) == other
    assert sorted(alert_states(context)) == ["active", "withdrawn"]
    place(
        context,
        ("visit", "en", VISIT["en"], PUBLISHED + timedelta(minutes=1)),
        ("again", "tr", VISIT["tr"], PUBLISHED),
    )
    assert story_ids(context) == [other]
    with context.store.begin() as db:
        view = stories.get(db, visit)
        assert (view.merged_into, view.articles, view.verdicts[0].reason) == (other, (), "one event")
        with pytest.raises(Conflict):
            story_verdicts.merge(db, visit, other, reason="again", key=None)
        with pytest.raises(InvalidInput):
            story_verdicts.merge(db, other, other, reason="itself", key=None)
        with pytest.raises(NotFound):
            story_verdicts.merge(db, other, other + 1_000, reason="nobody", key=None)


def test_what_an_analyst_split_stays_split(context):
    place(context, ("en", "en", VISIT["en"], PUBLISHED), ("ru", "ru", VISIT["ru"], PUBLISHED))
    (story,) = story_ids(context)
    with context.store.begin() as db:
        russian = stories.get(db, story).articles[1].id
        into = story_verdicts.split(db, story, [russian], reason="another event", key=None)
    place(context, ("ru", "ru", VISIT["ru"], PUBLISHED), ("copy", "ru", VISIT["ru"], PUBLISHED))
    assert [names for names, _ in stories_of(context)] == [["en"], ["ru", "copy"]]
    assert alert_states(context) == ["active", "active"]
    with context.store.begin() as db:
        moved = stories.get(db, into).articles[0]
        assert (moved.joined_by.kind, moved.joined_by.verdict) == (
            "verdict",
            stories.get(db, into).verdicts[0].id,
        )
        both = [article.id for article in stories.get(db, into).articles]
        with pytest.raises(Conflict):
            story_verdicts.split(db, into, both, reason="all", key=None)
        with pytest.raises(InvalidInput):
            story_verdicts.split(db, story, [russian], reason="not here", key=None)


@pytest.mark.parametrize("named", ["first", "second"])
def test_what_is_no_copy_becomes_a_text_of_its_own_and_stays_one(context, named):
    """Also where it is edited, where others copy it, and where stories are decided on again."""
    texts = {"first": ("ru", VISIT["ru"]), "second": ("ru", VISIT["ru"])}
    place(context, *((name, *told, PUBLISHED) for name, told in texts.items()))
    (story,) = story_ids(context)
    with context.store.begin() as db:
        rows = db.execute(text("SELECT substr(url, 16) AS name, id FROM articles"))
        ids = {row.name: row.id for row in rows}
        assert db.execute(text("SELECT count(copy_of) FROM articles")).scalar_one() == 1
        story_verdicts.split(db, story, [ids[named]], reason="a week later", key=None)
    headline, body = VISIT["ru"]
    for name in texts:
        place(context, (name, "ru", (headline, f"{body} Подробностей пока нет."), PUBLISHED))
    place(context, ("copy", "ru", VISIT["ru"], PUBLISHED))
    with context.store.begin() as db:
        rows = db.execute(
            text("SELECT substr(url, 16), copy_of, story_id, origin_key FROM articles ORDER BY id")
        ).all()
        assert story_moves.read(db, watch=None, after=0, limit=9)[0].is_held
    (_, first_of, first, _), (_, second_of, second, _), (_, copy_of, of_copy, _) = rows
    assert (first_of, second_of, first != second) == (None, None, True)
    assert (copy_of in ids.values(), of_copy in {first, second}) == (True, True)
    assert rows[0].origin_key == rows[1].origin_key  # that of the site, which is one
    assert alert_states(context) == ["active", "active"]


def test_what_two_sides_say_of_a_visit_stands_side_by_side(context):
    place(context, ("en", "en", VISIT["en"], PUBLISHED), ("fa", "fa", VISIT["fa"], PUBLISHED))
    with context.store.begin() as db:
        for number, (side, name) in enumerate((("syria", "en"), ("iran", "fa")), start=1):
            params = {"id": number, "side": side, "url": f"https://a.test/{name}"}
            db.execute(
                text(
                    "INSERT INTO sources (id, name, side) OVERRIDING SYSTEM VALUE VALUES (:id, :side, :side)"
                ),
                params,
            )
            db.execute(text("UPDATE articles SET source_id = :id WHERE url = :url"), params)
        (story,) = db.execute(text("SELECT DISTINCT story_id FROM articles")).scalars()
        (alert,) = accounts.of_story(db, story, now=PUBLISHED + timedelta(hours=5)).data
        texts = {
            row.id: row.text
            for row in db.execute(text("SELECT article_id AS id, text FROM article_versions"))
        }
    english, persian = sorted(alert.accounts, key=lambda account: account.languages)
    assert [one.value for one in english.places] == [one.value for one in persian.places] == ["ir/tehran"]
    assert [one.value for one in english.days] == [one.value for one in persian.days] == ["2024-05-30"]
    # Raisi, for whose death he came: that the other names him nowhere is not known.
    assert "raisi" in {one.value for account in alert.accounts for one in account.others}
    assert "others" not in {one.field for one in alert.differences}
    for account in alert.accounts:
        for quote in account.quotes:
            assert texts[quote.article][quote.start : quote.end] == quote.quote
    assert (alert.only_side, alert.silent_sides) == (None, ())
