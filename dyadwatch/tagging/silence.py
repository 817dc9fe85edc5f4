"""Why a text raises no alert for a watch: one code and a sentence, and the candidates that were refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyadwatch.model.mentions import Reason, Suppressed, Tagged, TaggedText
from dyadwatch.tagging.lexicons.lexicon import has_lexicon
from dyadwatch.tagging.watches.watch import Watch

# What each reason of a refusal means, as a sentence goes on after the quote.
REASONS: Mapping[Reason, str] = {
    "namesake": "names somebody else of that name",
    "expired_role": "names a role that somebody else had then",
    "other_person": "means somebody else",
    "metonym": "stands for a state, not for the actor",
    "list": "names both in a list and relates them by nothing",
    "portrait": "speaks of a picture or a name on something",
    "aide_only": "speaks of somebody around an actor, not of the actor",
    "related_links": "stands among links to other articles",
    "third_party": "has somebody else as the one who acts or is acted on",
    "separate_clauses": "names the actors in clauses that are not about each other",
    "co_mention": "names both and says nothing of one towards the other",
    "state_only": "speaks of their states only, and the watch asks for the actors themselves",
    "unknown_language": "is in a language that the tagger has no words in",
    "phrase": "has a phrase that the watch refuses",
    "source": "stands in a source that the watch refuses, or asks more of",
}


@dataclass(frozen=True, slots=True)
class Silence:
    """Why there is no relationship. Codes: unknown_language, actors_not_named, refused (see `suppressed`),
    below_threshold, no_relation."""

    code: str
    detail: str
    suppressed: tuple[Suppressed, ...] = ()


def explain_silence(tagged: TaggedText, watch: Watch) -> Silence | None:
    """Why a tagged text has no relationship for a watch; None where it has one."""
    verdict = tagged.watches.get(watch.id) or Tagged(watch.id, False, 0.0, (), {})
    if verdict.relationship:
        return None
    if not has_lexicon(tagged.language):
        name = tagged.language or "none that could be told"
        return Silence("unknown_language", f"the tagger has no words in the language of the text ({name})")
    missing = [watch.actor(side).name for side in ("a", "b") if not verdict.actors.get(side)]
    if missing:
        return Silence("actors_not_named", _not_named(missing, verdict.suppressed), verdict.suppressed)
    if verdict.score > 0:
        detail = f"the best sentence scores {verdict.score:.2f}, and the watch asks for {watch.threshold:.2f}"
        return Silence("below_threshold", detail, verdict.suppressed)
    if verdict.suppressed:
        detail = "both are named, and each candidate was refused by a rule"
        return Silence("refused", detail, verdict.suppressed)
    return Silence("no_relation", "both are named, and no sentence relates them")


def _not_named(missing: Sequence[str], suppressed: Sequence[Suppressed]) -> str:
    words = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not named"
    return f"{words}; what looks like a name was refused" if suppressed else words
