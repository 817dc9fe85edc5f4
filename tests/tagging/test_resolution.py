"""Roles and bare names against the time that a text speaks of, and against those who share them."""

from datetime import UTC, date, datetime

import pytest

from dyadwatch.tagging import Tagger, example_watches, parse_watch

pytestmark = pytest.mark.no_cover


def surfaces(tagger, text, published):
    """(surfaces of a, surfaces of b) in a text."""
    verdict = tagger.tag(text, published=published, watches={"assad-khamenei"}).watches.get("assad-khamenei")
    return tuple([one.surface for one in verdict.actors[side]] for side in "ab") if verdict else ([], [])


@pytest.mark.parametrize(
    ("text", "published", "a", "b"),
    [
        ("The Syrian president met Khamenei.", date(2019, 2, 25), ["Syrian president"], ["Khamenei"]),
        ("The Syrian president met Khamenei.", date(2024, 12, 7), ["Syrian president"], ["Khamenei"]),
        ("The Syrian president met Khamenei.", date(2024, 12, 8), [], ["Khamenei"]),
        ("The Syrian president met Khamenei.", date(1995, 1, 1), [], ["Khamenei"]),
        ("In 1997 the Syrian president met Khamenei.", date(2019, 2, 25), [], ["Khamenei"]),
        ("In 2010 the Syrian president met Khamenei.", date(2025, 5, 1), ["Syrian president"], ["Khamenei"]),
        ("The Syrian president met Khamenei.", None, ["Syrian president"], ["Khamenei"]),
        ("The ousted Syrian president met Khamenei.", date(2025, 5, 1), ["ousted Syrian president"], ["Khamenei"]),
        ("Iran's supreme leader met Assad.", date(1985, 5, 1), [], []),
        ("Iran's supreme leader met Assad.", date(1999, 5, 1), [], ["Iran's supreme leader"]),
        ("Iran's supreme leader met Assad.", date(2026, 3, 20), ["Assad"], []),
        ("General Bashaar Assad met Khamenei.", date(2019, 2, 25), ["Assad"], ["Khamenei"]),
        ("General Bakr Assad met Khamenei.", date(2019, 2, 25), [], ["Khamenei"]),
        ("Khamenei said nothing.", date(2026, 3, 8), [], ["Khamenei"]),
        ("Khamenei said nothing.", date(2026, 3, 9), [], []),
        ("Ali Khamenei is dead. Khamenei once met Assad.", date(2026, 5, 1), ["Assad"], ["Ali Khamenei", "Khamenei"]),
        ("Mojtaba Khamenei spoke. Khamenei never met Assad.", date(2026, 5, 1), ["Assad"], []),
        ("The late Khamenei once met Assad.", date(2026, 5, 1), ["Assad"], ["Khamenei"]),
        ("Hafez al-Assad died in 2000. Assad had ruled for thirty years.", date(2010, 6, 10), [], []),
        ("Assad spoke. His father was Hafez al-Assad.", date(2010, 6, 10), ["Assad"], []),
        ("Assad's prisons\n\nHafez al-Assad built them.", date(2010, 6, 10), [], []),
        ("Bashar al-Assad spoke. Hafez al-Assad died in 2000. Assad was 69.\n\nAssad flew home.", date(2010, 6, 10), ["Bashar al-Assad", "Assad"], []),
        ("In 1984 a guest came. The Syrian leader met him.\n\nThe Syrian leader is older now.", date(2010, 6, 10), ["Syrian leader"], []),
        ("North Korea, whose supreme leader is young, wrote to Iran and to Assad.", date(2012, 6, 10), ["Assad"], []),
        ("Hafez al-Assad died. His son Bashar al-Assad followed; Assad was 34.", date(2010, 6, 10), ["Bashar al-Assad", "Assad"], []),
        ("Syrian President Ahmed al-Sharaa spoke.", date(2020, 6, 10), [], []),
        ("Libya's supreme leader wrote to Iran and to Assad.", date(2009, 6, 10), ["Assad"], []),
        ("The supreme leader of the orchestra bowed.", date(2009, 6, 10), [], []),
        ("President Bashar al-Assad spoke.", date(2009, 6, 10), ["Bashar al-Assad"], []),
        ("Assad's army fought.", date(2013, 6, 10), [], []),
        ("Pro-Assad fighters fled.", date(2013, 6, 10), [], []),
    ],
)  # fmt: skip
def test_who_is_meant_depends_on_the_period(tagger, text, published, a, b):
    """A role counts at the times at which it was held; a bare surname while it is used of the man."""
    assert surfaces(tagger, text, published) == (a, b)


def test_published_may_be_a_datetime(tagger):
    """`published` may carry a clock time."""
    moment = datetime(2019, 2, 25, 10, tzinfo=UTC)
    assert surfaces(tagger, "The Syrian president left.", moment) == (["Syrian president"], [])


def test_a_tie_reported_after_the_last_office_is_historical(tagger):
    """Support and ties reported after an office ended belong to the past."""
    tagged = tagger.tag("Khamenei protected Assad.", published=date(2025, 1, 5))
    assert [mention.modality for mention in tagged.watches["assad-khamenei"].mentions] == ["historical"]


@pytest.mark.parametrize(
    ("text", "means_him"),
    [
        ("Omar Stone threatens a strike. Stone met Brandt.", False),
        ("Stone threatens a strike\n\nOmar Stone met Brandt.", False),
        ("Stone met Brandt. Omar Stone was away.", True),
        ("Omar Stone left. The Aurelian president sighed. Stone met Brandt.", True),
        ("Omar Stone left. Adam Stone met Brandt, and Stone smiled.", True),
        ("Omar Stonehill left. Stone met Brandt.", True),
    ],
)
def test_a_surname_that_the_text_gives_to_a_namesake_alone_is_his(text, means_him):
    stone = {
        "name": "Adam Stone",
        "pronouns": "he",
        "names": {"en": ["Adam Stone"]},
        "aliases": {"en": ["Stone"]},
        "roles": [{"text": {"en": ["Aurelian president"]}}],
        "namesakes": [{"text": {"en": ["Omar Stone", "Omar Stonehill"]}}],
    }
    brandt = {"name": "Brandt", "names": {"en": ["Brandt"]}}
    tagger = Tagger([parse_watch({"id": "x", "title": "x", "actors": {"a": stone, "b": brandt}})])
    verdict = tagger.tag(text, language="en").watches["x"]
    assert ("Stone" in [one.surface for one in verdict.actors["a"]]) is means_him


@pytest.mark.parametrize(
    ("language", "headline", "are_named"),
    [
        ("en", "Putin Meets Erdogan In Sochi", True),
        ("en", "Putin Snubs Erdogan At Summit", True),
        ("en", "Putin Rejects Erdogan Offer", True),
        ("en", "Erdogan Asks Putin For Gas Discount", True),
        ("en", "Putin meets Erdogan Yildiz", False),
        ("en", "Igor Putin Erdogan Yildiz", False),
        ("tr", "Erdoğan ile Putin Kalbajar'da görüştü", True),
        ("tr", "Putin Murmansk'ta Erdoğan'ı ağırladı", True),
        ("tr", "Putin Yılmaz'la Erdoğan görüştü", False),
    ],
)
def test_a_word_behind_a_surname_is_no_name_where_a_headline_or_its_ending_tells(
    language, headline, are_named
):
    """In title case a capital says nothing; a place where something happened is nobody's surname."""
    watch = next(one for one in example_watches() if one["id"] == "erdogan-putin")
    tagger = Tagger([parse_watch(watch)])
    text = f"{headline}\n\nRecep Tayyip Erdoğan. Vladimir Putin."
    verdict = tagger.tag(text, language=language, published=date(2020, 3, 6)).watches["erdogan-putin"]
    found = {side for side in "ab" for one in verdict.actors[side] if one.start < len(headline)}
    assert (found == {"a", "b"}) == are_named
