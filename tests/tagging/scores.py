"""Scores of the tagger over items in short form (p: published, r: relationship, e: events, d: direction, m:
modality, t: text)."""

from collections import Counter
from datetime import date

import yaml
from tagging.marked import unmarked


def items(path):
    """The items of a file, with the spans that marks in the text give the actors."""
    examples = []
    for item in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
        text, spans, _ = unmarked(item["t"])
        published = item["p"] if isinstance(item["p"], date) else date.fromisoformat(item["p"])
        examples.append({**item, "text": text, "published": published, "spans": spans})
    return examples


def overall(directions):
    """One direction for several mentions: theirs if they agree, else mutual."""
    directed = {direction for direction in directions if direction != "mutual"}
    return directed.pop() if len(directed) == 1 and directions.count("mutual") < 2 else "mutual"


def counted(tagger, watch, item):
    """What the tagger gets right and wrong in one item, as counts."""
    tagged = tagger.tag(item["text"], published=item["published"], watches={watch}).watches.get(watch)
    related = bool(tagged and tagged.relationship)
    counts = Counter(
        {("true" if related == item["r"] else "false", "positive" if related else "negative"): 1}
    )
    for side in ("a", "b"):
        gold = {tuple(span[:2]) for span in item["spans"][side]}
        predicted = {(surface.start, surface.end) for surface in tagged.actors[side]} if tagged else set()
        counts["named"] += len(gold)
        counts["found"] += len(gold & predicted)
        counts["wrong"] += len(predicted - gold)
    if not (related and item["r"]):
        return counts
    mentions = [mention for mention in tagged.mentions if mention.level != "state"]
    typed = [mention for mention in mentions if mention.event_type]
    best = max(mentions, key=lambda mention: mention.confidence)
    types = {mention.event_type for mention in typed}
    counts["type"] += len(types & set(item["e"]))
    counts["type missed"] += len(set(item["e"]) - types)
    counts["type added"] += len(types - set(item["e"]))
    counts["direction"] += overall([mention.direction for mention in typed or mentions]) == item["d"]
    counts["modality"] += best.modality == item["m"]
    return counts


def scored(tagger, watch, examples):
    """The shares of all items."""
    return shares(total(counted(tagger, watch, item) for item in examples))


def total(every):
    """The sum of counts."""
    return sum(every, Counter())


def shares(counts):
    """Precision, recall and F1 of the relationship, micro-F1 of the event types; of what is found:
    directions, modality."""
    true, false, missed = (
        counts["true", "positive"],
        counts["false", "positive"],
        counts["false", "negative"],
    )
    typed = 2 * counts["type"] + counts["type missed"] + counts["type added"]
    return {
        "precision": true / (true + false) if true else 0.0,
        "recall": true / (true + missed) if true else 0.0,
        "relationship": 2 * true / (2 * true + false + missed),
        "event_type": 2 * counts["type"] / typed if typed else 1.0,
        "direction": counts["direction"] / true if true else 0.0,
        "modality": counts["modality"] / true if true else 0.0,
        "mentions": 2 * counts["found"] / max(1, counts["named"] + counts["found"] + counts["wrong"]),
    }


def below(scores, floors):
    """The scores under their floors."""
    return {name: round(scores[name], 3) for name, floor in floors.items() if scores[name] < floor}
