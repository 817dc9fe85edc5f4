"""Offices and surnames in time: who is meant in fifteen languages, by the day of publication
(cases/time/offices.yaml)."""

from datetime import date
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.no_cover

TABLE = yaml.load(
    (Path(__file__).parent / "cases" / "time" / "offices.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
CASES = [
    pytest.param(
        row["side"], language, text, date.fromisoformat(day), expected, id=f"{number}-{language}-{day}"
    )
    for number, row in enumerate(TABLE, 1)
    for language, text in row["text"].items()
    for day, expected in row["when"].items()
]


@pytest.mark.parametrize(("side", "language", "text", "day", "expected"), CASES)
def test_an_office_means_its_holder_on_the_day(tagger, side, language, text, day, expected):
    """An office, or a surname that passed on, is the actor while it is his and nobody before or after."""
    tagged = tagger.tag(text, language=language, published=day, watches={"assad-khamenei"})
    verdict = tagged.watches.get("assad-khamenei")
    assert bool(verdict and verdict.actors[side]) is expected


def test_every_office_has_fifteen_languages():
    """No language is left out of any office."""
    assert {len(row["text"]) for row in TABLE} == {15}
