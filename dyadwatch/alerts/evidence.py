"""Which mentions an alert shows as its evidence."""

from collections.abc import Iterable, Sequence

from dyadwatch.model.alerts import AlertMention, Carrier

MAX_EVIDENCE = 20


def mentions(carriers: Iterable[Carrier]) -> list[AlertMention]:
    """All that the articles say, in order: what an alert says as a whole, however little of it is shown.
    Where some is about the two persons, what is of state level is left out: it is no evidence about these."""
    whole = [mention for carrier in carriers for mention in carrier.mentions]
    return [mention for mention in whole if mention.level != "state"] or whole


def distinct(carriers: Sequence[Carrier]) -> list[AlertMention]:
    """The mentions of all articles in order, each quote and event type once."""
    unique: dict[tuple[str, str | None], AlertMention] = {}
    for mention in mentions(carriers):
        unique.setdefault((mention.evidence.quote, mention.event_type), mention)
    return list(unique.values())


def best_by_side(carriers: Sequence[Carrier], choice: Iterable[AlertMention]) -> dict[str, AlertMention]:
    """Of each side the most confident of a choice of mentions."""
    sides = {carrier.article.id: carrier.side for carrier in carriers}
    best: dict[str, AlertMention] = {}
    for mention in choice:
        side = sides.get(mention.article)
        if side and (side not in best or mention.confidence > best[side].confidence):
            best[side] = mention
    return best


def select(choice: Sequence[AlertMention]) -> tuple[AlertMention, ...]:
    """The most confident of a choice of mentions, in order."""
    by_confidence = sorted(range(len(choice)), key=lambda index: -choice[index].confidence)
    return tuple(choice[index] for index in sorted(by_confidence[:MAX_EVIDENCE]))
