"""Whatever comes in, there is an answer with exact offsets, or one clear error; and never work out of
proportion."""

from datetime import date

import pytest
from growth import assert_linear

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import Tagger, details, parse_watch
from dyadwatch.tagging.documents.document import Sentence

pytestmark = pytest.mark.no_cover

NAMES = "Khamenei praised Assad."


def document(**changes):
    """A small watch."""
    actors = {
        "a": {"name": "Ida Stone", "names": {"en": ["Ida Stone"]}},
        "b": {"name": "Bo Rock", "names": {"en": ["Bo Rock"]}},
    }
    for side, fields in changes.items():
        actors[side] = {**actors[side], **fields}
    return {"id": "ida-bo", "title": "I - B", "actors": actors}


def exact(text, tagged):
    for verdict in tagged.watches.values():
        for surfaces in verdict.actors.values():
            assert all(text[one.start : one.end] == one.surface for one in surfaces)
        for mention in verdict.mentions:
            assert text[mention.evidence.start : mention.evidence.end] == mention.evidence.quote
        assert all(text[one.start : one.end] == one.quote for one in verdict.suppressed)
        assert all(0 <= zone.start < zone.end <= len(text) for zone in verdict.zones)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "<html><body><p></p></body></html>",
        "<p>Khamenei praised Assad.</p>",
        "\ud800Khamenei\udfff praised \udc00Assad.",
        "\u202eKhamenei\u202c praised \u2067Assad\u2069.",
        "Khamenei praised Assad. ".encode("utf-16-le").decode("latin-1"),
        "خامنئي".encode().decode("latin-1") + " Assad",
        "Khamenei praised Assad. " * 500,
        "Khamenei praised Assad " * 4_000,
        "a" * 1_000_000,
        "ⵣⵎⵏ ⴰⵙⵙⴰⴷ Assad ⵅⴰⵎⵏⵉ Khamenei",
        "Assad\x00Khamenei\x00praised",
        "ＫＨＡＭＥＮＥＩ praised Ａｓｓａｄ.",
        "&#75;hamenei praised &#x41;ssad.",
        "ᴋhamenei praised 𝐀𝐬𝐬𝐚𝐝.",
    ],
)
def test_any_input_is_tagged(tagger, text):
    """No text raises, and every offset points at what it says."""
    exact(text, tagger.tag(text, watches={"assad-khamenei"}, published=date(2019, 1, 1)))
    exact(text, tagger.tag(text))


def test_ten_megabytes_are_tagged(tagger):
    """A text of ten megabytes is read, and the one sentence that counts is found in it."""
    text = "Rain fell in the north and the roads were closed. " * 200_000 + NAMES
    tagged = tagger.tag(text, language="en", published=date(2019, 1, 1))
    assert [mention.evidence.quote for mention in tagged.watches["assad-khamenei"].mentions] == [NAMES]


def test_an_unknown_language_is_a_reason_and_no_error(tagger):
    """A text that no letter tells the language of is read, and says that it was not known."""
    tagged = tagger.tag("12345 67890 !!!")
    assert tagged.language is None
    assert [item.reason for item in details(tagged, "assad-khamenei")["suppressed"]] == ["unknown_language"]


@pytest.mark.parametrize("language", ["zz", "x-klingon", "EN-gb", "zh-Hant-TW"])
def test_a_language_without_words_is_read_as_english(tagger, language):
    """A language that we have no lexicon of stops nothing."""
    tagged = tagger.tag(NAMES, language=language, published=date(2019, 1, 1))
    assert tagged.watches["assad-khamenei"].relationship


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"a": {"aliases": {"en": ["I"]}}}, "too_short"),
        ({"a": {"names": {"en": ["Bo Rock"]}}}, "contradictory"),
        ({"a": {"namesakes": [{"text": {"en": ["Ida Stone"]}}]}}, "contradictory"),
        ({"a": {"names": {"en": ["Ida {Stone"]}}}, "malformed"),
        ({"a": {"roles": [{"text": {"en": ["chief"]}, "needs_country": True}]}}, "missing"),
        ({"a": {"descriptions": {"en": "the stone"}}}, "wrong_type"),
    ],
)
def test_a_bad_watch_is_one_clear_error(changes, code):
    """An alias of one letter, two actors of one name, a name that is refused: each has its own code."""
    with pytest.raises(InvalidInput) as caught:
        parse_watch(document(**changes))
    assert caught.value.code == "watch_invalid"
    assert code in {problem.code for problem in caught.value.errors}


def test_a_role_without_dates_is_always_held():
    """A role that says nothing of time counts at any time."""
    watch = parse_watch(document(a={"roles": [{"text": {"en": ["mayor of Dale"]}}]}))
    for day in (date(1950, 1, 1), date(2050, 1, 1)):
        verdict = Tagger([watch]).tag("The mayor of Dale met Bo Rock.", published=day).watches["ida-bo"]
        assert [one.surface for one in verdict.actors["a"]] == ["mayor of Dale"]


def test_overlapping_aliases_mean_the_longest():
    """Of names within names the longest counts, once."""
    watch = parse_watch(
        document(a={"names": {"en": ["Ida Stone", "Ida Stone of Dale"]}, "aliases": {"en": ["Stone"]}})
    )
    verdict = Tagger([watch]).tag("Ida Stone of Dale met Bo Rock.").watches["ida-bo"]
    assert [one.surface for one in verdict.actors["a"]] == ["Ida Stone of Dale"]


FILLERS = (
    "Assad met Khamenei and ", "a.\n", "Assad, Khamenei, ", "he said him ", "A", "a. ", "&", "(", "' ", "-- ", " ", "\n", "'s ", "\u202e", "é\u0301",
)  # fmt: skip
ADVERSARIAL = (
    *FILLERS, "In 1999 he met him. ", "Hafez al-Assad and Assad. ", "the two men met him. ", "Monday Assad. ", ";Assad;Khamenei",
    "the supreme leader, ", "John Smith said Khamenei. ", "&#x41;", "\u064b\u0301",
)  # fmt: skip


def between_mentions(filler, size):
    return f"Assad met Khamenei. {filler * (size // len(filler))} Khamenei met Assad."


@pytest.mark.parametrize("filler", ADVERSARIAL)
def test_work_is_linear_in_the_text(tagger, filler):
    """Whatever is repeated in it."""
    assert_linear(
        lambda text: tagger.tag(text, language="en", watches={"assad-khamenei"}),
        lambda size: between_mentions(filler, size),
        100_000,
    )


@pytest.mark.parametrize("filler", [*FILLERS, "كتب إلى מנהיג איראן تمسك ب*  شرع guida suprema Syria "])
def test_work_is_linear_in_a_sentence(tagger, filler):
    """As long as sentences may be: work that grows faster there is repeated for each sentence of a text."""
    assert_linear(
        lambda text: tagger.tag(text, language="ar", watches={"assad-khamenei"}),
        lambda size: filler * (size // len(filler)),
        4_000,
    )


@pytest.mark.parametrize("filler", [*FILLERS, ",", "; ", ",.", "'", "and ", ", and "])
def test_work_is_linear_between_two_actors(tagger, filler):
    """As far apart as they may be in a sentence."""
    assert_linear(
        lambda text: tagger.tag(text, language="en", watches={"assad-khamenei"}),
        lambda size: f"Assad met {filler * (size // len(filler))} one two three Khamenei.",
        3_900,
    )


@pytest.mark.parametrize("filler", FILLERS)
def test_what_stands_around_it_hides_no_relationship(tagger, filler):
    tagged = tagger.tag(between_mentions(filler, 10_000), language="en", watches={"assad-khamenei"})
    assert tagged.watches["assad-khamenei"].relationship


def test_cues_are_searched_only_in_sentences_that_may_count(tagger, monkeypatch):
    """Sentences without an actor, or a word for one, are never searched for cues."""
    searched = []
    cues = Sentence.cues.fget
    monkeypatch.setattr(Sentence, "cues", property(lambda self: searched.append(self.index) or cues(self)))
    tagger.tag("Rain fell on the roads. " * 500 + NAMES, language="en", published=date(2019, 1, 1))
    assert set(searched) == {500}
