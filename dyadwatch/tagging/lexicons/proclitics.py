"""Proclitics: letters that Arabic and Hebrew write together with the word that follows them."""

LANGUAGES_WITH_PROCLITICS = frozenset({"ar", "he"})

# and, so, with, as, to
_ARABIC = frozenset({"و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل", "فك"})
_HEBREW = frozenset("ושהכלבמ")  # and, that, the, as, to, in, from
_MAX_LENGTH = 3  # letters
_ARABIC_ARTICLE = "ال"
_ARABIC_TO_THE = "لل"  # the preposition li- and the article, whose alef it swallows


def follows_proclitic(text: str, offset: int) -> bool:
    """Whether the letters of the same word before an offset are proclitics and nothing else."""
    first = offset
    while first > 0 and offset - first <= _MAX_LENGTH and text[first - 1].isalnum():
        first -= 1
    prefix = text[first:offset]
    if len(prefix) > _MAX_LENGTH:
        return False
    return prefix in _ARABIC or all(letter in _HEBREW for letter in prefix)


def contract(surface: str) -> str | None:
    """A folded surface that begins with the Arabic article, in its form after the preposition li-; None for
    others."""
    if not surface.startswith(_ARABIC_ARTICLE):
        return None
    return _ARABIC_TO_THE + surface.removeprefix(_ARABIC_ARTICLE)
