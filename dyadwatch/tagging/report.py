"""The JSON form of a tagged text, as the command line and POST /v1/tag give it."""

from typing import Any

from dyadwatch.model.mentions import Suppressed, Tagged, TaggedText
from dyadwatch.tagging.lexicons.lexicon import has_lexicon


def report(tagged: TaggedText, watch_id: str) -> dict[str, Any]:
    """What `tagged` says about one watch: {language, relationship, score, mentions, actors}; negative and empty where
    the text does not name both actors. Ready for orjson (mentions stay dataclasses)."""
    found = tagged.watches.get(watch_id)
    actors = found.actors if found else {"a": (), "b": ()}
    return {
        "language": tagged.language,
        "relationship": found.relationship if found else False,
        "score": found.score if found else 0.0,
        "mentions": list(found.mentions) if found else [],
        "actors": {
            side: [[surface.start, surface.end, surface.surface] for surface in surfaces]
            for side, surfaces in actors.items()
        },
    }


def details(tagged: TaggedText, watch_id: str) -> dict[str, Any]:
    """What `tagged` says of the text as a whole, beside `report`: the remaining fields of model.mentions.Tagged; empty
    where the text does not name both actors. A text in a language without a lexicon says so in `suppressed`."""
    found = tagged.watches.get(watch_id) or Tagged(watch_id, False, 0.0, (), {})
    unknown = Suppressed("unknown_language", "", 0, 0, "language.identify")
    return {
        "event_types": found.event_types,
        "direction": found.direction,
        "modality": found.modality,
        "attribution": found.attribution,
        "relevance": found.relevance,
        "salience": found.salience,
        "stance": found.stance,
        "zones": found.zones,
        "suppressed": found.suppressed if has_lexicon(tagged.language) else (unknown, *found.suppressed),
    }
