"""Plain sentences by who acts on whom, in every language."""

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.no_cover

ACTING = yaml.load((Path(__file__).parent / "acting.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
FLOOR = 0.9  # of each language; of all 0.968 are right


@pytest.mark.parametrize("language", ACTING)
def test_who_acts_in_a_plain_sentence_is_read(tagger, language):
    said = {
        text: (way, _direction(tagger, language, text))
        for way, texts in ACTING[language].items()
        for text in texts
    }
    wrong = {text: pair for text, pair in said.items() if pair[0] != pair[1]}
    assert len(wrong) <= (1 - FLOOR) * len(said), wrong


def _direction(tagger, language, text):
    verdict = tagger.tag(text, language=language).watches.get("assad-khamenei")
    best = max(verdict.mentions if verdict else (), key=lambda mention: mention.confidence, default=None)
    return best and best.direction
