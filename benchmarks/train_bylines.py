# /// script
# dependencies = ["numpy>=2"]
# ///
"""Fits the weights by which the byline of a page that states no author is recognised, and says how well they
do on publishers that they were not fitted on.

    python benchmarks/train_bylines.py SETDIR [--write]

SETDIR is as benchmarks/extraction.py reads it. Only what pages show is read, whatever they state besides: a
choice among all candidates and none, a softmax with the sum over all candidates as right as the best. Each
page counts a second time without what names its authors, so that none is chosen where none is shown.
One fifth of the publishers, chosen by hash, is left out; the others are scored in five folds. --write fits on
all but that fifth and writes byline_weights.json; without it the fifth is not looked at.
"""

import argparse
import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np

from dyadwatch import urls
from dyadwatch.articles import html_parsing, metadata, titles
from dyadwatch.articles.byline_candidates import shown_candidates
from dyadwatch.articles.bylines import likeliest
from dyadwatch.errors import NotArticle

WEIGHTS = Path(__file__).resolve().parent.parent / "dyadwatch/articles/byline_weights.json"
FOLDS, LEAST, PENALTY, ROUNDS, STEP = 5, 5, 1.0, 300, 0.1
SHARE = 0.5  # of a page without what names its authors
HALF = 0.5  # F1 below which a candidate is no byline


def publisher_hash(domain):
    site = urls.registrable_domain(domain) or domain
    return int(hashlib.sha1(site.encode(), usedforsecurity=False).hexdigest(), 16)


def key(name):
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def f1(names, gold):
    one, other = set(map(key, names)), set(map(key, gold))
    return 2 * len(one & other) / (len(one) + len(other))


def read_examples(setdir):
    """(hash of the publisher, names in the gold, candidates) of each page with authors."""
    for name, page in json.loads((setdir / "gold.json").read_text("utf-8")).items():
        if not page["authors"]:
            continue
        html = gzip.decompress((setdir / "html" / f"{name}.html.gz").read_bytes())
        try:
            tree = html_parsing.parse(html_parsing.read(html))
        except NotArticle:
            continue
        collected = metadata.collect(tree, page["url"])
        shown = shown_candidates(collected, titles.headline(collected))
        yield publisher_hash(page["domain"] or ""), page["authors"], shown


def fit(examples):
    """Feature -> weight in hundredths."""
    seen = Counter(name for _, _, shown in examples for one in shown for name in one.features)
    columns = {
        name: place for place, name in enumerate(["none", *sorted(n for n, c in seen.items() if c >= LEAST)])
    }
    data = [(*matrices(gold, shown, columns), 1.0) for _, gold, shown in examples]
    data += [(*matrices(gold, without(gold, shown), columns), SHARE) for _, gold, shown in examples]
    weights, mean, square = (np.zeros(len(columns)) for _ in range(3))
    for number in range(1, ROUNDS + 1):
        slope = PENALTY * weights + sum(
            share * slope_of(table, right, weights) for table, right, share in data
        )
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        size = STEP if number < ROUNDS * 2 / 3 else STEP / 3
        weights -= size * (mean / (1 - 0.9**number)) / (np.sqrt(square / (1 - 0.99**number)) + 1e-8)
    return {name: round(100 * weights[place]) for name, place in columns.items()}


def without(gold, shown):
    return [one for one in shown if not f1(one.names, gold)]


def matrices(gold, shown, columns):
    """The features of all candidates and none, and which of these are right."""
    table = np.zeros((len(shown) + 1, len(columns)))
    for row, one in enumerate(shown):
        table[row, [columns[name] for name in one.features if name in columns]] = 1
    table[-1, columns["none"]] = 1
    marks = np.array([f1(one.names, gold) for one in shown] + [0.0])
    if marks.max() < HALF:
        marks[-1] = 1
    return table, marks >= marks.max() - 1e-9


def slope_of(table, right, weights):
    sums = table @ weights
    every = np.exp(sums - sums.max())
    every /= every.sum()
    good = every * right
    return table.T @ (every - good / good.sum())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("setdir", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examples = [one for one in read_examples(options.setdir) if one[0] % FOLDS]
    marks, invented = [], []
    for fold in range(FOLDS):
        weights = fit([one for one in examples if one[0] // FOLDS % FOLDS != fold])
        tested = [one for one in examples if one[0] // FOLDS % FOLDS == fold]
        here = [f1(likeliest(shown, weights), gold) for _, gold, shown in tested]
        print(f"fold {fold}: {np.mean(here):.3f} of {len(here)} pages")
        marks += here
        invented += [bool(likeliest(without(gold, shown), weights)) for _, gold, shown in tested]
    print(f"authors F1 by what is shown alone: {np.mean(marks):.4f}, invented {np.mean(invented):.4f}")
    if options.write:
        weights = {name: value for name, value in sorted(fit(examples).items()) if value}
        lines = ",\n".join(f"{json.dumps(name)}: {value}" for name, value in weights.items())
        WEIGHTS.write_text(f'{{"version": "1", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
