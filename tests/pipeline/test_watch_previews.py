"""What a watch document would find is known before it is stored, beside what the stored one found."""

from datetime import UTC, datetime, timedelta

import pytest
import stored_texts
from local_site import VISIT, WEATHER
from sqlalchemy import text

from dyadwatch import tagging
from dyadwatch.errors import InvalidInput
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import watch_previews
from dyadwatch.store import backfills, watches

WATCH = {**tagging.shipped_watches()[0], "id": "mine", "title": "Mine"}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def archive(product, monkeypatch):
    """Stores articles that nobody has tagged; five are read at once."""
    monkeypatch.setattr(watch_previews, "_BATCH", 5)
    return stored_texts.writer(product)


def preview(product, document, since=LONG_AGO):
    shown = product.pipeline.preview_watch(document, since=since, seconds=60)
    return shown, (shown.gained_count, shown.lost_count, shown.kept_count, shown.alert_count)


def test_a_new_document_gains_all_that_it_finds_and_stores_nothing(product, archive):
    archive(VISIT, WEATHER, *[VISIT] * 11)
    shown, figures = preview(product, WATCH)
    assert (shown.read_count, shown.total_count, figures) == (13, 13, (12, 0, 0, 12))
    assert len(shown.samples) == 8
    sample = shown.samples[0]
    assert (sample.change, sample.url) == ("gained", "https://news.example/13")
    assert sample.mention.evidence.quote in "\n\n".join(VISIT)
    assert set(sample.mention.actors) == {"a", "b"}
    with product.store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM taggings")).scalar_one() == 0
        assert not watches.exists(db, "mine")


@pytest.mark.no_cover
def test_a_changed_document_says_what_it_keeps_and_what_it_loses(product, archive):
    archive(VISIT, WEATHER, VISIT)
    with product.store.begin() as db:
        watches.create(db, "mine", "Mine", WATCH)
        backfills.start(db, "mine", since=None, notify=False)
    product.pipeline.run(Step.BACKFILL, 30)
    assert preview(product, WATCH)[1] == (0, 0, 2, 0)
    shown, figures = preview(
        product, {**WATCH, "guards": {"sources": [{"host": "news.example", "ignore": True}]}}
    )
    assert figures == (0, 2, 0, 0)
    assert [sample.change for sample in shown.samples] == ["lost", "lost"]
    assert all(sample.mention.evidence.quote for sample in shown.samples)


def test_only_what_was_first_seen_since_then_is_read(product, archive):
    archive(VISIT)
    shown, figures = preview(product, WATCH, datetime.now(UTC) + timedelta(hours=1))
    assert (shown.total_count, shown.read_count, figures) == (0, 0, (0, 0, 0, 0))


def test_what_is_no_watch_is_refused(product):
    with pytest.raises(InvalidInput, match="not a watch"):
        preview(product, {"id": "mine"})
