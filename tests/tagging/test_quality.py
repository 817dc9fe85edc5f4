"""The published figures: of the tagger that there is, written by the generator, and intervals that hold."""

import importlib.util
from pathlib import Path

import pytest

from dyadwatch.tagging import TAGGER_VERSION
from dyadwatch.tagging.quality import shipped_quality

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("quality", ROOT / "benchmarks/quality.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_of_this_version_of_the_tagger():
    """Another one is measured anew: benchmarks/quality.py --write."""
    assert shipped_quality()["tagger_version"] == TAGGER_VERSION


def test_the_document_says_what_the_data_say(generator):
    assert generator.PAGE.read_text("utf-8") == generator.markdown(shipped_quality())
    assert generator.DATA.read_text("utf-8") == generator.as_json(shipped_quality())


def test_every_language_with_a_lexicon_has_its_row():
    from dyadwatch.tagging.lexicons.lexicon import LANGUAGES

    by_title = {table["title"]: table for table in shipped_quality()["tables"]}
    assert {row["name"] for row in by_title["By language"]["rows"]} == set(LANGUAGES)
    assert len(by_title["By pair"]["rows"]) >= 20


@pytest.mark.parametrize(
    ("right", "size", "low", "high"), [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (10, 10, 0.722, 1.0)]
)
def test_the_interval_of_a_share_is_wilsons(generator, right, size, low, high):
    estimate = generator.wilson(right, size)
    assert estimate == pytest.approx({"value": right / size, "low": low, "high": high, "n": size}, abs=1e-3)


def test_f1_lies_within_an_interval_that_narrows_with_more_cases(generator):
    few, many = generator.f1(8, 2, 4), generator.f1(800, 200, 400)
    assert few["value"] == many["value"] == pytest.approx(16 / 22)
    assert few["low"] < many["low"] < many["value"] < many["high"] < few["high"]
    assert generator.f1(0, 0, 0) is None
