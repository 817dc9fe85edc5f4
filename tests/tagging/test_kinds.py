"""Kinds of sentences that rules or weights once read wrongly, in every language that has them."""

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.no_cover

KINDS = yaml.load((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind["kind"])
def test_sentences_of_a_kind_are_read_alike_in_every_language(tagger, kind):
    said = {}
    for language, text in kind["texts"].items():
        mentions = tagger.tag(text, language=language).watches["assad-khamenei"].mentions
        best = max(mentions, key=lambda mention: mention.confidence, default=None)
        said[language] = best and getattr(best, kind["field"])
    assert said == dict.fromkeys(kind["texts"], kind["value"])
