"""Which mentions an alert shows as its evidence."""

from collections.abc import Sequence

from dyadwatch.model.alerts import AlertMention, Carrier

MAX_EVIDENCE = 20  # so that a webhook stays near the 20 kB that Standard Webhooks recommends


def select(carriers: Sequence[Carrier]) -> tuple[AlertMention, ...]:
    """The mentions of all articles in order, each quote and event type once; where there are too many, the
    most confident. Mentions of state level are left out: they are no evidence about the two persons."""
    unique: dict[tuple[str, str | None], AlertMention] = {}
    for carrier in carriers:
        for mention in carrier.mentions:
            if mention.level != "state":
                unique.setdefault((mention.evidence.quote, mention.event_type), mention)
    mentions = list(unique.values())
    by_confidence = sorted(range(len(mentions)), key=lambda index: -mentions[index].confidence)
    return tuple(mentions[index] for index in sorted(by_confidence[:MAX_EVIDENCE]))
