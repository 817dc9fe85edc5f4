"""The labelled texts that weights of events are fitted on, and the clause of each that a label is of.

Of each positive item the most confident clause is taken, of wild.jsonl that of each piece of evidence.
"""

import argparse
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from fields import FOLDS, TESTS, marked, read_corpus, read_watches, read_wild

from dyadwatch.tagging.actors.resolution import resolve
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, entries, written_so
from dyadwatch.tagging.watches.watch import Watch
from dyadwatch.text.folding import fold
from dyadwatch.text.language import identify
from dyadwatch.text.sentences import first_line

SHIPPED = "assad-khamenei"
ARROWS = {"assad->khamenei": "a->b", "khamenei->assad": "b->a"}


@dataclass
class Item:
    """A labelled text; `middle`: an offset in its evidence, where it is known. Empty `directions` or
    `modalities`: the text has no such label."""

    source: str
    id: str
    text: str
    language: str | None
    published: date | None
    watch: str
    middle: int | None
    directions: set
    modalities: set


@dataclass
class Reading:
    """An item as the tagger reads it: the clause of its label, and the events of that."""

    item: Item
    watch: Watch
    clause: Clause
    event: Event | None
    events: list
    related: bool  # does the tagger find the relation?

    @property
    def fold(self):
        item = self.item
        return int(hashlib.sha256(f"{item.source} {item.id}".encode()).hexdigest(), 16) % FOLDS


def read_cases():
    folders = ("cases", "cases/news", "items", "articles")
    files = [(path, SHIPPED) for folder in folders for path in (TESTS / folder).glob("*.yaml")]
    files += [(path, path.stem) for path in (TESTS / "watch_cases").glob("*.yaml")]
    for path, watch in sorted(files):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            if item.get("r", item.get("relationship")):
                text, *_ = marked.unmarked(item.get("t", item.get("text")).rstrip("\n"))
                language = item.get("l", item.get("language", path.stem if len(path.stem) == 2 else None))
                day = item.get("p", item.get("published"))
                day = date.fromisoformat(str(day)[:10]) if day else None
                name = f"{path.parent.name}/{path.stem}-{number}"
                way, modality = item.get("d", item.get("direction")), item.get("m", item.get("modality"))
                ways, modalities = {way} - {None}, {modality} - {None}
                yield Item("cases", name, text, language, day, watch, None, ways, modalities)


def read_gold(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        gold = item["gold"]
        if gold["relationship"] and "borderline" not in item.get("tags", ()):
            way = ARROWS.get(gold["direction"], gold["direction"])
            day = date.fromisoformat(item["published"][:10])
            ways, modalities = {way} - {None}, {gold["modality"]} - {None}
            yield Item(
                path.stem, item["id"], item["text"], item["language"], day, SHIPPED, None, ways, modalities
            )


def read_reading(item, watch, automaton):
    """None where no clause may relate the two."""
    folding = fold(item.text)
    flat = folding.text.replace("\n", " ")
    words = lexicon(lexicon_language(item.language or identify(item.text)))
    document = make_document(item.text, folding, flat, words, item.published)
    line = first_line(item.text)
    title = written_so(automaton.find(fold(line).text), line, fold(line))
    headline = {match.payload.side for match in title if match.payload.kind in PERSON_KINDS} == {"a", "b"}
    related = [
        one
        for one in candidates(
            document,
            resolve(document, watch, written_so(automaton.find(flat), item.text, folding)),
            headline=headline,
        )
        if item.middle is None or one.sentence.source[0] <= item.middle < one.sentence.source[1]
    ]
    if not related:
        return None
    best = max(related, key=lambda one: one.confidence)
    event = (code_events(best.clause, best.events) or (None,))[0]
    certain = best.confidence >= watch.threshold
    return Reading(item, watch, best.clause, event, best.events, certain)


def read_readings(shared, watches):
    """The clauses of all labelled texts; `shared`: where the gold files are, if they are."""
    automata = {name: Automaton(entries(0, watch)) for name, watch in watches.items()}
    items = [*read_corpus(), *read_cases()]
    if shared.is_dir():
        items += [*read_gold(shared / "dev.jsonl"), *read_gold(shared / "dev_articles.jsonl")]
        items += read_wild(shared / "wild.jsonl")
    readings = (read_reading(item, watches[item.watch], automata[item.watch]) for item in items)
    return [one for one in readings if one]


def run(model, make_example, name):
    """The command line of what fits a regression: prints how well it does; --write writes its weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--final", action="store_true")
    options = parser.parse_args()
    shared = Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging"
    watches = read_watches(shared)
    examples = [make_example(one) for one in read_readings(shared, watches)]
    model.report(examples, watches, final=options.final)
    if options.write:
        model.write(name, examples)
