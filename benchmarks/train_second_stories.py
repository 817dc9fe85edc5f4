# /// script
# dependencies = ["numpy>=2", "scipy>=1.15"]
# ///
"""Fits the weights by which the headline of another article is told within an article's own container, and
says how well they do on publishers that they were not fitted on, of headings and of whole texts.

    python benchmarks/train_second_stories.py SETDIR [--write]

SETDIR is as benchmarks/extraction.py reads it. Real pages show what headings of an article look like; into
each the beginning of another page of its language is drawn, in several markups, sometimes after most of its
own text was taken out. Five folds of publishers; --write fits on all and writes second_story_weights.json.
"""

import argparse
import json
import random
from collections import defaultdict
from copy import deepcopy
from html import escape
from pathlib import Path

import numpy as np
import train_foreign as base
from lxml.html import fragment_fromstring

from dyadwatch.articles import bodies, labelled_parts, page_lines, second_stories

WEIGHTS = Path(__file__).resolve().parent.parent / "dyadwatch/articles/second_story_weights.json"
DRAWS = 2  # times that a page is drawn upon
MARGIN = 1.5  # of the logit, by which a heading must be another article's
FOREIGN, OWN = 0.9, 0.3  # shares of the characters after a heading that make it another's, or the article's
HEADS = ["<h2>{}</h2>", "<h2>{}</h2>", "<h3>{}</h3>", "<h1>{}</h1>", "<h2><a href='/n/8'>{}</a></h2>"]  # fmt: skip
STAMPS = ["", "", "", "", "<p>3 May 2021, 10:15</p>", "<div>Nora Field</div>", "<p><em>12:40</em></p>", "<p>By Tom Hale</p>"]  # fmt: skip
RULES = ["", "", "", "<hr>", "<hr>", "<p>***</p>", "<p>* * *</p>", "<p>(AFP)</p>"]
AROUND = ["{}", "{}", "{}", "{}", "<div>{}</div>", "<section>{}</section>"]


def examples(tree, headline, identity, authors, gold, drawn):
    """(features, whether another article's) of the headings of a page of which that is known."""
    page = page_lines.read(tree, headline, identity, authors)
    labels = base.labelled(page, gold, drawn)
    away = labelled_parts.places(page)[0]
    for place in second_stories.candidates(page, away):
        rest = [
            (page.lines[one].size, labels[one])
            for one in range(place + 1, len(page.lines))
            if labels[one] is not None and one not in away
        ]
        whole = sum(size for size, _ in rest)
        away_size = sum(size for size, label in rest if label)
        if whole and (away_size >= FOREIGN * whole or away_size <= (1 - OWN) * whole):
            yield second_stories.features(page, place, away), away_size >= FOREIGN * whole


def story(chance, others):
    """Another article under its own headline, some paragraphs of it."""
    _, article = chance.choice(others)
    texts = article.text.split("\n\n")[: chance.choice([1, 2, 3, 4, 6, 9])]
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    html = chance.choice(HEADS).format(escape(article.title)) + chance.choice(STAMPS) + body
    return chance.choice(RULES) + chance.choice(AROUND).format(html)


def draw(chance, tree, headline, identity, authors, gold, others):
    """The elements drawn into a page, with whether they are foreign."""
    page = page_lines.read(tree, headline, identity, authors)
    own = base.container(page, base.labelled(page, gold, {}))
    drawn = {}
    if len(own) < 2:
        return drawn
    if chance.random() < 0.4:
        base.shorten(chance, own)
    if chance.random() < 0.4:
        base.give_headings(chance, own, drawn)
    if chance.random() < 0.7:
        part = fragment_fromstring(f"<div>{story(chance, others)}</div>")
        for one in reversed(list(part)):
            one.tail = None
            own[-1].addnext(one)
            drawn.update((inner, True) for inner in one.iter("*"))
    return drawn


def read_examples(setdir):
    """(fold, whether drawn, features, whether another article's, 1) of all headings."""
    pages = list(base.read_pages(setdir))
    by_language = defaultdict(list)
    for page, article, *_ in pages:
        if article.title and len(article.text) > 200:
            by_language[article.language].append((page, article))
    for number, (page, article, tree, identity, authors) in enumerate(pages):
        gold = base.key(page["text"])
        headline = bodies.scopes.headline_element(tree, article.title)
        if not base.is_sound(tree, headline, identity, authors, gold):
            continue
        for names, foreign in examples(tree, headline, identity, authors, gold, {}):
            yield base.fold(page), False, names, foreign, 1
        others = [one for one in by_language[article.language] if one[0] is not page]
        for turn in range(DRAWS if others else 0):
            chance = random.Random(1_000 * turn + number)
            copy = deepcopy(tree)
            headline = bodies.scopes.headline_element(copy, article.title)
            drawn = draw(chance, copy, headline, identity, authors, gold, others)
            for names, foreign in examples(copy, headline, identity, authors, gold, drawn):
                yield base.fold(page), True, names, foreign, 1


def report(label, data, scores):
    for drawn in (False, True):
        rows = [(one[3], mark > 0) for one, mark in zip(data, scores, strict=True) if one[1] is drawn]
        foreign, own = (
            [away for is_other, away in rows if is_other],
            [away for is_other, away in rows if not is_other],
        )
        print(label, "drawn" if drawn else "real", f"others {sum(foreign)}/{len(foreign)} told; own {sum(own)}/{len(own)} taken")  # fmt: skip


def as_data(columns, fitted):
    weights = dict(zip(columns, fitted, strict=True))
    weights["any"] -= MARGIN
    return {name: round(100 * value) for name, value in sorted(weights.items()) if round(100 * value)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("setdir", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    data = list(read_examples(options.setdir))
    columns = base.columns_of(data)
    table = base.table_of(data, columns)
    right = np.array([one[3] for one in data], float)
    shares, folds = np.array([0.5 if one[1] else 1.0 for one in data]), np.array([one[0] for one in data])
    scores, weights = np.zeros(len(data)), []
    for number in range(base.FOLDS):
        kept = folds != number
        weights.append(as_data(columns, base.fit(table[kept], right[kept], shares[kept])))
        scores[~kept] = table[~kept] @ np.array([weights[-1].get(name, 0) for name in columns])
    report("all", data, scores)
    base.report_texts(options.setdir, weights, second_stories)
    if options.write:
        values = as_data(columns, base.fit(table, right, shares))
        lines = ",\n".join(f"{json.dumps(name)}: {value}" for name, value in values.items())
        WEIGHTS.write_text(f'{{"version": "1", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
