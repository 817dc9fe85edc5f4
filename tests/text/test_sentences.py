"""Sentences: where one ends, and what before it is no part of it."""

import pytest

from dyadwatch.text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("He came. She left!", ["He came.", "She left!"]),
        ("He came<br /><BR>She left.</p>", ["He came", "She left."]),
        ("3 < 4 <b>and</b> so on.", ["3 < 4 <b>and</b> so on."]),
        ('"We won." He left.', ['"We won."', "He left."]),
        ("« On gagne. » Il part.", ["« On gagne. »", "Il part."]),
        ("Er ging. »Wir siegen.« Sie blieb.", ["Er ging.", "»Wir siegen.«", "Sie blieb."]),
        ("  One. \n\n Two.\n", ["One.", "Two."]),
        ("One.\r\nTwo.\u2028Three", ["One.", "Two.", "Three"]),
        ("No stop \nat the end", ["No stop", "at the end"]),
        ("He met Mr. Smith on 3. May.", ["He met Mr. Smith on 3. May."]),
        ("He met Mr.\nSmith left.", ["He met Mr.", "Smith left."]),
        ("It cost 3.5 euros, e.g. in Rome.", ["It cost 3.5 euros, e.g. in Rome."]),
        ("He said no. . , and left.", ["He said no.", ". , and left."]),
        ("هل جاء؟ نعم۔ ذهب", ["هل جاء؟", "نعم۔", "ذهب"]),
        ("他说：“来了。”他走了！真的？是。", ["他说：“来了。”", "他走了！", "真的？", "是。"]),
        ("ROME (Agency) – He came.", ["He came."]),
        ("MINISTER: We came.", ["We came."]),
        ("Note: al-Assad came - late.", ["Note: al-Assad came - late."]),
        ("12:30 GMT - He came. • She left.", ["He came.", "She left."]),
        (" \n ", []),
        ("", []),
    ],
)
def test_a_sentence_ends_at_a_stop_or_with_its_line(text, pieces):
    """Abbreviations end none; places, speakers, times and bullets before a sentence are left out."""
    assert [text[start:end] for start, end in sentences(text)] == pieces


def test_a_sentence_without_end_is_cut():
    spans = sentences("word " * 2_000)
    assert [end - start for start, end in spans] == [3_999, 3_999, 1_999]
