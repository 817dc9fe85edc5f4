"""Words that mean one of the two, or both, by how a sentence before names them: "the former ... the latter",
"they signed"."""

from dyadwatch.tagging.actors.memory import other_side
from dyadwatch.tagging.actors.scene import Reference, Scene, referring
from dyadwatch.tagging.lexicons.lexicon import Cue

_NEAR = 2  # sentences within which "the former" finds whom it means
_OPENING_WORDS = 3  # fewer stand before a subject that opens a sentence


def by_order(scene: Scene) -> Reference | None:
    """One or both by the order in which a sentence before names them, and nobody else ("the latter accused
    the former", "the latter accused A")."""
    first = scene.memory.named_first
    if first is None or scene.sentence.index - scene.memory.named_both > _NEAR:
        return None
    former, latter = _former_and_latter(scene)
    if not scene.spans:
        if former is None or latter is None:
            return None
        clause = scene.clause(referring(former, first), referring(latter, other_side(first)))
        return Reference(clause, "coreference")
    here = scene.spans[0]
    word = latter if here.side == first else former
    return (
        Reference(scene.clause(here, referring(word, other_side(here.side))), "coreference") if word else None
    )


def _former_and_latter(scene: Scene) -> tuple[Cue | None, Cue | None]:
    """The words for each. Those that mean other things as well ("the first") count beside the other's."""
    former, latter, one, other = (
        next(iter(scene.free_references(kind)), None)
        for kind in ("former", "latter", "one_of_two", "other_of_two")
    )
    if former or latter:
        return former or one, latter or other
    return (one, other) if one and other else (None, None)


def as_subject(scene: Scene) -> Reference | None:
    """Both by a plural that opens a sentence and does something, where the sentence before was about the two
    and nobody else."""
    if scene.since_related != 1 or not scene.memory.both_are_current():
        return None
    text, start = scene.document.folded_text, scene.sentence.start
    are_bodies = set(scene.memory.pronouns.values()) == {"it"}
    for cue in scene.references("they", *(["they_bodies"] if are_bodies else [])):
        opens = len(text[start : cue.start].split()) < _OPENING_WORDS
        if opens and any(act.end > cue.start for act in scene.sentence.cues_of("event", "tie")):
            return scene.with_both(cue, "joint")
    return None
