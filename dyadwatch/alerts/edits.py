"""What an edit of an article did to the evidence in it."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from dyadwatch.model.alerts import AlertChange
from dyadwatch.model.mentions import Mention

_SIMILAR = 0.6  # of two sentences, from which on one is the other changed
_FEW_WORDS = 4
_COMPARED = 20  # sentences that came and that went; of more, the others were written anew


def compare(article: int, before: Sequence[Mention], after: Sequence[Mention]) -> tuple[AlertChange, ...]:
    """The evidence that an article has lost, gained and changed, by what its versions mention. A sentence
    that stands as it did is no change, whatever it is taken for now."""
    old, new = _quotes(before), _quotes(after)
    gone = [quote for quote in old if quote not in new]
    come = [quote for quote in new if quote not in old]
    pairs = dict(_pairs(gone[:_COMPARED], come[:_COMPARED]))
    changed = [AlertChange("evidence.changed", *pair, article) for pair in pairs.items()]
    removed = [AlertChange("evidence.removed", old=one, article=article) for one in gone if one not in pairs]
    newly = (one for one in come if one not in pairs.values())
    added = [AlertChange("evidence.added", new=one, article=article) for one in newly]
    return (*changed, *removed, *added)


def _quotes(mentions: Sequence[Mention]) -> Mapping[str, None]:
    """The sentences that an alert would show as its evidence."""
    personal = [mention for mention in mentions if mention.level != "state"]
    return dict.fromkeys(mention.evidence.quote for mention in personal or mentions)


def _similarity(old: str, new: str) -> float:
    """By words, or by letters where a language does not part words."""
    before, after = old.split(), new.split()
    if min(len(before), len(after)) < _FEW_WORDS:
        return SequenceMatcher(None, old, new).ratio()
    return SequenceMatcher(None, before, after).ratio()


def _pairs(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each sentence that went with the one that came in its place, the most similar first."""
    ratios = ((_similarity(old, new), old, new) for old in gone for new in come)
    taken: set[str] = set()
    for ratio, old, new in sorted(ratios, reverse=True):
        if ratio >= _SIMILAR and old not in taken and new not in taken:
            taken |= {old, new}
            yield old, new
