"""The words of bylines, `byline_words.yaml`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from dyadwatch.text.package_yaml import read_strings


@cache
def words() -> Mapping[str, frozenset[str]]:
    """The words of bylines by what they are."""
    data: Mapping[str, Iterable[str]] = read_strings("dyadwatch.articles", "byline_words.yaml")
    by_kind = {kind: frozenset(entries) for kind, entries in data.items()}
    return {**by_kind, "by": by_kind["by"] | by_kind["editor"], "labels": by_kind["writer"] | by_kind["kind"]}


def spelt(spellings: Iterable[str]) -> str:
    """The expression for one of several spellings."""
    return "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
