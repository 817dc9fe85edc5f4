"""What makes a revision of an article, and how two texts differ."""

import pytest
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.articles import compare, count_words, diff, lacks

pytestmark = pytest.mark.no_cover

TITLE = "Assad meets Khamenei in Tehran"
FIRST = "Bashar al-Assad met Ali Khamenei in Tehran on Monday, state media said."
SECOND = "Twelve people were hurt when a bus left the road near Homs at 10:23."
TEXT = f"{TITLE}\n\n{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}\n\nUpdated 10:23 GMT, 3 March 2026\n\n{FIRST}\n\n{SECOND}",
        f"{TITLE}\n\nآخر تحديث: 3 مارس 2026 - 10:23\n\n{FIRST}\n\n{SECOND}",
        f"{TITLE}\n\n{FIRST}\n\nAdvertisement\n\n{SECOND}",
        f"{TITLE}\n\n{FIRST}\n\nRead more: Rain is expected along the coast\n\n{SECOND}",
        f"{TITLE}\n\n5 min read\n\n{FIRST}\n\n{SECOND}\n\n12 comments",
        f"{TITLE}\n\n{FIRST}\n\n{SECOND}\n\n© 2026 The Site. All rights reserved.",
        f"{TITLE}\n\n{SECOND}\n\n{FIRST}",
        f"{TITLE}\n\n{FIRST.replace('-', '‑')}\n\n{SECOND}",
        f"{TITLE.upper()}\n\n{FIRST}\n\n{SECOND}",
    ],
)
def test_what_changes_by_itself_is_no_revision(text):
    assert not compare(TEXT, text)
    assert not compare(text, TEXT)


@pytest.mark.parametrize(
    "counter",
    ["{} views", "Views: {}", "{} просмотров", "{} مشاهدة", "{} görüntülenme", "{} vues", "👁 {} Aufrufe"],
)
def test_a_line_that_counts_readers_is_no_revision(counter):
    texts = [f"{TITLE}\n\n{counter.format(number)}\n\n{FIRST}" for number in ("1,204", "9 911")]
    assert not compare(*texts)


@pytest.mark.parametrize(
    "line", ["The fund sold {} shares in March.", "He bought {} shares on Monday", "{} dead"]
)
def test_a_number_of_the_news_is_a_revision(line):
    assert compare(*(f"{TITLE}\n\n{line.format(number)}\n\n{FIRST}" for number in (12, 14)))


def test_the_time_of_an_update_within_a_paragraph_is_no_revision():
    stamped = "Damascus, last updated at {} GMT. " + FIRST
    assert not compare(stamped.format("10:23"), stamped.format("11:40"))


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(" met ", " did not meet "),
        TEXT.replace("Twelve", "Fourteen"),
        TEXT.replace("10:23", "11:40"),
        TEXT.replace("Monday", "Tuesday"),
        TEXT.replace(TITLE, "Assad visits Khamenei"),
        f"{TITLE}\n\n{FIRST}",
        f"{TEXT}\n\nThe two last met in 2019.",
    ],
)
def test_other_words_are_a_revision(text):
    assert compare(TEXT, text)
    assert compare(text, TEXT)


def test_paragraphs_that_come_and_go_are_told_from_reworded_ones():
    """So that it can be asked whether other articles have them too."""
    added = compare(TEXT, f"{TEXT}\n\nFollow the talks in our podcast every Friday.")
    assert (added.paragraphs, added.is_reworded) == (
        ("Follow the talks in our podcast every Friday.",),
        False,
    )
    reworded = compare(TEXT, TEXT.replace(" met ", " did not meet "))
    assert (reworded.paragraphs, reworded.is_reworded) == ((), True)


def test_a_sentence_is_lacking_where_a_word_of_it_is_another():
    assert not lacks(TEXT.replace("-", "‑").upper(), [FIRST])
    assert lacks(TEXT.replace(" met ", " saw "), [FIRST])
    assert lacks(TEXT.replace("10:23", "10:24"), [SECOND])


def test_a_difference_shows_the_words():
    parts = diff(TEXT, TEXT.replace(" met ", " did not meet "))
    assert [(part.op, part.text) for part in parts if part.op != "kept"] == [
        ("removed", " met"),
        ("added", " did not meet"),
    ]
    assert count_words(parts) == {"added": 3, "removed": 1}


texts = st.lists(
    st.lists(st.sampled_from(["a", "b", "met", "10:23", "سوريا"]), max_size=6).map(" ".join), max_size=8
).map("\n\n".join) | st.text(max_size=80)


@given(texts, texts)
def test_a_difference_makes_both_texts(old, new):
    parts = diff(old, new)
    assert "".join(part.text for part in parts if part.op != "added") == old
    assert "".join(part.text for part in parts if part.op != "removed") == new
    assert bool(compare(old, old)) is False


@pytest.mark.parametrize(
    "pair",
    [
        lambda n: ("a\n\n" * n, "b\n\n" * n),
        lambda n: ("a " * n, "a " * n + "b"),
        lambda n: ("\n".join(f"w{i} x" for i in range(n)), "\n".join(f"v{i} x" for i in range(n))),
        lambda n: (" ".join(f"w{i % 90}" for i in range(n)), " ".join(f"w{i % 91}" for i in range(n))),
    ],
)
def test_the_work_grows_with_the_texts(pair):
    assert_linear(lambda texts: (diff(*texts), compare(*texts)), pair, 16_000)
