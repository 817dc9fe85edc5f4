"""Event typing on sentences coded by experts: `python benchmarks/events.py FILE [--speed]`.

FILE is tab-separated with the columns `marked_sentence` (<s>actor</s>, <t>recipient</t>) and `gold_root`,
where YIELD stands for CONCEDE and RETREAT. Prints accuracy, macro-F1 and quad accuracy of three: a baseline
that takes the first class of cue words between the actors; the event that an alert about the two would name
(`code_events`; none where one of them is not marked); and `type_event`, with F1 and the commonest error of
each type. On the file that the weights are fitted on, the figures say only that the data were stored:
train_events.py cross-validates. With --speed, sentences per second of CPU time, first and again, and the
ratio to folding and tokenising alone. Standard library and dyadwatch only.
"""

import argparse
import csv
import re
import time
from collections import Counter
from pathlib import Path

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import type_event
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.english_acts import read_acts
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.english_stems import tokens
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.events.type_event import marked_clause
from dyadwatch.text.folding import fold

_MARK = re.compile(r"</?[st]>")
_YIELD = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}
_QUADS = {name: kind.quad_class for name, kind in EVENT_TYPES.items()} | {"YIELD": "material_cooperation"}


def read(path):
    """(text, actor, recipient, gold) of each line; an actor that is not marked is None."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            text, places, done = "", {}, 0
            for match in _MARK.finditer(row["marked_sentence"]):
                text += row["marked_sentence"][done : match.start()]
                done = match.end()
                places.setdefault(match.group(), len(text))
            text += row["marked_sentence"][done:]
            actor, recipient = (
                (places[f"<{letter}>"], places[f"</{letter}>"]) if f"</{letter}>" in places else None
                for letter in "st"
            )
            rows.append((text, actor, recipient, row["gold_root"]))
    return rows


def ours(text, actor, recipient):
    try:
        event_type = type_event(text, actor, recipient).event_type
    except InvalidInput as error:
        return error.code
    return _YIELD.get(event_type, event_type)


def in_alert(text, actor, recipient):
    """The type of the main event that an alert about the two would name."""
    if not (actor and recipient):
        return None
    events = code_events(*marked_clause(text, actor, recipient, language="en"))
    event_type = events[0].cue.payload.type if events else None
    return _YIELD.get(event_type, event_type)


def first_cue(text, actor, recipient):
    """The type of the first cue word behind the first actor."""
    cues = english_cues()
    acts = read_acts(fold(text).text, actor, recipient, cues)
    typed = (cues.typed_class(cue) for cue in acts.cues if cue.zone != "before")
    event_type = next((cues.types[name] for name in typed if name), "AGREE")
    return _YIELD.get(event_type, event_type)


def scores(pairs):
    """Accuracy, macro-F1 over the types of the gold, quad accuracy of (gold, predicted) pairs."""
    right = sum(gold == predicted for gold, predicted in pairs)
    quad = sum(_QUADS[gold] == _QUADS.get(predicted) for gold, predicted in pairs)
    each = [f1(pairs, name) for name in sorted({gold for gold, _ in pairs})]
    return right / len(pairs), sum(each) / len(each), quad / len(pairs)


def f1(pairs, name):
    both = sum(gold == predicted == name for gold, predicted in pairs)
    return 2 * both / sum((gold == name) + (predicted == name) for gold, predicted in pairs)


def speed(rows):
    rows = [row for row in rows if row[1] or row[2]]
    for name in ("first", "again"):
        started = time.process_time()
        for text, actor, recipient, _ in rows:
            type_event(text, actor, recipient)
        spent = time.process_time() - started
        print(f"{name}: {len(rows) / spent:,.0f} sentences/s")
    started = time.process_time()
    for text, *_ in rows:
        tokens(fold(text).text)
    print(f"{spent / (time.process_time() - started):.1f} times what folding and tokenising takes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    rows = read(options.file)
    for name, method in (("first cue", first_cue), ("in an alert", in_alert), ("type_event", ours)):
        pairs = [(gold, method(text, actor, recipient)) for text, actor, recipient, gold in rows]
        accuracy, macro, quad = scores(pairs)
        print(f"{name:12} n={len(pairs)}  accuracy {accuracy:.3f}  macro-F1 {macro:.3f}  quad {quad:.3f}")
    for name, count in sorted(Counter(gold for gold, _ in pairs).items()):
        errors = Counter(predicted for gold, predicted in pairs if gold == name != predicted).most_common(1)
        commonest = f"often {errors[0][0]}" if errors else ""
        print(f"  {name:10} {count:4}  F1 {f1(pairs, name):.2f}  {commonest}")
    if options.speed:
        speed(rows)


if __name__ == "__main__":
    main()
