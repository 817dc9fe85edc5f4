"""What is done between two marked actors: types, modes, modality, reasons, and what is no span."""

from collections import Counter
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import type_event
from dyadwatch.tagging.events.coder import choose_events, code_events, gather_signals
from dyadwatch.tagging.events.context import LABELS, context
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.english_stems import stem, tokens
from dyadwatch.tagging.events.features import FAMILIES, features, features_in_news
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.events.ranker import Weights, rank, reasons, shipped_weights
from dyadwatch.tagging.events.type_event import marked_clause

CASES = yaml.load((Path(__file__).parent / "events_cases.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
# Floors: they only rise.
RIGHT = 0.93
RIGHT_OF_A_TYPE = 0.75
RIGHT_IN_ALERTS = 0.69


def marked(sentence):
    """The text without marks and the spans of {actor} and [recipient]."""
    text, places = "", {}
    for sign in sentence:
        if sign in "{}[]":
            places[sign] = len(text)
        else:
            text += sign
    return text, (places["{"], places["}"]), (places["["], places["]"])


def typed(sentence, **more):
    return type_event(*marked(sentence), **more)


def test_the_cases_are_typed_as_well_as_before():
    """Our own sentences, some two dozen of each of the 16 types: the share that is right does not fall."""
    assert set(CASES) == set(EVENT_TYPES)
    assert all(len(sentences) >= 20 for sentences in CASES.values())
    wrong = Counter(
        name for name, group in CASES.items() for sentence in group if typed(sentence).event_type != name
    )
    total = sum(map(len, CASES.values()))
    assert 1 - wrong.total() / total >= RIGHT, wrong
    for name, group in CASES.items():
        assert 1 - wrong[name] / len(group) >= RIGHT_OF_A_TYPE, (name, wrong)


def test_the_cases_are_typed_in_alerts_as_well_as_before():
    """The same sentences as an alert about the two would type them, which takes no event for certain."""
    right = 0
    for name, group in CASES.items():
        for sentence in group:
            events = code_events(*marked_clause(*marked(sentence), language="en"))
            right += bool(events) and events[0].cue.payload.type == name
    assert right / sum(map(len, CASES.values())) >= RIGHT_IN_ALERTS


@pytest.mark.parametrize(
    ("sentence", "types"),
    [
        ("{Qirra} granted [the islanders] the right to vote.", ["CONCEDE"]),
        ("{The premier} and [the king] grew up in the same street.", []),
    ],
)
def test_without_a_fitting_cue_an_english_act_between_the_two_counts(sentence, types):
    events = code_events(*marked_clause(*marked(sentence), language="en"))
    assert [event.cue.payload.type for event in events] == types


def test_every_answer_says_why():
    """Features with weights, heaviest first, a mode that PLOVER has, a quad class, and a confidence."""
    for group in CASES.values():
        for sentence in group:
            event = typed(sentence)
            assert bool(event.features) == bool(event.rules) == (event.event_type is not None)
            if event.event_type is None:
                continue
            weights = [abs(weight) for weight in event.features.values()]
            assert weights == sorted(weights, reverse=True)
            assert event.mode is None or event.mode in EVENT_TYPES[event.event_type].modes
            assert event.quad_class == EVENT_TYPES[event.event_type].quad_class
            assert 0 < event.confidence <= 1
            assert event.language == "en"


@pytest.mark.parametrize(
    ("sentence", "kind", "mode"),
    [
        ("{The premier} telephoned [the king] late on Sunday.", "CONSULT", "phone"),
        ("{The premier} arrived in [Qirra] for a state visit.", "CONSULT", "visit"),
        ("{The militia} kidnapped [two engineers].", "ASSAULT", "abduct"),
        ("{Estrovian jets} bombed [rebel positions].", "ASSAULT", "explosives"),
        ("{Police} arrested [the head of the union].", "COERCE", "arrest"),
        ("{Estrovia} deported [an Aldran journalist].", "COERCE", "deport"),
        ("{Prosecutors} are investigating [the ministry].", "ACCUSE", "investigate"),
        ("{Marta Lund} criticised [the chancellor].", "ACCUSE", "disapprove"),
        ("{The junta} declared a ceasefire with [the tribes].", "RETREAT", "ceasefire"),
        ("{The rebels} released [eleven fishermen].", "RETREAT", "release"),
        ("{Interior Minister Brand} resigned from [the cabinet].", "RETREAT", "resign"),
        ("{Inmates} began a hunger strike against [the prison service].", "PROTEST", "hunger"),
        ("{Aldra} expelled [two Estrovian diplomats].", "SANCTION", "expel"),
        ("{The junta} refused to meet [the envoys].", "REJECT", "meet"),
        ("{The governor} lifted the ban on [street traders].", "CONCEDE", None),
    ],
)
def test_modes_are_told(sentence, kind, mode):
    """The mode is that which a cue of the type tells."""
    event = typed(sentence)
    assert (event.event_type, event.mode) == (kind, mode)


@pytest.mark.parametrize(
    ("sentence", "modality"),
    [
        ("{Aldra} praised [Qirra].", "asserted"),
        ("{Aldra} praised [Qirra], according to the Daily Herring.", "reported"),
        ("{Aldra} may have attacked [Qirra].", "hypothetical"),
        ("{Aldra} never attacked [Qirra].", "negated"),
        ("{Aldra} attacked [Qirra] in 1987.", "historical"),
        ("{Aldra} will meet [Qirra] next month.", "asserted"),
    ],
)
def test_modality_is_that_of_the_act(sentence, modality):
    """What is promised is asserted as a promise; what may be, was not or lies back is told as such."""
    assert typed(sentence, published=date(2024, 5, 2)).modality == modality
    assert typed(sentence, published=datetime(2024, 5, 2, tzinfo=UTC)).modality == modality


@pytest.mark.parametrize(
    ("sentence", "language", "kind"),
    [
        ("{Präsident Orub} besuchte gestern [Kanzlerin Vinter].", "de", "CONSULT"),
        ("{Le président Oruba} a remercié [la reine Ysolde].", "fr", "SUPPORT"),
        ("{El presidente Oruba} se reunió con [la reina Ysolde] en Torvald.", "es", "CONSULT"),
        ("{Президент Оруба} встретился с [королевой Изольдой].", "ru", "CONSULT"),
        ("{Präsident Orub} und die Wetterkarte von [Kanzlerin Vinter].", "de", None),
    ],
)
def test_other_languages_use_the_cues_of_their_lexicons(sentence, language, kind):
    """A cue that fits the pair gives its type; without one there is no type and no reason."""
    for asked in (language, None):
        event = typed(sentence, language=asked)
        assert (event.language, event.event_type) == (language, kind)
        assert bool(event.features) == bool(event.rules) == bool(event.confidence) == (kind is not None)


def test_an_actor_may_be_unnamed():
    """None and an empty span stand for an actor that the text does not name."""
    text = "Farmers went on strike for better prices."
    assert type_event(text, (0, 7), None).event_type == "PROTEST"
    assert type_event(text, (0, 7), (3, 3)) == type_event(text, (0, 7), None)
    assert type_event("The editor was arrested at dawn.", None, (0, 10)).event_type == "COERCE"
    assert (
        type_event("Besuchte gestern die Kanzlerin.", None, (17, 30), language="de").event_type == "CONSULT"
    )


@pytest.mark.parametrize(
    ("actor", "recipient", "code"),
    [
        (None, None, "actors_missing"),
        ((2, 2), None, "actors_missing"),
        ((0, 5), (0, 5), "span_invalid"),
        ((5, 0), (6, 9), "span_invalid"),
        ((-1, 5), (6, 9), "span_invalid"),
        ((0, 99), (6, 9), "span_invalid"),
        ((0, 1, 2), (6, 9), "span_invalid"),
        (("0", 5), (6, 9), "span_invalid"),
        ((False, True), (6, 9), "span_invalid"),
        ({"start": 0}, (6, 9), "span_invalid"),
        ("04", (6, 9), "span_invalid"),
    ],
)
def test_what_is_no_span_is_refused(actor, recipient, code):
    """A clear error with a stable code."""
    with pytest.raises(InvalidInput) as caught:
        type_event("Aldra praised Qirra.", actor, recipient)
    assert caught.value.code == code


def test_a_span_without_a_letter_is_refused():
    """What folds away, or a text of spaces, names nobody."""
    for text, span in (("\u00ad\u00ad Qirra praised", (0, 2)), ("   ", (0, 1))):
        with pytest.raises(InvalidInput) as caught:
            type_event(text, span, None)
        assert caught.value.code == "span_invalid"


def test_offsets_are_of_the_text_as_given():
    """Entities, soft hyphens and curly quotes before an actor move nothing."""
    plain = typed("{Aldra} did not attack [Qirra].")
    odd = typed("&quot;{Al\u00addra} didn’t attack [Qir\u00adra].")
    assert odd.event_type == plain.event_type


def test_only_the_sentences_of_the_actors_count():
    """What stands in other sentences of a longer text tells nothing of the pair."""
    around = "Rebels shelled the town. Nobody was hurt.\n\n"
    inside = "{Aldra} signed a treaty with [Qirra]."
    event = typed(around + inside + " Police arrested a thief. Gunmen stormed a bank.")
    assert event == typed(inside)


def test_the_same_input_gives_the_same_answer():
    """Byte for byte, also where an actor is named before or after."""
    for sentence in (CASES["AID"][0], CASES["ASSAULT"][1]):
        assert repr(typed(sentence)) == repr(typed(sentence))


def evidence_of(sentence):
    clause, fitting = marked_clause(*marked(sentence))
    return gather_signals(clause, fitting, choose_events(clause, fitting), "a")


def test_the_shares_of_a_clause_add_up_to_one():
    """Every label that something speaks for is ranked once, best first."""
    by_label = features(evidence_of(CASES["RETREAT"][0]))
    ranking = rank(by_label, shipped_weights())
    shares = [share for _, share in ranking]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert {label for label, _ in ranking} == set(by_label)


@pytest.mark.parametrize(
    ("sentence", "types"),
    [
        ("{Aldra} praised [Qirra] and met its king.", ["SUPPORT", "CONSULT"]),
        ("{Aldra} besuchte [Qirra] am Montag.", ["CONSULT"]),
        ("{Aldra} denied that it had met [Qirra].", ["CONSULT"]),
        ("{Farmers} of [Qirra] are many.", []),
    ],
)
def test_an_alert_is_typed_by_the_cues_that_fit(sentence, types):
    """A type that alone fits is it; a meeting may stand beside it; where no cue fits, there is no event."""
    clause, fitting = marked_clause(*marked(sentence))
    assert [event.cue.payload.type for event in code_events(clause, fitting)] == types


def test_a_sentence_without_a_cue_reports_no_event():
    """Neither a type nor a reason is made up."""
    answer = typed("{Aldra} of [Qirra] is it.")
    assert (answer.event_type, answer.rules, answer.confidence) == (None, (), 0.0)


def test_forms_of_a_word_share_a_stem():
    """Inflection and spelling do not matter; what only looks inflected stays apart."""
    for forms in ("agree agrees agreed agreeing", "veto vetoes vetoed", "mobilise mobilizing mobilized", "send sent sending", "deny denied denies", "plan planned planning"):  # fmt: skip
        assert len({stem(form) for form in forms.split()}) == 1, forms
    assert len({stem(word) for word in ("news", "new", "bring", "ring", "need")}) == 5
    assert stem("ab" * 400) == "ab" * 400


def test_months_and_contractions_are_read_apart():
    """ "march" is a month beside a number or after "in"; "n't" and "'ll" are words of their own."""
    assert tokens("in march 3 march they march").texts == ["in", "month", "3", "month", "they", "march"]  # fmt: skip
    assert tokens("don't we'll").texts == ["do", "n't", "we", "'ll"]


def test_the_data_name_each_other_rightly():
    """Frames, modes and directions are of classes that exist; types and modes are PLOVER's."""
    document = yaml.load(
        (files("dyadwatch.tagging.events") / "english_cues.yaml").read_text(encoding="utf-8"),
        yaml.CSafeLoader,
    )
    classes = set(document["classes"])
    cues = english_cues()
    assert set(cues.types.values()) <= set(EVENT_TYPES)
    assert {name for frames in cues.frames.values() for frame in frames for name in frame.classes} <= classes
    assert set(cues.directions) <= classes
    for kind, modes in cues.modes.items():
        assert set(modes) <= set(EVENT_TYPES[kind].modes)
        assert set().union(*modes.values()) <= classes


def test_every_family_of_features_has_weights():
    """What a family says of our sentences is weighed: none was forgotten when the weights were fitted."""
    weights = shipped_weights().features
    evidences = [evidence_of(sentence) for group in CASES.values() for sentence in group]
    for family in FAMILIES:
        assert any(name in weights for evidence in evidences for _, name in family(evidence)), family


def test_the_context_weighs_every_label():
    """Of a clause that may report none each label has a share, and what the shipped weights know of its
    context makes a difference; weights of the context are whole, so that their sum has no order."""
    weights = shipped_weights()
    assert all(len(row) == len(LABELS) for row in weights.context.values())
    assert all(type(value) is int for row in weights.context.values() for value in row)
    evidence = evidence_of("{Aldra} did not shake hands with [Qirra].")
    by_label = features_in_news(evidence)
    assert set(by_label) == set(LABELS)
    assert rank(by_label, weights, context(evidence)) != rank(by_label, weights)


def test_ranking_is_stable():
    """Equal shares stand in order of name; an unknown feature weighs nothing; reasons are heaviest first."""
    weights = Weights({"x": 1.0}, {"beside": [0] * len(LABELS)})
    assert [label for label, _ in rank({"B": ["unknown"], "A": []}, weights, ["beside", "?"])] == ["A", "B"]
    assert rank({"B": ["x"], "A": []}, weights)[0][0] == "B"
    assert list(reasons(["y", "unknown", "x"], {"x": -2.0, "y": 1.0}, 5)) == ["x", "y"]


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=80),
    st.tuples(*[st.integers(-2, 90)] * 4),
    st.sampled_from([None, "en", "ar", "de", "fa"]),
)
def test_any_text_and_span_is_answered_or_refused(text, offsets, language):
    """Nothing else comes out, whatever goes in."""
    codes: list[str] = []
    try:
        event = type_event(text, offsets[:2], offsets[2:], language=language)
        assert event.event_type is None or event.event_type in EVENT_TYPES
    except InvalidInput as error:
        codes.append(error.code)
    assert set(codes) <= {"actors_missing", "span_invalid"}


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", ["attack ", "will not ", "a, ", "lift ban ", "'", "x" * 50])
def test_time_grows_with_the_text_alone(piece):
    """Whatever long line stands between the actors."""
    assert_linear(
        lambda text: type_event(text, (0, 5), (len(text) - 5, len(text)), language="en"),
        lambda size: "Aldra " + piece * (size // len(piece)) + " Qirra",
        200_000,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Assad signed the pact with Khamenei at a meeting in Tehran."),
        ("de", "Assad unterzeichnete das Abkommen mit Chamenei bei einem Treffen in Teheran."),
        ("es", "Asad firmó el acuerdo con Jameneí en una reunión en Teherán."),
        ("ru", "Асад подписал соглашение с Хаменеи на встрече в Тегеране."),
    ],
)
def test_an_occasion_is_no_act_beside_what_was_done_at_it(tagger, language, text):
    assert tagger.tag(text, language=language).watches["assad-khamenei"].event_types == ("SUPPORT",)
