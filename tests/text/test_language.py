"""The language of a few words, where names mislead."""

import pytest

from dyadwatch.tagging.lexicons.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Assad met Khamenei", "en"),
        ("Bashar al-Assad met Ali Khamenei.", "en"),
        ("Assad sprak met Khamenei", "nl"),
        ("Assad ontmoet Khamenei in Teheran", "nl"),
        ("Assad trifft Chamenei", "de"),
        ("Assad rencontre Khamenei", "fr"),
        ("Asad se reúne con Jamenei", "es"),
        ("Assad incontra Khamenei", "it"),
        ("Assad reúne-se com Khamenei", "pt"),
        ("12 345", None),
    ],
)
def test_the_language_of_a_headline(text, language):
    """A word that two languages share speaks for the one that more is written in."""
    assert identify(text) == language
