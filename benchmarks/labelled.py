"""The labelled texts that weights are fitted on and measured with, and the clause of each that a label is of.

Of each piece of evidence the most confident clause is taken, of a text without any marked that of the text.
"""

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from dyadwatch.tagging import example_watches, parse_watch, shipped_watches
from dyadwatch.tagging.actors.resolution import resolve
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import make_document
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import lexicon, lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton
from dyadwatch.tagging.relations.candidates import candidates
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS, entries, written_so
from dyadwatch.tagging.watches.watch import SIDES, Watch
from dyadwatch.text.folding import fold
from dyadwatch.text.language import identify
from dyadwatch.text.sentences import first_line

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "tagging"
sys.path.insert(0, str(TESTS))
import marked  # noqa: E402  (the tests' reader of marked texts)

SHIPPED = "assad-khamenei"
FOLDS = 5
_ARROWS = {"assad->khamenei": "a->b", "khamenei->assad": "b->a"}


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
        return fold_of(self)


def read_corpus():
    """The positive texts of the corpus, with the labels of each as a whole."""
    for identity, item, text, _ in read_corpus_items():
        yield corpus_gold(identity, item, text, None)


def read_evidence():
    """Each piece of evidence of the corpus with its own labels: those of its text, but for what its entry in
    `v` says (see tests/tagging/corpus/README.md). A text without marked evidence is one piece."""
    for identity, item, text, spans in read_corpus_items():
        entries_of = item.get("v") or [{}] * len(spans)
        for entry, (start, end) in zip(entries_of, spans, strict=True):
            if entry is not None:
                yield corpus_gold(identity, item | entry, text, (start + end) // 2)
        if not spans:
            yield corpus_gold(identity, item, text, None)


def read_corpus_items():
    """(identity, item, text, spans of the evidence) of each positive item that two readers would label so."""
    for path in sorted((TESTS / "corpus").glob("*.yaml")):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            if item["r"] and not item.get("b"):
                text, _, spans = marked.unmarked(item["t"].rstrip("\n"))
                yield f"corpus/{path.stem}-{number}", item, text, spans


def corpus_gold(identity, item, text, middle):
    types = item.get("e", ())
    return Gold(
        "corpus", identity, text, item["l"], date.fromisoformat(str(item["p"])), item["w"], middle,
        set() if types is None else set(types) or {None}, {item["d"]} - {None}, {item["m"]} - {None},
        item.get("s", ""),
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
    for path, watch in case_files():
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            if not item.get("r", item.get("relationship")):
                continue
            text, *_ = marked.unmarked(item.get("t", item.get("text")).rstrip("\n"))
            types, way = item.get("e", item.get("event", ())), item.get("d", item.get("direction"))
            modality = item.get("m", item.get("modality"))
            language = item.get("l", item.get("language", path.stem if len(path.stem) == 2 else None))
            day = item.get("p", item.get("published"))
            yield Gold(
                "cases", f"{path.parent.name}/{path.stem}-{number}", text, language,
                date.fromisoformat(str(day)[:10]) if day else None, watch, None,
                set() if types == () else {types} if isinstance(types, str) else set(types or {None}),
                {way} - {None}, {modality} - {None}, None,
            )  # fmt: skip


def read_plain():
    """The positive plain sentences, of a language each file, and those of kinds, by what is labelled."""
    for path in sorted((TESTS / "plain").glob("??.yaml")):
        for number, item in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader), 1):
            ways = item.get("d", ())
            if ways:
                text, *_ = marked.unmarked(item["t"].rstrip("\n"))
                yield Gold(
                    "plain", f"plain/{path.stem}-{number}", text, path.stem, None, "plain", None,
                    set(item.get("e", ())), {ways} if isinstance(ways, str) else set(ways), set(), None,
                )  # fmt: skip
    kinds = yaml.load((TESTS / "kinds.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for number, kind in enumerate(kinds, 1):
        of_type, of_direction = (kind["field"] == name for name in ("event_type", "direction"))
        for language, text in kind["texts"].items() if of_type or of_direction else ():
            value = {kind["value"]}
            yield Gold(
                "plain", f"kinds/{number}-{language}", text, language, None, SHIPPED, None,
                value if of_type else set(), value if of_direction else set(), set(), None,
            )  # fmt: skip


def read_labelled_once(source):
    """The plain sentences that are labelled by one field alone: how their event is stated, or who acts."""
    table = yaml.load((TESTS / f"{source}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for language, by_label in table.items():
        for label, texts in by_label.items():
            directions, modalities = ({label}, set()) if source == "acting" else (set(), {label})
            for number, text in enumerate(texts, 1):
                yield Gold(
                    source, f"{source}/{language}-{label}-{number}", text, language, None, SHIPPED, None,
                    set(), directions, modalities, None,
                )  # fmt: skip


def read_dev(path):
    """The positive items of dev.jsonl and dev_articles.jsonl."""
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        gold = item["gold"]
        if gold["relationship"] and "borderline" not in item.get("tags", ()):
            way = _ARROWS.get(gold["direction"], gold["direction"])
            yield Gold(
                path.stem, item["id"], item["text"], item["language"],
                date.fromisoformat(item["published"][:10]), SHIPPED, None,
                set(gold["event_types"]) or {None}, {way} - {None}, {gold["modality"]} - {None}, None,
            )  # fmt: skip


def read_all(shared):
    """Everything that is labelled."""
    yield from read_evidence()
    yield from read_cases()
    yield from read_plain()
    yield from read_labelled_once("stated")
    yield from read_labelled_once("acting")
    if shared.is_dir():
        yield from read_dev(shared / "dev.jsonl")
        yield from read_dev(shared / "dev_articles.jsonl")
        yield from read_wild(shared / "wild.jsonl")


def read_document(text, language, published, watch, automaton):
    """A text as the tagger reads it: its document, its actors, the sides that its headline names."""
    folding = fold(text)
    flat = folding.text.replace("\n", " ")
    words = lexicon(lexicon_language(language or identify(text)))
    document = make_document(text, folding, flat, words, published)
    line = first_line(text)
    title = written_so(automaton.find(fold(line).text), line, fold(line))
    headline = frozenset(match.payload.side for match in title if match.payload.kind in PERSON_KINDS)
    return document, resolve(document, watch, written_so(automaton.find(flat), text, folding)), headline


def find_candidates(text, language, published, watch, automaton):
    """The clauses of a text that may relate the two; none where it does not name both."""
    document, actors, headline = read_document(text, language, published, watch, automaton)
    if len({span.side for span in actors.spans}) < len(SIDES):
        return []
    return candidates(document, actors, headline=len(headline) == len(SIDES))


def best_candidate(gold, watch, automaton):
    """The most confident clause that may relate the two, of the evidence where it is known; None where there
    is none."""
    related = find_candidates(gold.text, gold.language, gold.published, watch, automaton)
    if gold.middle is not None:
        related = [one for one in related if one.sentence.source[0] <= gold.middle < one.sentence.source[1]]
    return max(related, key=lambda one: one.confidence, default=None)


@dataclass
class Reading:
    """A label as the tagger reads it: the clause that it is of, and the events of that."""

    gold: Gold
    watch: Watch
    clause: Clause
    event: Event | None
    events: list
    related: bool  # does the tagger find the relation?


def fold_of(one):
    """The fold of a labelled text, by the hash of its id: fold 0 of the corpus is the fifth left out."""
    return int(hashlib.sha256(f"{one.source} {one.id}".encode()).hexdigest(), 16) % FOLDS


def case_files():
    """The files of marked cases, each with its watch."""
    folders = ("cases", "cases/news", "items", "articles")
    files = [(path, SHIPPED) for folder in folders for path in (TESTS / folder).glob("*.yaml")]
    return sorted(files + [(path, path.stem) for path in (TESTS / "watch_cases").glob("*.yaml")])


def read_reading(gold, watch, automaton):
    """None where no clause may relate the two."""
    best = best_candidate(gold, watch, automaton)
    if best is None:
        return None
    event = (code_events(best.clause, best.events) or (None,))[0]
    certain = best.confidence >= watch.threshold
    return Reading(gold, watch, best.clause, event, best.events, certain)


def read_readings(shared, watches):
    """The clauses of all labelled texts; `shared`: where the gold files are, if they are."""
    automata = {name: Automaton(entries(0, watch)) for name, watch in watches.items()}
    readings = (read_reading(one, watches[one.watch], automata[one.watch]) for one in read_all(shared))
    return [one for one in readings if one]


def read_watches(shared):
    return {name: parse_watch(document) for name, document in read_watch_documents(shared).items()}


def read_watch_documents(shared):
    paths = [
        *(TESTS / "corpus/watches").glob("*.yaml"),
        TESTS / "plain/watch.yaml",
        *(shared / "watches").glob("*.yaml"),
    ]
    documents = [*shipped_watches(), *example_watches()]
    documents += [yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in paths]
    return {document["id"]: document for document in documents}


def write_weights(path, weights, version="1", **more):
    """Writes weights by feature as the tagger reads them, and `more` of them under names of their own."""
    tables = [
        f'"{name}": {{\n'
        + ",\n".join(
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value)}" for key, value in table.items()
        )
        + "\n}"
        for name, table in {"weights": weights, **more}.items()
    ]
    path.write_text(f'{{"version": "{version}", {", ".join(tables)}}}\n', encoding="utf-8")
    print(f"{path.name}: {len(weights)} features, {path.stat().st_size / 1e3:.0f} kB")


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
