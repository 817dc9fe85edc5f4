# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Measures the figures that are published of the tagger, on text that its weights were not fitted on.

    [DYADWATCH_SHARED=...] python benchmarks/quality.py [--write]

Needs scipy to measure. Takes some minutes. For each value of what is left out
(a pair, a language, an author, a fifth) the weights of relations, of what goes on about the two, of event
types, of direction and of modality are fitted on everything else, as the train_*.py do, and the tagger reads
with them the texts that have it.
--write writes dyadwatch/tagging/quality.json, from which the service answers, and docs/quality.md. Without
DYADWATCH_SHARED nothing is fitted and measured on its texts, and the tables of real openings are left out.
"""

import argparse
import collections
import contextlib
import hashlib
import json
import math
import os
import textwrap
from pathlib import Path
from unittest import mock

import yaml

from dyadwatch.tagging import TAGGER_VERSION, Tagger
from dyadwatch.tagging.events import acting, coder, stating
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon_version
from dyadwatch.tagging.relations import continuing, scoring

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "dyadwatch/tagging/quality.json"
NOTES = ROOT / "benchmarks/quality_notes.yaml"
PAGE = ROOT / "docs/quality.md"
COUNTED = ("relation", "evidence", "mentions", "speaker")  # precision, recall and F1
SHARES = ("event_type", "direction", "modality")  # right ones among all
LEAST = 15  # texts of a language among the real openings that has a row of its own
Z = 1.959964  # of 95 %
PARTS = ("right", "wrong", "missed")


def fold_of(one):
    return one.fold() if callable(one.fold) else one.fold


def author_of(one):
    """Who wrote a text of the corpus; "" for all others."""
    return one.id.removeprefix("corpus/").partition("-")[0] if one.source == "corpus" else ""


KEYS = {
    "pair": lambda one: one.watch,
    "language": lambda one: one.language,
    "author": author_of,
    "fifth": lambda one: one.source == "corpus" and fold_of(one) == 0,
    "fold": lambda one: (one.source, fold_of(one)),
}
GROUPS = 6  # of pairs, which are left out together: there are too many for a fit without each


def left_out_with(one):
    """The group of its pair: fitted without the group, weights saw no text about the pair."""
    return hashlib.sha256(one.watch.encode()).digest()[0] % GROUPS


class Measurement:
    """All labelled text, and how well the tagger reads parts of it with weights that did not see them."""

    def __init__(self, shared):
        import fields
        import labelled
        import train_continuing
        import train_direction
        import train_events
        import train_modality
        import train_relations

        self._fields, self._is_same = fields, train_relations.is_same
        watches = labelled.read_watches(shared)
        self.items = train_relations.read_items(shared, watches)
        readings = labelled.read_readings(shared, watches)
        # (where the weights are looked up, what fits them, the labelled examples)
        self._models = (
            (scoring, train_relations.fit, self.items),
            (continuing, train_continuing.fit, train_continuing.read_texts(self.items, watches)),
            (coder, train_events.fit, train_events.read_examples(shared)),
            *(
                (module, training.MODEL.fit, [training.make_example(one) for one in readings])
                for module, training in ((acting, train_direction), (stating, train_modality))
            ),
        )
        self._tagger = Tagger(list(watches.values()))
        golds = [
            *labelled.read_corpus(),
            *(labelled.read_wild(shared / "wild.jsonl") if shared.is_dir() else ()),
        ]
        self._golds = collections.defaultdict(list)
        for gold in golds:
            self._golds[gold.source, gold.id].append(gold)

    def left_out(self, texts, by, others=lambda _: True):
        """(item, its counts) of each of `texts`, read with weights fitted on what `others` allows but for all
        that has the same value of the key `by`."""
        key = KEYS[by]
        for value in sorted({key(item) for item in texts}):
            with contextlib.ExitStack() as patches:
                for module, fit, examples in self._models:
                    weights = fit([one for one in examples if others(one) and key(one) != value])
                    patches.enter_context(mock.patch.object(module, "shipped_weights", return_value=weights))
                yield from ((item, self._judge(item)) for item in texts if key(item) == value)

    def _judge(self, item):
        """Counts of what is right, wrong and missed in a text, by field."""
        tagged = self._tagger.tag(
            item.text, language=item.language, published=item.published, watches={item.watch}
        )
        verdict = tagged.watches.get(item.watch)
        related = bool(verdict and verdict.relationship)
        counts = collections.Counter(texts=1)
        counts["relation", "right"] += related and item.related
        counts["relation", "wrong"] += related and not item.related
        counts["relation", "missed"] += item.related and not related
        self._count_evidence(counts, item, verdict if related else None)
        if item.spans:
            count_mentions(counts, item.spans, verdict)
        for gold in self._golds[item.source, item.id]:
            said = self._fields.said_of(self._tagger, gold)
            if said is not None:
                count_fields(counts, self._fields.compare(gold, said))
        return counts

    def _count_evidence(self, counts, item, verdict):
        quotes = {
            (mention.evidence.start, mention.evidence.end)
            for mention in (verdict.mentions if verdict else ())
            if mention.level != "state"
        }
        is_same = self._is_same
        hit = sum(any(is_same(span, quote) for quote in quotes) for span in item.evidence)
        counts["evidence", "right"] += hit
        counts["evidence", "missed"] += len(item.evidence) - hit
        counts["evidence", "wrong"] += sum(
            not any(is_same(span, quote) for span in item.evidence) for quote in quotes
        )


def count_mentions(counts, spans, verdict):
    """Exact places of the two actors. A metonym is neither right nor wrong."""
    for side in ("a", "b"):
        marked = {tuple(span[:2]) for span in spans[side]}
        said = {(one.start, one.end) for one in verdict.actors[side]} if verdict else set()
        said -= {tuple(span[:2]) for span in spans["m"]} - marked
        counts["mentions", "right"] += len(marked & said)
        counts["mentions", "wrong"] += len(said - marked)
        counts["mentions", "missed"] += len(marked - said)


def count_fields(counts, compared):
    for name, (is_right, right, said) in compared.items():
        field = name.replace(" ", "_")
        if field == "speaker":
            counts[field, "right"] += is_right
            counts[field, "wrong"] += bool(said) and not is_right
            counts[field, "missed"] += right != {""} and not is_right
        else:
            counts[field, "right"] += is_right
            counts[field, "wrong"] += not is_right


def wilson(right, size):
    """A share with its interval of 95 %, by Wilson's score."""
    if not size:
        return None
    share, square = right / size, Z * Z / size
    middle = (share + square / 2) / (1 + square)
    reach = Z * math.sqrt(share * (1 - share) / size + square / 4 / size) / (1 + square)
    return figure(share, middle - reach, middle + reach, size)


def f1(right, wrong, missed):
    """F1 with its interval: that of the share of right ones in all that is right, wrong or missed, with which
    F1 grows."""
    share = wilson(right, right + wrong + missed)
    if share is None:
        return None
    low, value, high = (2 * share[name] / (1 + share[name]) for name in ("low", "value", "high"))
    return figure(value, low, high, share["n"])


def figure(value, low, high, size):
    return {"value": value, "low": max(0.0, low), "high": min(1.0, high), "n": size}


def rounded(estimate):
    return estimate and {name: round(value, 3) for name, value in estimate.items()}


def row(name, counts):
    """A row of a table."""
    cells = {"name": name, "texts": counts["texts"]}
    for field in COUNTED:
        right, wrong, missed = (counts[field, part] for part in PARTS)
        cells[field] = {
            "precision": rounded(wilson(right, right + wrong)),
            "recall": rounded(wilson(right, right + missed)),
            "f1": rounded(f1(right, wrong, missed)),
        }
    for field in SHARES:
        right, wrong = counts[field, "right"], counts[field, "wrong"]
        cells[field] = rounded(wilson(right, right + wrong))
    return cells


def total(judged):
    return sum((counts for _, counts in judged), collections.Counter())


def rows_by(judged, key, least=1):
    groups = collections.defaultdict(list)
    for item, counts in judged:
        groups[key(item)].append((item, counts))
    return [row(name, total(group)) for name, group in sorted(groups.items()) if len(group) >= least]


def corpus_tables(measurement, texts, about):
    seen = [item for item in texts if fold_of(item)]
    fifth = [item for item in texts if not fold_of(item)]

    def unless_fifth(one):
        return not KEYS["fifth"](one)

    judged = {by: list(measurement.left_out(seen, by, unless_fifth)) for by in ("pair", "language", "author")}
    rows = [row(f"without the {by} of the text", total(of)) for by, of in judged.items()]
    rows.append(row("the fifth left out", total(measurement.left_out(fifth, "fifth"))))
    pairs = judged["pair"]
    for name, is_opening in (("single sentences", False), ("openings", True)):
        chosen = [(item, counts) for item, counts in pairs if ("\n" in item.text) == is_opening]
        rows.append(row(f"{name} alone, without the pair", total(chosen)))
    return [
        {"title": "The corpus", "about": about["corpus"], "rows": rows},
        {"title": "By language", "about": about["language"], "rows": rows_by(pairs, KEYS["language"])},
        {"title": "By pair", "about": about["pair"], "rows": rows_by(pairs, KEYS["pair"])},
    ]


def real_tables(measurement, texts, about):
    pairs = list(measurement.left_out(texts, "pair"))
    rows = [
        row("without the pair of the text", total(pairs)),
        row("in five folds", total(measurement.left_out(texts, "fold"))),
    ]
    for key in ("language", "pair"):
        rows += [
            {**one, "name": f"{one['name']}, without the pair"} for one in rows_by(pairs, KEYS[key], LEAST)
        ]
    return [{"title": "Real openings (not in the repository)", "about": about["real"], "rows": rows}]


def read_notes(texts, raw):
    """The words beside the figures, with what they count."""
    registers = collections.Counter(item["g"] for item in raw if "g" in item)
    counts = {
        "texts": len(texts),
        "languages": len({item.language for item in texts}),
        "pairs": len({item.watch for item in texts}),
        "authors": len({item.author for item in texts}),
        "borderline": sum(item.get("b", False) for item in raw),
        "known": ", ".join(sorted(LANGUAGES)),
        "registers": ", ".join(name for name, _ in registers.most_common()),
        "least": LEAST,
    }
    notes = yaml.safe_load(NOTES.read_text(encoding="utf-8"))
    return {
        name: [text.format_map(counts) for text in part]
        if isinstance(part, list)
        else {key: text.format_map(counts) for key, text in part.items()}
        for name, part in notes.items()
    }


def measure(shared):
    measurement = Measurement(shared)
    texts = [item for item in measurement.items if item.source == "corpus" and item.author != "cases"]
    real = [item for item in measurement.items if item.source == "wild"]
    raw = [
        item
        for path in sorted((ROOT / "tests/tagging/corpus").glob("*.yaml"))
        for item in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ]
    notes = read_notes(texts, raw)
    about = notes.pop("about")
    tables = corpus_tables(measurement, texts, about)
    tables += real_tables(measurement, real, about) if real else []
    return {
        "tagger_version": TAGGER_VERSION,
        "lexicon_version": lexicon_version(),
        **notes,
        "tables": tables,
    }


def as_json(quality):
    """The data, with a row of a table on each line."""
    tables = [
        {**table, "rows": [f"<{number} {line}>" for line in range(len(table["rows"]))]}
        for number, table in enumerate(quality["tables"])
    ]
    text = json.dumps({**quality, "tables": tables}, indent=1)
    for number, table in enumerate(quality["tables"]):
        for line, cells in enumerate(table["rows"]):
            text = text.replace(f'"<{number} {line}>"', json.dumps(cells))
    return text + "\n"


COLUMNS = {
    "relation": ("relation", "f1"),
    "its precision": ("relation", "precision"),
    "its recall": ("relation", "recall"),
    "evidence": ("evidence", "f1"),
    "mentions": ("mentions", "f1"),
    "event type": ("event_type",),
    "direction": ("direction",),
    "modality": ("modality",),
    "speaker": ("speaker", "f1"),
}


def markdown(quality):
    """docs/quality.md."""
    tagger, lexicons = quality["tagger_version"], quality["lexicon_version"]
    parts = [
        "# How often the tagger is right",
        wrapped(
            f"Tagger {tagger}, lexicons {lexicons}. Written by `benchmarks/quality.py`; the service shows the same at "
            "`/quality` and `GET /v1/quality`. A cell is the figure, its interval of 95 %, and how many cases it is "
            "of."
        ),
        *(
            part
            for table in quality["tables"]
            for part in (f"## {table['title']}", wrapped(table["about"]), markdown_table(table["rows"]))
        ),
        "## What the fields mean",
        "\n".join(
            wrapped(f"{name.replace('_', ' ')}: {text}", "- ") for name, text in quality["fields"].items()
        ),
        "## How it is measured",
        "\n".join(wrapped(text, "- ") for text in quality["method"]),
        "## What these figures do not say",
        "\n".join(wrapped(text, "- ") for text in quality["limits"]),
    ]
    return "\n\n".join(parts) + "\n"


def wrapped(text, bullet=""):
    return textwrap.fill(
        text, 110, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_on_hyphens=False
    )


def markdown_table(rows):
    lines = [["", "texts", *COLUMNS], ["---"] * (2 + len(COLUMNS))]
    lines += [
        [one["name"], f"{one['texts']:,}", *(cell(one, *path) for path in COLUMNS.values())] for one in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(cells, name, part=None):
    estimate = cells[name][part] if part else cells[name]
    if estimate is None:
        return "–"
    return f"{estimate['value']:.2f} ({estimate['low']:.2f}–{estimate['high']:.2f}; {estimate['n']:,})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    quality = measure(Path(os.environ.get("DYADWATCH_SHARED", "/nowhere")) / "tagging")
    print(markdown(quality))
    if options.write:
        DATA.write_text(as_json(quality), encoding="utf-8")
        PAGE.write_text(markdown(quality), encoding="utf-8")


if __name__ == "__main__":
    main()
