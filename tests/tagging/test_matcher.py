"""The matcher: whole words, overlaps, open endings and proclitics."""

import pytest

from dyadwatch.tagging.lexicons.matcher import SPAN, Automaton, Entry, Match, longest


@pytest.mark.parametrize(
    ("entry", "text", "spans"),
    [
        (Entry("assad", 1), "assad met assads, assad.", [(0, 5), (18, 23)]),
        (Entry("assad", 1, open_end=True), "assads met assad", [(0, 6), (11, 16)]),
        (Entry("assad", 1), "bassad", []),
        (Entry("اسد", 1, proclitics=True), "واسد", [(1, 4)]),
        (Entry("اسد", 1), "واسد", []),
        (Entry("اسد", 1, proclitics=True), "ماجداسد", []),
        (Entry("الاسد", 1, proclitics=True), "للاسد", [(0, 5)]),
        (Entry("אסד", 1, proclitics=True), "שלאסד", [(2, 5)]),
    ],
)
def test_surfaces_are_whole_words(entry, text, spans):
    """Another ending, or letters fused before, only where the entry allows them."""
    assert [SPAN(match) for match in Automaton([entry]).find(text)] == spans


def test_matches_overlap_and_can_be_shifted():
    """All entries are found, in offsets moved by the shift."""
    automaton = Automaton([Entry("bashar al-assad", "full"), Entry("assad", "bare")])
    assert sorted(automaton.find("bashar al-assad", 10), key=SPAN) == [
        Match(10, 25, "full"),
        Match(20, 25, "bare"),
    ]


def test_the_longest_of_overlapping_matches_stay():
    """Of equal spans all stay; the shorter across a longer one goes."""
    matches = [Match(5, 9, "b"), Match(0, 6, "a"), Match(0, 6, "c"), Match(9, 12, "d")]
    assert longest(matches) == [Match(0, 6, "a"), Match(0, 6, "c"), Match(9, 12, "d")]
