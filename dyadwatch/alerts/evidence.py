"""Which mentions an alert shows as its evidence."""

from collections.abc import Iterable, Sequence

from dyadwatch.model.alerts import AlertMention, Carrier

MAX_EVIDENCE = 20


def distinct(carriers: Sequence[Carrier]) -> list[AlertMention]:
    """The mentions of all articles in order, each quote and event type once. Where some are about the two
    persons, those of state level are left out: they are no evidence about these."""
    mentions = [mention for carrier in carriers for mention in carrier.mentions]
    personal = [mention for mention in mentions if mention.level != "state"]
    unique: dict[tuple[str, str | None], AlertMention] = {}
    for mention in personal or mentions:
        unique.setdefault((mention.evidence.quote, mention.event_type), mention)
    return list(unique.values())


def best_by_side(carriers: Sequence[Carrier], mentions: Iterable[AlertMention]) -> dict[str, AlertMention]:
    """Of each side the most confident of `mentions`."""
    sides = {carrier.article.id: carrier.side for carrier in carriers}
    best: dict[str, AlertMention] = {}
    for mention in mentions:
        side = sides.get(mention.article)
        if side and (side not in best or mention.confidence > best[side].confidence):
            best[side] = mention
    return best


def select(mentions: Sequence[AlertMention]) -> tuple[AlertMention, ...]:
    """The most confident of `mentions`, in order."""
    by_confidence = sorted(range(len(mentions)), key=lambda index: -mentions[index].confidence)
    return tuple(mentions[index] for index in sorted(by_confidence[:MAX_EVIDENCE]))
