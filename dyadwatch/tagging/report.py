"""The JSON form of a tagged text, as the command line and POST /v1/tag give it."""

from typing import Any

from dyadwatch.model.mentions import TaggedText


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
