"""Plain cases as data: a case in cases/*.yaml needs no code.

They are regressions, not a measure of quality: only sentences that the tagger decides right are kept here.
The floors are what it reaches on them; they only rise.
"""

from collections import Counter
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.no_cover

CASES = [
    pytest.param({**case, "language": path.stem}, id=f"{path.stem}-{number}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for number, case in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1)
]


def outcome(tagged_once, case):
    """What the tagger says of a case, in the words of the case."""
    tagged = tagged_once(case["text"], case["published"])
    verdict = tagged.watches.get("assad-khamenei")
    person = [mention for mention in verdict.mentions if mention.level != "state"] if verdict else []
    best = max(person, key=lambda mention: mention.confidence, default=None)
    return {
        "relationship": bool(verdict and verdict.relationship),
        "language": tagged.language,
        "event": [mention.event_type for mention in person],
        "mode": [mention.mode for mention in person],
        "direction": best.direction if best else None,
        "modality": best.modality if best else None,
        "speaker": best.attribution.speaker if best and best.attribution else None,
        "level": {mention.level for mention in verdict.mentions} if verdict else set(),
        "a": [surface.surface for surface in verdict.actors["a"]] if verdict else [],
        "b": [surface.surface for surface in verdict.actors["b"]] if verdict else [],
    }


def differences(case, actual):
    """The fields of a case that came out otherwise."""
    wrong = []
    for field, expected in case.items():
        if field in {"text", "published"}:
            continue
        value = actual[field]
        right = expected in value if field in {"event", "mode", "level"} else expected == value
        if not right:
            wrong.append(f"{field}: {expected!r} wanted, {value!r} said")
    return wrong


@pytest.mark.parametrize("case", CASES)
def test_the_verdict_on_each_case_is_right(tagged_once, case):
    """A plain case is decided right, with the actors as marked."""
    actual = outcome(tagged_once, case)
    fields = {name: case[name] for name in ("relationship", "a", "b") if name in case}
    assert not differences(fields, actual), case["text"]


# Share of the cases that carry the field and get it right. Raise them when the tagger gets better; never
# lower one.
FLOORS = {
    **dict.fromkeys(("event", "mode", "direction", "modality", "speaker", "level"), 1.0),
    "language": 0.99,  # four or five words may be read in a neighbour language
}


def test_the_details_keep_their_floors(tagged_once):
    """Event types, directions, modality, attribution and language stay as good as they have been."""
    right, all_ = Counter(), Counter()
    for parameter in CASES:
        (case,) = parameter.values
        actual = outcome(tagged_once, case)
        for field in FLOORS:
            if field in case:
                all_[field] += 1
                right[field] += not differences({field: case[field]}, actual)
    reached = {field: right[field] / all_[field] for field in FLOORS}
    assert {field: value for field, value in reached.items() if value < FLOORS[field]} == {}


def test_each_of_nine_languages_has_enough_cases():
    """At least four hundred cases, twenty or more in each of the nine."""
    languages = Counter(parameter.values[0]["language"] for parameter in CASES)
    assert sum(languages.values()) >= 400
    assert min(languages[code] for code in ("en", "ar", "fa", "he", "ru", "tr", "fr", "de", "es")) >= 20
