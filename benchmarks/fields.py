"""How often the event type, direction, modality and speaker of what the tagger finds are right.

    [DYADWATCH_SHARED=...] python benchmarks/fields.py [--fifth in|out] [--errors FIELD]

Of each positive item of tests/tagging/corpus on which two readers would agree, and in which the tagger finds
the relation, the most confident mention is compared with the labels: its event type with any of `e`, its
speaker by a word in common with `s`. Where DYADWATCH_SHARED is set, the same of each piece of evidence of its
tagging/wild.jsonl (openings of real articles), by the most confident mention whose quote covers the anchor.
Prints the shares by language and pair, and who is taken for what. `--fifth out` leaves out the fifth of the
corpus that train_relations.py leaves out, `--fifth in` scores it alone.
"""

import argparse
import collections
import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from dyadwatch.tagging import Tagger, example_watches, parse_watch, shipped_watches
from dyadwatch.tagging.actors.resolution import resolve
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, written_so
from dyadwatch.text.folding import fold
from dyadwatch.text.language import identify
from dyadwatch.text.sentences import first_line

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "tagging"
sys.path.insert(0, str(TESTS))
import marked  # noqa: E402  (the tests' reader of marked texts)

SHIPPED = "assad-khamenei"
ARROWS = {"assad->khamenei": "a->b", "khamenei->assad": "b->a"}
FIELDS = ("event type", "direction", "modality", "speaker")
FOLDS = 5
_WORD = re.compile(r"\w{3,}")


@dataclass
class Gold:
    """A piece of evidence with what is right of it; `middle`: an offset that its quote covers, if one is
    known. What is not labelled is an empty set; no speaker is right where `speaker` is empty, and none is
    compared where it is None."""

    source: str
    id: str
    text: str
    language: str | None
    published: date | None
    watch: str
    middle: int | None
    event_types: set
    directions: set
    modalities: set
    speaker: str | None

    def fold(self):
        return int(hashlib.sha256(f"{self.source} {self.id}".encode()).hexdigest(), 16) % FOLDS


def read_corpus():
    for path in sorted((TESTS / "corpus").glob("*.yaml")):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            if item["r"] and not item.get("b"):
                text, *_ = marked.unmarked(item["t"].rstrip("\n"))
                day = date.fromisoformat(str(item["p"]))
                yield Gold(
                    "corpus", f"corpus/{path.stem}-{number}", text, item["l"], day, item["w"], None,
                    set(item.get("e", ())) or {None}, {item["d"]}, {item["m"]}, item.get("s", ""),
                )  # fmt: skip


def read_wild(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        day, text = date.fromisoformat(item["published"][:10]), item["text"]
        for piece in () if item["gold"]["borderline"] else item["gold"]["evidence"]:
            middle = text.find(piece["anchor"]) + len(piece["anchor"]) // 2
            yield Gold(
                "wild", item["id"], text, item["language"], day, item["watch"], middle,
                set(piece["event_type"]), set(piece["direction"]), set(piece["modality"]), None,
            )  # fmt: skip


def read_cases():
    """The positive cases of tests/tagging."""
    folders = ("cases", "cases/news", "items", "articles")
    files = [(path, SHIPPED) for folder in folders for path in (TESTS / folder).glob("*.yaml")]
    files += [(path, path.stem) for path in (TESTS / "watch_cases").glob("*.yaml")]
    for path, watch in sorted(files):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            if not item.get("r", item.get("relationship")):
                continue
            text, *_ = marked.unmarked(item.get("t", item.get("text")).rstrip("\n"))
            types, way = item.get("e", item.get("event", ())), item.get("d", item.get("direction"))
            language = item.get("l", item.get("language", path.stem if len(path.stem) == 2 else None))
            day = item.get("p", item.get("published"))
            yield Gold(
                "cases", f"{path.parent.name}/{path.stem}-{number}", text, language,
                date.fromisoformat(str(day)[:10]) if day else None, watch, None,
                set() if types == () else {types} if isinstance(types, str) else set(types or {None}),
                {way} if way else set(), set(), None,
            )  # fmt: skip


def read_dev(path):
    """The positive items of dev.jsonl and dev_articles.jsonl."""
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        gold = item["gold"]
        if gold["relationship"] and "borderline" not in item.get("tags", ()):
            way = ARROWS.get(gold["direction"], gold["direction"])
            yield Gold(
                path.stem, item["id"], item["text"], item["language"],
                date.fromisoformat(item["published"][:10]), SHIPPED, None,
                set(gold["event_types"]) or {None}, {way} if way else set(), set(), None,
            )  # fmt: skip


def read_all(shared):
    """Everything that is labelled."""
    yield from read_corpus()
    yield from read_cases()
    if shared.is_dir():
        yield from read_dev(shared / "dev.jsonl")
        yield from read_dev(shared / "dev_articles.jsonl")
        yield from read_wild(shared / "wild.jsonl")


def best_candidate(gold, watch, automaton):
    """The most confident clause that may relate the two, of the evidence where it is known; None where there
    is none."""
    folding = fold(gold.text)
    flat = folding.text.replace("\n", " ")
    words = lexicon(lexicon_language(gold.language or identify(gold.text)))
    document = make_document(gold.text, folding, flat, words, gold.published)
    line = first_line(gold.text)
    title = written_so(automaton.find(fold(line).text), line, fold(line))
    headline = {match.payload.side for match in title if match.payload.kind in PERSON_KINDS} == {"a", "b"}
    related = [
        one
        for one in candidates(
            document,
            resolve(document, watch, written_so(automaton.find(flat), gold.text, folding)),
            headline=headline,
        )
        if gold.middle is None or one.sentence.source[0] <= gold.middle < one.sentence.source[1]
    ]
    return max(related, key=lambda one: one.confidence, default=None)


def read_watches(shared):
    paths = [*(TESTS / "corpus/watches").glob("*.yaml"), *(shared / "watches").glob("*.yaml")]
    documents = [*shipped_watches(), *example_watches()]
    documents += [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]
    return {document["id"]: parse_watch(document) for document in documents}


def best_mention(tagger, gold):
    """The most confident mention of the evidence; None where there is no relation to the tagger."""
    tagged = tagger.tag(gold.text, language=gold.language, published=gold.published, watches={gold.watch})
    verdict = tagged.watches.get(gold.watch)
    mentions = [
        mention
        for mention in (verdict.mentions if verdict and verdict.relationship else ())
        if mention.level != "state"
        and (gold.middle is None or mention.evidence.start <= gold.middle < mention.evidence.end)
    ]
    return max(mentions, key=lambda mention: mention.confidence, default=None)


def compare(gold, mention):
    """Field -> (is it right?, what is right, what is said), of the fields that have a label."""
    event_type = "YIELD" if "YIELD" in gold.event_types and _is_yield(mention) else mention.event_type
    said = {"event type": event_type, "direction": mention.direction, "modality": mention.modality}
    right = {
        "event type": gold.event_types,
        "direction": gold.directions,
        "modality": gold.modalities,
    }
    compared = {name: (said[name] in right[name], right[name], said[name]) for name in said if right[name]}
    if gold.speaker is not None:
        speaker = mention.attribution.speaker if mention.attribution else ""
        if gold.speaker or speaker:
            right_speaker = bool(_words(gold.speaker) & _words(speaker))
            compared["speaker"] = (right_speaker, {gold.speaker}, speaker)
    return compared


def _is_yield(mention):
    return mention.event_type in {"CONCEDE", "RETREAT"}


def _words(name):
    return {word.lower() for word in _WORD.findall(name)}


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
    golds = [*read_corpus(), *(read_wild(shared / "wild.jsonl") if shared.is_dir() else ())]
    if options.fifth:
        left_out = options.fifth == "in"
        golds = [gold for gold in golds if gold.source == "wild" or (gold.fold() == 0) == left_out]
    tagger = Tagger(list(watches.values()))
    for source in ("corpus", "wild"):
        mentions = [(gold, best_mention(tagger, gold)) for gold in golds if gold.source == source]
        rows = [(gold, compare(gold, mention)) for gold, mention in mentions if mention]
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
