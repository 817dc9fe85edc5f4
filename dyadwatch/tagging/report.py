"""The JSON form of a tagged text, as the command line and POST /v1/tag return it."""

from typing import Any

from dyadwatch.model.mentions import Suppressed, Tagged, TaggedText
from dyadwatch.tagging.lexicons.lexicon import has_lexicon


def report(tagged: TaggedText, watch_id: str) -> dict[str, Any]:
    """What a text says about one watch: {language, relationship, score, mentions, actors}; without
    relationship and mentions where it does not name both actors. Ready for orjson (mentions stay
    dataclasses)."""
    verdict = _of_watch(tagged, watch_id)
    return {
        "language": tagged.language,
        "relationship": verdict.relationship,
        "score": verdict.score,
        "mentions": list(verdict.mentions),
        "actors": {
            side: [[surface.start, surface.end, surface.surface] for surface in surfaces]
            for side, surfaces in verdict.actors.items()
        },
    }


def details(tagged: TaggedText, watch_id: str) -> dict[str, Any]:
    """What a text says as a whole, in addition to `report`: the other fields of model.mentions.Tagged, empty
    where the text does not name both actors. In a language without a lexicon the first of `suppressed` says
    so."""
    verdict = _of_watch(tagged, watch_id)
    unknown = Suppressed("unknown_language", "", 0, 0, "language.identify")
    return {
        "event_types": verdict.event_types,
        "direction": verdict.direction,
        "modality": verdict.modality,
        "attribution": verdict.attribution,
        "relevance": verdict.relevance,
        "salience": verdict.salience,
        "stance": verdict.stance,
        "zones": verdict.zones,
        "suppressed": verdict.suppressed if has_lexicon(tagged.language) else (unknown, *verdict.suppressed),
        "mention_count": verdict.mention_count,
        "tagged_to": verdict.tagged_to,
        "events": verdict.events,
    }


def _of_watch(tagged: TaggedText, watch_id: str) -> Tagged:
    """What the text says about a watch; an empty verdict where that is nothing."""
    return tagged.watches.get(watch_id) or Tagged(watch_id, False, 0.0, (), {"a": (), "b": ()})
