"""The event types against the manual that they come from, and the lexicons against the event types."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
import yaml

from dyadwatch.model.mentions import EventTypeCode
from dyadwatch.tagging.events.plover import EVENT_TYPES, quad_class, score
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon


def test_types_have_the_scores_of_the_plover_manual():
    """Scores by type, as printed; ACCUSE with the sign that its class asks for."""
    assert {name: event_type.score for name, event_type in EVENT_TYPES.items()} == {
        "AGREE": 2.5, "CONSULT": 2.5, "SUPPORT": 5, "CONCEDE": 4.5, "COOPERATE": 9.5, "AID": 10, "RETREAT": 6.5,
        "REQUEST": 0, "ACCUSE": -3, "REJECT": -2, "THREATEN": -3.5, "PROTEST": -5, "SANCTION": -6, "MOBILIZE": -5.5,
        "COERCE": -7, "ASSAULT": -9,
    }  # fmt: skip


def test_the_types_that_can_be_filtered_by_are_those_that_are_coded():
    assert get_args(EventTypeCode) == tuple(EVENT_TYPES)


def test_the_documented_types_are_those_that_are_coded():
    page = (Path(__file__).parents[2] / "docs/events.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([A-Z]+) \| .* \| (\w+ \w+) \|$", page, re.MULTILINE))
    assert rows == {name: kind.quad_class.replace("_", " ") for name, kind in EVENT_TYPES.items()}


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_sign_of_a_score_follows_the_quad_class(name):
    """Cooperation is not negative, conflict not positive, in every mode."""
    event_type = EVENT_TYPES[name]
    for figure in (event_type.score, *event_type.modes.values()):
        assert figure >= 0 if event_type.quad_class.endswith("cooperation") else figure <= 0


def test_modes_have_scores_of_their_own():
    """A visit is worth more than a meeting; an unknown mode counts as its type; a plain tie has neither."""
    assert (score("CONSULT", "visit"), score("CONSULT", None), score("CONSULT", "phone")) == (4, 2.5, 1.5)
    assert score("AID", "visit") == 10
    assert (score(None, None), quad_class(None)) == (None, None)
    assert quad_class("SANCTION") == "material_conflict"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.no_cover
def test_every_cue_of_a_lexicon_is_of_a_known_type(language):
    """Groups name types and modes that exist, and each language has words for no other group."""
    groups = lexicon(language).groups
    for group in groups.values():
        assert group.type is None or group.type in EVENT_TYPES
        assert group.mode is None or group.mode in EVENT_TYPES[group.type].modes
    text = (files("dyadwatch.tagging.lexicons") / "languages" / f"{language}.yaml").read_text(
        encoding="utf-8"
    )
    assert set(yaml.load(text, Loader=yaml.CBaseLoader)["cues"]) <= set(groups)
