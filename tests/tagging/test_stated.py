"""Plain sentences by how their event is stated, in every language."""

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.no_cover

STATED = yaml.load((Path(__file__).parent / "stated.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
FLOOR = 0.94  # of each language; of all 0.974 are right


@pytest.mark.parametrize("language", STATED)
def test_how_a_plain_event_is_stated_is_read(tagger, language):
    said = {
        text: (modality, _modality(tagger, language, text))
        for modality, texts in STATED[language].items()
        for text in texts
    }
    wrong = {text: pair for text, pair in said.items() if pair[0] != pair[1]}
    assert len(wrong) <= (1 - FLOOR) * len(said), wrong


def _modality(tagger, language, text):
    verdict = tagger.tag(text, language=language).watches.get("assad-khamenei")
    best = max(verdict.mentions if verdict else (), key=lambda mention: mention.confidence, default=None)
    return best and best.modality
