"""Links to other articles in a scraped text: what they tell of the two is refused."""

from datetime import date

import pytest

pytestmark = pytest.mark.no_cover

OWN = (
    "Rain is expected in the north on Sunday, forecasters said. Roads in the valley may be closed until noon, and"
    " trains will run late. Schools open as usual, the ministry said, and so do the markets of the old town."
)
OTHER = (
    "Bashar al-Assad met Ali Khamenei in Tehran on Monday. The two talked about oil for an hour, state television"
    " said, and signed nothing in the end of a visit that was the third since the beginning of the war."
)


def read(tagger, *paragraphs):
    text = "\n\n".join(("Rain on Sunday", *paragraphs))
    return tagger.tag(text, language="en", published=date(2019, 3, 1), watches={"assad-khamenei"}).watches


@pytest.mark.parametrize(
    "label",
    ["Read also", "Also today:", "MORE NEWS", "Lesen Sie auch", "À lire aussi", "Las más leídas", "Читайте также",
     "Czytaj także", "اقرأ أيضاً", "مطالب مرتبط", "קראו גם", "مزید پڑھیں", "相关阅读", "Benzer haberler", "Lees ook"],
)  # fmt: skip
def test_what_a_line_introduces_as_another_story_raises_nothing(tagger, label):
    """Whatever the language of the page, and though it is as long as a paragraph of the article."""
    verdict = read(tagger, OWN, label, OTHER)["assad-khamenei"]
    assert not verdict.relationship
    assert {one.reason for one in verdict.suppressed} == {"related_links"}


@pytest.mark.parametrize("line", ["Read also", "Most read"])
def test_the_article_goes_on_behind_the_next_paragraph(tagger, line):
    verdict = read(tagger, OWN, line, OWN.replace("Rain", "Snow"), OTHER)["assad-khamenei"]
    assert verdict.relationship


@pytest.mark.parametrize("line", ["More rain is on its way.", "A ledger of the most read", "Weather"])
def test_a_line_that_only_sounds_like_a_label_refuses_nothing(tagger, line):
    assert read(tagger, OWN, line, OTHER)["assad-khamenei"].relationship
