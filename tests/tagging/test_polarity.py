"""Polarity: acts that are ended or eased; and verbs whose particle stands apart."""

import pytest
from tagging.clauses import clause

from dyadwatch.tagging.events.fitting import fitting_events
from dyadwatch.tagging.lexicons.lexicon import lexicon
from dyadwatch.text.folding import fold_surface

pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("en", "{b:Khamenei} lifted the sanctions on {a:Assad}.", "CONCEDE"),
        ("en", "{b:Khamenei} imposed the sanctions on {a:Assad}.", "SANCTION"),
        ("en", "{b:Khamenei} suspended talks with {a:Assad}.", "SANCTION"),
        ("en", "{b:Khamenei} halted the bombing of {a:Assad}.", "RETREAT"),
        ("en", "In the end {b:Khamenei} abandoned {a:Assad}.", "SANCTION"),
        ("fr", "Les sanctions contre {a:Assad} ont été levées par {b:Khamenei}.", "CONCEDE"),
        ("de", "{b:Chamenei} setzte die Sanktionen gegen {a:Assad} aus.", "CONCEDE"),
        ("de", "{b:Chamenei} setzte die Gespräche mit {a:Assad} aus.", "SANCTION"),
        ("de", "{b:Chamenei} setzte die Gespräche mit {a:Assad} fort.", "CONSULT"),
        ("pl", "{b:Chamenei} zniósł embargo wobec {a:Asada}.", "CONCEDE"),
    ],
)
def test_what_is_ended_is_the_opposite_act(language, sentence, kind):
    """Pressure that is lifted is a concession, cooperation that is halted a sanction."""
    assert fitting_events(clause(language, sentence))[0].cue.payload.type == kind


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Er nahm den Mann am Montag fest.", "COERCE"),
        ("Er nahm den Mann am Montag fest und lachte.", None),  # the particle ends the clause
        ("Er nahm den Mann am Montag mit.", None),
        ("Er nahm den Mann. Sie hielt fest.", None),
    ],
)
def test_a_separable_verb_needs_its_particle(sentence, kind):
    """A verb means what it does together with its particle at the end of the clause."""
    cues = lexicon("de").find(fold_surface(sentence))
    assert {cue.payload.type for cue in cues if cue.payload.particle} == ({kind} if kind else set())


def test_what_is_published_ends_nothing(tagger):
    """Pictures are released, but no prisoners."""
    text = "Assad met Khamenei. Afterwards the two men released {}."
    said = {
        what: {
            mention.event_type for mention in tagger.tag(text.format(what)).watches["assad-khamenei"].mentions
        }
        for what in ("pictures", "prisoners")
    }
    assert "RETREAT" not in said["pictures"]
    assert "RETREAT" in said["prisoners"]
