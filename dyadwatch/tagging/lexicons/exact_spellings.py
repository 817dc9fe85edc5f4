"""Words whose accents and capitals matter, although the rest is found without these."""

import functools
from collections.abc import Mapping

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.text.folding import fold_surface


@functools.cache
def exact_spellings(language: str) -> Mapping[str, str]:
    """Folded cues that are other words where they are not written so ("würde" and "wurde")."""
    return {fold_surface(word): word for word in read_yaml(language).get("exact", "").split()}


@functools.cache
def reflexives(language: str) -> frozenset[str]:
    """Folded cues that before a verb are a pronoun: for what one does to himself, or two to each other."""
    return frozenset(fold_surface(word) for word in read_yaml(language).get("reflexives", "").split())
