"""How often the event type, direction, modality and speaker of what the tagger finds are right.

    [DYADWATCH_SHARED=...] python benchmarks/fields.py [--fifth in|out] [--errors FIELD]

Of each positive item of tests/tagging/corpus on which two readers would agree, and in which the tagger finds
the relation, what it says is compared with the labels: the event type with any of `e`, the speaker by a word
in common with `s`. What it says is the verdict of an opening, whose labels are of the text, and the most
confident mention of a sentence; then that of each piece of evidence of an opening, with the labels of this
piece. Where DYADWATCH_SHARED is set, the same of each piece of evidence of its
tagging/wild.jsonl (openings of real articles), by the most confident mention whose quote covers the anchor.
Prints the shares by language and pair, and who is taken for what. `--fifth out` leaves out the fifth of the
corpus that train_relations.py leaves out, `--fifth in` scores it alone.
"""

import argparse
import collections
import os
import re
from pathlib import Path
from typing import NamedTuple

from labelled import read_corpus, read_evidence, read_watches, read_wild

from dyadwatch.tagging import Tagger

FIELDS = ("event type", "direction", "modality", "speaker")
_WORD = re.compile(r"\w+")
_LONG_WORD = re.compile(r"\w{3,}")


class Said(NamedTuple):
    """What the tagger says happened."""

    event_type: str | None
    direction: str | None
    modality: str | None
    speaker: str


def said_of(tagger, gold):
    """What is said of the evidence, or of a text of several paragraphs; None where there is no relation to
    the tagger."""
    tagged = tagger.tag(gold.text, language=gold.language, published=gold.published, watches={gold.watch})
    verdict = tagged.watches.get(gold.watch)
    if verdict is None or not verdict.relationship:
        return None
    if gold.middle is None and "\n" in gold.text.strip():
        return Said(next(iter(verdict.event_types), None), *_rest(verdict))
    mentions = [
        mention
        for mention in verdict.mentions
        if mention.level != "state"
        and (gold.middle is None or mention.evidence.start <= gold.middle < mention.evidence.end)
    ]
    best = max(mentions, key=lambda mention: mention.confidence, default=None)
    return best and Said(best.event_type, *_rest(best))


def _rest(one):
    """The direction, modality and speaker of a verdict or mention."""
    return one.direction, one.modality, one.attribution.speaker if one.attribution else ""


def compare(gold, one):
    """Field -> (is it right?, what is right, what is said), of the fields that have a label."""
    event_type = "YIELD" if "YIELD" in gold.event_types and _is_yield(one) else one.event_type
    said = {"event type": event_type, "direction": one.direction, "modality": one.modality}
    right = {
        "event type": gold.event_types,
        "direction": gold.directions,
        "modality": gold.modalities,
    }
    compared = {name: (said[name] in right[name], right[name], said[name]) for name in said if right[name]}
    if gold.speaker is not None and (gold.speaker or one.speaker):
        right_speaker = bool(_words(gold.speaker) & _words(one.speaker))
        compared["speaker"] = (right_speaker, {gold.speaker}, one.speaker)
    return compared


def _is_yield(one):
    return one.event_type in {"CONCEDE", "RETREAT"}


def _words(name):
    """The words of a name by which it is known again: without those of one or two letters, if it has others
    (Urdu writes agencies in short ones)."""
    return {word.lower() for word in _LONG_WORD.findall(name) or _WORD.findall(name)}


def show(name, rows):
    """The shares of the fields; speakers also by those that are named in the text, and by those said."""
    cells = []
    for field in FIELDS:
        values = [compared[field] for _, compared in rows if field in compared]
        if field == "speaker":
            named = [value for value in values if value[1] != {""}]
            both = [value for value in named if value[2]]
            parts = (
                ("attributions", both),
                ("of those named", named),
                ("of those said", [v for v in values if v[2]]),
            )
            cells += [share(label, part) for label, part in parts]
        else:
            cells.append(share(field, values))
    print(f"{name:28} {'  '.join(cells)}", flush=True)


def share(name, values):
    return f"{name} {sum(value[0] for value in values) / max(1, len(values)):.3f} ({len(values)})"


def show_confusion(rows):
    for field in ("direction", "modality"):
        wrong = collections.Counter(
            (" or ".join(sorted(compared[field][1])), compared[field][2])
            for _, compared in rows
            if field in compared and not compared[field][0]
        )
        print(f"{field}: " + ", ".join(f"{right} as {said} {n}" for (right, said), n in wrong.most_common()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fifth", choices=("in", "out"))
    parser.add_argument("--errors", choices=FIELDS)
    options = parser.parse_args()
    shared = Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging"
    watches = read_watches(shared)
    by_source = {
        "corpus": list(read_corpus()),
        "evidence of openings": [gold for gold in read_evidence() if "\n" in gold.text.strip()],
        "wild": list(read_wild(shared / "wild.jsonl")) if shared.is_dir() else [],
    }
    tagger = Tagger(list(watches.values()))
    for source, golds in by_source.items():
        if options.fifth and source != "wild":
            chosen = [gold for gold in golds if (gold.fold() == 0) == (options.fifth == "in")]
        else:
            chosen = golds
        texts = [(gold, said_of(tagger, gold)) for gold in chosen]
        rows = [(gold, compare(gold, one)) for gold, one in texts if one]
        if not rows:
            continue
        show(source, rows)
        for key in ("language", "watch"):
            for value in sorted({getattr(gold, key) for gold, _ in rows}):
                show(f"  {value}", [row for row in rows if getattr(row[0], key) == value])
        show_confusion(rows)
        for gold, compared in rows if options.errors else ():
            if options.errors in compared and not compared[options.errors][0]:
                _, right, said = compared[options.errors]
                print(f"{gold.id} {gold.published} {sorted(map(str, right))} as {said!r}: {gold.text}\n")


if __name__ == "__main__":
    main()
